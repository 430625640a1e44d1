// One JSON file of a golden pack, read by JSON pointers ("/prompts/0/tokens").
//
// Remembers the first thing that is missing or of another type, so that reading
// a pack is a list of its members; check error() once at the end. After an error
// every reader answers with something empty. Not thread-safe.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cloud_adapters/wire/json.h"
#include "core/result.h"
#include "router/cli/selftest.h"

namespace weir::cli {

class GoldenJson {
 public:
  static constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 30;  // of any file of a pack

  // kInvalidRequest if it is no JSON; what Disk says if it cannot be read.
  static Result<GoldenJson> read(const std::filesystem::path& path);

  bool has(const std::string& pointer) const;
  std::size_t size(const std::string& pointer);                // elements of an array
  std::vector<std::string> names(const std::string& pointer);  // members of an object, in order
  std::string text(const std::string& pointer);
  double number(const std::string& pointer);
  std::vector<std::int64_t> integers(const std::string& pointer);
  std::vector<double> numbers(const std::string& pointer);

  // The floats of `data` that {"offset": bytes, "shape": [...]} stands for.
  std::vector<float> floats(const std::string& pointer, std::string_view data);

  // The file that the string at `pointer` names, beside this one.
  std::filesystem::path sibling(const std::string& pointer);

  const std::filesystem::path& path() const { return path_; }
  const std::optional<Error>& error() const { return error_; }

 private:
  explicit GoldenJson(std::filesystem::path path) : path_(std::move(path)) {}
  template <class T>
  T get(const std::string& pointer);
  template <class T>
  std::vector<T> list(const std::string& pointer);
  void fail(const std::string& pointer, const std::string& what);

  std::filesystem::path path_;
  std::shared_ptr<const JsonDocument> document_;
  std::optional<Error> error_;
};

// Calls `use` with every JSON file below `folder` and the text of its "format". What
// cannot be read, before or in `use`, is reported as unusable.
void for_each_golden(const std::filesystem::path& folder, SelftestReport& report,
                     const std::function<void(GoldenJson&, const std::string& format)>& use);

// The whole file, at most GoldenJson::kMaxBytes of it.
Result<std::string> read_golden_data(const std::filesystem::path& path);

// `count` floats of `data` from byte `offset`, or nothing if they are not all there.
std::optional<std::vector<float>> floats_at(std::string_view data, std::uint64_t offset,
                                            std::uint64_t count);

}  // namespace weir::cli
