#include "local_backend/gguf/gguf_writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cassert>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>
#include <utility>

#include "local_backend/gguf/gguf_value.h"

namespace weir {
namespace {

template <class T>
void put(std::string* out, T value) {
  char bytes[sizeof(T)];
  std::memcpy(bytes, &value, sizeof(T));
  out->append(bytes, sizeof(T));
}

void put_string(std::string* out, std::string_view text) {
  put<std::uint64_t>(out, text.size());
  out->append(text);
}

constexpr std::uint32_t id(GgufType type) { return static_cast<std::uint32_t>(type); }

std::span<const std::byte> written_bytes(const std::string& text) {
  return std::as_bytes(std::span(text));
}

}  // namespace

GgufWriter::GgufWriter(std::optional<std::uint32_t> alignment)
    : alignment_(alignment.value_or(32)) {
  assert(std::has_single_bit(alignment_));
  if (alignment) u32("general.alignment", *alignment);
}

GgufWriter::~GgufWriter() {
  if (fd_ >= 0) ::close(fd_);
  if (!part_path_.empty()) ::unlink(part_path_.c_str());
}

void GgufWriter::key(std::string_view key, std::uint32_t type) {
  put_string(&keys_, key);
  put(&keys_, type);
  ++key_count_;
}

template <class T>
void GgufWriter::numbers(std::string_view name, std::uint32_t type, std::span<const T> values) {
  key(name, id(GgufType::kArray));
  put(&keys_, type);
  put<std::uint64_t>(&keys_, values.size());
  keys_.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
}

void GgufWriter::u32(std::string_view name, std::uint32_t value) {
  key(name, id(GgufType::kU32));
  put(&keys_, value);
}

void GgufWriter::f32(std::string_view name, float value) {
  key(name, id(GgufType::kF32));
  put(&keys_, value);
}

void GgufWriter::boolean(std::string_view name, bool value) {
  key(name, id(GgufType::kBool));
  put<std::uint8_t>(&keys_, value ? 1 : 0);
}

void GgufWriter::string(std::string_view name, std::string_view value) {
  key(name, id(GgufType::kString));
  put_string(&keys_, value);
}

void GgufWriter::strings(std::string_view name, std::span<const std::string> values) {
  key(name, id(GgufType::kArray));
  put(&keys_, id(GgufType::kString));
  put<std::uint64_t>(&keys_, values.size());
  for (const std::string& value : values) put_string(&keys_, value);
}

void GgufWriter::f32s(std::string_view name, std::span<const float> values) {
  numbers(name, id(GgufType::kF32), values);
}

void GgufWriter::i32s(std::string_view name, std::span<const std::int32_t> values) {
  numbers(name, id(GgufType::kI32), values);
}

void GgufWriter::stored(std::string_view name, std::span<const std::byte> type_and_value) {
  put_string(&keys_, name);
  keys_.append(reinterpret_cast<const char*>(type_and_value.data()), type_and_value.size());
  ++key_count_;
}

void GgufWriter::tensor(std::string_view name, kernels::TensorType type,
                        std::span<const std::size_t> dims) {
  put_string(&tensors_, name);
  put<std::uint32_t>(&tensors_, static_cast<std::uint32_t>(dims.size()));
  std::uint64_t rows = 1;
  for (std::size_t i = 0; i < dims.size(); ++i) {
    put<std::uint64_t>(&tensors_, dims[i]);
    if (i > 0) rows *= dims[i];
  }
  put(&tensors_, kernels::info_of(type).gguf_id);
  put(&tensors_, data_bytes_);
  sizes_.push_back(rows * kernels::row_bytes(type, dims[0]));
  data_bytes_ += sizes_.back() + padding(sizes_.back());
}

std::string GgufWriter::header() const {
  std::string text = "GGUF";
  put<std::uint32_t>(&text, 3);
  put<std::uint64_t>(&text, sizes_.size());
  put(&text, key_count_);
  text += keys_;
  text += tensors_;
  text.append(padding(text.size()), '\0');
  return text;
}

std::uint64_t GgufWriter::file_bytes() const {
  constexpr std::uint64_t kBegin = 4 + 4 + 8 + 8;
  const std::uint64_t header_bytes = kBegin + keys_.size() + tensors_.size();
  return header_bytes + padding(header_bytes) + data_bytes_;
}

Error GgufWriter::storage_error() const {
  return {ErrorCode::kStorage, path_ + ": " + std::generic_category().message(errno)};
}

Result<void> GgufWriter::begin(const std::string& path) {
  path_ = path;
  const std::string part = path + "." + std::to_string(::getpid()) + ".part";
  fd_ = ::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (fd_ < 0) return storage_error();
  part_path_ = part;
  return write_all(written_bytes(header()));
}

Result<void> GgufWriter::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    if (current_ == sizes_.size()) {
      return Error{ErrorCode::kInternal, path_ + ": more bytes than its tensors have"};
    }
    const std::uint64_t size = sizes_[current_];
    const auto part =
        static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), size - written_));
    if (const auto done = write_all(bytes.first(part)); !done) return done;
    bytes = bytes.subspan(part);
    written_ += part;
    if (written_ < size) break;
    const std::string zeros(padding(size), '\0');
    if (const auto done = write_all(written_bytes(zeros)); !done) return done;
    ++current_;
    written_ = 0;
  }
  return {};
}

Result<void> GgufWriter::finish() {
  if (current_ != sizes_.size()) {
    return Error{ErrorCode::kInternal, path_ + ": bytes of its tensors are missing"};
  }
  if (::fsync(fd_) != 0) return storage_error();
  const int closed = ::close(std::exchange(fd_, -1));
  if (closed != 0 || std::rename(part_path_.c_str(), path_.c_str()) != 0) return storage_error();
  part_path_.clear();
  return {};
}

Result<void> GgufWriter::write_all(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return storage_error();
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return {};
}

}  // namespace weir
