#include "policies/ruling.h"

#include <string>
#include <vector>

#include "tests/support/catch.h"

namespace weir {
namespace {

Team team(Privacy privacy) {
  Team result;
  result.name = "red";
  result.privacy = privacy;
  return result;
}

Ruling ruling_of(const Team& who, std::vector<std::string_view> headers = {}) {
  return rule(who, {headers}).value();
}

TEST_CASE("A team is local-only until its config says otherwise", "[policies]") {
  const Team undecided;
  CHECK(ruling_of(undecided).local_only() == Reason::kLocalOnlyPolicy);
}

TEST_CASE("The privacy header tightens and never loosens", "[policies]") {
  const Team open = team(Privacy::kAny);
  CHECK_FALSE(ruling_of(open).local_only());
  CHECK_FALSE(ruling_of(open, {"any"}).local_only());
  CHECK(ruling_of(open, {"local_only"}).local_only() == Reason::kLocalOnlyHeader);
  CHECK(ruling_of(open, {"any", "local_only"}).local_only() == Reason::kLocalOnlyHeader);

  const Team closed = team(Privacy::kLocalOnly);
  CHECK(ruling_of(closed, {"any"}).local_only() == Reason::kLocalOnlyPolicy);
}

TEST_CASE("Bodies are logged of teams that ask for it, local-only ones by a flag of their own",
          "[policies]") {
  Team open = team(Privacy::kAny);
  CHECK_FALSE(ruling_of(open).may_log_bodies());
  open.log_bodies = true;
  CHECK(ruling_of(open).may_log_bodies());
  CHECK_FALSE(ruling_of(open, {"local_only"}).may_log_bodies());
  open.log_bodies_local_only = true;
  CHECK(ruling_of(open, {"local_only"}).may_log_bodies());
}

TEST_CASE("An unknown privacy header is refused", "[policies]") {
  const std::vector<std::string_view> headers = {
      GENERATE("", "local-only", "LOCAL_ONLY", "none", "REDACT", "local_only,any")};
  const Team open = team(Privacy::kAny);
  const Result<Ruling> result = rule(open, {headers});
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().code == ErrorCode::kInvalidRequest);
  CHECK(result.error().param == "x-weir-privacy");
}

TEST_CASE("A request is redacted by team, header or rule, unless one of them keeps it here",
          "[policies]") {
  const Team open = team(Privacy::kAny);
  const Team redacting = team(Privacy::kRedact);
  const Team closed = team(Privacy::kLocalOnly);
  CHECK_FALSE(ruling_of(open).redacts());
  CHECK(ruling_of(open, {"redact"}).redacts());
  CHECK(ruling_of(redacting, {"any"}).redacts());
  CHECK(ruling_of(redacting).allows(BackendClass::kCloud, "openai"));
  CHECK_FALSE(ruling_of(closed, {"redact"}).redacts());
  CHECK(ruling_of(redacting, {"redact", "local_only"}).local_only() == Reason::kLocalOnlyHeader);
  PolicyInput opaque;
  opaque.opaque = true;
  CHECK(rule(redacting, opaque).value().local_only() == Reason::kOpaque);
  CHECK_FALSE(rule(open, opaque).value().local_only().has_value());
  PolicyInput unread;
  unread.unread = true;
  CHECK(rule(open, unread).value().local_only() == Reason::kOpaque);
}

TEST_CASE("What is delegated is redacted, too, and loosened by nothing", "[policies]") {
  const Team open = team(Privacy::kAny);
  const Team redacting = team(Privacy::kRedact);
  const Team delegating = team(Privacy::kDelegate);
  CHECK_FALSE(ruling_of(redacting).delegates());
  CHECK(ruling_of(open, {"delegate"}).delegates());
  CHECK(ruling_of(redacting, {"redact", "delegate", "any"}).delegates());
  CHECK(ruling_of(delegating, {"redact"}).delegates());
  CHECK(ruling_of(delegating).redacts());
  CHECK(ruling_of(delegating, {"local_only"}).local_only() == Reason::kLocalOnlyHeader);
  Rule by_rule;
  by_rule.action = RuleAction::kDelegate;
  PolicyInput ruled;
  ruled.rules = {&by_rule, 1};
  CHECK(rule(open, ruled).value().delegates());
  PolicyInput opaque;
  opaque.opaque = true;
  CHECK(rule(delegating, opaque).value().local_only() == Reason::kOpaque);
}

TEST_CASE("What is delegated has aliases for all kinds where the team names none", "[policies]") {
  Team delegating = team(Privacy::kDelegate);
  CHECK(ruling_of(delegating).redacted_kinds().all());
  delegating.redact = {"card"};
  CHECK(ruling_of(delegating).redacted_kinds() == privacy::kinds_of({"card"}));
  CHECK(ruling_of(team(Privacy::kRedact)).redacted_kinds() == privacy::usual_kinds());
}

TEST_CASE("A local-only ruling allows the local engine and nothing else", "[policies]") {
  const Team closed = team(Privacy::kLocalOnly);
  const Ruling ruling = ruling_of(closed);
  CHECK(ruling.allows(BackendClass::kLocal, "local"));
  CHECK_FALSE(ruling.allows(BackendClass::kSite, "vllm"));
  CHECK_FALSE(ruling.allows(BackendClass::kCloud, "openai"));
}

TEST_CASE(
    "What is read stays on disk for teams that want it, and if it is local-only for those "
    "that said so",
    "[policies]") {
  Team open = team(Privacy::kAny);
  Team closed = team(Privacy::kLocalOnly);
  CHECK_FALSE(ruling_of(open).may_persist());
  open.kv_persist = closed.kv_persist = true;
  CHECK(ruling_of(open).may_persist());
  CHECK_FALSE(ruling_of(open, {"local_only"}).may_persist());
  CHECK_FALSE(ruling_of(closed).may_persist());
  open.kv_persist_local_only = closed.kv_persist_local_only = true;
  CHECK(ruling_of(open, {"local_only"}).may_persist());
  CHECK(ruling_of(closed).may_persist());
  closed.kv_persist = false;
  CHECK_FALSE(ruling_of(closed).may_persist());
}

TEST_CASE("A trusted site is inside for the team's setting but not for the header", "[policies]") {
  Team closed = team(Privacy::kLocalOnly);
  closed.trusted_sites = {"vllm"};
  CHECK(ruling_of(closed).allows(BackendClass::kSite, "vllm"));
  CHECK_FALSE(ruling_of(closed).allows(BackendClass::kSite, "other"));
  CHECK_FALSE(ruling_of(closed).allows(BackendClass::kCloud, "vllm"));
  CHECK_FALSE(ruling_of(closed, {"local_only"}).allows(BackendClass::kSite, "vllm"));
}

TEST_CASE("A team's list of backends limits what is outside", "[policies]") {
  Team open = team(Privacy::kAny);
  CHECK(ruling_of(open).allows(BackendClass::kCloud, "openai"));
  open.backends = {"vllm"};
  CHECK(ruling_of(open).allows(BackendClass::kSite, "vllm"));
  CHECK(ruling_of(open).allows(BackendClass::kLocal, "local"));
  CHECK_FALSE(ruling_of(open).allows(BackendClass::kCloud, "openai"));
}

TEST_CASE("A team's list of models takes names, pairs and virtual models", "[policies]") {
  Team open = team(Privacy::kAny);
  const auto allows = [&](std::vector<std::string> models, BackendClass backend_class) {
    open.models = std::move(models);
    return ruling_of(open).allows_model(backend_class, "openai", "gpt-x");
  };
  CHECK(allows({}, BackendClass::kCloud));
  CHECK(allows({"gpt-x"}, BackendClass::kCloud));
  CHECK(allows({"openai/gpt-x"}, BackendClass::kCloud));
  CHECK(allows({"auto"}, BackendClass::kLocal));
  CHECK(allows({"cloud"}, BackendClass::kCloud));
  CHECK_FALSE(allows({"cloud"}, BackendClass::kLocal));
  CHECK_FALSE(allows({"local"}, BackendClass::kCloud));
  CHECK_FALSE(allows({"gpt-y", "other/gpt-x"}, BackendClass::kCloud));
}

}  // namespace
}  // namespace weir
