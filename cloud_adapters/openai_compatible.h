// A server that speaks OpenAI's chat completions: OpenAI itself, a provider with
// the same interface, or a vLLM or llama-server of the organisation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cloud_adapters/upstream/io_thread.h"
#include "cloud_adapters/upstream/pool.h"
#include "cloud_adapters/upstream/target.h"
#include "cloud_adapters/upstream/tls.h"
#include "cloud_adapters/upstream/upstream.h"
#include "core/backend.h"
#include "core/secret.h"

namespace weir {

struct OpenAiCompatibleConfig {
  BackendClass backend_class = BackendClass::kCloud;
  UpstreamTarget target;
  Secret api_key;  // may be empty: then no Authorization is sent
  Capabilities capabilities;
  bool ask_for_usage = true;  // false: usage = "estimate", stream_options stay as they are
  std::size_t max_response_bytes = std::size_t{16} * 1024 * 1024;  // of an answer in one piece
};

// Errors of run(): what a provider refused is kUpstreamStatus or kRateLimited with
// Error::upstream as received, so that a client of the same dialect sees it
// unchanged; a refusal of our own key (401, 403) is kUpstreamStatus without it.
class OpenAiCompatible final : public Backend {
 public:
  // `threads` and what they point at outlive this. One pool is made for each.
  // `tls` may be null for a plain target. kInvalidConfig for an unusable key.
  static Result<std::unique_ptr<OpenAiCompatible>> create(OpenAiCompatibleConfig config,
                                                          std::shared_ptr<const TlsContext> tls,
                                                          const std::vector<IoThread*>& threads);
  ~OpenAiCompatible() override;

  std::string_view name() const override { return upstream_->target().name; }
  BackendClass backend_class() const override { return backend_class_; }
  const Capabilities& capabilities() const override { return capabilities_; }

  // False while its server cannot be reached: take another candidate. Thread-safe.
  bool available(SteadyTime now) const { return upstream_->breaker().available(now); }

  // Connections now, on all threads. Thread-safe.
  const ConnectionCounts& connections() const { return upstream_->counts(); }

  // Must be called on one of the threads given.
  Async<Result<Usage>> run(Attempt attempt, EventSink& sink, Deadline deadline,
                           Usage* partial) override;

 private:
  OpenAiCompatible(const OpenAiCompatibleConfig& config, std::shared_ptr<Upstream> upstream,
                   const std::vector<IoThread*>& threads);

  const BackendClass backend_class_;
  const Capabilities capabilities_;
  const bool ask_for_usage_;
  const std::size_t max_response_bytes_;
  const std::shared_ptr<Upstream> upstream_;
  const PoolSet pools_;
};

}  // namespace weir
