// Ollama's own API: chat, generate, and vectors.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cloud_adapters/wire/codec.h"
#include "cloud_adapters/wire/embedding_codec.h"

namespace weir {

// POST /api/chat and POST /api/generate. Streams are JSON lines, and a request that does not
// say otherwise asks for one. A request without messages, which other dialects refuse, asks
// that its model be loaded, or with a keep_alive of 0 that it be unloaded: see
// write_ollama_load_answer(). keep_alive is one of ChatRequest::extras, where the local engine
// looks for it; so are the options without a field, as the object "options", of which
// unknown_members names each ("options.num_ctx").
const Codec& ollama_chat_codec();
const Codec& ollama_generate_codec();

// POST /api/embed and its older form, POST /api/embeddings, which has one text and gives one
// vector.
const EmbeddingCodec& ollama_embed_codec();
const EmbeddingCodec& ollama_embeddings_codec();

// The answer to a request of these dialects that has no messages, which no backend runs. A
// whole body, and with a line end the only line of a stream.
std::string write_ollama_load_answer(const ChatRequest& request, std::string_view model,
                                     std::int64_t created_unix);
// True if such a request asks that its model be unloaded.
bool wants_unload(const ChatRequest& request);

}  // namespace weir
