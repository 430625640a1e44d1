// How a text stands between the quotes of a JSON string. Source: RFC 8259, section 7.
#pragma once

#include <string>
#include <string_view>

namespace weir {

// Quotes, backslashes and control characters are escaped; every other byte stays as it is.
void append_json_escaped(std::string* out, std::string_view text);

}  // namespace weir
