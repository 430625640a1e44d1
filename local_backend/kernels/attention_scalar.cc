#include "local_backend/kernels/attention_loops.h"
#include "local_backend/kernels/lanes_scalar.h"

namespace weir::kernels {

constinit const AttentionKernels kScalarAttention = attention_kernels<ScalarLanes>();

}  // namespace weir::kernels
