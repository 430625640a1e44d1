#include "local_backend/gguf/gguf_file.h"

#include <algorithm>
#include <cmath>
#include <type_traits>
#include <utility>

#include "local_backend/gguf/byte_reader.h"
#include "local_backend/gguf/gguf_parser.h"
#include "local_backend/gguf/gguf_shards.h"

namespace weir {
namespace {

Error bad_key(std::string_view key, std::string_view what) {
  return {ErrorCode::kInvalidModel, "GGUF metadata " + std::string(key) + ": " + std::string(what),
          "gguf_invalid"};
}

// The value as a number that is not negative, if it is one.
std::optional<std::uint64_t> as_uint(const GgufValue& value) {
  if (const auto* number = std::get_if<std::uint64_t>(&value)) return *number;
  const auto* number = std::get_if<std::int64_t>(&value);
  if (number == nullptr || *number < 0) return std::nullopt;
  return static_cast<std::uint64_t>(*number);
}

template <class Stored, class To>
void decode_array(const GgufArray& array, std::vector<To>* out) {
  ByteReader reader(array.bytes);
  out->reserve(array.count);
  for (std::size_t i = 0; i < array.count; ++i) {
    out->push_back(static_cast<To>(reader.read<Stored>().value_or(Stored{})));
  }
}

// False for a type that is not an integer of at most 32 bits or int64.
bool decode_integers(const GgufArray& array, std::vector<std::int64_t>* out) {
  switch (array.type) {
    case GgufType::kU8:
    case GgufType::kBool: decode_array<std::uint8_t>(array, out); return true;
    case GgufType::kI8: decode_array<std::int8_t>(array, out); return true;
    case GgufType::kU16: decode_array<std::uint16_t>(array, out); return true;
    case GgufType::kI16: decode_array<std::int16_t>(array, out); return true;
    case GgufType::kU32: decode_array<std::uint32_t>(array, out); return true;
    case GgufType::kI32: decode_array<std::int32_t>(array, out); return true;
    case GgufType::kI64: decode_array<std::int64_t>(array, out); return true;
    default: return false;
  }
}

class Fnv1a {
 public:
  void add(std::span<const std::byte> bytes) {
    for (const std::byte b : bytes) hash_ = (hash_ ^ static_cast<std::uint64_t>(b)) * 0x100000001b3;
  }
  std::string hex() const {
    std::string text;
    for (int shift = 60; shift >= 0; shift -= 4) text += "0123456789abcdef"[(hash_ >> shift) & 15];
    return text;
  }

