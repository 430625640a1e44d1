// Turns a conversation into the prompt that a model was trained on.
//
// Knows two forms: ChatML, recognised by its markers in the file's
// `tokenizer.chat_template`, and plain completion for a file without a template.
// Any other template is refused at load rather than guessed. Immutable,
// thread-safe. What people wrote only ever becomes user text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "local_backend/gguf/gguf_file.h"
#include "local_backend/tokenizer/prompt.h"
#include "local_backend/tokenizer/vocabulary.h"

namespace weir {

struct ChatTurn {
  std::string_view role;  // "system", "user", "assistant"
  std::string text;
};

class ChatTemplate {
 public:
  // kInvalidModel for a template that is not known, or whose markers the
  // vocabulary does not have.
  static Result<ChatTemplate> read(const GgufFile& file, const Vocabulary& vocabulary);

  // ChatML: every turn between its markers, then the beginning of the answer.
  // Plain: the texts joined by newlines; roles are not shown, and the model
  // continues where the last text ends.
  Prompt render(const std::vector<ChatTurn>& turns) const;

 private:
  enum class Form { kPlain, kChatMl };
  explicit ChatTemplate(Form form) : form_(form) {}

  Form form_;
};

}  // namespace weir
