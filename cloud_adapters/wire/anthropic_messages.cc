#include "cloud_adapters/wire/anthropic_messages.h"

#include <utility>

#include "cloud_adapters/wire/anthropic_parts.h"

namespace weir {
namespace {

class AnthropicMessagesCodec final : public Codec {
 public:
  Dialect dialect() const override { return Dialect::kAnthropic; }

  std::string path(std::string_view /*model*/, bool /*stream*/) const override {
    return "/messages";
  }
  Result<ChatRequest> parse_request(std::string body, const RequestPath& path) const override {
    return anthropic::parse_request(std::move(body), path);
  }
  Result<WrittenRequest> write_request(const ChatRequest& request,
                                       const RequestOptions& options) const override {
    return anthropic::write_request(request, options);
  }
  Result<std::string> rewrite_request(const ChatRequest& request, std::string_view body,
                                      const RequestOptions& options) const override {
    return anthropic::rewrite_request(request, body, options);
  }
  bool takes_back(const ReasoningPart& thought) const override {
    return !thought.signature.empty();
  }
  Result<ParsedResponse> parse_response(std::string_view body) const override {
    return anthropic::parse_response(body);
  }
  std::unique_ptr<StreamParser> stream_parser(StreamDepth depth) const override {
    return anthropic::make_stream_parser(depth);
  }
  Error parse_error(UpstreamRefusal refusal) const override {
    return anthropic::parse_error(std::move(refusal));
  }
  std::unique_ptr<AnswerWriter> stream_writer(const AnswerOptions& options) const override {
    return anthropic::make_stream_writer(options);
  }
  std::unique_ptr<AnswerWriter> body_writer(const AnswerOptions& options) const override {
    return anthropic::make_body_writer(options);
  }
  std::string write_error(const Error& error, std::string_view request_id) const override {
    return anthropic::write_error(error, request_id);
  }
  std::string write_token_count(std::int64_t tokens) const override {
    return anthropic::write_token_count(tokens);
  }
  std::string write_model_list(const std::vector<ModelEntry>& models) const override {
    return anthropic::write_model_list(models);
  }
  std::string write_model(const ModelEntry& model) const override {
    return anthropic::write_model(model);
  }
  std::string_view stream_content_type() const override { return "text/event-stream"; }
};

}  // namespace

const Codec& anthropic_messages_codec() {
  static const AnthropicMessagesCodec codec;
  return codec;
}

}  // namespace weir
