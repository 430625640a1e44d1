// One vector for a text, of the hidden states of its tokens.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "local_backend/model/model_spec.h"

namespace weir {

// `hidden` is [tokens][width], of at least one token. Not normed to length 1.
std::vector<float> pooled(Pooling pooling, std::span<const float> hidden, std::size_t width);

}  // namespace weir
