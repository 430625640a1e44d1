// Private keys: PEM and PGP blocks (RFC 7468, RFC 4880), whole or cut off, and PuTTY's.
#include <algorithm>

#include "policies/privacy/bytes.h"
#include "policies/privacy/detectors.h"

namespace weir::privacy {
namespace {

constexpr std::size_t kLongestPemLabel = 48;
constexpr std::size_t kLongestKey = 65'536;
constexpr std::size_t kShortestBody = 24;

// What lines of a key hold, also inside of JSON or a configuration: "\n" in two bytes, indents.
bool in_body(char c) {
  return is_alnum(c) ||
         std::string_view("+/=\n\r\\ \t-_:,\"'#>|*.").find(c) != std::string_view::npos;
}

class PrivateKeyDetector final : public Detector {
 public:
  void want(WordHeads* heads) const override {
    heads->add("BEGIN");
    heads->add("Private");
  }

  void find(const MarkedText& marked, Hits* hits) const override {
    const std::string_view text = marked.text;
    std::size_t done = 0;
    for (const std::size_t head : marked.heads) {
      if (head < done) continue;
      if (text.substr(head, 6) == "BEGIN ") done = block(text, head, hits);
      if (text.substr(head, 14) == "Private-Lines:") done = putty(text, head, hits);
    }
  }

 private:
  // Returns where to go on.
  static std::size_t block(std::string_view text, std::size_t head, Hits* hits) {
    if (head < 4 || text.substr(head - 4, 4) != "----") return head;
    const std::string_view label = text.substr(head + 6, kLongestPemLabel);
    const std::size_t size = label.find("----");
    if (size == std::string_view::npos ||
        label.substr(0, size).find("PRIVATE KEY") == std::string_view::npos) {
      return head;
    }
    std::size_t body = head + 6 + size;
    while (at(text, body) == '-' && body < head + 6 + kLongestPemLabel + 8) ++body;
    std::size_t begin = head - 4;
    if (before(text, begin) == '-') --begin;
    std::size_t end = body;
    std::size_t letters = 0;
    const std::size_t most = std::min(text.size(), body + kLongestKey);
    while (end < most && in_body(text[end]) && text.substr(end, 5) != "-----")
      letters += is_alnum(text[end++]) ? 1 : 0;
    const std::size_t looked_at = end;
    if (letters < kShortestBody) return looked_at;
    if (text.substr(end, 9) == "-----END ") {
      const std::size_t close = text.substr(end + 9, kLongestPemLabel).find("-----");
      if (close != std::string_view::npos) end += 9 + close + 5;
    } else {
      while (end > body && !is_alnum(text[end - 1]) && text[end - 1] != '=') --end;
    }
    hits->push_back({{FindingKind::kSecret, "private_key", begin, end}, Rank::kSecret});
    return std::max(end, looked_at);
  }

  static std::size_t putty(std::string_view text, std::size_t head, Hits* hits) {
    std::size_t end = head + 14;
    const std::size_t most = std::min(text.size(), end + kLongestKey);
    std::size_t letters = 0;
    while (end < most && (is_alnum(text[end]) ||
                          std::string_view("+/=\r\n ").find(text[end]) != std::string_view::npos)) {
      letters += is_alnum(text[end++]) ? 1 : 0;
    }
    if (letters >= kShortestBody) {
      hits->push_back({{FindingKind::kSecret, "putty_private_key", head, end}, Rank::kSecret});
    }
    return end;
  }
};

}  // namespace

std::unique_ptr<Detector> private_key_detector() { return std::make_unique<PrivateKeyDetector>(); }

}  // namespace weir::privacy
