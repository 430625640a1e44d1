#include "cloud_adapters/wire/answer_parts.h"

#include "cloud_adapters/wire/json_fields.h"
#include "cloud_adapters/wire/json_writer.h"

namespace weir {

void AnswerState::annotate(const WeirNote& note) {
  note_ = ",\"weir\":";
  JsonObject object(&note_);
  if (!note.route.empty()) object.string("route", note.route);
  if (!note.reason.empty()) object.string("reason", note.reason);
  if (!note.model.empty()) object.string("model", note.model);
  if (note.cost) object.raw("cost_usd", to_usd_string(*note.cost));
  if (note.saved) object.raw("saved_usd", to_usd_string(*note.saved));
  object.close();
}

Error unsupported_event() {
  return {ErrorCode::kInternal, "A whole answer has no form in this dialect's stream."};
}

// OpenAI, Anthropic and Gemini agree on error.message; with Ollama `error` is the text.
std::string message_for_client(const Error& error) {
  if (!error.upstream) return error.message;
  const auto document = JsonDocument::parse(error.upstream->body);
  simdjson::dom::object root;
  simdjson::dom::object node;
  if (!document || (*document)->root().get_object().get(root) != simdjson::SUCCESS) {
    return error.message;
  }
  const std::optional<JsonValue> value = find_member(root, "error");
  if (!value) return error.message;
  std::string_view text;
  if (value->get_object().get(node) == simdjson::SUCCESS) {
    text = string_member(node, "message");
  } else if (value->is_string()) {
    text = value->get_string().value_unsafe();
  }
  return text.empty() ? error.message : std::string(text);
}

}  // namespace weir
