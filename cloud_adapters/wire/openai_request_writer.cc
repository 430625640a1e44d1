// Writes a chat request for an OpenAI-compatible server, from any dialect.
#include <algorithm>
#include <array>
#include <utility>

#include "cloud_adapters/wire/custom_tools.h"
#include "cloud_adapters/wire/efforts.h"
#include "cloud_adapters/wire/json_writer.h"
#include "cloud_adapters/wire/knob_names.h"
#include "cloud_adapters/wire/openai_models.h"
#include "cloud_adapters/wire/openai_parts.h"

namespace weir::openai {
namespace {

// What a Responses request says in the same words; "text.verbosity" loses its group.
constexpr std::array<std::string_view, 5> kSharedWithResponses = {
    "prompt_cache_key", "prompt_cache_retention", "safety_identifier", "service_tier", "verbosity"};

bool is_shared(std::string_view name) {
  const auto& names = kSharedWithResponses;
  return std::find(names.begin(), names.end(), name) != names.end();
}

class RequestWriter {
 public:
  RequestWriter(const ChatRequest& request, const RequestOptions& options)
      : request_(request), options_(options) {}

  Result<WrittenRequest> write() {
    note_extras();
    out_.reserve(request_.original.size() + 256);
    JsonObject body(&out_);
    body.string("model", options_.model);
    body.key("messages");
    if (!write_messages(request_, &out_, &lost_, &error_)) return error_;
    write_tools(&body);
    write_sampling(&body);
    write_effort(&body);
    write_format(&body);
    write_stream(&body);
    write_extras(&body);
    body.close();
    return WrittenRequest{std::move(out_), std::move(lost_)};
  }

 private:
  bool same_dialect() const { return request_.dialect == Dialect::kOpenAiChat; }

  void note_extras() {
    if (same_dialect()) return;
    if (request_.raw_prompt) lost_.add("raw");
    for (const std::string_view name : request_.unknown_members) {
      const bool said = of_responses() && is_shared(name == "text.verbosity" ? "verbosity" : name);
      if (!said) lost_.add(std::string(name));
    }
  }

  bool of_responses() const {
    return request_.dialect == Dialect::kOpenAiResponses && options_.all_members;
  }

  void write_extras(JsonObject* body) const {
    if (same_dialect()) return body->members(request_.extras);
    if (!of_responses()) return;
    const std::string extras = "{" + std::string(request_.extras) + "}";
    for (JsonMembers members(extras); members.next();) {
      if (is_shared(members.key())) body->raw(members.key(), members.value());
    }
  }

  void write_tools(JsonObject* body) {
    const bool any = std::any_of(
        request_.tools.begin(), request_.tools.end(),
        [&](const Tool& tool) { return same_dialect() || tool.kind != ToolKind::kHosted; });
    if (any) {
      body->key("tools")->push_back('[');
      for (std::size_t i = 0; i < request_.tools.size(); ++i) write_tool(request_.tools[i], i);
      out_.push_back(']');
    } else {
      for (std::size_t i = 0; i < request_.tools.size(); ++i) lose_tool(i);
    }
    if (any || same_dialect()) {
      write_tool_choice(body);
    } else if (request_.tool_choice != ToolChoice::kUnset && !request_.tools.empty()) {
      lost_.add("tool_choice");
    }
    if (any && request_.parallel_tool_calls) {
      body->boolean("parallel_tool_calls", *request_.parallel_tool_calls);
    }
  }

  void lose_tool(std::size_t index) { lost_.add("tools[" + std::to_string(index) + "]"); }

  void write_tool(const Tool& tool, std::size_t index) {
    if (!same_dialect() && tool.kind == ToolKind::kHosted) {
      lose_tool(index);
      return;
    }
    if (out_.back() != '[') out_.push_back(',');
    if (same_dialect()) {
      out_.append(tool.raw_json);
      return;
    }
    if (has_format(tool)) lost_.add("tools[" + std::to_string(index) + "].format");
    JsonObject object(&out_);
    object.string("type", "function");
    JsonObject function(object.key("function"));
    function.string("name", tool.name);
    if (!tool.description.empty()) function.string("description", tool.description);
    if (!tool.parameters_json.empty()) function.raw("parameters", tool.parameters_json);
    if (tool.strict) function.boolean("strict", true);
    function.close();
    object.close();
  }

  // A grammar for the text of a custom tool, of which most servers know nothing.
  static bool has_format(const Tool& tool) {
    if (tool.kind != ToolKind::kCustom || !tool.raw_json.starts_with('{')) return false;
    for (JsonMembers members(tool.raw_json); members.next();) {
      if (members.key() == "format") return true;
    }
    return false;
  }

  void write_tool_choice(JsonObject* body) {
    switch (request_.tool_choice) {
      case ToolChoice::kUnset: return;
      case ToolChoice::kAuto: return body->string("tool_choice", "auto");
      case ToolChoice::kNone: return body->string("tool_choice", "none");
      case ToolChoice::kRequired: return body->string("tool_choice", "required");
      case ToolChoice::kNamed: break;
    }
    const bool custom = same_dialect() && is_custom_tool(&request_, request_.tool_choice_name);
    const std::string_view form = custom ? "custom" : "function";
    JsonObject choice(body->key("tool_choice"));
    choice.string("type", form);
    JsonObject named(choice.key(form));
    named.string("name", request_.tool_choice_name);
    named.close();
    choice.close();
  }

