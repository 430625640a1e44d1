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

  // Puts the batch's keys [batch][kv heads][key width], and its values likewise, where later
  // tokens find them. Uses them up. `values` is not looked at where values are in keys.
  void remember_all(ForwardPass& pass, float* keys, float* values) const;

  // work.attended = [batch][heads][value width] of work.query, [batch][heads][key width].
  void attend_all(ForwardPass& pass) const;

 private:
  // How a batch is cut: so many heads of a key head together, in so many parts.
  struct Cut {
    std::size_t heads = 0;
    std::size_t parts = 0;
  };

  void remember_head(ForwardPass& pass, std::size_t kv_head, float* keys, float* values) const;
  bool worth_sharing(const ForwardPass& pass) const;
  Cut cut_batch(ForwardPass& pass) const;
  void cut_tokens(ForwardPass& pass, std::size_t together) const;
  AttentionTile tile_at(ForwardPass& pass, Cut cut, std::size_t index) const;
  void attend_by_spans(ForwardPass& pass, Cut cut, std::size_t spans) const;

  const AttentionPlan plan_;
};

}  // namespace weir
