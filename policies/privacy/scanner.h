// Looks for private data in a text.
//
// Immutable after create(), so any number of threads may share one. Its detectors are a list:
// one idea a file, made in detectors.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "policies/privacy/finding.h"

namespace weir {

namespace privacy {
class Detector;
class WordHeads;
}  // namespace privacy

// What a team adds to what is found for everybody.
struct CustomPattern {
  std::string name;     // Finding::rule
  std::string pattern;  // of RE2: no back references, linear time. Sees a line at a time.
};
struct CustomWords {
  std::string name;
  // Whole words or phrases, found in any case of ASCII letters.
  std::vector<std::string> words;
};
struct ScannerOptions {
  std::vector<CustomPattern> patterns;
  std::vector<CustomWords> words;
};

// What is looked for beside what rules find.
enum class Guesses : std::uint8_t {
  kNone,
  kNames,  // of people, places and organisations: policies/privacy/name_tagger.h
};

class PrivacyScanner {
 public:
  static constexpr std::size_t kMostPatterns = 256;
  static constexpr std::size_t kMostWords = 100'000;
  static constexpr std::size_t kLongestPattern = 1'024;
  // A pattern sees so much of a line at once.
  static constexpr std::size_t kPatternWindow = 4'096;

  // Fails with kInvalidConfig, naming the pattern or list that cannot be used.
  static Result<PrivacyScanner> create(const ScannerOptions& options);
  PrivacyScanner();  // without patterns of a team

  PrivacyScanner(PrivacyScanner&&) noexcept;
  PrivacyScanner& operator=(PrivacyScanner&&) noexcept;
  PrivacyScanner(const PrivacyScanner&) = delete;
  PrivacyScanner& operator=(const PrivacyScanner&) = delete;
  ~PrivacyScanner();

  // Replaces *findings by what is in `text`, in its order, none overlapping another. Where two
  // would, the one stays that is a secret, before one whose checksum holds or that the team
  // named, before others, before URLs, domains, dates, ages and postcodes, before names; among
  // equals the longer, then the earlier. Of the other the rest stays, but of URLs and the like.
  // Blanks, hyphens, digits and letters that only look different count as ASCII (plain_text.h).
  // Any bytes may be in `text`; it need not be UTF-8. Does not throw. The time grows with the
  // text as a line does, plus that of sorting what is found.
  void scan(std::string_view text, std::vector<Finding>* findings,
            Guesses guesses = Guesses::kNone) const;

 private:
  void add(std::unique_ptr<privacy::Detector> detector);

  std::vector<std::unique_ptr<privacy::Detector>> detectors_;
  std::unique_ptr<privacy::Detector> names_;
  std::unique_ptr<privacy::WordHeads> heads_;
};

}  // namespace weir
