// fails: EgressPermit.* private|private .*EgressPermit
#include "core/egress_permit.h"

weir::EgressPermit make() { return weir::EgressPermit(1, weir::RequestId{}, "openai"); }
