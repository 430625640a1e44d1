// A chat template, ready to be rendered any number of times.
//
// The part of Jinja 3.1 that chat templates use, with Python's rules, in a sandbox:
// values can be read and called only through the lists of jinja_methods.h and
// jinja_filters.h, and every rendering has Limits. Immutable, thread-safe, movable.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "local_backend/chat_template/jinja_value.h"

namespace weir::jinja {

struct Globals {
  Dict values;                    // names and what they are
  std::int64_t unix_seconds = 0;  // what strftime_now() reads, UTC
};

class Template {
 public:
  Template(Template&&) noexcept;
  Template& operator=(Template&&) noexcept;
  ~Template();

  // At most this many bytes are read.
  static constexpr std::size_t kMaxSource = std::size_t{1} << 20;

  static std::variant<Template, TemplateError> parse(std::string_view source);

  // As parsed: line ends are "\n", and the one at the end is gone.
  std::string_view source() const { return source_; }

  std::variant<MarkedText, TemplateError> render(const Globals& globals,
                                                 const Limits& limits = {}) const;

 private:
  Template(std::string source, std::unique_ptr<const Node> root);

  std::string source_;  // as parsed, for the places of errors
  std::unique_ptr<const Node> root_;
};

}  // namespace weir::jinja
