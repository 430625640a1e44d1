#include "local_backend/grammar/token_trie.h"

#include <algorithm>
#include <utility>

#include "local_backend/grammar/string_reader.h"

namespace weir::grammar {
namespace {

struct Ending {
  std::string_view bytes;
  TokenId token;
};

// What begins alike stays together, so that a walk finds it near.
TokenBranches branches_of(std::vector<Ending> endings, TokenChain* chain) {
  std::sort(endings.begin(), endings.end(),
            [](const Ending& a, const Ending& b) { return a.bytes < b.bytes; });
  struct Part {
    std::size_t branch;
    std::size_t first;  // of the endings
    std::size_t end;
    std::size_t depth;
  };
  TokenBranches branches(1);
  std::vector<Part> parts{{0, 0, endings.size(), 0}};
  while (!parts.empty()) {
    const Part part = parts.back();
    parts.pop_back();
    std::size_t at = part.first;
    for (; at < part.end && endings[at].bytes.size() == part.depth; ++at) {
      const TokenId token = endings[at].token;
      (*chain)[static_cast<std::size_t>(token)] = std::exchange(branches[part.branch].token, token);
    }
    branches[part.branch].first = static_cast<std::uint32_t>(branches.size());
    while (at < part.end) {
      const char byte = endings[at].bytes[part.depth];
      const std::size_t first = at;
      while (at < part.end && endings[at].bytes[part.depth] == byte) ++at;
      parts.push_back({branches.size(), first, at, part.depth + 1});
      branches.push_back({.byte = static_cast<std::uint8_t>(byte)});
      ++branches[part.branch].count;
    }
  }
  for (std::size_t i = branches.size(); i-- > 0;) {
    TokenBranch& branch = branches[i];
    // The first of those that are one byte longer was gone into last.
    branch.end = branch.count == 0 ? branch.first : branches[branch.first].end;
    branch.end = std::max(branch.end, branch.first + branch.count);
  }
  return branches;
}

CharacterBits bits_here(const StringStep& step, bool ends) {
  switch (step.kind) {
    case StringStep::Kind::kCharacter: return bit_of(step.code);
    case StringStep::Kind::kMore: break;
    default: return kNoCharacter;
  }
  if (!ends) return 0;
  return is_begun_utf8(step.unfinished) ? kBegunUtf8 : kBegunEscape;
}

// What is longer stands behind what it begins with.
void note_characters(TokenBranches* branches) {
  std::vector<StringStep> steps(branches->size());
  steps.front().kind = StringStep::Kind::kCharacter;
  for (std::size_t at = 0; at < branches->size(); ++at) {
    const StringStep& before = steps[at];
    const TokenBranch& branch = (*branches)[at];
    if (before.kind != StringStep::Kind::kCharacter && before.kind != StringStep::Kind::kMore) {
      continue;
    }
    for (std::size_t i = branch.first; i < branch.first + branch.count; ++i) {
      TokenBranch& longer = (*branches)[i];
      steps[i] = read_byte(before.unfinished, longer.byte, Spelling::kUsual);
      longer.here = bits_here(steps[i], longer.token >= 0);
    }
  }
  for (std::size_t at = branches->size(); at-- > 0;) {
    TokenBranch& branch = (*branches)[at];
    branch.below = 0;
    for (std::size_t i = branch.first; i < branch.first + branch.count; ++i) {
      branch.below |= (*branches)[i].here | (*branches)[i].below;
    }
  }
}

AllowedTokens all_but(const std::vector<TokenId>& end_tokens, std::size_t tokens) {
  AllowedTokens allowed;
  allowed.set = TokenSet(tokens);
  for (std::size_t i = 0; i < tokens; ++i) allowed.set.add(static_cast<TokenId>(i));
  for (const TokenId token : end_tokens) allowed.set.remove(token);
  return allowed;
}

}  // namespace

TokenTrie::TokenTrie(std::vector<std::string> bytes, std::vector<TokenId> end_tokens)
    : bytes_(std::move(bytes)),
      end_tokens_(std::move(end_tokens)),
      all_but_ends_(all_but(end_tokens_, bytes_.size())),
      strings_(bytes_),
      chain_(bytes_.size(), -1),
      quote_chain_(bytes_.size(), -1) {
  std::vector<Ending> endings;
  std::vector<Ending> quoted;
  for (std::size_t i = 0; i < bytes_.size(); ++i) {
    const std::string_view text = bytes_[i];
    if (text.empty()) continue;
    const auto token = static_cast<TokenId>(i);
    endings.push_back({text, token});
    const std::size_t quote = StringTokens::quote_at(text);
    if (quote != StringTokens::kNoQuote) quoted.push_back({text.substr(quote), token});
    add_quotes(token);
  }
  all_ = branches_of(std::move(endings), &chain_);
  quotes_ = branches_of(std::move(quoted), &quote_chain_);
  note_characters(&all_);
}

void TokenTrie::add_quotes(TokenId token) {
  constexpr std::string_view kQuotes = "\"'";
  const std::string_view text = bytes(token);
  std::size_t quotes = 0;
  CharacterBits behind = 0;
  for (std::size_t at = text.find_first_of(kQuotes); at < text.size();
       at = text.find_first_of(kQuotes, at + 1)) {
    ++quotes;
    if (at + 1 == text.size()) break;
    const auto next = static_cast<std::uint8_t>(text[at + 1]);
    behind |= next < 0x80 && next != '\\' ? bit_of(next) : ~CharacterBits{0};
  }
  if (behind != 0) opening_.push_back({token, behind});
  if (quotes > 1) quoting_.push_back({token, behind});
}

std::shared_ptr<const ClassTokens> TokenTrie::tokens_of(const CodePoints& points) const {
  const std::lock_guard lock(mutex_);
  const auto known = std::find_if(classes_.begin(), classes_.end(),
                                  [&](const auto& one) { return one.first == points; });
  if (known != classes_.end()) {
    classes_.splice(classes_.begin(), classes_, known);
    return known->second;
  }
  classes_.emplace_front(points, std::make_shared<ClassTokens>(strings_.made_of(points)));
  if (classes_.size() > kMostClasses) classes_.pop_back();
  return classes_.front().second;
}

std::shared_ptr<const TokenTrie> make_token_trie(const Tokenizer& tokenizer) {
  const Vocabulary& vocabulary = tokenizer.vocabulary();
  std::vector<std::string> bytes(vocabulary.size());
  std::vector<TokenId> end_tokens;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto token = static_cast<TokenId>(i);
    if (vocabulary.ends_answer(token)) {
      end_tokens.push_back(token);
    } else if (vocabulary.is_control(token)) {
      bytes[i] = TokenTrie::kControlMark + std::string(vocabulary.text(token));
    } else {
      tokenizer.decode(token, &bytes[i]);
      // A byte that no text has must not pass for the mark.
      if (bytes[i].find(TokenTrie::kControlMark) != std::string::npos) bytes[i].clear();
    }
  }
  return std::make_shared<const TokenTrie>(std::move(bytes), std::move(end_tokens));
}

}  // namespace weir::grammar
