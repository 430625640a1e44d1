#include "cloud_adapters/wire/openai_completions.h"

#include <utility>

#include "cloud_adapters/wire/json_writer.h"
#include "cloud_adapters/wire/openai_chat.h"
#include "cloud_adapters/wire/openai_parts.h"

namespace weir {
namespace openai {
namespace {

// Chat's reader knows the text of completions, too; the bytes are of this dialect.
void mark(std::vector<StreamEvent>* events, std::size_t first) {
  for (std::size_t i = first; i < events->size(); ++i) {
    (*events)[i].raw_dialect = Dialect::kOpenAiCompletions;
  }
}

Error marked(Error error) {
  if (!error.upstream) return error;
  UpstreamRefusal refusal = *error.upstream;
  refusal.dialect = Dialect::kOpenAiCompletions;
  error.upstream = std::make_shared<const UpstreamRefusal>(std::move(refusal));
  return error;
}

class CompletionParser final : public StreamParser {
 public:
  explicit CompletionParser(StreamDepth depth) : chat_(make_stream_parser(depth)) {}

  Result<void> parse_event(std::string_view event_name, std::string_view data, std::string_view raw,
                           std::vector<StreamEvent>* events) override {
    const std::size_t first = events->size();
    Result<void> result = chat_->parse_event(event_name, data, raw, events);
    mark(events, first);
    if (!result) return marked(result.error());
    return result;
  }

  Result<void> finish(std::vector<StreamEvent>* events) override { return chat_->finish(events); }

 private:
  std::unique_ptr<StreamParser> chat_;
};

const TextPart* prompt_of(const ChatRequest& request) {
  if (!request.raw_prompt || request.messages.size() != 1) return nullptr;
  const std::vector<Part>& parts = request.messages.front().parts;
  return parts.size() == 1 ? std::get_if<TextPart>(&parts.front().value) : nullptr;
}

void write_members(const ChatRequest& request, const RequestOptions& options, JsonObject* body) {
  const Sampling& sampling = request.sampling;
  const bool same_dialect = request.dialect == Dialect::kOpenAiCompletions;
  write_choosing(sampling, body);
  if (!same_dialect) write_biases(sampling, body);
  const std::int64_t tokens = sampling.max_tokens.value_or(
      options.answer_tokens > 0 ? options.answer_tokens : options.max_tokens);
  if (tokens > 0) body->number("max_tokens", tokens);
  if (sampling.logprobs) body->number("logprobs", sampling.top_logprobs);
  if (!same_dialect && !request.user.empty()) body->string("user", request.user);
  if (request.stream) {
    body->boolean("stream", true);
    if (options.include_usage || request.include_usage) {
      body->raw("stream_options", R"({"include_usage":true})");
    }
  }
  if (same_dialect) body->members(request.extras);
}

// What a raw prompt of another dialect may ask for and this one cannot say.
Losses losses_of(const ChatRequest& request) {
  Losses lost;
  if (request.dialect == Dialect::kOpenAiCompletions) return lost;
  for (const std::string_view name : request.unknown_members) lost.add(std::string(name));
  if (!request.reasoning_effort.empty()) lost.add("reasoning_effort");
  if (request.thinking != Thinking::kUnset) lost.add("think");
  for (std::size_t i = 0; i < request.tools.size(); ++i) {
    lost.add("tools[" + std::to_string(i) + "]");
  }
  return lost;
}

Result<WrittenRequest> write_completion_request(const ChatRequest& request,
                                                const RequestOptions& options) {
  const TextPart* prompt = prompt_of(request);
  if (prompt == nullptr) return unsupported_field("messages");
  if (request.response_format.kind != ResponseFormatKind::kText) {
    return unsupported_field("response_format");
  }
  WrittenRequest written{{}, losses_of(request)};
  JsonObject body(&written.body);
  body.string("model", options.model);
  body.string("prompt", prompt->text);
  write_members(request, options, &body);
  body.close();
  return written;
}

class OpenAiCompletionsCodec final : public Codec {
 public:
  Dialect dialect() const override { return Dialect::kOpenAiCompletions; }

  std::string path(std::string_view /*model*/, bool /*stream*/) const override {
    return "/completions";
  }

  Result<ChatRequest> parse_request(std::string body, const RequestPath& /*path*/) const override {
    return parse_completion_request(std::move(body));
  }

  Result<WrittenRequest> write_request(const ChatRequest& request,
                                       const RequestOptions& options) const override {
    return write_completion_request(request, options);
  }

  // A limit is never put in: without one a completion has 16 tokens.
  Result<std::string> rewrite_request(const ChatRequest& request, std::string_view body,
                                      const RequestOptions& options) const override {
    const bool same = body.data() == request.original.data();
    const OriginalSpans spans = same ? request.spans : find_openai_spans(body);
    if (spans.first_member == 0) {
      return Error{ErrorCode::kInternal, "The body to forward is no JSON object."};
    }
    return rewrite_openai_body(body, spans,
                               {options.model, request.stream && options.include_usage});
  }

  Result<ParsedResponse> parse_response(std::string_view body) const override {
    Result<ParsedResponse> response = openai::parse_response(body);
    if (!response) return marked(response.error());
    mark(&response->events, 0);
    response->whole.raw_dialect = Dialect::kOpenAiCompletions;
    return response;
  }
  std::unique_ptr<StreamParser> stream_parser(StreamDepth depth) const override {
    return std::make_unique<CompletionParser>(depth);
  }
  Error parse_error(UpstreamRefusal refusal) const override {
    return marked(openai::parse_error(std::move(refusal)));
  }

  std::unique_ptr<AnswerWriter> stream_writer(const AnswerOptions& options) const override {
    return make_completion_writer(options, /*stream=*/true);
  }
  std::unique_ptr<AnswerWriter> body_writer(const AnswerOptions& options) const override {
    return make_completion_writer(options, /*stream=*/false);
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
}  // namespace openai

const Codec& openai_completions_codec() {
  static const openai::OpenAiCompletionsCodec codec;
  return codec;
}

}  // namespace weir
