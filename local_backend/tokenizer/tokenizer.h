// Turns text into tokens and back, as the `tokenizer.ggml.*` keys of a GGUF file say.
//
// Immutable after create(), so any number of threads may share one. It copies
// what it needs: the GgufFile may be closed afterwards.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "local_backend/gguf/gguf_file.h"
#include "local_backend/tokenizer/prompt.h"
#include "local_backend/tokenizer/special_tokens.h"
#include "local_backend/tokenizer/vocabulary.h"

namespace weir {

class Tokenizer {
 public:
  // Fails with kInvalidModel if the file names a vocabulary we do not know.
  static Result<std::unique_ptr<Tokenizer>> create(const GgufFile& file);

  virtual ~Tokenizer() = default;
  Tokenizer(const Tokenizer&) = delete;
  Tokenizer& operator=(const Tokenizer&) = delete;

  // Every byte string has an encoding, so this cannot fail. Text that looks
  // like a control token ("<|im_end|>") is encoded as plain text: a prompt must
  // not be able to end its own turn. No BOS. O(n log n) in text.size().
  std::vector<TokenId> encode(std::string_view text) const;

  // A whole prompt: BOS if the model wants one, control tokens where template
  // text has them, everything else plain. A template that begins with BOS gets no
  // second one. Neighbouring plain text is encoded as one, so that a template's
  // newline and the user's word may share a token. No EOS: the model is to go on.
  std::vector<TokenId> encode(const Prompt& prompt) const;

  // Appends the bytes of `token` to *text; control tokens have none. One token
  // may be half a UTF-8 character; callers that stream must hold back an
  // incomplete tail.
  virtual void decode(TokenId token, std::string* text) const = 0;

  // Text whose first token stands behind `before` begins with a space that
  // encode() put there, and that a reader should not see.
  virtual bool adds_space_after(TokenId before) const = 0;

  // Whether decoding gives back the text that was encoded; else it lost case and more.
  virtual bool keeps_text() const { return true; }

  const Vocabulary& vocabulary() const { return vocabulary_; }

 protected:
  explicit Tokenizer(Vocabulary vocabulary)
      : vocabulary_(std::move(vocabulary)), special_(vocabulary_) {}

  // Appends the tokens of plain text. `opens`: it stands at the very start, or
  // right behind a special token.
  virtual void encode_plain(std::string_view text, bool opens,
                            std::vector<TokenId>* tokens) const = 0;

 private:
  class PlainRun;

  const Vocabulary vocabulary_;
  const SpecialTokens special_;
};

}  // namespace weir
