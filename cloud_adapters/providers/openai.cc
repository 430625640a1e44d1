#include "cloud_adapters/providers/provider.h"

namespace weir {

const Provider kOpenAiProvider{
    .name = "openai",
    .base_url = "https://api.openai.com/v1",
    .environment_key = "OPENAI_API_KEY",
    .all_members = true,
    .openai_models = true,
};

}  // namespace weir
