// POST /v1/embeddings as OpenAI has it.
#pragma once

#include "cloud_adapters/wire/embedding_codec.h"

namespace weir {

const EmbeddingCodec& openai_embeddings_codec();

}  // namespace weir
