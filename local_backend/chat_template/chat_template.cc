#include "local_backend/chat_template/chat_template.h"

#include <algorithm>
#include <optional>

#include "local_backend/chat_template/canonical_template.h"
#include "local_backend/tokenizer/character.h"

namespace weir {
namespace {

using std::string_view;

constexpr string_view kThinkEnd = "</think>";

Error unusable(std::string message, std::string_view detail) {
  return {ErrorCode::kInvalidModel, std::move(message), std::string(detail)};
}

Error refused(std::string message) {
  return {ErrorCode::kInvalidRequest,
          "the model's chat template " + std::move(message),
          {},
          "messages"};
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

bool is_blank(const Character& character) {
  return (character.traits & trait::kSpace) != 0 ||
         (character.code >= 0x1c && character.code <= 0x1f);
}

// Without the whitespace around it, as Python's str.strip() has it.
string_view trimmed(string_view text) {
  const std::vector<Character> characters = characters_of(text);
  const auto first = std::find_if_not(characters.begin(), characters.end(), is_blank);
  if (first == characters.end()) return {};
  const auto behind = std::find_if_not(characters.rbegin(), characters.rend(), is_blank).base();
  const std::size_t end = behind == characters.end() ? text.size() : behind->begin;
  return text.substr(first->begin, end - first->begin);
}

string_view trimmed_behind(string_view text) {
  const string_view inner = trimmed(text);
  if (inner.empty()) return {};
  return text.substr(0, static_cast<std::size_t>(inner.data() - text.data()) + inner.size());
}

string_view without_newlines_before(string_view text) {
  return text.substr(std::min(text.find_first_not_of('\n'), text.size()));
}

string_view without_newlines_behind(string_view text) {
  return text.substr(0, text.find_last_not_of('\n') + 1);
}

// What follows the last "</think>"; all of it where there is none.
string_view behind_thoughts(string_view text) {
  const std::size_t end = text.rfind(kThinkEnd);
  return end == text.npos ? text : text.substr(end + kThinkEnd.size());
}

// What stands before the first "</think>", and behind a "<think>" there.
string_view thoughts_in(string_view text) {
  constexpr string_view kThinkBegin = "<think>";
  text = without_newlines_behind(text.substr(0, text.find(kThinkEnd)));
  const std::size_t begin = text.rfind(kThinkBegin);
  if (begin != text.npos) text = text.substr(begin + kThinkBegin.size());
  return without_newlines_before(text);
}

bool is_tool_response(string_view text) {
  return text.starts_with("<tool_response>") && text.ends_with("</tool_response>");
}

}  // namespace

// Writes one conversation as a form has it.
class ChatWriter {
 public:
  ChatWriter(const ChatTemplate& chat, const std::vector<ChatTurn>& turns)
      : chat_(chat), form_(*chat.form_), turns_(turns) {}

  Result<Prompt> write() {
    if (auto error = check_roles()) return *error;
    add_template(form_.begin);
    add_beginning();
    for (std::size_t i = first_; i < turns_.size(); ++i) add_turn(i);
    add_template(form_.generation);
    return std::move(prompt_);
  }

 private:
  using System = ChatForm::System;
  using Thoughts = ChatForm::Thoughts;

  bool begins_with_system() const { return !turns_.empty() && turns_[0].role == "system"; }

  // Where an opening system turn is no turn of its own, turns begin behind it.
  std::optional<Error> check_roles() {
    const bool system = begins_with_system();
    if (form_.system_place == System::kRefused && system) return refused("has no system messages");
    if (system && form_.system_place != System::kTurn) first_ = 1;
    for (std::size_t i = first_; i < turns_.size(); ++i) {
      const bool users = (i - first_) % 2 == 0;
      if (form_.alternates && (turns_[i].role == "user") != users) {
        return refused("wants user and assistant messages in turn");
      }
      if (form_.two_roles && turns_[i].role == "system") {
        return refused("has no system messages behind the first");
      }
    }
    return std::nullopt;
  }

  void add_template(string_view marks) {
    std::string text = chat_.with_names(marks);
    if (!text.empty()) prompt_.add_template(std::move(text));
  }

  void add_user(string_view text) {
    if (form_.trims) text = trimmed(text);
    if (!text.empty()) prompt_.add_user(std::string(text));
  }

  void add_beginning() {
    if (form_.system_place == System::kHeader) {
      add_template(form_.system.before);
      add_template(form_.header);
      if (first_ == 1) add_user(turns_[0].text);
      add_template(form_.system.after);
    }
    if (form_.default_system && !begins_with_system()) {
      add_template(form_.system.before);
      prompt_.add_template(chat_.default_system_);
      add_template(form_.system.after);
    }
  }

