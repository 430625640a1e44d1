// Writes a chat request for an Anthropic-compatible server, from any dialect: all but the
// conversation and the tools.
#include <algorithm>
#include <utility>

#include "cloud_adapters/wire/anthropic_models.h"
#include "cloud_adapters/wire/anthropic_parts.h"
#include "cloud_adapters/wire/efforts.h"
#include "cloud_adapters/wire/knob_names.h"

namespace weir::anthropic {
namespace {

constexpr std::int64_t kLeastBudget = 1024;
constexpr std::string_view kNoThinking = R"({"type":"disabled"})";

class RequestWriter {
 public:
  RequestWriter(const ChatRequest& request, const RequestOptions& options)
      : request_(request),
        options_(options),
        in_{request, &out_, &lost_},
        knobs_(knobs_of(options.model)) {}

  Result<WrittenRequest> write() {
    if (request_.sampling.choices != 1) return unsupported_field("n");
    if (!find_max_tokens()) return unsupported_field("max_tokens");
    out_.reserve(request_.original.size() + 256);
    JsonObject body(&out_);
    body.string("model", options_.model);
    body.number("max_tokens", max_tokens_);
    if (const Result<void> written = write_conversation(in_, &body); !written) {
      return written.error();
    }
    write_tools(in_, &body);
    if (in_.same_dialect()) {
      write_own(&body);
    } else {
      write_foreign(&body);
    }
    if (request_.stream) body.boolean("stream", true);
    body.close();
    return WrittenRequest{std::move(out_), std::move(lost_)};
  }

 private:
  bool find_max_tokens() {
    const std::int64_t unlimited =
        options_.answer_tokens > 0 ? options_.answer_tokens : options_.max_tokens;
    max_tokens_ = request_.sampling.max_tokens.value_or(unlimited);
    return request_.sampling.max_tokens || max_tokens_ > 0;
  }

  void write_own(JsonObject* body) {
    const Sampling& sampling = request_.sampling;
    if (sampling.temperature) body->number("temperature", *sampling.temperature);
    if (sampling.top_p) body->number("top_p", *sampling.top_p);
    if (sampling.top_k) body->number("top_k", *sampling.top_k);
    write_stops(sampling.stop, body);
    if (request_.thinking == Thinking::kOn && cannot_think(true)) return write_unthinking(body);
    body->members(request_.extras);
  }

  void write_unthinking(JsonObject* body) {
    const std::string extras = "{" + std::string(request_.extras) + "}";
    for (JsonMembers members(extras); members.next();) {
      if (members.key() != "thinking") body->raw(members.key(), members.value());
    }
    stop_thinking(body);
  }

  void write_foreign(JsonObject* body) {
    for (const std::string_view name : request_.unknown_members) lost_.add(std::string(name));
    if (request_.raw_prompt) lost_.add("prompt");
    write_thinking(body);
    write_sampling(body);
    lose_sampling();
    write_output_config(body);
    if (request_.user.empty()) return;
    JsonObject metadata(body->key("metadata"));
    metadata.string("user_id", request_.user);
    metadata.close();
  }

  // --- thinking ---

  void write_thinking(JsonObject* body) {
    const bool off = request_.thinking == Thinking::kOff || request_.reasoning_effort == "none" ||
                     request_.thinking_budget == 0;
    if (off) return write_no_thinking(body);
    const bool budget = request_.thinking_budget.value_or(-1) > 0;
    if (!budget && request_.thinking == Thinking::kUnset) return;
    const bool counts = knobs_.budget && (budget || !knobs_.adaptive);
    if (cannot_think(counts) || (!counts && !knobs_.adaptive)) return stop_thinking(body);
    if (counts) return budget ? write_budget(body) : write_usual_budget(body);
    if (budget) lose("thinking_budget");
    thinks_ = true;
    body->raw("thinking", R"({"type":"adaptive"})");
  }

  // Models that never think do not know the member.
  void write_no_thinking(JsonObject* body) const {
    if (knobs_.budget || knobs_.adaptive) body->raw("thinking", kNoThinking);
  }

  // The API lets nobody think who must call a tool. A model that thinks by a budget must have
  // thought before the calls whose results it waits for.
  bool cannot_think(bool by_budget) const {
    const bool must_call =
        request_.tool_choice == ToolChoice::kRequired || request_.tool_choice == ToolChoice::kNamed;
    const bool has_tools = std::any_of(
        request_.tools.begin(), request_.tools.end(),
        [this](const Tool& tool) { return in_.same_dialect() || tool.kind != ToolKind::kHosted; });
    return (must_call && has_tools) || (by_budget && lacks_thought(in_));
  }

  void stop_thinking(JsonObject* body) {
    lose("thinking");
    write_no_thinking(body);
  }

  // As the client spells it.
  void lose(std::string_view knob) { lost_.add(knob_name(request_.dialect, knob)); }

  // A budget has to leave room for the answer.
  void write_budget(JsonObject* body) {
    const std::int64_t wanted = *request_.thinking_budget;
    const std::int64_t tokens = std::min(std::max(wanted, kLeastBudget), max_tokens_ - 1);
    if (tokens != wanted) lose("thinking_budget");
    if (tokens >= kLeastBudget) write_enabled(tokens, body);
  }

