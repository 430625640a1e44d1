// SHA-256 of bytes, as 64 lowercase hex digits: what receipts name things by.
#pragma once

#include <string>
#include <string_view>

namespace weir {

// Empty when OpenSSL has no SHA-256, which is a broken installation.
std::string sha256_hex(std::string_view bytes);

}  // namespace weir
