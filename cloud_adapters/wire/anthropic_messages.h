// Anthropic's Messages: the codec, for text only. Tools, images, files and
// thinking are refused by name, in both directions.
#pragma once

#include "cloud_adapters/wire/codec.h"

namespace weir {

const Codec& anthropic_messages_codec();

}  // namespace weir
