// The grammar of HTTP/1.1 (RFC 9112) that the request and the response reader
// share: byte classes, head fields, list values, lengths, the chunked coding.
//
// Pure functions over bytes, safe from every thread. Views point into the
// caller's bytes; nothing here allocates unless it says so.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weir::http1 {

// tchar of RFC 9110: what names and methods are made of.
bool is_token_byte(char byte);
// HTAB, SP, VCHAR or obs-text: what a field value may hold.
inline bool is_field_byte(char byte) {
  const auto value = static_cast<unsigned char>(byte);
  return value >= 0x20 ? value != 0x7f : byte == '\t';
}

// At least one byte, all of them tchar.
bool is_token(std::string_view text);
// May be empty.
bool is_field_value(std::string_view text);
// At least one byte, all of them visible US-ASCII ('!' to '~').
bool is_visible(std::string_view text);

// ASCII letters compare without case; other bytes as they are.
bool equal_ignoring_case(std::string_view a, std::string_view b);

// Without spaces and tabs at both ends.
std::string_view trimmed(std::string_view text);

// What is no "%" with two digits behind it stays.
std::string percent_decoded(std::string_view text);
// For one segment of a path: all but unreserved characters, ':' and '@' are encoded.
std::string percent_encoded(std::string_view text);

struct Field {
  std::string_view name;   // as received; compare with equal_ignoring_case
  std::string_view value;  // without white space at both ends
};

// The fields of one head in their order. Names are found without case.
class Fields {
 public:
  void clear() { fields_.clear(); }
  void add(Field field) { fields_.push_back(field); }
  std::size_t size() const { return fields_.size(); }
  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }

  // The value of the first field called `name`, or nothing. O(fields).
  std::optional<std::string_view> find(std::string_view name) const;
  // The same, with an absent field read as an empty value.
  std::string_view value(std::string_view name) const {
    return find(name).value_or(std::string_view());
  }
  std::size_t count(std::string_view name) const;

  // True if a field called `name` has `token` in its comma-separated value.
  bool has_token(std::string_view name, std::string_view token) const;

 private:
  std::vector<Field> fields_;
};

// "name: value" of a head line without its CRLF; nothing if it is no field:
// folding, a space before the colon, a control byte.
std::optional<Field> parse_field(std::string_view line);

// Removes the next element from the front of a comma-separated list and returns
// it trimmed; it may be empty. Call while !list->empty().
std::string_view next_list_element(std::string_view* list);

// One to eighteen decimal digits and nothing else.
std::optional<std::uint64_t> parse_length(std::string_view text);

// What a reader of the chunked coding lets pass. A server that must agree with
// every proxy in front of it takes neither extensions nor trailers.
struct ChunkRules {
  bool extensions = false;
  bool trailers = false;
  std::size_t max_chunks = 100'000;
  std::size_t max_extra_bytes = 16 * 1024;  // extensions and trailers of one message
};

// Reads the chunked coding incrementally. Errors are found at the first byte
// that cannot belong to a valid body.
class ChunkedDecoder {
 public:
  enum class Status : std::uint8_t {
    kNeedMore,  // everything was used
    kData,      // `data` is a piece of the body; call again
    kDone,      // the last byte of the coding was used
    kBad,       // not the chunked coding
    kTooMany,   // a limit of ChunkRules
  };
  struct Step {
    Status status = Status::kNeedMore;
    std::size_t used = 0;
    std::string_view data;  // a view into the bytes given
  };

  explicit ChunkedDecoder(const ChunkRules& rules = {}) : rules_(rules) {}

  // Ready for the next message.
  void reset();

  // Reads from the front of `bytes`, up to the end of the first piece of data.
  Step next(std::string_view bytes);

  // Bytes of data that the current chunk announced and that have not come yet.
  // Zero while no chunk is open.
  std::uint64_t chunk_left() const { return at_ == At::kData ? left_ : 0; }

 private:
  enum class At : std::uint8_t {
    kSize,
    kExtensionName,
    kExtensionValue,
    kQuoted,
    kQuotedPair,
    kAfterQuoted,
    kSizeLf,
    kData,
    kDataCr,
    kDataLf,
    kTrailer,
    kDone,
    kBad,
    kTooMany,
  };

  Step read_data(std::string_view bytes, std::size_t at);
  void control_byte(char byte);
  void size_byte(char byte);
  void extension_byte(char byte);
  void after_size_line();
  void trailer_byte(char byte);
  void count_extra();

  ChunkRules rules_;
  At at_ = At::kSize;
  std::uint8_t digits_ = 0;
  bool empty_word_ = true;  // the extension name or value so far has no byte
  std::uint64_t left_ = 0;
  std::size_t chunks_ = 0;
  std::size_t extra_bytes_ = 0;
  std::string trailer_line_;
};

}  // namespace weir::http1
