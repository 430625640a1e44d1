#include "cloud_adapters/wire/openai_models.h"

#include <algorithm>
#include <array>

namespace weir {
namespace {

enum class Efforts : std::uint8_t {
  kAbsent,  // the model does not think, and refuses the member
  kSome,    // it thinks always, and refuses "none"
  kAll,
};

struct ModelEfforts {
  std::string_view prefix;
  Efforts efforts;
};

// The first that fits. A name that is not here, such as that of a deployment, is kSome.
constexpr std::array<ModelEfforts, 5> kModelEfforts = {{{"gpt-3.5", Efforts::kAbsent},
                                                        {"gpt-4", Efforts::kAbsent},
                                                        {"chatgpt-4o", Efforts::kAbsent},
                                                        {"gpt-5-chat", Efforts::kAbsent},
                                                        {"gpt-5.", Efforts::kAll}}};

// Kinds of a model that think always, whatever their number.
bool thinks_always(std::string_view model) {
  constexpr std::array<std::string_view, 3> kKinds = {"-codex", "-chat", "-pro-2"};
  const auto is_in = [model](std::string_view kind) { return model.find(kind) != model.npos; };
  return model.ends_with("-pro") || std::any_of(kKinds.begin(), kKinds.end(), is_in);
}

Efforts efforts_of(std::string_view model) {
  if (model.starts_with("ft:")) model.remove_prefix(3);
  const auto fits = [model](const ModelEfforts& row) { return model.starts_with(row.prefix); };
  const auto row = std::find_if(kModelEfforts.begin(), kModelEfforts.end(), fits);
  if (row == kModelEfforts.end()) return Efforts::kSome;
  const bool always = row->efforts == Efforts::kAll && thinks_always(model);
  return always ? Efforts::kSome : row->efforts;
}

}  // namespace

WrittenEffort written_effort(std::string_view wanted, const RequestOptions& options) {
  if (!options.openai_models || wanted.empty()) return {wanted};
  const bool off = wanted == "none";
  switch (efforts_of(options.model)) {
    case Efforts::kAbsent: return {{}, !off};
    case Efforts::kSome: return off ? WrittenEffort{{}, true} : WrittenEffort{wanted};
    case Efforts::kAll: break;
  }
  return {wanted};
}

}  // namespace weir
