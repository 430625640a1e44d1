#include "cloud_adapters/providers/provider.h"

namespace weir {

const Provider kOpenRouterProvider{
    .name = "openrouter",
    .base_url = "https://openrouter.ai/api/v1",
    .environment_key = "OPENROUTER_API_KEY",
};

}  // namespace weir
