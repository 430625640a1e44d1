#include "router/conversation.h"

#include <cstring>
#include <variant>

namespace weir {
namespace {

// A fingerprint, eight bytes a step in the manner of FNV-1a (Fowler, Noll, Vo),
// folded by MurmurHash3's finalizer (Appleby). The length goes in with each field,
// so that "ab","c" and "a","bc" differ. Not for adversaries: keys are per team.
class Hash {
 public:
  void add(std::string_view text) {
    step(text.size());
    for (; text.size() >= sizeof(std::uint64_t); text.remove_prefix(sizeof(std::uint64_t))) {
      std::uint64_t word = 0;
      std::memcpy(&word, text.data(), sizeof word);
      step(word);
    }
    std::uint64_t rest = 0;
    for (const char c : text) rest = rest << 8 | static_cast<unsigned char>(c);
    step(rest);
  }
  std::uint64_t value() const { return value_ == 0 ? 1 : value_; }

 private:
  void step(std::uint64_t word) {
    value_ = (value_ ^ word) * 0xff51afd7ed558ccdULL;
    value_ ^= value_ >> 33;
  }
  std::uint64_t value_ = 0xcbf29ce484222325ULL;
};

void add_message(Hash& hash, const Message& message) {
  hash.add(to_string(message.role));
  for (const Part& part : message.parts) {
    if (const auto* text = std::get_if<TextPart>(&part.value)) hash.add(text->text);
  }
}

}  // namespace

ConversationKey conversation_key(std::string_view team, const ChatRequest& request,
                                 std::string_view session_header) {
  Hash hash;
  hash.add(team);
  if (!session_header.empty()) {
    hash.add(session_header);
    return {hash.value()};
  }
  for (const Message& message : request.messages) {
    add_message(hash, message);
    if (message.role == Role::kUser) return {hash.value()};
  }
  return {};
}

}  // namespace weir
