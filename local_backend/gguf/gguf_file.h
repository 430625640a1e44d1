// A GGUF model file, version 2 or 3, little endian: metadata and tensors.
//
// A model file is hostile input. open() and parse() check every count, length,
// type, shape, offset and size against the file, so that a view obtained here
// always lies inside it; a bad file is one kInvalidModel error that names what
// is wrong and where. Memory used is bounded by the limits below, not by what the
// file claims. Immutable and thread-safe afterwards. All views die with the
// GgufFile.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "local_backend/gguf/gguf_value.h"
#include "local_backend/gguf/mapped_file.h"
#include "local_backend/kernels/tensor_type.h"

namespace weir {

// Shape in file order: dims[0] is contiguous. Unused dims are 1.
struct GgufTensor {
  std::string_view name;
  kernels::TensorType type = kernels::TensorType::kF32;
  std::size_t dim_count = 0;
  std::size_t dims[4] = {1, 1, 1, 1};
  std::size_t elements = 0;
  std::span<const std::byte> bytes;
};

// A tensor whose number format this program does not know: nobody can tell its size.
struct GgufStranger {
  std::string_view name;
  std::uint32_t gguf_id = 0;
  std::size_t elements = 0;
};

// What becomes of such tensors.
enum class Strangers : std::uint8_t {
  kRefuse,  // with the file, by name
  kList,    // in strangers(), for who only wants to know what a file is
};

// The name of the matrix that a tensor NAME.scale, or NAME.input_scale, belongs to; else empty.
std::string scaled_by(std::string_view name);

// What a number in the metadata may be, ends included.
struct UintRange {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
};

// Told the name of every key and tensor that is looked for, there or not: so tests learn
// what a reader reads. Called by whoever looks.
using GgufWitness = std::function<void(std::string_view)>;

class GgufFile {
 public:
  static constexpr std::size_t kMaxKeys = 1 << 16;
  static constexpr std::size_t kMaxTensors = 1 << 17;
  static constexpr std::size_t kMaxKeyBytes = 65535;
  static constexpr std::size_t kMaxTensorNameBytes = 64;
  static constexpr std::size_t kMaxAlignment = 1 << 20;
  static constexpr std::size_t kMaxArrayElements = 1 << 26;

  // A model in several files is opened by the first of them (gguf_shards.h).
  static Result<std::shared_ptr<const GgufFile>> open(const std::string& path,
                                                      Strangers strangers = Strangers::kRefuse);

  // The same from memory.
  static Result<std::shared_ptr<const GgufFile>> parse(std::string bytes,
                                                       Strangers strangers = Strangers::kRefuse,
                                                       GgufWitness witness = {});
  // Without a copy, of bytes that outlive it.
  static Result<std::shared_ptr<const GgufFile>> view(std::span<const std::byte> bytes);

  // nullptr if there is none. O(log n).
  const GgufValue* find(std::string_view key) const;
  const GgufTensor* tensor(std::string_view name) const;
  std::span<const GgufTensor> tensors() const { return tensors_; }
  std::span<const GgufStranger> strangers() const { return strangers_; }

  // All metadata, of a model in several files that of the first; by key.
  std::span<const GgufEntry> entries() const { return entries_; }

  // Where tensors begin: at multiples of this, a power of two.
  std::size_t alignment() const { return alignment_; }

  // Typed access. The value is of the type asked for (any integer type for
  // integers, integers also for floats) and in range, else kInvalidModel names
  // the key. nullopt: the key is absent.
  Result<std::optional<std::uint64_t>> find_uint(std::string_view key, UintRange range) const;
  Result<std::optional<double>> find_float(std::string_view key) const;  // always finite
  Result<std::optional<bool>> find_bool(std::string_view key) const;
  Result<std::optional<std::string_view>> find_string(std::string_view key) const;

  // One number for all of `count` items, or an array with exactly one for each.
  Result<std::optional<std::vector<std::uint64_t>>> find_uint_per_item(std::string_view key,
                                                                       std::size_t count,
                                                                       UintRange range) const;

  // Arrays, decoded. kInvalidModel if absent or of another type or length, which
  // is known before any memory is asked for.
  Result<std::vector<std::string_view>> strings(std::string_view key, UintRange counts) const;
  Result<std::vector<float>> floats(std::string_view key, std::size_t count) const;
  Result<std::vector<std::int64_t>> integers(std::string_view key, std::size_t count) const;

  // All of it, as mapped or as given, file by file.
  std::vector<std::span<const std::byte>> pieces() const;

  // Elements of all tensors.
  std::uint64_t parameters() const { return parameters_; }

  // 16 hex digits that identify the file: FNV-1a over its size, the whole header
  // and 64 blocks of 4 KiB spread evenly over the weights. Tells model versions
  // apart in the ledger within milliseconds; not proof against forgery.
  std::string fingerprint() const;

 private:
  friend class GgufParser;
  friend std::optional<Error> add_shards(GgufFile* first, const std::string& path);
  explicit GgufFile(Strangers strangers) : policy_(strangers) {}
  static Result<std::unique_ptr<GgufFile>> read(std::unique_ptr<GgufFile> file);
  static Result<std::shared_ptr<const GgufFile>> whole(std::unique_ptr<GgufFile> file);
  static Result<std::unique_ptr<GgufFile>> open_one(const std::string& path, Strangers strangers);
  // Its tensors become this file's. Fails if there is one of the same name already.
  std::optional<Error> take_shard(std::shared_ptr<const GgufFile> shard);
  const GgufArray* find_array(std::string_view key) const;
  Result<GgufArray> array_of(std::string_view key, UintRange counts) const;

  const Strangers policy_;
  GgufWitness witness_;  // may be empty
  std::optional<MappedFile> mapped_;
  std::string owned_;
  std::span<const std::byte> bytes_;
  std::vector<std::shared_ptr<const GgufFile>> shards_;  // those behind this one
  std::vector<GgufEntry> entries_;                       // by key
  std::vector<GgufTensor> tensors_;                      // as in the file
  std::vector<GgufStranger> strangers_;
  std::size_t alignment_ = 32;
  std::vector<std::uint32_t> by_name_;  // indices of tensors_, by name
  std::uint64_t parameters_ = 0;
  std::size_t header_bytes_ = 0;
};

}  // namespace weir
