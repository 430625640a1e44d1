// fails: deleted .*operator|operator.*deleted
#include <utility>

#include "core/egress_permit.h"

void refill(weir::EgressPermit& used, weir::EgressPermit fresh) { used = std::move(fresh); }
