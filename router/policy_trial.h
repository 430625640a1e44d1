// What policy says of a request, without a server: for trying rules out before they are used.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/dialect.h"
#include "core/result.h"
#include "router/snapshot.h"

namespace weir {

struct PolicyTrial {
  std::string team;  // may be left out where there is one
  Dialect dialect = Dialect::kOpenAiChat;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;  // JSON
};

struct PolicyVerdict {
  std::string ruling;  // allow, local_only, redact, delegate or deny
  std::string reason;  // of core/reason.h, where it stays
  std::string rule;    // that matched; may be empty
  // "email=2": kinds of findings, and a team's own names, with how many values there are.
  std::vector<std::pair<std::string, std::size_t>> found;
};

// What is tried with. Looks for private data whether a rule asks or not. kInvalidRequest for a
// team that does not exist or a body that cannot be read.
Result<PolicyVerdict> try_policy(const Config& config, const PrivacyScanner& scanner,
                                 const PolicyTrial& trial);

}  // namespace weir
