// A local model whose signals say more than the score, beside a cloud.
#include "router/decision.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

struct House {
  std::vector<ModelAlias> mini{{"weir-mini", "weir-mini"}};
  std::vector<ModelAlias> big{{"big", "big"}};
  Capabilities all;
  std::vector<BackendOption> backends{{"local", BackendClass::kLocal, &all, mini, "weir-mini"},
                                      {"openai", BackendClass::kCloud, &all, big, "big"}};
  Team team;
  RoutingConfig routing;
  ChatRequest request;
  std::string_view conversation;

  House() {
    team.privacy = Privacy::kAny;
    request.model = "auto";
    backends[0].quality = 0;
    backends[0].asked_first = true;
  }
  House(const House&) = delete;
  House& operator=(const House&) = delete;

  Decision decide_on_a_hard_prompt() const {
    const Ruling ruling = rule(team, {{}, {}, {}}).value();
    return decide({ruling, request, routing, backends, 0.9, conversation}).value();
  }
};

TEST_CASE("A local model that is asked first stays whatever the score, and is watched",
          "[router]") {
  House house;
  const bool alone = GENERATE(false, true);
  if (alone) house.backends.pop_back();
  const Decision decision = house.decide_on_a_hard_prompt();
  CHECK(decision.reason == Reason::kEasy);
  CHECK(decision.watched);
  CHECK(decision.candidates.size() == (alone ? 1 : 2));
}

TEST_CASE("A local model is not asked first in vain", "[router]") {
  House house;
  SECTION("where nothing is watched") { house.routing.hold_tokens = 0; }
  SECTION("where no answer of it would be good enough") { house.team.quality_target = 1; }
  SECTION("in a conversation that was escalated") { house.conversation = "openai"; }
  CHECK(house.decide_on_a_hard_prompt().candidates.front().name == "big");
}

}  // namespace
}  // namespace weir
