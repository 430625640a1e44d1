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

// They label a request, or steer billing, caching, storage and memory. An option of Ollama
// without a field here is about how its own runner works.
constexpr std::string_view kOllamaOption = "options.";
constexpr std::array<std::string_view, 12> kHarmless = {"metadata",
                                                        "store",
                                                        "service_tier",
                                                        "safety_identifier",
                                                        "prompt_cache_key",
                                                        "prompt_cache_retention",
                                                        "cache_control",
                                                        "client_metadata",
                                                        "keep_alive",
                                                        "truncate",
                                                        "shift",
                                                        "context"};

std::string_view first_unknown(const ChatRequest& request) {
  for (const std::string_view name : request.unknown_members) {
    if (name.starts_with(kOllamaOption)) continue;
    if (std::find(kHarmless.begin(), kHarmless.end(), name) == kHarmless.end()) return name;
  }
  return {};
}

// A tool that is no function, such as a search that the provider itself makes.
bool has_foreign_tool(const ChatRequest& request) {
  return std::any_of(request.tools.begin(), request.tools.end(),
                     [](const Tool& tool) { return tool.name.empty(); });
}

bool wants_a_tool(ToolChoice choice) {
  return choice == ToolChoice::kRequired || choice == ToolChoice::kNamed;
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
  if (!can.tools && !request.tools.empty()) return "tools";
  if (!can.unknown_fields && has_foreign_tool(request)) return "tools";
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
  const std::string_view effort = request.reasoning_effort;
  if (!can.reasoning && !effort.empty() && effort != "none") return "reasoning_effort";
  return can.unknown_fields ? std::string_view() : first_unknown(request);
}

}  // namespace weir
