#include <algorithm>
#include <array>
#include <charconv>

#include "local_backend/chat_template/jinja_parser.h"

namespace weir::jinja {
namespace {

using std::string_view;

NodePtr with_children(NodePtr node, NodePtr first, NodePtr second = nullptr) {
  node->children.push_back(std::move(first));
  if (second) node->children.push_back(std::move(second));
  return node;
}

}  // namespace

NodePtr ExpressionParser::make(NodeKind kind, std::string name) const {
  auto node = std::make_unique<Node>();
  node->kind = kind;
  node->at = tokens_.now().at;
  node->name = std::move(name);
  return node;
}

// Chains grow to the left, so each link is one level of the tree.
NodePtr ExpressionParser::binary(NodePtr left, NodePtr (ExpressionParser::*right)(), int* length) {
  if (++*length > kMaxTreeDepth / 2) tokens_.fail("an expression is too long");
  NodePtr node = make(NodeKind::kBinary, tokens_.now().text);
  tokens_.take();
  return with_children(std::move(node), std::move(left), (this->*right)());
}

NodePtr ExpressionParser::expression(bool with_condition) {
  const TokenReader::Level level(tokens_);
  if (tokens_.failed()) return make(NodeKind::kTuple);
  NodePtr value = either();
  for (int length = 0; with_condition && tokens_.is_name("if");) {
    if (++length > kMaxTreeDepth / 2) tokens_.fail("an expression is too long");
    NodePtr node = make(NodeKind::kCondition);
    tokens_.take();
    NodePtr condition = either();
    node = with_children(std::move(node), std::move(value), std::move(condition));
    node->children.push_back(tokens_.skip_name("else") ? expression() : nullptr);
    value = std::move(node);
  }
  return value;
}

NodePtr ExpressionParser::either() {
  NodePtr left = both();
  for (int length = 0; tokens_.is_name("or");)
    left = binary(std::move(left), &ExpressionParser::both, &length);
  return left;
}

NodePtr ExpressionParser::both() {
  NodePtr left = negation();
  for (int length = 0; tokens_.is_name("and");) {
    left = binary(std::move(left), &ExpressionParser::negation, &length);
  }
  return left;
}

NodePtr ExpressionParser::negation() {
  if (!tokens_.is_name("not")) return comparison();
  const TokenReader::Level level(tokens_);
  NodePtr node = make(NodeKind::kUnary, "not");
  tokens_.take();
  return with_children(std::move(node), negation());
}

NodePtr ExpressionParser::comparison() {
  static constexpr std::array<string_view, 6> kOperators = {"==", "!=", "<", "<=", ">", ">="};
  NodePtr first = sum();
  NodePtr node = make(NodeKind::kCompare);
  for (;;) {
    const bool negated = tokens_.is_name("not") && tokens_.behind().kind == Lex::kName &&
                         tokens_.behind().text == "in";
    const bool compares =
        tokens_.is(Lex::kOperator) &&
        std::find(kOperators.begin(), kOperators.end(), tokens_.now().text) != kOperators.end();
    if (!negated && !compares && !tokens_.is_name("in")) break;
    if (negated) tokens_.take();
    const std::string word = tokens_.take().text;
    node->names.push_back(negated ? "not in" : word);
    if (node->children.empty()) node->children.push_back(std::move(first));
    node->children.push_back(sum());
  }
  return node->children.empty() ? std::move(first) : std::move(node);
}

NodePtr ExpressionParser::sum() {
  NodePtr left = concatenation();
  for (int length = 0; tokens_.is_operator("+") || tokens_.is_operator("-");) {
    left = binary(std::move(left), &ExpressionParser::concatenation, &length);
  }
  return left;
}

NodePtr ExpressionParser::concatenation() {
  NodePtr first = product();
  if (!tokens_.is_operator("~")) return first;
  NodePtr node = make(NodeKind::kConcat);
  node->children.push_back(std::move(first));
  while (tokens_.skip_operator("~")) node->children.push_back(product());
  return node;
}

NodePtr ExpressionParser::product() {
  const auto here = [&] {
    return tokens_.is_operator("*") || tokens_.is_operator("/") || tokens_.is_operator("//") ||
           tokens_.is_operator("%");
  };
  NodePtr left = unary();
  for (int length = 0; here();) {
    if (++length > kMaxTreeDepth / 2) tokens_.fail("an expression is too long");
    NodePtr node = make(NodeKind::kBinary, tokens_.now().text);
    tokens_.take();
    left = with_children(std::move(node), std::move(left), unary());
  }
  return left;
}

NodePtr ExpressionParser::unary(bool with_filter) {
  NodePtr value;
  if (tokens_.is_operator("-") || tokens_.is_operator("+")) {
    const TokenReader::Level level(tokens_);
    NodePtr node = make(NodeKind::kUnary, tokens_.now().text);
    tokens_.take();
    value = with_children(std::move(node), unary(false));
  } else {
    value = primary();
  }
  value = postfix(std::move(value));
  return with_filter ? filters(std::move(value)) : std::move(value);
}

NodePtr ExpressionParser::primary() {
  if (tokens_.is(Lex::kName)) return name_or_constant();
  if (tokens_.is(Lex::kString)) {
    NodePtr node = make(NodeKind::kConstant);
    std::string text;
    while (tokens_.is(Lex::kString)) text += tokens_.take().text;
    node->constant = Value::of_template(std::move(text));
    return node;
  }
  if (tokens_.is(Lex::kInteger) || tokens_.is(Lex::kFloat)) return number();
  if (tokens_.skip_operator("(")) {
    NodePtr node = tuple(true, true);
    tokens_.expect_operator(")");
    return node;
  }
  if (tokens_.is_operator("[")) return list();
  if (tokens_.is_operator("{")) return dict();
  tokens_.fail("an expression is missing here");
  return make(NodeKind::kTuple);
}

NodePtr ExpressionParser::name_or_constant() {
  NodePtr node = make(NodeKind::kConstant);
  const Token token = tokens_.take();
  const string_view name = token.text;
  if (name == "true" || name == "True" || name == "false" || name == "False") {
    node->constant = Value::boolean(name == "true" || name == "True");
  } else if (name == "none" || name == "None") {
    node->constant = Value::none();
  } else {
    node->kind = NodeKind::kName;
    node->name = token.text;
    saw_varargs = saw_varargs || name == "varargs";
    saw_kwargs = saw_kwargs || name == "kwargs";
  }
  return node;
}

NodePtr ExpressionParser::number() {
  NodePtr node = make(NodeKind::kConstant);
  const Token token = tokens_.take();
  const char* const end = token.text.data() + token.text.size();
  std::int64_t whole = 0;
  double fraction = 0;
  if (token.kind == Lex::kInteger) {
    if (std::from_chars(token.text.data(), end, whole).ec != std::errc()) {
      tokens_.fail_at(token.at, "a number is too large");
    }
    node->constant = Value::integer(whole);
  } else {
    if (std::from_chars(token.text.data(), end, fraction).ec != std::errc()) {
      tokens_.fail_at(token.at, "a number is too large");
    }
    node->constant = Value::floating(fraction);
  }
  return node;
}

NodePtr ExpressionParser::list() {
  NodePtr node = make(NodeKind::kList);
  tokens_.take();
  while (!tokens_.is_operator("]") && !tokens_.failed()) {
    if (!node->children.empty()) tokens_.expect_operator(",");
    if (tokens_.is_operator("]")) break;
    node->children.push_back(expression());
  }
  tokens_.expect_operator("]");
  return node;
}

NodePtr ExpressionParser::dict() {
  NodePtr node = make(NodeKind::kDict);
  tokens_.take();
  while (!tokens_.is_operator("}") && !tokens_.failed()) {
    if (!node->children.empty()) tokens_.expect_operator(",");
    if (tokens_.is_operator("}")) break;
    node->children.push_back(expression());
    tokens_.expect_operator(":");
    node->children.push_back(expression());
  }
  tokens_.expect_operator("}");
  return node;
}

bool ExpressionParser::ends_tuple() const {
  return tokens_.is(Lex::kVariableEnd) || tokens_.is(Lex::kBlockEnd) || tokens_.is_operator(")") ||
         tokens_.is_name("in") || tokens_.is_name("recursive");
}

NodePtr ExpressionParser::tuple(bool with_condition, bool in_parentheses) {
  NodePtr node = make(NodeKind::kTuple);
  bool comma = false;
  while (!tokens_.failed()) {
    if (!node->children.empty() && comma && ends_tuple()) break;
    if (node->children.empty() && ends_tuple()) break;
    node->children.push_back(expression(with_condition));
    if (!tokens_.skip_operator(",")) break;
    comma = true;
  }
  if (!comma && node->children.size() == 1) return std::move(node->children[0]);
  if (!comma && !in_parentheses) tokens_.fail("an expression is missing here");
  return node;
}

NodePtr ExpressionParser::target(bool with_attribute) {
  NodePtr node = make(NodeKind::kTuple);
  bool comma = false;
  while (!tokens_.failed()) {
    if (comma && (ends_tuple() || tokens_.is_operator("="))) break;
    if (tokens_.skip_operator("(")) {
      const TokenReader::Level level(tokens_);
      node->children.push_back(target(with_attribute));
      tokens_.expect_operator(")");
    } else {
      NodePtr name = make(NodeKind::kName, tokens_.expect(Lex::kName, "a name to assign to"));
      if (with_attribute && tokens_.skip_operator(".")) {
        NodePtr attribute = make(NodeKind::kAttribute, tokens_.expect(Lex::kName, "an attribute"));
        name = with_children(std::move(attribute), std::move(name));
      }
      node->children.push_back(std::move(name));
    }
    if (!tokens_.skip_operator(",")) break;
    comma = true;
  }
  if (!comma && node->children.size() == 1) return std::move(node->children[0]);
  return node;
}

NodePtr ExpressionParser::postfix(NodePtr value) {
  for (int length = 0; !tokens_.failed();) {
    if (!tokens_.is_operator(".") && !tokens_.is_operator("[") && !tokens_.is_operator("(")) break;
    if (++length > kMaxTreeDepth / 2) tokens_.fail("an expression is too long");
    value = tokens_.is_operator("(") ? call(std::move(value)) : subscript(std::move(value));
  }
  return value;
}

NodePtr ExpressionParser::subscript(NodePtr value) {
  NodePtr node = make(NodeKind::kItem);
  if (tokens_.skip_operator(".")) {
    if (tokens_.is(Lex::kInteger))
      return with_children(std::move(node), std::move(value), number());
    node->kind = NodeKind::kAttribute;
    node->name = tokens_.expect(Lex::kName, "an attribute");
    return with_children(std::move(node), std::move(value));
  }
  tokens_.take();
  node->children.push_back(std::move(value));
  node->children.push_back(tokens_.is_operator(":") ? nullptr : expression());
  if (tokens_.is_operator(":")) {
    node->kind = NodeKind::kSlice;
    for (int i = 0; i < 2; ++i) {
      const bool given =
          tokens_.skip_operator(":") && !tokens_.is_operator(":") && !tokens_.is_operator("]");
      node->children.push_back(given ? expression() : nullptr);
    }
  }
  tokens_.expect_operator("]");
  return node;
}

void ExpressionParser::arguments(Node* node) {
  tokens_.expect_operator("(");
  bool first = true;
  while (!tokens_.is_operator(")") && !tokens_.failed()) {
    if (!first) tokens_.expect_operator(",");
    first = false;
    if (tokens_.is_operator(")")) break;
    const Token& behind = tokens_.behind();
    if (tokens_.is(Lex::kName) && behind.kind == Lex::kOperator && behind.text == "=") {
      node->named.emplace_back(tokens_.take().text, nullptr);
      tokens_.take();
      node->named.back().second = expression();
    } else if (!node->named.empty()) {
      tokens_.fail("a positional argument follows a named one");
    } else {
      node->children.push_back(expression());
    }
  }
  tokens_.expect_operator(")");
}

NodePtr ExpressionParser::call(NodePtr value) {
  NodePtr node = make(NodeKind::kCall);
  node->children.push_back(std::move(value));
  arguments(node.get());
  return node;
}

NodePtr ExpressionParser::filters(NodePtr value) {
  for (int length = 0; !tokens_.failed();) {
    if (++length > kMaxTreeDepth / 2) tokens_.fail("an expression is too long");
    if (tokens_.is_operator("|")) {
      value = filter(std::move(value));
    } else if (tokens_.is_name("is")) {
      value = test(std::move(value));
    } else if (tokens_.is_operator("(")) {
      value = call(std::move(value));
    } else {
      break;
    }
  }
  return value;
}

NodePtr ExpressionParser::filter(NodePtr value) {
  tokens_.expect_operator("|");
  return named_filter(std::move(value));
}

NodePtr ExpressionParser::named_filter(NodePtr value) {
  NodePtr node = make(NodeKind::kFilter);
  node->name = tokens_.expect(Lex::kName, "a filter");
  node->children.push_back(std::move(value));
  if (tokens_.is_operator("(")) arguments(node.get());
  return node;
}

NodePtr ExpressionParser::test(NodePtr value) {
  tokens_.take();
  NodePtr negation = tokens_.is_name("not") ? make(NodeKind::kUnary, "not") : nullptr;
  if (negation) tokens_.take();
  NodePtr node = make(NodeKind::kTest);
  node->name = tokens_.expect(Lex::kName, "a test");
  node->children.push_back(std::move(value));
  const bool word = tokens_.is(Lex::kName) && !tokens_.is_name("else") && !tokens_.is_name("or") &&
                    !tokens_.is_name("and");
  if (tokens_.is_operator("(")) {
    arguments(node.get());
  } else if (word || tokens_.is(Lex::kString) || tokens_.is(Lex::kInteger) ||
             tokens_.is(Lex::kFloat) || tokens_.is_operator("[") || tokens_.is_operator("{")) {
    if (tokens_.is_name("is")) tokens_.fail("tests cannot be chained");
    node->children.push_back(postfix(primary()));
  }
  return negation ? with_children(std::move(negation), std::move(node)) : std::move(node);
}

}  // namespace weir::jinja
