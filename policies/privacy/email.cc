// E-mail addresses: RFC 5321's lengths, the characters that mailboxes in use have, and a domain
// with a known top-level domain or any of letters.
#include <algorithm>

#include "policies/privacy/bytes.h"
#include "policies/privacy/detectors.h"
#include "policies/privacy/host_name.h"

namespace weir::privacy {
namespace {

constexpr std::size_t kLongestLocal = 64;

bool in_local_before(std::string_view text, std::size_t i) {
  const char c = before(text, i);
  return word_before(text, i) ||
         std::string_view(".!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

// Whether it is there only to look like an address: "user@2x.png", a decorator, a pin.
bool is_file(std::string_view host) {
  const std::string_view last = host.substr(host.rfind('.') + 1);
  for (const std::string_view ending :
       {"png", "jpg", "jpeg", "gif", "svg", "webp", "css", "js", "pdf"}) {
    if (lower_case(last) == ending) return true;
  }
  return false;
}

class EmailDetector final : public Detector {
 public:
  void find(const MarkedText& marked, Hits* hits) const override {
    const std::string_view text = marked.text;
    for (const std::size_t sign : marked.ats) {
      const std::size_t begin = local_begin(text, sign);
      const std::size_t end = host_end(text, sign + 1);
      if (begin == sign || end == sign + 1 || is_file(text.substr(sign + 1, end - sign - 1)))
        continue;
      hits->push_back({{FindingKind::kEmail, "email", begin, end}, Rank::kShaped});
    }
  }

 private:
  // `sign` if there is no local part, or one too long.
  static std::size_t local_begin(std::string_view text, std::size_t sign) {
    std::size_t begin = sign;
    while (begin > 0 && sign - begin <= kLongestLocal && in_local_before(text, begin)) --begin;
    if (sign - begin > kLongestLocal) return sign;
    // What quotes, lists and URLs put before an address is no part of it.
    const std::size_t cut = text.substr(begin, sign - begin).find_last_of("=/|{}&?`*");
    if (cut != std::string_view::npos) begin += cut + 1;
    while (begin < sign && !is_word(text[begin]) && text[begin] != '_') ++begin;
    const std::string_view local = text.substr(begin, sign - begin);
    return before(text, sign) == '.' || local.find("..") != std::string_view::npos ? sign : begin;
  }
};

}  // namespace

std::unique_ptr<Detector> email_detector() { return std::make_unique<EmailDetector>(); }

}  // namespace weir::privacy
