#include "router/pull/model_catalogue.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "core/disk.h"

namespace weir {
namespace {

using nlohmann::json;

constexpr std::uint64_t kMostBytes = std::uint64_t{16} << 20;

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

PulledModel model_of(const json& entry) {
  return {entry.value("name", ""), entry.value("file", ""), entry.value("url", ""),
          entry.value("sha256", ""), entry.value("bytes", std::uint64_t{0})};
}

json json_of(const PulledModel& model) {
  return {{"name", model.name},
          {"file", model.file},
          {"url", model.url},
          {"sha256", model.sha256},
          {"bytes", model.bytes}};
}

}  // namespace

Result<ModelCatalogue> ModelCatalogue::read(std::string folder) {
  ModelCatalogue catalogue(std::move(folder));
  const auto text = system_disk().read_file(catalogue.path(), kMostBytes);
  if (!text && text.error().code == ErrorCode::kNotFound) return catalogue;
  if (!text) return text.error();
  const json listed = json::parse(*text, nullptr, false);
  if (!listed.is_array()) {
    return Error{ErrorCode::kInvalidConfig, catalogue.path() + ": is no JSON array"};
  }
  for (const json& entry : listed) {
    try {
      catalogue.models_.push_back(model_of(entry));
    } catch (const json::exception&) {
      return Error{ErrorCode::kInvalidConfig, catalogue.path() + ": an entry has a wrong type"};
    }
  }
  return catalogue;
}

const PulledModel* ModelCatalogue::find(const std::string& name) const {
  const auto found = std::find_if(models_.begin(), models_.end(),
                                  [&](const PulledModel& model) { return model.name == name; });
  return found == models_.end() ? nullptr : &*found;
}

Result<void> ModelCatalogue::put(PulledModel model) {
  std::erase_if(models_, [&](const PulledModel& old) { return old.name == model.name; });
  models_.push_back(std::move(model));
  return write();
}

Result<void> ModelCatalogue::remove(const std::string& name) {
  std::erase_if(models_, [&](const PulledModel& old) { return old.name == name; });
  return write();
}

Result<void> ModelCatalogue::write() const {
  json listed = json::array();
  for (const PulledModel& one : models_) listed.push_back(json_of(one));
  const std::string made = path() + ".new";
  std::ofstream out(made, std::ios::trunc);
  out << listed.dump(2) << "\n";
  out.close();
  if (!out || std::rename(made.c_str(), path().c_str()) != 0) {
    return Error{ErrorCode::kStorage, path() + ": " + std::generic_category().message(errno)};
  }
  return {};
}

Result<std::string> file_name_of(const std::string& url) {
  const std::string path = url.substr(0, url.find_first_of("?#"));
  const std::string name = path.substr(path.rfind('/') + 1);
  const bool plain = std::all_of(name.begin(), name.end(), is_plain) && !name.starts_with('.');
  if (!plain || !name.ends_with(".gguf") || name.size() > 200) {
    return Error{ErrorCode::kInvalidRequest, url + ": does not end with the name of a .gguf file"};
  }
  return name;
}

}  // namespace weir
