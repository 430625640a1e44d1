// The languages that clients and servers of models speak.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace weir {

enum class Dialect : std::uint8_t {
  kOpenAiChat,         // POST /v1/chat/completions
  kOpenAiResponses,    // POST /v1/responses
  kAnthropic,          // POST /v1/messages
  kGemini,             // POST /v1beta/models/{model}:generateContent
  kOllama,             // POST /api/chat
  kOpenAiCompletions,  // POST /v1/completions
  kOllamaGenerate,     // POST /api/generate
};

// The stable snake_case word of a dialect, for the ledger and metric labels.
std::string_view to_string(Dialect dialect);
std::optional<Dialect> parse_dialect(std::string_view word);

}  // namespace weir
