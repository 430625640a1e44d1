#include "router/dry_run.h"

#include "cloud_adapters/wire/json_writer.h"
#include "router/difficulty.h"
#include "router/error_response.h"
#include "router/explanation.h"
#include "router/worst_cost.h"

namespace weir {
namespace {

void add_refusal(JsonObject& object, const Error& error) {
  JsonObject refusal(object.key("refusal"));
  refusal.number("status", std::int64_t{http_status(error)});
  refusal.string("code", code_word(error));
  refusal.string("message", error.message);
  refusal.close();
}

void add_features(JsonObject& object, const Features& features) {
  const AnswerOdds odds = answer_odds(features);
  object.number("local_ok", odds.local_ok);
  object.number("cloud_ok", odds.cloud_ok);
  object.string("weights", difficulty_version());
  JsonObject named(object.key("features"));
  for (std::size_t i = 0; i < features.size(); ++i) {
    if (features[i] != 0) named.number(kFeatureNames[i], double{features[i]});
  }
  named.close();
}

void add_route(JsonObject& object, const Question& question, const Decision& decision) {
  const Candidate& first = decision.candidates.front();
  const ServedBackend& served = question.snapshot.backends[first.backend];
  JsonObject route(object.key("route"));
  route.string("backend", served.backend->name());
  route.string("class", to_string(served.backend->backend_class()));
  route.string("model", first.name);
  route.string("reason", to_string(decision.reason));
  route.boolean("watched", decision.watched);
  if (served.config != nullptr) {
    const MoneyWish bounds = cost_bounds(question.snapshot, served, question.request, first.model);
    if (bounds.most) route.string("reserves_usd", to_usd_string(*bounds.most));
  }
  route.close();
}

void add_deliberation(JsonObject& object, const Question& question, const Deliberation& outcome) {
  if (const auto local_only = outcome.ruling.local_only()) {
    object.string("local_only", to_string(*local_only));
  }
  if (outcome.ruling.matched() != nullptr) object.string("rule", outcome.ruling.matched()->name);
  if (outcome.features) {
    object.number("score", outcome.score);
    add_features(object, *outcome.features);
  }
  std::string explanation = outcome.explanation;
  close_explanation(explanation, {});
  object.raw("decision", explanation);
  if (outcome.decision) {
    add_route(object, question, *outcome.decision);
  } else {
    add_refusal(object, outcome.decision.error());
  }
}

}  // namespace

std::string dry_run(const Question& question) {
  const RoutingConfig& routing = question.snapshot.config.routing;
  std::string out;
  JsonObject object(&out);
  object.string("team", question.who.team->name);
  object.string("model", requested_model(question.request, routing));
  object.string("privacy", to_string(question.who.team->privacy));
  if (const Result<Deliberation> outcome = deliberate(question); outcome) {
    add_deliberation(object, question, *outcome);
  } else {
    add_refusal(object, outcome.error());
  }
  object.close();
  return out;
}

}  // namespace weir
