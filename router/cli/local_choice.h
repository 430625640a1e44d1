// The local model that a verb is to run: the one that is named, or the configuration's.
#pragma once

#include <optional>
#include <string>

#include "core/result.h"
#include "router/config.h"

namespace weir::cli {

// Of `model`, a path, with defaults for all else; or, if that is empty, of the configuration at
// `config_path`, or where it is looked for. Its model is empty if there is none.
Result<LocalConfig> chosen_local(const std::string& model,
                                 const std::optional<std::string>& config_path);

}  // namespace weir::cli
