// The command line: verbs and their options, nothing else.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "router/cli/audit.h"
#include "router/cli/bench.h"
#include "router/cli/commands.h"
#include "router/cli/doctor.h"
#include "router/cli/eval_verbs.h"
#include "router/cli/generate.h"
#include "router/cli/inspect.h"
#include "router/cli/keys.h"
#include "router/cli/kv.h"
#include "router/cli/launch_verbs.h"
#include "router/cli/models.h"
#include "router/cli/output.h"
#include "router/cli/parse.h"
#include "router/cli/perplexity.h"
#include "router/cli/policy.h"
#include "router/cli/pull.h"
#include "router/cli/quantize.h"
#include "router/cli/render.h"
#include "router/cli/replay.h"
#include "router/cli/selftest.h"
#include "router/cli/tokenize.h"

namespace {

using weir::cli::ConfigOption;

void add_config(CLI::App* command, ConfigOption& config) {
  command->add_option(
      "-c,--config", config.path,
      "configuration file; default: $WEIR_CONFIG, else ./config.toml, else built-in");
}

void add_sampling(CLI::App* command, weir::cli::GenerateOptions& options) {
  command->add_option("--max-tokens", options.max_tokens, "of the answer, at most");
  command->add_option("--temperature", options.temperature, "0: always the likeliest token");
  command->add_option("--top-k", options.top_k, "choose among so many tokens; 0: all");
  command->add_option("--top-p", options.top_p, "the likeliest that reach this probability");
  command->add_option("--min-p", options.min_p, "at least this share of the likeliest");
  command->add_option("--seed", options.seed, "the same seed, the same answer");
  command->add_option("--stop", options.stop, "end before this text; may be given several times");
}

void add_generate(CLI::App& app, weir::cli::GenerateOptions& options, int& code) {
  CLI::App* command = app.add_subcommand("generate", "one answer from a model in this process");
  add_config(command, options.config);
  command->add_option("PROMPT", options.prompt, "what to answer; -: standard input")->required();
  command->add_option("-m,--model", options.model,
                      "a GGUF file, or weir-mini; default: [local] model");
  command->add_option("--system", options.system, "a system message before the prompt");
  CLI::Option* raw = command->add_flag("--raw", options.raw, "continue the prompt as it stands");
  command->add_flag("--chat", options.chat, "through the model's chat template (the default)")
      ->excludes(raw);
  add_sampling(command, options);
  command->add_option("--threads", options.threads, "that compute; default: one per core")
      ->check(CLI::Range(1, 1024));
  command->add_option("--context", options.context_tokens, "tokens of prompt and answer together")
      ->check(CLI::Range(1, 1 << 24));
  command->add_flag("--json", options.json, "one JSON object with text and figures at the end");
  command->callback([&] { code = weir::cli::generate(options); });
}

void add_inspect(CLI::App* models, weir::cli::InspectOptions& options, int& code) {
  CLI::App* command = models->add_subcommand(
      "inspect", "all that a GGUF file holds, its memory, and whether it runs here");
  command->add_option("FILE", options.file, "a GGUF file; of a model in several files the first")
      ->required();
  command->add_option("--context", options.context_tokens, "tokens of a sequence, for the memory")
      ->check(CLI::Range(std::uint64_t{1}, weir::cli::kMaxInspectedTokens));
  command->add_flag("--json", options.json, "as JSON");
  command->callback([&] { code = weir::cli::inspect(options); });
}

void add_models(CLI::App& app, weir::cli::ModelsOptions& options,
                weir::cli::InspectOptions& inspect, int& code) {
  CLI::App* command =
      app.add_subcommand("models", "the models that are served, or what a GGUF file is");
  add_config(command, options.config);
  command->add_option("FILE", options.file,
                      "a GGUF file, or weir-mini, instead of the configuration");
  command->add_flag("--json", options.json, "as JSON");
  add_inspect(command, inspect, code);
  command->callback([&, command] {
    if (command->get_subcommands().empty()) code = weir::cli::models(options);
  });
}

void add_spans(CLI::Option* option, std::int64_t shortest_s) {
  constexpr std::int64_t kLongestSeconds = 10LL * 366 * 86'400;
  option->transform(CLI::AsNumberWithUnit(
      std::map<std::string, std::int64_t>{{"s", 1}, {"m", 60}, {"h", 3'600}, {"d", 86'400}},
      CLI::AsNumberWithUnit::CASE_SENSITIVE, "TIME"));
  option->check(CLI::Range(shortest_s, kLongestSeconds));
}

void add_key_wish(CLI::App* command, weir::cli::KeysOptions& options) {
  command->add_option("--team", options.team, "whose key it is")->required();
  command->add_option("--name", options.name, "what it is for");
  add_spans(
      command->add_option("--expires-in", options.expires_in_s, "such as 90d; default: never"), 1);
  command->add_option("--scope", options.scopes,
                      "chat, embeddings or models; may be given several times; default: all");
  command->add_option("--model", options.models,
                      "of those of its team; may be given several times; default: all of them");
  command->add_flag("--local-only", options.local_only, "nothing it asks leaves this process");
  command->add_option("--daily-budget-usd", options.daily_budget_usd, "in a UTC day");
  command->add_option("--monthly-budget-usd", options.monthly_budget_usd, "in a UTC month");
  const CLI::Range not_negative(std::int64_t{0}, std::int64_t{1'000'000'000'000});
  command->add_option("--requests-per-minute", options.requests_per_minute)->check(not_negative);
  command->add_option("--tokens-per-minute", options.tokens_per_minute)->check(not_negative);
  command->add_option("--concurrent-requests", options.concurrent_requests)->check(not_negative);
}

void add_keys(CLI::App& app, weir::cli::NewKeyOptions& new_key, weir::cli::KeysOptions& options,
              int& code) {
  CLI::App* keys = app.add_subcommand("keys", "the keys of teams");
  keys->require_subcommand(1);
  CLI::App* command =
      keys->add_subcommand("new", "a new key, shown once, and its line for [[team]]");
  command->add_option("--team", new_key.team, "whose key it is");
  command->add_flag("--json", new_key.json, "as JSON");
  command->callback([&] { code = weir::cli::new_key(new_key); });

  const auto add = [&](const char* name, const char* about,
                       int (*run)(const weir::cli::KeysOptions&), bool has_id) {
    CLI::App* verb = keys->add_subcommand(name, about);
    add_config(verb, options.config);
    if (has_id) verb->add_option("ID", options.id, "of the key, 8 letters or digits")->required();
    verb->add_flag("--json", options.json, "as JSON");
    verb->callback([&options, &code, run] { code = run(options); });
    return verb;
  };
  add_key_wish(
      add("create", "a new key in the key store, shown once", weir::cli::keys_create, false),
      options);
  add("list", "the keys in the key store, and which of them live", weir::cli::keys_list, false);
  CLI::App* rotate =
      add("rotate", "a second secret of a key, shown once; the old one lives on for a while",
          weir::cli::keys_rotate, true);
  add_spans(rotate->add_option("--grace", options.grace_s, "how long; default: 1d"), 0);
  add("revoke", "end a key for good", weir::cli::keys_revoke, true);
  add("audit", "who made, rotated and revoked keys, the newest first", weir::cli::keys_audit,
      false);
}

void add_kv(CLI::App& app, weir::cli::KvOptions& options, int& code) {
  CLI::App* kv = app.add_subcommand("kv", "what teams with kv_persist keep on disk");
  kv->require_subcommand(1);
  CLI::App* list = kv->add_subcommand("list", "files and bytes of each team");
  add_config(list, options.config);
  list->add_flag("--json", options.json, "as JSON");
  list->callback([&] { code = weir::cli::kv_list(options); });
  CLI::App* clear = kv->add_subcommand("clear", "delete them; also while weir serves");
  add_config(clear, options.config);
  CLI::Option* team = clear->add_option("--team", options.team, "those of one team");
  clear->add_flag("--all", options.all, "those of all, also of teams that are no more")
      ->excludes(team);
  clear->callback([&] { code = weir::cli::kv_clear(options); });
}

void add_tokenize(CLI::App& app, weir::cli::TokenizeOptions& options, int& code) {
  CLI::App* command = app.add_subcommand("tokenize", "the tokens that a model sees in a text");
  command->add_option("TEXT", options.text, "what to cut up; -: standard input")->required();
  command->add_option("-m,--model", options.model, "a GGUF file; default: weir-mini");
  command->add_flag("--special", options.special,
                    "with BOS and EOS as the file asks; names of control tokens are those tokens");
  command->add_flag("--pieces", options.pieces, "show the text of every token");
  command->add_flag("--json", options.json, "as JSON");
  command->callback([&] { code = weir::cli::tokenize(options); });
}

void add_render(CLI::App& app, weir::cli::RenderOptions& options, int& code) {
  CLI::App* command =
      app.add_subcommand("render", "the prompt that a conversation becomes, with its segments");
  command->add_option("-m,--model", options.model,
                      "a GGUF file with a chat template; default: weir-mini");
  command->add_option("--template", options.template_path, "a chat template alone");
  command
      ->add_option("--messages", options.messages,
                   "a JSON file: a chat request of OpenAI's, or its messages; -: standard input")
      ->required();
  command->add_flag("--as-written", options.as_written,
                    "what the template writes, without the rules of normalise");
  command->add_flag("--plain", options.plain, "the prompt alone, without marks");
  command->add_flag("--json", options.json, "the segments as JSON");
  command->callback([&] { code = weir::cli::render_prompt(options); });
}

void add_parse(CLI::App& app, weir::cli::ParseOptions& options, int& code) {
  CLI::App* command = app.add_subcommand(
      "parse", "an answer taken apart: text, thinking and tool calls, a JSON object a line");
  command->add_option("-m,--model", options.source.model,
                      "a GGUF file with a chat template; default: weir-mini");
  command->add_option("--template", options.source.template_path, "a chat template alone");
  command->add_option("--tools", options.tools, "a JSON file: the tools that may be called");
  command->add_option("--answer", options.answer, "the answer's text; -: standard input")
      ->required();
  command->add_option("--piece", options.piece, "cut the answer into pieces of so many bytes");
  command->add_flag("--thinking", options.begins_thinking, "the answer begins inside thinking");
  command->callback([&] { code = weir::cli::parse_answer(options); });
}

void add_pull(CLI::App& app, weir::cli::PullOptions& options, int& code) {
  CLI::App* command = app.add_subcommand("pull", "fetch a model file; goes on where it stopped");
  add_config(command, options.config);
  command->add_option("WHAT", options.what,
                      "the URL of a .gguf file, or the name of a model that was pulled before");
  command->add_option("--into", options.folder, "the folder; state_dir/models unless it is set");
  command->add_option("--sha256", options.sha256, "what the file must hash to");
  command->add_flag("--list", options.list, "show what was pulled");
  command->callback([&] { code = weir::cli::pull(options); });
}

void add_quantize(CLI::App& app, weir::cli::QuantizeOptions& options, int& code) {
  CLI::App* command =
      app.add_subcommand("quantize", "write a model file anew, in another number format");
  command->add_option("IN", options.in, "a GGUF file; of a model in several files the first")
      ->required();
  command->add_option("OUT", options.out, "the file that becomes")->required();
  command->add_option("TYPE", options.type, "one of " + weir::cli::quantize_types())->required();
  command->add_flag("--force", options.force, "replace OUT if it is there");
  command->add_option("--threads", options.threads, "that compute; the result is the same")
      ->capture_default_str()
      ->check(CLI::Range(1, 1024));
  command->callback([&] { code = weir::cli::quantize(options); });
}

void add_bench(CLI::App& app, weir::cli::BenchOptions& options, int& code) {
  CLI::App* command = app.add_subcommand(
      "bench", "how fast this machine runs a model, beside what it could do at most");
  const CLI::Range at_least_one(std::size_t{1}, std::size_t{1} << 20);
  CLI::Option* model =
      command->add_option("-m,--model", options.model, "a GGUF file, or weir-mini");
  CLI::Option* shape =
      command
          ->add_option("--shape", options.shape,
                       "or one made of random weights: " + weir::cli::synthetic_shape_names())
          ->excludes(model);
  command->add_option("--type", options.type, "its format: " + weir::cli::quantize_types())
      ->needs(shape)
      ->capture_default_str();
  CLI::Option* keep =
      command->add_option("--keep", options.keep, "where it stays for the next time")->needs(shape);
  command->add_option(
      "--draft", options.draft,
      "a GGUF file: what it costs to let it guess, and how often it has to be right");
  command->add_flag("--only-make", options.only_make, "make it and measure nothing")->needs(keep);
  command->add_option("--prompt", options.prompt, "tokens of prompts; 0: none")
      ->delimiter(',')
      ->capture_default_str();
  command->add_option("--answer", options.answer, "tokens of an answer; 0: none")
      ->capture_default_str();
  command->add_option("--depth", options.depth, "tokens that either comes after")
      ->delimiter(',')
      ->capture_default_str();
  command->add_option("--streams", options.streams, "answers at once")
      ->delimiter(',')
      ->check(at_least_one)
      ->capture_default_str();
  command->add_option("--batch", options.batch, "tokens of a prompt in one forward call")
      ->check(at_least_one)
      ->capture_default_str();
  command->add_option("--kv", options.kv, "how keys and values are kept: as [local] kv_type")
      ->capture_default_str();
  command->add_option("--threads", options.threads, "that compute; default: one per core")
      ->check(CLI::Range(1, 1024));
  command->add_option("--rounds", options.rounds, "of everything")
      ->check(at_least_one)
      ->capture_default_str();
  command->add_option("--kernels", options.kernels,
                      "scalar, avx2, avx512 or neon; default: the best");
  command->add_flag("--json", options.json, "as JSON");
  command->callback([&] { code = weir::cli::bench(options); });
}

void add_doctor(CLI::App& app, weir::cli::DoctorOptions& options, int& code) {
  CLI::App* command = app.add_subcommand(
      "doctor",
      "what is wrong with the configuration, what this machine can do, and which models fit");
  add_config(command, options.config);
  command->add_option("-m,--model", options.model,
                      "a GGUF file, or weir-mini; default: [local] model");
  command->add_option("--threads", options.threads, "that compute; default: one per core")
      ->check(CLI::Range(1, 1024));
  command->add_flag("--json", options.json, "as JSON, without asking a model");
  command->callback([&] { code = weir::cli::doctor(options); });
}

struct AuditOptions {
  weir::cli::AuditVerifyOptions verify;
  weir::cli::AuditListOptions list;
  weir::cli::AuditPlace place;  // of show and key
  ConfigOption replay;
  std::string which;
};

void add_place(CLI::App* command, weir::cli::AuditPlace& place) {
  add_config(command, place.config);
  command->add_option("--state-dir", place.state_dir,
                      "where the receipts are; no configuration is read then");
}

void add_audit_verify(CLI::App* audit, weir::cli::AuditVerifyOptions& options, int& code) {
  CLI::App* command = audit->add_subcommand(
      "verify", "whether the chain of receipts is whole; also while weir serves");
  add_place(command, options.place);
  command->add_option("FILE", options.files, "files of receipts, in the order of the chain");
  command->add_option("--public-key", options.public_key,
                      "PEM file, as weir audit key prints it; default: receipts.pub beside them");
  command->add_option("--head", options.head,
                      "a hash that was noted earlier: the chain must still hold it");
  command->add_option("--prev", options.prev,
                      "the hash before the first receipt, when older files are elsewhere");
  command->add_flag("--no-ledger", options.no_ledger,
                    "do not look for requests of the ledger that have no receipt");
  command->callback([&] { code = weir::cli::audit_verify(options); });
}

void add_audit(CLI::App& app, AuditOptions& options, int& code) {
  CLI::App* audit =
      app.add_subcommand("audit", "receipts of requests, and answers asked for again");
  audit->require_subcommand(1);
  add_audit_verify(audit, options.verify, code);
  CLI::App* list = audit->add_subcommand("list", "the last receipts, one a line");
  add_place(list, options.list.place);
  list->add_option("--team", options.list.team, "only of this team");
  list->add_option("--last", options.list.last, "so many")
      ->capture_default_str()
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000'000}));
  list->add_flag("--json", options.list.json, "the receipts themselves");
  list->callback([&] { code = weir::cli::audit_list(options.list); });
  CLI::App* show = audit->add_subcommand("show", "one receipt");
  add_place(show, options.place);
  show->add_option("ID", options.which, "of the request (req_...), or the receipt's number")
      ->required();
  show->callback([&] { code = weir::cli::audit_show(options.place, options.which); });
  CLI::App* key = audit->add_subcommand("key", "the public key of the receipts");
  add_place(key, options.place);
  key->callback([&] { code = weir::cli::audit_key(options.place); });
  CLI::App* replay = audit->add_subcommand(
      "replay", "ask the local model again, and say whether the same answer comes out");
  add_config(replay, options.replay);
  replay->add_option("ID", options.which, "of a request whose body was logged")->required();
  replay->callback([&] { code = weir::cli::audit_replay(options.replay, options.which); });
}

void add_policy(CLI::App& app, weir::cli::PolicyOptions& options, int& code) {
  CLI::App* policy =
      app.add_subcommand("policy", "what teams, rules and patterns say of example requests");
  policy->require_subcommand(1);
  CLI::App* test = policy->add_subcommand("test", "whether examples are ruled as they expect");
  add_config(test, options.config);
  test->add_option("FILE", options.file,
                   "a JSON object a line: name, team, dialect, headers, body, expect")
      ->required();
  test->callback([&] { code = weir::cli::policy_test(options); });
  CLI::App* explain = policy->add_subcommand("explain", "the ruling on one request, and why");
  add_config(explain, options.config);
  explain->add_option("FILE", options.file, "its body; - = standard input")->required();
  explain->add_option("--team", options.team, "that asks; needed where there are several");
  explain->add_option("--dialect", options.dialect, "as of a [[backend]]")->capture_default_str();
  explain->add_option("--header", options.headers, "\"name: value\"");
  explain->add_flag("--json", options.json, "as JSON");
  explain->callback([&] { code = weir::cli::policy_explain(options); });
}

void add_perplexity(CLI::App& app, weir::cli::PerplexityOptions& options, int& code) {
  CLI::App* command = app.add_subcommand(
      "perplexity", "how well a model foretells texts, by how its keys and values are kept");
  command->add_option("TEXT", options.texts, "files")->required();
  command->add_option("-m,--model", options.model, "a GGUF file; default: weir-mini");
  command->add_option("--kv", options.kv, "as [local] kv_type; the first is compared with")
      ->delimiter(',')
      ->capture_default_str();
  command->add_option("--window", options.window, "tokens that are read together")
      ->check(CLI::Range(2, 1 << 17))
      ->capture_default_str();
  command->add_option("--threads", options.threads, "that compute; default: one per core")
      ->check(CLI::Range(1, 1024));
  command->add_flag("--json", options.json, "as JSON");
  command->callback([&] { code = weir::cli::perplexity(options); });
}

void add_report(CLI::App& app, ConfigOption& config, weir::cli::ReportOptions& options, int& code) {
  CLI::App* command = app.add_subcommand("report", "what was spent and saved, from the ledger");
  add_config(command, config);
  command->add_option("--team", options.team, "only this team");
  command->add_option("--since", options.since,
                      "2026-05-01, 2026-05-01T12:00:00Z, or a span: 7d, 24h");
  command->add_option("--until", options.until, "the same; rows before it");
  command->add_option("--by", options.by, "model, route, day, team or reason")
      ->capture_default_str();
  CLI::Option* json = command->add_flag("--json", options.json, "as JSON");
  command->add_flag("--csv", options.csv, "as CSV")->excludes(json);
  command->callback([&] { code = weir::cli::report(config, options); });
}

void add_ledger(CLI::App& app, ConfigOption& config, std::string& destination, int& code) {
  CLI::App* ledger = app.add_subcommand("ledger", "the ledger file");
  ledger->require_subcommand(1);
  CLI::App* backup =
      ledger->add_subcommand("backup", "copy a consistent snapshot, also while serving");
  add_config(backup, config);
  backup->add_option("FILE", destination, "where to; must not exist")->required();
  backup->callback([&] { code = weir::cli::ledger_backup(config, destination); });
  CLI::App* check = ledger->add_subcommand("check", "integrity, and whether the books balance");
  add_config(check, config);
  check->callback([&] { code = weir::cli::ledger_check(config); });
}

void add_selftest(CLI::App& app, weir::cli::SelftestOptions& options, int& code) {
  CLI::App* selftest =
      app.add_subcommand("selftest", "run a folder of golden data against this program");
  selftest->require_subcommand(1);
  for (const weir::cli::SelftestKind& kind : weir::cli::selftest_kinds()) {
    CLI::App* command = selftest->add_subcommand(kind.word, kind.about);
    command->add_option("DIR", options.folder, "the folder, searched with all below it")
        ->required();
    command->add_flag("--strict", options.strict,
                      "fail also for what this program does not support");
    command->callback([&] { code = weir::cli::selftest(kind, options); });
  }
}

// A word that is no verb counts to CLI11 as none at all.
std::string wrong_words(const CLI::App& app, const CLI::Error& error) {
  const std::vector<std::string> unknown = app.remaining(true);
  const bool verb_is_missing = error.get_name() == "RequiredError" && !unknown.empty();
  if (!verb_is_missing || unknown.front().starts_with('-')) return error.what();
  return "there is no command \"" + weir::cli::for_terminal(unknown.front()) + "\"";
}

int run(int argc, char** argv) {
  CLI::App app(
      "weir answers what a local model can answer and lets the rest pass to a cloud model.",
      "weir");
  app.require_subcommand(1);
  app.set_version_flag("--version", weir::cli::version_text());
  app.failure_message([](const CLI::App* failed, const CLI::Error& error) {
    return "weir: " + wrong_words(*failed, error) + "\nRun with --help for more information.\n";
  });
  ConfigOption config;
  int code = 0;

  bool print_curl = false;
  CLI::App* serve = app.add_subcommand("serve", "serve until SIGTERM; SIGHUP reloads");
  add_config(serve, config);
  serve->add_flag("--curl", print_curl, "print a request that works");
  serve->callback([&] { code = weir::cli::serve(config, print_curl); });

  CLI::App* validate =
      app.add_subcommand("validate", "check a configuration and say what is wrong");
  add_config(validate, config);
  bool without_files = false;
  validate->add_flag("--without-files", without_files,
                     "do not open the models, certificates and logs that it names");
  validate->callback([&] { code = weir::cli::validate(config, !without_files); });

  weir::cli::ReportOptions report;
  add_report(app, config, report, code);

  std::string destination;
  add_ledger(app, config, destination, code);

  std::string request_id;
  CLI::App* why = app.add_subcommand("why", "the ledger's row of one request, as JSON");
  add_config(why, config);
  why->add_option("ID", request_id, "x-request-id of the answer")->required();
  why->callback([&] { code = weir::cli::why(config, request_id); });

  AuditOptions audit;
  weir::cli::PolicyOptions policy;
  add_audit(app, audit, code);
  add_policy(app, policy, code);
  weir::cli::NewKeyOptions new_key;
  weir::cli::KvOptions kv;
  weir::cli::KeysOptions keys;
  add_keys(app, new_key, keys, code);
  add_kv(app, kv, code);
  weir::cli::GenerateOptions generate;
  add_generate(app, generate, code);
  weir::cli::ModelsOptions models;
  weir::cli::InspectOptions inspect;
  add_models(app, models, inspect, code);
  weir::cli::TokenizeOptions tokenize;
  add_tokenize(app, tokenize, code);
  weir::cli::RenderOptions render;
  add_render(app, render, code);
  weir::cli::PullOptions pull;
  add_pull(app, pull, code);
  weir::cli::QuantizeOptions quantize;
  add_quantize(app, quantize, code);
  weir::cli::ParseOptions parse;
  add_parse(app, parse, code);
  weir::cli::BenchOptions bench;
  add_bench(app, bench, code);
  weir::cli::DoctorOptions doctor;
  add_doctor(app, doctor, code);
  weir::cli::LaunchOptions launched;
  add_launch(app, launched, code);
  weir::cli::EvalVerbs evals;
  weir::cli::add_evals(app, evals, code);
  weir::cli::PerplexityOptions perplexity;
  add_perplexity(app, perplexity, code);

  weir::cli::SelftestOptions golden;
  add_selftest(app, golden, code);

  app.add_subcommand("example-config", "print a configuration with every key, its default and why")
      ->callback([&] { code = weir::cli::example_config(); });
  app.add_subcommand("version", "the version of this program")->callback([&] {
    code = weir::cli::version();
  });

  // Last, because verbs would take it over.
  app.footer("Start here: weir serve --curl\nEvery key of the configuration: weir example-config");
  try {
    app.parse(weir::cli::words_of(argc, argv));
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "weir: %s\n", error.what());
    return 1;
  }
}
