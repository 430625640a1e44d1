// Writes the probabilities of tokens as OpenAI's API does.
#include "cloud_adapters/wire/json_writer.h"
#include "cloud_adapters/wire/openai_parts.h"

namespace weir::openai {
namespace {

// The text of half a character has a replacement character; the bytes are exact.
void write_token(const TokenProbability& token, JsonObject* object) {
  object->string("token", token.bytes);
  object->number("logprob", double{token.logprob});
  std::string* bytes = object->key("bytes");
  bytes->push_back('[');
  for (const char byte : token.bytes) {
    if (bytes->back() != '[') bytes->push_back(',');
    append_json_number(bytes, std::int64_t{static_cast<unsigned char>(byte)});
  }
  bytes->push_back(']');
}

}  // namespace

void append_logprobs(std::span<const TokenReport> reports, std::string* entries) {
  for (const TokenReport& report : reports) {
    if (!entries->empty()) entries->push_back(',');
    JsonObject entry(entries);
    write_token(report.token, &entry);
    entry.key("top_logprobs")->push_back('[');
    for (const TokenProbability& token : report.top) {
      if (entries->back() != '[') entries->push_back(',');
      JsonObject object(entries);
      write_token(token, &object);
      object.close();
    }
    entries->push_back(']');
    entry.close();
  }
}

void append_logprobs_value(std::string_view entries, std::string* out) {
  if (entries.empty()) {
    *out += "null";
    return;
  }
  *out += "{\"content\":[";
  *out += entries;
  *out += "],\"refusal\":null}";
}

}  // namespace weir::openai
