#include "core/backend.h"

#include <algorithm>
#include <array>

namespace weir {
namespace {

template <class Kind>
bool has_part(const std::vector<Part>& parts) {
  for (const Part& part : parts) {
    if (std::holds_alternative<Kind>(part.value)) return true;
    const auto* result = std::get_if<ToolResultPart>(&part.value);
    if (result != nullptr && has_part<Kind>(result->parts)) return true;
  }
  return false;
}

template <class Kind>
bool has_part(const ChatRequest& request) {
  for (const Message& message : request.messages) {
    if (has_part<Kind>(message.parts)) return true;
  }
  return false;
}

// They label a request, or steer billing, caching, storage and memory.
constexpr std::array<std::string_view, 11> kHarmless = {"metadata",
                                                        "store",
                                                        "service_tier",
                                                        "safety_identifier",
                                                        "prompt_cache_key",
                                                        "prompt_cache_retention",
                                                        "cache_control",
                                                        "client_metadata",
                                                        "keep_alive",
                                                        "truncate",
                                                        "shift"};

// Without them the answer is another one: what it is made of, which form it must have, what
// stands around it, and what to forget of a context.
constexpr std::array<std::string_view, 24> kEssential = {
    "functions",          "function_call",  "modalities",   "audio",         "prediction",
    "web_search_options", "guided_json",    "guided_regex", "guided_choice", "guided_grammar",
    "structured_outputs", "grammar",        "best_of",      "echo",          "suffix",
    "mirostat",           "n_discard",      "n_keep",       "id_slot",       "template",
    "cachedContent",      "cached_content", "mcp_servers",  "container"};

template <class Names>
bool is_among(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool has_function(const ChatRequest& request) {
  return std::any_of(request.tools.begin(), request.tools.end(),
                     [](const Tool& tool) { return tool.kind != ToolKind::kHosted; });
}

bool keeps_grammar(const Capabilities& can, const ChatRequest& request) {
  return can.grammar && !request.grammar.empty() && !has_function(request) &&
         request.response_format.kind == ResponseFormatKind::kText;
}

std::string_view first_essential(const Capabilities& can, const ChatRequest& request) {
  for (const std::string_view name : request.unknown_members) {
    if (name == "grammar" && keeps_grammar(can, request)) continue;
    if (is_among(kEssential, name)) return name;
  }
  return {};
}

bool wants_a_tool(ToolChoice choice) {
  return choice == ToolChoice::kRequired || choice == ToolChoice::kNamed;
}

// Agents ask for it of whatever model they have.
bool wants_thought(const ChatRequest& request) {
  const std::string_view effort = request.reasoning_effort;
  return (!effort.empty() && effort != "none") || request.thinking == Thinking::kOn ||
         request.thinking_budget.value_or(0) > 0;
}

}  // namespace

std::string_view to_string(BackendClass value) {
  switch (value) {
    case BackendClass::kLocal: return "local";
    case BackendClass::kSite: return "site";
    case BackendClass::kCloud: return "cloud";
  }
  return "cloud";
}

std::string_view first_unsupported(const Capabilities& can, const ChatRequest& request) {
  const Sampling& sampling = request.sampling;
  const ResponseFormatKind format = request.response_format.kind;
  if (!can.tools && has_function(request)) return "tools";
  if (!can.unknown_fields && wants_a_tool(request.tool_choice) && !has_function(request)) {
    return "tool_choice";
  }
  if (!can.tools && wants_a_tool(request.tool_choice)) return "tool_choice";
  if (!can.tools && (has_part<ToolUsePart>(request) || has_part<ToolResultPart>(request))) {
    return "messages";
  }
  if (!can.images && has_part<ImagePart>(request)) return "messages";
  if (!can.files && (has_part<FilePart>(request) || has_part<OtherPart>(request)))
    return "messages";
  if (!can.json_object && format == ResponseFormatKind::kJsonObject) return "response_format";
  if (!can.json_schema && format == ResponseFormatKind::kJsonSchema) return "response_format";
  if (!can.logprobs && sampling.logprobs) return "logprobs";
  if (!can.penalties && sampling.frequency_penalty.value_or(0) != 0) return "frequency_penalty";
  if (!can.penalties && sampling.presence_penalty.value_or(0) != 0) return "presence_penalty";
  if (!can.penalties && sampling.repetition_penalty.value_or(1) != 1) return "repetition_penalty";
  if (!can.logit_bias && !sampling.logit_bias.empty()) return "logit_bias";
  if (can.max_choices != 0 && sampling.choices > can.max_choices) return "n";
  return can.unknown_fields ? std::string_view() : first_essential(can, request);
}

std::vector<std::string> lost_fields(const Capabilities& can, const ChatRequest& request) {
  std::vector<std::string> lost;
  if (can.unknown_fields) return lost;
  for (std::size_t i = 0; i < request.tools.size(); ++i) {
    if (request.tools[i].kind == ToolKind::kHosted) {
      lost.push_back("tools[" + std::to_string(i) + "]");
    }
  }
  if (!can.reasoning && wants_thought(request)) lost.emplace_back("reasoning_effort");
  for (const std::string_view name : request.unknown_members) {
    if (!is_among(kHarmless, name) && !is_among(kEssential, name)) lost.emplace_back(name);
  }
  return lost;
}

}  // namespace weir
