#include "cloud_adapters/wire/codec.h"

#include "cloud_adapters/wire/anthropic_messages.h"
#include "cloud_adapters/wire/gemini.h"
#include "cloud_adapters/wire/ollama.h"
#include "cloud_adapters/wire/openai_chat.h"
#include "cloud_adapters/wire/openai_completions.h"
#include "cloud_adapters/wire/openai_responses.h"

namespace weir {

const Codec* find_codec(Dialect dialect) {
  switch (dialect) {
    case Dialect::kOpenAiChat: return &openai_chat_codec();
    case Dialect::kOpenAiCompletions: return &openai_completions_codec();
    case Dialect::kOpenAiResponses: return &openai_responses_codec();
    case Dialect::kAnthropic: return &anthropic_messages_codec();
    case Dialect::kGemini: return &gemini_codec();
    case Dialect::kOllama: return &ollama_chat_codec();
    case Dialect::kOllamaGenerate: return &ollama_generate_codec();
  }
  return nullptr;
}

}  // namespace weir
