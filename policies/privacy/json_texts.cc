#include "policies/privacy/json_texts.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>

#include "core/json_escape.h"
#include "core/utf8.h"

namespace weir::privacy {
namespace {

constexpr std::size_t kHexDigits = 4;

std::optional<std::uint32_t> hex_at(std::string_view text, std::size_t at) {
  if (at + kHexDigits > text.size()) return std::nullopt;
  std::uint32_t value = 0;
  for (const char c : text.substr(at, kHexDigits)) {
    std::uint32_t digit = 0;
    if (c >= '0' && c <= '9') {
      digit = static_cast<std::uint32_t>(c - '0');
    } else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
      digit = static_cast<std::uint32_t>((c | 0x20) - 'a') + 10;
    } else {
      return std::nullopt;
    }
    value = value << 4 | digit;
  }
  return value;
}

char simple_escape(char c) {
  switch (c) {
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case '"':
    case '\\':
    case '/': return c;
    default: return 0;
  }
}

bool is_high(std::uint32_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool is_low(std::uint32_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

// Reads the escape of a character at its backslash; how long it is, or 0 if it is none.
std::size_t read_unicode(std::string_view text, std::size_t at, std::string* out) {
  if (at + 1 >= text.size() || text[at + 1] != 'u') return 0;
  const std::optional<std::uint32_t> first = hex_at(text, at + 2);
  if (!first || is_low(*first)) return 0;
  constexpr std::size_t kEscape = 2 + kHexDigits;
  if (!is_high(*first)) {
    append_utf8(out, static_cast<char32_t>(*first));
    return kEscape;
  }
  const std::size_t next = at + kEscape;
  if (text.substr(next, 2) != "\\u") return 0;
  const std::optional<std::uint32_t> second = hex_at(text, next + 2);
  if (!second || !is_low(*second)) return 0;
  append_utf8(out, static_cast<char32_t>(0x10000 + ((*first - 0xD800) << 10) + (*second - 0xDC00)));
  return 2 * kEscape;
}

struct Members {
  RequestPlace in;
  std::string_view names;  // blanks between
};

struct Inner {
  RequestPlace in;
  RequestPlace to;
  std::string_view names;
};

}  // namespace

// Requests of all dialects in one: where they share a name, it means the same or nothing.
enum class RequestPlace : std::uint8_t {
  kOther,      // nobody knows: no name says anything
  kOwn,        // a client's data: its names, too
  kNames,      // names of a client's own, each of a schema
  kSchema,     // JSON Schema, OpenAPI
  kRequest,    // the whole
  kMessage,    // of OpenAI, Anthropic, Ollama
  kPart,       // of a message's content
  kDetail,     // of reasoning_details
  kSource,     // of Anthropic's pictures and documents
  kMedia,      // a picture, a sound, a file
  kItem,       // of the input of Responses
  kTurn,       // of Gemini's contents
  kTurnPart,   // of a turn
  kCall,       // of a tool
  kFunction,   // its name and arguments, or its definition
  kTool,       // its definition
  kFormat,     // of the answer
  kTyped,      // has a type
  kReference,  // has an id
  kSigned,     // has a signature of Gemini's
};

namespace {

// From an object to those of its members that are known.
constexpr Inner kInner[] = {
    {RequestPlace::kRequest, RequestPlace::kMessage, "messages"},
    {RequestPlace::kRequest, RequestPlace::kItem, "input"},
    {RequestPlace::kRequest, RequestPlace::kTurn,
     "contents content systemInstruction system_instruction"},
    {RequestPlace::kRequest, RequestPlace::kPart, "system prediction images"},
    {RequestPlace::kRequest, RequestPlace::kTool, "tools functions"},
    {RequestPlace::kRequest, RequestPlace::kTyped,
     "cache_control context_management mcp_servers thinking tool_choice web_search_options"},
    {RequestPlace::kRequest, RequestPlace::kFormat,
     "response_format output_format output_config text"},
    {RequestPlace::kRequest, RequestPlace::kReference, "prompt conversation container plugins"},
    {RequestPlace::kRequest, RequestPlace::kMedia, "audio"},
    {RequestPlace::kRequest, RequestPlace::kSchema, "format"},
    {RequestPlace::kRequest, RequestPlace::kRequest, "requests"},
    {RequestPlace::kMessage, RequestPlace::kPart, "content images"},
    {RequestPlace::kMessage, RequestPlace::kDetail, "reasoning_details"},
    {RequestPlace::kMessage, RequestPlace::kCall, "tool_calls"},
    {RequestPlace::kMessage, RequestPlace::kFunction, "function_call"},
    {RequestPlace::kMessage, RequestPlace::kReference, "audio"},
    {RequestPlace::kMessage, RequestPlace::kTyped, "annotations cache_control"},
    {RequestPlace::kMessage, RequestPlace::kSigned, "extra_content"},
    {RequestPlace::kPart, RequestPlace::kPart, "content"},
    {RequestPlace::kPart, RequestPlace::kMedia, "image_url input_audio file video_url"},
    {RequestPlace::kPart, RequestPlace::kSource, "source"},
    {RequestPlace::kPart, RequestPlace::kTyped, "annotations cache_control caller citations"},
    {RequestPlace::kSource, RequestPlace::kPart, "content"},
    {RequestPlace::kItem, RequestPlace::kPart, "content output"},
    {RequestPlace::kItem, RequestPlace::kTyped, "action outputs summary"},
    {RequestPlace::kItem, RequestPlace::kReference,
     "acknowledged_safety_checks pending_safety_checks"},
    {RequestPlace::kItem, RequestPlace::kTool, "tools"},
    {RequestPlace::kTurn, RequestPlace::kTurnPart, "parts"},
    {RequestPlace::kTurnPart, RequestPlace::kMedia, "inlineData inline_data fileData file_data"},
    {RequestPlace::kTurnPart, RequestPlace::kReference,
     "functionCall function_call functionResponse function_response"},
    {RequestPlace::kReference, RequestPlace::kTurnPart, "parts"},
    {RequestPlace::kReference, RequestPlace::kTyped, "skills"},
    {RequestPlace::kCall, RequestPlace::kFunction, "function custom"},
    {RequestPlace::kCall, RequestPlace::kSigned, "extra_content"},
    {RequestPlace::kSigned, RequestPlace::kSigned, "google"},
    {RequestPlace::kTool, RequestPlace::kFunction,
     "function custom functionDeclarations function_declarations"},
    {RequestPlace::kTool, RequestPlace::kTyped,
     "cache_control container filters format user_location"},
    {RequestPlace::kFunction, RequestPlace::kTyped, "format"},
    {RequestPlace::kFormat, RequestPlace::kFormat, "format json_schema"},
    {RequestPlace::kTyped, RequestPlace::kTyped,
     "allowed_tools clear_at_least edits filters format grammar keep tools trigger user_location"},
    {RequestPlace::kSchema, RequestPlace::kNames,
     "properties patternProperties dependentSchemas definitions $defs"},
    {RequestPlace::kSchema, RequestPlace::kOwn, "default examples example enum const"}};

// Members whose texts are words of the dialect, ids or signatures.
constexpr Members kCodes[] = {
    {RequestPlace::kRequest, "model service_tier previous_response_id reasoning_effort format"},
    {RequestPlace::kMessage, "role tool_call_id"},
    {RequestPlace::kPart, "type id tool_use_id signature encrypted_content detail"},
    {RequestPlace::kDetail, "type id signature format"},
    {RequestPlace::kSource, "type media_type"},
    {RequestPlace::kMedia, "detail format mimeType mime_type media_type"},
    {RequestPlace::kItem, "type id role status call_id encrypted_content"},
    {RequestPlace::kTurn, "role"},
    {RequestPlace::kTurnPart, "thoughtSignature thought_signature"},
    {RequestPlace::kCall, "id type"},
    {RequestPlace::kTool, "type model"},
    {RequestPlace::kFormat, "type"},
    {RequestPlace::kTyped, "type"},
    {RequestPlace::kReference, "id"},
    {RequestPlace::kSigned, "thought_signature"},
    {RequestPlace::kSchema, "type format"}};

constexpr Members kFiles[] = {{RequestPlace::kRequest, "images"},
                              {RequestPlace::kMessage, "images"},
                              {RequestPlace::kPart, "data file_data b64_json"},
                              {RequestPlace::kDetail, "data"},
                              {RequestPlace::kSource, "data"},
                              {RequestPlace::kMedia, "data file_data"},
                              {RequestPlace::kItem, "result"}};

// Members of any object: arguments and results of calls and notes of clients, and schemas.
constexpr std::string_view kOwnData =
    "input args arguments response metadata input_examples examples chat_template_kwargs";
constexpr std::string_view kSchemas =
    "parameters schema input_schema parametersJsonSchema parameters_json_schema responseSchema "
    "response_schema responseJsonSchema response_json_schema";

bool is_among(std::string_view names, std::string_view name) {
  while (!names.empty()) {
    const std::size_t blank = std::min(names.find(' '), names.size());
    if (names.substr(0, blank) == name) return true;
    names.remove_prefix(std::min(blank + 1, names.size()));
  }
  return false;
}

bool has_member(std::span<const Members> table, RequestPlace place, std::string_view name) {
  return std::any_of(table.begin(), table.end(), [&](const Members& each) {
    return each.in == place && is_among(each.names, name);
  });
}

// Of what stands under this name.
RequestPlace place_within(RequestPlace place, std::string_view name, bool object) {
  if (place == RequestPlace::kOwn) return place;
  if (place == RequestPlace::kNames) return RequestPlace::kSchema;
  const bool items = place == RequestPlace::kRequest && name == "input" && !object;
  for (const Inner& each : kInner) {
    if (each.in == place && is_among(each.names, name) && (items || name != "input")) {
      return each.to;
    }
  }
  if (place == RequestPlace::kSchema || is_among(kSchemas, name)) return RequestPlace::kSchema;
  return is_among(kOwnData, name) ? RequestPlace::kOwn : RequestPlace::kOther;
}

}  // namespace

bool JsonTexts::next() {
  while (at_ < document_.size()) {
    const char c = document_[at_++];
    switch (c) {
      case '{':
      case '[': open(c); break;
      case '}':
      case ']': close(); break;
      case ',':
        if (!levels_.empty()) levels_.back().wants_key = levels_.back().object;
        break;
      case '"': read_text(at_); return true;
      default:
        if (c < '0' || c > '9') break;
        read_number();
        return true;
    }
  }
  return false;
}

void JsonTexts::open(char bracket) {
  const bool object = bracket == '{';
  Level level{object, object, object ? RequestPlace::kRequest : RequestPlace::kOther, {}, {}};
  if (!levels_.empty()) {
    const Level& around = levels_.back();
    level.place = around.object ? place_within(around.place, around.key, object) : around.place;
    level.holder = around.holder;
    level.key = around.key;
  }
  if (object) level.holder = level.place;
  levels_.push_back(level);
}

void JsonTexts::close() {
  if (!levels_.empty()) levels_.pop_back();
}

void JsonTexts::read_text(std::size_t begin) {
  std::size_t end = begin;
  while (end < document_.size() && document_[end] != '"') end += document_[end] == '\\' ? 2 : 1;
  if (end > document_.size()) end = document_.size();
  at_ = end < document_.size() ? end + 1 : end;
  text_ = {};
  text_.begin = begin;
  text_.end = end;
  if (levels_.empty()) return;
  Level& level = levels_.back();
  text_.is_key = level.wants_key;
  if (level.wants_key) {
    level.key = document_.substr(begin, end - begin);
    if (level.key.find('\\') != std::string_view::npos) {
      level.key = unescaped_.emplace_back(unescape_json(level.key));
    }
    level.wants_key = false;
  }
  tell_place();
}

// A sign stays outside.
void JsonTexts::read_number() {
  const std::size_t begin = at_ - 1;
  const std::size_t end = document_.find_first_not_of("0123456789.eE+-", begin);
  at_ = std::min(end, document_.size());
  text_ = {};
  text_.begin = begin;
  text_.end = at_;
  text_.bare = true;
  if (!levels_.empty()) tell_place();
}

void JsonTexts::tell_place() {
  const Level& level = levels_.back();
  text_.key = level.key;
  if (text_.is_key) {
    text_.data = level.place == RequestPlace::kOwn || level.place == RequestPlace::kNames;
    return;
  }
  text_.code = has_member(kCodes, level.holder, level.key);
  text_.file = has_member(kFiles, level.holder, level.key);
}

std::string unescape_json(std::string_view escaped) {
  std::string text;
  text.reserve(escaped.size());
  std::size_t at = 0;
  while (at < escaped.size()) {
    const std::size_t slash = escaped.find('\\', at);
    text.append(escaped.substr(at, slash - at));
    if (slash == std::string_view::npos) break;
    at = slash;
    if (const std::size_t length = read_unicode(escaped, at, &text); length > 0) {
      at += length;
      continue;
    }
    const char plain = at + 1 < escaped.size() ? simple_escape(escaped[at + 1]) : char{0};
    text.push_back(plain != 0 ? plain : '\\');
    at += plain != 0 ? 2 : 1;
  }
  return text;
}

bool looks_like_json(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return false;
  const char end = text[text.find_last_not_of(kBlanks)];
  if (text[first] == '{') return end == '}';
  const std::size_t second = text.find_first_not_of(kBlanks, first + 1);
  return text[first] == '[' && end == ']' && second != std::string_view::npos &&
         (text[second] == '{' || text[second] == '"');
}

std::string edit_texts(std::string_view document,
                       const std::function<bool(const JsonText& where, std::string* text)>& edit) {
  std::string out;
  out.reserve(document.size());
  std::size_t done = 0;
  for (JsonTexts texts(document); texts.next();) {
    const JsonText& where = texts.text();
    std::string text = unescape_json(document.substr(where.begin, where.end - where.begin));
    if (!edit(where, &text)) continue;
    const bool negative = where.bare && where.begin > 0 && document[where.begin - 1] == '-';
    out.append(document.substr(done, where.begin - (negative ? 1 : 0) - done));
    if (where.bare) out.append(negative ? "\"-" : "\"");
    append_json_escaped(&out, text);
    if (where.bare) out.push_back('"');
    done = where.end;
  }
  return out.append(document.substr(done));
}

}  // namespace weir::privacy
