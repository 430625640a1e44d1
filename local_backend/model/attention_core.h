// Softmax attention over what a sequence remembers: scaled dot products of a batch's
// queries with keys in pages, and the values they weigh. Immutable.
//
// The batch is cut into tiles (attention_tile.h), which the threads share.
#pragma once

#include <cstddef>
#include <vector>

#include "local_backend/model/attention_tile.h"
#include "local_backend/model/block.h"

namespace weir {

class AttentionCore {
 public:
  explicit AttentionCore(AttentionPlan plan) : plan_(std::move(plan)) {}

  // The batch's keys, [batch][kv heads][key width], and its values likewise; without values
  // where they are in keys, without either where another block remembers them.
  struct Fresh {
    float* keys = nullptr;
    float* values = nullptr;
  };
  // work.attended = [batch][heads][value width] of work.query, [batch][heads][key width].
  // Before, puts what is fresh where later tokens find it, and uses it up.
  void attend_all(ForwardPass& pass, Fresh fresh) const;

 private:
  // How a batch is cut: so many heads of a key head together, in so many parts.
  struct Cut {
    std::size_t heads = 0;
    std::size_t parts = 0;
  };

  // Neighbouring tokens of the batch.
  using Tokens = Workspace::QueryTile;

  void remember_all(ForwardPass& pass, Fresh fresh) const;
  void remember_head(ForwardPass& pass, std::size_t kv_head, Tokens tokens, Fresh fresh) const;
  bool worth_sharing(const ForwardPass& pass) const;
  Cut cut_batch(ForwardPass& pass) const;
  void cut_tokens(ForwardPass& pass, std::size_t together) const;
  Tokens tokens_at(ForwardPass& pass, Cut cut, std::size_t index) const;
  std::size_t kv_head_at(Cut cut, std::size_t index) const;
  AttentionTile tile_at(ForwardPass& pass, Cut cut, std::size_t index) const;
  void attend_by_spans(ForwardPass& pass, Cut cut, std::size_t spans) const;

  const AttentionPlan plan_;
};

}  // namespace weir
