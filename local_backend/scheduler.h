// The engine's loop: admits requests, builds steps, runs them, hands out tokens.
//
// Everything here belongs to the engine's one thread, except what it reads
// through Inbox and Generation.
#pragma once

#include <memory>
#include <vector>

#include "local_backend/engine.h"
#include "local_backend/kernels/worker_pool.h"
#include "local_backend/kv_cache/kv_pool.h"
#include "local_backend/text_assembler.h"

namespace weir {

class Engine::Scheduler {
 public:
  explicit Scheduler(Engine& engine);

  // Returns when the inbox says stop; by then every request has ended.
  void run();

 private:
  // A request with a slot.
  struct Sequence {
    std::unique_ptr<EngineRequest> request;
    std::unique_ptr<SequenceState> state;
    std::vector<TokenId> input;  // the prompt, later the last token
    std::size_t fed = 0;         // of input
    std::int64_t produced = 0;
    bool prompt_done = false;
    bool over = false;
    Sampler sampler;
    TextAssembler text;

    std::size_t waiting() const { return input.size() - fed; }
  };

  // What a sequence has in the current step.
  struct Share {
    Sequence* sequence;
    std::size_t tokens;
    bool logits;
  };

  void drop_cancelled();
  void admit();
  void build_step();
  void add_to_step(Sequence& sequence, std::size_t tokens);
  void run_step();
  bool forward();
  void account(std::chrono::nanoseconds spent);
  void take_logits(Sequence& sequence, std::span<float> logits);
  void emit(Sequence& sequence, TokenId token, const TokenSignals& signals);
  void end(Sequence& sequence, Error error);
  bool remove_ended();  // true if there were any
  void end_all();

  Engine& engine_;
  Inbox& inbox_;
  kernels::WorkerPool pool_;
  KvPool kv_;
  Workspace work_;
  std::vector<std::unique_ptr<Sequence>> running_;
  std::size_t first_ = 0;  // whose turn it is to be served first
  std::size_t prefill_budget_;

  Batch batch_;
  std::vector<Share> shares_;
  ForwardOutput output_;
};

}  // namespace weir
