// The seam of the scanner: what looks for one kind of private data.
//
// Detectors are immutable after they are made, so any number of threads may share one. They do
// not throw, and their work grows with the text as a line does, whatever it holds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "policies/privacy/finding.h"
#include "policies/privacy/marked_text.h"

namespace weir::privacy {

// Which finding stays where two overlap: the lower rank, then the longer.
enum class Rank : std::uint8_t {
  kSecret,       // must not leave
  kNamedSecret,  // the same, known by what stands before it alone: gives way to kSecret of one
                 // place
  kChecked,      // a checksum holds, or the team has named it
  kShaped,       // it looks like one, or stands beside a word that says so
  kBroad,        // URLs, dates and the like, which may contain one of the others
  kGuessed,      // names
};

struct Hit {
  Finding finding;
  Rank rank = Rank::kShaped;
};

using Hits = std::vector<Hit>;

class Detector {
 public:
  virtual ~Detector() = default;

  // Says once, before any text, which words it wants in MarkedText::heads.
  virtual void want(WordHeads*) const {}
  // Appends what it finds; findings may overlap each other's and others'.
  virtual void find(const MarkedText& marked, Hits* hits) const = 0;
};

}  // namespace weir::privacy
