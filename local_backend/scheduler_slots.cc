// Who has a slot and pages, and who gives them up for whom.
#include <algorithm>
#include <utility>

#include "local_backend/scheduler.h"
#include "local_backend/steady_now.h"

namespace weir {
namespace {

constexpr double kTurn = 64;  // tokens of work, by weight

double by_weight(std::size_t amount, const Tenant& tenant) {
  return static_cast<double>(amount) / static_cast<double>(tenant.weight);
}

}  // namespace

// A slot that is free goes to the tenant that was served least. Who finds none free takes it from
// who is not read, or from a tenant that has more, whose youngest sequence rests: a newcomer waits
// for no long answer. Who
// does not fit into the memory is waited for, see wait_for(). It ends, because nobody who comes in
// is made to leave before a step.
void Engine::Scheduler::admit() {
  watch_readers();
  meet_tenants();
  if (!resume_paused()) return;
  Waiting waiting;
  for (;;) {
    const bool full = slots_taken() >= engine_.config_.max_sequences;
    const Turn turn = next_turn(full, waiting);
    if (turn.tenant == nullptr) return;
    if (turn.request != nullptr && waits_for_load(*turn.request)) continue;
    if (full) {
      Sequence* const other = who_gives_slot(*turn.tenant);
      rest(*other);
      other->leave_slot();
    }
    if (!take_turn(turn)) wait_for(turn, &waiting);
  }
}

void Engine::Scheduler::watch_readers() {
  const SteadyTime now = steady_now();
  for (const auto& sequence : running_) {
    sequence->watch_reader(now, engine_.config_.reader_patience);
  }
}

// By its own tenant, at first by it alone. If that has nothing in memory, those who were served a
// turn more do not go past it either: as their answers end there is room, since every request
// alone fits. So what needs much memory is not kept out for ever by what needs little.
void Engine::Scheduler::wait_for(const Turn& turn, Waiting* waiting) const {
  waiting->tenants.push_back(turn.tenant->name);
  const bool for_memory = turn.sequence != nullptr || may_begin();
  if (!for_memory || pages_of(*turn.tenant) > 0) return;
  waiting->most_served = std::min(waiting->most_served, fair_.served(turn.tenant->name) + kTurn);
}

// While there are several, who rests for want of memory queues up like everybody else, or its
// tenant would keep the others out. Who rests unread wants nothing.
void Engine::Scheduler::meet_tenants() {
  std::vector<const Tenant*> tenants = inbox_.tenants();
  for (const auto& sequence : running_) {
    if (!rests_unread(*sequence)) tenants.push_back(&sequence->tenant());
  }
  fair_.see(tenants, steady_now());
  if (fair_.wanting() < 2) return;
  for (const auto& sequence : running_) {
    if (sequence->paused() && !sequence->full()) sequence->leave_slot();
  }
}

// Of one tenant who lost a slot goes before who never had one. Where all slots are taken only of
// those who can have one all the same.
Engine::Scheduler::Turn Engine::Scheduler::next_turn(bool full, const Waiting& waiting) {
  constexpr double kNever = std::numeric_limits<double>::infinity();
  const auto rank = [&](const Tenant& tenant) {
    const double served = fair_.served(tenant.name);
    const auto& others = waiting.tenants;
    if (std::find(others.begin(), others.end(), tenant.name) != others.end()) return kNever;
    if (served > waiting.most_served) return kNever;
    if (full && who_gives_slot(tenant) == nullptr) return kNever;
    return served;
  };
  Turn turn;
  double least = kNever;
  for (const auto& sequence : running_) {
    if (sequence->has_slot() || sequence->full()) continue;
    const double served = rank(sequence->tenant());
    if (served >= least) continue;
    least = served;
    turn = {&sequence->tenant(), sequence.get(), nullptr};
  }
  EngineRequest* next = inbox_.next(rank);
  if (next != nullptr && rank(next->tenant) < least) turn = {&next->tenant, nullptr, next};
  return turn;
}

// False if it has to wait.
bool Engine::Scheduler::take_turn(const Turn& turn) {
  if (turn.sequence != nullptr) return resume(*turn.sequence);
  EngineRequest& next = *turn.request;
  if (!may_begin()) return false;
  PrefixCache::Request wanted;
  wanted.tokens = next.prompt;
  wanted.most_reused = next.reusable();
  wanted.capacity = next.prompt.size() + static_cast<std::size_t>(*next.sampling.max_tokens);
  wanted.reserved = std::min(next.prompt.size() + 1, wanted.capacity);
  auto state = pages_for(next, wanted);
  if (state == nullptr) return false;
  start(inbox_.take(&next), std::move(state));
  return true;
}

// Others go on meanwhile.
bool Engine::Scheduler::waits_for_load(EngineRequest& request) {
  if (request.looked_up || !request.persist || cache_.archive() == nullptr) return false;
  request.looked_up = true;
  try {
    const std::span<const TokenId> prompt = request.prompt;
    request.load = cache_.archive()->load(request.cache_salt, prompt.first(request.reusable()));
  } catch (const std::exception&) {
    return false;
  }
  return request.loading();
}

void Engine::Scheduler::start(std::unique_ptr<EngineRequest> request,
                              std::unique_ptr<CachedSequence> state) {
  const std::shared_ptr<Generation> generation = request->generation;
  const RequestWork others = company();
  try {
    GuessRecord* const guesses = guesser_.record(request->tenant.name);
    running_.push_back(std::make_unique<Sequence>(std::move(request), std::move(state),
                                                  *engine_.tokenizer_, guesses, steady_now()));
    Sequence& sequence = *running_.back();
    sequence.foretell(engine_.rates_.rates(), others);
    charge_unread(sequence, 1);
  } catch (const std::exception& failure) {
    generation->fail(told(failure));
  }
}

// Who runs now, as somebody new will meet them.
RequestWork Engine::Scheduler::company() const {
  RequestWork work;
  for (const auto& sequence : running_) {
    if (!sequence->has_slot()) continue;
    work.other_unread += sequence->unread();
    work.other_depth += sequence->tokens();
    ++work.others;
  }
  if (work.others > 0) work.other_depth /= work.others;
  return work;
}

// Those whose pages were taken go first, the oldest before the others; while one of
// them waits nobody new comes in. Who would not be read has time.
bool Engine::Scheduler::resume_paused() {
  for (const auto& sequence : running_) {
    if (!sequence->has_slot() || !sequence->paused() || sequence->full()) continue;
    if (!resume(*sequence)) return false;
  }
  return true;
}

bool Engine::Scheduler::resume(Sequence& sequence) {
  PrefixCache::Request wanted;
  wanted.tokens = sequence.known();
  wanted.most_reused = sequence.reusable();
  wanted.reserved = std::min(sequence.tokens() + 1, sequence.most_tokens());
  wanted.capacity = sequence.most_tokens();
  auto state = pages_for(sequence.request(), wanted);
  if (!state) return false;
  sequence.resume(std::move(state));
  charge_unread(sequence, 1);
  return true;
}

// It gives back its pages. What it was charged for and has not read, it pays as it goes on.
void Engine::Scheduler::rest(Sequence& sequence) {
  if (sequence.paused()) return;
  charge_unread(sequence, -1);
  sequence.pause();
}

void Engine::Scheduler::charge_unread(const Sequence& sequence, double sign) {
  fair_.charge(sequence.tenant().name,
               sign * FairShare::kPromptToken * static_cast<double>(sequence.unread()));
}

// From who is not read, or else from the youngest of the tenant that keeps most by weight, if that
// is no less than what `tenant` then has. Where there are more tenants than slots they take turns,
// some tokens each.
Sequence* Engine::Scheduler::who_gives_slot(const Tenant& tenant) const {
  Sequence* const unread = who_is_not_read();
  if (unread != nullptr) return unread;
  if (fair_.wanting() < 2 || !may_take_slots()) return nullptr;
  const std::size_t taken = slots_of(tenant);
  const double own = by_weight(taken + 1, tenant);
  const double served = fair_.served(tenant.name);
  Sequence* victim = nullptr;
  std::pair<double, double> most;
  for (const auto& sequence : running_) {
    const Tenant& other = sequence->tenant();
    if (!sequence->has_slot() || sequence->settling_in() || other.name == tenant.name) continue;
    const double left = by_weight(slots_of(other) - 1, other);
    const double others = fair_.served(other.name);
    const bool turn_is_over = taken == 0 && others >= served + kTurn;
    if ((left < own && !turn_is_over) || (victim != nullptr && std::pair(left, others) < most)) {
      continue;
    }
    most = {left, others};
    victim = sequence.get();
  }
  return victim;
}

// The youngest that has a slot.
Sequence* Engine::Scheduler::who_is_not_read() const {
  if (resting_unread() >= engine_.config_.max_queued) return nullptr;
  const auto found = std::find_if(running_.rbegin(), running_.rend(), [&](const auto& s) {
    return s->has_slot() && s->is_not_read(engine_.config_.reader_patience);
  });
  return found == running_.rend() ? nullptr : found->get();
}

bool Engine::Scheduler::rests_unread(const Sequence& sequence) {
  return !sequence.has_slot() && sequence.full();
}

// Those who lost one are held in memory, so they have a limit, too.
bool Engine::Scheduler::may_take_slots() const {
  return running_.size() - slots_taken() - resting_unread() < engine_.config_.max_sequences;
}

bool Engine::Scheduler::may_begin() const {
  return running_.size() - resting_unread() < 2 * engine_.config_.max_sequences;
}

std::size_t Engine::Scheduler::slots_taken() const {
  return count([](const Sequence& s) { return s.has_slot(); });
}

std::size_t Engine::Scheduler::resting_unread() const { return count(rests_unread); }

std::size_t Engine::Scheduler::slots_of(const Tenant& tenant) const {
  return count([&](const Sequence& s) { return s.has_slot() && s.tenant().name == tenant.name; });
}

std::size_t Engine::Scheduler::pages_of(const Tenant& tenant) const {
  std::size_t pages = 0;
  for (const auto& sequence : running_) {
    if (sequence->tenant().name == tenant.name) pages += pages_of(*sequence);
  }
  return pages;
}

std::size_t Engine::Scheduler::pages_of(const Sequence& sequence) {
  return sequence.paused() ? 0 : sequence.tokens() / kKvPageTokens + 1;
}

// Leaves a page for each of the others to grow into, or they would soon have to rest.
std::unique_ptr<CachedSequence> Engine::Scheduler::pages_for(const EngineRequest& whose,
                                                             PrefixCache::Request request) {
  if (engine_.config_.prefix_cache) request.salt = whose.cache_salt;
  request.weight = whose.tenant.weight;
  request.persist = whose.persist;
  for (;;) {
    request.left_free = with_pages();
    auto state = cache_.admit(request);
    if (state) return state;
    if (cache_.archive() != nullptr && cache_.archive()->give_way()) continue;
    Sequence* unread = youngest([](Sequence& s) { return s.generation().full(); });
    if (unread != nullptr) {
      rest(*unread);
      continue;
    }
    Sequence* other = who_makes_way(whose.tenant, request.reserved / kKvPageTokens + 1);
    if (other == nullptr) return nullptr;
    rest(*other);
    other->leave_slot();
  }
}

// The youngest of the tenant that holds most pages by weight, if this keeps as much without it as
// `tenant` would then have: or a flood of small requests would never let a large one end. A tenant
// that has none also takes them from who was served as much and has more than it would then have,
// but not from a prompt, which would be read again and again.
Sequence* Engine::Scheduler::who_makes_way(const Tenant& tenant, std::size_t pages) const {
  if (fair_.wanting() < 2 || !may_take_slots()) return nullptr;
  const std::size_t before = pages_of(tenant);
  const double own = by_weight(before + pages, tenant);
  const double served = fair_.served(tenant.name);
  double most = 0;
  Sequence* victim = nullptr;
  for (const auto& sequence : running_) {
    const Tenant& other = sequence->tenant();
    if (sequence->paused() || sequence->settling_in() || other.name == tenant.name) continue;
    const double held = by_weight(pages_of(other), other);
    const double left = by_weight(pages_of(other) - pages_of(*sequence), other);
    const bool begins =
        before == 0 && held > own && !sequence->reading() && fair_.served(other.name) >= served;
    if (held < most || (left < own && !begins)) continue;
    most = held;
    victim = sequence.get();
  }
  return victim;
}

std::size_t Engine::Scheduler::with_pages() const {
  return count([](const Sequence& s) { return !s.paused(); });
}

template <class Wanted>
std::size_t Engine::Scheduler::count(const Wanted& wanted) const {
  const auto found = std::count_if(running_.begin(), running_.end(),
                                   [&](const auto& sequence) { return wanted(*sequence); });
  return static_cast<std::size_t>(found);
}

// With pages.
template <class Wanted>
Sequence* Engine::Scheduler::youngest(const Wanted& wanted) const {
  const auto found = std::find_if(running_.rbegin(), running_.rend(),
                                  [&](const auto& s) { return !s->paused() && wanted(*s); });
  return found == running_.rend() ? nullptr : found->get();
}

// Every sequence may grow by its next token, the oldest first. When there is no page
// left, who is not read or else the youngest gives all of its own back and reads its
// tokens again later. The oldest always goes on, because every request alone fits.
void Engine::Scheduler::make_room() {
  for (const auto& sequence : running_) {
    if (sequence->generation().full()) continue;
    while (!sequence->paused() && !sequence->state().reserve(sequence->tokens())) {
      if (cache_.archive() != nullptr && cache_.archive()->give_way()) continue;
      rest(*who_rests());
    }
  }
}

// Of several tenants, one of who holds most by weight; not who settles in while there is another,
// or it would not come further each time.
Sequence* Engine::Scheduler::who_rests() const {
  Sequence* unread = youngest([](Sequence& s) { return s.generation().full(); });
  if (unread != nullptr) return unread;
  double most = 0;
  const auto held = [&](const Sequence& s) { return by_weight(pages_of(s.tenant()), s.tenant()); };
  for (const auto& sequence : running_) {
    if (sequence->paused() || sequence->settling_in()) continue;
    most = std::max(most, held(*sequence));
  }
  Sequence* found = youngest([&](Sequence& s) { return !s.settling_in() && held(s) >= most; });
  return found != nullptr ? found : youngest([](Sequence&) { return true; });
}

}  // namespace weir
