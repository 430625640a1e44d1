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

// Their products with panels, each in the panels_ file of its name.
extern const PanelTable kScalarPanels;
#if defined(__x86_64__)
extern const PanelTable kAvx2Panels;
extern const PanelTable kAvx512Panels;
#elif defined(__aarch64__)
extern const PanelTable kNeonPanels;
#endif

}  // namespace weir::kernels
