// What a model remembers of one sequence between two forward calls.
//
// The interface that blocks see; how the memory is kept (pages, a window, a
// recurrent state) is behind it. Belongs to the engine's thread.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "local_backend/kernels/kv_type.h"

namespace weir {

inline constexpr std::size_t kKvPageTokens = kernels::kTilePositions;

// One attention block's keys and values. A page has, for each head, a tile of keys and
// behind it one of values (kernels/kv_type.h).
struct KvShape {
  std::size_t kv_heads = 0;
  std::size_t key_width = 0;    // of one head
  std::size_t value_width = 0;  // of one head
  std::string owner = {};       // the prefix of the block that writes it
  kernels::KvType key_type = kernels::KvType::kF32;
  kernels::KvType value_type = kernels::KvType::kF32;

  std::size_t head_bytes() const {
    return kernels::key_tile_bytes(key_type, key_width) +
           kernels::value_tile_bytes(value_type, value_width);
  }
  std::size_t page_bytes() const { return kv_heads * head_bytes(); }
};

// What the blocks of a model ask to be remembered, in the order of their slots.
struct StateLayout {
  std::vector<KvShape> kv_slots;
  // Blocks that remember a fixed number of floats, whatever the length: how many.
  std::vector<std::size_t> recurrent_slots;

  std::size_t recurrent_floats() const {
    std::size_t floats = 0;
    for (const std::size_t slot : recurrent_slots) floats += slot;
    return floats;
  }
};

// What a recurrent block remembers at length(), zeros at first, and where a forward call
// puts what it is afterwards, all of it.
struct RecurrentState {
  const float* before = nullptr;
  float* after = nullptr;
};

class SequenceState {
 public:
  virtual ~SequenceState() = default;

  // Positions that are remembered. A forward call writes behind them; they count
  // once advance_to() says so, once for a call, and an abandoned call leaves no trace.
  virtual std::size_t length() const = 0;
  virtual void advance_to(std::size_t length) = 0;

  // The most positions that fit; set when the sequence was admitted.
  virtual std::size_t capacity() const = 0;

  // Holds room for the positions below `length` <= capacity() from now on. False,
  // and nothing changes, while other sequences hold too much.
  virtual bool reserve(std::size_t length) = 0;

  // Makes the pages for positions below `length`, reserving them if need be. Call
  // before the forward call that writes them. May throw std::bad_alloc.
  virtual void prepare(std::size_t length) = 0;

  // What a slot keeps of positions [page * kKvPageTokens, ...), prepared before: its
  // KvShape::page_bytes() bytes, at a multiple of 64.
  virtual std::byte* kv_page(std::size_t slot, std::size_t page) = 0;

  // Of a slot of StateLayout::recurrent_slots, prepared before.
  virtual RecurrentState recurrent(std::size_t slot) = 0;
};

}  // namespace weir
