// A chat request, as the union of what all dialects can say.
//
// A codec (cloud_adapters/wire) fills it from a body. Every string_view points
// into memory that `backing` keeps alive: the body as received or its unescaped
// strings. `extras` hold, as raw JSON text, the members a node had that have no
// field here, so that nothing is lost on the way to a dialect that knows them.
// Immutable after parsing; move-only because requests are large.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/dialect.h"

namespace weir {

enum class Role : std::uint8_t { kSystem, kDeveloper, kUser, kAssistant, kTool };
std::string_view to_string(Role role);

struct TextPart {
  std::string_view text;
};

// Exactly one of url and base64_data is set.
struct ImagePart {
  std::string_view url;
  std::string_view media_type;
  std::string_view base64_data;
  std::string_view detail;
};

// One of file_id, url and base64_data is set. An id means something to its provider alone.
struct FilePart {
  std::string_view name;
  std::string_view file_id;
  std::string_view media_type;
  std::string_view base64_data;
  std::string_view url = {};  // where the provider is to fetch it
};

// The model asked for a tool. Arguments are a JSON object as text.
struct ToolUsePart {
  std::string_view id;
  std::string_view name;  // as Tool::name
  std::string_view arguments_json;
  std::string_view signature = {};  // opaque, of who made the call; empty = none
};

struct ReasoningPart {
  std::string_view text;
  std::string_view signature;  // opaque, of who thought it; of a redacted part all there is
  bool redacted = false;       // the text is kept back
  std::string_view id = {};    // where a dialect names the part
};

struct Part;

// The answer of a tool. Ids are opaque: never looked up in a table.
struct ToolResultPart {
  std::string_view tool_use_id;
  std::vector<Part> parts;
  bool is_error = false;
};

// A part of a kind no field knows (audio, refusal, server tools): kept verbatim.
struct OtherPart {
  std::string_view type;
  std::string_view raw_json;
};

struct Part {
  std::variant<TextPart, ImagePart, FilePart, ToolUsePart, ToolResultPart, ReasoningPart, OtherPart>
      value;
  std::string_view extras;
};

struct Message {
  Role role = Role::kUser;
  std::string_view name;
  std::vector<Part> parts;
  std::string_view extras;
};

enum class ToolKind : std::uint8_t {
  kFunction,
  kCustom,  // takes free text. Here it is a function whose one parameter is "input", a string
  kHosted,  // the provider itself runs it, such as a search: only its own dialect can say it
};

struct Tool {
  std::string_view name;  // as the model sees it; empty for a hosted tool
  std::string_view description;
  std::string_view parameters_json;  // JSON Schema; empty = no parameters
  bool strict = false;
  std::string_view raw_json;  // the whole node as received; of a tool in a namespace its own
  ToolKind kind = ToolKind::kFunction;
  std::string_view type = {};      // the dialect's word for a hosted tool, such as "web_search"
  std::string_view space = {};     // the namespace it stands in; `name` begins with it
  std::string_view own_name = {};  // its name within `space`
};

enum class ToolChoice : std::uint8_t { kUnset, kAuto, kNone, kRequired, kNamed };

// Whether the model shall think before it answers.
enum class Thinking : std::uint8_t { kUnset, kOff, kOn, kAdaptive };

enum class ResponseFormatKind : std::uint8_t { kText, kJsonObject, kJsonSchema };

struct ResponseFormat {
  ResponseFormatKind kind = ResponseFormatKind::kText;
  std::string_view name;
  std::string_view schema_json;
  bool strict = false;
};

// Added to a token's logit. Ids are those of the model that is asked.
struct LogitBias {
  std::int64_t token = 0;
  double value = 0;
};

// What the client asked about choosing tokens. Unset = the model's default.
struct Sampling {
  std::optional<double> temperature;
  std::optional<double> top_p;
  std::optional<std::int64_t> top_k;
  std::optional<double> min_p;
  std::optional<double> frequency_penalty;
  std::optional<double> presence_penalty;
  std::optional<double> repetition_penalty;
  std::optional<std::int64_t> max_tokens;
  // A second limit that a body has beside it: servers differ in which of them counts. 0 = none.
  std::int64_t other_max_tokens = 0;
  std::optional<std::int64_t> seed;
  std::vector<std::string_view> stop;
  std::int64_t choices = 1;  // OpenAI's n
  bool logprobs = false;
  std::int64_t top_logprobs = 0;
  std::vector<LogitBias> logit_bias;

  // The longest answer that any server may give, in tokens; unset = no limit.
  std::optional<std::int64_t> most_tokens() const {
    return max_tokens ? std::optional(std::max(*max_tokens, other_max_tokens)) : std::nullopt;
  }
};

// Where a top-level member of the original body stands: [begin, end) of its
// value, in bytes. Lets an adapter replace one value and keep every other byte.
struct ByteSpan {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool found() const { return end > begin; }
};

struct OriginalSpans {
  ByteSpan model;           // the string with its quotes
  ByteSpan stream_options;  // the object with its braces
  ByteSpan include_usage;   // the value inside stream_options
  ByteSpan max_completion_tokens;
  std::size_t first_member = 0;  // just behind the opening brace of the body
};

struct ChatRequest {
  Dialect dialect = Dialect::kOpenAiChat;
  std::string_view model;
  std::vector<Message> messages;
  std::vector<Tool> tools;
  ToolChoice tool_choice = ToolChoice::kUnset;
  std::string_view tool_choice_name;
  std::optional<bool> parallel_tool_calls;
  Sampling sampling;
  ResponseFormat response_format;
  std::string_view grammar;           // GBNF, for the whole answer; among unknown_members too
  std::string_view reasoning_effort;  // none, minimal, low, medium, high, xhigh, max
  Thinking thinking = Thinking::kUnset;
  std::optional<std::int64_t> thinking_budget;  // in tokens
  // The only message is text that the model gets as it is, without a template.
  bool raw_prompt = false;
  std::string_view user;
  bool stream = false;
  bool include_usage = false;                     // the client itself asked for a usage chunk
  std::vector<std::string_view> unknown_members;  // top-level names with no field here
  std::string_view extras;

  std::string_view original;  // the body as received
  OriginalSpans spans;
  std::shared_ptr<const void> backing;  // keeps every view above alive

  ChatRequest() = default;
  ChatRequest(ChatRequest&&) = default;
  ChatRequest& operator=(ChatRequest&&) = default;
  ChatRequest(const ChatRequest&) = delete;
  ChatRequest& operator=(const ChatRequest&) = delete;
};

// Bytes of text in all messages; images and files do not count. O(parts).
std::size_t text_bytes(const ChatRequest& request);

}  // namespace weir
