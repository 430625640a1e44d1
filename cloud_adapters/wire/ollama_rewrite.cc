// Replaces the few members that forwarding may change.
#include <optional>

#include "cloud_adapters/wire/json_writer.h"
#include "cloud_adapters/wire/ollama_parts.h"

namespace weir::ollama {
namespace {

namespace dom = simdjson::dom;

// Where a limit of the answer goes.
struct LimitPlace {
  ByteSpan num_predict;
  ByteSpan options;
  bool has_members = false;  // of the options
};

ByteSpan span_of(std::string_view part, std::string_view body) {
  const auto begin = static_cast<std::size_t>(part.data() - body.data());
  return {begin, begin + part.size()};
}

LimitPlace find_limit(dom::object object, std::string_view body) {
  LimitPlace place;
  for (MemberWalk walk(object, body); walk.next();) {
    if (walk.key() != "options") continue;
    place.options = span_of(walk.raw(), body);
    dom::object options;
    if (walk.value().get_object().get(options) != simdjson::SUCCESS) continue;
    for (MemberWalk inner(options, walk.raw()); inner.next();) {
      place.has_members = true;
      if (inner.key() == "num_predict") place.num_predict = span_of(inner.raw(), body);
    }
  }
  return place;
}

void replace(std::string* body, ByteSpan span, std::string_view text) {
  body->replace(span.begin, span.end - span.begin, text);
}

// Puts a member in front of those of the object that begins at `brace`.
void insert_member(std::string* body, std::size_t brace, std::string member, bool has_others) {
  if (has_others) member += ',';
  body->insert(brace + 1, member);
}

void set_limit(std::string* body, dom::object object, std::int64_t tokens) {
  const LimitPlace place = find_limit(object, *body);
  const std::string member = "\"num_predict\":" + std::to_string(tokens);
  if (place.num_predict.found()) {
    replace(body, place.num_predict, std::to_string(tokens));
  } else if (!place.options.found()) {
    insert_member(body, body->find('{'), "\"options\":{" + member + "}", object.size() > 0);
  } else if ((*body)[place.options.begin] != '{') {  // null
    replace(body, place.options, '{' + member + '}');
  } else {
    insert_member(body, place.options.begin, member, place.has_members);
  }
}

}  // namespace

ByteSpan find_model(dom::object object, std::string_view body) {
  for (MemberWalk walk(object, body); walk.next();) {
    if (walk.key() == "model") return span_of(walk.raw(), body);
  }
  return {};
}

Result<std::string> rewrite_request(const ChatRequest& request, std::string_view body,
                                    const RequestOptions& options) {
  const bool limit = options.answer_tokens > 0 && !request.sampling.max_tokens;
  const bool known = body.data() == request.original.data() && request.spans.model.found();
  std::string model;
  append_json_string(&model, options.model);
  std::string out(body);
  if (known && !limit) {
    replace(&out, request.spans.model, model);
    return out;
  }
  const auto document = JsonDocument::parse(body);
  dom::object object;
  if (!document || (*document)->root().get_object().get(object) != simdjson::SUCCESS) {
    return Error{ErrorCode::kInternal, "The body to forward is not a JSON object."};
  }
  const ByteSpan place = find_model(object, body);
  if (place.found()) {
    replace(&out, place, model);
  } else {
    insert_member(&out, out.find('{'), "\"model\":" + model, object.size() > 0);
  }
  if (!limit) return out;
  const auto changed = JsonDocument::parse(out);
  if (!changed || (*changed)->root().get_object().get(object) != simdjson::SUCCESS) {
    return Error{ErrorCode::kInternal, "The body to forward is not a JSON object."};
  }
  set_limit(&out, object, options.answer_tokens);
  return out;
}

}  // namespace weir::ollama
