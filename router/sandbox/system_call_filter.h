// A seccomp filter (seccomp(2)) without the system calls that a gateway never makes.
//
// A list of what is denied, not of what is allowed: C library, resolver and TLS library
// come from the system and use new calls as they are updated, and an allow-list that is a
// release behind them ends a server at night. What such a list would add is left to the
// service manager: deploy/weir.service has one. Denied are whatever runs another program,
// looks into another process, changes the system, or has the kernel work past the other
// denials (io_uring, bpf); and sockets of families that are neither IP, local nor netlink.
// A denied call fails with EPERM, so that a library that merely tries goes on.
#pragma once

#include "core/result.h"

namespace weir {

// For all threads of the process, and those to come. Needs PR_SET_NO_NEW_PRIVS.
// kInternal when the kernel has no seccomp filters, or on a processor that is not known.
Result<void> enter_system_call_filter();

}  // namespace weir
