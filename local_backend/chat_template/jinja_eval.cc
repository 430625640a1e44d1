#include "local_backend/chat_template/jinja_eval.h"

#include <algorithm>
#include <array>

#include "local_backend/chat_template/jinja_filters.h"
#include "local_backend/chat_template/jinja_operators.h"

namespace weir::jinja {

using std::string_view;

void Scope::set(string_view name, Value value) {
  for (auto& [known, old] : names) {
    if (known != name) continue;
    old = std::move(value);
    return;
  }
  names.emplace_back(name, std::move(value));
}

const Value* Scope::find(string_view name) const {
  for (const Scope* scope = this; scope != nullptr; scope = scope->outer.get()) {
    for (const auto& [known, value] : scope->names) {
      if (known == name) return &value;
    }
  }
  return nullptr;
}

Evaluator::Evaluator(const Globals& globals, Run& run)
    : globals_(globals), run_(run), scope_(std::make_shared<Scope>()) {}

Evaluator::~Evaluator() {
  for (const auto& space : namespaces_) space->attributes.clear();
  for (const auto& scope : captured_scopes_) scope->names.clear();
}

MarkedText Evaluator::run(const Node& root) {
  MarkedText out;
  out_ = &out;
  body(root);
  return out;
}

Evaluator::Flow Evaluator::body(const Node& node) {
  for (const NodePtr& child : node.children) {
    const Flow flow = statement(*child);
    if (run_.failed() || flow != Flow::kOn) return flow;
  }
  return Flow::kOn;
}

Evaluator::Flow Evaluator::statement(const Node& node) {
  if (!run_.step()) return Flow::kOn;
  Flow flow = Flow::kOn;
  switch (node.kind) {
    case NodeKind::kBody: flow = body(node); break;
    case NodeKind::kText: print(node.constant.text()->marked); break;
    case NodeKind::kPrint: {
      const Value value = eval(*node.children[0]);
      if (!run_.failed()) print(to_text(run_, value));
      break;
    }
    case NodeKind::kIf: flow = if_statement(node); break;
    case NodeKind::kFor: flow = for_statement(node); break;
    case NodeKind::kSet: assign(*node.children[0], eval(*node.children[1])); break;
    case NodeKind::kSetBlock: set_block(node); break;
    case NodeKind::kMacro: define_macro(node); break;
    case NodeKind::kFilterBlock: {
      const Value text(captured(*node.children[1]));
      print(to_text(run_, filter(*node.children[0], &text)));
      break;
    }
    case NodeKind::kBreak: return Flow::kBreak;
    case NodeKind::kContinue: return Flow::kContinue;
    default: break;
  }
  if (run_.failed() && !std::exchange(placed_, true)) fault_ = node.at;
  return flow;
}

void Evaluator::print(const MarkedText& text) {
  if (!run_.charge(text.size())) return;
  if (out_->size() + text.size() > run_.limits().output) {
    run_.fail("LimitError",
              "the template prints more than " + std::to_string(run_.limits().output) + " bytes");
    return;
  }
  out_->append(text);
}

MarkedText Evaluator::captured(const Node& node) {
  MarkedText text;
  MarkedText* const outer = std::exchange(out_, &text);
  const auto scope = scope_;
  scope_ = std::make_shared<Scope>(Scope{{}, scope});
  body(node);
  scope_ = scope;
  out_ = outer;
  return text;
}

Evaluator::Flow Evaluator::if_statement(const Node& node) {
  std::size_t i = 0;
  for (; i + 1 < node.children.size(); i += 2) {
    const Value condition = eval(*node.children[i]);
    if (run_.failed()) return Flow::kOn;
    if (truth(condition)) return body(*node.children[i + 1]);
  }
  return i < node.children.size() ? body(*node.children[i]) : Flow::kOn;
}

// The elements that the loop's own `if` lets through.
Values Evaluator::loop_values(const Node& node) {
  Values values = elements(run_, eval(*node.children[1]));
  if (!node.children[2] || run_.failed()) return values;
  Values kept;
  const auto outer = scope_;
  for (Value& value : values) {
    scope_ = std::make_shared<Scope>(Scope{{}, outer});
    assign(*node.children[0], value);
    const Value condition = eval(*node.children[2]);
    if (run_.failed()) break;
    if (truth(condition)) kept.push_back(std::move(value));
  }
  scope_ = outer;
  return kept;
}

Evaluator::Flow Evaluator::for_statement(const Node& node) {
  const auto values = std::make_shared<const Values>(loop_values(node));
  const auto outer = scope_;
  for (std::size_t i = 0; i < values->size() && run_.step(); ++i) {
    scope_ = std::make_shared<Scope>(Scope{{}, outer});
    scope_->set("loop",
                Value(Value::Data(std::make_shared<const LoopState>(LoopState{values, i}))));
    assign(*node.children[0], (*values)[i]);
    if (run_.failed() || body(*node.children[3]) == Flow::kBreak) break;
  }
  scope_ = outer;
  if (values->empty() && node.children[4] && !run_.failed()) return body(*node.children[4]);
  return Flow::kOn;
}

void Evaluator::set_block(const Node& node) {
  Value value(captured(*node.children[2]));
  if (node.children[1] && !run_.failed()) value = filter(*node.children[1], &value);
  assign(*node.children[0], value);
}

void Evaluator::assign(const Node& target, const Value& value) {
  if (run_.failed()) return;
  switch (target.kind) {
    case NodeKind::kName: scope_->set(target.name, value); return;
    case NodeKind::kAttribute: assign_attribute(target, value); return;
    default: unpack(target, value); return;
  }
}

void Evaluator::assign_attribute(const Node& target, const Value& value) {
  const Value object = eval(*target.children[0]);
  if (Namespace* space = object.space()) {
    space->set(target.name, value);
  } else {
    run_.fail("TemplateRuntimeError", "cannot assign attribute on non-namespace object");
  }
}

void Evaluator::unpack(const Node& target, const Value& value) {
  if (value.text() == nullptr && value.list() == nullptr && value.dict() == nullptr &&
      !value.is_undefined()) {
    run_.fail("TypeError",
              "cannot unpack non-iterable " + std::string(type_name(value)) + " object");
    return;
  }
  const Values values = elements(run_, value);
  const std::size_t wanted = target.children.size();
  if (values.size() != wanted) {
    run_.fail("ValueError",
              values.size() > wanted
                  ? "too many values to unpack (expected " + std::to_string(wanted) + ")"
                  : "not enough values to unpack (expected " + std::to_string(wanted) + ", got " +
                        std::to_string(values.size()) + ")");
    return;
  }
  for (std::size_t i = 0; i < wanted; ++i) assign(*target.children[i], values[i]);
}

void Evaluator::define_macro(const Node& node) {
  captured_scopes_.push_back(scope_);
  scope_->set(node.name, Value(Value::Data(std::make_shared<const Function>(
                             Function{node.name, nullptr, &node, scope_}))));
}

Value Evaluator::eval(const Node& node) {
  if (!run_.step()) return {};
  if (++depth_ > run_.limits().depth) run_.fail("RecursionError", "the template nests too deep");
  Value value = run_.failed() ? Value() : eval_inner(node);
  --depth_;
  if (run_.failed() && !std::exchange(placed_, true)) fault_ = node.at;
  return value;
}

Value Evaluator::eval_inner(const Node& node) {
  switch (node.kind) {
    case NodeKind::kConstant: return node.constant;
    case NodeKind::kName: return name(node);
    case NodeKind::kList:
    case NodeKind::kTuple: return sequence(node);
    case NodeKind::kDict: return dict(node);
    case NodeKind::kAttribute: {
      const Value object = eval(*node.children[0]);
      return run_.failed() ? Value() : attribute(run_, object, node.name);
    }
    case NodeKind::kItem: {
      const Value object = eval(*node.children[0]);
      const Value index = eval(*node.children[1]);
      return run_.failed() ? Value() : item(run_, object, index);
    }
    case NodeKind::kSlice: return sliced(node);
    case NodeKind::kCall: return call(node);
    case NodeKind::kFilter: return filter(node, nullptr);
    case NodeKind::kTest: {
      const Value value = eval(*node.children[0]);
      const Arguments arguments = arguments_of(node);
      return run_.failed() ? Value()
                           : Value::boolean(apply_test(run_, node.name, value, arguments));
    }
    case NodeKind::kUnary: return unary(node);
    case NodeKind::kBinary: return two_sided(node);
    case NodeKind::kConcat: return concat(node);
    case NodeKind::kCompare: return comparison(node);
    case NodeKind::kCondition: return condition(node);
    default: return {};
  }
}

Value Evaluator::name(const Node& node) {
  static constexpr std::array<string_view, 4> kFunctions = {"namespace", "raise_exception", "range",
                                                            "strftime_now"};
  if (const Value* value = scope_->find(node.name)) return *value;
  if (const Value* value = globals_.values.find(string_view(node.name))) return *value;
  if (std::find(kFunctions.begin(), kFunctions.end(), node.name) != kFunctions.end()) {
    return Value(Value::Data(std::make_shared<const Function>(Function{node.name, nullptr})));
  }
  return Value::undefined("'" + node.name + "' is undefined");
}

Value Evaluator::sequence(const Node& node) {
  Values values;
  for (const NodePtr& child : node.children) values.push_back(eval(*child));
  return make_list(run_, std::move(values),
                   node.kind == NodeKind::kList ? List::Kind::kList : List::Kind::kTuple);
}

Value Evaluator::dict(const Node& node) {
  Dict out;
  for (std::size_t i = 0; i < node.children.size(); i += 2) {
    Value key = eval(*node.children[i]);
    Value value = eval(*node.children[i + 1]);
    if (key.dict() != nullptr || (key.list() != nullptr && key.list()->kind == List::Kind::kList)) {
      run_.fail("TypeError", "unhashable type: '" + std::string(type_name(key)) + "'");
    }
    if (run_.failed()) return {};
    out.set(std::move(key), std::move(value));
  }
  return make_dict(run_, std::move(out));
}

Value Evaluator::unary(const Node& node) {
  const Value value = eval(*node.children[0]);
  if (run_.failed()) return {};
  if (node.name == "not") return Value::boolean(!truth(value));
  Value result = negated(run_, value);
  return node.name == "-" || run_.failed() ? result : negated(run_, result);
}

Value Evaluator::two_sided(const Node& node) {
  Value left = eval(*node.children[0]);
  if (run_.failed()) return {};
  if (node.name == "and") return truth(left) ? eval(*node.children[1]) : left;
  if (node.name == "or") return truth(left) ? left : eval(*node.children[1]);
  const Value right = eval(*node.children[1]);
  return run_.failed() ? Value() : binary(run_, node.name, left, right);
}

Value Evaluator::concat(const Node& node) {
  MarkedText out;
  for (const NodePtr& child : node.children) {
    const Value value = eval(*child);
    if (run_.failed()) return {};
    const MarkedText text = to_text(run_, value);
    if (!run_.charge(text.size())) return {};
    out.append(text);
  }
  return Value(std::move(out));
}

// a < b < c holds where both do; c is not looked at unless it must be.
Value Evaluator::comparison(const Node& node) {
  Value left = eval(*node.children[0]);
  for (std::size_t i = 0; i < node.names.size(); ++i) {
    Value right = eval(*node.children[i + 1]);
    if (run_.failed()) return {};
    if (!compare(run_, node.names[i], left, right)) return Value::boolean(false);
    left = std::move(right);
  }
  return Value::boolean(true);
}

Value Evaluator::condition(const Node& node) {
  const Value holds = eval(*node.children[1]);
  if (run_.failed()) return {};
  if (truth(holds)) return eval(*node.children[0]);
  if (node.children[2]) return eval(*node.children[2]);
  return Value::undefined(
      "the inline if-expression evaluated to false and no else section was defined.");
}

Value Evaluator::sliced(const Node& node) {
  const Value object = eval(*node.children[0]);
  std::array<Value, 3> places;
  for (std::size_t i = 0; i < 3; ++i)
    places[i] = node.children[i + 1] ? eval(*node.children[i + 1]) : Value::none();
  return run_.failed() ? Value() : slice(run_, object, places[0], places[1], places[2]);
}

Value Evaluator::filter(const Node& node, const Value* block) {
  const Node* inner = node.children[0].get();
  Value value;
  if (inner == nullptr) {
    value = block != nullptr ? *block : Value();
  } else {
    value = block != nullptr ? filter(*inner, block) : eval(*inner);
  }
  const Arguments arguments = arguments_of(node);
  return run_.failed() ? Value() : apply_filter(run_, node.name, value, arguments);
}

Arguments Evaluator::arguments_of(const Node& node) {
  Arguments arguments;
  for (std::size_t i = 1; i < node.children.size() && !run_.failed(); ++i) {
    arguments.values.push_back(eval(*node.children[i]));
  }
  for (const auto& [name, value] : node.named) {
    if (!run_.failed()) arguments.named.emplace_back(name, eval(*value));
  }
  return arguments;
}

}  // namespace weir::jinja
