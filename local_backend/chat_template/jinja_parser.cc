#include "local_backend/chat_template/jinja_parser.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace weir::jinja {
namespace {

using std::string_view;

std::string shown(const Token& token) {
  switch (token.kind) {
    case Lex::kEnd: return "the end of the template";
    case Lex::kData: return "text";
    case Lex::kVariableBegin: return "'{{'";
    case Lex::kVariableEnd: return "'}}'";
    case Lex::kBlockBegin: return "'{%'";
    case Lex::kBlockEnd: return "'%}'";
    case Lex::kString: return "a string";
    default: return "'" + token.text.substr(0, 40) + "'";
  }
}

// Statements and what stands between them.
class StatementParser {
 public:
  explicit StatementParser(TokenReader& tokens) : tokens_(tokens), expressions_(tokens) {}

  NodePtr whole() {
    NodePtr node = body({});
    if (!tokens_.is(Lex::kEnd)) tokens_.fail("'" + tokens_.behind().text + "' has no beginning");
    return node;
  }

 private:
  using Words = std::initializer_list<string_view>;

  NodePtr make(NodeKind kind, std::string name = {}) const {
    auto node = std::make_unique<Node>();
    node->kind = kind;
    node->at = tokens_.now().at;
    node->name = std::move(name);
    return node;
  }

  bool at_block(Words words) const {
    return tokens_.is(Lex::kBlockBegin) && tokens_.behind().kind == Lex::kName &&
           std::find(words.begin(), words.end(), tokens_.behind().text) != words.end();
  }

  // Up to a block that begins with one of `ends`, which is not taken.
  NodePtr body(Words ends) {
    const TokenReader::Level level(tokens_);
    NodePtr node = make(NodeKind::kBody);
    while (!tokens_.failed() && !tokens_.is(Lex::kEnd) && !at_block(ends)) {
      if (tokens_.is(Lex::kData)) {
        node->children.push_back(make(NodeKind::kText));
        node->children.back()->constant = Value::of_template(tokens_.take().text);
      } else if (tokens_.is(Lex::kVariableBegin)) {
        node->children.push_back(print());
      } else if (!add_statement(node.get())) {
        break;
      }
    }
    return node;
  }

  NodePtr print() {
    tokens_.take();
    NodePtr node = make(NodeKind::kPrint);
    node->children.push_back(expressions_.tuple());
    tokens_.expect(Lex::kVariableEnd, "'}}'");
    return node;
  }

  // False at an end or a branch of a statement further out.
  bool add_statement(Node* out) {
    const Token& word = tokens_.behind();
    if (word.kind == Lex::kName &&
        (word.text.starts_with("end") || word.text == "else" || word.text == "elif")) {
      tokens_.fail_at(word.at, "'" + word.text + "' does not belong here");
      return false;
    }
    tokens_.take();
    if (NodePtr node = statement()) out->children.push_back(std::move(node));
    return !tokens_.failed();
  }

  NodePtr statement() {
    if (tokens_.is_name("if")) return if_statement();
    if (tokens_.is_name("for")) return for_statement();
    if (tokens_.is_name("set")) return set_statement();
    if (tokens_.is_name("macro")) return macro();
    if (tokens_.is_name("filter")) return filter_block();
    if (tokens_.is_name("generation")) return generation();
    if (tokens_.is_name("break") || tokens_.is_name("continue")) return leave_loop();
    tokens_.fail("a statement cannot begin with " + shown(tokens_.now()));
    return nullptr;
  }

  void end_block() { tokens_.expect(Lex::kBlockEnd, "'%}'"); }
  void end_block(string_view word) {
    tokens_.expect(Lex::kBlockBegin, "'{% " + std::string(word) + " %}'");
    tokens_.expect_name(word);
    end_block();
  }

  NodePtr if_statement() {
    NodePtr node = make(NodeKind::kIf);
    tokens_.take();
    for (;;) {
      node->children.push_back(expressions_.tuple(false));
      end_block();
      node->children.push_back(body({"elif", "else", "endif"}));
      if (tokens_.failed() || !at_block({"elif"})) break;
      tokens_.take();
      tokens_.take();
    }
    if (at_block({"else"})) {
      end_block("else");
      node->children.push_back(body({"endif"}));
    }
    end_block("endif");
    return node;
  }

  NodePtr for_statement() {
    NodePtr node = make(NodeKind::kFor);
    tokens_.take();
    node->children.push_back(expressions_.target(false));
    tokens_.expect_name("in");
    node->children.push_back(expressions_.tuple(false));
    node->children.push_back(tokens_.skip_name("if") ? expressions_.expression() : nullptr);
    end_block();
    ++loops_;
    node->children.push_back(body({"else", "endfor"}));
    --loops_;
    const bool otherwise = at_block({"else"});
    if (otherwise) end_block("else");
    node->children.push_back(otherwise ? body({"endfor"}) : nullptr);
    end_block("endfor");
    return node;
  }

