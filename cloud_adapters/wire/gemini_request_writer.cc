// Writes a chat request for the Gemini API, from any dialect.
#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include "cloud_adapters/wire/efforts.h"
#include "cloud_adapters/wire/gemini_parts.h"
#include "cloud_adapters/wire/gemini_schema.h"
#include "cloud_adapters/wire/json_writer.h"
#include "cloud_adapters/wire/knob_names.h"

namespace weir::gemini {
namespace {

constexpr std::size_t kMostStops = 5;

// What an effort is called where a model does not count its thoughts in tokens.
std::string_view level_of(std::string_view effort) {
  if (effort == "low") return "LOW";
  if (effort == "medium") return "MEDIUM";
  return effort == "none" || effort == "minimal" ? "MINIMAL" : "HIGH";
}

// Models from the third generation on think in levels, older ones in tokens.
bool thinks_in_levels(std::string_view model) {
  constexpr std::string_view kFamily = "gemini-";
  const std::size_t at = model.rfind(kFamily);
  if (at == std::string_view::npos) return false;
  const std::string_view rest = model.substr(at + kFamily.size());
  int generation = 0;
  std::from_chars(rest.data(), rest.data() + rest.size(), generation);
  return generation >= 3;
}

class RequestWriter {
 public:
  RequestWriter(const ChatRequest& request, const RequestOptions& options)
      : request_(request), options_(options) {}

  Result<WrittenRequest> write() {
    note_losses();
    out_.reserve(request_.original.size() + 256);
    out_ += '{';
    Error error;
    if (!write_contents(request_, &out_, &lost_, &error)) return error;
    std::string rest;
    JsonObject body(&rest);
    write_tools(&body, &rest);
    write_config(&body);
    if (same_dialect()) write_extras(&body);
    body.close();
    if (rest.size() > 2) out_ += ',';
    out_ += std::string_view(rest).substr(1);
    return WrittenRequest{std::move(out_), std::move(lost_)};
  }

 private:
  bool same_dialect() const { return request_.dialect == Dialect::kGemini; }

  void note_losses() {
    if (same_dialect()) return;
    const Sampling& sampling = request_.sampling;
    for (const std::string_view name : request_.unknown_members) lost_.add(std::string(name));
    if (sampling.min_p) lose("min_p");
    if (sampling.repetition_penalty) lose("repetition_penalty");
    if (!sampling.logit_bias.empty()) lost_.add("logit_bias");
    if (request_.parallel_tool_calls == false) lose("parallel_tool_calls");
    if (!request_.user.empty()) lose("user");
    if (request_.raw_prompt) lost_.add("raw");
  }

  // --- members of the client that have no field ---

  void write_extras(JsonObject* body) {
    const std::string object = "{" + std::string(request_.extras) + "}";
    for (JsonMembers members(object); members.next();) {
      const std::string_view key = members.key();
      if (key != "generationConfig") body->raw(key, members.value());
    }
  }

  // The members of generationConfig among them, without braces.
  std::string config_extras() const {
    const std::string object = "{" + std::string(request_.extras) + "}";
    for (JsonMembers members(object); members.next();) {
      if (members.key() != "generationConfig") continue;
      return std::string(members.value().substr(1, members.value().size() - 2));
    }
    return {};
  }

  // --- tools ---

  void write_tools(JsonObject* body, std::string* out) {
    const auto usable = [this](const Tool& tool) {
      return same_dialect() || tool.kind != ToolKind::kHosted;
    };
    for (std::size_t i = 0; i < request_.tools.size(); ++i) {
      if (!usable(request_.tools[i])) lost_.add("tools[" + std::to_string(i) + "]");
    }
    if (std::none_of(request_.tools.begin(), request_.tools.end(), usable)) return;
    body->key("tools")->push_back('[');
    write_functions(out);
    for (const Tool& tool : request_.tools) {
      if (tool.kind != ToolKind::kHosted || !usable(tool)) continue;
      if (out->back() != '[') *out += ',';
      *out += tool.raw_json;
    }
    *out += ']';
    if (!same_dialect()) write_tool_choice(body);
  }

