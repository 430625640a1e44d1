#include "cloud_adapters/remote_backend.h"

#include <boost/asio/this_coro.hpp>
#include <utility>

#include "cloud_adapters/answer_relay.h"
#include "cloud_adapters/token_estimate.h"
#include "core/cancel.h"

namespace weir {
namespace {

// Whether nothing was computed, and so nothing is billed: the provider said no, or
// the connection was dead before it could work on the request.
bool is_refusal(const Error& error) {
  if (error.upstream != nullptr && error.upstream->status >= 400) return true;
  return error.detail == "upstream_stale" || error.detail == "upstream_auth" ||
         error.detail == "upstream_redirect";
}

// Whether an answer may have been computed, one in one piece to its end whoever still waits for it:
// it had begun to come, or it was us who ended the wait. Not by a provider that closed the
// connection instead: it failed.
bool may_be_computed(const Error& error, const UpstreamCall& call) {
  return call.answered() || error.code == ErrorCode::kCancelled ||
         error.code == ErrorCode::kDeadline;
}

}  // namespace

Result<std::unique_ptr<RemoteBackend>> RemoteBackend::create(
    RemoteBackendConfig config, std::shared_ptr<const TlsContext> tls,
    const std::vector<IoThread*>& threads) {
  if (config.provider == nullptr) config.provider = &compatible_provider(config.dialect);
  auto upstream =
      Upstream::create(std::move(config.target), config.api_key, std::move(tls), *config.provider);
  if (!upstream) return upstream.error();
  return std::unique_ptr<RemoteBackend>(
      new RemoteBackend(std::move(config), std::move(*upstream), threads));
}

RemoteBackend::RemoteBackend(RemoteBackendConfig config, std::shared_ptr<Upstream> upstream,
                             const std::vector<IoThread*>& threads)
    : backend_class_(config.backend_class),
      codec_(codec_of(config.dialect)),
      provider_(*config.provider),
      api_version_(std::move(config.api_version)),
      capabilities_(config.capabilities),
      ask_for_usage_(config.ask_for_usage),
      max_response_bytes_(config.max_response_bytes),
      usual_max_tokens_(std::move(config.usual_max_tokens)),
      upstream_(std::move(upstream)),
      pools_(threads, upstream_) {}

RemoteBackend::~RemoteBackend() = default;

Result<WrittenRequest> RemoteBackend::outbound(const Attempt& attempt) const {
  const ChatRequest& request = attempt.request;
  const OutboundBody& body = *attempt.body;
  RequestOptions options{attempt.model, ask_for_usage_ && request.stream};
  options.answer_tokens = attempt.answer_tokens;
  const auto usual = usual_max_tokens_.find(attempt.model);
  options.max_tokens = usual != usual_max_tokens_.end() ? usual->second : kUsualMaxTokens;
  options.all_members = provider_.all_members;
  const UpstreamTarget& target = upstream_->target();
  options.openai_models = has_openai_models(provider_, target.host, target.base_path);
  if (body.redacted()) return redacted(attempt, options);
  if (request.dialect == codec_.dialect() && codec_.goes_as_it_came(request)) {
    Result<std::string> rewritten = codec_.rewrite_request(request, body.bytes(), options);
    if (!rewritten) return rewritten.error();
    return WrittenRequest{std::move(*rewritten), {}};
  }
  return codec_.write_request(request, options);
}

// The parsed request holds what was redacted: what leaves is made of the body's own bytes alone,
// and looked through once more.
Result<WrittenRequest> RemoteBackend::redacted(const Attempt& attempt,
                                               const RequestOptions& options) const {
  const OutboundBody& body = *attempt.body;
  const RequestPath path{attempt.request.model, attempt.request.stream};
  const Result<ChatRequest> request =
      codec_of(attempt.request.dialect).parse_request(std::string(body.bytes()), path);
  if (!request) return request.error();
  Result<WrittenRequest> written = WrittenRequest();
  if (request->dialect == codec_.dialect() && codec_.goes_as_it_came(*request)) {
    Result<std::string> rewritten = codec_.rewrite_request(*request, body.bytes(), options);
    if (!rewritten) return rewritten.error();
    written->body = std::move(*rewritten);
  } else {
    written = codec_.write_request(*request, options);
    if (!written) return written;
  }
  if (!body.leaks_into(written->body)) return written;
  return Error{ErrorCode::kForbidden, "Something private was left in the request.",
               std::string(kRedactionFailed)};
}

std::string RemoteBackend::target_of(const Attempt& attempt) const {
  const std::string path = codec_.path(attempt.model, attempt.request.stream);
  std::string target = request_target(provider_, {path, attempt.model, api_version_});
  if (attempt.client_query.empty() || attempt.request.dialect != codec_.dialect()) return target;
  target += target.find('?') == std::string::npos ? '?' : '&';
  return target.append(attempt.client_query);
}

// The client's own version of the API goes before the usual one.
std::string RemoteBackend::fields_of(const Attempt& attempt) const {
  std::string fields;
  if (attempt.request.dialect == codec_.dialect()) fields = attempt.client_fields;
  add_version(fields);
  return fields;
}

void RemoteBackend::add_version(std::string& fields) const {
  if (provider_.version_field.empty()) return;
  const std::string name = std::string(provider_.version_field) + ": ";
  if (fields.find(name) == std::string::npos) {
    fields.append(name).append(provider_.version).append("\r\n");
  }
}

Async<Result<Usage>> RemoteBackend::run(Attempt attempt, EventSink& sink, Deadline deadline,
                                        Usage* partial) {
  if (!attempt.permit || !attempt.body) {
    co_return Error(ErrorCode::kInternal, "an attempt at a remote backend without a permit");
  }
  const Result<WrittenRequest> written = outbound(attempt);
  if (!written) co_return written.error();
  std::shared_ptr<Pool> pool = pools_.find(co_await net::this_coro::executor);
  if (pool == nullptr) co_return Error(ErrorCode::kInternal, "not on one of the I/O threads");

  const ChatRequest& request = attempt.request;
  const std::string target = target_of(attempt);
  const std::string fields = fields_of(attempt);
  const std::string lost = written->lost.text();
  TokenEstimate tokens(request, attempt.model);
  auto call = std::make_unique<UpstreamCall>(std::move(pool));
  UpstreamRequest outbound{target, codec_.stream_content_type(), written->body, attempt.id,
                           request.stream};
  if (!request.stream) outbound.accept = "application/json";
  outbound.fields = fields;
  Result<Usage> result = Usage();
  {
    const CancelScope scope(sink.cancel(), [call = call.get()] { call->abort(); });
    const auto sent = co_await call->send(std::move(*attempt.permit), outbound, deadline);
    if (attempt.egress_bytes != nullptr) *attempt.egress_bytes += call->egress_bytes();
    if (sent) {
      result = co_await relay_answer({*call, sink, request, codec_, tokens, name(), lost,
                                      ask_for_usage_ && !request.include_usage, max_response_bytes_,
                                      attempt.body->redacted()});
    } else {
      result = sent.error();
    }
  }
  if (result) {
    UpstreamCall::finish_later(std::move(call));
  } else if (call->sent() && !is_refusal(result.error())) {
    if (may_be_computed(result.error(), *call)) {
      request.stream ? tokens.note_cut_off() : tokens.note_unseen();
    }
    *partial = tokens.usage();
  }
  co_return result;
}

}  // namespace weir
