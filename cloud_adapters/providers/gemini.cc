#include "cloud_adapters/providers/provider.h"

namespace weir {

const Provider kGeminiProvider{
    .name = "gcp.gemini",
    .dialect = Dialect::kGemini,
    .base_url = "https://generativelanguage.googleapis.com/v1beta",
    .key_field = "x-goog-api-key",
    .key_prefix = "",
    .environment_key = "GEMINI_API_KEY",
};

}  // namespace weir
