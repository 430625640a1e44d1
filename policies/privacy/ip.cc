// IP addresses of both versions (RFC 4291 for how IPv6 is written), but for those that are
// nobody's: 0.0.0.0, 127.0.0.0/8, ::1 and masks.
#include <algorithm>

#include "policies/privacy/bytes.h"
#include "policies/privacy/checksums.h"
#include "policies/privacy/detectors.h"
#include "policies/privacy/topics.h"

namespace weir::privacy {
namespace {

constexpr std::size_t kLongestV6 = 45;

// Reads four numbers up to 255 with dots between; returns where they end, or `begin`.
std::size_t read_v4(std::string_view text, std::size_t begin) {
  std::size_t i = begin;
  for (int part = 0; part < 4; ++part) {
    if (part > 0 && at(text, i++) != '.') return begin;
    const std::size_t digits = i;
    while (is_digit(at(text, i)) && i - digits < 4) ++i;
    const std::size_t size = i - digits;
    if (size == 0 || size > 3 || (size > 1 && text[digits] == '0')) return begin;
    if (remainder(text.substr(digits, size), 1'000) > 255) return begin;
  }
  return i;
}

bool is_nobodys_v4(std::string_view v4) {
  return v4 == "0.0.0.0" || v4.starts_with("127.") || v4.starts_with("255.");
}

// RFC 4291 section 2.2: eight groups, or fewer around one "::"; the last two may be an IPv4
// address.
bool is_v6(std::string_view code) {
  std::size_t groups = 0;
  bool shortened = false;
  bool digit = false;
  std::size_t i = 0;
  if (code.starts_with(":") && !code.starts_with("::")) return false;
  while (i < code.size()) {
    if (code.substr(i, 2) == "::") {
      if (shortened) return false;
      shortened = true;
      i += 2;
      continue;
    }
    if (code[i] == ':') ++i;
    const std::size_t begin = i;
    while (i < code.size() && is_hex(code[i])) digit |= is_digit(code[i++]);
    if (at(code, i) == '.') {
      if (read_v4(code, begin) != code.size()) return false;
      groups += 2;
      i = code.size();
      break;
    }
    if (i == begin || i - begin > 4) return false;
    ++groups;
    if (i < code.size() && code[i] != ':') return false;
    if (i + 1 == code.size()) return false;  // a colon ends it
  }
  // "a::b" is also a name of C++.
  return shortened ? groups >= 2 && groups <= 7 && digit : groups == 8;
}

class IpDetector final : public Detector {
 public:
  void find(const MarkedText& marked, Hits* hits) const override {
    for (const Word& word : marked.numbers) {
      if (word.size() <= 3 && at(marked.text, word.end) == '.') find_v4(marked.text, word, hits);
    }
    std::size_t done = 0;
    for (const std::size_t colon : marked.colons) {
      if (colon >= done) done = find_v6(marked.text, colon, done, hits);
    }
  }

 private:
  static void find_v4(std::string_view text, const Word& word, Hits* hits) {
    const std::size_t end = read_v4(text, word.begin);
    if (end == word.begin) return;
    const char left = before(text, word.begin);
    const bool joined = left == '.' || left == '-' || left == '_';
    if ((joined && word_before(text, word.begin - 1)) || is_word(at(text, end)) ||
        at(text, end) == '_') {
      return;
    }
    if (at(text, end) == '.' && is_word(at(text, end + 1))) return;
    if (at(text, end) == '-' && is_alpha(at(text, end + 1))) return;  // 1.2.3.4-rc1
    if (is_nobodys_v4(text.substr(word.begin, end - word.begin))) return;
    const Topics topics = topics_before(text, word.begin);
    if ((topics & topic(Topic::kVersion)) != 0 && (topics & topic(Topic::kIp)) == 0) return;
    hits->push_back({{FindingKind::kIp, "ipv4", word.begin, end}, Rank::kShaped});
  }

  // Returns the end of what it looked at.
  static std::size_t find_v6(std::string_view text, std::size_t colon, std::size_t done,
                             Hits* hits) {
    const auto in_v6 = [](char c) { return is_hex(c) || c == ':' || c == '.'; };
    std::size_t begin = colon;
    while (begin > done && colon - begin <= 4 && is_hex(text[begin - 1])) --begin;
    std::size_t end = colon;
    while (end < text.size() && in_v6(text[end])) ++end;
    const std::size_t looked_at = end;
    while (end > colon &&
           (text[end - 1] == '.' || (text[end - 1] == ':' && at(text, end - 2) != ':')))
      --end;
    const char left = before(text, begin);
    if (end - begin < 5 || end - begin > kLongestV6 || word_before(text, begin) || left == ':' ||
        left == '.' || is_word(at(text, end))) {
      return looked_at;
    }
    if (is_v6(text.substr(begin, end - begin))) {
      hits->push_back({{FindingKind::kIp, "ipv6", begin, end}, Rank::kShaped});
    }
    return looked_at;
  }
};

}  // namespace

std::unique_ptr<Detector> ip_detector() { return std::make_unique<IpDetector>(); }

}  // namespace weir::privacy
