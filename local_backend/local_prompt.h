// Turns a chat request into the prompt of the local model. Pure.
#pragma once

#include "core/chat.h"
#include "core/result.h"
#include "local_backend/chat_template/chat_template.h"

namespace weir {

// Results of tools become turns of their own. Tools are shown unless the request forbids
// them. Fails as ChatTemplate::render() does.
Result<Prompt> prompt_of(const ChatTemplate& chat, const ChatRequest& request);

}  // namespace weir
