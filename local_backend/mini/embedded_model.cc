#include "local_backend/mini/embedded_model.h"

#include "core/incbin.h"

#ifdef WEIR_MINI_FILE
WEIR_INCBIN(weir_mini, WEIR_MINI_FILE);
#endif

namespace weir {

std::span<const std::byte> embedded_model() {
#ifdef WEIR_MINI_FILE
  return {weir_mini_begin, weir_mini_end};
#else
  return {};
#endif
}

Result<std::shared_ptr<const GgufFile>> open_model_file(const std::string& model) {
  if (model != kEmbeddedModel) return GgufFile::open(model);
  if (embedded_model().empty()) {
    return Error{ErrorCode::kNotFound,
                 "weir-mini: this program was built without it (WEIR_EMBED_MODEL=OFF)"};
  }
  return GgufFile::view(embedded_model());
}

}  // namespace weir
