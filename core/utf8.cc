#include "core/utf8.h"

#include <cstdint>
#include <cstring>

namespace weir {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

unsigned byte_at(std::string_view text, std::size_t i) {
  return static_cast<unsigned char>(text[i]);
}

// The length that a lead byte announces, and the range of its second byte, which
// is where overlong forms and surrogates show (Unicode, table 3-7).
struct Lead {
  std::size_t size;
  unsigned low;
  unsigned high;
};

Lead lead_of(unsigned byte) {
  if (byte < 0x80) return {1, 0, 0};
  if (byte >= 0xc2 && byte <= 0xdf) return {2, 0x80, 0xbf};
  if (byte == 0xe0) return {3, 0xa0, 0xbf};
  if (byte == 0xed) return {3, 0x80, 0x9f};
  if (byte >= 0xe1 && byte <= 0xef) return {3, 0x80, 0xbf};
  if (byte == 0xf0) return {4, 0x90, 0xbf};
  if (byte >= 0xf1 && byte <= 0xf3) return {4, 0x80, 0xbf};
  if (byte == 0xf4) return {4, 0x80, 0x8f};
  return {0, 0, 0};
}

// How many bytes at the front could begin the character that the lead announces.
std::size_t good_bytes(std::string_view text, const Lead& lead) {
  std::size_t good = 1;
  while (good < lead.size && good < text.size()) {
    const unsigned byte = byte_at(text, good);
    const bool fits = good == 1 ? byte >= lead.low && byte <= lead.high : (byte & 0xc0) == 0x80;
    if (!fits) break;
    ++good;
  }
  return good;
}

std::size_t ascii_prefix(std::string_view text) {
  std::size_t at = 0;
  std::uint64_t word = 0;
  while (text.size() - at >= sizeof(word)) {
    std::memcpy(&word, text.data() + at, sizeof(word));
    if ((word & 0x8080808080808080ULL) != 0) break;
    at += sizeof(word);
  }
  while (at < text.size() && byte_at(text, at) < 0x80) ++at;
  return at;
}

}  // namespace

std::size_t utf8_character_size(std::string_view text) {
  const Lead lead = lead_of(byte_at(text, 0));
  return lead.size != 0 && good_bytes(text, lead) == lead.size ? lead.size : 0;
}

bool is_utf8(std::string_view text) {
  while (true) {
    text.remove_prefix(ascii_prefix(text));
    if (text.empty()) return true;
    const std::size_t size = utf8_character_size(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
}

void append_repaired_utf8(std::string* out, std::string_view text) {
  while (true) {
    const std::size_t ascii = ascii_prefix(text);
    out->append(text.substr(0, ascii));
    text.remove_prefix(ascii);
    if (text.empty()) return;
    const Lead lead = lead_of(byte_at(text, 0));
    const std::size_t good = good_bytes(text, lead);
    if (good == lead.size) {
      out->append(text.substr(0, good));
    } else {
      out->append(kReplacement);
    }
    text.remove_prefix(good);
  }
}

void append_utf8(std::string* out, char32_t code) {
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) code = 0xfffd;
  const auto tail = [&](int shift) {
    out->push_back(static_cast<char>(0x80 | ((code >> shift) & 0x3f)));
  };
  if (code < 0x80) {
    out->push_back(static_cast<char>(code));
  } else if (code < 0x800) {
    out->push_back(static_cast<char>(0xc0 | code >> 6));
    tail(0);
  } else if (code < 0x10000) {
    out->push_back(static_cast<char>(0xe0 | code >> 12));
    tail(6);
    tail(0);
  } else {
    out->push_back(static_cast<char>(0xf0 | code >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

}  // namespace weir
