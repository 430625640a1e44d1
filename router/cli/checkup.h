// What `weir doctor` finds out about a configuration and the place where it would run.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "router/config.h"

namespace weir::cli {

enum class Severity : std::uint8_t {
  kGood,     // as it should be, or a fact
  kNote,     // worth knowing
  kProblem,  // to be mended
};
std::string_view to_string(Severity severity);

struct Finding {
  Severity severity = Severity::kGood;
  std::string topic;  // one word: sandbox, tls, receipts, ...
  std::string text;   // one line
};
using Findings = std::vector<Finding>;

// Looks at files, limits and clocks, and writes a small file in state_dir to time the disk
// if that folder is there. Asks nobody over a network. Takes less than a second.
Findings checkup(const Config& config);

bool has_problem(const Findings& findings);

// "topic  text", with "!" before notes and "!!" before problems; or a JSON array.
std::string findings_text(const Findings& findings);
std::string findings_json(const Findings& findings);

}  // namespace weir::cli
