#include "local_backend/sampler.h"

#include <cmath>
#include <limits>
#include <map>

#include "core/rng.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

SamplingParams open_params() {
  SamplingParams params;
  params.temperature = 1;
  params.top_k = 0;
  params.top_p = 1;
  params.min_p = 0;
  return params;
}

// How often each token comes in 4000 draws.
std::map<TokenId, int> draws(const SamplingParams& params, const std::vector<float>& logits) {
  Sampler sampler(params, 7, {});
  std::map<TokenId, int> counts;
  for (int i = 0; i < 4000; ++i) ++counts[sampler.choose(logits)];
  return counts;
}

TEST_CASE("Who knows the likeliest token already gets the same choice", "[sampler]") {
  Rng rng(3);
  std::vector<float> logits(1000);
  for (float& logit : logits) logit = static_cast<float>(4 * rng.uniform());
  logits[321] = 5;
  Sampler told(SamplingParams(), 9, {}), untold(SamplingParams(), 9, {});
  for (int i = 0; i < 100; ++i) CHECK(told.choose(logits, 321) == untold.choose(logits));
}

// Forbidding all others changes nothing between those that are left.
TEST_CASE("A choice among some tokens is that of all where the others are impossible",
          "[sampler]") {
  SamplingParams params = GENERATE(open_params(), SamplingParams());
  params.temperature = GENERATE(0.0, 0.7, 1.5);
  Rng rng(4);
  Sampler some(params, 9, {});
  Sampler all(params, 9, {});
  for (int i = 0; i < 200; ++i) {
    std::vector<float> logits(300);
    for (float& logit : logits) logit = static_cast<float>(8 * rng.uniform());
    std::vector<TokenId> allowed;
    std::vector<float> masked(logits.size(), -kInfinity);
    for (TokenId token = 0; token < 300; token += 1 + static_cast<TokenId>(rng.next() % 20)) {
      allowed.push_back(token);
      masked[static_cast<std::size_t>(token)] = logits[static_cast<std::size_t>(token)];
    }
    REQUIRE(some.choose_among(allowed, logits) == all.choose(masked));
  }
}

TEST_CASE("Greedy takes the best token, the lowest id among equals", "[sampler]") {
  SamplingParams params;
  params.temperature = 0;
  CHECK(Sampler(params, 1, {}).choose(std::vector<float>{0, 3, 1, 3}) == 1);
}

TEST_CASE("An open sampler draws tokens by their probability", "[sampler]") {
  const auto counts = draws(open_params(), {std::log(0.5f), std::log(0.3f), std::log(0.2f)});
  CHECK(counts.at(0) == Approx(2000).margin(150));
  CHECK(counts.at(2) == Approx(800).margin(120));
}

TEST_CASE("top_k, top_p and min_p each cut the tail", "[sampler]") {
  const std::vector<float> logits = {std::log(0.1f), std::log(0.4f), std::log(0.3f),
                                     std::log(0.2f)};
  SamplingParams k = open_params(), p = open_params(), m = open_params();
  k.top_k = 2;
  p.top_p = 0.65;
  m.min_p = 0.6;
  for (const auto& counts : {draws(k, logits), draws(p, logits), draws(m, logits)}) {
    CHECK(counts.size() == 2);
    CHECK(counts.contains(1));
    CHECK(counts.contains(2));
  }
}

TEST_CASE("top_p of 0 and top_k of 1 leave the best token", "[sampler]") {
  SamplingParams p = open_params(), k = open_params();
  p.top_p = 0;
  k.top_k = 1;
  CHECK(draws(p, {1, 2, 0}) == std::map<TokenId, int>{{1, 4000}});
  CHECK(draws(k, {1, 2, 0}) == std::map<TokenId, int>{{1, 4000}});
}

TEST_CASE("A masked token is never drawn", "[sampler]") {
  CHECK(draws(open_params(), {-kInfinity, 0, -kInfinity}) == std::map<TokenId, int>{{1, 4000}});
}

