// What an organisation wants done with certain requests: [[rule]] in the order of
// the configuration, the first that matches wins.
//
// Pure and immutable. A rule can only tighten what the team may do: "allow" makes
// nothing leave that the team's privacy keeps here.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/http1.h"
#include "core/money.h"
#include "policies/privacy/redaction.h"

namespace weir {

enum class RuleAction : std::uint8_t {
  kAllow,      // go on, with what the rule prefers
  kLocalOnly,  // no byte of the request leaves this process, not even to a trusted site
  kDeny,       // 403
  kRedact,     // what leaves has aliases in place of what is private
  kMaskLogs,   // as kAllow, and its bodies are not logged
  kDelegate,   // what leaves is a question of the local model's
};

// What happens when what comes first cannot answer.
enum class OnUnavailable : std::uint8_t {
  kDefault,  // as without a rule
  kError,    // the client gets the error
  kLocal,    // the local model may answer in place of the cloud, never the other way
  kCloud,    // the cloud may answer in place of the local model, never the other way
};

enum class ToolsMatch : std::uint8_t { kAny, kYes, kNo };

struct Rule {
  std::string name;  // for people: in the configuration, errors and documentation

  // All that is set must hold. Names may end in '*', which stands for any rest.
  std::vector<std::string> teams;
  std::vector<std::string> models;  // as the client asked for it
  std::string header;               // "name" = is there; "name: value" = is exactly this
  std::int64_t min_body_bytes = 0;
  std::int64_t max_body_bytes = 0;  // 0 = no limit
  ToolsMatch tools = ToolsMatch::kAny;
  // Kinds of findings ("card") or names of [[pattern]]; one of them must be in the request.
  std::vector<std::string> contains;

  RuleAction action = RuleAction::kAllow;
  std::string prefer;  // "local", "cloud" or a backend, for model auto; empty = the score
  std::optional<NanoUsd> max_cost;  // of one request at its worst; what may cost more is not asked
  OnUnavailable on_unavailable = OnUnavailable::kDefault;
};

// What rules look at. Views; a header that occurs twice matches with either value.
struct RuleFacts {
  std::string_view team;
  std::string_view model;
  std::span<const http1::Field> headers;
  std::size_t body_bytes = 0;
  bool has_tools = false;
  const privacy::Found* found = nullptr;  // null: nobody looked, and no rule asks
  // The model without the name of the backend that the client asked for; empty = it named none.
  std::string_view bare_model = {};
};

// Whether a rule that holds but for that looks at what the request contains.
bool looks_inside(std::span<const Rule> rules, const RuleFacts& facts);

// Whether a rule that holds but for that refuses, keeps here or changes what contains something:
// of what nobody can look into, that is to be expected.
bool holds_back_contents(std::span<const Rule> rules, const RuleFacts& facts);

// What is to be guessed for the rules that look at what requests contain.
Guesses guesses_for(std::span<const Rule> rules);

// The first rule that holds for `facts`, or nullptr. O(rules).
const Rule* first_match(std::span<const Rule> rules, const RuleFacts& facts);

// The name of a `header` pattern: what stands before its colon, without blanks.
std::string_view header_name(std::string_view pattern);

}  // namespace weir
