#include "cloud_adapters/wire/gemini.h"

#include <utility>

#include "cloud_adapters/wire/gemini_parts.h"

namespace weir {
namespace {

// What may stand in a segment of a path as it is (RFC 3986).
bool is_plain(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
         c == '.' || c == '_' || c == '~' || c == '@';
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_plain(c)) {
      out += c;
    } else {
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  return out;
}

class GeminiCodec final : public Codec {
 public:
  Dialect dialect() const override { return Dialect::kGemini; }

  std::string path(std::string_view model, bool stream) const override {
    return "/models/" + percent_encoded(model) +
           (stream ? ":streamGenerateContent?alt=sse" : ":generateContent");
  }
  Result<ChatRequest> parse_request(std::string body, const RequestPath& path) const override {
    return gemini::parse_request(std::move(body), path);
  }
  Result<WrittenRequest> write_request(const ChatRequest& request,
                                       const RequestOptions& options) const override {
    return gemini::write_request(request, options);
  }
  // The path names the model.
  Result<std::string> rewrite_request(const ChatRequest& /*request*/, std::string_view body,
                                      const RequestOptions& options) const override {
    return gemini::rewrite_request(body, options.answer_tokens);
  }
  Result<ParsedResponse> parse_response(std::string_view body) const override {
    return gemini::parse_response(body);
  }
  std::unique_ptr<StreamParser> stream_parser(StreamDepth depth) const override {
    return gemini::make_stream_parser(depth);
  }
  Error parse_error(UpstreamRefusal refusal) const override {
    return gemini::parse_error(std::move(refusal));
  }
  std::unique_ptr<AnswerWriter> stream_writer(const AnswerOptions& options) const override {
    return gemini::make_stream_writer(options);
  }
  std::unique_ptr<AnswerWriter> body_writer(const AnswerOptions& options) const override {
    return gemini::make_body_writer(options);
  }
  std::string write_error(const Error& error, std::string_view /*request_id*/) const override {
    return gemini::write_error(error);
  }
  std::string write_token_count(std::int64_t tokens) const override {
    return gemini::write_token_count(tokens);
  }
  std::string write_model_list(const std::vector<ModelEntry>& models) const override {
    return gemini::write_model_list(models);
  }
  std::string write_model(const ModelEntry& model) const override {
    return gemini::write_model(model);
  }
  std::string_view stream_content_type() const override { return "text/event-stream"; }
};

}  // namespace

const Codec& gemini_codec() {
  static const GeminiCodec codec;
  return codec;
}

}  // namespace weir
