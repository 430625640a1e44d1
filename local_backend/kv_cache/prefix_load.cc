#include <algorithm>
#include <new>
#include <utility>

#include "local_backend/kv_cache/prefix_archive.h"

namespace weir {
namespace {

constexpr std::size_t kPagesBeingRead = 4;        // from the disk, for each load
constexpr std::size_t kSearchedPages = 16;        // for a checkpoint, from the end on
constexpr std::chrono::seconds kLongestLoad{10};  // then the rest is computed

}  // namespace

std::shared_ptr<PrefixLoad> PrefixArchive::load(std::string_view salt,
                                                std::span<const TokenId> tokens) {
  if (tokens.size() < kKvPageTokens) return nullptr;
  auto team = options_.archive->team(salt);
  if (team == nullptr || hopeless_) return nullptr;
  learn_model();
  std::shared_ptr<PrefixLoad> load(new PrefixLoad(*this, salt, tokens));
  load->team_ = std::move(team);
  loads_.push_back(load);
  if (model_.empty()) return load;
  plan(load);
  advance(load);
  return load->over_ ? nullptr : load;
}

// What is to be read, the first page first.
void PrefixArchive::plan(const std::shared_ptr<PrefixLoad>& load) {
  load->planned_ = true;
  const std::span<const TokenId> tokens = load->tokens_;
  const PrefixTree::Match match = tree_.find(tree_.root(load->salt_), tokens);
  load->hold(match.node);
  const PrefixNode* node = match.node;
  KvName name = name_of(match.node, *load->team_);
  std::size_t at = match.node->end();
  for (; at + kKvPageTokens <= tokens.size(); at += kKvPageTokens) {
    const auto page = tokens.subspan(at, kKvPageTokens);
    if (node != nullptr) node = tree_.child(node, page);
    const KvName next = load->team_->name_of({KvKind::kPage, name, page});
    if (node == nullptr && !load->team_->has(next)) break;
    load->steps_.push_back({KvKind::kPage, name, at, kKvPageTokens, node != nullptr});
    name = next;
  }
  load->steps_.push_back({KvKind::kCheckpoint, name, at, 0, false});
  if (options_.state_floats == 0) load->steps_.pop_back();
  if (options_.state_floats != 0 && !plan_checkpoint(*load, match)) load->steps_.clear();
  const auto read = std::count_if(load->steps_.begin(), load->steps_.end(),
                                  [](const PrefixLoad::Step& step) { return !step.known; });
  const bool fits =
      static_cast<std::size_t>(read) + tree_.checkpoint_pages() + left_free_ <= pool_.free_pages();
  const bool gains =
      !load->steps_.empty() &&
      load->steps_.back().begin + load->steps_.back().tokens >= match.length() + kKvPageTokens;
  if (!gains || (!fits && options_.state_floats != 0)) load->end();
}

// The last one that the archive has, in place of the pages behind it.
bool PrefixArchive::plan_checkpoint(PrefixLoad& load, const PrefixTree::Match& match) const {
  const std::span<const TokenId> tokens = load.tokens_;
  auto& steps = load.steps_;
  for (std::size_t searched = 0; searched < kSearchedPages && !steps.empty(); ++searched) {
    PrefixLoad::Step& last = steps.back();
    last.kind = KvKind::kCheckpoint;
    last.known = false;
    const std::size_t most = std::min(kKvPageTokens, tokens.size() - last.begin);
    for (last.tokens = most; last.tokens > 0; --last.tokens) {
      if (last.begin + last.tokens <= match.length()) return false;
      if (load.team_->has(load.team_->name_of({last.kind, last.parent, load.tokens_of(last)}))) {
        return true;
      }
    }
    steps.pop_back();
  }
  return false;
}

void PrefixArchive::advance(const std::shared_ptr<PrefixLoad>& load) {
  while (!load->over_ && load->under_way_ < kPagesBeingRead && ask(load)) {
  }
  skip_known(*load);
  if (load->done_ == load->steps_.size()) load->end();
}

// Pages that the tree has, or has by now.
void PrefixArchive::skip_known(PrefixLoad& load) const {
  while (!load.over_ && load.done_ < load.steps_.size() && load.steps_[load.done_].known) {
    PrefixNode* const node = tree_.child(load.last_, load.tokens_of(load.steps_[load.done_]));
    if (node == nullptr) return load.end();
    load.hold(node);
    ++load.done_;
  }
}

// For the next page; false if there is none, or no room for it.
bool PrefixArchive::ask(const std::shared_ptr<PrefixLoad>& load) {
  while (load->asked_ < load->steps_.size() && load->steps_[load->asked_].known) ++load->asked_;
  if (load->asked_ == load->steps_.size()) return false;
  if (pool_.free_pages() <= left_free_ || !pool_.take(1)) {
    load->steps_.resize(load->asked_);
    return false;
  }
  try {
    read(load, load->steps_[load->asked_]);
  } catch (const std::bad_alloc&) {
    pool_.give_back(1);
    load->steps_.resize(load->asked_);
    return false;
  }
  ++load->asked_;
  ++load->under_way_;
  return true;
}

void PrefixArchive::read(const std::shared_ptr<PrefixLoad>& load, const PrefixLoadStep& step) {
  const KvPool::Page page = pool_.make_page();
  const bool has_state = step.kind == KvKind::kCheckpoint;
  const auto state = std::make_shared<std::vector<float>>(has_state ? options_.state_floats : 0);
  const auto tokens = load->tokens_of(step);
  reader_.give([team = load->team_, kind = step.kind, parent = step.parent,
                copy = std::vector<TokenId>(tokens.begin(), tokens.end()),
                room = std::span(page.get(), options_.page_bytes),
                state] { return team->read({kind, parent, copy}, {room, *state}); },
               [this, weak = std::weak_ptr(load), page, state](bool found) {
                 answered(weak.lock().get(), found, page, std::move(*state));
               });
}

void PrefixArchive::answered(PrefixLoad* load, bool found, const KvPool::Page& page,
                             std::vector<float> state) {
  if (load == nullptr || load->over_) return;
  --load->under_way_;
  skip_known(*load);
  if (!found) load->end();
  if (load->over_) return pool_.give_back(1);
  try {
    arrived(*load, page, std::move(state));
  } catch (const std::bad_alloc&) {
    load->end();
  }
}

void PrefixArchive::arrived(PrefixLoad& load, const KvPool::Page& page, std::vector<float> state) {
  const PrefixLoadStep& step = load.steps_[load.done_];
  PrefixNode* const node = node_of(load, step, page);
  if (step.tokens == kKvPageTokens) load.hold(node);  // a part of a page may make way for more
  ++load.done_;
  if (load.end_ == 0) load.first_ = step.begin;
  load.end_ = step.begin + step.tokens;
  if (step.kind == KvKind::kCheckpoint) add_checkpoint(node, step.tokens, std::move(state));
}

// Somebody may have read the same meanwhile: one copy is enough.
PrefixNode* PrefixArchive::node_of(PrefixLoad& load, const PrefixLoadStep& step,
                                   const KvPool::Page& page) {
  const std::span<const TokenId> tokens = load.tokens_of(step);
  PrefixNode* const node = tree_.child(load.last_, tokens);
  if (node == nullptr) {
    try {
      return tree_.add(load.last_, tokens, page);
    } catch (const std::bad_alloc&) {
      pool_.give_back(1);
      throw;
    }
  }
  pool_.give_back(1);
  return node;
}

void PrefixArchive::add_checkpoint(PrefixNode* node, std::size_t rows, std::vector<float> state) {
  auto kept = std::make_shared<const std::vector<float>>(std::move(state));
  if (!pool_.take(tree_.checkpoint_pages())) return;
  if (!tree_.add(node, {rows, std::move(kept)})) pool_.give_back(tree_.checkpoint_pages());
}

PrefixLoad::PrefixLoad(PrefixArchive& archive, std::string_view salt,
                       std::span<const TokenId> tokens)
    : archive_(archive),
      salt_(salt),
      tokens_(tokens.begin(), tokens.end()),
      deadline_(std::chrono::steady_clock::now() + kLongestLoad) {}

PrefixLoad::~PrefixLoad() {
  end();
  let_go();
}

// Room for pages that nobody waits for is free at once, whenever the disk is done with them.
void PrefixLoad::end() {
  over_ = true;
  archive_.pool_.give_back(std::exchange(under_way_, 0));
}

std::size_t PrefixLoad::loaded_of(std::size_t length) const {
  const std::size_t end = std::min(length, end_);
  return end > first_ ? end - first_ : 0;
}

void PrefixLoad::hold(PrefixNode* node) {
  if (last_ == nullptr) {
    archive_.tree_.pin(node);
  } else {
    archive_.tree_.pin_below(node);
  }
  last_ = node;
}

void PrefixLoad::let_go() {
  if (last_ == nullptr) return;
  archive_.tree_.unpin(std::exchange(last_, nullptr));
}

}  // namespace weir
