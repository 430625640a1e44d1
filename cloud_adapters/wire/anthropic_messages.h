// Anthropic's Messages: the codec. One for all values of anthropic-version. Blocks that only
// this dialect has (searches and code that the provider runs, citations) go between a client
// and a server of it, and nowhere else.
#pragma once

#include "cloud_adapters/wire/codec.h"

namespace weir {

const Codec& anthropic_messages_codec();

}  // namespace weir
