#include "local_backend/chat_template/chat_template.h"

namespace weir {
namespace {

constexpr std::string_view kTurnBegin = "<|im_start|>";
constexpr std::string_view kTurnEnd = "<|im_end|>";

bool has_control(const Vocabulary& vocabulary, std::string_view text) {
  const auto id = vocabulary.find(text);
  return id && vocabulary.kind(*id) == TokenKind::kControl;
}

Prompt render_plain(const std::vector<ChatTurn>& turns) {
  Prompt prompt;
  std::string text;
  for (const ChatTurn& turn : turns) {
    if (!text.empty()) text += '\n';
    text += turn.text;
  }
  prompt.add_user(std::move(text));
  return prompt;
}

Prompt render_chatml(const std::vector<ChatTurn>& turns) {
  Prompt prompt;
  for (const ChatTurn& turn : turns) {
    prompt.add_template(std::string(kTurnBegin) + std::string(turn.role) + "\n");
    prompt.add_user(turn.text);
    prompt.add_template(std::string(kTurnEnd) + "\n");
  }
  prompt.add_template(std::string(kTurnBegin) + "assistant\n");
  return prompt;
}

}  // namespace

Result<ChatTemplate> ChatTemplate::read(const GgufFile& file, const Vocabulary& vocabulary) {
  const auto source = file.find_string("tokenizer.chat_template");
  if (!source) return source.error();
  if (!*source) return ChatTemplate(Form::kPlain);
  const std::string_view text = **source;
  if (text.find(kTurnBegin) == text.npos || text.find(kTurnEnd) == text.npos) {
    return Error{ErrorCode::kInvalidModel,
                 "the model's chat template is not one of those known (ChatML)",
                 "chat_template_unknown"};
  }
  if (!has_control(vocabulary, kTurnBegin) || !has_control(vocabulary, kTurnEnd)) {
    return Error{ErrorCode::kInvalidModel,
                 "the model's chat template is ChatML but its vocabulary lacks the markers",
                 "chat_template_markers"};
  }
  return ChatTemplate(Form::kChatMl);
}

Prompt ChatTemplate::render(const std::vector<ChatTurn>& turns) const {
  switch (form_) {
    case Form::kPlain: return render_plain(turns);
    case Form::kChatMl: return render_chatml(turns);
  }
  return render_plain(turns);
}

}  // namespace weir
