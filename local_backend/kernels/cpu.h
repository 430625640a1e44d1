// What this processor can do. The one place that asks it.
#pragma once

namespace weir::kernels {

struct CpuFeatures {
  bool avx2_fma_f16c = false;  // x86-64-v3's vector part, enabled by the system
  bool avx512_vnni = false;    // x86-64-v4's vector part and VNNI
  bool neon = false;           // part of every aarch64
};

// Asked once; the answer does not change while the process lives.
const CpuFeatures& cpu_features();

}  // namespace weir::kernels
