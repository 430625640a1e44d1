#include "local_backend/gguf/value_text.h"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string_view>
#include <type_traits>

#include "local_backend/gguf/byte_reader.h"

namespace weir {
namespace {

constexpr std::size_t kShownBytes = 64;
constexpr std::size_t kShownWordBytes = 16;
constexpr std::size_t kShownElements = 4;

std::string quoted(std::string_view text, std::size_t shown) {
  if (text.size() <= shown) return "\"" + std::string(text) + "\"";
  std::size_t end = shown;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return "\"" + std::string(text.substr(0, end)) + "...\" (" + std::to_string(text.size()) +
         " bytes)";
}

// The next element as the widest of its kind.
template <class T>
std::optional<GgufValue> next_number(ByteReader* reader) {
  const auto value = reader->read<T>();
  if (!value) return std::nullopt;
  if constexpr (std::is_floating_point_v<T>) return GgufValue(static_cast<double>(*value));
  if constexpr (std::is_signed_v<T>) return GgufValue(static_cast<std::int64_t>(*value));
  return GgufValue(static_cast<std::uint64_t>(*value));
}

std::optional<GgufValue> next_of(GgufType type, ByteReader* reader) {
  switch (type) {
    case GgufType::kU8: return next_number<std::uint8_t>(reader);
    case GgufType::kI8: return next_number<std::int8_t>(reader);
    case GgufType::kU16: return next_number<std::uint16_t>(reader);
    case GgufType::kI16: return next_number<std::int16_t>(reader);
    case GgufType::kU32: return next_number<std::uint32_t>(reader);
    case GgufType::kI32: return next_number<std::int32_t>(reader);
    case GgufType::kU64: return next_number<std::uint64_t>(reader);
    case GgufType::kI64: return next_number<std::int64_t>(reader);
    case GgufType::kF32: return next_number<float>(reader);
    case GgufType::kF64: return next_number<double>(reader);
    case GgufType::kBool: {
      const auto flag = reader->read<std::uint8_t>();
      return flag ? std::optional<GgufValue>(*flag != 0) : std::nullopt;
    }
    case GgufType::kString: {
      const auto text = reader->string();
      return text ? std::optional<GgufValue>(*text) : std::nullopt;
    }
    case GgufType::kArray: break;
  }
  return std::nullopt;
}

std::string shown_text(const GgufValue& value, std::size_t shown_bytes);

std::string array_text(const GgufArray& array) {
  std::string text = std::to_string(array.count) + ": [";
  ByteReader reader(array.bytes);
  for (std::size_t i = 0; i < std::min(array.count, kShownElements); ++i) {
    const auto element = next_of(array.type, &reader);
    if (!element) break;
    text += (i > 0 ? ", " : "") + shown_text(*element, kShownWordBytes);
  }
  return text + (array.count > kShownElements ? ", ...]" : "]");
}

std::string shown_text(const GgufValue& value, std::size_t shown_bytes) {
  if (const auto* whole = std::get_if<std::uint64_t>(&value)) return std::to_string(*whole);
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return std::to_string(*whole);
  if (const auto* number = std::get_if<double>(&value)) return number_text(*number);
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* text = std::get_if<std::string_view>(&value)) return quoted(*text, shown_bytes);
  return array_text(std::get<GgufArray>(value));
}

std::optional<std::int64_t> whole_number(const GgufValue& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return *whole;
  const auto* whole = std::get_if<std::uint64_t>(&value);
  if (whole == nullptr || *whole > std::uint64_t{1} << 62) return std::nullopt;
  return static_cast<std::int64_t>(*whole);
}

}  // namespace

std::string number_text(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

std::string value_text(const GgufValue& value) { return shown_text(value, kShownBytes); }

std::string range_text(const GgufValue& value) {
  if (const auto whole = whole_number(value)) return std::to_string(*whole);
  const auto* array = std::get_if<GgufArray>(&value);
  if (array == nullptr) return "";
  std::optional<std::int64_t> least, most;
  ByteReader reader(array->bytes);
  for (std::size_t i = 0; i < array->count; ++i) {
    const auto element = next_of(array->type, &reader);
    const auto whole = element ? whole_number(*element) : std::nullopt;
    if (!whole) return "";
    least = std::min(least.value_or(*whole), *whole);
    most = std::max(most.value_or(*whole), *whole);
  }
  if (!least) return "";
  return std::to_string(*least) + (*least == *most ? "" : " to " + std::to_string(*most));
}

}  // namespace weir