  void write_functions(std::string* out) {
    bool open = false;
    for (std::size_t i = 0; i < request_.tools.size(); ++i) {
      const Tool& tool = request_.tools[i];
      if (tool.kind == ToolKind::kHosted) continue;
      *out += std::exchange(open, true) ? "," : R"({"functionDeclarations":[)";
      if (tool.strict) lost_.add("tools[" + std::to_string(i) + "].strict");
      write_function(tool, out);
    }
    if (open) *out += "]}";
  }

  static void write_function(const Tool& tool, std::string* out) {
    JsonObject function(out);
    function.string("name", tool.name);
    if (!tool.description.empty()) function.string("description", tool.description);
    if (!tool.parameters_json.empty()) {
      function.raw("parametersJsonSchema", tool.parameters_json);
    } else if (tool.kind == ToolKind::kCustom) {
      function.raw(
          "parametersJsonSchema",
          R"({"type":"object","properties":{"input":{"type":"string"}},"required":["input"]})");
    }
    function.close();
  }

  void write_tool_choice(JsonObject* body) {
    std::string_view mode;
    switch (request_.tool_choice) {
      case ToolChoice::kUnset: return;
      case ToolChoice::kAuto: mode = "AUTO"; break;
      case ToolChoice::kNone: mode = "NONE"; break;
      case ToolChoice::kRequired:
      case ToolChoice::kNamed: mode = "ANY"; break;
    }
    JsonObject config(body->key("toolConfig"));
    JsonObject calling(config.key("functionCallingConfig"));
    calling.string("mode", mode);
    if (request_.tool_choice == ToolChoice::kNamed) {
      std::string* out = calling.key("allowedFunctionNames");
      *out += '[';
      append_json_string(out, request_.tool_choice_name);
      *out += ']';
    }
    calling.close();
    config.close();
  }

  // --- generationConfig ---

  void write_config(JsonObject* body) {
    std::string text;
    JsonObject config(&text);
    write_sampling(&config);
    write_stops(&config);
    write_format(&config);
    if (same_dialect()) {
      config.members(config_extras());
    } else {
      write_thinking(&config);
    }
    config.close();
    if (text.size() > 2) body->raw("generationConfig", text);
  }

  void write_sampling(JsonObject* config) {
    const Sampling& sampling = request_.sampling;
    const auto number = [config](std::string_view name, const auto& value) {
      if (value) config->number(name, *value);
    };
    number("temperature", sampling.temperature);
    number("topP", sampling.top_p);
    if (sampling.top_k && *sampling.top_k > 0) config->number("topK", *sampling.top_k);
    number("frequencyPenalty", sampling.frequency_penalty);
    number("presencePenalty", sampling.presence_penalty);
    write_seed(config);
    if (sampling.max_tokens) {
      config->number("maxOutputTokens", *sampling.max_tokens);
    } else if (options_.answer_tokens > 0) {
      config->number("maxOutputTokens", options_.answer_tokens);
    }
    if (sampling.choices != 1) config->number("candidateCount", sampling.choices);
    if (sampling.logprobs) config->boolean("responseLogprobs", true);
    if (sampling.top_logprobs > 0) config->number("logprobs", sampling.top_logprobs);
  }

  // As the client spells it.
  void lose(std::string_view knob) { lost_.add(knob_name(request_.dialect, knob)); }

  // The API takes 32 bits.
  void write_seed(JsonObject* config) {
    if (!request_.sampling.seed) return;
    const std::int64_t seed = *request_.sampling.seed;
    using Limits = std::numeric_limits<std::int32_t>;
    if (same_dialect() || (seed >= Limits::min() && seed <= Limits::max())) {
      config->number("seed", seed);
    } else {
      lose("seed");
    }
  }

  void write_stops(JsonObject* config) {
    const std::vector<std::string_view>& stops = request_.sampling.stop;
    if (stops.empty()) return;
    std::string* out = config->key("stopSequences");
    *out += '[';
    const std::size_t most = same_dialect() ? stops.size() : kMostStops;
    for (std::size_t i = 0; i < std::min(stops.size(), most); ++i) {
      if (i > 0) *out += ',';
      append_json_string(out, stops[i]);
    }
    *out += ']';
    if (stops.size() > most)
      lost_.add(knob_name(request_.dialect, "stop") + "[" + std::to_string(most) + "]");
  }

