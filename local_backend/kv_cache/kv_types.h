// How a model keeps its keys and values: those of all layers, and of those that differ.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "local_backend/kernels/kv_type.h"

namespace weir {

struct KvTypes {
  kernels::KvType keys = kernels::KvType::kF32;
  kernels::KvType values = kernels::KvType::kF32;

  friend bool operator==(const KvTypes&, const KvTypes&) = default;
};

// Of those who set none: half the memory for an error far below that of int8 activations.
inline constexpr KvTypes kUsualKvTypes{kernels::KvType::kF16, kernels::KvType::kF16};

// A layer, counted from 0, that keeps its own in another way.
struct LayerKvTypes {
  std::size_t layer = 0;
  KvTypes types;

  friend bool operator==(const LayerKvTypes&, const LayerKvTypes&) = default;
};

// "q8_0", or keys and values apart: "q8_0/iq4_nl". None: it is neither.
std::optional<KvTypes> parse_kv_types(std::string_view text);
std::string to_string(KvTypes types);
// For errors: what parse_kv_types() takes.
std::string kv_types_expected();

}  // namespace weir
