#include "cloud_adapters/wire/codec.h"

#include "cloud_adapters/wire/anthropic_messages.h"
#include "cloud_adapters/wire/ollama.h"
#include "cloud_adapters/wire/openai_chat.h"

namespace weir {

const Codec* find_codec(Dialect dialect) {
  switch (dialect) {
    case Dialect::kOpenAiChat: return &openai_chat_codec();
    case Dialect::kAnthropic: return &anthropic_messages_codec();
    case Dialect::kOllama: return &ollama_chat_codec();
    case Dialect::kOllamaGenerate: return &ollama_generate_codec();
    case Dialect::kOpenAiResponses:
    case Dialect::kGemini:
    case Dialect::kOpenAiCompletions: return nullptr;
  }
  return nullptr;
}

}  // namespace weir
