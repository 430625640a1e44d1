// The configuration for verbs that send nothing to a provider.
#pragma once

#include <optional>
#include <string>

#include "core/result.h"
#include "router/config.h"

namespace weir::cli {

// Of the file at `path`, else of the usual place. Who asks need not have the providers' keys:
// those that cannot be read are left out, and Config::missing_secrets names them.
Result<Config> operator_config(const std::optional<std::string>& path);

}  // namespace weir::cli
