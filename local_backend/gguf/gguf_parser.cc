#include "local_backend/gguf/gguf_parser.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "local_backend/gguf/printable.h"

namespace weir {
namespace {

constexpr std::uint64_t kMinEntryBytes = 8 + 4 + 1;
constexpr std::uint64_t kMinTensorBytes = 8 + 4 + 8 + 4 + 8;

// Bytes of one element; 0 for those without a fixed size and for unknown types.
std::uint64_t fixed_size(std::uint32_t type) {
  switch (GgufType{type}) {
    case GgufType::kU8:
    case GgufType::kI8:
    case GgufType::kBool: return 1;
    case GgufType::kU16:
    case GgufType::kI16: return 2;
    case GgufType::kU32:
    case GgufType::kI32:
    case GgufType::kF32: return 4;
    case GgufType::kU64:
    case GgufType::kI64:
    case GgufType::kF64: return 8;
    case GgufType::kString:
    case GgufType::kArray: return 0;
  }
  return 0;
}

template <class Stored, class Widened>
bool read_as(ByteReader& reader, GgufValue* value) {
  const auto stored = reader.read<Stored>();
  if (stored) *value = static_cast<Widened>(*stored);
  return stored.has_value();
}

bool read_scalar(ByteReader& reader, GgufType type, GgufValue* value) {
  switch (type) {
    case GgufType::kU8: return read_as<std::uint8_t, std::uint64_t>(reader, value);
    case GgufType::kI8: return read_as<std::int8_t, std::int64_t>(reader, value);
    case GgufType::kU16: return read_as<std::uint16_t, std::uint64_t>(reader, value);
    case GgufType::kI16: return read_as<std::int16_t, std::int64_t>(reader, value);
    case GgufType::kU32: return read_as<std::uint32_t, std::uint64_t>(reader, value);
    case GgufType::kI32: return read_as<std::int32_t, std::int64_t>(reader, value);
    case GgufType::kF32: return read_as<float, double>(reader, value);
    case GgufType::kBool: return read_as<std::uint8_t, bool>(reader, value);
    case GgufType::kU64: return read_as<std::uint64_t, std::uint64_t>(reader, value);
    case GgufType::kI64: return read_as<std::int64_t, std::int64_t>(reader, value);
    case GgufType::kF64: return read_as<double, double>(reader, value);
    case GgufType::kString:
    case GgufType::kArray: return false;
  }
  return false;
}

}  // namespace

Error GgufParser::bad(std::string what) const {
  return {ErrorCode::kInvalidModel,
          "GGUF file, byte " + std::to_string(reader_.position()) + ": " + std::move(what),
          "gguf_invalid"};
}

Error GgufParser::bad_tensor(const GgufTensor& tensor, std::string what) const {
  return {ErrorCode::kInvalidModel,
          "GGUF file, tensor " + printable(tensor.name) + ": " + std::move(what), "gguf_invalid"};
}

std::optional<Error> GgufParser::parse() {
  if (auto error = parse_counts()) return error;
  for (std::uint64_t i = 0; i < key_count_; ++i) {
    if (auto error = parse_entry()) return error;
  }
  if (auto error = sort_entries()) return error;
  if (auto error = parse_alignment()) return error;
  for (std::uint64_t i = 0; i < tensor_count_; ++i) {
    if (auto error = parse_tensor()) return error;
  }
  if (auto error = sort_names()) return error;
  if (auto error = place_tensors()) return error;
  return check_overlaps();
}

std::optional<Error> GgufParser::parse_counts() {
  const auto magic = reader_.take(4);
  if (!magic || std::memcmp(magic->data(), "GGUF", 4) != 0) return bad("does not start with GGUF");
  const auto version = reader_.read<std::uint32_t>();
  const auto tensors = reader_.read<std::uint64_t>();
  const auto keys = reader_.read<std::uint64_t>();
  if (!version || !tensors || !keys) return bad("the file ends inside its header");
  if (*version != 2 && *version != 3) {
    const bool swapped = *version == 0x02000000 || *version == 0x03000000;
    return bad(swapped ? "the file is big endian, which is not supported"
                       : "version " + std::to_string(*version) + " is not supported");
  }
  if (*keys > GgufFile::kMaxKeys || *keys > reader_.remaining() / kMinEntryBytes) {
    return bad("too many metadata keys: " + std::to_string(*keys));
  }
  if (*tensors > GgufFile::kMaxTensors || *tensors > reader_.remaining() / kMinTensorBytes) {
    return bad("too many tensors: " + std::to_string(*tensors));
  }
  key_count_ = *keys;
  tensor_count_ = *tensors;
  return std::nullopt;
}

std::optional<Error> GgufParser::parse_entry() {
  const auto key = reader_.string();
  if (!key) return bad("a metadata key is longer than the file");
  if (key->empty() || key->size() > GgufFile::kMaxKeyBytes) {
    return bad("a metadata key has " + std::to_string(key->size()) + " bytes");
  }
  const std::size_t begin = reader_.position();
  const auto type = reader_.read<std::uint32_t>();
  if (!type) return bad("the file ends inside key " + printable(*key));
  GgufValue value;
  if (auto error = parse_value(*type, &value)) {
    error->message += " (key " + printable(*key) + ")";
    return error;
  }
  file_.entries_.push_back({*key, value, file_.bytes_.subspan(begin, reader_.position() - begin)});
  return std::nullopt;
}

std::optional<Error> GgufParser::parse_value(std::uint32_t type, GgufValue* value) {
  if (type > static_cast<std::uint32_t>(GgufType::kF64)) {
    return bad("unknown metadata type " + std::to_string(type));
  }
  if (GgufType{type} == GgufType::kArray) return parse_array(value);
  if (GgufType{type} == GgufType::kString) {
    const auto text = reader_.string();
    if (!text) return bad("a string is longer than the file");
    *value = *text;
    return std::nullopt;
  }
  if (!read_scalar(reader_, GgufType{type}, value)) return bad("the file ends inside a value");
  return std::nullopt;
}

std::optional<Error> GgufParser::parse_array(GgufValue* value) {
  const auto type = reader_.read<std::uint32_t>();
  const auto count = reader_.read<std::uint64_t>();
  if (!type || !count) return bad("the file ends inside an array");
  if (*type > static_cast<std::uint32_t>(GgufType::kF64)) {
    return bad("unknown array type " + std::to_string(*type));
  }
  if (GgufType{*type} == GgufType::kArray) return bad("arrays of arrays are not supported");
  const bool strings = GgufType{*type} == GgufType::kString;
  const std::uint64_t element = strings ? 8 : fixed_size(*type);
  if (*count > GgufFile::kMaxArrayElements) {
    return bad("an array of " + std::to_string(*count) + " elements is too long");
  }
  if (*count > reader_.remaining() / element) {
    return bad("an array of " + std::to_string(*count) + " elements is longer than the file");
  }
  const std::size_t begin = reader_.position();
  if (!strings) reader_.take(*count * element);
  for (std::uint64_t i = 0; strings && i < *count; ++i) {
    if (!reader_.string()) return bad("a string in an array is longer than the file");
  }
  *value = GgufArray{GgufType{*type}, static_cast<std::size_t>(*count),
                     file_.bytes_.subspan(begin, reader_.position() - begin)};
  return std::nullopt;
}

std::optional<Error> GgufParser::sort_entries() {
  auto& entries = file_.entries_;
  std::sort(entries.begin(), entries.end(),
            [](const auto& a, const auto& b) { return a.key < b.key; });
  const auto twin = std::adjacent_find(entries.begin(), entries.end(),
                                       [](const auto& a, const auto& b) { return a.key == b.key; });
  if (twin != entries.end()) return bad("metadata key " + printable(twin->key) + " occurs twice");
  return std::nullopt;
}

std::optional<Error> GgufParser::parse_alignment() {
  const auto alignment = file_.find_uint("general.alignment", {1, GgufFile::kMaxAlignment});
  if (!alignment) return alignment.error();
  file_.alignment_ = static_cast<std::size_t>(alignment->value_or(32));
  if (!std::has_single_bit(file_.alignment_)) {
    return bad("general.alignment is not a power of two: " + std::to_string(file_.alignment_));
  }
  return std::nullopt;
}

std::optional<Error> GgufParser::parse_tensor() {
  GgufTensor tensor;
  const auto name = reader_.string();
  if (!name) return bad("a tensor name is longer than the file");
  if (name->empty() || name->size() > GgufFile::kMaxTensorNameBytes) {
    return bad("a tensor name has " + std::to_string(name->size()) + " bytes");
  }
  tensor.name = *name;
  const auto dim_count = reader_.read<std::uint32_t>();
  if (!dim_count) return bad("the file ends inside its list of tensors");
  if (*dim_count == 0 || *dim_count > 4) {
    return bad_tensor(tensor, "has " + std::to_string(*dim_count) + " dimensions");
  }
  tensor.dim_count = *dim_count;
  if (auto error = parse_shape(&tensor)) return error;
  const auto type = reader_.read<std::uint32_t>();
  const auto offset = reader_.read<std::uint64_t>();
  if (!type || !offset) return bad("the file ends inside its list of tensors");
  const kernels::TensorTypeInfo* info = kernels::find_tensor_type(*type);
  if (info == nullptr) return parse_stranger(tensor, *type);
  if (tensor.dims[0] % info->block_weights != 0) {
    return bad_tensor(tensor, "rows of " + std::to_string(tensor.dims[0]) +
                                  " weights are not whole blocks of " + std::string(info->name));
  }
  tensor.type = info->type;
  offsets_.push_back(*offset);
  file_.tensors_.push_back(tensor);
  return std::nullopt;
}

std::optional<Error> GgufParser::parse_stranger(const GgufTensor& tensor, std::uint32_t type) {
  if (file_.policy_ == Strangers::kList) {
    file_.strangers_.push_back({tensor.name, type, tensor.elements});
    file_.parameters_ += tensor.elements;
    return std::nullopt;
  }
  const std::string_view known = kernels::tensor_type_name(type);
  const std::string format = known.empty() ? std::to_string(type) : std::string(known);
  Error error = bad_tensor(tensor, "number format " + format + " is not supported");
  error.detail = "gguf_tensor_type";
  return error;
}

// The product stays far below 2^63, so that sizes in bytes cannot overflow.
std::optional<Error> GgufParser::parse_shape(GgufTensor* tensor) {
  std::uint64_t elements = 1;
  for (std::size_t i = 0; i < tensor->dim_count; ++i) {
    const auto dim = reader_.read<std::uint64_t>();
    if (!dim) return bad("the file ends inside its list of tensors");
    constexpr std::uint64_t kMaxElements = std::uint64_t{1} << 48;
    if (*dim == 0 || *dim > kMaxElements / elements) {
      return bad_tensor(*tensor, "impossible dimension " + std::to_string(*dim));
    }
    elements *= *dim;
    tensor->dims[i] = static_cast<std::size_t>(*dim);
  }
  tensor->elements = static_cast<std::size_t>(elements);
  return std::nullopt;
}

std::optional<Error> GgufParser::place_tensors() {
  const std::uint64_t header = reader_.position();
  const std::uint64_t alignment = file_.alignment_;
  const std::uint64_t start = (header + alignment - 1) / alignment * alignment;
  const std::uint64_t room = start < file_.bytes_.size() ? file_.bytes_.size() - start : 0;
  for (std::size_t i = 0; i < offsets_.size(); ++i) {
    GgufTensor& tensor = file_.tensors_[i];
    const std::uint64_t offset = offsets_[i];
    const std::uint64_t size =
        tensor.elements / tensor.dims[0] * kernels::row_bytes(tensor.type, tensor.dims[0]);
    if (offset % alignment != 0) {
      return bad_tensor(tensor, "offset " + std::to_string(offset) + " is not aligned");
    }
    if (offset > room || size > room - offset) {
      return bad_tensor(tensor, std::to_string(size) + " bytes at offset " +
                                    std::to_string(offset) + " lie outside the file");
    }
    tensor.bytes = file_.bytes_.subspan(static_cast<std::size_t>(start + offset),
                                        static_cast<std::size_t>(size));
    file_.parameters_ += tensor.elements;
  }
  return std::nullopt;
}

std::optional<Error> GgufParser::sort_names() {
  auto& order = file_.by_name_;
  order.resize(file_.tensors_.size());
  std::iota(order.begin(), order.end(), 0u);
  const auto name = [this](std::uint32_t i) { return file_.tensors_[i].name; };
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return name(a) < name(b); });
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (name(order[i - 1]) == name(order[i])) {
      return bad_tensor(file_.tensors_[order[i]], "occurs twice");
    }
  }
  return std::nullopt;
}

std::optional<Error> GgufParser::check_overlaps() {
  std::vector<const GgufTensor*> order;
  order.reserve(file_.tensors_.size());
  for (const GgufTensor& tensor : file_.tensors_) order.push_back(&tensor);
  std::sort(order.begin(), order.end(), [](const GgufTensor* a, const GgufTensor* b) {
    return a->bytes.data() < b->bytes.data();
  });
  for (std::size_t i = 1; i < order.size(); ++i) {
    const auto& before = order[i - 1]->bytes;
    if (before.data() + before.size() > order[i]->bytes.data()) {
      return bad_tensor(*order[i], "overlaps tensor " + printable(order[i - 1]->name));
    }
  }
  return std::nullopt;
}

}  // namespace weir
