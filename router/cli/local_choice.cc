#include "router/cli/local_choice.h"

#include "core/disk.h"
#include "router/application.h"
#include "router/cli/operator_config.h"

namespace weir::cli {

Result<LocalConfig> chosen_local(const std::string& model,
                                 const std::optional<std::string>& config_path) {
  LocalConfig local;
  local.model = model;
  if (!model.empty()) return local;
  const Result<Config> config = operator_config(config_path);
  if (!config) return config.error();
  return config->local;
}

}  // namespace weir::cli
