// fails: deleted .*EgressPermit|EgressPermit.* deleted
#include "core/egress_permit.h"

weir::EgressPermit twice(const weir::EgressPermit& permit) { return permit; }
