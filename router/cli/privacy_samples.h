// The sets that `weir eval-privacy` reads, and what is left out of them.
//
// Two forms. One JSON object a line: "full_text" and "spans", each with "entity_type",
// "start_position" and "end_position" in characters. Or one JSON array of objects with "rule",
// "kind" ("tps": holds a secret, "fps": does not) and "text".
//
// The second kind of set is taken from the tests of another scanner, where many strings are no
// texts: parts that a test puts together when it runs. cleaned() leaves out, and counts,
//   pattern        what is a regular expression or a format: "]{20}", "(?:"; of tps also "%s"
//   file_name      the name of a file alone: there the name decides, here nothing reads names
//   piece          of tps: less than 20 bytes in one word, a word without a digit, or an end where
//                  the rest was to follow: a quote, "=", "_", "-", "/" or "." at the end
//   contradiction  what is there as tps and as fps: which it is, another file or rule decides; also
//                  fps that hold a word of 32 bytes or more that tps hold: a secret at another
//                  place
//   published      of fps: what a pattern among the tps of its own rule describes in full: keys
//                  that only a list of published ones tells from others
#pragma once

#include <cstddef>
#include <istream>
#include <map>
#include <string>
#include <vector>

#include "core/result.h"
#include "router/privacy_measures.h"

namespace weir::cli {

struct PrivacySamples {
  std::vector<LabelledText> texts;
  std::vector<SecretSample> secrets;  // as they stand in the file
};

inline constexpr std::size_t kMostSampleBytes = std::size_t{256} << 20;

// One of the two is filled. Errors name the file and the line or element; they quote nothing.
Result<PrivacySamples> read_privacy_samples(std::istream& in, const std::string& name);

struct CleanedSecrets {
  std::vector<SecretSample> kept;
  std::map<std::string, std::size_t> left_out;  // by the words above
};

CleanedSecrets cleaned(const std::vector<SecretSample>& samples);

}  // namespace weir::cli
