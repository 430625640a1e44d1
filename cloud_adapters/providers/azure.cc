#include "cloud_adapters/providers/provider.h"

namespace weir {

// base_url is the resource, "https://NAME.openai.azure.com"; a model's upstream name is
// that of a deployment.
const Provider kAzureProvider{
    .name = "azure.ai.openai",
    .key_field = "api-key",
    .key_prefix = "",
    .target = "/openai/deployments/{model}{path}?api-version={api_version}",
    .environment_key = "AZURE_OPENAI_API_KEY",
    .openai_models = true,
};

}  // namespace weir
