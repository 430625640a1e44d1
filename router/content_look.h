// What policy has to know of the content of a request, found before any backend is looked at.
#pragma once

#include <cstddef>
#include <optional>

#include "core/chat.h"
#include "policies/privacy/redaction.h"
#include "policies/privacy/scanner.h"

namespace weir {

// A longer body is not looked through on an I/O thread: what asks to be stays here.
inline constexpr std::size_t kLongestLook = std::size_t{8} * 1024 * 1024;

struct ContentLook {
  std::optional<privacy::Found> found;  // unset: nobody asked
  bool opaque = false;                  // it holds pictures, files or sound
  bool unread = false;                  // somebody asked, and it was not looked through
};

// `wanted`: a rule asks what the request contains.
ContentLook look_into(const ChatRequest& request, const PrivacyScanner& scanner, bool wanted);

// The scan of this scanner, which outlives it.
privacy::Scan scan_with(const PrivacyScanner& scanner);

}  // namespace weir
