#include "router/cli/selftest_schema.h"

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <unordered_map>
#include <vector>

#include "local_backend/grammar/schema_check.h"
#include "router/cli/golden_json.h"

namespace weir::cli {
namespace {

using grammar::Layout;
using grammar::SchemaCheck;
using Json = nlohmann::ordered_json;

// Where a schema first names each property.
class PropertyOrder {
 public:
  explicit PropertyOrder(const Json& schema) { read(schema); }

  // With the named ones first, in their order, the others as they stand.
  Json ordered(const Json& value) const {
    Json result = value;
    if (value.is_array()) {
      for (Json& one : result) one = ordered(one);
    }
    if (!value.is_object()) return result;
    std::vector<std::string> names;
    for (const auto& [name, one] : value.items()) names.push_back(name);
    std::stable_sort(names.begin(), names.end(),
                     [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
    result = Json::object();
    for (const std::string& name : names) result[name] = ordered(value[name]);
    return result;
  }

 private:
  void read(const Json& schema) {
    if (schema.is_array()) {
      for (const Json& one : schema) read(one);
    }
    if (!schema.is_object()) return;
    const auto properties = schema.find("properties");
    if (properties != schema.end() && properties->is_object()) {
      for (const auto& [name, one] : properties->items()) ranks_.emplace(name, ranks_.size());
    }
    for (const auto& [name, one] : schema.items()) read(one);
  }
  std::size_t rank(const std::string& name) const {
    const auto found = ranks_.find(name);
    return found == ranks_.end() ? ranks_.size() : found->second;
  }

  std::unordered_map<std::string, std::size_t> ranks_;
};

Result<std::unique_ptr<SchemaCheck>> check_of(const Json& schema, bool formats, Layout layout) {
  return SchemaCheck::create(schema.dump(), {.check_formats = formats}, layout);
}

// What is wrong, or nothing.
std::string run_test(const Json& test, const PropertyOrder& order, SchemaCheck& written,
                     SchemaCheck& any) {
  const Json& data = test.at("data");
  const bool valid = test.at("valid").get<bool>();
  const std::string as_is = data.dump();
  const std::string ordered = order.ordered(data).dump();
  const std::string name = test.at("description").get<std::string>();
  if (valid && !written.accepts(ordered)) return "'" + name + "' cannot be said";
  if (valid && !any.accepts(as_is)) return "'" + name + "' is not taken";
  if (!valid && (written.accepts(ordered) || written.accepts(as_is) || any.accepts(as_is))) {
    return "'" + name + "' is not refused";
  }
  return {};
}

void run_group(const std::string& file, const Json& group, bool formats, SelftestReport& report) {
  const std::string name = file + ": " + group.at("description").get<std::string>();
  const Json& schema = group.at("schema");
  const auto written = check_of(schema, formats, Layout::kWritten);
  if (!written) return report.not_supported(name, written.error().message);
  const auto any = check_of(schema, formats, Layout::kAny);
  if (!any) return report.not_supported(name, any.error().message);
  const PropertyOrder order(schema);
  std::string wrong;
  for (const Json& test : group.at("tests")) {
    const std::string one = run_test(test, order, **written, **any);
    if (!one.empty()) wrong += (wrong.empty() ? "" : "; ") + one;
  }
  if (!wrong.empty()) return report.miss(name, wrong);
  report.ok(name, std::to_string(group.at("tests").size()) + " texts");
}

}  // namespace

void selftest_schema(const std::filesystem::path& folder, SelftestReport& report) {
  for (const std::filesystem::path& path : files_below(folder, ".json")) {
    const auto text = read_golden_data(path);
    const Json groups = text ? Json::parse(*text, nullptr, false) : Json(Json::value_t::discarded);
    const std::string file = path.filename().string();
    if (!groups.is_array()) {
      report.unusable(file, text ? "it is no list of groups" : text.error().message);
      continue;
    }
    for (const Json& group : groups) {
      try {
        run_group(file, group, path.parent_path().filename() == "format", report);
      } catch (const Json::exception& error) {
        report.unusable(file, error.what());
      }
    }
  }
}

}  // namespace weir::cli
