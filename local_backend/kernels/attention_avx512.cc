#include "local_backend/kernels/lanes_avx512.h"

#if defined(__x86_64__)

#include "local_backend/kernels/attention_loops.h"

namespace weir::kernels {

constinit const AttentionKernels kAvx512Attention = attention_kernels<Avx512Lanes>();

}  // namespace weir::kernels

#endif
