// `weir render`: the prompt that a conversation becomes, as the local model gets it.
#pragma once

#include <string>

namespace weir::cli {

struct RenderOptions {
  std::string model;          // as in TemplateSource
  std::string template_path;  // the same
  // JSON: a chat request of OpenAI's dialect, whose model may be missing, or its array of
  // messages alone. "-": standard input.
  std::string messages;
  bool as_written = false;  // as with normalise = false: what the template writes
  bool plain = false;       // the prompt alone, without marks
  bool json = false;        // [{"origin": "template" | "user", "text": ...}]
};

// Marks each segment by a line "--- template" or "--- user". The rules that changed the
// prompt come first, "--- normalised: clock", or, without marks, on standard error. Errors
// name the file and, of JSON that cannot be read, the line. Returns an exit code of
// router/cli/output.h.
int render_prompt(const RenderOptions& options);

}  // namespace weir::cli
