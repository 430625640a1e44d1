// The engine's loop: admits requests, builds steps, runs them, hands out tokens.
//
// Everything here belongs to the engine's one thread, except what it reads
// through Inbox and Generation.
#pragma once

#include <exception>
#include <limits>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "local_backend/engine.h"
#include "local_backend/fair_share.h"
#include "local_backend/guesser.h"
#include "local_backend/kernels/worker_pool.h"
#include "local_backend/kv_cache/kv_pool.h"
#include "local_backend/kv_cache/prefix_cache.h"
#include "local_backend/logit_meter.h"
#include "local_backend/sequence.h"
#include "local_backend/step_shares.h"

namespace weir {

class Engine::Scheduler {
 public:
  explicit Scheduler(Engine& engine);

  // Returns when the inbox says stop; by then every request has ended. Nothing that
  // a step throws leaves it: at the worst all who have a slot fail.
  void run();

 private:
  // What a sequence has in the current step.
  struct Share {
    Sequence* sequence;
    std::size_t first;  // in the batch
    std::size_t tokens;
    std::size_t guessed;  // of them, the last ones
    bool drafted;         // these, by a model
    bool logits;          // of its last one that is not guessed, and of those
  };
  // Beside answers a prompt gets less of a step than alone.
  struct PrefillBudgets {
    std::size_t alone;
    std::size_t beside_answers;
  };
  // Targets that a step may last while no answer waits for it.
  static constexpr double kPatience = 5;
  enum class Forward { kDone, kAbandoned, kFailed };

  static std::unique_ptr<DraftModel> draft_of(const Engine& engine);
  bool turn();  // false if there was nothing to do
  void drop_abandoned();
  // Who has a slot, and pages (scheduler_slots.cc).
  struct Turn {
    const Tenant* tenant = nullptr;    // none: nobody waits
    Sequence* sequence = nullptr;      // that lost its slot,
    EngineRequest* request = nullptr;  // or one that never had any
  };
  // Whose turns cannot be taken yet.
  struct Waiting {
    std::vector<std::string_view> tenants;
    double most_served = std::numeric_limits<double>::infinity();  // nor of who was served more
  };
  void admit();
  void watch_readers();
  void meet_tenants();
  Turn next_turn(bool full, const Waiting& waiting);
  bool take_turn(const Turn& turn);
  void wait_for(const Turn& turn, Waiting* waiting) const;
  bool waits_for_load(EngineRequest& request);
  bool resume_paused();
  bool resume(Sequence& sequence);
  Sequence* who_gives_slot(const Tenant& tenant) const;
  Sequence* who_is_not_read() const;
  static bool rests_unread(const Sequence& sequence);
  std::size_t resting_unread() const;
  Sequence* who_makes_way(const Tenant& tenant, std::size_t pages) const;
  std::size_t slots_taken() const;
  std::size_t slots_of(const Tenant& tenant) const;
  std::size_t pages_of(const Tenant& tenant) const;
  static std::size_t pages_of(const Sequence& sequence);
  bool may_take_slots() const;
  bool may_begin() const;
  std::unique_ptr<CachedSequence> pages_for(const EngineRequest& whose,
                                            PrefixCache::Request request);
  template <class Wanted>
  Sequence* youngest(const Wanted& wanted) const;
  void start(std::unique_ptr<EngineRequest> request, std::unique_ptr<CachedSequence> state);
  RequestWork company() const;
  void make_room();
  Sequence* who_rests() const;
  void rest(Sequence& sequence);
  void charge_unread(const Sequence& sequence, double sign);

  // What they have of a step (scheduler_tenants.cc where there are several tenants).
  void build_step();
  bool is_being_read(const Sequence& sequence) const;
  void share_prompts(std::span<Sequence* const> prompts, std::size_t most);
  void share_answers(std::span<Sequence* const> answers, bool alone);
  static bool of_several_tenants(std::span<Sequence* const> answers,
                                 std::span<Sequence* const> prompts);
  void share_between_tenants(std::span<Sequence* const> answers,
                             std::span<Sequence* const> prompts);
  std::size_t newcomers_patience(std::span<Sequence* const> answers,
                                 std::span<Sequence* const> prompts) const;
  bool floods(const Tenant& tenant) const;
  std::size_t place_of(const Tenant& tenant, std::vector<StepTenant>* tenants,
                       std::vector<std::string_view>* names) const;
  StepTerms terms_of_step() const;
  void add_to_step(Sequence& sequence, std::size_t tokens, std::size_t most_guessed = 0);
  void run_step();
  void run_each_alone();
  Forward forward();
  Error told(const std::exception& failure) const;
  bool nobody_waits() const;
  bool all_abandoned(std::span<Sequence* const> answers) const;
  EngineStep deliver(std::chrono::nanoseconds spent);
  std::size_t deliver_share(const Share& share, std::size_t row, EngineStep* step);
  void hand_out_prompt_signals();
  void hand_out(Sequence& sequence, std::size_t row);
  std::size_t follow(Sequence& sequence) const;
  void learn(std::chrono::nanoseconds spent, std::size_t prompt_tokens);
  void learn_of_guesses(std::chrono::nanoseconds spent, std::size_t given);
  std::size_t hand_out_guess(const Share& share, std::size_t row);
  std::size_t& prefill_budget() {
    return answering_ ? prefill_budgets_.beside_answers : prefill_budgets_.alone;
  }
  std::chrono::duration<double> step_target() const;
  void adapt(std::chrono::nanoseconds spent, std::size_t prompt_tokens);
  bool remove_ended();  // true if there were any
  void refuse(EngineRequest& request, Error error);
  void end_all(const Error& error);
  void publish_load();
  void open_archive();
  void tend_archive();
  std::size_t with_pages() const;
  template <class Wanted>
  std::size_t count(const Wanted& wanted) const;
  SteadyTime next_deadline() const;

  Engine& engine_;
  Inbox& inbox_;
  const kernels::Kernels& kernels_;
  kernels::WorkerPool pool_;
  KvPool kv_;
  PrefixCache cache_;
  Workspace work_;
  Guesser guesser_;
  FairShare fair_;
  std::chrono::nanoseconds drafting_{};             // for the step that is built or run
  std::vector<std::unique_ptr<Sequence>> running_;  // the oldest first
  std::size_t first_ = 0;                           // whose turn it is to be read first
  bool answering_ = false;                          // somebody in the step that is built or run
  StepSavings savings_;                             // see share_step()
  bool contended_ = false;                          // several tenants in it
  PrefillBudgets prefill_budgets_;                  // tokens of a step
  std::chrono::nanoseconds undisturbed_{};          // step of answers alone, of late; 0 = none yet
  std::uint64_t told_evicted_ = 0;                  // pages of the cache

  Batch batch_;
  std::vector<Share> shares_;
  ForwardOutput out_;
  Error step_error_;  // of the last forward call that failed
  LogitMeter meter_;
  std::span<const std::optional<Measured>> measured_;  // of each row of logits
};

}  // namespace weir
