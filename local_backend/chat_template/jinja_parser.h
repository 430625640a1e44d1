// Builds the syntax tree of a template.
//
// Exactly the part of Jinja that chat templates use (docs/templates.md); whatever else
// stands there is a "TemplateSyntaxError". Trees are at most kMaxTreeDepth deep.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "local_backend/chat_template/jinja_ast.h"
#include "local_backend/chat_template/jinja_lexer.h"

namespace weir::jinja {

// Null once `run` has failed; the place of the error goes to *fault.
NodePtr parse(std::string_view normalised, Run& run, std::size_t* fault);

// A list of tokens that is read once, and how deep the parser is in it.
class TokenReader {
 public:
  TokenReader(std::vector<Token> tokens, Run& run, std::size_t* fault)
      : tokens_(std::move(tokens)), run_(run), fault_(fault) {}

  const Token& now() const { return run_.failed() ? tokens_.back() : tokens_[at_]; }
  const Token& behind() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }
  Token take();
  bool is(Token::Kind kind) const { return now().kind == kind; }
  bool is(Token::Kind kind, std::string_view text) const { return is(kind) && now().text == text; }
  bool is_operator(std::string_view text) const { return is(Token::Kind::kOperator, text); }
  bool is_name(std::string_view text) const { return is(Token::Kind::kName, text); }
  bool skip_operator(std::string_view text);
  bool skip_name(std::string_view text);
  // Fails with what stands there instead.
  std::string expect(Token::Kind kind, std::string_view what);
  void expect_operator(std::string_view text);
  void expect_name(std::string_view text);

  void fail(std::string message) { fail_at(now().at, std::move(message)); }
  void fail_at(std::size_t at, std::string message);
  bool failed() const { return run_.failed(); }

  // Counts one level while it lives; fails beyond kMaxTreeDepth.
  class Level {
   public:
    explicit Level(TokenReader& reader) : reader_(reader) {
      if (++reader_.depth_ > kMaxTreeDepth / 2) reader_.fail("the template is nested too deep");
    }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;
    ~Level() { --reader_.depth_; }

   private:
    TokenReader& reader_;
  };

 private:
  std::vector<Token> tokens_;
  Run& run_;
  std::size_t* fault_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

// Expressions, in the order of how loosely they bind.
class ExpressionParser {
 public:
  explicit ExpressionParser(TokenReader& tokens) : tokens_(tokens) {}

  NodePtr expression(bool with_condition = true);
  // a, b, c; a single expression stays itself. Ends before `end` if that is a name.
  NodePtr tuple(bool with_condition = true, bool in_parentheses = false);
  // What can be assigned to: names, tuples of names, and the attribute of a name.
  NodePtr target(bool with_attribute);
  // | name(arguments) behind `value`, which is null for a block's text.
  NodePtr filter(NodePtr value);
  NodePtr named_filter(NodePtr value);  // behind the |

  // Whether a macro's body has read these since they were last cleared.
  bool saw_varargs = false;
  bool saw_kwargs = false;

 private:
  NodePtr either();
  NodePtr both();
  NodePtr negation();
  NodePtr comparison();
  NodePtr sum();
  NodePtr concatenation();
  NodePtr product();
  NodePtr unary(bool with_filter = true);
  NodePtr primary();
  NodePtr name_or_constant();
  NodePtr number();
  NodePtr list();
  NodePtr dict();
  NodePtr postfix(NodePtr value);
  NodePtr filters(NodePtr value);
  NodePtr subscript(NodePtr value);
  NodePtr call(NodePtr value);
  NodePtr test(NodePtr value);
  bool ends_tuple() const;
  void arguments(Node* node);
  NodePtr binary(NodePtr left, NodePtr (ExpressionParser::*right)(), int* length);
  NodePtr make(Node::Kind kind, std::string name = {}) const;

  TokenReader& tokens_;
};

}  // namespace weir::jinja
