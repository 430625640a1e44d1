// Runs one embedding model for many requests at once.
//
// Owns a thread that turns texts into tokens and puts those of all requests together,
// and the threads that compute. Parties (teams) take turns, and so do the requests of
// one: a long list delays nobody by more than one forward call, and a text that the
// model must read at once is one. run() may be called from every I/O thread at once. A
// cancelled request leaves within one layer. Requests end before the engine is destroyed,
// by themselves or by shut_down().
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "core/async.h"
#include "core/cancel.h"
#include "core/deadline.h"
#include "core/embedding.h"
#include "core/result.h"
#include "local_backend/embedder.h"
#include "local_backend/embedding_job.h"
#include "local_backend/embedding_tokens.h"
#include "local_backend/local_model.h"

namespace weir {

class EmbeddingEngine {
 public:
  // kInvalidModel ("model_not_embedding") of a model that answers in words. May throw
  // std::bad_alloc.
  static Result<std::unique_ptr<EmbeddingEngine>> start(LocalModel model,
                                                        const LocalBackendOptions& options);
  ~EmbeddingEngine();
  // Ends all requests, and those to come, with kUnavailable; joins the thread.
  void shut_down();
  EmbeddingEngine(const EmbeddingEngine&) = delete;
  EmbeddingEngine& operator=(const EmbeddingEngine&) = delete;

  // The vectors of all inputs, each of length 1 and as wide as the request says or else as
  // the model. Takes `inputs`, which `backing` keeps alive. kInvalidRequest and
  // kContextTooLong name the input at fault in `param`; kRateLimited when the queue is
  // full; kDeadline, kCancelled. *partial is current whenever it is suspended; `cancel`
  // and it outlive the call.
  Async<Result<EmbeddingResult>> run(EmbeddingRequest request, std::string party,
                                     CancelSignal& cancel, Deadline deadline, Usage* partial);

  const LocalModelInfo& model_info() const { return info_; }
  std::size_t width() const { return embedder_->width(); }
  std::size_t queued() const;  // requests, those that are worked on included

 private:
  using Jobs = std::vector<std::shared_ptr<EmbeddingJob>>;
  class Leaving;
  // An input in a forward call.
  struct Share {
    EmbeddingJob* job;
    std::size_t input;
  };

  EmbeddingEngine(std::unique_ptr<Embedder> embedder, EmbeddingTokens tokens, LocalModelInfo info,
                  EngineConfig config);

  std::optional<Error> refusal(const EmbeddingRequest& request) const;
  Error full() const;
  bool push(std::shared_ptr<EmbeddingJob> job);
  bool has_ended(const EmbeddingJob& job) const;

  // The engine's thread.
  void work();
  bool turn();  // false if there was nothing to do
  void take_new();
  bool read_some();
  void read_input(EmbeddingJob& job) const;
  bool compute();
  std::vector<Share> choose();
  EmbeddingJob* next_job() const;
  std::uint64_t turn_of(const std::string& party) const;
  void note_turn(EmbeddingJob& job);
  void deliver(std::span<const Share> shares, std::span<Embedder::Vector> vectors,
               std::chrono::nanoseconds spent);
  void take_vector(EmbeddingJob& job, std::size_t input, Embedder::Vector vector);
  void end(EmbeddingJob& job, std::optional<Error> error);
  void end_all(const Error& error);
  void wait();

  const std::unique_ptr<Embedder> embedder_;
  const EmbeddingTokens tokens_;
  const LocalModelInfo info_;
  const EngineConfig config_;

  Jobs jobs_;                                               // the engine's thread
  std::uint64_t turns_ = 0;                                 // the same: that were given
  std::unordered_map<std::string, std::uint64_t> turn_of_;  // the same: a party's last one

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Jobs new_jobs_;            // under mutex_
  std::size_t pending_ = 0;  // under mutex_: requests that have not ended
  bool poked_ = false;       // under mutex_
  std::atomic<bool> stopping_ = false;
  std::thread thread_;  // last: runs work()
};

}  // namespace weir
