#include "router/decision.h"

#include <array>
#include <string>
#include <vector>

#include "router/conversation.h"
#include "tests/router/decision_house.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using namespace decision_test;

TEST_CASE("A bias on token ids means no model that was not named", "[router]") {
  House house;
  house.request.sampling.logit_bias = {{5, 1}};
  CHECK(house.route() == "openai:capability vllm:cloud-failed");
  house.request.model = "local";
  CHECK(house.route() == "local:local-requested");
  house.request.model = "auto";
  house.headers = {"local_only"};
  CHECK(house.decide().error().param == "logit_bias");
}

TEST_CASE("An easy prompt stays and a hard one escalates, each with the other behind", "[router]") {
  House house;
  CHECK(house.route() == "local:easy openai:local-failed vllm:local-failed");
  house.score = kHardScore;
  CHECK(house.route() == "openai:hard vllm:cloud-failed local:cloud-failed");
  house.score = house.routing.threshold;
  CHECK(house.decide()->reason == Reason::kHard);
}

TEST_CASE("A candidate asks its backend for the upstream's name", "[router]") {
  House house;
  house.score = kHardScore;
  const Decision decision = house.decide().value();
  CHECK(decision.candidates[0].model == "mid");
  CHECK(decision.candidates[1].model == "org/big");
  CHECK(decision.candidates[1].name == "big");
  CHECK(decision.propensity == Approx(1.0));
}

TEST_CASE("A hard prompt without a cloud is answered locally and says why", "[router]") {
  House house;
  house.score = kHardScore;
  SECTION("none configured") {
    house.backends.resize(1);
    CHECK(house.route() == "local:escalation-unavailable");
  }
  SECTION("none allowed") {
    house.team.backends = {"elsewhere"};
    CHECK(house.route() == "local:escalation-unavailable");
  }
  SECTION("all down") {
    house.backends[1].available = house.backends[2].available = false;
    CHECK(house.route() == "local:cloud-failed");
  }
}

TEST_CASE("A local answer after a cloud failure can be switched off", "[router]") {
  House house;
  house.score = kHardScore;
  house.routing.cloud_failure_to_local = false;
  CHECK(house.route() == "openai:hard vllm:cloud-failed");
}

TEST_CASE("A local-only request has local candidates whatever it asks", "[router]") {
  House house;
  house.score = GENERATE(kEasyScore, kHardScore);
  house.headers = {"local_only"};
  CHECK(house.route() == "local:local-only-header");
  house.headers.clear();
  house.team.privacy = Privacy::kLocalOnly;
  CHECK(house.route() == "local:local-only-policy");
  house.request.model = "local";
  CHECK(house.route() == "local:local-requested");
  house.request.model = GENERATE("cloud", "big", "openai/mid", "vllm/big");
  CHECK(house.route() == "forbidden");
  CHECK(house.decide().error().detail == "privacy_local_only");
}

TEST_CASE("A local-only request without its local model is 503", "[router]") {
  House house;
  house.team.privacy = Privacy::kLocalOnly;
  house.backends[0].available = false;
  CHECK(house.route() == "unavailable");
  house.backends.erase(house.backends.begin());
  CHECK(house.route() == "unavailable");
}

TEST_CASE("A trusted site is part of local-only", "[router]") {
  House house;
  house.team.privacy = Privacy::kLocalOnly;
  house.team.trusted_sites = {"vllm"};
  house.score = kHardScore;
  CHECK(house.route() == "vllm:local-only-policy local:local-only-policy");
}

TEST_CASE("What the local model lacks goes to one that has it, with the field", "[router]") {
  House house;
  house.local_can.tools = false;
  house.request.tools.push_back({});
  CHECK(house.route() == "openai:capability vllm:cloud-failed");
  CHECK(house.decide()->field == "tools");

  house.backends.resize(1);
  CHECK(house.route() == "unsupported_parameter");
  CHECK(house.decide().error().param == "tools");
}

