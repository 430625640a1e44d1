// A file mapped for reading. Move-only; unmapped on destruction.
//
// The bytes change if somebody rewrites the file in place, and reading past a
// truncation kills the process: replace model files by renaming, as installers do.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "core/result.h"

namespace weir {

class MappedFile {
 public:
  // kNotFound if it cannot be opened, kInvalidModel unless it is a regular file
  // with at least one byte.
  static Result<MappedFile> open(const std::string& path);

  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&&) = delete;
  ~MappedFile();

  std::span<const std::byte> bytes() const { return {data_, size_}; }

 private:
  MappedFile(const std::byte* data, std::size_t size) : data_(data), size_(size) {}

  const std::byte* data_;
  std::size_t size_;
};

}  // namespace weir
