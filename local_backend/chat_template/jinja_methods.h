// The methods of texts, dictionaries and lists that templates may call, and the loop's
// attributes. Nothing else of a value can be reached.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "local_backend/chat_template/jinja_format.h"

namespace weir::jinja {

// The method as a value that can be called; nothing if the type has none of this name.
// "SecurityError" for those that would change a value.
std::optional<Value> method(Run& run, const Value& value, std::string_view name);

Value call_method(Run& run, const Function& function, const Arguments& arguments);

std::optional<Value> loop_attribute(const LoopState& loop, std::string_view name);

// Takes the arguments of a call one by one, by place or by name.
class ArgumentReader {
 public:
  ArgumentReader(Run& run, std::string_view callee, const Arguments& arguments)
      : run_(run), callee_(callee), arguments_(arguments) {}

  std::optional<Value> find(std::string_view name);
  Value take(std::string_view name);  // fails without it
  Value take(std::string_view name, Value otherwise) {
    return find(name).value_or(std::move(otherwise));
  }
  // Fails if there are arguments that nobody took.
  void end();

 private:
  Run& run_;
  const std::string callee_;
  const Arguments& arguments_;
  std::size_t next_ = 0;
  std::size_t named_ = 0;
};

// Operations that filters share with methods.
Value stripped(Run& run, const Text& text, const Value& characters, bool left, bool right);
Value replaced(Run& run, const Text& text, const Text& from, const Text& to, std::int64_t count);
Value mapped(Run& run, const Text& text, char32_t (*map)(char32_t));

}  // namespace weir::jinja
