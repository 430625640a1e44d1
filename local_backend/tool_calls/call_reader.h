// Reads tool calls whose bytes are still coming.
//
// A syntax is a coroutine that says what follows, piece by piece:
//
//   Grammar read_mistral(CallReader& in) {
//     const std::string name = co_await in.until("[ARGS]", kMostNameBytes);
//     const std::string arguments = co_await in.json();
//     in.call({"", name, arguments});
//   }
//
// Each piece waits for its bytes and looks at none of them twice. One that cannot
// come any more is never resumed: the reader has failed, and the coroutine is dropped
// where it waits. So grammars know no errors. One reader, one answer, one thread.
#pragma once

#include <coroutine>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "local_backend/tool_calls/json_scanner.h"
#include "local_backend/tool_calls/offered_tools.h"

namespace weir {

struct ToolCall {
  std::string id;  // empty: the syntax knows none
  std::string name;
  std::string arguments;  // a JSON object
};

inline constexpr std::size_t kMostNameBytes = 256;
// What stands around the texts of Gemma's.
inline constexpr std::string_view kGemmaQuote = "<|\"|>";

class Grammar {
 public:
  struct promise_type {  // NOLINT(readability-identifier-naming): the language's word
    Grammar get_return_object() { return Grammar(Handle::from_promise(*this)); }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { throw; }
  };
  using Handle = std::coroutine_handle<promise_type>;

