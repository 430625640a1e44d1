#include "router/on_demand_model.h"

#include <utility>

#include "cloud_adapters/wire/json.h"
#include "router/config.h"

namespace weir {
namespace {

Capabilities capabilities_of(const StoredModel& stored) {
  const auto facts = stored.facts();
  return facts != nullptr ? facts->capabilities : Capabilities{};
}

std::string architecture_of(const StoredModel& stored) {
  const auto facts = stored.facts();
  return facts != nullptr ? facts->info.architecture : std::string();
}

Error not_generating() {
  return {ErrorCode::kInvalidRequest, "This model makes embeddings and no text.",
          "model_not_generating", "model"};
}

}  // namespace

Result<std::optional<KeepAlive>> keep_alive_of(const ChatRequest& request) {
  const std::string extras = '{' + std::string(request.extras) + '}';
  for (JsonMembers members(extras); members.next();) {
    if (members.key() != "keep_alive" || members.value() == "null") continue;
    const auto read = parse_keep_alive(members.value());
    if (!read) return read.error();
    return std::optional(*read);
  }
  return std::optional<KeepAlive>();
}

OnDemandModel::OnDemandModel(ModelStore& store, std::shared_ptr<StoredModel> stored)
    : store_(store),
      stored_(std::move(stored)),
      capabilities_(capabilities_of(*stored_)),
      architecture_(architecture_of(*stored_)) {}

std::string_view OnDemandModel::name() const { return kLocalBackend; }

std::string OnDemandModel::hash() const {
  const auto facts = stored_->facts();
  return facts != nullptr ? facts->info.hash : std::string();
}

bool OnDemandModel::may_answer() const {
  const auto facts = stored_->facts();
  return facts == nullptr || !facts->embeds;
}

bool OnDemandModel::may_embed() const {
  const auto facts = stored_->facts();
  return facts == nullptr || facts->embeds;
}

Async<Result<Usage>> OnDemandModel::run(Attempt attempt, EventSink& sink, Deadline deadline,
                                        Usage* partial) {
  const auto keep_alive = keep_alive_of(attempt.request);
  if (!keep_alive) co_return keep_alive.error();
  const Result<ModelLease> lease = co_await store_.acquire(stored_, sink.cancel(), deadline);
  if (!lease) co_return lease.error();
  if (*keep_alive) lease->wish(**keep_alive);
  LocalBackend* backend = lease->model().chat.get();
  if (backend == nullptr) co_return not_generating();
  co_return co_await backend->run(std::move(attempt), sink, deadline, partial);
}

Async<Result<std::int64_t>> OnDemandModel::count_tokens(const ChatRequest& request,
                                                        CancelSignal& cancel, Deadline deadline) {
  const Result<ModelLease> lease = co_await store_.acquire(stored_, cancel, deadline);
  if (!lease) co_return lease.error();
  const LocalBackend* backend = lease->model().chat.get();
  if (backend == nullptr) co_return not_generating();
  co_return backend->count_tokens(request);
}

Async<Result<void>> OnDemandModel::load(std::optional<KeepAlive> keep_alive, CancelSignal& cancel,
                                        Deadline deadline) {
  const Result<ModelLease> lease = co_await store_.acquire(stored_, cancel, deadline);
  if (!lease) co_return lease.error();
  if (keep_alive) lease->wish(*keep_alive);
  co_return Result<void>();
}

void OnDemandModel::unload() { store_.request_unload(model_name()); }

ModelReport OnDemandModel::report() const {
  for (ModelReport& report : store_.report()) {
    if (report.name == model_name()) return std::move(report);
  }
  return {};
}

Async<Result<EmbeddingResult>> OnDemandModel::embed(EmbeddingRequest request, std::string party,
                                                    CancelSignal& cancel, Deadline deadline,
                                                    Usage* partial) {
  const Result<ModelLease> lease = co_await store_.acquire(stored_, cancel, deadline);
  if (!lease) co_return lease.error();
  if (request.keep_alive) lease->wish(*request.keep_alive);
  EmbeddingEngine* engine = lease->model().embedding.get();
  if (engine == nullptr) {
    co_return Error{ErrorCode::kInvalidRequest, "This model makes no embeddings.",
                    "model_not_embedding", "model"};
  }
  co_return co_await engine->run(std::move(request), std::move(party), cancel, deadline, partial);
}

}  // namespace weir
