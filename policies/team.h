// Who asks: teams, their keys and what each may use.
//
// Immutable after create(), so any number of threads may share one. A `const
// Team*` lives as long as its Teams.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/money.h"
#include "core/result.h"
#include "policies/api_key.h"
#include "policies/limits.h"
#include "policies/team_key.h"

namespace weir {

enum class Privacy : std::uint8_t {
  kLocalOnly,  // no byte of a request leaves this process (see trusted_sites)
  kAny,        // any backend that the team may use
  kRedact,     // the same, but for what is private in it
  kDelegate,   // the same, but in other words: the local model asks, and answers itself
};
std::string_view to_string(Privacy privacy);

// What is done with an answer from outside that is not the JSON that was asked for.
enum class Repair : std::uint8_t {
  kOff,
  kLocal,  // the local model writes it anew, bound to the schema
};

// Its limits are those of all its requests together.
struct Team : Limits {
  std::string name;
  std::vector<TeamKey> keys;
  Privacy privacy = Privacy::kLocalOnly;
  std::vector<std::string> redact;  // kinds of findings; empty = as Ruling::redacted_kinds() says
  // Names a client may ask for; empty = all. "local", "cloud" and "auto" stand
  // for the local model, every model outside, and everything.
  std::vector<std::string> models;
  std::vector<std::string> backends;       // empty = all; the local engine is always allowed
  std::vector<std::string> trusted_sites;  // site backends that local_only may still use
  std::string baseline_model;              // empty = [routing] baseline_model
  std::int64_t weight = 1;                 // its share of a busy local engine; positive
  // How sure "auto" must be that a local answer does as well as the best one, in
  // [0, 1]; unset = 1 - [routing] threshold.
  std::optional<double> quality_target;
  // What the local engine has read stays on this machine's disk, for the next process; the
  // second also for requests that are local-only, by the team's privacy, a rule or a header.
  bool kv_persist = false;
  bool kv_persist_local_only = false;
  // Requests and answers are kept in state_dir; the second also those that are local-only.
  bool log_bodies = false;
  bool log_bodies_local_only = false;
  // It may ask its providers what weir cannot read, on paths that are passed on as they are.
  bool pass_through = true;
  Repair repair = Repair::kOff;  // of requests that are not local-only
};

// The keys that a request carries, gathered while its header is walked. One path
// for all three headers; a key in the query is never looked at. Holds views.
class Credentials {
 public:
  // Takes Authorization (Bearer), x-api-key and x-goog-api-key, in any case of
  // letters, and ignores every other name.
  void add(std::string_view header_name, std::string_view value);

  bool conflicting() const { return conflicting_; }    // two keys that differ
  std::string_view key() const { return key_; }        // empty = none
  bool other_scheme() const { return other_scheme_; }  // Authorization, but not Bearer

 private:
  std::string_view key_;
  bool conflicting_ = false;
  bool other_scheme_ = false;
};

// Who asks. Points into the Teams and the KeyRing that it came from.
struct Identity {
  const Team* team = nullptr;
  const ApiKey* key = nullptr;  // null: the anonymous team
};

class Teams {
 public:
  // No team at all gives the team "default", privacy any.
  // Fails with kInvalidConfig on two teams of one name or two keys of one id.
  static Result<Teams> create(std::vector<Team> teams);

  Teams(Teams&&) = default;
  Teams& operator=(Teams&&) = default;
  Teams(const Teams&) = delete;
  Teams& operator=(const Teams&) = delete;

  // A team that is alone and for which there is no key, neither of the configuration
  // nor stored, takes everybody, with a key or without. Revoked keys count: who had one
  // has not opened the house to all by revoking it.
  bool anonymous(const KeyRing& stored) const;

  // kUnauthorized without a key or with one that is unknown, expired or revoked,
  // kInvalidRequest for two different keys. No error holds a byte of a key.
  Result<Identity> authenticate(const Credentials& credentials, const KeyRing& stored,
                                std::int64_t unix_ms) const;

  const std::vector<Team>& all() const { return teams_; }
  const Team* find(std::string_view name) const;

 private:
  Teams() = default;

  std::vector<Team> teams_;
  KeyRing configured_;
};

}  // namespace weir
