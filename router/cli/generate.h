// `weir generate`: one answer from a model in this process, as it is made.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "router/cli/commands.h"

namespace weir::cli {

struct GenerateOptions {
  ConfigOption config;  // whose [local] is used where no model is named
  std::string model;    // a GGUF file
  std::string prompt;   // "-": standard input
  std::string system;   // a system message before it
  bool raw = false;     // the prompt as it stands
  bool chat = false;    // through the file's chat template; neither: if the file has one
  bool json = false;    // one JSON object at the end instead of text
  std::int64_t threads = 0;
  std::int64_t context_tokens = 0;
  std::optional<std::int64_t> max_tokens;
  std::optional<double> temperature;
  std::optional<std::int64_t> top_k;
  std::optional<double> top_p;
  std::optional<double> min_p;
  std::optional<std::uint64_t> seed;
  std::vector<std::string> stop;
};

// Text on standard output, a line of figures on standard error. Ctrl-C ends the
// answer, keeps what was said and returns kInterrupted.
int generate(const GenerateOptions& options);

}  // namespace weir::cli
