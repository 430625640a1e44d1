#include "cloud_adapters/wire/openai_chat.h"

#include <utility>

#include "cloud_adapters/wire/openai_parts.h"

namespace weir {
namespace {

class OpenAiChatCodec final : public Codec {
 public:
  Dialect dialect() const override { return Dialect::kOpenAiChat; }

  std::string path(std::string_view /*model*/, bool /*stream*/) const override {
    return "/chat/completions";
  }

  Result<ChatRequest> parse_request(std::string body, const RequestPath& /*path*/) const override {
    return openai::parse_request(std::move(body));
  }

  Result<WrittenRequest> write_request(const ChatRequest& request,
                                       const RequestOptions& options) const override {
    return openai::write_request(request, options);
  }

  Result<std::string> rewrite_request(const ChatRequest& request, std::string_view body,
                                      const RequestOptions& options) const override {
    const bool same = body.data() == request.original.data();
    const OriginalSpans spans = same ? request.spans : find_openai_spans(body);
    if (spans.first_member == 0) {
      return Error{ErrorCode::kInternal, "The body to forward is no JSON object."};
    }
    const bool want_usage = request.stream && options.include_usage;
    return rewrite_openai_body(
        body, spans, {options.model, want_usage, options.answer_tokens, options.openai_models});
  }

  Result<ParsedResponse> parse_response(std::string_view body) const override {
    return openai::parse_response(body);
  }
  std::unique_ptr<StreamParser> stream_parser(StreamDepth depth) const override {
    return openai::make_stream_parser(depth);
  }
  Error parse_error(UpstreamRefusal refusal) const override {
    return openai::parse_error(std::move(refusal));
  }

  std::unique_ptr<AnswerWriter> stream_writer(const AnswerOptions& options) const override {
    return openai::make_stream_writer(options);
  }
  std::unique_ptr<AnswerWriter> body_writer(const AnswerOptions& options) const override {
    return openai::make_body_writer(options);
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

const Codec& openai_chat_codec() {
  static const OpenAiChatCodec codec;
  return codec;
}

}  // namespace weir