  // For a model that wants one, where the client named none: half of the answer at most.
  void write_usual_budget(JsonObject* body) {
    const auto wanted = budget_of_effort(effort().empty() ? "medium" : effort());
    const std::int64_t tokens = std::min(wanted.value_or(kLeastBudget), max_tokens_ / 2);
    if (tokens < kLeastBudget) return lose("thinking");
    effort_is_told_ = true;
    write_enabled(tokens, body);
  }

  void write_enabled(std::int64_t tokens, JsonObject* body) {
    thinks_ = true;
    JsonObject thinking(body->key("thinking"));
    thinking.string("type", "enabled");
    thinking.number("budget_tokens", tokens);
    thinking.close();
  }

  // --- sampling ---

  // Who thinks is sampled in one way only, newer models in one way at a time or none.
  void write_sampling(JsonObject* body) {
    const Sampling& sampling = request_.sampling;
    const bool fixed = thinks_ || knobs_.samplers == Samplers::kNone;
    const bool one = knobs_.samplers == Samplers::kOne;
    const double temperature = sampling.temperature.value_or(1);
    const double top_p = sampling.top_p.value_or(1);
    if (temperature > 1 || (fixed && temperature != 1)) lose("temperature");
    const bool usual = one && temperature == 1 && top_p < 1;
    const bool has_temperature = sampling.temperature && !fixed && !usual;
    if (has_temperature) body->number("temperature", std::min(temperature, 1.0));
    const bool near = thinks_ && knobs_.samplers != Samplers::kNone && top_p >= 0.95;
    const bool takes_top_p = near || (!fixed && !(one && has_temperature));
    if (top_p < 1 && !takes_top_p) lose("top_p");
    if (top_p < 1 && takes_top_p) body->number("top_p", top_p);
    const bool has_top_k = sampling.top_k.value_or(0) > 0;
    if (has_top_k && fixed) lose("top_k");
    if (has_top_k && !fixed) body->number("top_k", *sampling.top_k);
    write_stops(sampling.stop, body);
  }

  void lose_sampling() {
    const Sampling& sampling = request_.sampling;
    const auto lose_if = [this](bool asked, std::string_view name) {
      if (asked) lose(name);
    };
    lose_if(sampling.min_p.value_or(0) != 0, "min_p");
    lose_if(sampling.frequency_penalty.value_or(0) != 0, "frequency_penalty");
    lose_if(sampling.presence_penalty.value_or(0) != 0, "presence_penalty");
    lose_if(sampling.repetition_penalty.value_or(1) != 1, "repetition_penalty");
    lose_if(sampling.seed.has_value(), "seed");
    lose_if(sampling.logprobs, "logprobs");
    lose_if(sampling.top_logprobs > 0, "top_logprobs");
    lose_if(!sampling.logit_bias.empty(), "logit_bias");
  }

  // The API takes no stop sequence of blanks alone.
  void write_stops(const std::vector<std::string_view>& stops, JsonObject* body) {
    const auto taken = [this](std::string_view stop) {
      return in_.same_dialect() || stop.find_first_not_of(" \t\r\n") != stop.npos;
    };
    if (!std::all_of(stops.begin(), stops.end(), taken)) lose("stop");
    if (std::none_of(stops.begin(), stops.end(), taken)) return;
    body->key("stop_sequences")->push_back('[');
    for (const std::string_view stop : stops) {
      if (!taken(stop)) continue;
      if (out_.back() != '[') out_.push_back(',');
      append_json_string(&out_, stop);
    }
    out_.push_back(']');
  }

  // --- the form of the answer ---

  std::string_view effort() const {
    const std::string_view word = request_.reasoning_effort;
    if (word == "minimal") return "low";
    return word == "none" ? std::string_view() : word;
  }

  void write_output_config(JsonObject* body) {
    const ResponseFormat& format = request_.response_format;
    const bool has_schema =
        format.kind == ResponseFormatKind::kJsonSchema && !format.schema_json.empty();
    if (format.kind != ResponseFormatKind::kText && !has_schema) lost_.add("response_format");
    const bool has_effort = !effort().empty() && knobs_.effort;
    if (!effort().empty() && !has_effort && !effort_is_told_) lose("reasoning_effort");
    if (!has_schema && !has_effort) return;
    JsonObject config(body->key("output_config"));
    if (has_effort) config.string("effort", effort());
    if (has_schema) {
      JsonObject object(config.key("format"));
      object.string("type", "json_schema");
      object.raw("schema", format.schema_json);
      object.close();
    }
    config.close();
  }

  const ChatRequest& request_;
  const RequestOptions& options_;
  std::string out_;
  Losses lost_;
  const RequestIn in_;
  const ModelKnobs knobs_;
  std::int64_t max_tokens_ = 0;
  bool thinks_ = false;
  bool effort_is_told_ = false;  // as a budget
};

}  // namespace

Result<WrittenRequest> write_request(const ChatRequest& request, const RequestOptions& options) {
  return RequestWriter(request, options).write();
}

}  // namespace weir::anthropic
