// Reads the header of a GGUF file into a GgufFile. Used by gguf_file.cc alone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "local_backend/gguf/byte_reader.h"
#include "local_backend/gguf/gguf_file.h"

namespace weir {

// One use: construct, parse() once.
class GgufParser {
 public:
  explicit GgufParser(GgufFile& file) : file_(file), reader_(file.bytes_) {}

  // Nothing, or what is wrong.
  std::optional<Error> parse();

  // Where the list of tensors ends, after parse().
  std::size_t header_bytes() const { return reader_.position(); }

  // Makes tensors found by name. parse() does; so must who adds some. Fails if a name occurs twice.
  std::optional<Error> sort_names();

 private:
  std::optional<Error> parse_counts();
  std::optional<Error> parse_entry();
  std::optional<Error> parse_value(std::uint32_t type, GgufValue* value);
  std::optional<Error> parse_array(GgufValue* value);
  std::optional<Error> sort_entries();
  std::optional<Error> parse_alignment();
  std::optional<Error> parse_tensor();
  std::optional<Error> parse_stranger(const GgufTensor& tensor, std::uint32_t type);
  std::optional<Error> parse_shape(GgufTensor* tensor);
  std::optional<Error> place_tensors();
  std::optional<Error> check_overlaps();

  // An error at the current byte.
  Error bad(std::string what) const;
  Error bad_tensor(const GgufTensor& tensor, std::string what) const;

  GgufFile& file_;
  ByteReader reader_;
  std::uint64_t key_count_ = 0;
  std::uint64_t tensor_count_ = 0;
  std::vector<std::uint64_t> offsets_;  // of tensors_, from the start of the data
};

}  // namespace weir
