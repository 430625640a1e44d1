// References of one document to another, or into it (RFC 3986). Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace weir::grammar {

// What `reference` means in a document at `base`, its fragment included. A base that has no
// path, such as a URN, gives it only its own fragment.
std::string resolve_uri(std::string_view base, std::string_view reference);

// Before the '#', and behind it with its percent escapes taken away.
struct SplitUri {
  std::string_view document;
  std::string fragment;
};
SplitUri split_uri(std::string_view uri);

// A name as one step of a JSON pointer (RFC 6901), such as a fragment may be.
std::string pointer_token(std::string_view name);

}  // namespace weir::grammar
