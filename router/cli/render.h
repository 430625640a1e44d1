// `weir render`: the prompt that a conversation becomes, as the local model sees it.
#pragma once

#include <string>

namespace weir::cli {

struct RenderOptions {
  std::string model;          // a GGUF file; only its template and vocabulary are read
  std::string template_path;  // or a template alone
  // JSON: an array of messages, or an object with "messages", "tools",
  // "add_generation_prompt" and "enable_thinking". "-": standard input.
  std::string messages;
  bool plain = false;  // the prompt alone, without marks
  bool json = false;   // [{"origin": "template" | "user", "text": ...}]
};

// Marks each segment by a line "--- template" or "--- user". Returns an exit code of
// router/cli/output.h.
int render_prompt(const RenderOptions& options);

}  // namespace weir::cli
