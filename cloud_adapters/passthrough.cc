#include "cloud_adapters/passthrough.h"

#include <algorithm>
#include <array>
#include <boost/asio/this_coro.hpp>
#include <memory>
#include <utility>

#include "cloud_adapters/answer_relay.h"
#include "cloud_adapters/remote_backend.h"
#include "core/cancel.h"

namespace weir {
namespace {

// What a client may know of an upstream's head beside its status and content type.
constexpr std::array<std::string_view, 8> kPassedFields = {
    "content-disposition", "content-range",  "retry-after",   "retry-after-ms",
    "x-should-retry",      "openai-version", "accept-ranges", "request-id"};

// An upstream's own name for the request, beside ours.
constexpr std::string_view kUpstreamRequestId = "x-upstream-request-id";

ForwardedHead passed_head(const ResponseHead& head) {
  ForwardedHead passed;
  passed.status = head.status;
  passed.content_type = head.fields.value("content-type");
  if (const auto length = head.fields.find("content-length")) {
    passed.length = http1::parse_length(*length);
  }
  for (const http1::Field& field : head.fields) {
    for (const std::string_view name : kPassedFields) {
      if (http1::equal_ignoring_case(field.name, name)) passed.fields.add({name, field.value});
    }
    if (http1::equal_ignoring_case(field.name, "x-request-id")) {
      passed.fields.add({kUpstreamRequestId, field.value});
    }
  }
  return passed;
}

// Why an answer is not handed on; nothing if it is.
std::optional<Error> unfit_answer(const ResponseHead& head, std::string_view upstream) {
  if (head.status == 401 || head.status == 403) return refused_key(upstream);
  if (head.status >= 300 && head.status < 400 && head.status != 304) {
    return upstream_protocol_error(upstream, "answered with a redirect, which is never followed",
                                   "upstream_redirect");
  }
  const std::string_view coding = head.fields.value("content-encoding");
  if (!coding.empty() && !http1::equal_ignoring_case(coding, "identity")) {
    return upstream_protocol_error(upstream, "sent an encoded body that nobody asked for",
                                   "upstream_content_encoding");
  }
  return std::nullopt;
}

Error too_large(std::string_view upstream) {
  return upstream_protocol_error(upstream, "sent an answer above the limit",
                                 "upstream_answer_too_large");
}

Async<Result<void>> hand_on(UpstreamCall& call, ForwardSink& sink, std::string_view upstream,
                            std::uint64_t most_bytes) {
  if (auto unfit = unfit_answer(call.head(), upstream)) co_return *std::move(unfit);
  const ForwardedHead head = passed_head(call.head());
  if (head.length.value_or(0) > most_bytes) co_return too_large(upstream);
  sink.begin(head);
  std::uint64_t passed = 0;
  for (;;) {
    const Result<std::string_view> bytes = co_await call.read_body();
    if (!bytes) co_return bytes.error();
    if (bytes->empty()) co_return Result<void>();
    passed += bytes->size();
    if (passed > most_bytes) co_return too_large(upstream);
    const WriteResult written = co_await sink.write(*bytes);
    if (written == WriteResult::kClientGone) co_return client_gone();
  }
}

}  // namespace

Async<Result<void>> RemoteBackend::forward(ForwardedRequest request, EgressPermit permit,
                                           ForwardSink& sink, Deadline deadline,
                                           std::uint64_t* egress_bytes) const {
  std::shared_ptr<Pool> pool = pools_.find(co_await net::this_coro::executor);
  if (pool == nullptr) co_return Error(ErrorCode::kInternal, "not on one of the I/O threads");
  std::string fields(request.fields);
  add_version(fields);
  UpstreamRequest outbound;
  outbound.path = request.path;
  outbound.accept = request.accept;
  outbound.body = request.body.bytes();
  outbound.id = request.id;
  outbound.streams = false;
  outbound.fields = fields;
  outbound.method = request.method;
  outbound.content_type = request.content_type;
  const auto call = std::make_unique<UpstreamCall>(std::move(pool));
  const CancelScope scope(sink.cancel(), [call = call.get()] { call->abort(); });
  const Result<void> sent = co_await call->send(std::move(permit), outbound, deadline);
  *egress_bytes += call->egress_bytes();
  if (!sent) co_return sent.error();
  co_return co_await hand_on(*call, sink, name(), max_response_bytes_);
}

}  // namespace weir
