#include "router/deliberation.h"

#include <algorithm>
#include <array>
#include <utility>

#include "router/difficulty.h"
#include "router/explanation.h"
#include "router/request_ruling.h"
#include "router/worst_cost.h"

namespace weir {
namespace {

// Where clients put the id of a session, the most specific first.
constexpr std::array<std::string_view, 3> kSessionHeaders = {"x-session-id", "session-id",
                                                             "x-session-affinity"};

std::string_view session_of(const RequestHead& head) {
  for (const std::string_view name : kSessionHeaders) {
    if (const std::string_view value = head.fields.value(name); !value.empty()) return value;
  }
  return {};
}

// Whether this is a later turn of a conversation.
bool has_answer(const ChatRequest& request) {
  return std::any_of(request.messages.begin(), request.messages.end(),
                     [](const Message& message) { return message.role == Role::kAssistant; });
}

ExpectedWork expected_work(const Question& question, const ConversationMemory::Place& earlier) {
  ExpectedWork work;
  work.prompt_tokens = guessed_prompt_tokens(question.request);
  const Experience::Guess guess =
      question.experience.guess(work.prompt_tokens, question.request.sampling.max_tokens);
  work.output_tokens = guess.output_tokens;
  work.local_busy_us = guess.local_busy_us;
  const std::chrono::seconds warm(question.snapshot.config.routing.cache_warm_s);
  work.warm = !earlier.backend.empty() && question.clock.now() - earlier.last <= warm;
  return work;
}

auto cost_bounds_of(const Snapshot& snapshot, const ChatRequest& request) {
  return [&snapshot, &request](std::size_t backend, std::string_view model) {
    return cost_bounds(snapshot, snapshot.backends[backend], request, model);
  };
}

}  // namespace

Result<Deliberation> deliberate(const Question& question) {
  const Snapshot& snapshot = question.snapshot;
  const ChatRequest& request = question.request;
  const RoutingConfig& routing = snapshot.config.routing;
  const Result<Ruling> ruling =
      rule_on({snapshot, question.who, question.head, question.clock,
               requested_model(request, routing), request.original.size(), brings_tools(request)},
              request);
  if (!ruling) return ruling.error();

  const ConversationKey conversation =
      conversation_key(question.who.team->name, request, session_of(question.head));
  const ConversationMemory::Place earlier = has_answer(request)
                                                ? question.conversations.last_place(conversation)
                                                : ConversationMemory::Place{};
  std::optional<Features> features;
  if (needs_score(request, routing)) features = extract_features(request);
  const double score = features ? difficulty(*features) : 0;
  const std::vector<BackendOption> backends = snapshot.options(request, question.clock.now());
  const DecisionInput input{*ruling,
                            request,
                            routing,
                            backends,
                            score,
                            earlier.backend,
                            cost_bounds_of(snapshot, request),
                            &question.limits,
                            expected_work(question, earlier),
                            snapshot.config.local.cost_usd_per_hour};
  Options options;
  Result<Decision> decision = decide(input, &options);
  const bool is_obvious = decision.has_value() && !features && options.size() == 1;
  std::string explanation = is_obvious ? std::string() : open_explanation(input, options, decision);
  return Deliberation{*ruling, conversation,        features,
                      score,   std::move(decision), std::move(explanation)};
}

}  // namespace weir
