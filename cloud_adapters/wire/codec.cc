#include "cloud_adapters/wire/codec.h"

#include <variant>

#include "cloud_adapters/wire/anthropic_messages.h"
#include "cloud_adapters/wire/gemini.h"
#include "cloud_adapters/wire/ollama.h"
#include "cloud_adapters/wire/openai_chat.h"
#include "cloud_adapters/wire/openai_completions.h"
#include "cloud_adapters/wire/openai_responses.h"

namespace weir {

bool Codec::goes_as_it_came(const ChatRequest& request) const {
  for (const Message& message : request.messages) {
    for (const Part& part : message.parts) {
      const auto* thought = std::get_if<ReasoningPart>(&part.value);
      if (thought != nullptr && !takes_back(*thought)) return false;
    }
  }
  return true;
}

const Codec& codec_of(Dialect dialect) {
  switch (dialect) {
    case Dialect::kOpenAiChat: return openai_chat_codec();
    case Dialect::kOpenAiCompletions: return openai_completions_codec();
    case Dialect::kOpenAiResponses: return openai_responses_codec();
    case Dialect::kAnthropic: return anthropic_messages_codec();
    case Dialect::kGemini: return gemini_codec();
    case Dialect::kOllama: return ollama_chat_codec();
    case Dialect::kOllamaGenerate: return ollama_generate_codec();
  }
  return openai_chat_codec();
}

}  // namespace weir
