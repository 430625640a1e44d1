// What one key head's queries of a few neighbouring tokens find among the positions they
// see: a tile, worked out by one thread.
//
// Positions are taken page by page in spans of kSpan, each span is found alone, and spans
// are merged in their order. So a row's numbers depend neither on the rows beside it nor
// on who found the spans.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

#include "local_backend/kernels/rounded_attention.h"
#include "local_backend/model/block.h"

namespace weir {

// What is the same for all tiles of a block.
struct AttentionPlan {
  HeadSpec heads;
  std::size_t slot = 0;  // of the sequences, that keeps keys and values as
  KvShape kept;
  bool values_in_keys = false;  // a value is the beginning of its key
  std::vector<float> sinks;     // none, or one logit a head

  std::size_t group() const { return heads.heads / heads.kv_heads; }
  std::size_t padded_key() const;
  std::size_t padded_value() const;
  // The heads' vectors are rotated by blocks of so many before they are rounded; 0: they
  // are not.
  std::size_t key_rotation() const;
  std::size_t value_rotation() const;
  // Queries, and what weighs values, are rounded to be multiplied (kernels/rounded_attention.h).
  bool rounds_queries() const;
  bool rounds_weights() const;

  std::byte* keys_at(SequenceState& state, std::size_t kv_head, std::size_t page) const;
  std::byte* values_at(SequenceState& state, std::size_t kv_head, std::size_t page) const;
};

class AttentionTile {
 public:
  static constexpr std::size_t kSpan = 1024;  // positions, whole pages
  static constexpr std::size_t kMostRows = 48;

  struct Queries {
    std::size_t first_token = 0;
    std::size_t tokens = 0;                              // of one sequence, neighbours
    std::size_t first_head = 0;                          // of all heads
    std::size_t heads = 0;                               // of one key head
    std::size_t rows() const { return tokens * heads; }  // at most kMostRows
  };

  AttentionTile(const AttentionPlan& plan, ForwardPass& pass, Queries queries)
      : plan_(plan),
        pass_(pass),
        queries_(queries),
        steps_(*pass.kernels.attention),
        sequence_(*pass.batch.sequences[queries.first_token]),
        kv_head_(queries.first_head / plan.group()) {
    look();
  }

  // Floats that a tile works in, at a multiple of 64 bytes.
  static std::size_t scratch_floats(const AttentionPlan& plan, std::size_t rows);
  // Floats of what one span found.
  static std::size_t found_floats(const AttentionPlan& plan, std::size_t rows);

  // All spans, and the result to work.attended.
  void attend(float* scratch);

  // The same in two steps, by tiles alike: each span for itself, found_floats() to `found`,
  // then all of them.
  struct Spans {
    const float* first = nullptr;
    std::size_t apart = 0;  // floats from one to the next
    std::size_t count = 0;
  };
  void find_span(std::size_t span, float* scratch, float* found);
  void merge_spans(Spans spans, float* scratch);

 private:
  struct Sight {
    std::size_t start = 0;
    std::size_t end = 0;
  };
  using Rows = std::array<kernels::AttentionRow, kMostRows>;

  void look();
  Sight sight(std::size_t position, std::size_t sequence_end) const;
  float scale_at(std::size_t position) const;
  void place(float* scratch);
  void load_queries();
  void start(float* out, Rows* rows) const;
  void start_with_sinks(float* out, Rows* rows) const;
  void look_through(std::size_t span, Rows* rows);
  void look_at(std::size_t page, Rows* rows);
  void score(std::size_t page, std::size_t columns);
  void weigh(std::size_t page, std::size_t positions);
  bool keys_are_wide() const;
  bool values_are_wide() const;
  void widen(std::size_t page);
  void turn_keys();
  void write(Rows* rows) const;

  const AttentionPlan& plan_;
  ForwardPass& pass_;
  const Queries queries_;
  const kernels::AttentionKernels& steps_;
  SequenceState& sequence_;
  const std::size_t kv_head_;
  std::array<Sight, kMostRows> seen_;   // by token
  std::array<float, kMostRows> scale_;  // the same
  Sight all_seen_;
  float* asked_ = nullptr;       // [rows][padded key]
  float* scores_ = nullptr;      // [roomy(rows)][kTilePositions]
  float* found_ = nullptr;       // [rows][padded value], of all spans
  float* span_found_ = nullptr;  // the same of one
  float* sums_ = nullptr;        // where the span that is looked through puts what it finds
  std::optional<kernels::RoundedAttention> rounded_;
  float* wide_keys_ = nullptr;    // a tile as kF32
  float* wide_values_ = nullptr;  // the same
};

}  // namespace weir
