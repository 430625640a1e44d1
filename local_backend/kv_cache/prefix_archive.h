// Carries prefixes between the tree in memory and an archive that outlives the process.
//
// What a sequence leaves is offered, and written when the disk has time for it, whole pages
// and checkpoints; a prompt that the archive knows more of than the tree waits for its Load,
// while others run. Nothing here waits for a disk, and at most a few pages are on their way.
// Room is taken like that of a sequence: what is written counts for nobody, what is read is
// given up when a sequence needs the room. Belongs to the engine's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "local_backend/kv_cache/kv_archive.h"
#include "local_backend/kv_cache/kv_pool.h"
#include "local_backend/kv_cache/prefix_tree.h"
#include "local_backend/side_thread.h"

namespace weir {

class PrefixLoad;

// A file that a load wants.
struct PrefixLoadStep {
  KvKind kind = KvKind::kPage;
  KvName parent{};
  std::size_t begin = 0;  // of its tokens
  std::size_t tokens = 0;
  bool known = false;  // the tree has it
};

class PrefixArchive final : private PrefixWatcher {
 public:
  struct Options {
    std::shared_ptr<KvArchive> archive;
    std::size_t page_bytes = 0;
    std::size_t state_floats = 0;  // of a checkpoint; 0: the model has none
    // Of all that would give other bits. Called on a thread of the archive, for as long as it
    // takes; empty if it was told to stop.
    std::function<std::string(const std::function<bool()>& stop)> model;
    std::function<void()> news;  // turn() has something to do; called from any thread
  };
  PrefixArchive(KvPool& pool, PrefixTree& tree, Options options);
  ~PrefixArchive() override;
  PrefixArchive(const PrefixArchive&) = delete;
  PrefixArchive& operator=(const PrefixArchive&) = delete;

  // All that leads to `last`, which the caller has pinned, is to be written, if the salt is
  // one that is kept.
  void offer(PrefixNode* last);

  // What is to be waited for before a sequence of these tokens begins; null: nothing.
  std::shared_ptr<PrefixLoad> load(std::string_view salt, std::span<const TokenId> tokens);

  // Does what has become possible. Loads leave so many pages free.
  void turn(std::size_t left_free);
  // When turn() has something to do in any case.
  SteadyTime next_deadline() const;
  // Ends a load, or gives up what one holds for its sequence; false if there is none.
  bool give_way();
  // Writes what was offered, until then at the latest.
  void finish(SteadyTime deadline);

 private:
  friend class PrefixLoad;
  struct Offer {
    std::shared_ptr<KvTeam> team;
    PrefixNode* node;  // null: it has gone
    std::size_t rows;  // of a checkpoint; 0: the page
    std::int64_t unix_s;
  };

  void forget(const PrefixNode* node) override;
  void learn_model();
  KvName name_of(PrefixNode* node, const KvTeam& team) const;
  bool write_next();
  bool write(const Offer& offer);
  void touch_all();

  void plan(const std::shared_ptr<PrefixLoad>& load);
  bool plan_checkpoint(PrefixLoad& load, const PrefixTree::Match& match) const;
  void advance(const std::shared_ptr<PrefixLoad>& load);
  void skip_known(PrefixLoad& load) const;
  bool ask(const std::shared_ptr<PrefixLoad>& load);
  void read(const std::shared_ptr<PrefixLoad>& load, const PrefixLoadStep& step);
  void answered(PrefixLoad* load, bool found, const KvPool::Page& page, std::vector<float> state);
  void arrived(PrefixLoad& load, const KvPool::Page& page, std::vector<float> state);
  PrefixNode* node_of(PrefixLoad& load, const PrefixLoadStep& step, const KvPool::Page& page);
  void add_checkpoint(PrefixNode* node, std::size_t rows, std::vector<float> state);

  KvPool& pool_;
  PrefixTree& tree_;
  const Options options_;
  std::string model_;  // empty: not known yet
  bool learning_ = false;
  bool hopeless_ = false;  // it will not become known
  std::deque<Offer> offers_;
  struct Touched {
    std::shared_ptr<KvTeam> team;
    KvName name;
    KvUse use;
  };
  std::vector<Touched> touched_;
  std::vector<std::weak_ptr<PrefixLoad>> loads_;  // the oldest first
  std::size_t left_free_ = 0;
  SideThread reader_;
  SideThread writer_;
};

// What a request waits for. It holds what has come until it goes.
class PrefixLoad {
 public:
  ~PrefixLoad();
  PrefixLoad(const PrefixLoad&) = delete;
  PrefixLoad& operator=(const PrefixLoad&) = delete;

  bool over() const { return over_; }
  // Of the first `length` tokens, those that came from the archive.
  std::size_t loaded_of(std::size_t length) const;

 private:
  friend class PrefixArchive;
  using Step = PrefixLoadStep;

  PrefixLoad(PrefixArchive& archive, std::string_view salt, std::span<const TokenId> tokens);
  std::span<const TokenId> tokens_of(const Step& step) const {
    return std::span(tokens_).subspan(step.begin, step.tokens);
  }
  void end();
  void hold(PrefixNode* node);
  void let_go();

  PrefixArchive& archive_;
  const std::string salt_;
  const std::vector<TokenId> tokens_;
  const SteadyTime deadline_;
  std::shared_ptr<KvTeam> team_;
  PrefixNode* last_ = nullptr;  // pinned
  std::vector<Step> steps_;
  std::size_t asked_ = 0;  // of them
  std::size_t done_ = 0;
  std::size_t under_way_ = 0;  // pages that are counted
  std::size_t first_ = 0;      // token that was loaded,
  std::size_t end_ = 0;        // and behind the last one
  bool planned_ = false;
  bool over_ = false;
};

}  // namespace weir
