// IEEE 754 binary16 and bfloat16 as they stand in files: widened to float, which is exact, and
// made of floats, rounded to the nearest, ties to even.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace weir::kernels {

// Subnormals, infinities and NaNs included; a signalling NaN becomes quiet, as
// the processors' own instructions do it.
inline float half_to_float(std::uint16_t half) {
  const std::uint32_t sign = (half & 0x8000u) << 16;
  const std::uint32_t exponent = (half >> 10) & 0x1fu;
  const std::uint32_t mantissa = half & 0x3ffu;
  if (exponent == 0) {
    const float magnitude = static_cast<float>(mantissa) * 0x1.0p-24f;
    return sign != 0 ? -magnitude : magnitude;
  }
  if (exponent == 31) {
    const std::uint32_t quiet = mantissa != 0 ? 0x400000u : 0u;
    return std::bit_cast<float>(sign | 0x7f800000u | quiet | (mantissa << 13));
  }
  return std::bit_cast<float>(sign | ((exponent + 112) << 23) | (mantissa << 13));
}

inline float bfloat_to_float(std::uint16_t value) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(value) << 16);
}

// Infinite above what a half can hold.
inline std::uint16_t float_to_half(float value) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
  const auto sign = static_cast<std::uint16_t>(bits >> 16 & 0x8000u);
  const std::uint32_t magnitude = bits & 0x7fffffffu;
  if (magnitude >= 0x7f800000u) {
    const bool number = magnitude == 0x7f800000u;
    return static_cast<std::uint16_t>(sign | (number ? 0x7c00u : 0x7e00u));
  }
  std::uint32_t shift = 13;
  std::uint32_t kept = magnitude - (112u << 23);
  if (magnitude < (113u << 23)) {
    // A subnormal: the leading one moves into the mantissa.
    shift = 126 - (magnitude >> 23);
    if (shift > 24) return sign;
    kept = (magnitude & 0x7fffffu) | 0x800000u;
  }
  const std::uint32_t half_way = 1u << (shift - 1);
  const std::uint32_t odd = kept >> shift & 1u;
  const std::uint32_t rounded = (kept + half_way - 1 + odd) >> shift;
  return static_cast<std::uint16_t>(sign | (rounded < 0x7c00u ? rounded : 0x7c00u));
}

inline std::uint16_t float_to_bfloat(float value) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return static_cast<std::uint16_t>(bits >> 16 | 0x40u);
  return static_cast<std::uint16_t>((bits + 0x7fffu + (bits >> 16 & 1u)) >> 16);
}

// Reads a T that may stand at any address.
template <class T>
inline T load_unaligned(const std::byte* from) {
  T value;
  std::memcpy(&value, from, sizeof(T));
  return value;
}

}  // namespace weir::kernels
