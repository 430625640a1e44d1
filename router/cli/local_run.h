// Runs a local model for a verb, without a server around it.
#pragma once

#include "core/chat.h"
#include "core/event.h"
#include "core/result.h"
#include "core/usage.h"
#include "local_backend/local_backend.h"

namespace weir::cli {

// Blocks until the answer is in `sink`, with the signals of the prompt.
Result<Usage> run_local(LocalBackend& backend, const ChatRequest& request, EventSink& sink);

}  // namespace weir::cli
