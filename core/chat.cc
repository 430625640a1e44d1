#include "core/chat.h"

namespace weir {
namespace {

std::size_t text_bytes(const std::vector<Part>& parts) {
  std::size_t total = 0;
  for (const Part& part : parts) {
    if (const auto* text = std::get_if<TextPart>(&part.value)) total += text->text.size();
    if (const auto* use = std::get_if<ToolUsePart>(&part.value))
      total += use->arguments_json.size();
    if (const auto* result = std::get_if<ToolResultPart>(&part.value)) {
      total += text_bytes(result->parts);
    }
    if (const auto* thought = std::get_if<ReasoningPart>(&part.value))
      total += thought->text.size();
  }
  return total;
}

}  // namespace

std::string_view to_string(Dialect dialect) {
  switch (dialect) {
    case Dialect::kOpenAiChat: return "openai_chat";
    case Dialect::kOpenAiResponses: return "openai_responses";
    case Dialect::kAnthropic: return "anthropic";
    case Dialect::kGemini: return "gemini";
    case Dialect::kOllama: return "ollama";
    case Dialect::kOpenAiCompletions: return "openai_completions";
    case Dialect::kOllamaGenerate: return "ollama_generate";
  }
  return "openai_chat";
}

std::optional<Dialect> parse_dialect(std::string_view word) {
  for (const Dialect dialect :
       {Dialect::kOpenAiChat, Dialect::kOpenAiResponses, Dialect::kAnthropic, Dialect::kGemini,
        Dialect::kOllama, Dialect::kOpenAiCompletions, Dialect::kOllamaGenerate}) {
    if (to_string(dialect) == word) return dialect;
  }
  return std::nullopt;
}

std::string_view to_string(Role role) {
  switch (role) {
    case Role::kSystem: return "system";
    case Role::kDeveloper: return "developer";
    case Role::kUser: return "user";
    case Role::kAssistant: return "assistant";
    case Role::kTool: return "tool";
  }
  return "user";
}

std::size_t text_bytes(const ChatRequest& request) {
  std::size_t total = 0;
  for (const Message& message : request.messages) total += text_bytes(message.parts);
  return total;
}

}  // namespace weir
