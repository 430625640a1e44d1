// OpenAI's Responses API: the codec.
//
// weir keeps no answers, so previous_response_id, conversation and background are refused.
// Ids and states of input items name stored things: they are read over.
#pragma once

#include "cloud_adapters/wire/codec.h"

namespace weir {

const Codec& openai_responses_codec();

}  // namespace weir
