// Turns an answer's tokens into text that may be shown.
//
// Holds back what may still change: half a UTF-8 character, and the beginning of
// a stop string. What it returns is always valid UTF-8; bytes that are not
// become U+FFFD. Belongs to one sequence and the engine's thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "local_backend/tokenizer/tokenizer.h"

namespace weir {

class TextAssembler {
 public:
  // `before` is the last token of the prompt: a space that only marks the
  // beginning of a word there is not shown.
  TextAssembler(const Tokenizer& tokenizer, std::vector<std::string> stop, TokenId before);

  struct Shown {
    std::string text;
    // The stop string that was found, which is not in the text: of several at one place the
    // first one given. The assembler's own.
    const std::string* stop = nullptr;
  };

  // What `token` allows to show; a control token has no text of its own. Not to be called again
  // once stopped.
  Shown push(TokenId token);

  // The answer is over: what was held back.
  std::string finish();

 private:
  struct Found {
    std::size_t at = std::string::npos;
    const std::string* stop = nullptr;
  };
  Found find_stop() const;
  std::size_t possible_stop_bytes() const;
  std::string show(std::size_t bytes);

  const Tokenizer& tokenizer_;
  const std::vector<std::string> stop_;
  bool drop_space_;
  std::string pending_;
};

}  // namespace weir
