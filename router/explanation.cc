#include "router/explanation.h"

#include <algorithm>
#include <array>

#include "cloud_adapters/wire/json_writer.h"

namespace weir {
namespace {

constexpr std::size_t kUsualBytes = 640;

// As dollars in text, so that nobody's parser rounds them.
void add_money(JsonObject& object, std::string_view key, NanoUsd amount) {
  object.string(key, to_usd_string(amount));
}

// Fields of well-known servers that no local model has. The name of any other field is the
// client's own text, which the ledger must not keep.
constexpr std::array<std::string_view, 17> kKnownFields = {
    "audio",       "chat_template_kwargs", "function_call", "functions",  "grammar",
    "guided_json", "guided_regex",         "modalities",    "moderation", "prediction",
    "reasoning",   "response_json_schema", "thinking",      "top_a",      "typical_p",
    "verbosity",   "web_search_options"};

std::string_view tellable(std::string_view field, const ChatRequest& request) {
  const auto has = [&](const auto& names) {
    return std::find(names.begin(), names.end(), field) != names.end();
  };
  return has(request.unknown_members) && !has(kKnownFields) ? "(unknown)" : field;
}

void add_option(std::string& out, const Option& option, const ChatRequest& request) {
  JsonObject object(&out);
  if (option.backend != nullptr) {
    object.string("backend", option.backend->name);
    object.string("class", to_string(option.backend->backend_class));
    object.string("model", option.model->name);
  }
  object.string("verdict", to_string(option.problem));
  if (!option.field.empty()) object.string("field", tellable(option.field, request));
  if (option.expected) add_money(object, "expected_usd", *option.expected);
  if (option.switching.value > 0) add_money(object, "switching_usd", option.switching);
  object.close();
}

void add_candidate(std::string& out, const DecisionInput& input, const Candidate& candidate) {
  JsonObject object(&out);
  object.string("backend", input.backends[candidate.backend].name);
  object.string("model", candidate.name);
  object.string("reason", to_string(candidate.reason));
  object.close();
}

template <class List, class Add>
void add_list(JsonObject& object, std::string& out, std::string_view key, const List& list,
              Add add) {
  object.key(key)->push_back('[');
  bool first = true;
  for (const auto& each : list) {
    if (!first) out += ',';
    first = false;
    add(each);
  }
  out += ']';
}

void add_work(JsonObject& object, const DecisionInput& input) {
  JsonObject work(object.key("expected"));
  work.number("prompt_tokens", input.work.prompt_tokens);
  work.number("output_tokens", input.work.output_tokens);
  work.number("local_busy_us", input.work.local_busy_us);
  work.close();
}

void add_signals(JsonObject& object, const AnswerSignals& signals) {
  JsonObject each(object.key("signals"));
  each.number("tokens", signals.tokens);
  if (signals.prompt_logprob) each.number("prompt_logprob", double{*signals.prompt_logprob});
  each.number("first_entropy", signals.first_entropy);
  each.number("mean_logprob", signals.mean_logprob);
  each.number("mean_margin", signals.mean_margin);
  each.number("worst_logprob", signals.worst_logprob);
  each.close();
}

void add_attempt(std::string& out, const AttemptNote& attempt) {
  JsonObject object(&out);
  object.string("backend", attempt.backend);
  object.string("model", attempt.model);
  object.string("reason", to_string(attempt.reason));
  object.string("outcome", attempt.outcome);
  if (attempt.fault != AnswerFault::kNone) object.string("fault", to_string(attempt.fault));
  if (attempt.schema != SchemaOutcome::kNone) object.string("schema", to_string(attempt.schema));
  if (attempt.confidence) object.number("confidence", *attempt.confidence);
  if (attempt.signals.tokens > 0) add_signals(object, attempt.signals);
  if (attempt.local_busy_us > 0) object.number("local_busy_us", attempt.local_busy_us);
  object.close();
}

}  // namespace

std::string open_explanation(const DecisionInput& input, const Options& options,
                             const Result<Decision>& decision) {
  std::string out;
  out.reserve(kUsualBytes);
  JsonObject object(&out);
  if (decision && needs_score(input.request, input.routing)) {
    object.number("threshold", decision->threshold);
  }
  const std::optional<NanoUsd> left =
      input.limits != nullptr ? input.limits->left({}) : std::optional<NanoUsd>();
  if (left) add_money(object, "budget_left_usd", *left);
  if (!input.conversation_backend.empty()) {
    object.string("conversation", input.conversation_backend);
    object.boolean("warm", input.work.warm);
  }
  add_work(object, input);
  add_list(object, out, "options", options,
           [&](const Option& each) { add_option(out, each, input.request); });
  if (decision) {
    add_list(object, out, "candidates", decision->candidates,
             [&](const Candidate& each) { add_candidate(out, input, each); });
  }
  return out;
}

void close_explanation(std::string& explanation, const std::vector<AttemptNote>& attempts) {
  explanation.append(explanation.empty() ? "{\"attempts\":[" : ",\"attempts\":[");
  for (std::size_t i = 0; i < attempts.size(); ++i) {
    if (i > 0) explanation += ',';
    add_attempt(explanation, attempts[i]);
  }
  explanation += "]}";
}

}  // namespace weir
