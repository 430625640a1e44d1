#include "core/json_escape.h"

#include <array>

namespace weir {
namespace {

constexpr std::array<bool, 256> make_plain_table() {
  std::array<bool, 256> table{};
  for (std::size_t i = 0x20; i < table.size(); ++i) table[i] = i != '"' && i != '\\';
  return table;
}

constexpr std::array<bool, 256> kPlainBytes = make_plain_table();

void append_escape(std::string* out, char byte) {
  constexpr std::string_view kHex = "0123456789abcdef";
  switch (byte) {
    case '"': *out += "\\\""; return;
    case '\\': *out += "\\\\"; return;
    case '\n': *out += "\\n"; return;
    case '\r': *out += "\\r"; return;
    case '\t': *out += "\\t"; return;
    case '\b': *out += "\\b"; return;
    case '\f': *out += "\\f"; return;
    default: break;
  }
  const auto value = static_cast<unsigned char>(byte);
  *out += "\\u00";
  *out += kHex[value >> 4];
  *out += kHex[value & 15];
}

}  // namespace

void append_json_escaped(std::string* out, std::string_view text) {
  std::size_t plain = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (kPlainBytes[static_cast<unsigned char>(text[i])]) continue;
    out->append(text.substr(plain, i - plain));
    append_escape(out, text[i]);
    plain = i + 1;
  }
  out->append(text.substr(plain));
}

}  // namespace weir