  void write_sampling(JsonObject* body) {
    const Sampling& sampling = request_.sampling;
    write_choosing(sampling, body);
    if (!same_dialect()) write_biases(sampling, body);
    if (sampling.max_tokens) {
      write_max_tokens(*sampling.max_tokens, body);
    } else if (options_.answer_tokens > 0) {
      write_max_tokens(options_.answer_tokens, body);
    }
    if (sampling.logprobs) body->boolean("logprobs", true);
    if (sampling.top_logprobs > 0) body->number("top_logprobs", sampling.top_logprobs);
  }

  // A client of this dialect chose one of the two names.
  void write_max_tokens(std::int64_t tokens, JsonObject* body) {
    const bool own = same_dialect() && request_.sampling.max_tokens.has_value();
    const bool newer = own ? uses_newer_name() : options_.openai_models;
    body->number(newer ? kNewerLimit : kOlderLimit, tokens);
  }

  bool uses_newer_name() const {
    return request_.original.find(R"("max_completion_tokens")") != std::string_view::npos;
  }

  std::string_view effort() const {
    if (same_dialect()) return request_.reasoning_effort;
    if (request_.thinking == Thinking::kOff) return "none";
    if (!request_.reasoning_effort.empty()) return request_.reasoning_effort;
    const bool unbounded = request_.thinking == Thinking::kOn;
    if (!request_.thinking_budget) return unbounded ? "medium" : "";
    return *request_.thinking_budget < 0 ? "" : effort_of_budget(*request_.thinking_budget);
  }

  void write_effort(JsonObject* body) {
    const WrittenEffort told =
        same_dialect() ? WrittenEffort{effort()} : written_effort(effort(), options_);
    const std::string_view word = told.word;
    if (told.lost) lose(request_.reasoning_effort.empty() ? "thinking" : "reasoning_effort");
    if (!word.empty()) body->string("reasoning_effort", word);
    if (same_dialect() || request_.thinking == Thinking::kOff) return;
    if (request_.thinking_budget.value_or(0) > 0) lose("thinking_budget");
    if (request_.thinking == Thinking::kAdaptive && word.empty()) lose("thinking");
  }

  // As the client spells it.
  void lose(std::string_view knob) { lost_.add(knob_name(request_.dialect, knob)); }

  void write_format(JsonObject* body) {
    const ResponseFormat& format = request_.response_format;
    if (!same_dialect() && !request_.user.empty()) body->string("user", request_.user);
    if (format.kind == ResponseFormatKind::kText) return;
    JsonObject object(body->key("response_format"));
    if (format.kind == ResponseFormatKind::kJsonObject) {
      object.string("type", "json_object");
    } else {
      object.string("type", "json_schema");
      JsonObject schema(object.key("json_schema"));
      schema.string("name", format.name.empty() ? "answer" : format.name);
      if (!format.schema_json.empty()) schema.raw("schema", format.schema_json);
      if (format.strict) schema.boolean("strict", true);
      schema.close();
    }
    object.close();
  }

  void write_stream(JsonObject* body) {
    if (!request_.stream) return;
    body->boolean("stream", true);
    if (options_.include_usage || request_.include_usage) {
      body->raw("stream_options", R"({"include_usage":true})");
    }
  }

  const ChatRequest& request_;
  const RequestOptions& options_;
  std::string out_;
  Losses lost_;
  Error error_;
};

}  // namespace

void write_choosing(const Sampling& sampling, JsonObject* body) {
  const auto number = [body](std::string_view name, const auto& value) {
    if (value) body->number(name, *value);
  };
  number("temperature", sampling.temperature);
  number("top_p", sampling.top_p);
  number("top_k", sampling.top_k);
  number("min_p", sampling.min_p);
  number("frequency_penalty", sampling.frequency_penalty);
  number("presence_penalty", sampling.presence_penalty);
  number("seed", sampling.seed);
  if (sampling.choices != 1) body->number("n", sampling.choices);
  if (sampling.stop.empty()) return;
  std::string* list = body->key("stop");
  list->push_back('[');
  for (const std::string_view stop : sampling.stop) {
    if (list->back() != '[') list->push_back(',');
    append_json_string(list, stop);
  }
  list->push_back(']');
}

void write_biases(const Sampling& sampling, JsonObject* body) {
  if (sampling.repetition_penalty) {
    body->number("repetition_penalty", *sampling.repetition_penalty);
  }
  if (sampling.logit_bias.empty()) return;
  JsonObject biases(body->key("logit_bias"));
  for (const LogitBias& bias : sampling.logit_bias) {
    biases.number(std::to_string(bias.token), bias.value);
  }
  biases.close();
}

Result<WrittenRequest> write_request(const ChatRequest& request, const RequestOptions& options) {
  return RequestWriter(request, options).write();
}

}  // namespace weir::openai
