// Sequences that begin with what others of the same salt have read before.
//
// A beginning is found to the token, also of sequences that still run. Only whole pages
// are shared; the page in which a sequence goes on is copied. What a sequence leaves
// behind stays as long as nobody needs the room, so it never keeps another out; the salt that has
// most of it by weight gives up first. Blocks
// with a recurrent state can begin only where a copy of it was kept: at the end of what
// was read, shortly before the end of a prompt, and where two prompts were seen to part.
// Belongs to the engine's thread; outlives its sequences.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "local_backend/kv_cache/paged_sequence.h"
#include "local_backend/kv_cache/prefix_archive.h"
#include "local_backend/kv_cache/prefix_tree.h"

namespace weir {

class CachedSequence final : public PagedSequence {
 public:
  // See PrefixCache.
  CachedSequence(KvPool& pool, PrefixTree& tree, std::size_t capacity)
      : PagedSequence(pool, capacity), tree_(tree) {}
  ~CachedSequence() override;

  bool reserve(std::size_t length) override;

  // A forward call should not go beyond this position, but end there once. At the end of
  // a sequence there is none: SIZE_MAX.
  std::size_t next_checkpoint() const;

  // Shares its whole pages; `tokens` are those of the sequence, up to length() at least.
  // After every advance_to().
  void keep(std::span<const TokenId> tokens);

  // Goes on behind pages of others that came to hold the next ones of `tokens` meanwhile,
  // which are those that need not be computed. Returns how many it need not read.
  std::size_t catch_up(std::span<const TokenId> tokens);

  // Both stand behind the same pages and may share the next one, too.
  bool reads_like(const CachedSequence& other, std::span<const TokenId> tokens,
                  std::span<const TokenId> others) const;

  // Leaves all it has read to others. Nothing may be fed afterwards.
  void leave(std::span<const TokenId> tokens) noexcept;
  // What it has read is not to outlive the process.
  void keep_from_disk() { archive_ = nullptr; }

 private:
  friend class PrefixCache;

  void share(PrefixNode* last);
  bool begin(const PrefixTree::Match& match, std::size_t reserved, std::size_t left_free);
  void keep_page(std::span<const TokenId> tokens);
  PrefixNode* keep_rest(std::span<const TokenId> tokens);
  void remember_state();
  void hand_over_checkpoints(PrefixNode* node);
  void forget_checkpoints();

  struct Remembered {
    std::size_t position;
    std::vector<float> state;
  };

  PrefixTree& tree_;
  PrefixArchive* archive_ = nullptr;    // that gets what it leaves; may be null
  PrefixNode* last_ = nullptr;          // of the shared pages, pinned; none: shares nothing
  std::vector<std::size_t> stops_;      // where to remember the state, the next one last
  std::vector<Remembered> remembered_;  // whose page the tree does not have yet
};

class PrefixCache final : private PageKeeper {
 public:
  // `begins_message` finds places where prompts are likely to part.
  PrefixCache(KvPool& pool, const StateLayout& layout, std::function<bool(TokenId)> begins_message);
  ~PrefixCache() override { pool_.set_keeper(nullptr); }
  PrefixCache(const PrefixCache&) = delete;
  PrefixCache& operator=(const PrefixCache&) = delete;

  // What sequences leave is written to an archive, and found in it. Once, before any of them.
  void open_archive(PrefixArchive::Options options);
  PrefixArchive* archive() const { return archive_.get(); }  // may be null

  struct Request {
    std::string_view salt;            // empty: shares nothing
    std::int64_t weight = 1;          // of who shares it, beside others; positive
    std::span<const TokenId> tokens;  // to be read
    std::size_t most_reused = 0;      // of them; the others are to be computed in any case
    std::size_t capacity = 0;         // positions, at most
    std::size_t reserved = 0;         // positions with room at once
    std::size_t left_free = 0;        // pages, behind these
    bool persist = false;             // what it leaves may go to the archive
  };
  // A sequence whose length() says how much was found; nullptr while others hold too much.
  std::unique_ptr<CachedSequence> admit(const Request& request);

  std::size_t pages() const { return tree_.pages(); }
  std::uint64_t evicted() const { return tree_.evicted(); }

 private:
  std::size_t spare_pages() const override { return tree_.spare_pages(); }
  void give_up() override { tree_.give_up(); }
  std::vector<std::size_t> stops_of(const Request& request, const PrefixTree::Match& match) const;

  KvPool& pool_;
  PrefixTree tree_;
  const std::function<bool(TokenId)> begins_message_;
  std::unique_ptr<PrefixArchive> archive_;
};

}  // namespace weir
