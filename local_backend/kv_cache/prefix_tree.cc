#include "local_backend/kv_cache/prefix_tree.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace weir {
namespace {

// Where attention to what stands before costs about as much as all else of a token.
constexpr double kAttentionTokens = 8192;

std::size_t common(std::span<const TokenId> a, std::span<const TokenId> b) {
  const auto ends = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  return static_cast<std::size_t>(ends.first - a.begin());
}

}  // namespace

bool PrefixNode::Order::less(std::span<const TokenId> a, std::span<const TokenId> b) {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
}

bool PrefixNode::Cheaper::operator()(const PrefixNode* a, const PrefixNode* b) const {
  return std::tie(a->priority, a->used) < std::tie(b->priority, b->used);
}

PrefixNode* PrefixTree::root(const std::string& salt, std::int64_t weight) {
  auto& known = salts_[salt];
  if (known == nullptr) {
    known = std::make_unique<PrefixSalt>();
    known->name = salt;
    known->root.salt = known.get();
  }
  if (weight > 0) known->weight = weight;
  return &known->root;
}

// Of neighbours in the order of their tokens one has the longest beginning in common.
PrefixTree::Alike PrefixTree::most_alike(const PrefixNode& parent,
                                         std::span<const TokenId> tokens) {
  Alike best;
  const auto consider = [&](PrefixNode* node) {
    const std::size_t rows = common(node->tokens, tokens);
    if (rows > best.rows) best = {node, rows};
  };
  const auto next = parent.children.lower_bound(tokens);
  if (next != parent.children.end()) consider(*next);
  if (next != parent.children.begin()) consider(*std::prev(next));
  return best;
}

PrefixTree::Match PrefixTree::find(PrefixNode* root, std::span<const TokenId> tokens) const {
  Match match;
  match.node = root;
  for (;;) {
    const Alike next =
        most_alike(*match.node, tokens.first(std::min(tokens.size(), kKvPageTokens)));
    if (next.rows < kKvPageTokens) {
      match.part = next.node;
      match.rows = next.rows;
      break;
    }
    match.node = next.node;
    tokens = tokens.subspan(kKvPageTokens);
  }
  match.seen = match.length();
  if (checkpoint_pages_ != 0) step_back(tokens, &match);
  return match;
}

// To the last checkpoint, which any of the children that begin alike may have.
void PrefixTree::step_back(std::span<const TokenId> rest, Match* match) {
  match->rows = 0;
  const auto consider = [&](PrefixNode* node) {
    const std::size_t rows = common(node->tokens, rest);
    for (const PrefixCheckpoint& checkpoint : node->checkpoints) {
      if (checkpoint.rows > rows || checkpoint.rows <= match->rows) continue;
      match->part = node;
      match->rows = checkpoint.rows;
      match->checkpoint = &checkpoint;
    }
    return rows > match->rows;
  };
  const auto& children = match->node->children;
  const auto next = children.lower_bound(rest);
  for (auto at = next; at != children.end() && consider(*at);) ++at;
  for (auto at = next; at != children.begin() && consider(*std::prev(at));) --at;
  while (match->checkpoint == nullptr && match->node->parent != nullptr) {
    rest = match->node->tokens;
    PrefixNode* const whole = match->node;
    match->node = whole->parent;
    consider(whole);
  }
  if (match->rows == kKvPageTokens) match->node = std::exchange(match->part, nullptr);
  if (match->checkpoint == nullptr) match->part = nullptr;
  match->rows %= kKvPageTokens;
}

PrefixNode* PrefixTree::child(const PrefixNode* parent, std::span<const TokenId> tokens) const {
  const auto next = parent->children.lower_bound(tokens);
  if (next == parent->children.end() || common((*next)->tokens, tokens) < tokens.size()) {
    return nullptr;
  }
  return *next;
}

PrefixNode* PrefixTree::add(PrefixNode* parent, std::span<const TokenId> tokens,
                            KvPool::Page page) {
  auto made = std::make_unique<PrefixNode>();
  PrefixNode* node = made.get();
  node->parent = parent;
  node->salt = parent->salt;
  node->start = parent->end();
  node->tokens.assign(tokens.begin(), tokens.end());
  node->page = std::move(page);
  node->priority = node->salt->floor + worth(*node);
  node->used = ++uses_;
  const Alike shorter = most_alike(*parent, tokens);
  nodes_.emplace(node, std::move(made));
  try {
    node->salt->leaves.insert(node);
    parent->children.insert(node);
  } catch (...) {
    node->salt->leaves.erase(node);
    nodes_.erase(node);
    throw;
  }
  ++pages_;
  ++node->salt->pages;
  const bool ends = shorter.node != nullptr && shorter.rows == shorter.node->tokens.size();
  if (ends) replace(shorter.node, node);
  return node;
}

