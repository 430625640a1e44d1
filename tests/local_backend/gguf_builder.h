// Builds GGUF files in memory, good ones and hostile ones.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace weir::test {

// Appends the little-endian bytes of a number.
template <class T>
void put(std::string* out, T value) {
  char bytes[sizeof(T)];
  std::memcpy(bytes, &value, sizeof(T));
  out->append(bytes, sizeof(T));
}

inline void put_string(std::string* out, std::string_view text) {
  put<std::uint64_t>(out, text.size());
  out->append(text);
}

// Every method appends one entry; bytes() lays the file out. The public numbers
// may be set to lies before that.
class GgufBuilder {
 public:
  std::uint32_t version = 3;
  std::uint64_t extra_keys = 0;
  std::uint64_t extra_tensors = 0;
  std::uint64_t alignment = 32;

  GgufBuilder& u32(std::string_view key, std::uint32_t value) {
    return raw(key, 4, [&](std::string* out) { put(out, value); });
  }
  GgufBuilder& f32(std::string_view key, float value) {
    return raw(key, 6, [&](std::string* out) { put(out, value); });
  }
  GgufBuilder& boolean(std::string_view key, bool value) {
    return raw(key, 7, [&](std::string* out) { put<std::uint8_t>(out, value ? 1 : 0); });
  }
  GgufBuilder& string(std::string_view key, std::string_view value) {
    return raw(key, 8, [&](std::string* out) { put_string(out, value); });
  }
  GgufBuilder& strings(std::string_view key, const std::vector<std::string>& values) {
    return raw(key, 9, [&](std::string* out) {
      put<std::uint32_t>(out, 8);
      put<std::uint64_t>(out, values.size());
      for (const std::string& value : values) put_string(out, value);
    });
  }
  GgufBuilder& f32s(std::string_view key, const std::vector<float>& values) {
    return array(key, 6, values);
  }
  GgufBuilder& i32s(std::string_view key, const std::vector<std::int32_t>& values) {
    return array(key, 5, values);
  }
  template <class Write>
  GgufBuilder& raw(std::string_view key, std::uint32_t type, const Write& write) {
    put_string(&keys_, key);
    put(&keys_, type);
    write(&keys_);
    ++key_count_;
    return *this;
  }

  GgufBuilder& tensor(std::string_view name, const std::vector<std::uint64_t>& dims,
                      const std::vector<float>& values) {
    std::string data(values.size() * sizeof(float), '\0');
    if (!values.empty()) std::memcpy(data.data(), values.data(), data.size());
    return raw_tensor(name, dims, 0, data_.size(), data);
  }
  GgufBuilder& raw_tensor(std::string_view name, const std::vector<std::uint64_t>& dims,
                          std::uint32_t type, std::uint64_t offset, std::string_view data) {
    put_string(&tensors_, name);
    put<std::uint32_t>(&tensors_, static_cast<std::uint32_t>(dims.size()));
    for (const std::uint64_t dim : dims) put(&tensors_, dim);
    put(&tensors_, type);
    put(&tensors_, offset);
    data_.append(data);
    pad(&data_);
    ++tensor_count_;
    return *this;
  }
  std::uint64_t next_offset() const { return data_.size(); }

  std::string bytes() const {
    std::string out = "GGUF";
    put(&out, version);
    put<std::uint64_t>(&out, tensor_count_ + extra_tensors);
    put<std::uint64_t>(&out, key_count_ + extra_keys);
    out += keys_;
    out += tensors_;
    pad(&out);
    return out + data_;
  }

 private:
  template <class T>
  GgufBuilder& array(std::string_view key, std::uint32_t type, const std::vector<T>& values) {
    return raw(key, 9, [&](std::string* out) {
      put(out, type);
      put<std::uint64_t>(out, values.size());
      for (const T value : values) put(out, value);
    });
  }
  void pad(std::string* out) const {
    out->resize((out->size() + alignment - 1) / alignment * alignment, '\0');
  }

  std::string keys_;
  std::string tensors_;
  std::string data_;
  std::uint64_t key_count_ = 0;
  std::uint64_t tensor_count_ = 0;
};

}  // namespace weir::test