TEST_CASE("A prompt that does not fit the local context goes to one that it fits", "[router]") {
  House house;
  house.local_can.context_tokens = 512;
  house.backends[0].prompt_tokens = 511;
  CHECK(house.decide()->reason == Reason::kEasy);
  house.backends[0].prompt_tokens = 512;
  CHECK(house.route() == "openai:context-length vllm:cloud-failed");
  house.headers = {"local_only"};
  CHECK(house.route() == "context_length_exceeded");
  CHECK(house.decide().error().detail == "context_length_exceeded");
}

TEST_CASE("A prompt that fits nowhere is refused with both numbers", "[router]") {
  House house;
  house.local_can.context_tokens = 100;
  house.cloud_can.context_tokens = 2'000;
  for (BackendOption& backend : house.backends) backend.prompt_tokens = 2'345;
  const Error error = house.decide().error();
  CHECK(error.code == ErrorCode::kContextTooLong);
  CHECK(error.message.find("2345") != std::string::npos);
  CHECK(error.message.find("2000") != std::string::npos);
}

TEST_CASE("Without a local model everything that may go out does", "[router]") {
  House house;
  house.backends.erase(house.backends.begin());
  CHECK(house.route() == "openai:local-failed vllm:local-failed");
  house.request.model = "local";
  CHECK(house.route() == "not_found");
}

TEST_CASE("Virtual and concrete names choose their backend without a score", "[router]") {
  House house;
  house.score = GENERATE(kEasyScore, kHardScore);
  const auto [model, route] = GENERATE(table<std::string, std::string>({
      {"local", "local:local-requested"},
      {"cloud", "openai:cloud-requested vllm:cloud-failed"},
      {"tiny", "local:model-requested"},
      {"local/tiny", "local:model-requested"},
      {"mid", "openai:model-requested"},
      {"big", "openai:model-requested vllm:cloud-failed"},
      {"vllm/big", "vllm:model-requested"},
      {"vllm/mid", "not_found"},
      {"big-2026", "not_found"},
      {"Auto", "not_found"},
      {"openai/", "not_found"},
      {"/big", "not_found"},
  }));
  CAPTURE(model);
  house.request.model = model;
  CHECK(house.route() == route);
  CHECK_FALSE(needs_score(house.request, house.routing));
}

TEST_CASE("A request that names no model gets the configured one", "[router]") {
  House house;
  house.request.model = "";
  CHECK(needs_score(house.request, house.routing));
  house.routing.default_model = "mid";
  CHECK_FALSE(needs_score(house.request, house.routing));
  CHECK(house.route() == "openai:model-requested");
}

TEST_CASE("A team's list of models limits names and groups", "[router]") {
  House house;
  house.team.models = {"local", "mid"};
  CHECK(house.route() == "local:easy openai:local-failed");
  house.request.model = "big";
  CHECK(house.route() == "forbidden");
  CHECK(house.decide().error().detail == "model_not_allowed");
}

TEST_CASE("A team without the local model leaves it out", "[router]") {
  House house;
  house.team.models = {"cloud"};
  CHECK(house.route() == "openai:rule vllm:cloud-failed");
}

TEST_CASE("Backends that are down are passed over, and all down is 503", "[router]") {
  House house;
  house.request.model = "big";
  house.backends[1].available = false;
  CHECK(house.route() == "vllm:model-requested");
  house.backends[2].available = false;
  CHECK(house.route() == "overloaded");
}

TEST_CASE("An escalated conversation stays on its backend", "[router]") {
  House house;
  house.conversation = "vllm";
  CHECK(house.route() == "vllm:conversation openai:cloud-failed local:cloud-failed");
  house.conversation = "local";
  CHECK(house.decide()->reason == Reason::kEasy);
  house.score = kHardScore;
  CHECK(house.decide()->reason == Reason::kHard);
}

TEST_CASE("A conversation never overrides privacy or health", "[router]") {
  House house;
  house.conversation = "vllm";
  house.backends[2].available = false;
  CHECK(house.route() == "local:easy openai:local-failed");
  house.headers = {"local_only"};
  CHECK(house.route() == "local:local-only-header");
}