TEST_CASE("The same seed draws the same tokens", "[sampler]") {
  const std::vector<float> logits(50, 0.0f);
  Sampler a(open_params(), 3, {}), b(open_params(), 3, {}), c(open_params(), 4, {});
  std::vector<TokenId> from_a, from_b, from_c;
  for (int i = 0; i < 20; ++i) {
    from_a.push_back(a.choose(logits));
    from_b.push_back(b.choose(logits));
    from_c.push_back(c.choose(logits));
  }
  CHECK(from_a == from_b);
  CHECK(from_a != from_c);
}

TEST_CASE("Penalties fall on tokens of the answer, repetition also on the prompt's", "[sampler]") {
  SamplingParams params = open_params();
  params.repetition_penalty = 2;
  params.presence_penalty = 0.5;
  params.frequency_penalty = 0.25;
  Sampler sampler(params, 1, std::vector<TokenId>{0, 1});
  sampler.accept(1);
  sampler.accept(2);
  sampler.accept(2);
  std::vector<float> logits = {4, 4, -1, 3};
  sampler.adjust(logits);
  CHECK(logits == std::vector<float>{2, 2 - 0.75f, -2 - 1.0f, 3});
  CHECK(sampler.before_adjust(1, logits[1]) == 4);
  CHECK(sampler.before_adjust(3, logits[3]) == 3);
}

TEST_CASE("A bias and a penalty on one token both count, and its logit before is known",
          "[sampler]") {
  SamplingParams params = open_params();
  params.bias = {{0, 1.5}};
  params.presence_penalty = 1;
  Sampler sampler(params, 1, {});
  sampler.accept(0);
  std::vector<float> logits = {2, 0};
  sampler.adjust(logits);
  CHECK(logits[0] == 2.5f);
  CHECK(sampler.before_adjust(0, logits[0]) == 2);
}

TEST_CASE("The likeliest tokens come best first, the lowest id first among equals", "[sampler]") {
  const auto top = top_tokens(std::vector<float>{1, 3, 0, 3, 2}, 3, 4);
  REQUIRE(top.size() == 4);
  const std::vector<TokenId> ids = {top[0].token, top[1].token, top[2].token, top[3].token};
  CHECK(ids == std::vector<TokenId>{1, 3, 4, 0});
  CHECK(top[2].logprob == Approx(-1));
  CHECK(top_tokens(std::vector<float>{1, 2}, 0, 20).size() == 2);
  CHECK(top_tokens(std::vector<float>{1, 2}, 0, 0).empty());
}

TEST_CASE("Sampling out of range is refused with the field's name", "[sampler]") {
  const auto [field, change] = GENERATE(table<std::string, void (*)(SamplingParams&)>({
      {"temperature", [](SamplingParams& p) { p.temperature = -0.1; }},
      {"temperature", [](SamplingParams& p) { p.temperature = std::nan(""); }},
      {"top_p", [](SamplingParams& p) { p.top_p = 1.1; }},
      {"top_k", [](SamplingParams& p) { p.top_k = -1; }},
      {"min_p", [](SamplingParams& p) { p.min_p = 2; }},
      {"repetition_penalty", [](SamplingParams& p) { p.repetition_penalty = 0; }},
      {"presence_penalty", [](SamplingParams& p) { p.presence_penalty = -2.1; }},
      {"frequency_penalty", [](SamplingParams& p) { p.frequency_penalty = std::nan(""); }},
      {"logit_bias", [](SamplingParams& p) { p.bias = {{1, 101}}; }},
      {"top_logprobs", [](SamplingParams& p) { p.top_logprobs = 21; }},
      {"max_tokens", [](SamplingParams& p) { p.max_tokens = 0; }},
      {"stop", [](SamplingParams& p) { p.stop = {""}; }},
      {"stop", [](SamplingParams& p) { p.stop.assign(17, "x"); }},
      {"stop", [](SamplingParams& p) { p.stop = {std::string(257, 'x')}; }},
  }));
  SamplingParams params;
  CHECK_FALSE(params.problem());
  change(params);
  REQUIRE(params.problem());
  CHECK(params.problem()->param == field);
  CHECK(params.problem()->code == ErrorCode::kInvalidRequest);
}

}  // namespace
}  // namespace weir
