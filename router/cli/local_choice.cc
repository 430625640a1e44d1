#include "router/cli/local_choice.h"

#include "core/disk.h"
#include "router/application.h"

namespace weir::cli {

Result<LocalConfig> chosen_local(const std::string& model,
                                 const std::optional<std::string>& config_path) {
  LocalConfig local;
  local.model = model;
  if (!model.empty()) return local;
  const auto path = config_path ? config_path : default_config_path();
  const Result<Config> config = load_config(path, system_environment(), system_disk());
  if (!config) return config.error();
  return config->local;
}

}  // namespace weir::cli
