#include "router/policy_trial.h"

#include <algorithm>
#include <map>
#include <set>

#include "cloud_adapters/wire/codec.h"
#include "router/content_look.h"
#include "router/options.h"
#include "router/request_ruling.h"

namespace weir {
namespace {

const Team* team_of(const Config& config, std::string_view name) {
  if (name.empty() && config.teams.size() == 1) return &config.teams.front();
  for (const Team& team : config.teams) {
    if (team.name == name) return &team;
  }
  return nullptr;
}

// How many values of each kind there are, by the words that rules use.
std::vector<std::pair<std::string, std::size_t>> counts_in(std::string_view body,
                                                           const privacy::Scan& scan) {
  std::map<std::string, std::set<std::string>> values;
  privacy::find_in_body(body, [&](std::string_view text, std::vector<Finding>* findings) {
    scan(text, findings);
    for (const Finding& each : *findings) {
      const bool own = each.kind == FindingKind::kCustom;
      values[std::string(own ? each.rule : to_string(each.kind))].emplace(
          text.substr(each.begin, each.end - each.begin));
    }
  });
  std::vector<std::pair<std::string, std::size_t>> counts;
  counts.reserve(values.size());
  for (const auto& [word, set] : values) counts.emplace_back(word, set.size());
  return counts;
}

std::string_view way_out(const Ruling& ruling) {
  if (ruling.delegates()) return "delegate";
  return ruling.redacts() ? "redact" : "allow";
}

}  // namespace

Result<PolicyVerdict> try_policy(const Config& config, const PrivacyScanner& scanner,
                                 const PolicyTrial& trial) {
  const Team* team = team_of(config, trial.team);
  if (team == nullptr) {
    return Error{ErrorCode::kInvalidRequest,
                 trial.team.empty() ? "there are several teams: say which one asks (--team)"
                                    : "there is no team \"" + trial.team + "\"",
                 "unknown_team", "team"};
  }
  const Result<ChatRequest> request =
      codec_of(trial.dialect).parse_request(trial.body, {"auto", false});
  if (!request) return request.error();
  std::vector<std::string_view> privacy;
  std::vector<http1::Field> fields;
  for (const auto& [name, value] : trial.headers) {
    fields.push_back({name, value});
    if (http1::equal_ignoring_case(name, "x-weir-privacy")) privacy.emplace_back(value);
  }
  RuleFacts facts;
  facts.team = team->name;
  facts.model = requested_model(*request, config.routing);
  facts.bare_model = bare_model(config, facts.model);
  facts.headers = fields;
  facts.body_bytes = trial.body.size();
  facts.has_tools = brings_tools(*request);
  const Guesses by_rules = guesses_for(config.rules);
  TimedScan scan(scanner, by_rules, system_clock());
  ContentLook look = look_into(*request, &scan);
  if (look.found) facts.found = &*look.found;
  look.unread |= look.opaque && holds_back_contents(config.rules, facts);
  const Rule* matched = first_match(config.rules, facts);
  PolicyVerdict verdict;
  if (matched != nullptr) verdict.rule = matched->name;
  const Result<Ruling> ruling =
      rule(*team, {privacy, config.rules, facts, nullptr, look.opaque, look.unread});
  const bool redacts = ruling && ruling->redacts();
  const Guesses by_team = redacts ? privacy::guesses_for(ruling->redacted_kinds()) : by_rules;
  TimedScan whole(scanner, std::max(by_rules, by_team), system_clock());
  verdict.found = counts_in(trial.body, whole.scan());
  if (!ruling && ruling.error().detail != "rule_denied") return ruling.error();
  if (!ruling) {
    verdict.ruling = "deny";
  } else if (ruling->local_only()) {
    verdict.ruling = "local_only";
    verdict.reason = to_string(*ruling->local_only());
  } else {
    verdict.ruling = way_out(*ruling);
  }
  return verdict;
}

}  // namespace weir
