// Turns a conversation into the prompt that a model was trained on.
//
// The file's `tokenizer.chat_template` is a program; it is not run, but compared with
// the known ones (ChatML, Qwen, Llama, Mistral, Gemma, Phi-3, Zephyr), for whose
// conversations without tools the prompt is what that program prints, byte for byte.
// Spelling does not matter (canonical_template.h). Any other template is refused at
// load rather than guessed. A file without one takes plain completion prompts.
// Immutable, thread-safe. What people wrote only ever becomes user text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "local_backend/chat_template/chat_form.h"
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

  // Every turn between its marks, then the beginning of the answer; kInvalidRequest
  // for a conversation that the template refuses: roles that do not alternate, a
  // system turn where it has no place. Plain: the texts joined by newlines; roles
  // are not shown, and the model continues where the last text ends.
  Result<Prompt> render(const std::vector<ChatTurn>& turns) const;

  // "chatml", "llama3" ...; "none" for plain prompts.
  std::string_view form() const { return form_ == nullptr ? "none" : form_->name; }

 private:
  ChatTemplate() = default;
  std::string with_names(std::string_view marks) const;

  const ChatForm* form_ = nullptr;  // none: plain
  std::string default_system_;
  std::string bos_;  // the names of these tokens
  std::string eos_;

  friend class ChatWriter;
};

}  // namespace weir
