// A server of models outside this process: a provider, or a vLLM, llama-server or Ollama
// of the organisation. It speaks one dialect; requests and answers of other dialects are
// translated, those of its own go through as they are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cloud_adapters/passthrough.h"
#include "cloud_adapters/providers/provider.h"
#include "cloud_adapters/upstream/io_thread.h"
#include "cloud_adapters/upstream/pool.h"
#include "cloud_adapters/upstream/target.h"
#include "cloud_adapters/upstream/tls.h"
#include "cloud_adapters/upstream/upstream.h"
#include "cloud_adapters/wire/codec.h"
#include "core/backend.h"
#include "core/secret.h"

namespace weir {

// Of an answer, where nobody knows more.
inline constexpr std::int64_t kUsualMaxTokens = 4096;

struct RemoteBackendConfig {
  BackendClass backend_class = BackendClass::kCloud;
  Dialect dialect = Dialect::kOpenAiChat;
  const Provider* provider = nullptr;  // a constant; null = compatible_provider(dialect)
  std::string api_version;             // where the provider's target has one
  UpstreamTarget target;
  Secret api_key;  // may be empty: then none is sent
  Capabilities capabilities;
  bool ask_for_usage = true;  // false: usage = "estimate", stream_options stay as they are
  std::size_t max_response_bytes = std::size_t{16} * 1024 * 1024;  // of an answer in one piece
  // For dialects that demand a limit of an answer, where the client set none: by the model's name
  // here, else kUsualMaxTokens. Positive.
  std::map<std::string, std::int64_t, std::less<>> usual_max_tokens;
};

// Errors of run(): what a provider refused is kUpstreamStatus or kRateLimited with
// Error::upstream as received, so that a client of the same dialect sees it
// unchanged; a refusal of our own key (401, 403) is kUpstreamStatus without it.
class RemoteBackend final : public Backend {
 public:
  // `threads` and what they point at outlive this. One pool is made for each.
  // `tls` may be null for a plain target. kInvalidConfig for an unusable key.
  static Result<std::unique_ptr<RemoteBackend>> create(RemoteBackendConfig config,
                                                       std::shared_ptr<const TlsContext> tls,
                                                       const std::vector<IoThread*>& threads);
  ~RemoteBackend() override;

  std::string_view name() const override { return upstream_->target().name; }
  BackendClass backend_class() const override { return backend_class_; }
  const Capabilities& capabilities() const override { return capabilities_; }
  Dialect dialect() const { return codec_.dialect(); }

  // False while its server cannot be reached: take another candidate. Thread-safe.
  bool available(SteadyTime now) const { return upstream_->breaker().available(now); }

  // Connections now, on all threads. Thread-safe.
  const ConnectionCounts& connections() const { return upstream_->counts(); }

  // Must be called on one of the threads given.
  Async<Result<Usage>> run(Attempt attempt, EventSink& sink, Deadline deadline,
                           Usage* partial) override;

  // Sends `request` and hands the answer on as it comes, whatever its status; `egress_bytes`
  // gets added what was given to the connection. An error after sink.begin() means that the
  // answer is cut off. kUpstreamStatus for a refusal of our own key (401, 403). passthrough.cc
  Async<Result<void>> forward(ForwardedRequest request, EgressPermit permit, ForwardSink& sink,
                              Deadline deadline, std::uint64_t* egress_bytes) const;

 private:
  RemoteBackend(RemoteBackendConfig config, std::shared_ptr<Upstream> upstream,
                const std::vector<IoThread*>& threads);
  Result<WrittenRequest> outbound(const Attempt& attempt) const;
  Result<WrittenRequest> redacted(const Attempt& attempt, const RequestOptions& options) const;
  std::string target_of(const Attempt& attempt) const;
  std::string fields_of(const Attempt& attempt) const;
  void add_version(std::string& fields) const;

  const BackendClass backend_class_;
  const Codec& codec_;
  const Provider& provider_;
  const std::string api_version_;
  const Capabilities capabilities_;
  const bool ask_for_usage_;
  const std::size_t max_response_bytes_;
  const std::map<std::string, std::int64_t, std::less<>> usual_max_tokens_;
  const std::shared_ptr<Upstream> upstream_;
  const PoolSet pools_;
};

}  // namespace weir
