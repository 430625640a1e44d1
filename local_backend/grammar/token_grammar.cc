#include "local_backend/grammar/token_grammar.h"

#include <algorithm>
#include <utility>

namespace weir::grammar {

TokenGrammar::TokenGrammar(const std::shared_ptr<const ShapeGraph>& shapes,
                           const Tokenizer& tokenizer, std::shared_ptr<const TokenTrie> trie)
    : tokenizer_(tokenizer),
      trie_(std::move(trie)),
      machine_(shapes, Layout::kWritten),
      masks_(machine_, trie_) {
  none_.set = TokenSet(trie_->tokens());
  for (const LanguageId text : shapes->texts()) masks_.prepare(text);
}

std::string TokenGrammar::marked(std::string_view text) const {
  const Vocabulary& vocabulary = tokenizer_.vocabulary();
  std::string bytes;
  while (!text.empty()) {
    std::size_t size = std::min(text.size(), Vocabulary::kMaxSpecialBytes);
    const auto is_control = [&](std::size_t bytes_of_it) {
      const auto token = vocabulary.find(text.substr(0, bytes_of_it));
      return token && vocabulary.is_control(*token);
    };
    while (size > 0 && !is_control(size)) --size;
    if (size > 0) bytes += TokenTrie::kControlMark;
    bytes += text.substr(0, std::max<std::size_t>(size, 1));
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return bytes;
}

const AllowedTokens& TokenGrammar::allowed(StateId state) {
  machine_.languages().allow_work(kMostWork);
  const AllowedTokens& allowed = masks_.of(state);
  return gave_up() ? none_ : allowed;
}

StateId TokenGrammar::step(StateId state, TokenId token) {
  machine_.languages().allow_work(kMostWork);
  const std::string_view text = bytes(token);
  return text.empty() ? Machine::kDead : machine_.step(state, text);
}

const std::vector<TokenId>& TokenGrammar::must_follow(StateId state) {
  machine_.languages().allow_work(kMostWork);
  note_wear();
  const auto [found, is_new] = forced_.try_emplace(state);
  if (is_new) found->second = forced(state);
  return found->second;
}

void TokenGrammar::note_wear() {
  const bool large = machine_.parts() > kWornParts || machine_.languages().size() > kWornLanguages;
  if (large || gave_up()) worn_.store(true, std::memory_order_relaxed);
}

std::vector<TokenId> TokenGrammar::forced(StateId state) {
  std::string text;
  while (text.size() < kMostForcedBytes) {
    const auto byte = machine_.only_byte(state);
    if (!byte || *byte == static_cast<std::uint8_t>(TokenTrie::kControlMark)) break;
    text += static_cast<char>(*byte);
    state = machine_.step(state, *byte);
  }
  std::vector<TokenId> tokens;
  if (!text.empty()) tokens = tokenizer_.encode(text);
  std::string decoded;
  for (const TokenId token : tokens) decoded += bytes(token);
  if (decoded != text) return {};
  if (!machine_.must_end(state)) {
    if (!tokens.empty()) tokens.pop_back();
  } else if (const auto eos = tokenizer_.vocabulary().eos()) {
    tokens.push_back(*eos);
  }
  return tokens;
}

}  // namespace weir::grammar