// The end of a branch, by one that goes on from there.
void PrefixTree::replace(PrefixNode* shorter, PrefixNode* node) {
  std::set<PrefixNode*>& marked = node->salt->marked;
  if (auto mark = marked.extract(shorter)) {
    mark.value() = node;
    marked.insert(std::move(mark));
    node->checkpoints = std::move(shorter->checkpoints);
    shorter->checkpoints.clear();
  }
  remove(shorter);
}

bool PrefixTree::add(PrefixNode* node, PrefixCheckpoint checkpoint) {
  for (const PrefixCheckpoint& other : node->checkpoints) {
    if (other.rows == checkpoint.rows) return false;
  }
  node->salt->marked.insert(node);
  node->checkpoints.push_back(std::move(checkpoint));
  ++checkpoints_;
  ++node->salt->checkpoints;
  refresh(node);
  return true;
}

void PrefixTree::pin(PrefixNode* node) {
  for (; node != nullptr; node = node->parent) pin_below(node);
}

void PrefixTree::pin_below(PrefixNode* node) {
  if (node->pins == 0 && node->parent != nullptr) {
    if (node->place.empty()) node->place = node->salt->leaves.extract(node);
    ++pinned_pages_;
  }
  ++node->pins;
}

void PrefixTree::unpin(PrefixNode* node) {
  while (node != nullptr) {
    PrefixNode* const parent = node->parent;
    if (--node->pins == 0) {
      if (parent != nullptr) --pinned_pages_;
      settle(node);
    }
    node = parent;
  }
}

// Without pins: a place among those that may go, if nothing is behind it.
void PrefixTree::settle(PrefixNode* node) {
  if (node->pins != 0 || !node->children.empty()) return;
  if (node->parent != nullptr) {
    node->salt->leaves.insert(std::move(node->place));
  } else {
    salts_.erase(salts_.find(node->salt->name));
  }
}

void PrefixTree::touch(PrefixNode* node) {
  for (; node->parent != nullptr; node = node->parent) refresh(node);
}

void PrefixTree::refresh(PrefixNode* node) {
  if (node->place.empty()) node->place = node->salt->leaves.extract(node);
  node->priority = node->salt->floor + worth(*node);
  node->used = ++uses_;
  settle(node);
}

// Work that it saves, as tokens, for each page that it takes.
double PrefixTree::worth(const PrefixNode& node) const {
  const double depth = 1 + static_cast<double>(node.start) / kAttentionTokens;
  if (checkpoint_pages_ == 0) return static_cast<double>(node.tokens.size()) * depth;
  if (node.checkpoints.empty()) return 0;  // nobody can begin here
  const PrefixNode* before = node.parent;
  while (before->parent != nullptr && before->checkpoints.empty()) before = before->parent;
  const std::size_t pages = (node.end() - before->end()) / kKvPageTokens + 1 +
                            node.checkpoints.size() * checkpoint_pages_;
  return static_cast<double>(node.end() - before->end()) * depth / static_cast<double>(pages);
}

// Of those that can, the one with most by weight; checkpoints go when no page can.
PrefixSalt* PrefixTree::who_gives_up() const {
  PrefixSalt* found = nullptr;
  double most = -1;
  bool pages = false;
  for (const auto& [name, salt] : salts_) {
    const bool has_pages = !salt->leaves.empty();
    if ((pages && !has_pages) || (!has_pages && salt->marked.empty())) continue;
    const double held = static_cast<double>(salt->pages + salt->checkpoints * checkpoint_pages_) /
                        static_cast<double>(salt->weight);
    if (pages == has_pages && held <= most) continue;
    found = salt.get();
    most = held;
    pages = has_pages;
  }
  return found;
}

void PrefixTree::give_up() {
  PrefixSalt* const salt = who_gives_up();
  if (salt->leaves.empty()) return drop_checkpoints(*salt->marked.begin());
  PrefixNode* const leaf = *salt->leaves.begin();
  salt->floor = std::max(salt->floor, leaf->priority);
  ++evicted_;
  remove(leaf);
}

void PrefixTree::remove(PrefixNode* leaf) {
  PrefixNode* const parent = leaf->parent;
  if (leaf->offers != 0) watcher_->forget(leaf);
  if (!leaf->checkpoints.empty()) drop_checkpoints(leaf);
  PrefixSalt* const salt = leaf->salt;
  if (leaf->place.empty()) salt->leaves.erase(leaf);
  parent->children.erase(leaf);
  nodes_.erase(leaf);
  --pages_;
  --salt->pages;
  pool_.give_back(1);
  // Pages before a checkpoint that is gone serve nobody.
  if (checkpoint_pages_ != 0 && parent->checkpoints.empty()) parent->priority = salt->floor;
  settle(parent);
}

void PrefixTree::drop_checkpoints(PrefixNode* node) {
  const std::size_t count = node->checkpoints.size();
  node->checkpoints.clear();
  node->salt->marked.erase(node);
  checkpoints_ -= count;
  node->salt->checkpoints -= count;
  pool_.give_back(count * checkpoint_pages_);
}

}  // namespace weir
