// A local model as what serves requests sees it: a Backend that waits until its model is
// loaded, and the same for vectors.
//
// Owned by a snapshot; the store outlives it. Called on every I/O thread at once.
#pragma once

#include <memory>
#include <string>

#include "core/backend.h"
#include "core/embedding.h"
#include "local_backend/model_store.h"

namespace weir {

// The extra member `keep_alive` of a request, which only local models understand.
Result<std::optional<KeepAlive>> keep_alive_of(const ChatRequest& request);

class OnDemandModel final : public Backend {
 public:
  OnDemandModel(ModelStore& store, std::shared_ptr<StoredModel> stored);

  std::string_view name() const override;  // "local", of all of them
  BackendClass backend_class() const override { return BackendClass::kLocal; }
  // As its file was when the configuration was read. Of one that could not be read
  // everything is thought possible: run() will tell.
  const Capabilities& capabilities() const override { return capabilities_; }

  // What ModelStore::acquire() says, then LocalBackend::run().
  Async<Result<Usage>> run(Attempt attempt, EventSink& sink, Deadline deadline,
                           Usage* partial) override;
  // The same and LocalBackend::count_tokens().
  Async<Result<std::int64_t>> count_tokens(const ChatRequest& request, CancelSignal& cancel,
                                           Deadline deadline);
  // The same and EmbeddingEngine::run().
  Async<Result<EmbeddingResult>> embed(EmbeddingRequest request, std::string party,
                                       CancelSignal& cancel, Deadline deadline, Usage* partial);

  // Loads it and nothing else; with a keep_alive of 0 it goes again at once.
  Async<Result<void>> load(std::optional<KeepAlive> keep_alive, CancelSignal& cancel,
                           Deadline deadline);
  void unload();               // when its requests have ended
  ModelReport report() const;  // as ModelStore has it

  const std::string& model_name() const { return stored_->name(); }
  // As capabilities(); empty = not known.
  const std::string& architecture() const { return architecture_; }
  std::string hash() const;  // of the file that was read last; empty: none could be
  // As far as is known: a file that could not be read may do either.
  bool may_answer() const;
  bool may_embed() const;
  const std::shared_ptr<StoredModel>& stored() const { return stored_; }

 private:
  ModelStore& store_;
  const std::shared_ptr<StoredModel> stored_;
  const Capabilities capabilities_;
  const std::string architecture_;
};

}  // namespace weir
