#include "local_backend/rate_model.h"

#include <algorithm>
#include <cstdint>

#include "core/rng.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using std::chrono::nanoseconds;

// A machine that takes so long, give or take a share of it, and sometimes much longer.
struct Machine {
  double step = 0.012;
  double prompt_token = 0.002;
  double answer_token = 0.003;
  double position = 4e-6;
  double noise = 0.1;
  double hiccups = 0.02;  // share of calls that take five times as long
  Rng rng{5};

  double exact(const StepWork& work) const {
    return step + prompt_token * static_cast<double>(work.prompt_tokens) +
           answer_token * static_cast<double>(work.answer_tokens) + position * work.attended;
  }
  void run(const StepWork& work, RateModel* model) {
    double seconds = exact(work) * (1 + noise * (2 * rng.uniform() - 1));
    if (rng.uniform() < hiccups) seconds *= 5;
    model->observe(work, nanoseconds(static_cast<std::int64_t>(seconds * 1e9)));
  }

  // Reads a prompt in pieces and answers, as an engine does; the exact time of both.
  Forecast request(std::size_t prompt, std::size_t piece, std::size_t answer, RateModel* model) {
    Forecast spent;
    for (std::size_t at = 0; at < prompt; at += piece) {
      const std::size_t tokens = std::min(piece, prompt - at);
      const double all = static_cast<double>(tokens);
      const StepWork work = {tokens, 0, all * (static_cast<double>(at) + (all + 1) / 2)};
      spent.prompt += std::chrono::duration<double>(exact(work));
      run(work, model);
    }
    for (std::size_t i = 1; i < answer; ++i) {
      const StepWork work = {0, 1, static_cast<double>(prompt + i)};
      spent.answer += std::chrono::duration<double>(exact(work));
      run(work, model);
    }
    return spent;
  }
};

TEST_CASE("Nothing is said before enough was seen", "[rates]") {
  RateModel model;
  Machine machine;
  CHECK_FALSE(model.expect({0, 1, 100}));
  CHECK_FALSE(model.forecast({100, 0, 10}));
  for (int i = 0; i < 10; ++i) machine.run({0, 1, 100}, &model);
  CHECK(model.expect({0, 1, 100}));
  CHECK_FALSE(model.expect({64, 0, 100}));
  CHECK_FALSE(model.forecast({100, 0, 10}));
  CHECK(model.forecast({100, 100, 10}));
}

TEST_CASE("A request is foretold within a fifth, however long its prompt", "[rates]") {
  RateModel model;
  Machine machine;
  for (const std::size_t prompt : {300u, 900u, 120u, 2000u}) {
    machine.request(prompt, 40, 60, &model);
  }
  const std::size_t prompt = GENERATE(as<std::size_t>{}, 64, 400, 4000);
  const std::size_t answer = GENERATE(as<std::size_t>{}, 2, 50, 400);
  CAPTURE(prompt, answer);
  const auto told = model.forecast({prompt, 0, answer}).value();
  RateModel other;
  const Forecast spent = machine.request(prompt, 40, answer, &other);
  CHECK(told.prompt.count() == Approx(spent.prompt.count()).epsilon(0.2));
  CHECK(told.answer.count() == Approx(spent.answer.count()).epsilon(0.2));
}

TEST_CASE("What is known of a prompt is not counted as work", "[rates]") {
  RateModel model;
  Machine machine;
  machine.request(2000, 40, 60, &model);
  const auto cold = model.forecast({2000, 0, 60}).value();
  const auto warm = model.forecast({2000, 1960, 60}).value();
  CHECK(warm.prompt < cold.prompt / 20);
  CHECK(warm.answer == cold.answer);
  CHECK(model.forecast({2000, 9000, 60}).value().prompt.count() == 0);
}

TEST_CASE("Answers beside it make a request take longer", "[rates]") {
  RateModel model;
  Machine machine;
  for (std::size_t i = 0; i < 200; ++i) {
    const std::size_t answers = 1 + i % 8;
    machine.run({0, answers, static_cast<double>(answers * (100 + i))}, &model);
  }
  const auto alone = model.forecast({200, 200, 50}).value();
  const auto beside = model.forecast({200, 200, 50, 7, 200}).value();
  const double exact = 49 * machine.exact({0, 8, 8 * 212.0});
  CHECK(beside.answer > alone.answer);
  CHECK(beside.answer.count() == Approx(exact).epsilon(0.2));
}

TEST_CASE("A machine that becomes slower is noticed", "[rates]") {
  RateModel model;
  Machine machine;
  machine.request(2000, 40, 200, &model);
  machine.step *= 2;
  machine.answer_token *= 2;
  machine.position *= 2;
  machine.request(0, 40, 400, &model);
  CHECK(model.expect({0, 1, 300})->count() == Approx(machine.exact({0, 1, 300})).epsilon(0.2));
}

TEST_CASE("A thousand equal calls do not upset what a different one costs", "[rates]") {
  RateModel model;
  Machine machine;
  machine.request(2000, 40, 100, &model);
  for (int i = 0; i < 3000; ++i) machine.run({0, 1, 500}, &model);
  CHECK(model.expect({0, 1, 500})->count() == Approx(machine.exact({0, 1, 500})).epsilon(0.1));
  for (int i = 0; i < 40; ++i) machine.run({0, 4, 2000}, &model);
  CHECK(model.expect({0, 4, 2000})->count() == Approx(machine.exact({0, 4, 2000})).epsilon(0.2));
}

TEST_CASE("What guesses save is part of what is foretold", "[rates]") {
  RateModel model;
  Machine machine;
  for (int i = 0; i < 50; ++i) machine.run({0, 1, 300}, &model);
  const auto before = model.forecast({0, 0, 101}).value();
  const auto plain = model.expect({0, 1, 300}).value();
  for (int i = 0; i < 300; ++i) {
    model.follow({0, 1, 300}, 3, std::chrono::duration_cast<nanoseconds>(1.5 * plain));
  }
  CHECK(model.forecast({0, 0, 101})->answer.count() == Approx(before.answer.count() / 2));
}

TEST_CASE("Calls without work or time teach nothing", "[rates]") {
  RateModel model;
  for (int i = 0; i < 20; ++i) {
    model.observe({0, 0, 0}, std::chrono::seconds(1));
    model.observe({0, 1, 9}, nanoseconds(0));
  }
  CHECK_FALSE(model.expect({0, 1, 9}));
}

}  // namespace
}  // namespace weir
