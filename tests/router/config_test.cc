#include "router/config.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "local_backend/mini/embedded_model.h"
#include "router/config_schema.h"
#include "router/local_model.h"
#include "tests/router/config_texts.h"

namespace weir {
namespace {

using namespace test;

TEST_CASE("An empty file is the defaults", "[router]") {
  const Config config = load("", {{"HOME", "/home/x"}}).value();
  CHECK(config.server.listen == "127.0.0.1:8090");
  CHECK(config.server.max_body_bytes == 33'554'432);
  CHECK(config.state_dir == "/home/x/.local/state/weir");
  CHECK(config.ledger.path == "/home/x/.local/state/weir/ledger.db");
  CHECK(config.backends.empty());
  CHECK(config.notes.size() == 1);
}

TEST_CASE("Who delegates without a model that can do it is told", "[router]") {
  const auto told = [](const std::string& text) {
    const Config config = load(kBackend + text).value();
    return config.notes.empty() ? std::string() : config.notes.back();
  };
  const std::string none = "[local]\nmodel='none'\n";
  const std::string delegating = "privacy='delegate'\n";
  CHECK(told(none + kTeam + delegating).find("there is none") != std::string::npos);
  CHECK(told(none + "[[rule]]\nname='r'\naction='delegate'\n").find("there is none") !=
        std::string::npos);
  CHECK(told(none + kTeam + "privacy='redact'\n").empty());
  CHECK(told("[local]\nmodel='weir-mini'\n" + kTeam + delegating).empty());
}

TEST_CASE("A team's model that nothing is called is told", "[router]") {
  const auto told = [](const std::string& models) {
    const Config config = load("[[local.models]]\nmodel='/m/tiny.gguf'\n" + kBackend + kTeam +
                               "models=[" + models + "]\n")
                              .value();
    return config.notes.empty() ? std::string() : config.notes.back();
  };
  CHECK(told("'auto', 'local', 'cloud', 'tiny', 'm'").empty());
  CHECK(told("'m', 'n'").find("[[team]] red may use the model n, which no") == 0);
}

TEST_CASE("A limit on a model that nobody is asked for is told", "[router]") {
  const auto told = [](const std::string& model) {
    const std::string backend =
        "[[backend]]\nname='b'\nbase_url='https://b.example/v1'\n"
        "models=[{name='dear',upstream='gpt-x'}]\n";
    const Config config =
        load("[[local.models]]\nmodel='/m/tiny.gguf'\n" + backend +
             "[[limit]]\nname='l'\nrequests_per_minute=1\nmodels=['" + model + "']\n")
            .value();
    return config.notes.empty() ? std::string() : config.notes.back();
  };
  for (const std::string model : {"gpt-x", "gpt-*", "tiny"}) CHECK(told(model).empty());
  for (const std::string model : {"dear", "b/dear", "GPT-X", "local", "nosuch"}) {
    CAPTURE(model);
    CHECK(told(model).find("[[limit]] l is on the model " + model) == 0);
  }
}

TEST_CASE("The state directory follows systemd, then XDG, then home", "[router]") {
  CHECK(load("", {{"STATE_DIRECTORY", "/var/lib/weir:/x"}, {"HOME", "/h"}})->state_dir ==
        "/var/lib/weir");
  CHECK(load("", {{"XDG_STATE_HOME", "/s"}, {"HOME", "/h"}})->state_dir == "/s/weir");
  CHECK(load("state_dir='/own'", {{"STATE_DIRECTORY", "/x"}})->state_dir == "/own");
}

TEST_CASE("A backend takes its defaults from its own keys", "[router]") {
  const Config config =
      load(
          "[[backend]]\nname='b'\nclass='site'\nbase_url='http://127.0.0.1:9/v1'\n"
          "models=['m', {name='x', upstream='org/y'}]\napi_key='env:KEY'\nusage='estimate'\n",
          {{"KEY", "sk-canary"}})
          .value();
  REQUIRE(config.backends.size() == 1);
  const BackendConfig& backend = config.backends.front();
  CHECK(backend.backend_class == BackendClass::kSite);
  CHECK(backend.api_key.reveal() == "sk-canary");
  CHECK(backend.models[1].upstream == "org/y");
  CHECK(backend.default_model == "m");
  CHECK(backend.provider == "b");
  CHECK(backend.usage == UsageSource::kEstimate);
}

TEST_CASE("A finding names the file, the line and the key", "[router]") {
  const auto [text, finding] = GENERATE(table<std::string, std::string>({
      {"\n\n[server]\nlissten = 'x'", "weir.toml:4: server.lissten: is not a key that weir knows"},
      {"[sever]\n", "weir.toml:1: sever: is not a key that weir knows"},
      {"[server]\nthreads = 'two'", "weir.toml:2: server.threads: must be a whole number"},
      {"[server]\nthreads = 1.5", "weir.toml:2: server.threads: must be a whole number"},
      {"[server]\nthreads = -1", "weir.toml:2: server.threads: must be from 0 to 1024"},
      {"[server]\nmax_headers = 99999999999", "weir.toml:2: server.max_headers: must be from"},
      {"[server]\nallow_plaintext = 1", "weir.toml:2: server.allow_plaintext: must be true or"},
      {"[server]\nlisten = ''", "weir.toml:2: server.listen: must not be empty"},
      {"server = 3", "weir.toml:1: server: must be a table"},
      {"[server]\ntls = 3", "weir.toml:2: server.tls: must be a table"},
      {"[server.tls]\nkey = 'k'", "weir.toml:1: server.tls: needs both certificate and key"},
      {"[server.tls]\nkeys = 'k'", "weir.toml:2: server.tls.keys: is not a key"},
      {"[backend]\nname = 'x'", "weir.toml:1: backend: must be a list of tables, [[backend]]"},
      {"[[backend]]\nname = 'x'", "weir.toml:1: backend[0].base_url: is required"},
      {"[routing]\nthreshold = 1.5", "weir.toml:2: routing.threshold: must be from 0 to 1"},
      {"[routing]\nthreshold = nan", "weir.toml:2: routing.threshold: must be from 0 to 1"},
      {"[routing]\npreset = 'fast'", "weir.toml:2: routing.preset: must be \"economy\", "},
      {"[routing]\ndefault_model = 'x'", "weir.toml:2: routing.default_model: is no model"},
      {"[log]\nlevel = 'loud'", "weir.toml:2: log.level: must be \"debug\", \"info\", \"warn\" or"},
      {"[local]\ncost_usd_per_hour = -1", "weir.toml:2: local.cost_usd_per_hour: must be an"},
      {"[local]\narithmetic = 'int4'", "weir.toml:2: local.arithmetic: must be \"int8\" or"},
      {"[[team]]\nname='t'\nprivacy = 'lax'", "weir.toml:3: team[0].privacy: must be"},
      {"[[team]]\nname='t'\nredact = ['mail']", "team[0].redact: \"mail\" is no kind of finding"},
      {"[[pattern]]\nname='p'\npattern='a(b'", "weir.toml:1: pattern[0]: "},
      {"[[pattern]]\nname='p'", "pattern[0]: finds nothing: set pattern or words"},
      {"[[pattern]]\nname='card'\nwords=['a']", "pattern[0].name: is the name of a kind"},
      {"[[team]]\nname='t'\nkeys = ['x']", "weir.toml:3: team[0].keys: each must be ID:sha256"},
      {"state_dir = '/etc/passwd'", "weir.toml:1: state_dir: is there, but is no folder"},
      {"[[price]]\nmodel='m'\nas_of = '2026-02-31'", "weir.toml:3: price[0].as_of: must be a day"},
      {"[server]\nthreads = 1\nthreads = 2", "weir.toml:3: "},
      {"[server\nthreads = 1", "weir.toml:1: "},
  }));
  CAPTURE(text);
  CHECK_THAT(problem_of(text), Catch::Matchers::Contains(finding));
}

TEST_CASE("All findings of a file come at once, in the order of its lines", "[router]") {
  const std::string problem = problem_of("[log]\nx = 1\n[server]\nthreads = -1\ny = 2\n");
  CHECK_THAT(problem, Catch::Matchers::Contains("weir.toml:2: log.x"));
  CHECK_THAT(problem, Catch::Matchers::Contains("weir.toml:4: server.threads"));
  CHECK_THAT(problem, Catch::Matchers::Contains("weir.toml:5: server.y"));
  CHECK(problem.find(":2:") < problem.find(":4:"));
}

TEST_CASE("A [[limit]] is read, and one that is wrong is refused by its key", "[router]") {
  const std::string limit = "[[team]]\nname='t'\n[[limit]]\nname='l'\n";
  const Config config =
      load(limit + "per=['user']\nkeys=['Ab3dEf7h']\ndaily_budget_usd=0.5\nrequests_per_minute=9")
          .value();
  REQUIRE(config.limits.size() == 1);
  CHECK(config.limits[0].is_per("user"));
  CHECK(config.limits[0].daily_budget == NanoUsd{500'000'000});
  CHECK(config.limits[0].requests_per_minute == 9);
  const auto [text, problem] = GENERATE(table<std::string, std::string>(
      {{"", "limit[0]: limits nothing"},
       {"requests_per_minute=1\nper=['day']", "limit[0].per: may only hold"},
       {"requests_per_minute=1\nteams=['x']", "limit[0].teams: names a team"},
       {"requests_per_minute=-1", "limit[0].requests_per_minute: must be from 0"},
       {"requests_per_minute=1\n[[limit]]\nname='l'\nconcurrent_requests=1", "another [[limit]]"},
       {"per=['key']\nmonthly_budget_usd=1\n[ledger]\nretention_days=31", "retention_days"}}));
  CHECK_THAT(problem_of(limit + text), Catch::Matchers::Contains(problem));
}

TEST_CASE("A rule asks for kinds of findings and for patterns of the house alone", "[router]") {
  const std::string rule = "[[rule]]\nname='r'\naction='deny'\n";
  CHECK(load(rule + "contains=['card','secret']\n").has_value());
  CHECK(load(rule + "contains=['project']\n[[pattern]]\nname='project'\nwords=['bluebird']\n")
            .has_value());
  CHECK_THAT(
      problem_of(rule + "contains=['project']"),
      Catch::Matchers::Contains("\"project\" is neither a kind of finding nor a [[pattern]]"));
}

TEST_CASE("Receipts are off unless asked for, and then nothing is answered without", "[router]") {
  CHECK_FALSE(load("").value().receipts.enabled);
  const auto receipts = load("[receipts]\nenabled=true\n").value().receipts;
  CHECK(receipts.enabled);
  CHECK(receipts.on_failure == WithoutReceipt::kRefuse);
  CHECK(load("[receipts]\non_failure='continue'\n").value().receipts.on_failure ==
        WithoutReceipt::kContinue);
}

TEST_CASE("Bodies of a local-only team are logged only if that is said twice", "[router]") {
  const std::string closed = "[[team]]\nname='t'\nprivacy='local_only'\nlog_bodies=true\n";
  CHECK_THAT(problem_of(closed),
             Catch::Matchers::Contains("team[0].log_bodies: would keep what team t asks"));
  CHECK(load(closed + "log_bodies_local_only=true\n")->teams[0].log_bodies);
  CHECK_THAT(problem_of("[[team]]\nname='t'\nlog_bodies_local_only=true\n"),
             Catch::Matchers::Contains("has no meaning without log_bodies"));
}

TEST_CASE("The sandbox is entered as far as can be unless the file says otherwise", "[router]") {
  CHECK(load("").value().server.sandbox == Sandbox::kAuto);
  CHECK(load("[server]\nsandbox='required'\n").value().server.sandbox == Sandbox::kRequired);
  CHECK(load("[server]\nsandbox='off'\n").value().server.sandbox == Sandbox::kOff);
}

TEST_CASE("Listening beyond loopback needs keys and TLS", "[router]") {
  const std::string open = "[server]\nlisten='0.0.0.0:8090'\n";
  CHECK_THAT(problem_of(open), Catch::Matchers::Contains("needs a [[team]] with keys"));
  CHECK_THAT(problem_of(open + kTeam), Catch::Matchers::Contains("[server.tls]"));
  CHECK(load(open + "allow_plaintext=true\n" + kTeam).has_value());
  CHECK(load(open + "[server.tls]\ncertificate='c'\nkey='k'\n" + kTeam).has_value());
  // Its keys may be in the key store: the application looks.
  CHECK(load(open + "allow_plaintext=true\n[[team]]\nname='t'\n").has_value());
}

TEST_CASE("The admin listener stays on loopback unless told", "[router]") {
  const std::string admin = "[server]\nadmin_listen='[::]:9464'\n";
  CHECK_THAT(problem_of(admin), Catch::Matchers::Contains("admin_allow_remote"));
  CHECK(load(admin + "admin_allow_remote=true").has_value());
}

TEST_CASE("A listen address is an address and a port", "[router]") {
  CHECK(parse_listen("127.0.0.1:0")->loopback);
  CHECK(parse_listen("[::1]:80")->host == "::1");
  CHECK(parse_listen("localhost:80")->loopback);
  CHECK_FALSE(parse_listen("192.168.0.1:80")->loopback);
  CHECK_FALSE(parse_listen("[::]:80")->loopback);
  const std::string text =
      GENERATE("", ":80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:+1", "::1:80",
               "[127.0.0.1]:80", "example.com:80", "127.0.0.1:80 ");
  CAPTURE(text);
  CHECK_FALSE(parse_listen(text).has_value());
}

TEST_CASE("A backend that is not safe or not whole is refused", "[router]") {
  const auto [change, finding] = GENERATE(table<std::string, std::string>({
      {"name='auto'\nbase_url='https://b.example'\nmodels=['m']", "virtual model"},
      {"name='a b'\nbase_url='https://b.example'\nmodels=['m']", "letters, digits"},
      {"name='b'\nbase_url='http://b.example'\nmodels=['m']", "base_url: "},
      {"name='b'\nbase_url='ftp://b.example'\nmodels=['m']", "base_url: "},
      {"name='b'\nbase_url='https://u:p@b.example'\nmodels=['m']", "base_url: "},
      {"name='b'\nbase_url='https://b.example'\nmodels=[]", "at least one model"},
      {"name='b'\nbase_url='https://b.example'\nmodels=['m','m']", "names a model twice"},
      {"name='b'\nbase_url='https://b.example'\nmodels=['cloud']", "virtual models"},
      {"name='b'\nbase_url='https://b.example'\nmodels=['m\\n']", ""},
      {"name='b'\nbase_url='https://b.example'\nmodels=['m']\ndefault_model='n'", "not one of"},
      {"name='b'\nbase_url='https://b.example'\nmodels=['m']\ndialect='klingon'",
       "dialect: must be \"auto\""},
      {"name='b'\nmodels=['m']", "provider \"b\" has no usual one"},
      {"name='b'\nbase_url='https://b.example'\nmodels=['m']\nprovider='azure.ai.openai'",
       "api_version: is required"},
      {"name='b'\nbase_url='https://b.example'\nmodels=[{name='x'}]", "models: must be a list"},
  }));
  CAPTURE(change);
  CHECK_THAT(problem_of("[[backend]]\n" + change), Catch::Matchers::Contains(finding));
  CHECK(problem_of(kBackend) == "(accepted)");
}

TEST_CASE("A provider brings its dialect and its base URL", "[router]") {
  const auto backend_of = [](const std::string& members) {
    return std::move(load("[[backend]]\nmodels=['m']\n" + members).value().backends.front());
  };
  const BackendConfig anthropic = backend_of("name='anthropic'");
  CHECK(anthropic.dialect == Dialect::kAnthropic);
  CHECK(anthropic.base_url == "https://api.anthropic.com/v1");
  const BackendConfig gemini = backend_of("name='g'\nprovider='gcp.gemini'");
  CHECK(gemini.dialect == Dialect::kGemini);
  const BackendConfig responses = backend_of("name='openai'\ndialect='openai_responses'");
  CHECK(responses.dialect == Dialect::kOpenAiResponses);
  CHECK(responses.base_url == "https://api.openai.com/v1");
  const BackendConfig proxy = backend_of("name='ollama'\nbase_url='http://127.0.0.1:11434/v1'");
  CHECK(proxy.dialect == Dialect::kOpenAiChat);
}

TEST_CASE("Two sections of one name are refused", "[router]") {
  CHECK_THAT(problem_of(kBackend + kBackend), Catch::Matchers::Contains("another [[backend]]"));
  CHECK_THAT(problem_of(kTeam + kTeam), Catch::Matchers::Contains("repeats the key id abcdefgh"));
}

TEST_CASE("A team may only name backends that exist", "[router]") {
  CHECK_THAT(problem_of(kTeam + "backends=['x']\n" + kBackend),
             Catch::Matchers::Contains("team[0].backends"));
  CHECK_THAT(problem_of(kTeam + "trusted_sites=['b']\n" + kBackend),
             Catch::Matchers::Contains("class \"site\""));
  CHECK(load(kTeam + "backends=['b']\n" + kBackend).has_value());
}

TEST_CASE("Prompts of a local_only team go to disk only if somebody said so twice", "[router]") {
  const std::string closed = "[[team]]\nname='t'\nprivacy='local_only'\nkv_persist=true\n";
  CHECK_THAT(problem_of(closed),
             Catch::Matchers::Contains("team[0].kv_persist: would write what team t asks to"));
  CHECK(load(closed + "kv_persist_local_only=true\n")->teams[0].kv_persist);
  CHECK(load("[[team]]\nname='t'\nprivacy='any'\nkv_persist=true\n")->teams[0].kv_persist);
  CHECK_FALSE(load("[[team]]\nname='t'\nprivacy='any'\n")->teams[0].kv_persist);
  CHECK_THAT(problem_of("[[team]]\nname='t'\nkv_persist_local_only=true\n"),
             Catch::Matchers::Contains(
                 "team[0].kv_persist_local_only: has no meaning without kv_persist"));
  CHECK_THAT(problem_of("local.prefix_cache=false\n[[team]]\nname='t'\nprivacy='any'\n"
                        "kv_persist=true\n"),
             Catch::Matchers::Contains("team[0].kv_persist: needs prefix_cache of [local]"));
}

TEST_CASE("repair is a word, and nothing of a private team is repaired", "[router]") {
  CHECK(load("[[team]]\nname='t'\nprivacy='any'\n")->teams[0].repair == Repair::kOff);
  const auto loaded = load("[[team]]\nname='t'\nprivacy='any'\nrepair='local'\n");
  CHECK(loaded->teams[0].repair == Repair::kLocal);
  CHECK_THAT(problem_of("[[team]]\nname='t'\nprivacy='any'\nrepair='cloud'\n"),
             Catch::Matchers::Contains("team[0].repair"));
  CHECK_THAT(problem_of("[[team]]\nname='t'\nrepair='local'\n"),
             Catch::Matchers::Contains("team[0].repair: has no meaning with privacy"));
}

TEST_CASE("A provider key is never in the file and never in a finding", "[router]") {
  const std::string canary = "sk-canary-7f3a";
  const std::string line = GENERATE_COPY(
      "api_key = '" + canary + "'", "api_key = " + canary, "api_key = ['" + canary + "']",
      "api_key = 'env:" + canary + "'", "api_key = 'ENV:" + canary + "'", "api_key = '" + canary,
      "class = '" + canary + "'", "retries = '" + canary + "'", "keys = ['" + canary + "']");
  CAPTURE(line);
  const std::string problem = problem_of(kBackend + line + "\n");
  CHECK(problem != "(accepted)");
  CHECK(problem.find(canary) == std::string::npos);
}

TEST_CASE("A provider key from the environment must be set and be sendable", "[router]") {
  const std::string text = kBackend + "api_key='env:KEY'\n";
  CHECK_THAT(problem_of(text), Catch::Matchers::Contains("KEY is not set"));
  CHECK_THAT(problem_of(text, {{"KEY", ""}}), Catch::Matchers::Contains("is empty"));
  const std::string problem = problem_of(text, {{"KEY", "two words"}});
  CHECK_THAT(problem, Catch::Matchers::Contains("holds a space"));
  CHECK(problem.find("words") == std::string::npos);
}

TEST_CASE("Who sends nothing to a provider needs none of its keys", "[router]") {
  const std::string text = kBackend + "api_key='env:KEY'\n";
  const Result<Config> config = load(text, {}, SecretUse::kNone);
  REQUIRE(config.has_value());
  CHECK(config->missing_secrets ==
        std::vector<std::string>{"backend[0].api_key: the environment variable KEY is not set"});
  CHECK(load(text, {{"KEY", "secret"}}, SecretUse::kNone)->missing_secrets.empty());
  const std::string pasted = kBackend + "api_key='sk-pasted'\n";
  CHECK_FALSE(load(pasted, {}, SecretUse::kNone).has_value());
}

TEST_CASE("A provider key from a file must be its owner's alone", "[router]") {
  const std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("weir_key_" + std::to_string(getpid()));
  std::ofstream(path) << "sk-canary\n";
  const std::string text = kBackend + "api_key='file:" + path.string() + "'\n";
  REQUIRE(chmod(path.c_str(), 0644) == 0);
  CHECK_THAT(problem_of(text), Catch::Matchers::Contains("chmod 600"));
  REQUIRE(chmod(path.c_str(), 0600) == 0);
  CHECK(load(text)->backends.front().api_key.reveal() == "sk-canary");
  std::filesystem::remove(path);
  CHECK_THAT(problem_of(text), Catch::Matchers::Contains("cannot read the file"));
}

TEST_CASE("OPENAI_API_KEY alone makes a backend", "[router]") {
  const Config config = load("", {{"OPENAI_API_KEY", "sk-x"}}).value();
  REQUIRE(config.backends.size() == 1);
  CHECK(config.backends.front().base_url == "https://api.openai.com/v1");
  CHECK(config.backends.front().default_model == "gpt-4.1");
  CHECK(config.routing.baseline_model == "gpt-4.1");

  const Variables elsewhere{{"OPENAI_API_KEY", "sk-x"},
                            {"OPENAI_BASE_URL", "http://127.0.0.1:1/v1"}};
  CHECK(load("", elsewhere)->backends.front().base_url == "http://127.0.0.1:1/v1");
  CHECK(load(kBackend, elsewhere)->backends.front().name == "b");
}

TEST_CASE("The keys of other providers make backends in their dialects", "[router]") {
  const Config config =
      load("", {{"ANTHROPIC_API_KEY", "sk-a"}, {"GEMINI_API_KEY", "g"}, {"OPENAI_API_KEY", ""}})
          .value();
  REQUIRE(config.backends.size() == 2);
  CHECK(config.backends[0].name == "anthropic");
  CHECK(config.backends[0].dialect == Dialect::kAnthropic);
  CHECK(config.backends[0].base_url == "https://api.anthropic.com/v1");
  CHECK(config.backends[1].dialect == Dialect::kGemini);
  CHECK(config.backends[1].api_key.reveal() == "g");
  CHECK(config.routing.baseline_model == config.backends[0].default_model);

  const Config near = load("", {{"ANTHROPIC_API_KEY", "sk-a"},
                                {"ANTHROPIC_BASE_URL", "http://127.0.0.1:1"},
                                {"GEMINI_API_KEY", "g"},
                                {"GOOGLE_GEMINI_BASE_URL", "http://127.0.0.1:2/v1beta"}})
                          .value();
  CHECK(near.backends[0].base_url == "http://127.0.0.1:1/v1");
  CHECK(near.backends[1].base_url == "http://127.0.0.1:2/v1beta");
}

TEST_CASE("Prices are read exactly, as text or as numbers", "[router]") {
  const Config config =
      load(
          "[[price]]\nmodel='m'\nusd_per_million_input='0.075'\nusd_per_million_output=2.5\n"
          "usd_per_million_cached_input=0.000000001\nsource='s'\nas_of='2026-07-24'\n")
          .value();
  const PriceConfig& price = config.prices.front();
  CHECK(price.usd_per_million_input == NanoUsd{75'000'000});
  CHECK(price.usd_per_million_output == NanoUsd{2'500'000'000});
  CHECK(price.usd_per_million_cached_input == NanoUsd{1});
  CHECK_FALSE(price.usd_per_million_cache_write_1h.has_value());
}

TEST_CASE("The preset sets the threshold and a number goes before it", "[router]") {
  CHECK(load("")->routing.threshold == Approx(0.5));
  CHECK(load("[routing]\npreset='quality'")->routing.threshold == Approx(0.3));
  CHECK(load("[routing]\nthreshold=1\npreset='quality'")->routing.threshold == Approx(1.0));
}

TEST_CASE("A file that is not there or not text is an error", "[router]") {
  CHECK_FALSE(load_config("/nonexistent/weir.toml", environment_of({}), system_disk()).has_value());
  CHECK(load_config(std::nullopt, environment_of({}), system_disk()).has_value());
  CHECK_FALSE(load(std::string("\0\xff\xfe", 3)).has_value());
}

std::string committed_example() {
  const std::string path = std::string(WEIR_SOURCE_DIR) + "/config.example.toml";
  if (std::getenv("WEIR_UPDATE_EXAMPLE") != nullptr) std::ofstream(path) << example_config();
  return system_disk().read_file(path, 1'000'000).value();
}

TEST_CASE("config.example.toml is what the schema says", "[router]") {
  // After a change of the schema: WEIR_UPDATE_EXAMPLE=1 test_router "config.example.toml*"
  CHECK(committed_example() == example_config());
}

TEST_CASE("config.example.toml changes no default", "[router]") {
  const Config example = load(committed_example(), {{"HOME", "/h"}}).value();
  const Config empty = load("", {{"HOME", "/h"}}).value();
  CHECK(example.routing.threshold == Approx(empty.routing.threshold));
  CHECK(example.log.level == empty.log.level);
  CHECK(example.backends.empty());
  CHECK(example.teams.empty());
}

TEST_CASE("config.example.toml is valid with everything switched on", "[router]") {
  const std::string text = committed_example();
  std::string on;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool line_start = i == 0 || text[i - 1] == '\n';
    if (line_start && text[i] == '#' && text[i + 1] != ' ') continue;
    on.push_back(text[i]);
  }
  const Config config = load(on, {{"OPENAI_API_KEY", "sk-x"}, {"WEIR_ADMIN_TOKEN", "t"}}).value();
  CHECK(config.backends.size() == 1);
  CHECK(config.teams.size() == 1);
  CHECK(config.limits.size() == 1);
  CHECK(config.server.admin_token.reveal() == "t");
  CHECK(config.prices.size() == 1);
  CHECK(config.server.tls.enabled());
}

TEST_CASE("Word defaults of the schema are the defaults of the structs", "[router]") {
  const ConfigSchema& schema = config_schema();
  const auto word_default = [](const auto& keys, std::string_view name, auto& section) {
    for (const auto& key : keys) {
      if (key.name != name) continue;
      using Section = std::remove_reference_t<decltype(section)>;
      const auto& word = std::get<WordMember<Section>>(key.member);
      word.assign(section, word.default_word);
    }
  };
  BackendConfig backend;
  backend.backend_class = BackendClass::kLocal;
  backend.usage = UsageSource::kEstimate;
  word_default(schema.backend, "class", backend);
  word_default(schema.backend, "usage", backend);
  CHECK(backend.backend_class == BackendConfig{}.backend_class);
  CHECK(backend.usage == BackendConfig{}.usage);

  LocalConfig local;
  local.arithmetic = kernels::Arithmetic::kF32;
  word_default(schema.local, "arithmetic", local);
  CHECK(local.arithmetic == LocalConfig{}.arithmetic);

  Team team;
  team.privacy = Privacy::kAny;
  word_default(schema.team, "privacy", team);
  CHECK(team.privacy == Team{}.privacy);

  RoutingConfig routing{"auto", 9, "", true};
  word_default(schema.routing, "preset", routing);
  CHECK(routing.threshold == Approx(RoutingConfig{}.threshold));

  LogConfig log{false, "", "x"};
  word_default(schema.log, "level", log);
  CHECK(log.level == LogConfig{}.level);
}

}  // namespace
}  // namespace weir
