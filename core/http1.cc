#include "core/http1.h"

#include <algorithm>
#include <array>

namespace weir::http1 {
namespace {

constexpr std::size_t index_of(char byte) { return static_cast<unsigned char>(byte); }

constexpr std::array<bool, 256> make_token_table() {
  std::array<bool, 256> table{};
  for (char c = '0'; c <= '9'; ++c) table[index_of(c)] = true;
  for (char c = 'A'; c <= 'Z'; ++c) table[index_of(c)] = true;
  for (char c = 'a'; c <= 'z'; ++c) table[index_of(c)] = true;
  for (const char c : std::string_view("!#$%&'*+-.^_`|~")) table[index_of(c)] = true;
  return table;
}

constexpr std::array<std::int8_t, 256> make_hex_table() {
  std::array<std::int8_t, 256> table{};
  table.fill(-1);
  for (int i = 0; i < 10; ++i)
    table[index_of('0') + static_cast<std::size_t>(i)] = static_cast<std::int8_t>(i);
  for (int i = 0; i < 6; ++i) {
    table[index_of('a') + static_cast<std::size_t>(i)] = static_cast<std::int8_t>(10 + i);
    table[index_of('A') + static_cast<std::size_t>(i)] = static_cast<std::int8_t>(10 + i);
  }
  return table;
}

constexpr std::array<bool, 256> kTokenBytes = make_token_table();
constexpr std::array<std::int8_t, 256> kHexDigits = make_hex_table();

// Fifteen digits cannot overflow and are more than any body has.
constexpr std::uint8_t kMaxSizeDigits = 15;
constexpr std::size_t kMaxLengthDigits = 18;

constexpr char lowered(char byte) {
  return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte | 0x20) : byte;
}

}  // namespace

bool is_token_byte(char byte) { return kTokenBytes[index_of(byte)]; }

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_byte);
}

bool is_field_value(std::string_view text) {
  // Without an early exit the compiler can look at many bytes at once.
  bool good = true;
  for (const char byte : text) good &= is_field_byte(byte);
  return good;
}

bool is_visible(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '!' && c <= '~'; });
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (lowered(a[i]) != lowered(b[i])) return false;
  }
  return true;
}

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

std::optional<std::string_view> Fields::find(std::string_view name) const {
  for (const Field& field : fields_) {
    if (equal_ignoring_case(field.name, name)) return field.value;
  }
  return std::nullopt;
}

std::size_t Fields::count(std::string_view name) const {
  return static_cast<std::size_t>(
      std::count_if(fields_.begin(), fields_.end(),
                    [name](const Field& f) { return equal_ignoring_case(f.name, name); }));
}

bool Fields::has_token(std::string_view name, std::string_view token) const {
  for (const Field& field : fields_) {
    if (!equal_ignoring_case(field.name, name)) continue;
    for (std::string_view list = field.value; !list.empty();) {
      if (equal_ignoring_case(next_list_element(&list), token)) return true;
    }
  }
  return false;
}

std::optional<Field> parse_field(std::string_view line) {
  std::size_t colon = 0;
  while (colon < line.size() && is_token_byte(line[colon])) ++colon;
  if (colon == 0 || colon == line.size() || line[colon] != ':') return std::nullopt;
  const std::string_view value = line.substr(colon + 1);
  if (!is_field_value(value)) return std::nullopt;
  return Field{line.substr(0, colon), trimmed(value)};
}

std::string_view next_list_element(std::string_view* list) {
  const std::size_t comma = list->find(',');
  const std::string_view element = trimmed(list->substr(0, comma));
  list->remove_prefix(comma == std::string_view::npos ? list->size() : comma + 1);
  return element;
}

std::optional<std::uint64_t> parse_length(std::string_view text) {
  if (text.empty() || text.size() > kMaxLengthDigits) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

void ChunkedDecoder::reset() {
  at_ = At::kSize;
  digits_ = 0;
  left_ = 0;
  chunks_ = 0;
  extra_bytes_ = 0;
  trailer_line_.clear();
}

ChunkedDecoder::Step ChunkedDecoder::next(std::string_view bytes) {
  std::size_t used = 0;
  while (true) {
    switch (at_) {
      case At::kDone: return {Status::kDone, used, {}};
      case At::kBad: return {Status::kBad, used, {}};
      case At::kTooMany: return {Status::kTooMany, used, {}};
      default: break;
    }
    if (used == bytes.size()) return {Status::kNeedMore, used, {}};
    if (at_ == At::kData) return read_data(bytes, used);
    control_byte(bytes[used++]);
  }
}

ChunkedDecoder::Step ChunkedDecoder::read_data(std::string_view bytes, std::size_t at) {
  const std::size_t size =
      static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size() - at));
  left_ -= size;
  if (left_ == 0) at_ = At::kDataCr;
  return {Status::kData, at + size, bytes.substr(at, size)};
}

