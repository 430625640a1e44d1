// Any bytes may be scanned for private data: findings lie in the text, in order, apart.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "policies/privacy/scanner.h"

namespace {

weir::PrivacyScanner with_custom_rules() {
  weir::ScannerOptions options;
  options.patterns = {{"project", "PRJ-[0-9]+"}};
  options.words = {{"names", {"acme corp", "机密"}}};
  return weir::PrivacyScanner::create(options).value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const weir::PrivacyScanner scanner = with_custom_rules();
  std::vector<weir::Finding> findings;
  scanner.scan({reinterpret_cast<const char*>(data), size}, &findings, weir::Guesses::kNames);
  std::size_t last = 0;
  for (const weir::Finding& finding : findings) {
    if (finding.begin < last || finding.end <= finding.begin || finding.end > size) std::abort();
    last = finding.end;
  }
  return 0;
}
