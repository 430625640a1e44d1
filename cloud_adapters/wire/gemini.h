// The dialect of the Gemini API: POST /v1beta/models/{model}:generateContent, and
// :streamGenerateContent?alt=sse. Calls of tools may lack ids: they are then made up,
// "call_0" in a request, and "call_{id of the answer}_0" in an answer.
#pragma once

#include "cloud_adapters/wire/codec.h"

namespace weir {

const Codec& gemini_codec();

}  // namespace weir
