// Cuts the source of a template into tokens.
//
// Jinja 3.1 as Hugging Face sets it up: trim_blocks (the newline behind a block goes),
// lstrip_blocks (blanks before a block that begins its line go), one newline at the end
// of the source goes, every newline is "\n". "-" and "+" in tags as Jinja has them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "local_backend/chat_template/jinja_run.h"

namespace weir::jinja {

struct Token {
  enum class Kind : std::uint8_t {
    kData,  // what stands outside of tags, whitespace control done
    kVariableBegin,
    kVariableEnd,
    kBlockBegin,
    kBlockEnd,
    kName,
    kString,  // its value: without quotes and escapes
    kInteger,
    kFloat,
    kOperator,
    kEnd,
  };
  Kind kind = Kind::kEnd;
  std::string text;
  std::size_t at = 0;  // byte of the source
};
using Lex = Token::Kind;

// With "\n" for every newline and without the last one.
std::string normalised_source(std::string_view source);

// The last token is kEnd. A "TemplateSyntaxError" goes to `run`, its place to *fault.
std::vector<Token> tokens_of(std::string_view normalised, Run& run, std::size_t* fault);

}  // namespace weir::jinja
