// Finds and replaces the few members that forwarding may change.
#include <algorithm>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "cloud_adapters/wire/json_writer.h"
#include "cloud_adapters/wire/openai_chat.h"
#include "cloud_adapters/wire/openai_parts.h"

namespace weir {
namespace openai {

OriginalSpans find_spans(simdjson::dom::object object, std::string_view body) {
  const auto span_of = [body](std::string_view part) {
    const auto begin = static_cast<std::size_t>(part.data() - body.data());
    return ByteSpan{begin, begin + part.size()};
  };
  OriginalSpans spans;
  spans.first_member = body.find('{') + 1;
  for (MemberWalk walk(object, body); walk.next();) {
    if (walk.key() == "model") spans.model = span_of(walk.raw());
    const bool older = walk.key() == kOlderLimit && !spans.max_completion_tokens.found();
    if (older || walk.key() == kNewerLimit) spans.max_completion_tokens = span_of(walk.raw());
    if (walk.key() != "stream_options") continue;
    spans.stream_options = span_of(walk.raw());
    simdjson::dom::object options;
    if (walk.value().get_object().get(options) != simdjson::SUCCESS) continue;
    for (MemberWalk inner(options, walk.raw()); inner.next();) {
      if (inner.key() == "include_usage") spans.include_usage = span_of(inner.raw());
    }
  }
  return spans;
}

std::string apply_edits(std::string_view body, std::vector<Edit> edits) {
  // What is put in goes before what is replaced at the same place.
  std::sort(edits.begin(), edits.end(), [](const Edit& a, const Edit& b) {
    return std::tie(a.span.begin, a.span.end) < std::tie(b.span.begin, b.span.end);
  });
  std::size_t length = body.size();
  for (const Edit& edit : edits) length += edit.text.size();
  std::string out;
  out.reserve(length);
  std::size_t at = 0;
  for (const Edit& edit : edits) {
    out.append(body.substr(at, edit.span.begin - at)).append(edit.text);
    at = edit.span.end;
  }
  out.append(body.substr(at));
  return out;
}

}  // namespace openai

namespace {

using openai::Edit;

// What makes the body ask for usage.
Edit usage_edit(std::string_view body, const OriginalSpans& spans) {
  constexpr std::string_view kMember = R"("include_usage":true)";
  if (spans.include_usage.found()) return {spans.include_usage, "true"};
  if (!spans.stream_options.found()) {
    return {{spans.first_member, spans.first_member},
            R"("stream_options":{)" + std::string(kMember) + "},"};
  }
  const ByteSpan options = spans.stream_options;
  const std::string_view text = body.substr(options.begin, options.end - options.begin);
  if (!text.starts_with('{')) return {options, "{" + std::string(kMember) + "}"};
  const bool empty = text.find('"') == std::string_view::npos;
  return {{options.begin + 1, options.begin + 1}, std::string(kMember) + (empty ? "" : ",")};
}

// A request that names no model gets the member; others follow it, since there are messages.
Edit model_edit(const OriginalSpans& spans, std::string_view model) {
  Edit edit{spans.model, {}};
  if (!spans.model.found()) {
    edit.span = {spans.first_member, spans.first_member};
    edit.text = "\"model\":";
  }
  append_json_string(&edit.text, model);
  if (!spans.model.found()) edit.text += ',';
  return edit;
}

// The client's own is null, if it is there.
Edit limit_edit(const OriginalSpans& spans, const OpenAiChanges& changes) {
  std::string tokens = std::to_string(changes.answer_tokens);
  if (spans.max_completion_tokens.found()) return {spans.max_completion_tokens, std::move(tokens)};
  const std::string_view name = changes.newer_limit ? openai::kNewerLimit : openai::kOlderLimit;
  std::string member(1, '"');
  member.append(name).append("\":").append(tokens).push_back(',');
  return {{spans.first_member, spans.first_member}, std::move(member)};
}

}  // namespace

OriginalSpans find_openai_spans(std::string_view body) {
  const Result<std::shared_ptr<const JsonDocument>> document = JsonDocument::parse(body);
  simdjson::dom::object object;
  if (!document || (*document)->root().get_object().get(object) != simdjson::SUCCESS) return {};
  return openai::find_spans(object, body);
}

std::string rewrite_openai_body(std::string_view body, const OriginalSpans& spans,
                                const OpenAiChanges& changes) {
  std::vector<Edit> edits;
  edits.reserve(3);
  edits.push_back(model_edit(spans, changes.model));
  if (changes.include_usage) edits.push_back(usage_edit(body, spans));
  if (changes.answer_tokens > 0) edits.push_back(limit_edit(spans, changes));
  return openai::apply_edits(body, std::move(edits));
}

}  // namespace weir
