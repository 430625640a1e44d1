// Writes a GGUF file, version 3, that appears at its path whole or not at all.
//
// Say what it holds, begin(), give the bytes of the tensors in their order, in pieces of any
// size, finish(). Until then all is in a file beside it, which goes with the writer. Keeps the
// list of tensors in memory and none of their bytes. For one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "local_backend/kernels/tensor_type.h"

namespace weir {

class GgufWriter {
 public:
  // `alignment`, a power of two, becomes general.alignment; without it tensors begin at
  // multiples of 32.
  explicit GgufWriter(std::optional<std::uint32_t> alignment = std::nullopt);
  ~GgufWriter();
  GgufWriter(const GgufWriter&) = delete;
  GgufWriter& operator=(const GgufWriter&) = delete;

  // Metadata, each key once.
  void u32(std::string_view key, std::uint32_t value);
  void f32(std::string_view key, float value);
  void boolean(std::string_view key, bool value);
  void string(std::string_view key, std::string_view value);
  void strings(std::string_view key, std::span<const std::string> values);
  void f32s(std::string_view key, std::span<const float> values);
  void i32s(std::string_view key, std::span<const std::int32_t> values);
  // What another file holds: GgufEntry::stored.
  void stored(std::string_view key, std::span<const std::byte> type_and_value);

  // One to four dimensions, the contiguous one first, a whole number of blocks.
  void tensor(std::string_view name, kernels::TensorType type, std::span<const std::size_t> dims);

  // Of the file with all that it shall hold by now.
  std::uint64_t file_bytes() const;

  // kStorage, here and below, names the path and what the disk said.
  Result<void> begin(const std::string& path);
  // No more than the tensors have; kInternal beyond that.
  Result<void> write(std::span<const std::byte> bytes);
  // Puts the file in its place, also of another one. kInternal if bytes are missing.
  Result<void> finish();

 private:
  std::string header() const;
  void key(std::string_view key, std::uint32_t type);
  template <class T>
  void numbers(std::string_view key, std::uint32_t type, std::span<const T> values);
  std::uint64_t padding(std::uint64_t size) const { return (0 - size) & (alignment_ - 1); }
  Result<void> write_all(std::span<const std::byte> bytes);
  Error storage_error() const;

  const std::uint64_t alignment_;
  std::string keys_;
  std::string tensors_;
  std::uint64_t key_count_ = 0;
  std::vector<std::uint64_t> sizes_;  // of tensors
  std::uint64_t data_bytes_ = 0;      // of all, with what is between them

  std::string path_;
  std::string part_path_;  // empty before begin() and after finish()
  int fd_ = -1;
  std::size_t current_ = 0;    // the tensor that is being written
  std::uint64_t written_ = 0;  // of it
};

}  // namespace weir