// All inputs that could matter, multiplied: a request ruled local-only never has
// a candidate outside this process, and what is refused is an error, not a guess.
TEST_CASE("Local-only never yields a candidate that is not local", "[router]") {
  const std::array<std::string_view, 7> models = {"auto", "",    "local",     "cloud",
                                                  "tiny", "big", "openai/mid"};
  const std::array<std::string_view, 4> conversations = {"", "local", "openai", "vllm"};
  std::size_t decisions = 0;
  for (unsigned bits = 0; bits < 1U << 11; ++bits) {
    const auto bit = [bits](unsigned n) { return (bits >> n & 1U) != 0; };
    House house;
    if (bit(0)) house.headers = {"local_only"};
    if (bit(1)) house.team.privacy = Privacy::kLocalOnly;
    if (!bit(0) && !bit(1)) continue;
    house.score = bit(2) ? kHardScore : kEasyScore;
    house.routing.cloud_failure_to_local = bit(3);
    house.local_can.tools = bit(4);
    house.request.tools.resize(bit(5) ? 1 : 0);
    house.local_can.context_tokens = bit(6) ? 8 : 0;
    house.backends[0].prompt_tokens = 9;
    house.backends[0].available = bit(7);
    house.backends[1].available = house.backends[2].available = bit(8);
    if (bit(9)) house.team.backends = {"openai", "vllm"};
    if (bit(10)) house.backends.erase(house.backends.begin());
    for (const std::string_view model : models) {
      for (const std::string_view conversation : conversations) {
        house.request.model = model;
        house.conversation = conversation;
        const Result<Decision> decision = house.decide();
        ++decisions;
        if (!decision) continue;
        REQUIRE_FALSE(decision->candidates.empty());
        for (const Candidate& candidate : decision->candidates) {
          if (house.backends[candidate.backend].backend_class != BackendClass::kLocal) {
            CAPTURE(bits, model, conversation);
            FAIL("a candidate outside");
          }
        }
      }
    }
  }
  CHECK(decisions == 3 * 512 * models.size() * conversations.size());
}

ChatRequest conversation_of(std::vector<std::pair<Role, std::string_view>> turns) {
  ChatRequest request;
  for (const auto& [role, text] : turns) {
    request.messages.push_back({role, {}, {{TextPart{text}, {}}}, {}});
  }
  return request;
}

TEST_CASE("A conversation keeps its key while it grows", "[router]") {
  const ChatRequest first = conversation_of({{Role::kSystem, "s"}, {Role::kUser, "hi"}});
  const ChatRequest later = conversation_of({{Role::kSystem, "s"},
                                             {Role::kUser, "hi"},
                                             {Role::kAssistant, "hello"},
                                             {Role::kUser, "prove it"}});
  const ChatRequest other = conversation_of({{Role::kSystem, "s"}, {Role::kUser, "ho"}});
  CHECK(conversation_key("red", first, "") == conversation_key("red", later, ""));
  CHECK_FALSE(conversation_key("red", first, "") == conversation_key("red", other, ""));
  CHECK_FALSE(conversation_key("red", first, "") == conversation_key("blue", first, ""));
  CHECK(conversation_key("red", first, "session-1") == conversation_key("red", other, "session-1"));
  CHECK(conversation_key("red", conversation_of({}), "").value == 0);
}

// --- rules

TEST_CASE("A team's quality target goes before the threshold of the house", "[router]") {
  House house;
  house.score = 0.3;
  CHECK(house.decide()->reason == Reason::kEasy);
  house.team.quality_target = 0.8;
  CHECK(house.decide()->reason == Reason::kHard);
  CHECK(house.decide()->threshold == Approx(0.2));
  house.team.quality_target = 0.1;
  house.score = 0.8;
  CHECK(house.decide()->reason == Reason::kEasy);
}

TEST_CASE("A refusal shows every option with what is in its way", "[router]") {
  House house;
  house.headers = {"local_only"};
  house.local_can.tools = false;
  house.request.tools.emplace_back();
  CHECK_FALSE(house.decide().has_value());
  REQUIRE(house.considered.size() == 3);
  CHECK(house.considered[0].problem == Problem::kUnsupported);
  CHECK(house.considered[1].problem == Problem::kPolicy);
  CHECK(house.considered[2].problem == Problem::kPolicy);
}

