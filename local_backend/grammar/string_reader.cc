#include "local_backend/grammar/string_reader.h"

#include <algorithm>

namespace weir::grammar {
namespace {

using StepKind = StringStep::Kind;

// What is read: two bits and more of which kind, then how many bytes or digits are in hand and
// are to come, then their value.
enum class UnfinishedPart : std::uint8_t {
  kNone,
  kUtf8,
  kEscape,
  kHex,
  kLowEscape,
  kLowLetter,
  kLowHex
};

struct Place {
  UnfinishedPart part = UnfinishedPart::kNone;
  std::uint32_t total = 0;  // bytes of a character
  std::uint32_t left = 0;   // bytes or digits to come
  std::uint32_t value = 0;  // 22 bits

  Unfinished word() const {
    return static_cast<std::uint32_t>(part) | total << 3 | left << 6 | value << 9;
  }
  static Place of(Unfinished word) {
    return {static_cast<UnfinishedPart>(word & 7), word >> 3 & 7, word >> 6 & 7, word >> 9};
  }
};

constexpr std::array<CodePointRange, 5> kPythonEscapes = {
    {{0x08, 0x0a}, {0x0c, 0x0d}, {'"', '"'}, {'\'', '\''}, {'\\', '\\'}}};

constexpr std::uint32_t kHighFirst = 0xd800;
constexpr std::uint32_t kLowFirst = 0xdc00;
constexpr std::uint32_t kLowLast = 0xdfff;

void add_code_points(char32_t first, char32_t last, StringStep* step) {
  if (first <= last) step->ranges[step->range_count++] = {first, last};
}

StringStep character(char32_t code) { return {StepKind::kCharacter, code}; }

StringStep more(Place place) { return {StepKind::kMore, 0, place.word()}; }

// Overlong forms and what is no code point are not in the range.
StringStep utf8(Place place) {
  if (place.left == 0) {
    const bool surrogate = place.value >= kHighFirst && place.value <= kLowLast;
    return surrogate ? StringStep{} : character(place.value);
  }
  constexpr std::array<char32_t, 5> kFirst = {0, 0, 0x80, 0x800, 0x10000};
  const std::uint32_t bits = 6 * place.left;
  const char32_t low = std::max<char32_t>(place.value << bits, kFirst[place.total]);
  const char32_t high = std::min<char32_t>(((place.value + 1) << bits) - 1, kLastCodePoint);
  if (low > high || (low >= kHighFirst && high <= kLowLast)) return {};
  StringStep step = more(place);
  add_code_points(low, high, &step);
  return step;
}

StringStep first_byte(std::uint8_t byte) {
  if (byte < 0x80) return character(byte);
  if (byte >= 0xc2 && byte <= 0xdf) return utf8({UnfinishedPart::kUtf8, 2, 1, byte & 0x1fu});
  if (byte >= 0xe0 && byte <= 0xef) return utf8({UnfinishedPart::kUtf8, 3, 2, byte & 0x0fu});
  if (byte >= 0xf0 && byte <= 0xf4) return utf8({UnfinishedPart::kUtf8, 4, 3, byte & 0x07u});
  return {};
}

bool is_python(Spelling spelling) {
  return spelling == Spelling::kSingle || spelling == Spelling::kDouble;
}

bool may_be_escaped(char32_t code, Spelling spelling) {
  return spelling == Spelling::kAnyJson || code < 0x20 || code >= 0x80;
}

// Behind a backslash.
StringStep escaped(std::uint8_t byte, Spelling spelling) {
  switch (byte) {
    case '"':
    case '\\': return character(byte);
    case '\'': return is_python(spelling) ? character(byte) : StringStep{};
    case '/': return spelling == Spelling::kAnyJson ? character(byte) : StringStep{};
    case 'b': return character(0x08);
    case 'f': return character(0x0c);
    case 'n': return character(0x0a);
    case 'r': return character(0x0d);
    case 't': return character(0x09);
    case 'u': {
      if (is_python(spelling)) return {};
      StringStep step = more({UnfinishedPart::kHex, 0, 4, 0});
      if (spelling == Spelling::kAnyJson) {
        add_code_points(0, kLastCodePoint, &step);
      } else {
        add_code_points(0, 0x1f, &step);
        add_code_points(0x80, kLastCodePoint, &step);
      }
      return step;
    }
    default: return {};
  }
}

int hex_digit(std::uint8_t byte) {
  if (byte >= '0' && byte <= '9') return byte - '0';
  if (byte >= 'a' && byte <= 'f') return byte - 'a' + 10;
  if (byte >= 'A' && byte <= 'F') return byte - 'A' + 10;
  return -1;
}

// `low` to `high` are UTF-16 units.
StringStep unit_range(Place place, char32_t low, char32_t high, Spelling spelling) {
  StringStep step = more(place);
  if (spelling == Spelling::kAnyJson) {
    add_code_points(low, std::min<char32_t>(high, kHighFirst - 1), &step);
  } else {
    add_code_points(low, std::min<char32_t>(high, 0x1f), &step);
    add_code_points(std::max<char32_t>(low, 0x80), std::min<char32_t>(high, kHighFirst - 1), &step);
  }
  const char32_t first = std::max<char32_t>(low, kHighFirst);
  const char32_t last = std::min<char32_t>(high, kLowFirst - 1);
  if (first <= last) {
    add_code_points(0x10000 + ((first - kHighFirst) << 10),
                    0x10000 + ((last - kHighFirst + 1) << 10) - 1, &step);
  }
  add_code_points(std::max<char32_t>(low, kLowLast + 1), high, &step);
  return step.range_count > 0 ? step : StringStep{};
}

StringStep hex(Place place, Spelling spelling) {
  if (place.left > 0) {
    const std::uint32_t bits = 4 * place.left;
    return unit_range(place, place.value << bits, ((place.value + 1) << bits) - 1, spelling);
  }
  const std::uint32_t unit = place.value;
  if (unit >= kHighFirst && unit < kLowFirst) {
    return unit_range({UnfinishedPart::kLowEscape, 0, 0, unit - kHighFirst}, unit, unit, spelling);
  }
  const bool low = unit >= kLowFirst && unit <= kLowLast;
  return low || !may_be_escaped(unit, spelling) ? StringStep{} : character(unit);
}

// `value`: ten bits of the high surrogate, then the digits so far of the low one.
StringStep low_hex(Place place) {
  const std::uint32_t digits = 4 - place.left;
  const std::uint32_t high = place.value >> (4 * digits);
  const std::uint32_t unit = place.value & ((1u << (4 * digits)) - 1);
  const std::uint32_t bits = 4 * place.left;
  const char32_t first = std::max(unit << bits, kLowFirst);
  const char32_t last = std::min(((unit + 1) << bits) - 1, kLowLast);
  if (first > last) return {};
  const char32_t base = 0x10000 + (high << 10);
  if (place.left == 0) return character(base + (unit - kLowFirst));
  StringStep step = more(place);
  add_code_points(base + (first - kLowFirst), base + (last - kLowFirst), &step);
  return step;
}

StringStep low_part(UnfinishedPart part, std::uint32_t left, std::uint32_t high) {
  StringStep step = more({part, 0, left, high});
  add_code_points(0x10000 + (high << 10), 0x10000 + (high << 10) + 0x3ff, &step);
  return step;
}

StringStep at_start(std::uint8_t byte, Spelling spelling) {
  if (spelling == Spelling::kPlain) return first_byte(byte);
  const char quote = spelling == Spelling::kSingle ? '\'' : '"';
  if (static_cast<char>(byte) == quote) return {StepKind::kQuote};
  if (byte < 0x20) return {};
  if (byte != '\\') return first_byte(byte);
  StringStep step = more({UnfinishedPart::kEscape, 0, 0, 0});
  if (is_python(spelling)) {
    for (const auto& [first, last] : kPythonEscapes) add_code_points(first, last, &step);
    return step;
  }
  add_code_points(0, 0x1f, &step);
  add_code_points('"', '"', &step);
  add_code_points('\\', '\\', &step);
  add_code_points(spelling == Spelling::kAnyJson ? 0x20 : 0x80, kLastCodePoint, &step);
  return step;
}

}  // namespace

bool is_begun_utf8(Unfinished unfinished) {
  return Place::of(unfinished).part == UnfinishedPart::kUtf8;
}

std::uint32_t bytes_to_come(Unfinished unfinished) { return Place::of(unfinished).left; }

StringStep read_byte(Unfinished unfinished, std::uint8_t byte, Spelling spelling) {
  Place place = Place::of(unfinished);
  switch (place.part) {
    case UnfinishedPart::kNone: return at_start(byte, spelling);
    case UnfinishedPart::kUtf8:
      if ((byte & 0xc0) != 0x80) return {};
      return utf8(
          {UnfinishedPart::kUtf8, place.total, place.left - 1, place.value << 6 | (byte & 0x3fu)});
    case UnfinishedPart::kEscape: return escaped(byte, spelling);
    case UnfinishedPart::kLowEscape:
      return byte == '\\' ? low_part(UnfinishedPart::kLowLetter, 0, place.value) : StringStep{};
    case UnfinishedPart::kLowLetter:
      return byte == 'u' ? low_part(UnfinishedPart::kLowHex, 4, place.value) : StringStep{};
    case UnfinishedPart::kHex:
    case UnfinishedPart::kLowHex: break;
  }
  const int digit = hex_digit(byte);
  if (digit < 0) return {};
  place.value = place.value << 4 | static_cast<std::uint32_t>(digit);
  --place.left;
  return place.part == UnfinishedPart::kHex ? hex(place, spelling) : low_hex(place);
}

}  // namespace weir::grammar
