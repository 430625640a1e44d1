#include <re2/re2.h>

#include <algorithm>
#include <string>
#include <utility>

#include "policies/privacy/bytes.h"
#include "policies/privacy/custom.h"

namespace weir::privacy {
namespace {

constexpr std::int64_t kMemoryBytes = std::int64_t{8} << 20;  // of one pattern's automaton

RE2::Options options() {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMemoryBytes);
  options.set_encoding(RE2::Options::EncodingUTF8);
  return options;
}

struct NamedPattern {
  std::string name;
  std::unique_ptr<RE2> expression;
};

Error refused(const CustomPattern& pattern, const std::string& why) {
  return {ErrorCode::kInvalidConfig, "the pattern \"" + pattern.name + "\" " + why};
}

// A search may look to the end of what it is given before it knows where a match ends, so it is
// given a line, or a window of one, at a time: many matches then cost no more than windows.
class PatternDetector final : public Detector {
 public:
  explicit PatternDetector(std::vector<NamedPattern> patterns) : patterns_(std::move(patterns)) {}

  void find(const MarkedText& marked, Hits* hits) const override {
    const std::string_view text = marked.text;
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t newline = std::min(text.find('\n', begin), text.size());
      const std::size_t end = std::min(newline, begin + PrivacyScanner::kPatternWindow);
      for (const NamedPattern& pattern : patterns_) search(text, begin, end, pattern, hits);
      // Windows overlap by half, so that what crosses an edge is whole in one of them.
      begin = end == newline ? newline + 1 : begin + PrivacyScanner::kPatternWindow / 2;
    }
  }

 private:
  static void search(std::string_view text, std::size_t begin, std::size_t end,
                     const NamedPattern& pattern, Hits* hits) {
    const re2::StringPiece whole(text.data(), text.size());
    std::size_t from = begin;
    re2::StringPiece match;
    while (from < end && pattern.expression->Match(whole, from, end, RE2::UNANCHORED, &match, 1)) {
      const auto first = static_cast<std::size_t>(match.data() - text.data());
      const std::size_t last = first + match.size();
      if (match.empty()) {
        from = std::max(from, first) + 1;
        continue;
      }
      hits->push_back({{FindingKind::kCustom, pattern.name, first, last}, Rank::kChecked});
      from = last;
    }
  }

  std::vector<NamedPattern> patterns_;
};

}  // namespace

Result<std::unique_ptr<Detector>> pattern_detector(const std::vector<CustomPattern>& patterns) {
  if (patterns.size() > PrivacyScanner::kMostPatterns) {
    return Error{ErrorCode::kInvalidConfig,
                 "more than " + std::to_string(PrivacyScanner::kMostPatterns) + " patterns"};
  }
  std::vector<NamedPattern> made;
  made.reserve(patterns.size());
  for (const CustomPattern& pattern : patterns) {
    if (pattern.name.empty()) return Error{ErrorCode::kInvalidConfig, "a pattern has no name"};
    if (pattern.pattern.size() > PrivacyScanner::kLongestPattern) {
      return refused(
          pattern, "is longer than " + std::to_string(PrivacyScanner::kLongestPattern) + " bytes");
    }
    auto expression = std::make_unique<RE2>(pattern.pattern, options());
    if (!expression->ok()) return refused(pattern, "is no pattern of RE2: " + expression->error());
    if (RE2::FullMatch("", *expression)) return refused(pattern, "matches nothing at all");
    made.push_back({pattern.name, std::move(expression)});
  }
  std::unique_ptr<Detector> detector = std::make_unique<PatternDetector>(std::move(made));
  return detector;
}

}  // namespace weir::privacy