TEST_CASE("Only what the score let stay is watched", "[router]") {
  House house;
  CHECK(house.decide()->watched);
  house.score = kHardScore;
  CHECK_FALSE(house.decide()->watched);
  house.request.model = "local";
  CHECK_FALSE(house.decide()->watched);
  house.request.model = "auto";
  house.score = kEasyScore;
  house.headers = {"local_only"};
  CHECK_FALSE(house.decide()->watched);
}

TEST_CASE("A rule's preference replaces the score", "[router]") {
  House house;
  house.score = GENERATE(kEasyScore, kHardScore);
  Rule rule;
  SECTION("local") {
    rule.prefer = "local";
    CHECK(with_rule(house, rule).route() == "local:rule openai:local-failed vllm:local-failed");
  }
  SECTION("cloud") {
    rule.prefer = "cloud";
    CHECK(with_rule(house, rule).route() == "openai:rule vllm:cloud-failed local:cloud-failed");
  }
  SECTION("a backend") {
    rule.prefer = "vllm";
    CHECK(with_rule(house, rule).route() == "vllm:rule openai:cloud-failed local:cloud-failed");
  }
}

TEST_CASE("What a rule prefers and cannot have is left to the score", "[router]") {
  House house;
  Rule rule;
  SECTION("the local model lacks something") {
    rule.prefer = "local";
    house.backends[0].available = false;
    CHECK(with_rule(house, rule).route() == "openai:local-failed vllm:local-failed");
  }
  SECTION("the backend is down") {
    rule.prefer = "vllm";
    house.backends[2].available = false;
    CHECK(with_rule(house, rule).route() == "local:easy openai:local-failed");
  }
}

TEST_CASE("A preference moves no request out that must stay", "[router]") {
  House house;
  house.score = kHardScore;
  Rule rule;
  rule.prefer = GENERATE("cloud", "openai");
  rule.on_unavailable = GENERATE(OnUnavailable::kDefault, OnUnavailable::kCloud);
  SECTION("by its team") { house.team.privacy = Privacy::kLocalOnly; }
  SECTION("by its header") { house.headers = {"local_only"}; }
  SECTION("by the rule") { rule.action = RuleAction::kLocalOnly; }
  const std::string route = with_rule(house, rule).route();
  CHECK(route.starts_with("local:"));
  CHECK(route.find(' ') == std::string::npos);
}

TEST_CASE("A rule says who may stand in for the first choice", "[router]") {
  House house;
  Rule rule;
  const auto routes = [&](OnUnavailable wanted, double score) {
    rule.on_unavailable = wanted;
    house.score = score;
    return with_rule(house, rule).route();
  };
  CHECK(routes(OnUnavailable::kError, kEasyScore) == "local:easy");
  CHECK(routes(OnUnavailable::kError, kHardScore) == "openai:hard vllm:cloud-failed");
  CHECK(routes(OnUnavailable::kLocal, kEasyScore) == "local:easy");
  CHECK(routes(OnUnavailable::kLocal, kHardScore) ==
        "openai:hard vllm:cloud-failed local:cloud-failed");
  CHECK(routes(OnUnavailable::kCloud, kEasyScore) ==
        "local:easy openai:local-failed vllm:local-failed");
  CHECK(routes(OnUnavailable::kCloud, kHardScore) == "openai:hard vllm:cloud-failed");
}

TEST_CASE("The local model may stand in for a named model", "[router]") {
  House house;
  house.request.model = "mid";
  Rule rule;
  rule.on_unavailable = OnUnavailable::kLocal;
  CHECK(with_rule(house, rule).route() == "openai:model-requested local:cloud-failed");
  house.backends[1].available = false;
  CHECK(house.route() == "local:cloud-failed");
  house.rules.clear();
  CHECK(house.route() == "overloaded");
}

}  // namespace
}  // namespace weir
