// POST /v1/embeddings as OpenAI has it.
#pragma once

#include <string>
#include <string_view>

#include "cloud_adapters/wire/embedding_codec.h"

namespace weir {

const EmbeddingCodec& openai_embeddings_codec();

// `body`, which JsonDocument accepted, with another model and every other byte as it was.
std::string with_embedding_model(std::string_view body, std::string_view model);

}  // namespace weir
