#include <algorithm>
#include <ctime>

#include "local_backend/chat_template/jinja_eval.h"
#include "local_backend/chat_template/jinja_methods.h"
#include "local_backend/chat_template/jinja_operators.h"

namespace weir::jinja {
namespace {

using std::string_view;

constexpr std::int64_t kMaxRange = 100'000;  // as Jinja's sandbox has it

Value range(Run& run, const Arguments& arguments) {
  std::int64_t bounds[3] = {0, 0, 1};
  const std::size_t count = arguments.values.size();
  if (count < 1 || count > 3) run.fail("TypeError", "range expected 1 to 3 arguments");
  for (std::size_t i = 0; i < count && !run.failed(); ++i) {
    const auto whole = integer_of(arguments.values[i]);
    if (!whole)
      run.fail("TypeError", "'" + std::string(type_name(arguments.values[i])) +
                                "' object cannot be interpreted as an integer");
    bounds[count == 1 ? 1 : i] = whole.value_or(0);
  }
  if (bounds[2] == 0) run.fail("ValueError", "range() arg 3 must not be zero");
  Values values;
  for (std::int64_t at = bounds[0];
       !run.failed() && (bounds[2] > 0 ? at < bounds[1] : at > bounds[1]);) {
    if (static_cast<std::int64_t>(values.size()) >= kMaxRange) {
      run.fail("OverflowError",
               "Range too big. The sandbox blocks ranges larger than MAX_RANGE (100000).");
    }
    values.push_back(Value::integer(at));
    if (!run.step() || __builtin_add_overflow(at, bounds[2], &at)) break;
  }
  return make_list(run, std::move(values), List::Kind::kRange);
}

Value strftime_now(Run& run, const Arguments& arguments, std::int64_t unix_seconds) {
  const Text* format = arguments.values.empty() ? nullptr : arguments.values[0].text();
  if (format == nullptr || format->bytes().size() > 256) {
    run.fail("TypeError", "strftime_now() takes one format");
    return {};
  }
  const auto seconds = static_cast<std::time_t>(unix_seconds);
  std::tm when{};
  gmtime_r(&seconds, &when);
  char text[4096];
  const std::string pattern(format->bytes());
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  const std::size_t size = std::strftime(text, sizeof text, pattern.c_str(), &when);
#pragma GCC diagnostic pop
  return Value::of_template(std::string(text, size));
}

// What people wrote does not go into error messages.
Value raise(Run& run, const Arguments& arguments) {
  std::string message;
  if (!arguments.values.empty()) {
    for (const PromptSegment& segment : to_text(run, arguments.values[0]).to_prompt().segments) {
      message += segment.origin == PromptSegment::Origin::kUser ? "..." : segment.text;
    }
  }
  run.fail("TemplateError", std::move(message));
  return {};
}

}  // namespace

Value Evaluator::call(const Node& node) {
  const Value callee = eval(*node.children[0]);
  const Arguments arguments = arguments_of(node);
  if (run_.failed()) return {};
  const Function* function = callee.function();
  if (function == nullptr) {
    const auto* undefined = callee.as<Undefined>();
    if (undefined != nullptr && undefined->hint) {
      run_.fail("UndefinedError", *undefined->hint);
    } else {
      run_.fail("TypeError", "'" + std::string(type_name(callee)) + "' object is not callable");
    }
    return {};
  }
  if (function->macro != nullptr) return call_macro(*function, arguments);
  if (function->self != nullptr) return call_method(run_, *function, arguments);
  return call_global(*function, arguments);
}

Value Evaluator::call_global(const Function& function, const Arguments& arguments) {
  if (function.name == "range") return range(run_, arguments);
  if (function.name == "strftime_now") return strftime_now(run_, arguments, globals_.unix_seconds);
  if (function.name == "raise_exception") return raise(run_, arguments);
  auto space = std::make_shared<Namespace>();
  for (const Value& value : arguments.values) {
    if (value.dict() == nullptr) {
      run_.fail("TypeError", "namespace() takes a mapping and names");
      return {};
    }
    for (const auto& [key, member] : value.dict()->entries) {
      if (key.text() != nullptr) space->set(key.text()->bytes(), member);
    }
  }
  for (const auto& [name, value] : arguments.named) space->set(name, value);
  namespaces_.push_back(space);
  run_.charge(sizeof(Namespace));
  return Value(Value::Data(std::move(space)));
}

Value Evaluator::call_macro(const Function& function, const Arguments& arguments) {
  const auto outer = scope_;
  scope_ = std::make_shared<Scope>(Scope{{}, function.scope});
  MarkedText text;
  MarkedText* const out = std::exchange(out_, &text);
  depth_ += 8;  // a call needs more of the stack than an operator
  if (depth_ > run_.limits().depth) run_.fail("RecursionError", "macros call each other too deep");
  if (!run_.failed() && bind(*function.macro, arguments)) body(*function.macro->children[0]);
  depth_ -= 8;
  out_ = out;
  scope_ = outer;
  return Value(std::move(text));
}

// Gives every parameter its value: by place, by name, or its default.
bool Evaluator::bind(const Node& macro, const Arguments& arguments) {
  const std::size_t count = macro.names.size();
  const std::size_t defaults = macro.children.size() - 1;
  std::size_t named = 0;
  for (std::size_t i = 0; i < count && !run_.failed(); ++i) {
    const std::string& name = macro.names[i];
    const auto given = std::find_if(arguments.named.begin(), arguments.named.end(),
                                    [&](const auto& argument) { return argument.first == name; });
    if (given != arguments.named.end()) ++named;
    if (i < arguments.values.size()) {
      if (given != arguments.named.end()) {
        run_.fail("TypeError",
                  "macro '" + macro.name + "' got multiple values for argument '" + name + "'");
      }
      scope_->set(name, arguments.values[i]);
    } else if (given != arguments.named.end()) {
      scope_->set(name, given->second);
    } else if (i + defaults >= count) {
      scope_->set(name, eval(*macro.children[1 + i + defaults - count]));
    } else {
      scope_->set(name, Value::undefined("parameter '" + name + "' was not provided"));
    }
  }
  if (!run_.failed()) bind_rest(macro, arguments, named);
  return !run_.failed();
}

void Evaluator::bind_rest(const Node& macro, const Arguments& arguments, std::size_t named) {
  const std::size_t count = macro.names.size();
  if (macro.takes_varargs) {
    const std::size_t first = std::min(count, arguments.values.size());
    Values rest(arguments.values.begin() + static_cast<std::ptrdiff_t>(first),
                arguments.values.end());
    scope_->set("varargs", make_list(run_, std::move(rest), List::Kind::kTuple));
  } else if (arguments.values.size() > count) {
    run_.fail("TypeError", "macro '" + macro.name + "' takes not more than " +
                               std::to_string(count) + " argument(s)");
  }
  if (macro.takes_kwargs) {
    Dict rest;
    for (const auto& [name, value] : arguments.named) {
      if (std::find(macro.names.begin(), macro.names.end(), name) == macro.names.end())
        rest.set(Value::of_template(name), value);
    }
    scope_->set("kwargs", make_dict(run_, std::move(rest)));
  } else if (named < arguments.named.size()) {
    run_.fail("TypeError", "macro '" + macro.name + "' takes no keyword argument of this name");
  }
}

}  // namespace weir::jinja