  void add_turn(std::size_t i) {
    const ChatTurn& turn = turns_[i];
    if (turn.role == "system") {
      if (form_.drops_system || (i == 0 && form_.drops_empty_system && turn.text.empty())) return;
      add_marked(form_.system, turn.text);
    } else if (turn.role == "assistant") {
      add_template(form_.assistant.before);
      add_answer(i);
      add_template(form_.assistant.after);
    } else if (first_ == 1 && takes_system(i)) {
      add_template(form_.user.before);
      add_with_system(turn.text);
      add_template(form_.user.after);
    } else {
      add_marked(form_.user, turn.text);
    }
  }

  void add_marked(const TurnMarks& marks, string_view text) {
    add_template(marks.before);
    add_user(text);
    add_template(marks.after);
  }

  bool takes_system(std::size_t i) const {
    if (form_.system_place == System::kLastUser) return i + 1 == turns_.size();
    return i == first_ && (form_.system_place == System::kFirstUser ||
                           form_.system_place == System::kFirstUserAsOne);
  }

  void add_with_system(string_view text) {
    const bool as_one = form_.system_place == System::kFirstUserAsOne;
    add_template(form_.inserted.before);
    prompt_.add_user(turns_[0].text);
    if (as_one) text = trimmed_behind(text);
    add_template(as_one && text.empty() ? trimmed_behind(form_.inserted.after)
                                        : form_.inserted.after);
    if (as_one) {
      prompt_.add_user(std::string(text));
    } else {
      add_user(text);
    }
  }

  void add_answer(std::size_t i) {
    const string_view text = turns_[i].text;
    switch (form_.thoughts) {
      case Thoughts::kKept: add_user(text); return;
      case Thoughts::kDroppedButLastTurn:
        add_user(i + 1 == turns_.size() ? text : without_newlines_before(behind_thoughts(text)));
        return;
      case Thoughts::kDroppedButLastAssistant:
        add_user(i == last_assistant() || text.find(kThinkEnd) == text.npos
                     ? text
                     : trimmed(behind_thoughts(text)));
        return;
      case Thoughts::kQwen3: add_qwen3_answer(i); return;
    }
  }

  void add_qwen3_answer(std::size_t i) {
    const string_view text = turns_[i].text;
    const bool thought = text.find(kThinkEnd) != text.npos;
    const string_view answer = thought ? without_newlines_before(behind_thoughts(text)) : text;
    const string_view thoughts = thought ? thoughts_in(text) : string_view();
    if (i > last_question() && (i + 1 == turns_.size() || !thoughts.empty())) {
      add_template("<think>\n");
      add_user(without_newlines_behind(without_newlines_before(thoughts)));
      add_template("\n</think>\n\n");
      add_user(without_newlines_before(answer));
    } else {
      add_user(answer);
    }
  }

  std::size_t last_question() const {
    for (std::size_t i = turns_.size(); i > 0; --i) {
      const ChatTurn& turn = turns_[i - 1];
      if (turn.role == "user" && !is_tool_response(turn.text)) return i - 1;
    }
    return turns_.size() - 1;
  }

  std::size_t last_assistant() const {
    for (std::size_t i = turns_.size(); i > 0; --i) {
      if (turns_[i - 1].role == "assistant") return i - 1;
    }
    return turns_.size();
  }

  const ChatTemplate& chat_;
  const ChatForm& form_;
  const std::vector<ChatTurn>& turns_;
  std::size_t first_ = 0;  // of the turns that are written as turns
  Prompt prompt_;
};

Result<ChatTemplate> ChatTemplate::read(const GgufFile& file, const Vocabulary& vocabulary) {
  const auto source = file.find_string("tokenizer.chat_template");
  if (!source) return source.error();
  ChatTemplate chat;
  if (!*source) return chat;
  const auto canonical = canonical_template(**source);
  chat.form_ = canonical ? find_chat_form(canonical->hash) : nullptr;
  if (chat.form_ == nullptr) {
    return unusable(
        "the model's chat template is not one of those known, and templates are not "
        "executed yet",
        "chat_template_unknown");
  }
  for (const string_view marker : chat.form_->markers) {
    const auto id = vocabulary.find(marker);
    if (id && vocabulary.is_control(*id)) continue;
    return unusable("the model's chat template is " + std::string(chat.form_->name) +
                        " but its vocabulary has no control token " + std::string(marker),
                    "chat_template_markers");
  }
  chat.default_system_ = canonical->default_system;
  if (const auto bos = vocabulary.bos()) chat.bos_ = vocabulary.text(*bos);
  if (const auto eos = vocabulary.eos()) chat.eos_ = vocabulary.text(*eos);
  return chat;
}

std::string ChatTemplate::with_names(string_view marks) const {
  std::string text(marks);
  for (const auto& [name, token] : {std::pair<string_view, string_view>{"<bos>", bos_},
                                    std::pair<string_view, string_view>{"<eos>", eos_}}) {
    const std::size_t at = text.find(name);
    if (at != text.npos) text.replace(at, name.size(), token);
  }
  return text;
}

Result<Prompt> ChatTemplate::render(const std::vector<ChatTurn>& turns) const {
  if (form_ == nullptr) return render_plain(turns);
  return ChatWriter(*this, turns).write();
}

}  // namespace weir
