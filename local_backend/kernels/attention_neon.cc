#include "local_backend/kernels/lanes_neon.h"

#if defined(__aarch64__)

#include "local_backend/kernels/attention_loops.h"

namespace weir::kernels {

constinit const AttentionKernels kNeonAttention = attention_kernels<NeonLanes>();

}  // namespace weir::kernels

#endif
