// OpenAI's older completions: a text that the model goes on with, without a template.
#pragma once

#include "cloud_adapters/wire/codec.h"

namespace weir {

const Codec& openai_completions_codec();

}  // namespace weir
