// `weir parse`: what an answer of a model says, taken apart as the local engine does it.
#pragma once

#include <cstddef>
#include <string>

#include "router/cli/template_input.h"

namespace weir::cli {

struct ParseOptions {
  TemplateSource source;
  std::string tools;      // a JSON file: an array of tools, or an object with "tools"
  std::string answer;     // the answer's text, control tokens spelled out; "-": standard input
  std::size_t piece = 0;  // bytes of a piece; 0 = all at once
  bool begins_thinking = false;  // the prompt has opened the thinking
};

// A JSON object a line: {"format": ...} with the names of what was found out, then
// {"text": ...}, {"reasoning": ...}, {"tool_call": {"name", "arguments"}} and
// {"broken_call": ...}; neighbours of one kind are joined. Returns an exit code of
// router/cli/output.h.
int parse_answer(const ParseOptions& options);

}  // namespace weir::cli
