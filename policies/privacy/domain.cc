// Host names that stand alone: "www.example.org", "visit example.pl".
#include <algorithm>

#include "policies/privacy/bytes.h"
#include "policies/privacy/detectors.h"
#include "policies/privacy/host_name.h"
#include "policies/privacy/topics.h"

namespace weir::privacy {
namespace {

bool in_host(char c) { return is_word(c) || c == '-' || c == '.'; }

bool in_host_before(std::string_view text, std::size_t i) {
  return word_before(text, i) || before(text, i) == '-' || before(text, i) == '.';
}

class DomainDetector final : public Detector {
 public:
  // Looks at each run of labels once, from its first dot.
  void find(const MarkedText& marked, Hits* hits) const override {
    const std::string_view text = marked.text;
    std::size_t done = 0;
    for (const std::size_t dot : marked.dots) {
      if (dot < done) continue;
      std::size_t begin = dot;
      while (begin > done && dot - begin < kLongestHost && in_host_before(text, begin)) --begin;
      while (begin < dot && !is_word(text[begin])) ++begin;
      std::size_t run_end = dot;
      while (run_end < text.size() && in_host(text[run_end])) ++run_end;
      done = run_end;
      if (at(text, run_end) == '(' || at(text, run_end) == '_') continue;  // a call, a longer name
      const std::size_t end = host_end(text, begin);
      // A sentence may end behind it, with nothing else in the run.
      if (end > begin && run_end - end <= 1) check(text, begin, end, hits);
    }
  }

 private:
  static void check(std::string_view text, std::size_t begin, std::size_t end, Hits* hits) {
    const char left = before(text, begin);
    const char right = at(text, end);
    // Parts of addresses, paths, calls and fields.
    if (left != '\0' && std::string_view("@/\\_$#&~.-:=").find(left) != std::string_view::npos &&
        !(left == ':' && before(text, begin - 1) != ':')) {
      return;
    }
    if (right == '(' || right == '@' || right == '_' || right == '[' || right == '=' ||
        right == '\\')
      return;
    const std::string_view host = text.substr(begin, end - begin);
    if (is_domain(text, host, begin, end)) {
      hits->push_back({{FindingKind::kDomain, "domain", begin, end}, Rank::kBroad});
    }
  }

  static bool is_domain(std::string_view text, std::string_view host, std::size_t begin,
                        std::size_t end) {
    const std::string_view last = host.substr(host.rfind('.') + 1);
    const Ending ending = ending_of(last);
    const auto dots = std::count(host.begin(), host.end(), '.');
    if (ending == Ending::kNone) return false;
    const bool www = lower_case(host.substr(0, 4)) == "www.";
    if (www) return dots > 1;
    // "Inc.Com" or "obj.Net" is prose or a program: endings are written in one case.
    const bool one_case =
        std::all_of(last.begin(), last.end(), [](char c) { return !is_upper(c); }) ||
        std::none_of(host.begin(), host.end(), is_lower);
    const bool named = (topics_near(text, begin, end) & topic(Topic::kWebsite)) != 0;
    if ((!one_case && !named) || host.find('.') < 2) return false;
    if (ending == Ending::kAmbiguous) return named;
    return named || last.size() == 3 || dots > 1 || host.find('.') >= 3;
  }
};

}  // namespace

std::unique_ptr<Detector> domain_detector() { return std::make_unique<DomainDetector>(); }

}  // namespace weir::privacy
