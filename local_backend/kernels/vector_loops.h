// Functions of vectors, written once and compiled for each processor's `Isa`
// (vector_math.h). Each value is worked out alone: all variants give the same bits.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

#include "local_backend/kernels/kernels.h"
#include "local_backend/kernels/vector_math.h"

namespace weir::kernels {

// out[i] = f(x[i], y[i]) in sixteens, the last of them padded.
template <class Isa, class Function>
WEIR_INLINE void each_of(const float* x, const float* y, float* out, std::size_t n,
                         const Function& f) {
  std::size_t i = 0;
  for (; i + 16 <= n; i += 16) Isa::store(out + i, f(Isa::load(x + i), Isa::load(y + i)));
  if (i == n) return;
  float last_x[16] = {};
  float last_y[16] = {};
  float last[16];
  std::copy(x + i, x + n, last_x);
  std::copy(y + i, y + n, last_y);
  Isa::store(last, f(Isa::load(last_x), Isa::load(last_y)));
  std::copy_n(last, n - i, out + i);
}

// x / (1 + e^-t)
template <class Isa>
WEIR_INLINE typename Isa::V gated(typename Isa::V x, typename Isa::V t) {
  const typename Isa::V less = Isa::sub(Isa::set(0.0f), t);
  return Isa::div(x, Isa::add(exp_of<Isa>(less), Isa::set(1.0f)));
}

template <class Isa>
struct SiluTimes {
  using V = typename Isa::V;
  WEIR_INLINE V operator()(V gate, V up) const { return Isa::mul(gated<Isa>(gate, gate), up); }
};

template <class Isa>
struct SigmoidTimes {
  using V = typename Isa::V;
  WEIR_INLINE V operator()(V gate, V x) const { return gated<Isa>(x, gate); }
};

// x * (1 + tanh(t)) / 2 = x / (1 + e^-2t) with t = sqrt(2/pi) * (x + 0.044715 x^3).
template <class Isa>
struct GeluTimes {
  using V = typename Isa::V;
  WEIR_INLINE V operator()(V gate, V up) const {
    const V inner = Isa::fma(Isa::mul(gate, gate), Isa::set(0.044715f), Isa::set(1.0f));
    const V twice = Isa::mul(Isa::mul(gate, Isa::set(1.59576912160573071f)), inner);
    return Isa::mul(gated<Isa>(gate, twice), up);
  }
};

template <class Isa>
struct Limited {
  using V = typename Isa::V;
  float scale;
  float cap;
  WEIR_INLINE V operator()(V x, V) const {
    const V scaled = Isa::mul(x, Isa::set(scale));
    if (cap == 0) return scaled;
    return Isa::mul(tanh_of<Isa>(Isa::div(scaled, Isa::set(cap))), Isa::set(cap));
  }
};

template <class Isa>
struct ExpLess {
  using V = typename Isa::V;
  float highest;
  WEIR_INLINE V operator()(V x, V) const { return exp_of<Isa>(Isa::sub(x, Isa::set(highest))); }
};

template <class Isa>
WEIR_TARGET void silu_times(const float* gate, const float* up, float* out, std::size_t n) {
  each_of<Isa>(gate, up, out, n, SiluTimes<Isa>());
}

template <class Isa>
WEIR_TARGET void gelu_times(const float* gate, const float* up, float* out, std::size_t n) {
  each_of<Isa>(gate, up, out, n, GeluTimes<Isa>());
}

template <class Isa>
WEIR_TARGET void sigmoid_times(const float* gate, const float* x, float* out, std::size_t n) {
  each_of<Isa>(gate, x, out, n, SigmoidTimes<Isa>());
}

template <class Isa>
WEIR_TARGET void limit(float* x, std::size_t n, float scale, float cap) {
  each_of<Isa>(x, x, x, n, Limited<Isa>{scale, cap});
}

template <class Isa>
WEIR_TARGET void softmax(float* x, std::size_t n) {
  if (n == 0) return;
  float highest = x[0];
  for (std::size_t i = 1; i < n; ++i) highest = x[i] > highest ? x[i] : highest;
  each_of<Isa>(x, x, x, n, ExpLess<Isa>{highest});
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += double{x[i]};
  const auto scale = static_cast<float>(1.0 / sum);
  for (std::size_t i = 0; i < n; ++i) x[i] *= scale;
}

// Small enough to stay near for a second and a third look.
inline constexpr std::size_t kLogitChunk = 1024;

// Neither plus infinity nor NaN.
WEIR_INLINE bool all_sound(const float* logits, std::size_t n) {
  constexpr std::uint32_t kExponent = 0x7f800000;
  constexpr std::uint32_t kMinusInfinity = 0xff800000;
  std::uint32_t nonsense = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const auto bits = std::bit_cast<std::uint32_t>(logits[i]);
    nonsense |= static_cast<std::uint32_t>((bits & kExponent) == kExponent) &
                static_cast<std::uint32_t>(bits != kMinusInfinity);
  }
  return nonsense == 0;
}

