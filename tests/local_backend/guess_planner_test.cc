// Whether guesses are planned where they are faster, and only there.
#include "local_backend/guess_planner.h"

#include <cmath>
#include <numeric>

#include "core/rng.h"
#include "local_backend/guess_record.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

// A machine whose step of 2, 4, 8 and 16 tokens takes so many times as long as one of 1, and
// answers whose guessed tokens come true with one chance.
struct World {
  std::vector<double> ratios = {1.1, 1.2, 1.4, 2};
  double chance = 0.8;
  std::size_t answers = 1;
  std::size_t offered = 15;
  double depth = 300;
  double noise = 0.1;
  double step_s = 0.02;
  double token_s = 0;  // to make a guessed token
  Rng rng{7};

  double seconds(std::size_t tokens) {
    const double width = std::log2(static_cast<double>(tokens) / static_cast<double>(answers));
    const auto low = static_cast<std::size_t>(width);
    const double from = low == 0 ? 1 : ratios[low - 1];
    const double to = ratios[std::min(low, ratios.size() - 1)];
    const double ratio = from + (to - from) * (width - std::floor(width));
    return step_s * ratio * (1 + noise * (2 * rng.uniform() - 1));
  }
};

struct Run {
  double seconds = 0;
  std::size_t given = 0;
  std::size_t guessed = 0;
  std::size_t guessing_steps = 0;

  double pace() const { return static_cast<double>(given) / seconds; }
};

std::chrono::nanoseconds nanoseconds_of(double seconds) {
  return std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9));
}

std::size_t come_true(World& world, std::size_t guessed) {
  std::size_t right = 0;
  while (right < guessed && world.rng.uniform() < world.chance) ++right;
  return right;
}

GuessOffer offer_of(const World& world) {
  GuessOffer offer;
  offer.token_s = world.token_s;
  offer.drafted = world.token_s > 0;
  for (std::size_t i = 1; i <= world.offered; ++i) {
    offer.chances.push_back(std::pow(world.chance, static_cast<double>(i)));
  }
  return offer;
}

Run run(GuessPlanner& planner, World& world, std::size_t steps) {
  Run run;
  const std::vector<GuessOffer> offers(world.answers, offer_of(world));
  for (std::size_t i = 0; i < steps; ++i) {
    const AnswerStep step{world.answers, world.depth * static_cast<double>(world.answers)};
    std::size_t given = world.answers;
    std::size_t guessed = 0;
    std::size_t longest = 0;
    for (const std::size_t count : planner.plan(step, offers)) {
      guessed += count;
      longest = std::max(longest, count);
      given += come_true(world, count);
    }
    const double seconds = world.seconds(world.answers + guessed);
    const double drafting = world.token_s * static_cast<double>(longest);
    planner.observe(step, world.answers + guessed, given, nanoseconds_of(seconds),
                    nanoseconds_of(drafting));
    run.seconds += seconds + drafting;
    run.given += given;
    run.guessed += guessed;
    run.guessing_steps += guessed > 0 ? 1 : 0;
  }
  return run;
}

double plain_pace(const World& world) { return static_cast<double>(world.answers) / world.step_s; }

TEST_CASE("Guesses are planned where wider steps cost little", "[speculation]") {
  GuessPlanner planner(Speculation::kAuto);
  World world;
  CHECK(run(planner, world, 400).pace() > 2 * plain_pace(world));
}

TEST_CASE("Where guesses do not pay, little is lost by finding out", "[speculation]") {
  World world;
  world.ratios = GENERATE(std::vector<double>{2, 4, 8, 16}, std::vector<double>{1.5, 3, 6, 12});
  world.chance = GENERATE(0.2, 0.4, 0.45);
  world.answers = GENERATE(as<std::size_t>{}, 1, 2);
  world.noise = 0.2;
  CAPTURE(world.ratios, world.chance, world.answers);
  GuessPlanner planner(Speculation::kAuto);
  run(planner, world, 200);
  CHECK(run(planner, world, 5000).pace() > 0.98 * plain_pace(world));
}

TEST_CASE("What is unlikely is not even tried", "[speculation]") {
  GuessPlanner planner(Speculation::kAuto);
  World world;
  world.chance = 0.05;
  CHECK(run(planner, world, 2000).guessed == 0);
}

