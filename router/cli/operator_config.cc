#include "router/cli/operator_config.h"

#include "core/disk.h"
#include "router/application.h"

namespace weir::cli {

Result<Config> operator_config(const std::optional<std::string>& path) {
  return load_config(path ? path : default_config_path(), system_environment(), system_disk(),
                     SecretUse::kNone);
}

}  // namespace weir::cli
