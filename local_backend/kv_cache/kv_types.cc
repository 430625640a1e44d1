#include "local_backend/kv_cache/kv_types.h"

#include <algorithm>

namespace weir {
namespace {

std::optional<kernels::KvType> type_named(std::string_view name) {
  const auto& all = kernels::kKvTypes;
  const auto found = std::find_if(
      all.begin(), all.end(), [&](const kernels::KvTypeInfo& info) { return info.name == name; });
  if (found == all.end()) return std::nullopt;
  return found->type;
}

}  // namespace

std::optional<KvTypes> parse_kv_types(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto keys = type_named(text.substr(0, slash));
  const auto values = slash == std::string_view::npos ? keys : type_named(text.substr(slash + 1));
  if (!keys || !values) return std::nullopt;
  return KvTypes{*keys, *values};
}

std::string to_string(KvTypes types) {
  std::string text(kernels::info_of(types.keys).name);
  if (types.values == types.keys) return text;
  return text + "/" + std::string(kernels::info_of(types.values).name);
}

std::string kv_types_expected() {
  std::string words = "must be ";
  for (const kernels::KvTypeInfo& info : kernels::kKvTypes) {
    words.append("\"").append(info.name).append("\", ");
  }
  return words + "or keys and values apart, like \"q8_0/iq4_nl\"";
}

}  // namespace weir
