// fails: OutboundBody.* private|private .*OutboundBody
#include "core/egress_permit.h"

weir::OutboundBody make() { return weir::OutboundBody("prompt", nullptr); }
