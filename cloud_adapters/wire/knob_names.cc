#include "cloud_adapters/wire/knob_names.h"

#include <algorithm>
#include <array>

namespace weir {
namespace {

// Empty: the dialect has no such knob, or calls it the same.
struct Knob {
  std::string_view name;
  std::string_view responses;
  std::string_view anthropic;
  std::string_view gemini;
  std::string_view ollama;
};

constexpr std::array<Knob, 16> kKnobs = {{
    {"temperature", "", "", "generationConfig.temperature", "options.temperature"},
    {"top_p", "", "", "generationConfig.topP", "options.top_p"},
    {"top_k", "", "", "generationConfig.topK", "options.top_k"},
    {"min_p", "", "", "", "options.min_p"},
    {"seed", "", "", "generationConfig.seed", "options.seed"},
    {"stop", "", "stop_sequences", "generationConfig.stopSequences", "options.stop"},
    {"frequency_penalty", "", "", "generationConfig.frequencyPenalty", "options.frequency_penalty"},
    {"presence_penalty", "", "", "generationConfig.presencePenalty", "options.presence_penalty"},
    {"repetition_penalty", "", "", "", "options.repeat_penalty"},
    {"logprobs", "", "", "generationConfig.responseLogprobs", ""},
    {"top_logprobs", "", "", "generationConfig.logprobs", ""},
    {"reasoning_effort", "reasoning.effort", "output_config.effort",
     "generationConfig.thinkingConfig.thinkingLevel", "think"},
    {"thinking", "", "", "generationConfig.thinkingConfig", "think"},
    {"thinking_budget", "", "thinking.budget_tokens",
     "generationConfig.thinkingConfig.thinkingBudget", ""},
    {"parallel_tool_calls", "", "tool_choice.disable_parallel_tool_use", "", ""},
    {"user", "", "metadata.user_id", "", ""},
}};

std::string_view own_word(const Knob& knob, Dialect source) {
  switch (source) {
    case Dialect::kOpenAiChat:
    case Dialect::kOpenAiCompletions: return {};
    case Dialect::kOpenAiResponses: return knob.responses;
    case Dialect::kAnthropic: return knob.anthropic;
    case Dialect::kGemini: return knob.gemini;
    case Dialect::kOllama:
    case Dialect::kOllamaGenerate: return knob.ollama;
  }
  return {};
}

}  // namespace

std::string knob_name(Dialect source, std::string_view knob) {
  const auto found = std::find_if(kKnobs.begin(), kKnobs.end(),
                                  [knob](const Knob& known) { return known.name == knob; });
  const std::string_view word = found == kKnobs.end() ? knob : own_word(*found, source);
  return std::string(word.empty() ? knob : word);
}

std::string knob_names(Dialect source, std::string_view list) {
  constexpr std::string_view kComma = ", ";
  std::string names;
  names.reserve(list.size());
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(kComma), list.size());
    if (!names.empty()) names += kComma;
    names += knob_name(source, list.substr(0, end));
    list.remove_prefix(std::min(end + kComma.size(), list.size()));
  }
  return names;
}

}  // namespace weir
