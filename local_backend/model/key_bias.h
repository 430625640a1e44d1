// Whether keys survive few bits: they do not where a bias, the same for every token, takes the
// range of what the bits can tell apart. Rotation only spreads it over all channels.
#pragma once

#include <vector>

#include "local_backend/kv_cache/kv_types.h"
#include "local_backend/model/model_spec.h"
#include "local_backend/model/tensor_source.h"

namespace weir {

// Fails `tensors` for a layer whose keys are to be kept in less than eight bits, by `types` of
// each layer, and whose bias has a channel above five times the median of its channels, or is as
// a whole above five times what the median layer's is.
void check_key_biases(const ModelSpec& spec, const std::vector<KvTypes>& types,
                      TensorSource& tensors);

}  // namespace weir
