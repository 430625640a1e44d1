// The arithmetic of a model, once per instruction set, behind one table.
//
// Every function is pure and thread-safe. Pointers to weights need no alignment.
// `n` may be 0. In float a variant agrees with "scalar" up to the order of summation,
// in int8 bit for bit. Within a variant the ways to one product are bit-equal, so that
// an answer does not depend on what else is in the batch: rows[t].dot(row, x) is
// dot(unpack(row), x), and dot_int8(row, x) is dot_chunks(unpack_chunks(row), x).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "local_backend/kernels/activation_tile.h"
#include "local_backend/kernels/attention_kernels.h"
#include "local_backend/kernels/cpu.h"
#include "local_backend/kernels/int8_chunk.h"
#include "local_backend/kernels/levels.h"
#include "local_backend/kernels/tensor_type.h"

namespace weir::kernels {

// Which two values of a head turn together.
enum class RopePairing : std::uint8_t {
  kAdjacent,  // 2i and 2i+1 (llama)
  kHalves,    // i and i+n/2 (NEOX)
};

// What can be done with a row of packed weights; `n` is a multiple of the block.
// Floats have a dot() and nothing below it, quantised formats all but dot().
struct RowKernels {
  void (*unpack)(const std::byte* row, float* out, std::size_t n);  // exact
  float (*dot)(const std::byte* row, const float* x, std::size_t n) = nullptr;

  // Chunks: chunks_of(n) of them, for x as many for each token.
  void (*unpack_chunks)(const std::byte* row, WeightChunk* out, std::size_t n) = nullptr;
  float (*dot_int8)(const std::byte* row, const ActivationChunk* x, std::size_t n) = nullptr;
  // y[t] for every t < tokens
  void (*dot_chunks)(const WeightChunk* row, const ActivationChunk* x, std::size_t n,
                     std::size_t tokens, float* y) = nullptr;
};

inline constexpr std::size_t kPanelRows = 16;

// Products of a panel of packed weights, so many rows, with a tile of activations, by the tile's
// kind (activation_tile.h). Panels and tiles stand at multiples of 16 bytes. Of a format that has
// no panels: nullptr.
struct PanelKernels {
  // y[t * stride + r], all of the tile's tokens and rows.
  using Multiply = void (*)(const std::byte* panel, const std::byte* tile, std::size_t columns,
                            float* y, std::size_t stride);
  // Makes a tile of `tokens` vectors of n values, `stride` apart; for quants, n is a multiple of
  // 32. Not finite in, not finite out.
  using Fill = void (*)(const float* x, std::size_t stride, std::size_t tokens, std::size_t n,
                        std::byte* tile);
  std::array<Multiply, kTileWidths.size()> multiply = {};
  std::array<Fill, kTileWidths.size()> fill = {};
};

// The logits of a part of a vocabulary. `sound`: none is plus infinity or not a number; the
// others then mean something. Of equal ones the first is the best, and the second as high.
struct LogitSurvey {
  float highest = 0;
  float second = 0;  // minus infinity if there is none
  std::size_t best = 0;
  bool sound = true;
};

// Sums over such a part, with d = logit - highest.
struct LogitSums {
  double total = 0;     // of e^d
  double weighted = 0;  // of d e^d
};

using PanelTable = std::array<PanelKernels, kTensorTypes.size()>;

struct Kernels {
  std::string_view name;
  bool (*runs_on)(const CpuFeatures& cpu);
  std::array<RowKernels, kTensorTypes.size()> rows;  // by index_of(TensorType)
  const PanelTable* panels;                          // by index_of(TensorType)
  // Fills chunks_of(n) chunks; `n` is a multiple of 32. Not finite in, not finite out.
  void (*quantise)(const float* x, ActivationChunk* out, std::size_t n);
  // For weight_packer.h. The same bits in every variant.
  LevelSums (*level_sums)(const LevelTask& task);

  float (*dot)(const float* a, const float* b, std::size_t n);
  // y += scale * x
  void (*add_scaled)(float scale, const float* x, float* y, std::size_t n);
  // out = x / sqrt(mean(x^2) + eps) * weight. out may be x. (Zhang & Sennrich 2019)
  void (*rms_norm)(const float* x, const float* weight, float eps, float* out, std::size_t n);
  // out = gate * sigmoid(gate) * up. out may be either. (Shazeer 2020)
  void (*silu_times)(const float* gate, const float* up, float* out, std::size_t n);
  // x = exp(x - max) / sum, in place.
  void (*softmax)(float* x, std::size_t n);
  // Turns `pairs` pairs of one head by angles given as cosine and sine, in place.
  void (*rope)(float* head, const float* cosine, const float* sine, std::size_t pairs,
               RopePairing pairing);
  // out = gelu(gate) * up by the tanh approximation; out = x * sigmoid(gate). out may be either.
  void (*gelu_times)(const float* gate, const float* up, float* out, std::size_t n);
  void (*sigmoid_times)(const float* gate, const float* x, float* out, std::size_t n);
  // x *= scale, then x = cap * tanh(x / cap) unless cap is 0, in place.
  void (*limit)(float* x, std::size_t n, float scale, float cap);
  LogitSurvey (*survey)(const float* logits, std::size_t n);  // n > 0
  LogitSums (*sum_logits)(const float* logits, std::size_t n, float highest);
  const AttentionKernels* attention;

  const RowKernels& row(TensorType type) const { return rows[index_of(type)]; }
  const PanelKernels& panel(TensorType type) const { return (*panels)[index_of(type)]; }
};

// Every variant compiled into this program, "scalar" first, the fastest last.
std::span<const Kernels* const> compiled_kernels();

// The last of them that runs on this processor, or the one that was chosen.
const Kernels& best_kernels();

// Makes best_kernels() the variant of this name in the whole process: to measure it. Before any
// model is loaded. False, and nothing changes, if there is none that runs on this processor.
bool choose_kernels(std::string_view name);

}  // namespace weir::kernels
