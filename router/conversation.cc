#include "router/conversation.h"

#include <variant>

namespace weir {
namespace {

// FNV-1a, 64 bits (Fowler, Noll, Vo), with a mark behind each field so that
// "ab","c" and "a","bc" differ.
class Hash {
 public:
  void add(std::string_view text) {
    for (const char c : text) step(static_cast<unsigned char>(c));
    step(0x1ff);
  }
  std::uint64_t value() const { return value_ == 0 ? 1 : value_; }

 private:
  void step(std::uint64_t byte) { value_ = (value_ ^ byte) * 0x100000001b3ULL; }
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