TEST_CASE("As many tokens are guessed as pay", "[speculation]") {
  GuessPlanner planner(Speculation::kAuto);
  World world;
  world.ratios = {1.05, 1.1, 8, 16};
  world.chance = 0.9;
  run(planner, world, 500);
  const Run later = run(planner, world, 500);
  const double mean =
      static_cast<double>(later.guessed) / static_cast<double>(later.guessing_steps);
  CHECK(mean == Approx(3).epsilon(0.05));
}

TEST_CASE("A machine that changes is found out", "[speculation]") {
  GuessPlanner planner(Speculation::kAuto);
  World world;
  run(planner, world, 500);
  world.ratios = {2, 4, 8, 16};
  run(planner, world, 300);
  CHECK(run(planner, world, 2000).pace() > 0.98 * plain_pace(world));
  world.ratios = {1.05, 1.1, 1.2, 1.5};
  run(planner, world, 3000);
  CHECK(run(planner, world, 300).pace() > 2 * plain_pace(world));
}

TEST_CASE("Answers beside each other share what pays, the likelier first", "[speculation]") {
  GuessPlanner planner(Speculation::kAuto);
  World world;
  world.answers = 3;
  run(planner, world, 300);
  planner.observe({3, 900}, 3, 3, std::chrono::milliseconds(20));
  const std::vector<GuessOffer> offers = {{{0.9, 0.8, 0.7}}, {}, {{0.3, 0.1}}};
  const auto counts = planner.plan({3, 900}, offers);
  CHECK(counts[0] >= 1);
  CHECK(counts[1] == 0);
  CHECK(counts[2] <= counts[0]);
}

TEST_CASE("What it takes to make a guess counts", "[speculation]") {
  World world;
  world.token_s = 0.1 * world.step_s;
  GuessPlanner cheap(Speculation::kAuto);
  run(cheap, world, 400);
  CHECK(run(cheap, world, 400).pace() > 1.4 * plain_pace(world));
  world.token_s = 0.9 * world.step_s;
  GuessPlanner dear(Speculation::kAuto);
  run(dear, world, 400);
  CHECK(run(dear, world, 400).guessed == 0);
}

TEST_CASE("What is only hoped for is tried for a hundredth of the time", "[speculation]") {
  GuessPlanner planner(Speculation::kAuto);
  World world;
  world.ratios = {1.5, 2, 3, 5};
  GuessOffer hope = offer_of(world);
  hope.unproven = true;
  double seconds = 0;
  std::size_t tries = 0;
  for (int i = 0; i < 5000; ++i) {
    const std::size_t guessed = planner.plan({1, 300}, std::span(&hope, 1)).front();
    const double spent = world.seconds(1 + guessed);
    planner.observe({1, 300}, 1 + guessed, 1, nanoseconds_of(spent));  // none comes true
    seconds += spent;
    tries += guessed > 0 ? 1 : 0;
  }
  CHECK(tries > 5);
  CHECK(seconds < 1.02 * 5000 * world.step_s);
}

TEST_CASE("Nothing is guessed before the cost of a step is known, nor when it is off",
          "[speculation]") {
  const std::vector<GuessOffer> offers = {{{0.99, 0.98}}};
  GuessPlanner fresh(Speculation::kAuto);
  CHECK(fresh.plan({1, 10}, offers) == std::vector<std::size_t>{0});
  GuessPlanner off(Speculation::kNever);
  World world;
  CHECK(run(off, world, 100).guessed == 0);
  GuessPlanner always(Speculation::kAlways);
  CHECK(always.plan({1, 10}, offers) == std::vector<std::size_t>{2});
  CHECK(always.plan({1, 10}, std::vector<GuessOffer>{{{0.01}}}) == std::vector<std::size_t>{1});
  CHECK(always.plan({20, 10}, std::vector<GuessOffer>(20, {{0.9}})) ==
        std::vector<std::size_t>(20));
}

TEST_CASE("A record follows what came true of late, and begins as the others' do",
          "[speculation]") {
  GuessRecord all;
  GuessRecord one(&all);
  const GuessSource source = source_of_alike(5);
  CHECK(one.chance(source) == Approx(0.5));
  for (int i = 0; i < 200; ++i) one.note(source, true);
  CHECK(one.chance(source) > 0.9);
  CHECK(GuessRecord(&all).chance(source) > 0.8);
  CHECK(one.chance(source_of_alike(3)) == Approx(0.5));
  for (int i = 0; i < 60; ++i) one.note(source, false);
  CHECK(one.chance(source) < 0.2);
  CHECK(one.chance(source) > 0);
}

}  // namespace
}  // namespace weir
