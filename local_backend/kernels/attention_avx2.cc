#include "local_backend/kernels/lanes_avx2.h"

#if defined(__x86_64__)

#include "local_backend/kernels/attention_loops.h"

namespace weir::kernels {

constinit const AttentionKernels kAvx2Attention = attention_kernels<Avx2Lanes>();

}  // namespace weir::kernels

#endif
