// How a template writes answers once a later user message stands behind them.
//
// Templates such as Qwen3.5's write the answers behind the last user message in another
// form than those before it: with thoughts, or with empty places for them. So a finished
// tool loop is rewritten when the user speaks again, and the key of all of it changes.
// render() writes them in the later form at once: it renders the conversation with one
// more answer and user message, and cuts those off. Whether the cut is clean is tried with
// conversations of its own when this is made; where it is not, or where a template
// rewrites nothing, render() is ChatTemplate::render_text().
// Immutable, thread-safe.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "local_backend/chat_template/chat_template.h"

namespace weir {

struct SettledText {
  MarkedText text;
  bool rewritten = false;  // render_text() would have written something else
};

class SettledForm {
 public:
  SettledForm() = default;  // of a template that rewrites nothing
  // Renders some dozens of short conversations.
  static SettledForm of(const ChatTemplate& chat);

  // At most three renderings. `chat` is what it was made of.
  Result<SettledText> render(const ChatTemplate& chat, const std::vector<ChatTurn>& turns,
                             const ChatOptions& options) const;

 private:
  // What the template writes around the end of a tool's result.
  struct Cut {
    bool needed = false;
    std::string ending;  // behind the result
    std::string header;  // then, before the text of the next answer
  };
  // What a template may make depend on: system text, tools, whether to think.
  static constexpr std::size_t kKinds = 12;

  static std::size_t kind_of(const std::vector<ChatTurn>& turns, const ChatOptions& options);
  static Cut try_out(const ChatTemplate& chat, std::size_t kind, bool long_loop);

  std::array<Cut, kKinds> cuts_;
};

}  // namespace weir
