// Anthropic's Messages: the codec. What it writes for a client may have thinking and
// calls of tools; in requests, and in what a server of the dialect answers, tools,
// images, files and thinking are refused by name.
#pragma once

#include "cloud_adapters/wire/codec.h"

namespace weir {

const Codec& anthropic_messages_codec();

}  // namespace weir