// Sixteen logits, with `otherwise` in the place of those that are not there.
template <class Isa>
WEIR_INLINE typename Isa::V logits_at(const float* logits, std::size_t left, float otherwise) {
  if (left >= 16) return Isa::load(logits);
  float lanes[16];
  std::fill(std::copy_n(logits, left, lanes), lanes + 16, otherwise);
  return Isa::load(lanes);
}

WEIR_INLINE void take_logit(float logit, std::size_t at, LogitSurvey* survey) {
  if (logit > survey->highest) {
    survey->second = survey->highest;
    survey->highest = logit;
    survey->best = at;
  } else if (logit > survey->second) {
    survey->second = logit;
  }
}

template <class Isa>
WEIR_TARGET LogitSurvey survey_logits(const float* logits, std::size_t n) {
  using V = typename Isa::V;
  constexpr float kNothing = -std::numeric_limits<float>::infinity();
  LogitSurvey all{kNothing, kNothing, 0, true};
  for (std::size_t begin = 0; begin < n; begin += kLogitChunk) {
    const std::size_t count = std::min(n - begin, kLogitChunk);
    all.sound = all.sound && all_sound(logits + begin, count);
    V highest = Isa::set(kNothing);
    V second = highest;
    for (std::size_t i = 0; i < count; i += 16) {
      const V x = logits_at<Isa>(logits + begin + i, count - i, kNothing);
      second = Isa::max(second, Isa::min(highest, x));
      highest = Isa::max(highest, x);
    }
    float lanes[32];
    Isa::store(lanes, highest);
    Isa::store(lanes + 16, second);
    for (const float lane : lanes) take_logit(lane, begin, &all);
  }
  while (all.best < n && logits[all.best] != all.highest) ++all.best;
  return all;
}

template <class Isa>
WEIR_TARGET LogitSums sum_logits(const float* logits, std::size_t n, float highest) {
  using V = typename Isa::V;
  LogitSums sums;
  for (std::size_t begin = 0; begin < n; begin += kLogitChunk) {
    const std::size_t count = std::min(n - begin, kLogitChunk);
    V total = Isa::set(0.0f);
    V weighted = total;
    for (std::size_t i = 0; i < count; i += 16) {
      constexpr float kNothing = -std::numeric_limits<float>::infinity();
      const V x = logits_at<Isa>(logits + begin + i, count - i, kNothing);
      const V below = Isa::sub(x, Isa::set(highest));
      const V part = exp_of<Isa>(below);
      total = Isa::add(total, part);
      weighted = Isa::fma(part, Isa::max(Isa::set(-100.0f), below), weighted);
    }
    sums.total += double{total_of<Isa>(total)};
    sums.weighted += double{total_of<Isa>(weighted)};
  }
  return sums;
}

template <class Isa>
WEIR_TARGET void rope(float* __restrict head, const float* __restrict cosine,
                      const float* __restrict sine, std::size_t pairs, RopePairing pairing) {
  if (pairing == RopePairing::kHalves) {
    for (std::size_t i = 0; i < pairs; ++i) {
      const float a = head[i];
      const float b = head[i + pairs];
      head[i] = a * cosine[i] - b * sine[i];
      head[i + pairs] = a * sine[i] + b * cosine[i];
    }
    return;
  }
  for (std::size_t i = 0; i < pairs; ++i) {
    const float a = head[2 * i];
    const float b = head[2 * i + 1];
    head[2 * i] = a * cosine[i] - b * sine[i];
    head[2 * i + 1] = a * sine[i] + b * cosine[i];
  }
}

}  // namespace weir::kernels
