// Runs the syntax tree of a template. One rendering, one thread.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "local_backend/chat_template/jinja_ast.h"
#include "local_backend/chat_template/jinja_format.h"
#include "local_backend/chat_template/jinja_template.h"

namespace weir::jinja {

// Names and values of one block; names that are not here may be further out.
struct Scope {
  std::vector<std::pair<std::string_view, Value>> names;  // the views: into the tree
  std::shared_ptr<Scope> outer;

  void set(std::string_view name, Value value);
  const Value* find(std::string_view name) const;
};

class Evaluator {
 public:
  // `globals` outlives the evaluator.
  Evaluator(const Globals& globals, Run& run);
  Evaluator(const Evaluator&) = delete;
  Evaluator& operator=(const Evaluator&) = delete;
  ~Evaluator();  // breaks the cycles that macros and namespaces can be part of

  MarkedText run(const Node& root);
  std::size_t fault() const { return fault_; }  // where the error happened

 private:
  enum class Flow : std::uint8_t { kOn, kBreak, kContinue };

  // Statements.
  Flow statement(const Node& node);
  Flow body(const Node& node);
  Flow if_statement(const Node& node);
  Flow for_statement(const Node& node);
  Values loop_values(const Node& node);
  void set_block(const Node& node);
  void assign(const Node& target, const Value& value);
  void assign_attribute(const Node& target, const Value& value);
  void unpack(const Node& target, const Value& value);
  void define_macro(const Node& node);
  MarkedText captured(const Node& node);
  void print(const MarkedText& text);

  // Expressions.
  Value eval(const Node& node);
  Value eval_inner(const Node& node);
  Value name(const Node& node);
  Value sequence(const Node& node);
  Value dict(const Node& node);
  Value unary(const Node& node);
  Value two_sided(const Node& node);
  Value concat(const Node& node);
  Value comparison(const Node& node);
  Value condition(const Node& node);
  Value sliced(const Node& node);
  Value filter(const Node& node, const Value* block);
  Value call(const Node& node);
  Value call_macro(const Function& function, const Arguments& arguments);
  bool bind(const Node& macro, const Arguments& arguments);
  void bind_rest(const Node& macro, const Arguments& arguments, std::size_t named);
  Value call_global(const Function& function, const Arguments& arguments);
  Arguments arguments_of(const Node& node);

  const Globals& globals_;
  Run& run_;
  std::shared_ptr<Scope> scope_;
  MarkedText* out_ = nullptr;
  int depth_ = 0;
  std::size_t fault_ = 0;
  bool placed_ = false;  // whether fault_ is known
  std::vector<std::shared_ptr<Scope>> captured_scopes_;
  std::vector<std::shared_ptr<Namespace>> namespaces_;
};

}  // namespace weir::jinja
