// Keys as JSON: what the admin listener takes and shows, and what the key store keeps.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "policies/api_key.h"
#include "router/key_store.h"

namespace weir {

// The body of POST /admin/keys. kInvalidRequest names the member that is wrong, unknown
// ones too.
Result<KeyWish> parse_key_wish(std::string_view body);

// The body of POST /admin/keys/ID/rotate, which may be empty: {"grace_s": 3600}.
Result<std::int64_t> parse_grace(std::string_view body);

// One key without its secrets, with its state: "active", "expired" or "revoked".
std::string to_json(const ApiKey& key, std::int64_t unix_ms);

// {"keys": [...]} of all, and {"audit": [...]}.
std::string to_json(const KeyRing& ring, std::int64_t unix_ms);
std::string to_json(const std::vector<KeyAudit>& lines);

// A key that was just made: as above, and "key" with the whole of it.
std::string new_key_json(const ApiKey& key, const NewKey& made, std::int64_t unix_ms);

std::string to_json(const KeyWish& wish);
std::string to_json(const std::vector<Scope>& scopes);
std::string to_json(const std::vector<std::string>& names);

// Back again. kStorage for what is none, or for a scope that this weir does not know: a key
// must not open more than was meant.
Result<std::vector<Scope>> scopes_of_json(std::string_view text);
Result<std::vector<std::string>> names_of_json(std::string_view text);

}  // namespace weir
