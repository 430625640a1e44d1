#include "local_backend/chat_template/jinja_text.h"

#include "core/utf8.h"

namespace weir::jinja {
namespace {

bool is_space(char32_t code) {
  return (code >= 0x09 && code <= 0x0d) || (code >= 0x1c && code <= 0x20) || code == 0x85 ||
         code == 0xa0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200a) || code == 0x2028 ||
         code == 0x2029 || code == 0x202f || code == 0x205f || code == 0x3000;
}

bool in(char32_t code, char32_t first, char32_t last) { return code >= first && code <= last; }

// Where capital and small letters take turns, capitals at even codes.
bool is_paired_even(char32_t code) {
  return in(code, 0x100, 0x137) || in(code, 0x14a, 0x177) || in(code, 0x370, 0x373) ||
         in(code, 0x3d8, 0x3ef) || in(code, 0x460, 0x481) || in(code, 0x48a, 0x4bf) ||
         in(code, 0x4d0, 0x52f) || in(code, 0x1e00, 0x1e95) || in(code, 0x1ea0, 0x1eff);
}

bool is_paired_odd(char32_t code) {
  return in(code, 0x139, 0x148) || in(code, 0x179, 0x17e) || in(code, 0x4c1, 0x4ce);
}

}  // namespace

char32_t character_at(std::string_view text, std::size_t* size) {
  *size = utf8_character_size(text);
  if (*size <= 1) {
    const bool valid = *size == 1;
    *size = 1;
    return valid ? static_cast<unsigned char>(text[0]) : U'\ufffd';
  }
  char32_t code = static_cast<unsigned char>(text[0]) & (0x7fu >> *size);
  for (std::size_t i = 1; i < *size; ++i)
    code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3fu);
  return code;
}

std::size_t strip_begin(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t size = 0;
    if (!is_space(character_at(text.substr(at), &size))) break;
    at += size;
  }
  return at;
}

std::size_t stripped_end(std::string_view text) {
  std::size_t end = text.size();
  while (end > 0) {
    std::size_t begin = end - 1;
    while (begin > 0 && end - begin < 4 &&
           (static_cast<unsigned char>(text[begin]) & 0xc0u) == 0x80)
      --begin;
    std::size_t size = 0;
    if (!is_space(character_at(text.substr(begin, end - begin), &size)) || size != end - begin)
      break;
    end = begin;
  }
  return end;
}

std::size_t character_count(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) {
    std::size_t size = 0;
    character_at(text.substr(at), &size);
    at += size;
  }
  return count;
}

char32_t lower_of(char32_t code) {
  if (in(code, 'A', 'Z') || (in(code, 0xc0, 0xde) && code != 0xd7)) return code + 32;
  if (code < 0x100) return code;
  if (in(code, 0x391, 0x3ab) && code != 0x3a2) return code + 32;
  if (in(code, 0x410, 0x42f)) return code + 32;
  if (in(code, 0x400, 0x40f)) return code + 80;
  if (in(code, 0x531, 0x556)) return code + 48;
  if (code == 0x1e9e) return 0xdf;
  if (is_paired_even(code) && code % 2 == 0) return code + 1;
  if (is_paired_odd(code) && code % 2 == 1) return code + 1;
  return code;
}

char32_t upper_of(char32_t code) {
  if (in(code, 'a', 'z') || (in(code, 0xe0, 0xfe) && code != 0xf7)) return code - 32;
  if (code < 0x100) return code == 0xff ? 0x178 : code == 0xb5 ? 0x39c : code;
  if (code == 0x131) return 'I';
  if (in(code, 0x3b1, 0x3cb) && code != 0x3c2) return code - 32;
  if (in(code, 0x430, 0x44f)) return code - 32;
  if (in(code, 0x450, 0x45f)) return code - 80;
  if (in(code, 0x561, 0x586)) return code - 48;
  if (is_paired_even(code) && code % 2 == 1) return code - 1;
  if (is_paired_odd(code) && code % 2 == 0) return code - 1;
  return code;
}

}  // namespace weir::jinja
