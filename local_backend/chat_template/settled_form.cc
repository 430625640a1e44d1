#include "local_backend/chat_template/settled_form.h"

#include <optional>
#include <string_view>
#include <utility>

namespace weir {
namespace {

using std::string_view;
using Turns = std::vector<ChatTurn>;

// Words that no template has of its own.
constexpr string_view kSystem = "Zuvrin", kUser = "Qolbex", kTool = "wexlor", kResult = "Jubkan";
constexpr string_view kNext = "Vyrtog";
constexpr string_view kToolJson =
    R"({"type": "function", "function": {"name": "wexlor", "description": "d", "parameters": )"
    R"({"type": "object", "properties": {"q": {"type": "string"}}, "required": ["q"]}}})";

// Of a rendering while a template is tried out; real ones take some thousand steps.
constexpr jinja::Limits kSmall{100'000, std::size_t{1} << 24, std::size_t{1} << 22, 400};

ChatTurn user(string_view text) { return {"user", std::string(text)}; }

// An answer that ends the tool loop, and a user who speaks again.
Turns with_next(Turns turns) {
  turns.push_back({"assistant", std::string(kNext)});
  turns.push_back(user("Well."));
  return turns;
}

void add_call(Turns* turns, std::string_view id, string_view text, string_view result) {
  ChatTurn call{"assistant", std::string(text)};
  call.tool_calls.push_back({std::string(id), std::string(kTool), "{\"q\": \"1\"}"});
  ChatTurn answer{"tool", std::string(result)};
  answer.tool_call_id = id;
  answer.name = kTool;
  turns->push_back(std::move(call));
  turns->push_back(std::move(answer));
}

Turns followed_by(Turns turns, const Turns& more) {
  turns.insert(turns.end(), more.begin(), more.end());
  return turns;
}

std::size_t count(string_view text, string_view word) {
  std::size_t found = 0;
  for (std::size_t at = text.find(word); at != text.npos; at = text.find(word, at + word.size())) {
    ++found;
  }
  return found;
}

bool same_words(string_view a, string_view b) {
  for (const string_view word : {kSystem, kUser, kTool, kResult}) {
    if (count(a, word) != count(b, word)) return false;
  }
  return true;
}

// Behind the last `word`; nothing if it is not there.
std::optional<string_view> behind(string_view text, string_view word) {
  const std::size_t at = text.rfind(word);
  if (at == text.npos) return std::nullopt;
  return text.substr(at + word.size());
}

}  // namespace

std::size_t SettledForm::kind_of(const Turns& turns, const ChatOptions& options) {
  const bool has_system = !turns.empty() && turns.front().role == "system";
  const std::size_t thinking = !options.thinking ? 0 : *options.thinking ? 1 : 2;
  return thinking * 4 + (options.tools_json.empty() ? 0 : 2) + (has_system ? 1 : 0);
}

SettledForm::Cut SettledForm::try_out(const ChatTemplate& chat, std::size_t kind, bool long_loop) {
  ChatOptions options;
  options.add_generation_prompt = false;
  options.limits = kSmall;
  if (kind / 4 != 0) options.thinking = kind / 4 == 1;
  if ((kind & 2) != 0) options.tools_json.push_back(kToolJson);
  const auto text = [&](const Turns& turns) {
    auto rendered = chat.render_text(turns, options);
    return rendered ? std::string(rendered->bytes()) : std::string();
  };
  Turns turns;
  if ((kind & 1) != 0) turns.push_back({"system", std::string(kSystem)});
  turns.push_back(user(kUser));
  if (long_loop) add_call(&turns, "call00001", "Looking.", "first");
  add_call(&turns, "call00002", "", kResult);
  const std::string now = text(turns);
  std::string later = text(with_next(turns));
  if (now.empty() || later.empty() || later.starts_with(now)) return {};

  const std::size_t next = later.rfind(kNext);
  if (next == later.npos) return {};
  later.resize(next);
  const auto ending = behind(now, kResult);
  const auto between = behind(later, kResult);
  if (!ending || !between || !between->starts_with(*ending)) return {};
  Cut cut{true, std::string(*ending), std::string(between->substr(ending->size()))};
  later.resize(later.size() - cut.header.size());

  // What the cut promises: later prompts begin with what it leaves.
  const Turns on = followed_by(turns, {{"assistant", "Done."}, user("More.")});
  Turns further = on;
  add_call(&further, "call00003", "", "second");
  const bool kept = same_words(now, later) && text(on).starts_with(later) &&
                    text(with_next(further)).starts_with(later);
  options.add_generation_prompt = true;
  return kept && text(turns).starts_with(now) ? cut : Cut{};
}

SettledForm SettledForm::of(const ChatTemplate& chat) {
  SettledForm form;
  if (chat.is_plain() || chat.problem()) return form;
  for (std::size_t kind = 0; kind < kKinds; ++kind) {
    form.cuts_[kind] = try_out(chat, kind, true);
    if (!form.cuts_[kind].needed) form.cuts_[kind] = try_out(chat, kind, false);
  }
  return form;
}

Result<SettledText> SettledForm::render(const ChatTemplate& chat, const Turns& turns,
                                        const ChatOptions& options) const {
  auto plain = chat.render_text(turns, options);
  if (!plain) return plain.error();
  const Cut& cut = cuts_[kind_of(turns, options)];
  if (!cut.needed || turns.empty() || turns.back().role != "tool") {
    return SettledText{std::move(*plain), false};
  }
  ChatOptions without_answer = options;
  without_answer.add_generation_prompt = false;
  const auto now = chat.render_text(turns, without_answer);
  const auto later = chat.render_text(with_next(turns), without_answer);
  if (!now || !later || !plain->bytes().starts_with(now->bytes())) {
    return SettledText{std::move(*plain), false};
  }
  string_view kept = later->bytes().substr(0, later->bytes().rfind(kNext));
  if (!kept.ends_with(cut.ending + cut.header)) return SettledText{std::move(*plain), false};
  kept.remove_suffix(cut.header.size());
  MarkedText text = later->part(0, kept.size());
  text.append_part(*plain, now->size(), plain->size());
  const bool rewritten = text.bytes() != plain->bytes();
  return SettledText{std::move(text), rewritten};
}

}  // namespace weir
