// The sets that `weir eval-delegation` reads: private requests and what must not be told of them.
#pragma once

#include <istream>
#include <string>
#include <vector>

#include "core/result.h"

namespace weir::cli {

struct DelegationSample {
  std::string body;                   // of Chat Completions
  std::vector<std::string> canaries;  // what must not leave, in any case of ASCII letters
  std::vector<std::string> needed;    // words that the question cannot do without
  std::string said;                   // what the cloud says to a good question
  std::vector<std::string> expected;  // words of a good answer
};

// One JSON object a line: "messages" and "canaries", and if they are known "needed", "said" and
// "expected". Errors name the file and the line; they quote nothing.
Result<std::vector<DelegationSample>> read_delegation_samples(std::istream& in,
                                                              const std::string& name);

}  // namespace weir::cli