  void write_format(JsonObject* config) {
    const ResponseFormat& format = request_.response_format;
    if (format.kind == ResponseFormatKind::kText) return;
    config->string("responseMimeType", "application/json");
    if (!format.schema_json.empty()) config->raw("responseJsonSchema", format.schema_json);
  }

  // A budget or a level, never both.
  void write_thinking(JsonObject* config) {
    const std::string_view effort = request_.reasoning_effort;
    const std::optional<std::int64_t> tokens = budget_of_effort(effort);
    if (!tokens && !effort.empty()) lose("reasoning_effort");
    const bool levels = thinks_in_levels(options_.model);
    const bool off = request_.thinking == Thinking::kOff || tokens == 0;
    if (off) return write_thinking_off(levels, config);
    const bool any = tokens || request_.thinking != Thinking::kUnset || request_.thinking_budget;
    if (!any) return;
    JsonObject thinking(config->key("thinkingConfig"));
    thinking.boolean("includeThoughts", true);
    if (request_.thinking_budget) {
      thinking.number("thinkingBudget", *request_.thinking_budget);
    } else if (tokens && levels) {
      thinking.string("thinkingLevel", level_of(effort));
    } else if (tokens) {
      thinking.number("thinkingBudget", *tokens);
    } else if (!levels) {
      thinking.number("thinkingBudget", std::int64_t{-1});
    }
    thinking.close();
  }

  // Models that think in levels cannot leave it.
  static void write_thinking_off(bool levels, JsonObject* config) {
    JsonObject thinking(config->key("thinkingConfig"));
    if (levels) {
      thinking.string("thinkingLevel", "MINIMAL");
    } else {
      thinking.number("thinkingBudget", std::int64_t{0});
    }
    thinking.close();
  }

  const ChatRequest& request_;
  const RequestOptions& options_;
  std::string out_;
  Losses lost_;
};

struct Span {
  std::size_t begin;
  std::size_t size;
};

// Where the value of `name` stands in `object`, which is a part of `body`.
std::optional<Span> span_of(std::string_view body, std::string_view object, std::string_view name) {
  for (JsonMembers members(object); members.next();) {
    if (!is_name(members.key(), name)) continue;
    const std::string_view value = members.value();
    return Span{static_cast<std::size_t>(value.data() - body.data()), value.size()};
  }
  return std::nullopt;
}

// Puts `member` first in the object that begins at `brace`.
std::string with_member(std::string_view body, std::size_t brace, std::string_view member) {
  const std::size_t next = body.find_first_not_of(" \t\r\n", brace + 1);
  const bool empty = next == std::string_view::npos || body[next] == '}';
  std::string out(body.substr(0, brace + 1));
  out.append(member).append(empty ? "" : ",").append(body.substr(brace + 1));
  return out;
}

}  // namespace

Result<WrittenRequest> write_request(const ChatRequest& request, const RequestOptions& options) {
  return RequestWriter(request, options).write();
}

std::string rewrite_request(std::string_view body, std::int64_t answer_tokens) {
  const std::size_t brace = body.find('{');
  if (answer_tokens <= 0 || brace == std::string_view::npos) return std::string(body);
  const std::string limit = R"("maxOutputTokens":)" + std::to_string(answer_tokens);
  const auto config = span_of(body, body, "generationConfig");
  if (!config) return with_member(body, brace, R"("generationConfig":{)" + limit + "}");
  const std::string_view object = body.substr(config->begin, config->size);
  std::string out(body);
  if (!object.starts_with('{')) {
    return out.replace(config->begin, config->size, "{" + limit + "}");
  }
  const auto tokens = span_of(body, object, "maxOutputTokens");
  if (!tokens) return with_member(body, config->begin, limit);
  const std::string_view value = body.substr(tokens->begin, tokens->size);
  if (value == "null" || value == "0") {
    out.replace(tokens->begin, tokens->size, std::to_string(answer_tokens));
  }
  return out;
}

}  // namespace weir::gemini
