// OpenAI's chat completions: the codec, and what forwarding needs of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cloud_adapters/wire/codec.h"
#include "core/chat.h"
#include "core/result.h"
#include "core/usage.h"

namespace weir {

const Codec& openai_chat_codec();

// Where the members that forwarding may change stand in a body. `body` must have
// passed JsonDocument::parse(); a body that is no object has no spans.
OriginalSpans find_openai_spans(std::string_view body);

struct OpenAiChanges {
  std::string_view model;          // in place of the body's own
  bool include_usage = false;      // true: stream_options.include_usage too
  std::int64_t answer_tokens = 0;  // a limit, which the body has not or as null; 0 = unchanged
  bool newer_limit = false;        // where it has none: as max_completion_tokens, not max_tokens
};

// `body` with these changes. Every other byte is unchanged.
std::string rewrite_openai_body(std::string_view body, const OriginalSpans& spans,
                                const OpenAiChanges& changes);

// What a chunk says that is only forwarded. Text is not decoded and, unless a
// key of interest occurs, the JSON is not parsed.
struct OpenAiChunkSkim {
  bool is_done = false;        // "[DONE]"
  bool is_error = false;       // {"error": ...}
  bool is_usage_only = false;  // usage and no choices: the chunk include_usage adds
  std::optional<Usage> usage;
  FinishReason finish = FinishReason::kNone;
};

// Fails with kUpstreamProtocol if it had to parse and could not.
Result<OpenAiChunkSkim> skim_openai_chunk(std::string_view data);

// What a whole answer says that is only forwarded. No text is copied out of it.
struct OpenAiAnswerSkim {
  std::optional<Usage> usage;
  FinishReason finish = FinishReason::kStop;  // of the first choice
};

// Fails as Codec::parse_response() does. `readable_bytes` as for JsonDocument::parse().
Result<OpenAiAnswerSkim> skim_openai_answer(std::string_view body, std::size_t readable_bytes);

}  // namespace weir
