// Guesses of what an answer says next, from what was said before.
#include "local_backend/prompt_lookup.h"

#include <numeric>

#include "tests/support/catch.h"

namespace weir {
namespace {

using Tokens = std::vector<TokenId>;

Tokens guessed(PromptLookup& lookup, const Tokens& tokens, std::size_t most = 8) {
  const auto guess = lookup.guess(tokens, most);
  return {guess.begin(), guess.end()};
}

TEST_CASE("What followed the same three tokens is guessed again", "[speculation]") {
  PromptLookup lookup;
  CHECK(guessed(lookup, {5, 1, 2, 3, 40, 41, 42, 7, 1, 2, 3}) == Tokens{40});
}

TEST_CASE("The last time counts", "[speculation]") {
  PromptLookup lookup;
  CHECK(guessed(lookup, {1, 2, 3, 40, 1, 2, 3, 50, 1, 2, 3}) == Tokens{50});
}

TEST_CASE("Nothing is guessed where nothing is alike", "[speculation]") {
  PromptLookup lookup;
  CHECK(guessed(lookup, {}).empty());
  CHECK(guessed(lookup, {1, 2, 3}).empty());
  CHECK(guessed(lookup, {1, 2, 3, 4, 5, 6}).empty());
  CHECK(guessed(lookup, {1, 2, 3, 4, 9, 2, 3}).empty());
}

TEST_CASE("Guesses grow while they come true, to seven tokens", "[speculation]") {
  PromptLookup lookup;
  Tokens tokens(30);
  std::iota(tokens.begin(), tokens.end(), 0);
  tokens.insert(tokens.end(), {0, 1, 2});
  for (const std::size_t expected : {1, 3, 7, 7}) {
    const Tokens guess = guessed(lookup, tokens);
    CHECK(guess.size() == expected);
    CHECK(guess.front() == 3);
    lookup.judge(guess.size(), guess.size());
  }
  CHECK(guessed(lookup, tokens, 2).size() == 2);
  CHECK(guessed(lookup, tokens, 0).empty());
}

TEST_CASE("A guess never reaches behind what is known", "[speculation]") {
  PromptLookup lookup;
  const Tokens tokens = {1, 1, 1, 1, 1};
  for (int i = 0; i < 3; ++i) lookup.judge(1, 1);
  CHECK(guessed(lookup, tokens) == Tokens{1});
}

TEST_CASE("Wrong guesses grow shorter, and then rarer", "[speculation]") {
  PromptLookup lookup;
  Tokens tokens(30);
  std::iota(tokens.begin(), tokens.end(), 0);
  tokens.insert(tokens.end(), {0, 1, 2});
  lookup.judge(1, 1);
  CHECK(guessed(lookup, tokens).size() == 3);
  lookup.judge(3, 0);
  CHECK(guessed(lookup, tokens).size() == 1);
  for (const std::size_t pause : {4, 8, 16, 32, 64, 64}) {
    lookup.judge(1, 0);
    for (std::size_t i = 0; i < pause; ++i) CHECK(guessed(lookup, tokens).empty());
    CHECK(guessed(lookup, tokens).size() == 1);
  }
  lookup.judge(1, 1);
  CHECK(guessed(lookup, tokens).size() == 3);
}

TEST_CASE("An answer is learnt as it grows", "[speculation]") {
  PromptLookup lookup;
  Tokens tokens = {1, 2, 3, 4, 5, 6};
  CHECK(guessed(lookup, tokens).empty());
  for (const TokenId token : {70, 71, 72, 73, 74}) {
    tokens.push_back(token);
    CHECK(guessed(lookup, tokens).empty());
  }
  tokens.insert(tokens.end(), {70, 71, 72});
  CHECK(guessed(lookup, tokens) == Tokens{73});
}

}  // namespace
}  // namespace weir
