// Sixteen floats as an array: the reference. See vector_math.h for what the names mean.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "local_backend/kernels/half.h"

namespace weir::kernels {

struct ScalarLanes {
  struct V {
    float lane[16];
  };
  static constexpr std::size_t kVectors = 1;  // of a product's columns at a time

  static V load(const float* from) {
    return each([&](std::size_t i) { return from[i]; });
  }
  static void store(float* to, const V& x) { std::copy_n(x.lane, 16, to); }
  static V set(float x) {
    return each([&](std::size_t) { return x; });
  }
  static V add(const V& a, const V& b) {
    return each([&](std::size_t i) { return a.lane[i] + b.lane[i]; });
  }
  static V sub(const V& a, const V& b) {
    return each([&](std::size_t i) { return a.lane[i] - b.lane[i]; });
  }
  static V mul(const V& a, const V& b) {
    return each([&](std::size_t i) { return a.lane[i] * b.lane[i]; });
  }
  static V div(const V& a, const V& b) {
    return each([&](std::size_t i) { return a.lane[i] / b.lane[i]; });
  }
  static V fma(const V& a, const V& b, const V& c) {
    return each([&](std::size_t i) { return std::fma(a.lane[i], b.lane[i], c.lane[i]); });
  }
  static V min(const V& limit, const V& x) {
    return each(
        [&](std::size_t i) { return limit.lane[i] < x.lane[i] ? limit.lane[i] : x.lane[i]; });
  }
  static V max(const V& limit, const V& x) {
    return each(
        [&](std::size_t i) { return limit.lane[i] > x.lane[i] ? limit.lane[i] : x.lane[i]; });
  }

  static V load_f16(const std::byte* from) {
    return each([&](std::size_t i) { return half(load_unaligned<std::uint16_t>(from + 2 * i)); });
  }
  static V load_bf16(const std::byte* from) {
    return each([&](std::size_t i) {
      return bfloat_to_float(load_unaligned<std::uint16_t>(from + 2 * i));
    });
  }
  static V load_low(const std::byte* from) {
    return each([&](std::size_t i) {
      return static_cast<float>(std::to_integer<int>(from[i] & std::byte{15}) - 8);
    });
  }
  static V load_high(const std::byte* from) {
    return each(
        [&](std::size_t i) { return static_cast<float>(std::to_integer<int>(from[i] >> 4) - 8); });
  }
  static V look_up_low(const std::int8_t* levels, const std::byte* from) {
    return each([&](std::size_t i) {
      return static_cast<float>(levels[std::to_integer<int>(from[i] & std::byte{15})]);
    });
  }
  static V look_up_high(const std::int8_t* levels, const std::byte* from) {
    return each([&](std::size_t i) {
      return static_cast<float>(levels[std::to_integer<int>(from[i] >> 4)]);
    });
  }
  static float half(std::uint16_t bits) { return half_to_float(bits); }
  static void store_f16(std::uint16_t* to, const V& x) {
    for (std::size_t i = 0; i < 16; ++i) to[i] = float_to_half(x.lane[i]);
  }

  static V times_power(const V& x, const V& power) {
    return each([&](std::size_t i) {
      if (!(std::fabs(power.lane[i]) < 127.5f)) return x.lane[i];  // not a number
      const auto exponent = static_cast<std::uint32_t>(power.lane[i] + 127.0f);
      return x.lane[i] * std::bit_cast<float>(exponent << 23);
    });
  }
  static V below(const V& x, const V& limit, const V& chosen, const V& otherwise) {
    return each([&](std::size_t i) {
      return x.lane[i] < limit.lane[i] ? chosen.lane[i] : otherwise.lane[i];
    });
  }
  static V within(const V& x, std::size_t first, std::size_t end, const V& otherwise) {
    return each(
        [&](std::size_t i) { return i >= first && i < end ? x.lane[i] : otherwise.lane[i]; });
  }

 private:
  template <class Lane>
  static V each(const Lane& lane) {
    V x;
    for (std::size_t i = 0; i < 16; ++i) x.lane[i] = lane(i);
    return x;
  }
};

}  // namespace weir::kernels
