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

PrefixNode* PrefixTree::root(const std::string& salt) {
  auto& root = roots_[salt];
  if (root == nullptr) {
    root = std::make_unique<PrefixNode>();
    root->salt = salt;
  }
  return root.get();
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
  node->start = parent->end();
  node->tokens.assign(tokens.begin(), tokens.end());
  node->page = std::move(page);
  node->priority = floor_ + worth(*node);
  node->used = ++uses_;
  const Alike shorter = most_alike(*parent, tokens);
  nodes_.emplace(node, std::move(made));
  try {
    leaves_.insert(node);
    parent->children.insert(node);
  } catch (...) {
    leaves_.erase(node);
    nodes_.erase(node);
    throw;
  }
  ++pages_;
  const bool ends = shorter.node != nullptr && shorter.rows == shorter.node->tokens.size();
  if (ends) replace(shorter.node, node);
  return node;
}

// The end of a branch, by one that goes on from there.
void PrefixTree::replace(PrefixNode* shorter, PrefixNode* node) {
  if (auto mark = marked_.extract(shorter)) {
    mark.value() = node;
    marked_.insert(std::move(mark));
    node->checkpoints = std::move(shorter->checkpoints);
    shorter->checkpoints.clear();
  }
  remove(shorter);
}

bool PrefixTree::add(PrefixNode* node, PrefixCheckpoint checkpoint) {
  for (const PrefixCheckpoint& other : node->checkpoints) {
    if (other.rows == checkpoint.rows) return false;
  }
  marked_.insert(node);
  node->checkpoints.push_back(std::move(checkpoint));
  ++checkpoints_;
  refresh(node);
  return true;
}

void PrefixTree::pin(PrefixNode* node) {
  for (; node != nullptr; node = node->parent) pin_below(node);
}

void PrefixTree::pin_below(PrefixNode* node) {
  if (node->pins == 0 && node->parent != nullptr) {
    if (node->place.empty()) node->place = leaves_.extract(node);
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
    leaves_.insert(std::move(node->place));
  } else {
    roots_.erase(roots_.find(node->salt));
  }
}

void PrefixTree::touch(PrefixNode* node) {
  for (; node->parent != nullptr; node = node->parent) refresh(node);
}

void PrefixTree::refresh(PrefixNode* node) {
  if (node->place.empty()) node->place = leaves_.extract(node);
  node->priority = floor_ + worth(*node);
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

void PrefixTree::give_up() {
  if (leaves_.empty()) return drop_checkpoints(*marked_.begin());
  PrefixNode* const leaf = *leaves_.begin();
  floor_ = std::max(floor_, leaf->priority);
  ++evicted_;
  remove(leaf);
}

void PrefixTree::remove(PrefixNode* leaf) {
  PrefixNode* const parent = leaf->parent;
  if (leaf->offers != 0) watcher_->forget(leaf);
  if (!leaf->checkpoints.empty()) drop_checkpoints(leaf);
  if (leaf->place.empty()) leaves_.erase(leaf);
  parent->children.erase(leaf);
  nodes_.erase(leaf);
  --pages_;
  pool_.give_back(1);
  // Pages before a checkpoint that is gone serve nobody.
  if (checkpoint_pages_ != 0 && parent->checkpoints.empty()) parent->priority = floor_;
  settle(parent);
}

void PrefixTree::drop_checkpoints(PrefixNode* node) {
  const std::size_t count = node->checkpoints.size();
  node->checkpoints.clear();
  marked_.erase(node);
  checkpoints_ -= count;
  pool_.give_back(count * checkpoint_pages_);
}

}  // namespace weir
