// Requests that a browser sends for a page. Pure.
//
// A page may not do what everybody on this machine may: where nobody shows a key, what a browser
// sends for another site is refused. Pages of this machine itself, and pages that show a key, may
// read what they are answered (the Fetch standard, section 3.3, CORS).
#pragma once

#include <string_view>

#include "router/http/exchange.h"
#include "router/http/request.h"

namespace weir {

// Localhost is no foreign site.
bool is_from_foreign_page(const RequestHead& head);

// It was sent to a name of the public internet. At a listener of this machine alone, such a name
// is that of a page whose owner has let it point here, so that the page and weir are one site to
// the browser (DNS rebinding). Addresses, names without a dot and those under .localhost, .local,
// .internal, .lan, .home.arpa and .test are nobody's to register.
bool asks_for_public_name(const RequestHead& head);

// The browser asks whether a page may send a request. Any may: the request itself is looked at.
bool is_preflight(const RequestHead& head);
Response preflight_answer(const RequestHead& head);

// What lets a page read an answer, if it may: complete lines. `keyed`: the request has a key, or
// is refused for want of a good one.
std::string_view fields_for_pages(const RequestHead& head, bool keyed);

}  // namespace weir
