#include "policies/permit_issuer.h"

#include <utility>

#include "tests/support/catch.h"

namespace weir {
namespace {

Team open_team() {
  Team team;
  team.name = "red";
  team.privacy = Privacy::kAny;
  return team;
}

TEST_CASE("A permit names its one request and its one destination", "[policies]") {
  PermitIssuer issuer;
  const Team team = open_team();
  const Result<EgressPermit> permit =
      issuer.issue(rule(team, {}).value(), RequestId{42}, "openai", BackendClass::kCloud);
  REQUIRE(permit.has_value());
  CHECK(permit->valid());
  CHECK(permit->request() == RequestId{42});
  CHECK(permit->destination() == "openai");
  CHECK(issuer.issued() == 1);
}

TEST_CASE("A retry takes a permit of its own", "[policies]") {
  PermitIssuer issuer;
  const Team team = open_team();
  const Ruling ruling = rule(team, {}).value();
  const auto first = issuer.issue(ruling, RequestId{1}, "openai", BackendClass::kCloud);
  const auto second = issuer.issue(ruling, RequestId{1}, "openai", BackendClass::kCloud);
  CHECK(first->id() != second->id());
}

TEST_CASE("A permit that was moved from is no longer valid", "[policies]") {
  PermitIssuer issuer;
  const Team team = open_team();
  auto permit = issuer.issue(rule(team, {}).value(), RequestId{1}, "openai", BackendClass::kCloud);
  const EgressPermit taken = std::move(*permit);
  CHECK(taken.valid());
  CHECK_FALSE(permit->valid());
}

TEST_CASE("A local-only request never gets a permit", "[policies]") {
  PermitIssuer issuer;
  const Team closed;
  const BackendClass backend_class = GENERATE(BackendClass::kSite, BackendClass::kCloud);
  const auto permit = issuer.issue(rule(closed, {}).value(), RequestId{1}, "openai", backend_class);
  REQUIRE_FALSE(permit.has_value());
  CHECK(permit.error().code == ErrorCode::kForbidden);
  CHECK(issuer.issued() == 0);
  CHECK(issuer.refused() == 1);
}

TEST_CASE("The local engine is given no permit", "[policies]") {
  PermitIssuer issuer;
  const Team team = open_team();
  const auto permit =
      issuer.issue(rule(team, {}).value(), RequestId{1}, "local", BackendClass::kLocal);
  CHECK_FALSE(permit.has_value());
}

TEST_CASE("The original body is the client's own bytes", "[policies]") {
  const PermitIssuer issuer;
  const Team team = open_team();
  ChatRequest request;
  request.original = R"({"model":"auto"})";
  const OutboundBody body = issuer.original_body(rule(team, {}).value(), request).value();
  CHECK(body.bytes().data() == request.original.data());
  CHECK(body.bytes() == request.original);
  CHECK_FALSE(body.redacted());
}

privacy::Scan mails() {
  return [](std::string_view text, std::vector<Finding>* findings) {
    const std::size_t at = text.find("ann@");
    if (at == std::string_view::npos) return;
    findings->push_back({FindingKind::kEmail, "email", at, text.size()});
  };
}

TEST_CASE("What is to be redacted has no body to send but the redacted one", "[policies]") {
  PermitIssuer issuer;
  Team team;
  team.privacy = Privacy::kRedact;
  const Ruling ruling = rule(team, {}).value();
  ChatRequest request;
  request.original = R"({"a":"ann@example.com"})";
  CHECK(issuer.original_body(ruling, request).error().code == ErrorCode::kInternal);
  const privacy::Redaction redaction(R"({"b":"ann@example.com"})", mails(),
                                     ruling.redacted_kinds());
  const OutboundBody body = issuer.redacted_body(ruling, redaction).value();
  CHECK(body.redacted());
  CHECK(body.bytes() == R"({"b":"[PII_EMAIL_1]"})");
  CHECK(body.leaks_into(request.original));
  CHECK_FALSE(body.leaks_into(body.bytes()));
}

TEST_CASE("What is to be delegated has no body to send but what is asked in its place",
          "[policies]") {
  const PermitIssuer issuer;
  Team team;
  team.privacy = Privacy::kDelegate;
  const Ruling ruling = rule(team, {}).value();
  ChatRequest request;
  request.original = R"({"a":"ann@example.com"})";
  const privacy::Redaction redaction(request.original, mails(), ruling.redacted_kinds());
  CHECK(issuer.original_body(ruling, request).error().code == ErrorCode::kInternal);
  CHECK(issuer.redacted_body(ruling, redaction).error().code == ErrorCode::kInternal);
  const privacy::Rewrite rewrite(R"({"q":"How does one write to somebody?"})", redaction, 12);
  const OutboundBody body = issuer.delegated_body(ruling, rewrite);
  CHECK(body.redacted());
  CHECK(body.bytes() == rewrite.body());
  CHECK(body.leaks_into(request.original));
  CHECK_FALSE(body.leaks_into(body.bytes()));
}

}  // namespace
}  // namespace weir
