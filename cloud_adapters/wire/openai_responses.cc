#include "cloud_adapters/wire/openai_responses.h"

#include <utility>

#include "cloud_adapters/wire/json_writer.h"
#include "cloud_adapters/wire/openai_parts.h"
#include "cloud_adapters/wire/responses_items.h"
#include "cloud_adapters/wire/responses_parts.h"

namespace weir {
namespace responses {

std::string wrap_custom_input(std::string_view input) {
  std::string out;
  JsonObject object(&out);
  object.string("input", input);
  object.close();
  return out;
}

std::string unwrap_custom_input(std::string_view arguments) {
  const auto document = JsonDocument::parse(arguments);
  simdjson::dom::object object;
  std::string_view text;
  if (!document || (*document)->root().get_object().get(object) != simdjson::SUCCESS) {
    return std::string(arguments);
  }
  const std::optional<JsonValue> input = find_member(object, "input");
  if (!input || input->get_string().get(text) != simdjson::SUCCESS) return std::string(arguments);
  return std::string(text);
}

}  // namespace responses

namespace {

OriginalSpans spans_of(std::string_view body) {
  const auto document = JsonDocument::parse(body);
  simdjson::dom::object object;
  if (!document || (*document)->root().get_object().get(object) != simdjson::SUCCESS) return {};
  return responses::find_spans(object, body);
}

struct Edit {
  ByteSpan span;  // empty = insert
  std::string text;
};

std::string apply(std::string_view body, Edit first, Edit second) {
  if (second.span.begin < first.span.begin ||
      (second.span.begin == first.span.begin && second.span.end < first.span.end)) {
    std::swap(first, second);
  }
  std::string out;
  out.reserve(body.size() + first.text.size() + second.text.size());
  out.append(body.substr(0, first.span.begin)).append(first.text);
  out.append(body.substr(first.span.end, second.span.begin - first.span.end)).append(second.text);
  return out.append(body.substr(second.span.end));
}

class OpenAiResponsesCodec final : public Codec {
 public:
  Dialect dialect() const override { return Dialect::kOpenAiResponses; }

  std::string path(std::string_view /*model*/, bool /*stream*/) const override {
    return "/responses";
  }

  Result<ChatRequest> parse_request(std::string body, const RequestPath& /*path*/) const override {
    return responses::parse_request(std::move(body));
  }
  Result<WrittenRequest> write_request(const ChatRequest& request,
                                       const RequestOptions& options) const override {
    return responses::write_request(request, options);
  }

  bool takes_back(const ReasoningPart& thought) const override {
    return !responses::is_own_item_id(thought.id);
  }
  Result<std::string> rewrite_request(const ChatRequest& request, std::string_view body,
                                      const RequestOptions& options) const override {
    const bool same = body.data() == request.original.data();
    const OriginalSpans spans = same ? request.spans : spans_of(body);
    if (!spans.model.found()) {
      return Error{ErrorCode::kInternal, "The body to forward has no model."};
    }
    Edit model{spans.model, {}};
    append_json_string(&model.text, options.model);
    const ByteSpan front{spans.first_member, spans.first_member};
    Edit limit{front, {}};
    if (options.answer_tokens > 0 && !request.sampling.max_tokens) {
      limit.text = std::to_string(options.answer_tokens);
      // The client's own is null, if it is there.
      if (spans.max_completion_tokens.found()) {
        limit.span = spans.max_completion_tokens;
      } else {
        limit.text = "\"max_output_tokens\":" + limit.text + ",";
      }
    }
    return apply(body, std::move(model), std::move(limit));
  }

  Result<ParsedResponse> parse_response(std::string_view body) const override {
    return responses::parse_response(body);
  }
  std::unique_ptr<StreamParser> stream_parser(StreamDepth depth) const override {
    return responses::make_stream_parser(depth);
  }
  Error parse_error(UpstreamRefusal refusal) const override {
    return responses::parse_error(std::move(refusal));
  }
  std::unique_ptr<AnswerWriter> stream_writer(const AnswerOptions& options) const override {
    return responses::make_stream_writer(options);
  }
  std::unique_ptr<AnswerWriter> body_writer(const AnswerOptions& options) const override {
    return responses::make_body_writer(options);
  }
  std::string write_error(const Error& error, std::string_view /*request_id*/) const override {
    return openai::write_error(error);
  }
  std::string write_token_count(std::int64_t tokens) const override {
    return openai::write_token_count(tokens);
  }
  std::string write_model_list(const std::vector<ModelEntry>& models) const override {
    return openai::write_model_list(models);
  }
  std::string write_model(const ModelEntry& model) const override {
    return openai::write_model(model);
  }
  std::string_view stream_content_type() const override { return "text/event-stream"; }
};

}  // namespace

const Codec& openai_responses_codec() {
  static const OpenAiResponsesCodec codec;
  return codec;
}

}  // namespace weir
