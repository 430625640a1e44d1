#include "cloud_adapters/providers/provider.h"

namespace weir {

// The paths of its own dialect have no version: the base URL ends with the port.
const Provider kOllamaProvider{
    .name = "ollama",
    .dialect = Dialect::kOllama,
    .base_url = "http://127.0.0.1:11434",
};

}  // namespace weir
