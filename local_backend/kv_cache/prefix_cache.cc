#include "local_backend/kv_cache/prefix_cache.h"

#include <algorithm>
#include <new>
#include <utility>

namespace weir {
namespace {

// Before the end of a prompt, where the state is remembered: the next turn may part from it
// in the lines that invite an answer, and of the last tokens a score may be asked for.
constexpr std::size_t kTailTokens = 33;

std::size_t checkpoint_pages_of(const StateLayout& layout) {
  const std::size_t bytes = layout.recurrent_floats() * sizeof(float);
  return bytes == 0 ? 0 : (bytes - 1) / KvPool::page_bytes(layout) + 1;
}

}  // namespace

CachedSequence::~CachedSequence() {
  forget_checkpoints();
  if (last_ != nullptr) tree_.unpin(last_);
}

bool CachedSequence::reserve(std::size_t length) {
  if (PagedSequence::reserve(length)) return true;
  if (remembered_.empty()) return false;
  forget_checkpoints();
  return PagedSequence::reserve(length);
}

std::size_t CachedSequence::next_checkpoint() const {
  return stops_.empty() ? SIZE_MAX : stops_.back();
}

void CachedSequence::share(PrefixNode* last) {
  last_ = last;
  tree_.pin(last);
  shared_ = last->end() / kKvPageTokens;
}

// What matches in part may be given up for what is reserved: it is held before.
bool CachedSequence::begin(const PrefixTree::Match& match, std::size_t reserved,
                           std::size_t left_free) {
  const std::size_t needed = pages_for(reserved) + pool_.overhead_pages() - shared_;
  if (needed + left_free > pool_.free_pages()) return false;
  if (match.checkpoint != nullptr) before_ = *match.checkpoint->state;
  KvPool::Page part;
  if (match.rows != 0) {
    part = match.part->page;
    tree_.touch(match.part);
  }
  if (!PagedSequence::reserve(reserved)) return false;
  pages_.resize(shared_);
  const PrefixNode* node = last_;
  for (std::size_t page = shared_; page-- > 0; node = node->parent) pages_[page] = node->page;
  if (part != nullptr) {
    pages_.push_back(part.use_count() == 1 ? std::move(part) : pool_.copy_of(part));
  }
  if (last_ != nullptr) length_ = match.length();
  return true;
}

void CachedSequence::keep(std::span<const TokenId> tokens) {
  if (last_ == nullptr) return;
  if (length_ == next_checkpoint()) remember_state();
  while ((shared_ + 1) * kKvPageTokens <= length_) {
    keep_page(tokens.subspan(shared_ * kKvPageTokens, kKvPageTokens));
  }
}

// Somebody else may have read the same meanwhile: one copy is enough.
void CachedSequence::keep_page(std::span<const TokenId> tokens) {
  PrefixNode* node = tree_.child(last_, tokens);
  if (node != nullptr) {
    pages_[shared_] = node->page;
    pool_.give_back(1);
  } else {
    node = tree_.add(last_, tokens, pages_[shared_]);
  }
  tree_.pin_below(node);
  last_ = node;
  --reserved_;
  ++shared_;
  hand_over_checkpoints(node);
}

void CachedSequence::remember_state() {
  stops_.pop_back();
  std::vector<float> state = before_;
  if (!pool_.take(tree_.checkpoint_pages())) return;
  remembered_.push_back({length_, std::move(state)});
}

void CachedSequence::hand_over_checkpoints(PrefixNode* node) {
  while (!remembered_.empty()) {
    Remembered& next = remembered_.front();
    const bool inside = next.position > node->start && next.position <= node->end();
    if (!inside) return;
    auto state = std::make_shared<const std::vector<float>>(std::move(next.state));
    if (!tree_.add(node, {next.position - node->start, std::move(state)})) {
      pool_.give_back(tree_.checkpoint_pages());
    }
    remembered_.erase(remembered_.begin());
  }
}

void CachedSequence::forget_checkpoints() {
  pool_.give_back(remembered_.size() * tree_.checkpoint_pages());
  remembered_.clear();
}

std::size_t CachedSequence::catch_up(std::span<const TokenId> tokens) {
  if (last_ == nullptr || tree_.checkpoint_pages() != 0) return 0;
  const std::size_t before = length_;
  std::size_t next = shared_ * kKvPageTokens;
  for (; next + kKvPageTokens <= tokens.size(); next += kKvPageTokens) {
    PrefixNode* node = tree_.child(last_, tokens.subspan(next, kKvPageTokens));
    if (node == nullptr) break;
    if (pages_.size() == shared_) pages_.emplace_back();
    pages_[shared_] = node->page;
    tree_.pin_below(node);
    last_ = node;
    ++shared_;
    --reserved_;
    pool_.give_back(1);
    length_ = node->end();
  }
  return length_ - before;
}

bool CachedSequence::reads_like(const CachedSequence& other, std::span<const TokenId> tokens,
                                std::span<const TokenId> others) const {
  if (last_ == nullptr || last_ != other.last_ || tree_.checkpoint_pages() != 0) return false;
  const std::size_t next = shared_ * kKvPageTokens;
  if (std::min(tokens.size(), others.size()) < next + kKvPageTokens) return false;
  const auto page = tokens.subspan(next, kKvPageTokens);
  return std::equal(page.begin(), page.end(), others.begin() + static_cast<std::ptrdiff_t>(next));
}

void CachedSequence::leave(std::span<const TokenId> tokens) noexcept {
  if (last_ == nullptr || length_ == 0) return;
  try {
    keep(tokens);
    PrefixNode* const end = keep_rest(tokens);
    tree_.touch(last_);
    if (archive_ != nullptr) archive_->offer(end);
  } catch (const std::bad_alloc&) {
    return;  // then it is read again one day
  }
}

// The page that is not full, and the state behind it. Where it ends.
PrefixNode* CachedSequence::keep_rest(std::span<const TokenId> tokens) {
  const std::size_t rows = length_ % kKvPageTokens;
  PrefixNode* node = last_;
  if (rows != 0) {
    const auto rest = tokens.subspan(shared_ * kKvPageTokens, rows);
    node = tree_.child(last_, rest);
    if (node == nullptr) {
      node = tree_.add(last_, rest, pages_[shared_]);
      --reserved_;
    } else {
      tree_.touch(node);
    }
    hand_over_checkpoints(node);
  }
  if (tree_.checkpoint_pages() == 0 || before_.empty()) return node;
  auto state = std::make_shared<const std::vector<float>>(std::move(before_));
  if (tree_.add(node, {length_ - node->start, std::move(state)})) {
    reserved_ -= tree_.checkpoint_pages();
  }
  return node;
}

PrefixCache::PrefixCache(KvPool& pool, const StateLayout& layout,
                         std::function<bool(TokenId)> begins_message)
    : pool_(pool),
      tree_(pool, checkpoint_pages_of(layout)),
      begins_message_(std::move(begins_message)) {
  pool_.set_keeper(this);
}

void PrefixCache::open_archive(PrefixArchive::Options options) {
  archive_ = std::make_unique<PrefixArchive>(pool_, tree_, std::move(options));
  if (tree_.checkpoint_pages() != 0) pool_.wipe_pages();  // parts of pages are written
}

std::unique_ptr<CachedSequence> PrefixCache::admit(const Request& request) {
  if (request.capacity > pool_.max_tokens()) return nullptr;
  auto sequence = std::make_unique<CachedSequence>(pool_, tree_, request.capacity);
  PrefixTree::Match match;
  if (!request.salt.empty()) {
    PrefixNode* const root = tree_.root(std::string(request.salt), request.weight);
    match = tree_.find(root, request.tokens.first(request.most_reused));
    sequence->share(match.node);
    if (request.persist) sequence->archive_ = archive_.get();
  }
  if (!sequence->begin(match, request.reserved, request.left_free)) return nullptr;
  if (match.node != nullptr) sequence->stops_ = stops_of(request, match);
  return sequence;
}

// The latest first.
std::vector<std::size_t> PrefixCache::stops_of(const Request& request,
                                               const PrefixTree::Match& match) const {
  if (tree_.checkpoint_pages() == 0) return {};
  std::vector<std::size_t> stops;
  const std::size_t length = match.length();
  const std::size_t size = request.tokens.size();
  if (size > length + kTailTokens) stops.push_back(size - kTailTokens);
  std::size_t parted = std::min(match.seen, size - 1);
  while (parted > length && !begins_message_(request.tokens[parted])) --parted;
  if (parted > length && !stops.empty() && parted < stops.back()) stops.push_back(parted);
  return stops;
}

}  // namespace weir
