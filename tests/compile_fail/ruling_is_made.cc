// fails: Ruling.* private|private .*Ruling
#include "policies/ruling.h"

weir::Ruling forge(const weir::Team& team) { return weir::Ruling(team, nullptr, nullptr); }
