// `weir tokenize`: the tokens of a text, as a model file's vocabulary has them.
#pragma once

#include <string>

#include "local_backend/mini/embedded_model.h"

namespace weir::cli {

struct TokenizeOptions {
  std::string model{kEmbeddedModel};  // or a GGUF file; only its vocabulary is read
  std::string text;                   // "-": standard input, as it is
  // The text is what a template would write: BOS and EOS where the file asks for
  // them, and control tokens where their names stand. Else it is a user's text.
  bool special = false;
  bool pieces = false;  // a line a token, with the text that it decodes to
  bool json = false;
};

// Prints to standard output and returns an exit code of router/cli/output.h.
int tokenize(const TokenizeOptions& options);

}  // namespace weir::cli
