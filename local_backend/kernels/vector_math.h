// Mathematics on sixteen floats at a time, written once for the `Isa` of each processor,
// a lanes_*.h that brings:
//
//   V, load, store, set, add, sub, mul, div, fma (one rounding: a * b + c)
//   min(limit, x), max(limit, x)         x where it is not a number
//   load_f16, load_bf16                  sixteen neighbours, widened
//   load_low, load_high                  halves of sixteen bytes, less 8
//   look_up_low, look_up_high            what a table of sixteen has for halves of sixteen bytes
//   half, store_f16                      ties to even
//   times_power(x, n)                    x * 2^n for whole n in [-126, 127]
//   below(x, limit, a, b)                x < limit ? a : b
//   within(x, first, end, y)             x in these lanes, y in the others
//   total(x), highest(x)                 total_of() and highest_of(), where it is worth it
//
// Every step is one operation rounded as IEEE 754 says: all variants give the same bits.
#pragma once

#include <cstddef>
#include <limits>

#ifndef WEIR_INLINE
#define WEIR_INLINE inline
#endif
#ifndef WEIR_TARGET
#define WEIR_TARGET
#endif

namespace weir::kernels {

// e^x = 2^n * e^r with |r| <= ln(2)/2 and Taylor's first eight terms. The relative error
// is below 2^-22.9, the whole range walked; 0 below -87.33, where floats become subnormal,
// and e^88.37 above that.
template <class Isa>
WEIR_INLINE typename Isa::V exp_of(typename Isa::V x) {
  using V = typename Isa::V;
  constexpr float kRound = 0x1.8p23f;
  const V lowest = Isa::set(-87.33f);
  const V limited = Isa::min(Isa::set(88.37f), Isa::max(lowest, x));
  const V shifted = Isa::fma(limited, Isa::set(0x1.715476p0f), Isa::set(kRound));
  const V power = Isa::sub(shifted, Isa::set(kRound));
  V rest = Isa::fma(power, Isa::set(-0x1.62e4p-1f), limited);  // exact: 15 bits times 8
  rest = Isa::fma(power, Isa::set(-0x1.7f7d1cp-20f), rest);
  V sum = Isa::set(1.0f / 5040);
  sum = Isa::fma(sum, rest, Isa::set(1.0f / 720));
  sum = Isa::fma(sum, rest, Isa::set(1.0f / 120));
  sum = Isa::fma(sum, rest, Isa::set(1.0f / 24));
  sum = Isa::fma(sum, rest, Isa::set(1.0f / 6));
  sum = Isa::fma(sum, rest, Isa::set(0.5f));
  sum = Isa::fma(sum, rest, Isa::set(1.0f));
  sum = Isa::fma(sum, rest, Isa::set(1.0f));
  return Isa::below(x, lowest, Isa::set(0.0f), Isa::times_power(sum, power));
}

// 1 - 2 / (e^2x + 1): the absolute error is below 2^-22.
template <class Isa>
WEIR_INLINE typename Isa::V tanh_of(typename Isa::V x) {
  const typename Isa::V one = Isa::set(1.0f);
  const typename Isa::V grown = Isa::add(exp_of<Isa>(Isa::add(x, x)), one);
  return Isa::sub(one, Isa::div(Isa::set(2.0f), grown));
}

template <class Isa>
WEIR_INLINE float exp_of_one(float x) {
  float lanes[16];
  Isa::store(lanes, exp_of<Isa>(Isa::set(x)));
  return lanes[0];
}

// Lane l is added to lane l + 8, then + 4, + 2, + 1.
template <class Isa>
WEIR_INLINE float total_of(typename Isa::V x) {
  if constexpr (requires { Isa::total(x); }) return Isa::total(x);
  float lanes[16];
  Isa::store(lanes, x);
  for (std::size_t width = 8; width > 0; width /= 2) {
    for (std::size_t l = 0; l < width; ++l) lanes[l] += lanes[l + width];
  }
  return lanes[0];
}

// Of numbers; which one of several zeros is open.
template <class Isa>
WEIR_INLINE float highest_of(typename Isa::V x) {
  if constexpr (requires { Isa::highest(x); }) return Isa::highest(x);
  float lanes[16];
  Isa::store(lanes, x);
  float highest = lanes[0];
  for (std::size_t l = 1; l < 16; ++l) highest = lanes[l] > highest ? lanes[l] : highest;
  return highest;
}

}  // namespace weir::kernels
