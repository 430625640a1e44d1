#include "cloud_adapters/wire/openai_responses.h"

#include <utility>

#include "cloud_adapters/wire/json_writer.h"
#include "cloud_adapters/wire/openai_parts.h"
#include "cloud_adapters/wire/responses_items.h"
#include "cloud_adapters/wire/responses_parts.h"

namespace weir {
namespace {

OriginalSpans spans_of(std::string_view body) {
  const auto document = JsonDocument::parse(body);
  simdjson::dom::object object;
  if (!document || (*document)->root().get_object().get(object) != simdjson::SUCCESS) return {};
  return responses::find_spans(object, body);
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
    openai::Edit model{spans.model, {}};
    append_json_string(&model.text, options.model);
    const ByteSpan front{spans.first_member, spans.first_member};
    openai::Edit limit{front, {}};
    if (options.answer_tokens > 0 && !request.sampling.max_tokens) {
      limit.text = std::to_string(options.answer_tokens);
      // The client's own is null, if it is there.
      if (spans.max_completion_tokens.found()) {
        limit.span = spans.max_completion_tokens;
      } else {
        limit.text = "\"max_output_tokens\":" + limit.text + ",";
      }
    }
    return openai::apply_edits(body, {std::move(model), std::move(limit)});
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