  Grammar() = default;
  explicit Grammar(Handle handle) : handle_(handle) {}
  Grammar(Grammar&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Grammar& operator=(Grammar&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Grammar() {
    if (handle_) handle_.destroy();
  }

  bool done() const { return handle_.done(); }
  void resume() { handle_.resume(); }

 private:
  Handle handle_;
};

class CallReader {
 public:
  // Of one call, or of the text between two. What is longer fails.
  static constexpr std::size_t kMostBytes = std::size_t{1} << 20;
  static constexpr std::size_t kMostCalls = 128;

  using Read = Grammar (*)(CallReader& in);
  enum class State : std::uint8_t { kReading, kDone, kFailed };

  // `tools` outlives the reader. `mark` opened the call: it counts as text of it, and has
  // been read.
  CallReader(const OfferedTools& tools, std::string_view mark, Read read);
  CallReader(const CallReader&) = delete;
  CallReader& operator=(const CallReader&) = delete;

  // Only while kReading.
  void feed(std::string_view bytes);
  void end();  // nothing follows

  State state() const { return state_; }
  std::vector<ToolCall> take_calls() { return std::exchange(calls_, {}); }

  // After kDone or kFailed: what was fed and does not belong to the calls.
  std::string take_rest() { return std::exchange(rest_, {}); }
  // After kFailed: the text behind the last good call up to where it failed, and whether
  // it was surely meant to be a call.
  std::string_view failed_text() const { return text_; }
  bool was_call() const { return committed_; }

  // What a grammar may wait for.
  class Wait {
   public:
    virtual ~Wait() = default;
    bool await_ready() const noexcept { return false; }
    void await_suspend(Grammar::Handle /*unused*/) noexcept { in_.waiting_ = this; }

   protected:
    enum class Step : std::uint8_t { kReady, kMore, kFailed };
    explicit Wait(CallReader& in) : in_(in) {}
    Wait(const Wait&) = delete;
    Wait& operator=(const Wait&) = delete;

    virtual Step attempt() = 0;
    std::string_view rest() const { return std::string_view(in_.text_).substr(in_.at_); }
    void skip(std::size_t bytes) { in_.at_ += bytes; }
    std::string take(std::size_t bytes);
    bool ended() const { return in_.ended_; }

   private:
    friend class CallReader;
    CallReader& in_;
  };

  // Exactly one of some texts; says which. None may be the beginning of another.
  class OneOf;
  // The same, or none of them: then texts.size().
  class AnyOf;
  class Blank;
  class Peek;
  class Until;
  class Word;
  class Begins;
  class Json;
  class Brackets;
  class Never;

  OneOf literal(std::string_view text);
  AnyOf optional(std::string_view text);  // 0 if it is there, else 1
  AnyOf any_of(std::span<const std::string_view> texts);
  Blank blank();                                        // skips spaces and line ends
  Peek peek();                                          // the next byte, or 0 at the end
  Until until(std::string_view end, std::size_t most);  // the text before `end`, which is skipped
  Word word(std::string_view stops);  // up to one of these bytes, at most kMostNameBytes
  // Nothing, unless what follows looks right to `judge`, who gets more and more of it:
  // an answer that is no call must not wait for its end.
  enum class Look : std::uint8_t { kYes, kMaybe, kNo };
  Begins begins(Look (*judge)(std::string_view rest));
  Json json();  // an object or an array, as written
  // Up to where all brackets are closed. Those in quotes do not count; quotes are Python's,
  // or Gemma's <|"|>.
  enum class Quotes : std::uint8_t { kPython, kGemma };
  Brackets brackets(Quotes quotes);
  Never fail();

  // From here to the next add() it is surely meant to be a call.
  void commit() { committed_ = true; }
  // Calls are complete. False if there is none, one is not among the tools, or has arguments
  // that are no object: then none was taken, and the grammar awaits fail().
  bool add(std::vector<ToolCall> calls);
  bool add(ToolCall call);
  // What reads on when this grammar has ended.
  void go_on_with(Grammar next) { next_ = std::move(next); }
  const OfferedTools& tools() const { return tools_; }
  std::string_view mark() const { return mark_; }

 private:
  void go_on();
  bool complete(ToolCall* call) const;
  void fail_here();
  void keep_rest(std::string_view not_taken);

  const OfferedTools& tools_;
  const std::string mark_;
  std::string text_;    // from the end of the last call on
  std::size_t at_ = 0;  // what is before was read
  bool ended_ = false;
  bool committed_ = false;
  State state_ = State::kReading;
  std::size_t count_ = 0;
  std::vector<ToolCall> calls_;
  std::string rest_;
  Wait* waiting_ = nullptr;  // in the frame of grammar_
  Grammar grammar_;
  std::optional<Grammar> next_;
};

class CallReader::OneOf final : public Wait {
 public:
  OneOf(CallReader& in, std::string_view text) : Wait(in), text_(text) {}
  void await_resume() const noexcept {}

 private:
  Step attempt() override;
  std::string_view text_;
};

class CallReader::AnyOf final : public Wait {
 public:
  AnyOf(CallReader& in, std::span<const std::string_view> texts) : Wait(in), texts_(texts) {}
  AnyOf(CallReader& in, std::string_view text) : Wait(in), one_(text), texts_(&one_, 1) {}
  std::size_t await_resume() const noexcept { return found_; }

 private:
  Step attempt() override;
  std::string_view one_;
  std::span<const std::string_view> texts_;
  std::size_t found_ = 0;
};

class CallReader::Blank final : public Wait {
 public:
  explicit Blank(CallReader& in) : Wait(in) {}
  void await_resume() const noexcept {}

 private:
  Step attempt() override;
};

class CallReader::Peek final : public Wait {
 public:
  explicit Peek(CallReader& in) : Wait(in) {}
  char await_resume() const noexcept { return rest().empty() ? '\0' : rest().front(); }

 private:
  Step attempt() override;
};

class CallReader::Word final : public Wait {
 public:
  Word(CallReader& in, std::string_view stops) : Wait(in), stops_(stops) {}
  std::string await_resume() { return std::move(word_); }

 private:
  Step attempt() override;
  std::string_view stops_;
  std::string word_;
};

class CallReader::Begins final : public Wait {
 public:
  Begins(CallReader& in, Look (*judge)(std::string_view)) : Wait(in), judge_(judge) {}
  void await_resume() const noexcept {}

 private:
  Step attempt() override;
  Look (*judge_)(std::string_view);
};

class CallReader::Until final : public Wait {
 public:
  Until(CallReader& in, std::string_view end, std::size_t most)
      : Wait(in), end_(end), most_(most) {}
  std::string await_resume() { return std::move(before_); }

 private:
  Step attempt() override;
  std::string_view end_;
  std::size_t most_;
  std::size_t searched_ = 0;
  std::string before_;
};

class CallReader::Json final : public Wait {
 public:
  explicit Json(CallReader& in) : Wait(in) {}
  std::string await_resume() { return std::move(value_); }

 private:
  Step attempt() override;
  JsonScanner scanner_;
  std::size_t scanned_ = 0;
  std::string value_;
};

class CallReader::Brackets final : public Wait {
 public:
  Brackets(CallReader& in, Quotes quotes) : Wait(in), gemma_(quotes == Quotes::kGemma) {}
  std::string await_resume() { return std::move(text_); }

 private:
  Step attempt() override;
  // How many bytes make the next sign; 0 if that is not known yet.
  std::size_t next_sign(std::string_view text);
  bool gemma_;
  int open_ = 0;
  char quote_ = 0;  // that is open
  std::size_t scanned_ = 0;
  std::string text_;
};

class CallReader::Never final : public Wait {
 public:
  explicit Never(CallReader& in) : Wait(in) {}
  void await_resume() const noexcept {}

 private:
  Step attempt() override { return Step::kFailed; }
};

}  // namespace weir
