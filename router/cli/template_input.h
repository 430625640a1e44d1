// What the verbs about prompts read: a chat template, and files or standard input.
#pragma once

#include <string>

#include "core/result.h"
#include "local_backend/tool_calls/answer_format.h"

namespace weir::cli {

// At most one of both is set; none: the embedded model.
struct TemplateSource {
  std::string model;  // a GGUF file, or kEmbeddedModel; only its template and vocabulary are read
  std::string template_path;  // or a template alone
};

// Of at most 64 MiB; "-" is standard input.
Result<std::string> read_input(const std::string& path);

Result<ChatTemplate> read_template(const TemplateSource& source);
// The same, and how such a model writes its thinking and its calls.
Result<AnswerFormat> read_format(const TemplateSource& source);

}  // namespace weir::cli
