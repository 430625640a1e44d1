// fails: deleted .*EgressPermit|EgressPermit.* deleted
#include "core/egress_permit.h"

// A permit is passed by value, so a sender that keeps its own cannot pass it on.
void send(weir::EgressPermit permit);
void send_twice(weir::EgressPermit permit) {
  send(permit);
  send(permit);
}
