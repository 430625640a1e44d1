#include "router/cli/golden_json.h"

#include <cstring>

#include "core/disk.h"

namespace weir::cli {

void for_each_golden(const std::filesystem::path& folder, SelftestReport& report,
                     const std::function<void(GoldenJson&, const std::string& format)>& use) {
  for (const std::filesystem::path& path : files_below(folder, ".json")) {
    auto json = GoldenJson::read(path);
    if (!json) {
      report.unusable(path.string(), json.error().message);
      continue;
    }
    use(*json, json->has("/format") ? json->text("/format") : "");
    if (json->error()) report.unusable(path.string(), json->error()->message);
  }
}

Result<std::string> read_golden_data(const std::filesystem::path& path) {
  return system_disk().read_file(path.string(), GoldenJson::kMaxBytes);
}

std::optional<std::vector<float>> floats_at(std::string_view data, std::uint64_t offset,
                                            std::uint64_t count) {
  if (offset > data.size() || count > (data.size() - offset) / sizeof(float)) return std::nullopt;
  std::vector<float> values(count);
  if (count > 0) std::memcpy(values.data(), data.data() + offset, count * sizeof(float));
  return values;
}

Result<GoldenJson> GoldenJson::read(const std::filesystem::path& path) {
  const auto text = read_golden_data(path);
  if (!text) return text.error();
  auto document = JsonDocument::parse(*text, text->capacity());
  if (!document) {
    return Error{document.error().code, path.string() + ": " + document.error().message};
  }
  GoldenJson json(path);
  json.document_ = std::move(*document);
  return json;
}

void GoldenJson::fail(const std::string& pointer, const std::string& what) {
  if (error_) return;
  error_ = Error{ErrorCode::kInvalidRequest, path_.string() + ": " + pointer + " " + what};
}

template <class T>
T GoldenJson::get(const std::string& pointer) {
  T value{};
  if (document_->root().at_pointer(pointer).get(value) != simdjson::SUCCESS) {
    fail(pointer, "is missing or of another type");
  }
  return value;
}

template <class T>
std::vector<T> GoldenJson::list(const std::string& pointer) {
  std::vector<T> values;
  simdjson::dom::array array;
  if (document_->root().at_pointer(pointer).get(array) != simdjson::SUCCESS) {
    fail(pointer, "is missing or no array");
    return values;
  }
  for (const simdjson::dom::element element : array) {
    if (element.get(values.emplace_back()) != simdjson::SUCCESS) {
      fail(pointer, "has an element of another type");
      return {};
    }
  }
  return values;
}

bool GoldenJson::has(const std::string& pointer) const {
  simdjson::dom::element element;
  return document_->root().at_pointer(pointer).get(element) == simdjson::SUCCESS;
}

std::size_t GoldenJson::size(const std::string& pointer) {
  simdjson::dom::array array;
  if (document_->root().at_pointer(pointer).get(array) == simdjson::SUCCESS) return array.size();
  fail(pointer, "is missing or no array");
  return 0;
}

std::vector<std::string> GoldenJson::names(const std::string& pointer) {
  std::vector<std::string> all;
  simdjson::dom::object object;
  if (document_->root().at_pointer(pointer).get(object) != simdjson::SUCCESS) {
    fail(pointer, "is missing or no object");
  } else {
    for (const auto& member : object) all.emplace_back(member.key);
  }
  return all;
}

std::string GoldenJson::text(const std::string& pointer) {
  return std::string(get<std::string_view>(pointer));
}

double GoldenJson::number(const std::string& pointer) { return get<double>(pointer); }

std::vector<std::int64_t> GoldenJson::integers(const std::string& pointer) {
  return list<std::int64_t>(pointer);
}

std::vector<double> GoldenJson::numbers(const std::string& pointer) {
  return list<double>(pointer);
}

std::vector<float> GoldenJson::floats(const std::string& pointer, std::string_view data) {
  const auto offset = get<std::uint64_t>(pointer + "/offset");
  std::uint64_t count = 1;
  for (const std::int64_t size : integers(pointer + "/shape")) {
    const auto wide = static_cast<std::uint64_t>(size);
    const bool fits = size > 0 && wide <= data.size() / count;
    count = fits ? count * wide : data.size() + 1;
    if (!fits) break;
  }
  if (error_) return {};
  auto values = floats_at(data, offset, count);
  if (!values) fail(pointer, "lies outside of its data file");
  return values.value_or(std::vector<float>());
}

std::filesystem::path GoldenJson::sibling(const std::string& pointer) {
  return path_.parent_path() / text(pointer);
}

}  // namespace weir::cli
