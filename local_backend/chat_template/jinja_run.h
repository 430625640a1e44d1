// One rendering: its limits and its first error.
//
// A template is hostile input. Every step and every byte that is made is counted
// against a limit; what exceeds it ends the rendering like any other error. Functions
// report an error here and return something harmless; whoever loops asks failed().
// Owned by one rendering, one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir::jinja {

struct Limits {
  std::size_t steps = 10'000'000;             // nodes evaluated, elements visited
  std::size_t bytes = std::size_t{1} << 29;   // made or searched, over the whole rendering
  std::size_t output = std::size_t{1} << 26;  // bytes of the result
  int depth = 400;                            // of the evaluation, macro calls included
};

inline constexpr int kMaxValueDepth = 200;  // lists in lists, in values and in JSON text

// As Jinja's own: "TypeError", "UndefinedError", "TemplateError" (raise_exception) ...
struct TemplateError {
  std::string kind;
  std::string message;
  std::size_t line = 0;  // from 1; 0 where there is no place
  std::size_t column = 0;

  std::string text() const {
    std::string out = kind + ": " + message;
    if (line > 0)
      out += " (line " + std::to_string(line) + ", column " + std::to_string(column) + ")";
    return out;
  }
};

class Run {
 public:
  explicit Run(const Limits& limits) : limits_(limits) {}

  bool failed() const { return error_.has_value(); }
  // The first error counts, later ones are its consequences.
  void fail(std::string_view kind, std::string message) {
    if (!error_) error_ = TemplateError{std::string(kind), std::move(message), 0, 0};
  }
  // False once the rendering has failed or may do no more.
  bool step(std::size_t count = 1) { return spend(&steps_, count, limits_.steps, "steps"); }
  bool charge(std::size_t bytes) { return spend(&bytes_, bytes, limits_.bytes, "bytes of work"); }

  const Limits& limits() const { return limits_; }
  std::optional<TemplateError>& error() { return error_; }

 private:
  bool spend(std::size_t* spent, std::size_t count, std::size_t limit, const char* what) {
    if (failed()) return false;
    if (count <= limit - *spent) {
      *spent += count;
      return true;
    }
    fail("LimitError", "the template takes more than " + std::to_string(limit) + " " + what);
    return false;
  }

  const Limits limits_;
  std::size_t steps_ = 0;
  std::size_t bytes_ = 0;
  std::optional<TemplateError> error_;
};

}  // namespace weir::jinja