void ChunkedDecoder::control_byte(char byte) {
  switch (at_) {
    case At::kSize: return size_byte(byte);
    case At::kSizeLf:
      if (byte != '\n') break;
      return after_size_line();
    case At::kDataCr:
      if (byte != '\r') break;
      at_ = At::kDataLf;
      return;
    case At::kDataLf:
      if (byte != '\n') break;
      at_ = At::kSize;
      digits_ = 0;
      return;
    case At::kTrailer: return trailer_byte(byte);
    default: return extension_byte(byte);
  }
  at_ = At::kBad;
}

void ChunkedDecoder::size_byte(char byte) {
  const std::int8_t digit = kHexDigits[index_of(byte)];
  if (digit >= 0 && digits_ < kMaxSizeDigits) {
    left_ = left_ * 16 + static_cast<std::uint64_t>(digit);
    ++digits_;
    return;
  }
  at_ = At::kBad;
  if (digits_ == 0) return;
  if (byte == '\r') at_ = At::kSizeLf;
  if (byte == ';' && rules_.extensions) {
    at_ = At::kExtensionName;
    empty_word_ = true;
  }
}

// chunk-ext = *( ";" token [ "=" ( token / quoted-string ) ] ), without the bad
// white space that RFC 9112 tolerates.
void ChunkedDecoder::extension_byte(char byte) {
  count_extra();
  if (at_ == At::kTooMany) return;
  if (at_ == At::kQuotedPair || (at_ == At::kQuoted && byte != '"' && byte != '\\')) {
    at_ = is_field_byte(byte) ? At::kQuoted : At::kBad;
  } else if (at_ == At::kQuoted) {
    at_ = byte == '"' ? At::kAfterQuoted : At::kQuotedPair;
  } else if (at_ != At::kAfterQuoted && is_token_byte(byte)) {
    empty_word_ = false;
  } else if (at_ == At::kExtensionValue && byte == '"' && empty_word_) {
    at_ = At::kQuoted;
  } else if (at_ != At::kAfterQuoted && empty_word_) {
    at_ = At::kBad;
  } else if (at_ == At::kExtensionName && byte == '=') {
    at_ = At::kExtensionValue;
    empty_word_ = true;
  } else if (byte == ';') {
    at_ = At::kExtensionName;
    empty_word_ = true;
  } else {
    at_ = byte == '\r' ? At::kSizeLf : At::kBad;
  }
}

void ChunkedDecoder::after_size_line() {
  if (left_ == 0) {
    at_ = At::kTrailer;
  } else {
    at_ = ++chunks_ > rules_.max_chunks ? At::kTooMany : At::kData;
  }
}

// Lines until an empty one. Each must be a field; none is kept.
void ChunkedDecoder::trailer_byte(char byte) {
  const bool ends_line = byte == '\n' && !trailer_line_.empty() && trailer_line_.back() == '\r';
  if (!ends_line) {
    const bool begins_end = byte == '\r' && trailer_line_.empty();
    const bool bare = !trailer_line_.empty() && trailer_line_.back() == '\r';
    if (bare || byte == '\n' || (!begins_end && !rules_.trailers)) {
      at_ = At::kBad;
      return;
    }
    trailer_line_.push_back(byte);
    count_extra();
    return;
  }
  trailer_line_.pop_back();
  if (trailer_line_.empty()) {
    at_ = At::kDone;
  } else if (!parse_field(trailer_line_)) {
    at_ = At::kBad;
  }
  trailer_line_.clear();
}

void ChunkedDecoder::count_extra() {
  if (++extra_bytes_ > rules_.max_extra_bytes) at_ = At::kTooMany;
}

std::string percent_decoded(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? kHexDigits[index_of(text[i + 1])] : -1;
    const int low = high >= 0 ? kHexDigits[index_of(text[i + 2])] : -1;
    if (low < 0) {
      plain += text[i];
    } else {
      plain += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return plain;
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  constexpr std::string_view kPlain = "-._~:@";
  std::string encoded;
  for (const char c : text) {
    const bool alphanumeric =
        (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (alphanumeric || kPlain.find(c) != std::string_view::npos) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded.append(1, '%').append(1, kDigits[byte >> 4]).append(1, kDigits[byte & 15]);
  }
  return encoded;
}

}  // namespace weir::http1
