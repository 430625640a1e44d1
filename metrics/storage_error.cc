#include "metrics/storage_error.h"

#include <cerrno>
#include <cstring>

namespace weir {

Error storage_error(const std::string& path) {
  return {ErrorCode::kStorage,
          path + ": " + std::strerror(errno)};  // NOLINT(concurrency-mt-unsafe)
}

}  // namespace weir
