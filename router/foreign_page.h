// Requests that a browser sends for a page of another site. Pure.
#pragma once

#include "router/http/request.h"

namespace weir {

// A page may not do what everybody on this machine may: where nobody shows a key, what a browser
// sends for one is refused. Pages of this machine itself (localhost) are none.
bool is_from_foreign_page(const RequestHead& head);

}  // namespace weir
