// Reads `<architecture>.*` numbers and remembers the first thing that is wrong, so
// that a spec reads as a list of its keys.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "local_backend/gguf/gguf_file.h"

namespace weir {

class SpecReader {
 public:
  SpecReader(const GgufFile& file, std::string architecture)
      : file_(file), architecture_(std::move(architecture)), prefix_(architecture_ + ".") {}

  const std::string& architecture() const { return architecture_; }
  const GgufFile& file() const { return file_; }

  // The value of `<architecture>.<key>`. A missing one is `absent`; without
  // `absent`, an error. After an error: the low end, or 0.
  std::size_t count(std::string_view key, UintRange range,
                    std::optional<std::size_t> absent = std::nullopt);
  std::vector<std::size_t> count_per_layer(std::string_view key, std::size_t layers,
                                           UintRange range,
                                           std::optional<std::vector<std::size_t>> absent = {});
  bool flag(std::string_view key, bool absent);
  double number(std::string_view key, std::optional<double> absent = std::nullopt);
  std::string word(std::string_view key, std::string absent);

  bool has(std::string_view key) const { return file_.find(full_key(key)) != nullptr; }

  // Notes an error unless `holds`.
  void require(bool holds, std::string_view what);
  // Notes that the file is sound and needs `what`, which this program lacks.
  void unsupported(std::string_view what);

  bool failed() const { return error_.has_value(); }
  const Error& error() const { return *error_; }

 private:
  void fail(Error error);
  std::string full_key(std::string_view key) const { return prefix_ + std::string(key); }

  const GgufFile& file_;
  const std::string architecture_;
  const std::string prefix_;
  std::optional<Error> error_;
};

}  // namespace weir
