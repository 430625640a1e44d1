// Beginnings of prompts and the pages that hold them, as a tree: one root for each salt,
// a page of tokens a node, so that beginnings share pages as far as they agree.
//
// Tokens are compared, never hashes of them. A node with a whole page is never written
// again; one with fewer tokens ends a branch and makes way for a longer one. Who runs on
// a node pins it; what is pinned stays, all else is given up when a sequence needs the
// room: the ends of branches first, of those the one that is cheapest to read again and
// was not used for longest (GreedyDual-Size, Cao and Irani 1997). Belongs to the engine's
// thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "local_backend/kv_cache/kv_archive.h"
#include "local_backend/kv_cache/kv_pool.h"
#include "local_backend/tokenizer/prompt.h"

namespace weir {

// What the recurrent blocks remember behind the first `rows` tokens of a page.
struct PrefixCheckpoint {
  std::size_t rows = 0;
  std::shared_ptr<const std::vector<float>> state;
};

struct PrefixSalt;

struct PrefixNode {
  struct Order {
    using is_transparent = void;
    static std::span<const TokenId> tokens(const PrefixNode* node) { return node->tokens; }
    static std::span<const TokenId> tokens(std::span<const TokenId> tokens) { return tokens; }
    template <class A, class B>
    bool operator()(const A& a, const B& b) const {
      return less(tokens(a), tokens(b));
    }
    static bool less(std::span<const TokenId> a, std::span<const TokenId> b);
  };

  struct Cheaper {
    bool operator()(const PrefixNode* a, const PrefixNode* b) const;
  };

  PrefixNode* parent = nullptr;  // none: a root, which has no page
  PrefixSalt* salt = nullptr;    // whose it is
  std::size_t start = 0;         // position of the first token
  std::vector<TokenId> tokens;   // kKvPageTokens, or fewer and no children
  KvPool::Page page;
  std::vector<PrefixCheckpoint> checkpoints;
  std::set<PrefixNode*, Order> children;
  std::size_t pins = 0;              // sequences that run on it or on what is behind it
  double priority = 0;               // the lowest is given up first,
  std::uint64_t used = 0;            // and of equal ones the one used longest ago
  const KvTeam* named_by = nullptr;  // who gave it its name; null: it has none
  KvName name{};                     // as an archive calls its page, or the root
  std::size_t offers = 0;            // to an archive, that wait
  std::set<PrefixNode*, Cheaper>::node_type place;  // for it in PrefixSalt::leaves, if not there

  std::size_t end() const { return start + tokens.size(); }
};

// All that those who share a salt have in a tree.
struct PrefixSalt {
  std::string name;
  std::int64_t weight = 1;
  PrefixNode root;
  std::set<PrefixNode*, PrefixNode::Cheaper> leaves;  // without pins and children, not the root
  std::set<PrefixNode*> marked;                       // with checkpoints
  std::size_t pages = 0;
  std::size_t checkpoints = 0;
  double floor = 0;  // the priority of what was given up last
};

// Is told of nodes with offers that go.
class PrefixWatcher {
 public:
  virtual ~PrefixWatcher() = default;
  virtual void forget(const PrefixNode* node) = 0;
};

class PrefixTree {
 public:
  // A checkpoint counts as so many pages; 0: the model has none, every position will do.
  PrefixTree(KvPool& pool, std::size_t checkpoint_pages)
      : pool_(pool), checkpoint_pages_(checkpoint_pages) {}
  PrefixTree(const PrefixTree&) = delete;
  PrefixTree& operator=(const PrefixTree&) = delete;

  // Lives as long as it is pinned or has children. `weight` holds from now on;
  // 0: what was said last does.
  PrefixNode* root(const std::string& salt, std::int64_t weight = 0);

  struct Match {
    PrefixNode* node = nullptr;                    // the last one that matches as a whole
    PrefixNode* part = nullptr;                    // a child of it that goes on alike,
    std::size_t rows = 0;                          // for so many tokens
    const PrefixCheckpoint* checkpoint = nullptr;  // behind them, if the model needs one
    std::size_t seen = 0;  // tokens that match, whether a sequence can begin behind them or not

    std::size_t length() const { return node->end() + rows; }
  };
  // The longest beginning of `tokens` that a sequence can begin with.
  Match find(PrefixNode* root, std::span<const TokenId> tokens) const;

  // The child of `parent` that begins with `tokens`, a page of them at most.
  PrefixNode* child(const PrefixNode* parent, std::span<const TokenId> tokens) const;
  // Adds one that is not there, below a pinned node; the page counts as the tree's from
  // now on. May throw std::bad_alloc, and then nothing has changed.
  PrefixNode* add(PrefixNode* parent, std::span<const TokenId> tokens, KvPool::Page page);
  // The same for a checkpoint; false if the node has it already.
  bool add(PrefixNode* node, PrefixCheckpoint checkpoint);

  void pin(PrefixNode* node);        // with all above it
  void pin_below(PrefixNode* node);  // whose parent the caller has pinned
  void unpin(PrefixNode* node);      // with all above it; those that are not needed may go
  void touch(PrefixNode* node);      // was used now, with all above it

  void set_watcher(PrefixWatcher* watcher) { watcher_ = watcher; }

  std::size_t checkpoint_pages() const { return checkpoint_pages_; }
  std::size_t pages() const { return pages_; }
  std::uint64_t evicted() const { return evicted_; }
  // Pages that give_up() would give back, one call after the other.
  std::size_t spare_pages() const {
    return pages_ - pinned_pages_ + checkpoints_ * checkpoint_pages_;
  }
  void give_up();

 private:
  struct Alike {
    PrefixNode* node = nullptr;
    std::size_t rows = 0;
  };

  PrefixSalt* who_gives_up() const;
  static Alike most_alike(const PrefixNode& parent, std::span<const TokenId> tokens);
  static void step_back(std::span<const TokenId> rest, Match* match);
  double worth(const PrefixNode& node) const;
  void refresh(PrefixNode* node);
  void settle(PrefixNode* node);
  void replace(PrefixNode* shorter, PrefixNode* node);
  void remove(PrefixNode* leaf);
  void drop_checkpoints(PrefixNode* node);

  KvPool& pool_;
  const std::size_t checkpoint_pages_;
  PrefixWatcher* watcher_ = nullptr;
  std::unordered_map<std::string, std::unique_ptr<PrefixSalt>> salts_;
  std::unordered_map<const PrefixNode*, std::unique_ptr<PrefixNode>> nodes_;  // flat: no recursion
  std::size_t pages_ = 0;
  std::size_t pinned_pages_ = 0;
  std::size_t checkpoints_ = 0;
  std::uint64_t uses_ = 0;
  std::uint64_t evicted_ = 0;
};

}  // namespace weir
