#include "local_backend/kernels/kernels.h"

#include <atomic>

#include "local_backend/kernels/variants.h"

namespace weir::kernels {
namespace {

std::atomic<const Kernels*> chosen = nullptr;

}  // namespace

std::span<const Kernels* const> compiled_kernels() {
  static constexpr std::array kAll = {
      &kScalarKernels,
#if defined(__x86_64__)
      &kAvx2Kernels,
      &kAvx512Kernels,
#elif defined(__aarch64__)
      &kNeonKernels,
#endif
  };
  return kAll;
}

const Kernels& best_kernels() {
  if (const Kernels* variant = chosen.load(std::memory_order_relaxed)) return *variant;
  const Kernels* best = &kScalarKernels;
  for (const Kernels* variant : compiled_kernels()) {
    if (variant->runs_on(cpu_features())) best = variant;
  }
  return *best;
}

bool choose_kernels(std::string_view name) {
  for (const Kernels* variant : compiled_kernels()) {
    if (variant->name != name || !variant->runs_on(cpu_features())) continue;
    chosen.store(variant, std::memory_order_relaxed);
    return true;
  }
  return false;
}

}  // namespace weir::kernels
