#include "local_backend/grammar/token_grammar.h"

#include <string>
#include <utility>

namespace weir::grammar {
namespace {

std::vector<TokenId> end_tokens_of(const Vocabulary& vocabulary) {
  std::vector<TokenId> tokens;
  for (std::size_t i = 0; i < vocabulary.size(); ++i) {
    const auto token = static_cast<TokenId>(i);
    if (vocabulary.ends_answer(token)) tokens.push_back(token);
  }
  return tokens;
}

}  // namespace

TokenGrammar::TokenGrammar(std::shared_ptr<const ShapeGraph> shapes, const Tokenizer& tokenizer,
                           std::shared_ptr<const TokenTrie> trie)
    : tokenizer_(tokenizer),
      trie_(std::move(trie)),
      machine_(std::move(shapes), Layout::kWritten),
      masks_(machine_, trie_, end_tokens_of(tokenizer.vocabulary())) {}

Result<std::shared_ptr<TokenGrammar>> TokenGrammar::of_schema(
    std::string_view schema_json, const Tokenizer& tokenizer,
    std::shared_ptr<const TokenTrie> trie) {
  auto schemas = SchemaGraph::read(schema_json, {});
  if (!schemas) return schemas.error();
  auto shapes = ShapeGraph::create(std::move(*schemas));
  if (!shapes) return shapes.error();
  std::shared_ptr<const ShapeGraph> graph = std::move(*shapes);
  if (!graph->shapes(graph->root()).possible()) {
    return Error{ErrorCode::kInvalidRequest, "no value satisfies the schema", "invalid_schema"};
  }
  std::shared_ptr<TokenGrammar> grammar(new TokenGrammar(graph, tokenizer, std::move(trie)));
  Machine& machine = grammar->machine_;
  // Tokenizers like to begin a text with a space.
  grammar->start_ = machine.state(machine.white_space(machine.value(graph->root(), machine.end())));
  return grammar;
}

StateId TokenGrammar::step(StateId state, TokenId token) {
  const std::string_view bytes = trie_->bytes(token);
  return bytes.empty() ? Machine::kDead : machine_.step(state, bytes);
}

const std::vector<TokenId>& TokenGrammar::must_follow(StateId state) {
  const auto [found, is_new] = forced_.try_emplace(state);
  if (is_new) found->second = forced(state);
  return found->second;
}

std::vector<TokenId> TokenGrammar::forced(StateId state) {
  std::string bytes;
  while (bytes.size() < kMostForcedBytes) {
    const auto byte = machine_.only_byte(state);
    if (!byte) break;
    bytes += static_cast<char>(*byte);
    state = machine_.step(state, *byte);
  }
  std::vector<TokenId> tokens;
  if (!bytes.empty()) tokens = tokenizer_.encode(bytes);
  std::string decoded;
  for (const TokenId token : tokens) decoded += trie_->bytes(token);
  if (decoded != bytes) return {};
  if (!machine_.must_end(state)) {
    if (!tokens.empty()) tokens.pop_back();
  } else if (const auto eos = tokenizer_.vocabulary().eos()) {
    tokens.push_back(*eos);
  }
  return tokens;
}

bool GrammarMask::allows(TokenId token) {
  if (ended_) return false;
  if (grammar_->is_end(token)) return grammar_->may_end(state_);
  return grammar_->step(state_, token) != Machine::kDead;
}

void GrammarMask::accept(TokenId token) {
  if (grammar_->is_end(token)) {
    ended_ = true;
  } else {
    state_ = grammar_->step(state_, token);
  }
}

std::vector<TokenId> GrammarMask::must_follow() {
  return ended_ ? std::vector<TokenId>() : grammar_->must_follow(state_);
}

}  // namespace weir::grammar