  NodePtr set_statement() {
    NodePtr node = make(NodeKind::kSet);
    tokens_.take();
    node->children.push_back(expressions_.target(true));
    if (tokens_.skip_operator("=")) {
      node->children.push_back(expressions_.tuple());
      end_block();
      return node;
    }
    node->kind = NodeKind::kSetBlock;
    NodePtr filter;
    while (tokens_.is_operator("|")) filter = expressions_.filter(std::move(filter));
    node->children.push_back(std::move(filter));
    end_block();
    node->children.push_back(body({"endset"}));
    end_block("endset");
    return node;
  }

  NodePtr filter_block() {
    NodePtr node = make(NodeKind::kFilterBlock);
    tokens_.take();
    NodePtr filter = expressions_.named_filter(nullptr);
    while (tokens_.is_operator("|")) filter = expressions_.filter(std::move(filter));
    node->children.push_back(std::move(filter));
    end_block();
    node->children.push_back(body({"endfilter"}));
    end_block("endfilter");
    return node;
  }

  // Marks what the model shall learn; it prints its body.
  NodePtr generation() {
    tokens_.take();
    end_block();
    NodePtr node = body({"endgeneration"});
    end_block("endgeneration");
    return node;
  }

  NodePtr macro() {
    NodePtr node = make(NodeKind::kMacro);
    tokens_.take();
    node->name = tokens_.expect(Lex::kName, "the macro's name");
    node->children.push_back(nullptr);
    parameters(node.get());
    end_block();
    const int loops = std::exchange(loops_, 0);
    const bool outer_varargs = std::exchange(expressions_.saw_varargs, false);
    const bool outer_kwargs = std::exchange(expressions_.saw_kwargs, false);
    node->children[0] = body({"endmacro"});
    node->takes_varargs = std::exchange(expressions_.saw_varargs, outer_varargs);
    node->takes_kwargs = std::exchange(expressions_.saw_kwargs, outer_kwargs);
    loops_ = loops;
    end_block("endmacro");
    return node;
  }

  void parameters(Node* node) {
    tokens_.expect_operator("(");
    while (!tokens_.is_operator(")") && !tokens_.failed()) {
      if (!node->names.empty()) tokens_.expect_operator(",");
      node->names.push_back(tokens_.expect(Lex::kName, "a parameter"));
      if (tokens_.skip_operator("=")) {
        node->children.push_back(expressions_.expression());
      } else if (node->children.size() > 1) {
        tokens_.fail("a parameter without a default follows one with a default");
      }
    }
    tokens_.expect_operator(")");
  }

  NodePtr leave_loop() {
    NodePtr node = make(tokens_.is_name("break") ? NodeKind::kBreak : NodeKind::kContinue);
    if (loops_ == 0) tokens_.fail("'" + tokens_.now().text + "' outside of a loop");
    tokens_.take();
    end_block();
    return node;
  }

  TokenReader& tokens_;
  ExpressionParser expressions_;
  int loops_ = 0;
};

}  // namespace

Token TokenReader::take() {
  const Token token = now();
  if (at_ + 1 < tokens_.size()) ++at_;
  return token;
}

bool TokenReader::skip_operator(string_view text) {
  if (!is_operator(text)) return false;
  take();
  return true;
}

bool TokenReader::skip_name(string_view text) {
  if (!is_name(text)) return false;
  take();
  return true;
}

std::string TokenReader::expect(Lex kind, string_view what) {
  if (is(kind)) return take().text;
  fail(std::string(what) + " is missing before " + shown(now()));
  return {};
}

void TokenReader::expect_operator(string_view text) {
  if (!skip_operator(text)) fail("'" + std::string(text) + "' is missing before " + shown(now()));
}

void TokenReader::expect_name(string_view text) {
  if (!skip_name(text)) fail("'" + std::string(text) + "' is missing before " + shown(now()));
}

void TokenReader::fail_at(std::size_t at, std::string message) {
  if (run_.failed()) return;
  *fault_ = at;
  run_.fail("TemplateSyntaxError", std::move(message));
}

NodePtr parse(string_view normalised, Run& run, std::size_t* fault) {
  std::vector<Token> all = tokens_of(normalised, run, fault);
  if (run.failed()) return nullptr;
  TokenReader tokens(std::move(all), run, fault);
  NodePtr root = StatementParser(tokens).whole();
  return run.failed() ? nullptr : std::move(root);
}

}  // namespace weir::jinja