 private:
  std::uint64_t hash_ = 0xcbf29ce484222325;
};

std::string fingerprint_of(std::span<const std::byte> file, std::size_t header_bytes) {
  constexpr std::size_t kBlocks = 64;
  constexpr std::size_t kBlockBytes = 4096;
  Fnv1a hash;
  const std::uint64_t size = file.size();
  hash.add(std::as_bytes(std::span(&size, 1)));
  hash.add(file.first(header_bytes));
  const auto weights = file.subspan(header_bytes);
  for (std::size_t i = 0; i < kBlocks; ++i) {
    const std::size_t begin = weights.size() / kBlocks * i;
    hash.add(weights.subspan(begin, std::min(kBlockBytes, weights.size() - begin)));
  }
  return hash.hex();
}

}  // namespace

std::string scaled_by(std::string_view name) {
  for (const std::string_view end : {".scale", ".input_scale"}) {
    if (!name.ends_with(end)) continue;
    return std::string(name.substr(0, name.size() - end.size())) + ".weight";
  }
  return {};
}

Result<std::shared_ptr<const GgufFile>> GgufFile::open(const std::string& path,
                                                       Strangers strangers) {
  auto file = open_one(path, strangers);
  if (!file) return file.error();
  if (auto error = add_shards(file->get(), path)) return *error;
  return std::shared_ptr<const GgufFile>(std::move(*file));
}

Result<std::shared_ptr<const GgufFile>> GgufFile::parse(std::string bytes, Strangers strangers,
                                                        GgufWitness witness) {
  std::unique_ptr<GgufFile> file(new GgufFile(strangers));
  file->witness_ = std::move(witness);
  file->owned_ = std::move(bytes);
  file->bytes_ = std::as_bytes(std::span(file->owned_));
  return whole(std::move(file));
}

Result<std::shared_ptr<const GgufFile>> GgufFile::view(std::span<const std::byte> bytes) {
  std::unique_ptr<GgufFile> file(new GgufFile(Strangers::kRefuse));
  file->bytes_ = bytes;
  return whole(std::move(file));
}

Result<std::shared_ptr<const GgufFile>> GgufFile::whole(std::unique_ptr<GgufFile> file) {
  auto result = read(std::move(file));
  if (!result) return result.error();
  if (auto error = refuse_shard(**result)) return *error;
  return std::shared_ptr<const GgufFile>(std::move(*result));
}

Result<std::unique_ptr<GgufFile>> GgufFile::open_one(const std::string& path, Strangers strangers) {
  auto mapped = MappedFile::open(path);
  if (!mapped) return mapped.error();
  std::unique_ptr<GgufFile> file(new GgufFile(strangers));
  file->mapped_.emplace(std::move(*mapped));
  file->bytes_ = file->mapped_->bytes();
  auto result = read(std::move(file));
  if (!result) {
    const Error& error = result.error();
    return Error{error.code, path + ": " + error.message, error.detail};
  }
  return result;
}

Result<std::unique_ptr<GgufFile>> GgufFile::read(std::unique_ptr<GgufFile> file) {
  GgufParser parser(*file);
  if (auto error = parser.parse()) return *error;
  file->header_bytes_ = parser.header_bytes();
  return file;
}

std::optional<Error> GgufFile::take_shard(std::shared_ptr<const GgufFile> shard) {
  if (shard->tensors_.size() > kMaxTensors - tensors_.size()) {
    return Error{ErrorCode::kInvalidModel, "brings too many tensors", "gguf_invalid"};
  }
  tensors_.insert(tensors_.end(), shard->tensors_.begin(), shard->tensors_.end());
  strangers_.insert(strangers_.end(), shard->strangers_.begin(), shard->strangers_.end());
  parameters_ += shard->parameters_;
  shards_.push_back(std::move(shard));
  return GgufParser(*this).sort_names();
}

std::string GgufFile::fingerprint() const {
  std::string of_all = fingerprint_of(bytes_, header_bytes_);
  for (const auto& shard : shards_) {
    const std::string next = shard->fingerprint();
    Fnv1a hash;
    hash.add(std::as_bytes(std::span(of_all)));
    hash.add(std::as_bytes(std::span(next)));
    of_all = hash.hex();
  }
  return of_all;
}

std::vector<std::span<const std::byte>> GgufFile::pieces() const {
  std::vector<std::span<const std::byte>> pieces = {bytes_};
  for (const auto& shard : shards_) pieces.push_back(shard->bytes_);
  return pieces;
}

const GgufValue* GgufFile::find(std::string_view key) const {
  if (witness_) witness_(key);
  const auto found =
      std::lower_bound(entries_.begin(), entries_.end(), key,
                       [](const GgufEntry& entry, std::string_view k) { return entry.key < k; });
  return found != entries_.end() && found->key == key ? &found->value : nullptr;
}

const GgufTensor* GgufFile::tensor(std::string_view name) const {
  if (witness_) witness_(name);
  const auto found = std::lower_bound(
      by_name_.begin(), by_name_.end(), name,
      [this](std::uint32_t i, std::string_view n) { return tensors_[i].name < n; });
  if (found == by_name_.end() || tensors_[*found].name != name) return nullptr;
  return &tensors_[*found];
}

Result<std::optional<std::uint64_t>> GgufFile::find_uint(std::string_view key,
                                                         UintRange range) const {
  const GgufValue* value = find(key);
  if (value == nullptr) return std::optional<std::uint64_t>();
  const auto number = as_uint(*value);
  if (!number) return bad_key(key, "is not a whole number of at least 0");
  if (*number < range.low || *number > range.high) {
    return bad_key(key, std::to_string(*number) + " is not between " + std::to_string(range.low) +
                            " and " + std::to_string(range.high));
  }
  return number;
}

Result<std::optional<double>> GgufFile::find_float(std::string_view key) const {
  const GgufValue* value = find(key);
  if (value == nullptr) return std::optional<double>();
  double number = 0;
  if (const auto* real = std::get_if<double>(value)) {
    number = *real;
  } else if (const auto whole = as_uint(*value)) {
    number = static_cast<double>(*whole);
  } else {
    return bad_key(key, "is not a number");
  }
  if (!std::isfinite(number)) return bad_key(key, "is not finite");
  return std::optional(number);
}

Result<std::optional<bool>> GgufFile::find_bool(std::string_view key) const {
  const GgufValue* value = find(key);
  if (value == nullptr) return std::optional<bool>();
  const auto* truth = std::get_if<bool>(value);
  if (truth == nullptr) return bad_key(key, "is not a boolean");
  return std::optional(*truth);
}

Result<std::optional<std::string_view>> GgufFile::find_string(std::string_view key) const {
  const GgufValue* value = find(key);
  if (value == nullptr) return std::optional<std::string_view>();
  const auto* text = std::get_if<std::string_view>(value);
  if (text == nullptr) return bad_key(key, "is not a string");
  return std::optional(*text);
}

Result<std::optional<std::vector<std::uint64_t>>> GgufFile::find_uint_per_item(
    std::string_view key, std::size_t count, UintRange range) const {
  using Found = std::optional<std::vector<std::uint64_t>>;
  if (find_array(key) == nullptr) {
    const auto one = find_uint(key, range);
    if (!one) return one.error();
    return *one ? Found(std::in_place, count, **one) : Found();
  }
  const auto all = integers(key, count);
  if (!all) return all.error();
  std::vector<std::uint64_t> numbers;
  for (const std::int64_t number : *all) {
    const auto value = static_cast<std::uint64_t>(number);  // a negative one is above any range
    if (value < range.low || value > range.high) {
      return bad_key(key, "element " + std::to_string(number) + " is out of range");
    }
    numbers.push_back(value);
  }
  return Found(std::move(numbers));
}

const GgufArray* GgufFile::find_array(std::string_view key) const {
  const GgufValue* value = find(key);
  return value == nullptr ? nullptr : std::get_if<GgufArray>(value);
}

Result<GgufArray> GgufFile::array_of(std::string_view key, UintRange counts) const {
  const GgufArray* array = find_array(key);
  if (array == nullptr) return bad_key(key, "is missing or not an array");
  if (array->count < counts.low || array->count > counts.high) {
    return bad_key(key, "has an impossible number of elements: " + std::to_string(array->count));
  }
  return *array;
}

Result<std::vector<std::string_view>> GgufFile::strings(std::string_view key,
                                                        UintRange counts) const {
  const auto array = array_of(key, counts);
  if (!array) return array.error();
  if (array->type != GgufType::kString) return bad_key(key, "is not an array of strings");
  ByteReader reader(array->bytes);
  std::vector<std::string_view> out;
  out.reserve(array->count);
  for (std::size_t i = 0; i < array->count; ++i) {
    out.push_back(reader.string().value_or(std::string_view()));
  }
  return out;
}

Result<std::vector<float>> GgufFile::floats(std::string_view key, std::size_t count) const {
  const auto array = array_of(key, {count, count});
  if (!array) return array.error();
  if (array->type != GgufType::kF32) return bad_key(key, "is not an array of floats");
  std::vector<float> out;
  decode_array<float>(*array, &out);
  return out;
}

Result<std::vector<std::int64_t>> GgufFile::integers(std::string_view key,
                                                     std::size_t count) const {
  const auto array = array_of(key, {count, count});
  if (!array) return array.error();
  std::vector<std::int64_t> out;
  if (!decode_integers(*array, &out)) return bad_key(key, "is not an array of integers");
  return out;
}

}  // namespace weir
