#include "cloud_adapters/wire/ollama.h"

#include <utility>

#include "cloud_adapters/wire/json_writer.h"
#include "cloud_adapters/wire/ollama_models.h"
#include "cloud_adapters/wire/ollama_parts.h"
#include "core/keep_alive.h"

namespace weir {
namespace {

using ollama::Form;

class OllamaCodec final : public Codec {
 public:
  explicit OllamaCodec(Form form) : form_(form) {}

  Dialect dialect() const override { return ollama::dialect_of(form_); }

  std::string path(std::string_view /*model*/, bool /*stream*/) const override {
    return form_ == Form::kChat ? "/api/chat" : "/api/generate";
  }

  Result<ChatRequest> parse_request(std::string body, const RequestPath& /*path*/) const override {
    return ollama::parse_request(std::move(body), form_);
  }
  Result<WrittenRequest> write_request(const ChatRequest& request,
                                       const RequestOptions& options) const override {
    return ollama::write_request(request, options, form_);
  }
  Result<std::string> rewrite_request(const ChatRequest& request, std::string_view body,
                                      const RequestOptions& options) const override {
    return ollama::rewrite_request(request, body, options);
  }

  Result<ParsedResponse> parse_response(std::string_view body) const override {
    return ollama::parse_response(body, form_);
  }
  std::unique_ptr<StreamParser> stream_parser(StreamDepth depth) const override {
    return ollama::make_stream_parser(depth, form_);
  }
  Error parse_error(UpstreamRefusal refusal) const override {
    return ollama::parse_error(std::move(refusal), form_);
  }

  std::unique_ptr<AnswerWriter> stream_writer(const AnswerOptions& options) const override {
    return ollama::make_stream_writer(options, form_);
  }
  std::unique_ptr<AnswerWriter> body_writer(const AnswerOptions& options) const override {
    return ollama::make_body_writer(options, form_);
  }
  std::string write_error(const Error& error, std::string_view /*request_id*/) const override {
    return ollama::write_error(error);
  }

  // Ollama has no such question; the member is its own name for the number.
  std::string write_token_count(std::int64_t tokens) const override {
    std::string out;
    JsonObject object(&out);
    object.number("prompt_eval_count", tokens);
    object.close();
    return out;
  }
  std::string write_model_list(const std::vector<ModelEntry>& models) const override {
    return write_ollama_tags(models);
  }
  std::string write_model(const ModelEntry& model) const override {
    return write_ollama_show(model);
  }
  std::string_view stream_content_type() const override { return "application/x-ndjson"; }
  StreamFraming stream_framing() const override { return StreamFraming::kJsonLines; }

 private:
  const Form form_;
};

}  // namespace

const Codec& ollama_chat_codec() {
  static const OllamaCodec codec(Form::kChat);
  return codec;
}

const Codec& ollama_generate_codec() {
  static const OllamaCodec codec(Form::kGenerate);
  return codec;
}

bool wants_unload(const ChatRequest& request) {
  const std::string extras = '{' + std::string(request.extras) + '}';
  for (JsonMembers members(extras); members.next();) {
    if (members.key() != "keep_alive") continue;
    const auto read = parse_keep_alive(members.value());
    return read && read->span == std::chrono::milliseconds(0);
  }
  return false;
}

std::string write_ollama_load_answer(const ChatRequest& request, std::string_view model,
                                     std::int64_t created_unix) {
  std::string out;
  JsonObject object(&out);
  object.string("model", model);
  append_ollama_time(object.key("created_at"), created_unix);
  if (request.dialect == Dialect::kOllamaGenerate) {
    object.string("response", "");
  } else {
    object.raw("message", R"({"role":"assistant","content":""})");
  }
  object.string("done_reason", wants_unload(request) ? "unload" : "load");
  object.boolean("done", true);
  object.close();
  return out;
}

}  // namespace weir
