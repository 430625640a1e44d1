#include "cloud_adapters/providers/provider.h"

namespace weir {

const Provider kAnthropicProvider{
    .name = "anthropic",
    .dialect = Dialect::kAnthropic,
    .base_url = "https://api.anthropic.com/v1",
    .key_field = "x-api-key",
    .key_prefix = "",
    .version_field = "anthropic-version",
    .version = "2023-06-01",
    .environment_key = "ANTHROPIC_API_KEY",
};

}  // namespace weir
