#include "router/config_schema_policies.h"

namespace weir {
namespace {

constexpr std::int64_t kMaxBytes = std::int64_t{1} << 40;
constexpr std::int64_t kMaxRate = 1'000'000'000'000;

constexpr std::string_view kPrivacies[] = {"local_only", "any", "redact", "delegate"};
constexpr std::string_view kRepairs[] = {"off", "local"};

constexpr Key<Team> kTeam[] = {
    {"name", &Team::name, "Letters, digits, '.', '-' and '_'; a metric label and a ledger column.",
     "", 0, 0, "\"payments\"", true},
    {"keys", &Team::keys,
     "\"ID:sha256:HEX\" each, as `weir keys new` prints it. One team without keys is everybody, on "
     "loopback only.",
     "", 0, 0,
     "[\"Demo0001:sha256:0000000000000000000000000000000000000000000000000000000000000000\"]"},
    {"privacy",
     WordMember<Team>{
         kPrivacies,
         [](Team& team, std::size_t word) { team.privacy = static_cast<Privacy>(word); }},
     "local_only = nothing leaves this process; any = the score decides; redact = the same, but "
     "what leaves has aliases in place of what is private, which the answer gets back; delegate = "
     "what leaves is a question of the local model's, who then answers itself (experimental)."},
    {"redact", &Team::redact,
     "Kinds of findings that are redacted, as docs/privacy.md lists them; empty = all but domain, "
     "url, date, age and names, or all if it delegates.",
     "", 0, 0, "[\"secret\", \"card\", \"email\"]"},
    {"models", &Team::models,
     "Names the team may use; empty = all. local, cloud and auto stand for groups.", "", 0, 0,
     "[\"local\", \"gpt-4.1\"]"},
    {"backends", &Team::backends, "Backends the team may reach; empty = all.", "", 0, 0,
     "[\"openai\"]"},
    {"trusted_sites", &Team::trusted_sites,
     "Backends of class site that local_only may use all the same.", "", 0, 0, "[]"},
    {"baseline_model", &Team::baseline_model,
     "What its local answers are compared with; unset = that of [routing].", "", 0, 0,
     "\"gpt-4.1\""},
    {"quality_target", &Team::quality_target,
     "How sure auto must be that a local answer does as well as the best; unset = 1 - threshold of "
     "[routing].",
     "probability", 0, 1, "0.8"},
    {"pass_through", &Team::pass_through,
     "May it use paths that weir passes on unread (images, audio, files, batches)? Files and "
     "batches belong to the account at the provider: all teams that share its key see them."},
    {"weight", &Team::weight,
     "Its share of the local engine while other teams want it, too: who has 2 gets twice what who "
     "has 1 gets, of slots, steps, queue and cached prompts.",
     "", 1, 1000},
    {"kv_persist", &Team::kv_persist,
     "Keep on disk, sealed, what the local model has read of its prompts, so that a restarted weir "
     "need not read them again. Turned off again, its files are deleted at start or reload."},
    {"kv_persist_local_only", &Team::kv_persist_local_only,
     "The same for requests that are local-only, by the team's privacy, a rule or a header: "
     "without "
     "it nothing of them is written."},
    {"log_bodies", &Team::log_bodies,
     "Keep the bodies of its requests and answers, prompts and all, in bodies.db in state_dir as "
     "[bodies] says; weir audit replay needs them. Turned off again, they are deleted at start or "
     "reload."},
    {"log_bodies_local_only", &Team::log_bodies_local_only,
     "The same for requests that are local-only, by the team's privacy, a rule or a header: "
     "without it none of theirs are kept."},
    {"repair",
     WordMember<Team>{kRepairs,
                      [](Team& team, std::size_t word) {
                        team.repair = word == 0 ? Repair::kOff : Repair::kLocal;
                      }},
     "local = JSON from outside that is not what was asked for is written anew by the local model; "
     "streams that must be JSON then wait for their end."},
    {"daily_budget_usd", &Team::daily_budget,
     "What it may pay in a day (UTC), reserved at the worst case before each request. A spent "
     "budget still gets local answers; unset = no limit.",
     "USD", 0, 0, "\"20.00\""},
    {"monthly_budget_usd", &Team::monthly_budget, "The same in a calendar month (UTC).", "USD", 0,
     0, "\"250.00\""},
    {"requests_per_minute", &Team::requests_per_minute,
     "In any 60 seconds, local answers too; more are 429. 0 = no limit.", "requests", 0, kMaxRate},
    {"tokens_per_minute", &Team::tokens_per_minute,
     "Of prompts and answers: guessed before, counted after. 0 = no limit.", "tokens", 0, kMaxRate},
    {"concurrent_requests", &Team::concurrent_requests, "Under way at once; 0 = no limit.",
     "requests", 0, kMaxRate},
};

constexpr std::string_view kActions[] = {"allow",  "local_only", "deny",
                                         "redact", "mask_logs",  "delegate"};
constexpr std::string_view kOnUnavailable[] = {"default", "error", "local", "cloud"};
constexpr std::string_view kTools[] = {"any", "yes", "no"};

constexpr Key<Rule> kRule[] = {
    {"name", &Rule::name, "For people: errors name it.", "", 0, 0, "\"patient data stays\"", true},
    {"teams", &Rule::teams, "Teams it is for; empty = all. A name may end in *.", "", 0, 0,
     "[\"payments\"]"},
    {"models", &Rule::models, "Models asked for; empty = all. A name may end in *.", "", 0, 0,
     "[\"auto\", \"gpt-*\"]"},
    {"header", &Rule::header, "\"name\" must be there, or \"name: value\" must be exactly so.", "",
     0, 0, "\"x-app: billing\""},
    {"min_body_bytes", &Rule::min_body_bytes, "Bodies at least so long.", "bytes", 0, kMaxBytes},
    {"max_body_bytes", &Rule::max_body_bytes, "Bodies at most so long; 0 = any.", "bytes", 0,
     kMaxBytes},
    {"tools",
     WordMember<Rule>{
         kTools, [](Rule& rule, std::size_t word) { rule.tools = static_cast<ToolsMatch>(word); }},
     "Whether the request has tools."},
    {"contains", &Rule::contains,
     "Kinds of findings, or names of [[pattern]]; one of them is in the request.", "", 0, 0,
     "[\"secret\", \"card\"]"},
    {"action",
     WordMember<Rule>{
         kActions,
         [](Rule& rule, std::size_t word) { rule.action = static_cast<RuleAction>(word); }},
     "local_only = no byte leaves; deny = 403; redact, delegate = as the privacy of that "
     "name; mask_logs = its bodies are not logged; allow = go on, with what stands below."},
    {"prefer", &Rule::prefer,
     "For model auto, in place of the score: local, cloud, or a backend's name.", "", 0, 0,
     "\"local\""},
    {"max_cost_usd", &Rule::max_cost,
     "What could cost more at its worst is not asked, nor a cloud model without a price.",
     "USD a request", 0, 0, "\"0.05\""},
    {"on_unavailable",
     WordMember<Rule>{kOnUnavailable,
                      [](Rule& rule, std::size_t word) {
                        rule.on_unavailable = static_cast<OnUnavailable>(word);
                      }},
     "When the first choice cannot answer: its error, or the local model, or the cloud, in its "
     "place."},
};

constexpr Key<PatternConfig> kPattern[] = {
    {"name", &PatternConfig::name, "Rules name it in contains, reports show it.", "", 0, 0,
     "\"project\"", true},
    {"pattern", &PatternConfig::pattern,
     "A regular expression of RE2, which sees a line at a time.", "", 0, 0, "\"PRJ-[0-9]{6}\""},
    {"words", &PatternConfig::words, "Whole words or phrases, in any case of letters.", "", 0, 0,
     "[\"bluebird\", \"night shift\"]"},
};

constexpr Key<LimitRule> kLimit[] = {
    {"name", &LimitRule::name, "Errors, logs and metrics name it.", "", 0, 0,
     "\"each-user-of-app\"", true},
    {"teams", &LimitRule::teams, "Whose requests count; empty = all. A name may end in *.", "", 0,
     0, "[\"app*\"]"},
    {"keys", &LimitRule::keys, "The same by ids of keys.", "", 0, 0, "[\"Ab3dEf7h\"]"},
    {"users", &LimitRule::users,
     "The same by end users, as the field user of a request names them.", "", 0, 0,
     "[\"trial-*\"]"},
    {"models", &LimitRule::models, "The same by models, as their backends call them.", "", 0, 0,
     "[\"gpt-5*\"]"},
    {"per", &LimitRule::per,
     "One account for each \"team\", \"key\", \"user\" or \"model\", or pair of them; empty = "
     "one for all together.",
     "", 0, 0, "[\"user\"]"},
    {"daily_budget_usd", &LimitRule::daily_budget, "As of [[team]].", "USD", 0, 0, "\"0.50\""},
    {"monthly_budget_usd", &LimitRule::monthly_budget, "As of [[team]].", "USD", 0, 0, "\"5.00\""},
    {"requests_per_minute", &LimitRule::requests_per_minute, "As of [[team]].", "requests", 0,
     kMaxRate},
    {"tokens_per_minute", &LimitRule::tokens_per_minute, "As of [[team]].", "tokens", 0, kMaxRate},
    {"concurrent_requests", &LimitRule::concurrent_requests, "As of [[team]].", "requests", 0,
     kMaxRate},
};

}  // namespace

std::span<const Key<Team>> team_keys() { return kTeam; }
std::span<const Key<Rule>> rule_keys() { return kRule; }
std::span<const Key<PatternConfig>> pattern_keys() { return kPattern; }
std::span<const Key<LimitRule>> limit_keys() { return kLimit; }

}  // namespace weir
