// Softmax attention over what a sequence remembers: scaled dot products of a batch's
// queries with keys in pages, and the values they weigh. Immutable.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "local_backend/model/block.h"

namespace weir {

class AttentionCore {
 public:
  // Reads keys and values from `slot` of the sequences. With `values_in_keys` a value
  // is the beginning of its key. `sinks`: none, or one logit a head.
  AttentionCore(const HeadSpec& spec, std::size_t slot, bool values_in_keys,
                std::vector<float> sinks = {});

  // Copies one token's key and value heads to where later tokens find them; `value` is
  // not looked at where values are in keys.
  void remember(ForwardPass& pass, std::size_t token, const float* key, const float* value) const;

  // work.attended = [batch][heads][value width] of work.query, [batch][heads][key width].
  void attend_all(ForwardPass& pass) const;

 private:
  struct Sight {
    std::size_t start;
    std::size_t end;
  };

  Sight sight(const ForwardPass& pass, std::size_t token) const;
  bool worth_sharing(const ForwardPass& pass) const;
  void attend(ForwardPass& pass, std::size_t token, std::size_t first_head, float* scores) const;
  void score(ForwardPass& pass, std::size_t token, std::size_t first_head, float* scores) const;
  float scale_at(std::size_t position) const;
  float* value_at(SequenceState& state, std::size_t kv_head, std::size_t position) const;
  float* key_at(SequenceState& state, std::size_t kv_head, std::size_t position) const;
  float* page_of(SequenceState& state, std::size_t position) const;

  const HeadSpec spec_;
  const std::size_t slot_;
  const bool values_in_keys_;
  const std::vector<float> sinks_;
  const std::size_t group_;           // heads that share a key head
  const std::size_t heads_together_;  // of one group, that read its rows together
};

}  // namespace weir
