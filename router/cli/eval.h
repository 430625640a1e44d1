// `weir eval`: how good the difficulty score is on a file of graded prompts.
//
// One JSON object a line: "prompt" (text), "weak_ok" and "strong_ok" (booleans, or
// grades from 0 to 1); other keys are left alone, blank lines too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <istream>
#include <string>
#include <vector>

#include "core/result.h"
#include "router/cli/commands.h"
#include "router/difficulty_measures.h"

namespace weir::cli {

struct EvalOptions {
  std::string file;
  bool json = false;
};

struct GradedFile {
  std::vector<GradedPrompt> prompts;
  std::string sha256;  // of all its bytes, hex
};

inline constexpr std::size_t kEvalMaxLineBytes = std::size_t{16} << 20;
inline constexpr std::size_t kEvalMaxPrompts = 10'000'000;

// Scores line by line: keeps 48 bytes a prompt and at most one line. Errors begin
// with "NAME:LINE:" and name the key; they do not quote the prompt.
Result<GradedFile> read_graded(std::istream& in, const std::string& name);

// One line: {"apgr":{"value","low","high"},"cpt50","cpt80","auroc","ece",
// "baselines":{"random","length","oracle"},"n"}. What is not defined is null.
std::string measures_json(const DifficultyMeasures& measures);
std::string measures_table(const DifficultyMeasures& measures);

// The result on standard output; warnings on standard error.
int eval(const EvalOptions& options);

}  // namespace weir::cli
