#include "router/experience.h"

#include "tests/support/catch.h"

namespace weir {
namespace {

Usage local_answer(std::int64_t prompt, std::int64_t output, std::int64_t busy_us) {
  Usage usage;
  usage.input_tokens = prompt;
  usage.output_tokens = output;
  usage.local_busy_us = busy_us;
  return usage;
}

TEST_CASE("The pace of the local model is learned from its answers", "[router]") {
  Experience experience;
  for (int i = 0; i < 2'000; ++i) {
    experience.learn(local_answer(1'000, 10, 1'000 * 50 + 10 * 2'000));
    experience.learn(local_answer(10, 100, 10 * 50 + 100 * 2'000));
  }
  const auto long_prompt = experience.guess(2'000, 1);
  CHECK(static_cast<double>(long_prompt.local_busy_us) == Approx(2'000 * 50 + 2'000).epsilon(0.1));
  const auto long_answer = experience.guess(0, 50);
  CHECK(static_cast<double>(long_answer.local_busy_us) == Approx(50 * 2'000).epsilon(0.1));
}

TEST_CASE("max_tokens bounds the guess of an answer's length", "[router]") {
  Experience experience;
  CHECK(experience.guess(10, 5).output_tokens == 5);
  CHECK(experience.guess(10, 100'000).output_tokens == experience.guess(10, {}).output_tokens);
  CHECK(experience.guess(10, -3).output_tokens == 0);
}

TEST_CASE("One answer that took for ever moves the pace a little", "[router]") {
  Experience experience;
  experience.learn(local_answer(100, 100, 100'000));
  const auto before = experience.guess(100, 100);
  experience.learn(local_answer(100, 100, 1'000'000'000'000));
  CHECK(experience.guess(100, 100).local_busy_us < before.local_busy_us * 5 / 4);
}

TEST_CASE("Before its first answer the local model's time counts as nothing", "[router]") {
  Experience experience;
  CHECK(experience.guess(1'000, {}).local_busy_us == 0);
  experience.learn(local_answer(100, 10, 1'000));
  CHECK(experience.guess(100, 10).local_busy_us > 0);
}

TEST_CASE("A cloud answer teaches lengths and no pace", "[router]") {
  Experience experience;
  const auto before = experience.guess(100, 1);
  experience.learn(local_answer(100, 5, 0));
  CHECK(experience.guess(100, 1).local_busy_us == before.local_busy_us);
  CHECK(experience.guess(0, {}).output_tokens < 256);
}

}  // namespace
}  // namespace weir
