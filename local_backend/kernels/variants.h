// The variants, each defined in the file of its name. Only kernels.cc lists them.
#pragma once

#include "local_backend/kernels/kernels.h"

namespace weir::kernels {

extern const Kernels kScalarKernels;
#if defined(__x86_64__)
extern const Kernels kAvx2Kernels;
extern const Kernels kAvx512Kernels;
#elif defined(__aarch64__)
extern const Kernels kNeonKernels;
#endif

}  // namespace weir::kernels
