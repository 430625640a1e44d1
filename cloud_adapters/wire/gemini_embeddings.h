// How the Gemini API asks for vectors: POST :embedContent for one text, and
// :batchEmbedContents for many. The path names the model; a body may repeat it.
//
// The text parts of a content are one text, joined. `taskType` and `title` are hints that a
// model without them does not miss; they are accepted and not used.
#pragma once

#include "cloud_adapters/wire/embedding_codec.h"

namespace weir {

const EmbeddingCodec& gemini_embeddings_codec();
const EmbeddingCodec& gemini_batch_embeddings_codec();

}  // namespace weir
