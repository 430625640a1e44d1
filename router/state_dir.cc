#include "router/state_dir.h"

#include <filesystem>
#include <system_error>

namespace weir {

namespace fs = std::filesystem;

Result<void> make_state_dir(const std::string& path) {
  std::error_code error;
  const bool made = fs::create_directories(path, error);
  if (made && !error) fs::permissions(path, fs::perms::owner_all, error);
  if (error) {
    return Error{ErrorCode::kInvalidConfig, "state_dir " + path + ": " + error.message()};
  }
  return {};
}

}  // namespace weir
