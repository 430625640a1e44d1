// What an answer may say next, found in what was said before.
#include "local_backend/prompt_lookup.h"

#include <vector>

#include "tests/support/catch.h"

namespace weir {
namespace {

using Tokens = std::vector<TokenId>;

Tokens found(PromptLookup& lookup, const Tokens& tokens, std::size_t most = 8) {
  const auto next = lookup.find(tokens, most).tokens;
  return {next.begin(), next.end()};
}

TEST_CASE("What followed the same three tokens is found again", "[speculation]") {
  PromptLookup lookup;
  const Tokens tokens = {5, 1, 2, 3, 40, 41, 42, 7, 1, 2, 3};
  CHECK(found(lookup, tokens) == Tokens{40, 41, 42, 7, 1, 2, 3});
  CHECK(found(lookup, tokens, 2) == Tokens{40, 41});
  CHECK(found(lookup, tokens, 0).empty());
}

TEST_CASE("The last time counts", "[speculation]") {
  PromptLookup lookup;
  CHECK(found(lookup, {1, 2, 3, 40, 1, 2, 3, 50, 1, 2, 3}, 1) == Tokens{50});
}

TEST_CASE("Nothing is found where nothing is alike", "[speculation]") {
  PromptLookup lookup;
  CHECK(found(lookup, {}).empty());
  CHECK(found(lookup, {1, 2, 3}).empty());
  CHECK(found(lookup, {1, 2, 3, 4, 5, 6}).empty());
  CHECK(found(lookup, {1, 2, 3, 4, 9, 2, 3}).empty());
}

TEST_CASE("Nothing is found behind what is known", "[speculation]") {
  PromptLookup lookup;
  CHECK(found(lookup, {1, 1, 1, 1, 1}) == Tokens{1});
}

TEST_CASE("How much is alike is told, up to sixteen tokens", "[speculation]") {
  const std::size_t alike = GENERATE(as<std::size_t>{}, 3, 4, 15, 16, 40);
  Tokens part(alike);
  for (std::size_t i = 0; i < alike; ++i) part[i] = static_cast<TokenId>(i);
  Tokens tokens = {-7};
  tokens.insert(tokens.end(), part.begin(), part.end());
  tokens.push_back(-8);
  tokens.insert(tokens.end(), part.begin(), part.end());
  PromptLookup lookup;
  CHECK(lookup.find(tokens, 1).alike == std::min(alike, PromptLookup::kMostAlike));
}

TEST_CASE("An answer is learnt as it grows", "[speculation]") {
  PromptLookup lookup;
  Tokens tokens = {1, 2, 3, 4, 5, 6};
  CHECK(found(lookup, tokens).empty());
  for (const TokenId token : {70, 71, 72, 73, 74}) {
    tokens.push_back(token);
    CHECK(found(lookup, tokens).empty());
  }
  tokens.insert(tokens.end(), {70, 71, 72});
  CHECK(found(lookup, tokens, 1) == Tokens{73});
}

}  // namespace
}  // namespace weir
