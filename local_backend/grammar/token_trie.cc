#include "local_backend/grammar/token_trie.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "local_backend/grammar/string_reader.h"

namespace weir::grammar {
namespace {

struct InString {
  bool leaves = false;
  std::size_t characters = 0;
};

// nullopt for what no string has.
std::optional<InString> read_in_string(std::string_view bytes) {
  InString read;
  Unfinished unfinished = 0;
  for (const char byte : bytes) {
    const StringStep step =
        read_byte(unfinished, static_cast<std::uint8_t>(byte), Spelling::kUsual);
    if (step.kind == StringStep::Kind::kWrong) return std::nullopt;
    if (step.kind == StringStep::Kind::kQuote) {
      read.leaves = true;
      return read;
    }
    if (step.kind == StringStep::Kind::kCharacter) ++read.characters;
    unfinished = step.unfinished;
  }
  if (unfinished != 0) ++read.characters;
  return read;
}

std::size_t common(std::string_view a, std::string_view b) {
  const auto [end, other] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  return static_cast<std::size_t>(end - a.begin());
}

// `tokens`: sorted by bytes, no two alike.
TokenBranches branches_of(const std::vector<TokenId>& tokens,
                          const std::vector<std::string>& bytes) {
  TokenBranches branches;
  std::vector<std::uint32_t> way;  // open branches
  std::string_view before;
  const auto close = [&](std::size_t depth) {
    for (; way.size() > depth; way.pop_back()) {
      branches[way.back()].size = static_cast<std::uint32_t>(branches.size()) - way.back();
    }
  };
  for (const TokenId token : tokens) {
    const std::string_view text = bytes[static_cast<std::size_t>(token)];
    close(common(before, text));
    for (std::size_t i = way.size(); i < text.size(); ++i) {
      way.push_back(static_cast<std::uint32_t>(branches.size()));
      branches.push_back(
          {1, static_cast<std::uint16_t>(i + 1), static_cast<std::uint8_t>(text[i]), -1});
    }
    branches.back().token = token;
    before = text;
  }
  close(0);
  return branches;
}

}  // namespace

TokenTrie::TokenTrie(std::vector<std::string> bytes)
    : bytes_(std::move(bytes)),
      next_equal_(bytes_.size(), -1),
      staying_(kMostCounted + 1, TokenSet(bytes_.size())) {
  std::vector<TokenId> sorted;
  for (std::size_t i = 0; i < bytes_.size(); ++i) {
    if (!bytes_[i].empty()) sorted.push_back(static_cast<TokenId>(i));
  }
  std::sort(sorted.begin(), sorted.end(), [&](TokenId a, TokenId b) {
    const int order = this->bytes(a).compare(this->bytes(b));
    return order < 0 || (order == 0 && a < b);
  });
  std::vector<TokenId> distinct;
  for (const TokenId token : sorted) {
    const bool again = !distinct.empty() && this->bytes(distinct.back()) == this->bytes(token);
    if (!again) {
      distinct.push_back(token);
      continue;
    }
    next_equal_[static_cast<std::size_t>(token)] =
        std::exchange(next_equal_[static_cast<std::size_t>(distinct.back())], token);
  }
  all_ = branches_of(distinct, bytes_);
  std::vector<TokenId> leaving;
  for (const TokenId token : distinct) {
    const auto read = read_in_string(this->bytes(token));
    if (!read) continue;
    if (read->leaves) {
      leaving.push_back(token);
      continue;
    }
    for (TokenId equal = token; equal >= 0; equal = next_equal(equal)) {
      for (std::size_t n = read->characters; n <= kMostCounted; ++n) staying_[n].add(equal);
      if (read->characters > kMostCounted) longer_.emplace_back(equal, read->characters);
    }
  }
  leaving_ = branches_of(leaving, bytes_);
}

TokenSet TokenTrie::staying(std::uint32_t characters) const {
  if (characters <= kMostCounted) return staying_[characters];
  TokenSet set = staying_.back();
  for (const auto& [token, size] : longer_) {
    if (size <= characters) set.add(token);
  }
  return set;
}

TokenTrie make_token_trie(const Tokenizer& tokenizer) {
  const Vocabulary& vocabulary = tokenizer.vocabulary();
  std::vector<std::string> bytes(vocabulary.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto token = static_cast<TokenId>(i);
    if (vocabulary.ends_answer(token)) continue;
    if (vocabulary.is_control(token)) {
      bytes[i] = TokenTrie::kControlMark + std::string(vocabulary.text(token));
    } else {
      tokenizer.decode(token, &bytes[i]);
    }
  }
  return TokenTrie(std::move(bytes));
}

}  // namespace weir::grammar
