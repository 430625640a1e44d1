// Names of people, places, organisations: guesses of name_tagger.h.
#include "policies/privacy/detectors.h"
#include "policies/privacy/name_tagger.h"

namespace weir::privacy {
namespace {

class NameDetector final : public Detector {
 public:
  void find(const MarkedText& marked, Hits* hits) const override {
    for (const NameSpan& span : tag_names(marked.text)) {
      hits->push_back({{span.kind, "names", span.begin, span.end}, Rank::kGuessed});
    }
  }
};

}  // namespace

std::unique_ptr<Detector> name_detector() { return std::make_unique<NameDetector>(); }

}  // namespace weir::privacy
