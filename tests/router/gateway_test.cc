// The gateway with real ledger, policies and codec, but backends and a socket of
// the test's own.
#include "router/gateway.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <exception>
#include <functional>

#include "metrics/report.h"
#include "tests/support/catch.h"
#include "tests/support/fake_exchange.h"
#include "tests/support/temp_dir.h"

namespace weir {
namespace {

using Behaviour = std::function<Result<Usage>()>;

// Writes one text and returns what `behaviour` says.
class ScriptedBackend final : public Backend {
 public:
  ScriptedBackend(std::string name, BackendClass backend_class, Behaviour behaviour)
      : name_(std::move(name)), class_(backend_class), behaviour_(std::move(behaviour)) {
    tokens = {name_};
  }

  std::string_view name() const override { return name_; }
  BackendClass backend_class() const override { return class_; }
  const Capabilities& capabilities() const override { return capabilities_; }

  Async<Result<Usage>> run(Attempt attempt, EventSink& sink, Deadline, Usage*) override {
    ++runs;
    had_permit = attempt.permit.has_value() && attempt.permit->valid();
    const Result<Usage> result = behaviour_();
    if (!result) co_return result.error();
    for (const StreamEvent& event : events()) {
      const WriteResult written = co_await sink.write(event);
      if (written != WriteResult::kOk) co_return Error{ErrorCode::kCancelled, "told to stop"};
    }
    co_return result;
  }

  int runs = 0;
  bool had_permit = false;
  std::vector<std::string> tokens;
  TokenSignals signals;
  FinishReason finish = FinishReason::kStop;
  bool broken_call = false;  // all of its text
  std::string normalised;    // what its start says
  Usage prompt;              // the same

 private:
  std::vector<StreamEvent> events() const {
    std::vector<StreamEvent> events(1);
    events[0].kind = EventKind::kStart;
    events[0].normalised = normalised;
    events[0].usage = prompt;
    for (const std::string& token : tokens) {
      StreamEvent& event = events.emplace_back();
      event.kind = EventKind::kTextDelta;
      event.text = token;
      event.signals = signals;
      event.broken_call = broken_call;
    }
    events.emplace_back().kind = EventKind::kFinish;
    events.back().finish = finish;
    events.emplace_back().kind = EventKind::kDone;
    return events;
  }

  std::string name_;
  BackendClass class_;
  Behaviour behaviour_;
  Capabilities capabilities_;
};

Usage some_usage() {
  Usage usage;
  usage.input_tokens = 1'000;
  usage.output_tokens = 100;
  return usage;
}

Result<Usage> succeed() { return some_usage(); }
Result<Usage> fail_to_connect() { return Error{ErrorCode::kUpstreamConnect, "refused"}; }
Result<Usage> fail_locally() { return Error{ErrorCode::kInternal, "NaN logits"}; }

struct Answer {
  int status = 0;
  std::string headers;
  std::string body;
};

// A gateway over one local and one cloud backend.
class House {
 public:
  House(Behaviour local, Behaviour cloud, std::vector<Team> teams = {},
        std::vector<Rule> rules = {})
      : local_("local", BackendClass::kLocal, std::move(local)),
        cloud_("cloud-a", BackendClass::kCloud, std::move(cloud)) {
    LedgerOptions options;
    options.path = dir_.path() + "/ledger.db";
    ledger_ = std::move(Ledger::open(options).value());
    std::vector<TeamCap> caps;
    for (const Team& team : teams) caps.push_back({team.name, team.monthly_budget});
    budgets_.set_caps(caps);
    Config config;
    config.rules = std::move(rules);
    config.routing.baseline_model = "big";
    BackendConfig backend;
    backend.name = "cloud-a";
    backend.models = {{"big", "big-2026"}};
    backend.default_model = "big";
    backend.max_output_tokens = 4'096;
    config.backends.push_back(std::move(backend));
    PriceOverride price;
    price.model = "big-2026";
    price.usd_per_million_input = {2'000'000'000};
    price.usd_per_million_output = {10'000'000'000};
    price.source = "test";
    price.as_of = "2026-01-01";
    auto snapshot = std::make_shared<Snapshot>(
        Snapshot{std::move(config),
                 std::move(Teams::create(std::move(teams)).value()),
                 std::move(PriceTable::create(std::span(&price, 1)).value()),
                 {},
                 {},
                 {},
                 {}});
    snapshot->add({&local_, nullptr, nullptr, "weir", nullptr, {{"tiny", "tiny"}}});
    snapshot->add({&cloud_, nullptr, &snapshot->config.backends[0], "openai"});
    gateway_ = std::make_unique<Gateway>(
        Services{system_clock(), *ledger_, metrics_, permits_, budgets_}, snapshot, nullptr, ids_);
  }

  Answer ask(const std::string& body, const std::string& extra_fields = {}) {
    return ask_raw("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\n" + extra_fields +
                   "content-length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }

  // The only row in the ledger, as JSON.
  std::string row() {
    ledger_->close();
    return why(dir_.path() + "/ledger.db", ledger_->last_id()).value();
  }

  ScriptedBackend local_;
  ScriptedBackend cloud_;
  BudgetBook budgets_;
  Metrics metrics_;

 private:
  Answer ask_raw(std::string text) {
    FakeExchange exchange(thread_, std::move(text));
    bool done = false;
    net::co_spawn(context_, gateway_->handle(exchange), [&](std::exception_ptr) { done = true; });
    const auto work = net::make_work_guard(context_);
    context_.restart();
    while (!done) context_.run_one();
    return {exchange.status, exchange.headers, exchange.answer};
  }

  TempDir dir_;
  net::io_context context_{1};
  DeadlineWheel wheel_;
  IoThread thread_{context_, wheel_, system_clock()};
  std::unique_ptr<Ledger> ledger_;
  PermitIssuer permits_;
  RequestIdSource ids_{1};
  std::unique_ptr<Gateway> gateway_;
};

std::string asking(const std::string& model, bool stream = false) {
  return R"({"model":")" + model + R"(","stream":)" + (stream ? "true" : "false") +
         R"(,"messages":[{"role":"user","content":"Say hello."}]})";
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("a concrete cloud model is answered with a permit and costs its price", "[router]") {
  House house(succeed, succeed);
  const Answer answer = house.ask(asking("big"));
  CHECK(answer.status == 200);
  CHECK(house.cloud_.had_permit);
  CHECK(contains(answer.headers, "x-weir-route: cloud\r\n"));
  CHECK(contains(answer.headers, "x-weir-reason: model-requested\r\n"));
  CHECK(contains(answer.headers, "x-weir-cost-usd: 0.003\r\n"));
  CHECK(contains(answer.headers, "x-request-id: req_"));
}

TEST_CASE("a local answer has no permit, costs nothing and saves the baseline", "[router]") {
  House house(succeed, succeed);
  const Answer answer = house.ask(asking("local"));
  CHECK_FALSE(house.local_.had_permit);
  CHECK(house.cloud_.runs == 0);
  CHECK(contains(answer.headers, "x-weir-cost-usd: 0.00\r\n"));
  CHECK(contains(answer.headers, "x-weir-saved-usd: 0.003\r\n"));
}

TEST_CASE("a stream ends with its terminator after the row is settled", "[router]") {
  House house(succeed, succeed);
  const Answer answer = house.ask(asking("local", true));
  CHECK(contains(answer.body, "data: {"));
  CHECK(answer.body.ends_with("data: [DONE]\n\n"));
  CHECK(contains(house.row(), "\"settled\""));
}

TEST_CASE("a local failure before the first byte escalates", "[router]") {
  House house(fail_locally, succeed);
  const Answer answer = house.ask(asking("auto"));
  CHECK(answer.status == 200);
  CHECK(house.local_.runs == 1);
  CHECK(house.cloud_.runs == 1);
  CHECK(contains(answer.headers, "x-weir-reason: local-failed\r\n"));
}

TEST_CASE("a local-only request never meets the cloud, not even when the engine fails",
          "[router]") {
  House house(fail_locally, succeed);
  const std::string model = GENERATE("auto", "local");
  const Answer answer = house.ask(asking(model), "x-weir-privacy: local_only\r\n");
  CHECK(answer.status >= 500);
  CHECK(house.cloud_.runs == 0);
  CHECK_FALSE(contains(answer.headers, "x-weir-cost-usd"));
}

TEST_CASE("a local-only request that names a cloud model is forbidden", "[router]") {
  House house(succeed, succeed);
  const std::string model = GENERATE("big", "cloud");
  const Answer answer = house.ask(asking(model), "x-weir-privacy: local_only\r\n");
  CHECK(answer.status == 403);
  CHECK(house.cloud_.runs == 0);
}

TEST_CASE("a cloud that cannot be reached is tried once more and then reported", "[router]") {
  House house(succeed, fail_to_connect);
  const Answer answer = house.ask(asking("big"));
  CHECK(answer.status == 502);
  CHECK(house.cloud_.runs == 2);
  CHECK(contains(house.row(), "upstream_connect"));
}

TEST_CASE("a request without a valid key is refused and has a row", "[router]") {
  Team team;
  team.name = "red";
  team.keys.push_back(TeamKey{});
  House house(succeed, succeed, {team});
  const Answer answer = house.ask(asking("local"));
  CHECK(answer.status == 401);
  CHECK(house.local_.runs == 0);
  CHECK(contains(house.row(), "401"));
}

TEST_CASE("a body that is not JSON is refused with its place", "[router]") {
  House house(succeed, succeed);
  const Answer answer = house.ask("{\"model\":");
  CHECK(answer.status == 400);
  CHECK(contains(answer.body, "invalid_request_error"));
}

TEST_CASE("an unknown privacy header is refused rather than ignored", "[router]") {
  House house(succeed, succeed);
  CHECK(house.ask(asking("local"), "x-weir-privacy: please\r\n").status == 400);
  CHECK(house.local_.runs == 0);
}

TEST_CASE("a rule that denies refuses its requests alone, and each has a row", "[router]") {
  Rule rule;
  rule.name = "no batch jobs";
  rule.header = "x-app: batch";
  rule.action = RuleAction::kDeny;
  House house(succeed, succeed, {}, {rule});
  CHECK(house.ask(asking("big")).status == 200);
  const Answer refused = house.ask(asking("big"), "x-app: batch\r\n");
  CHECK(refused.status == 403);
  CHECK(contains(refused.body, "no batch jobs"));
  CHECK(house.cloud_.runs == 1);
  CHECK(contains(house.row(), "rule_denied"));
}

TEST_CASE("a rule keeps what could cost too much from the cloud", "[router]") {
  Rule rule;
  rule.name = "cheap";
  rule.max_cost = NanoUsd{1'000'000};  // a tenth of a cent
  House house(succeed, succeed, {}, {rule});
  const std::string body = asking("big");
  CHECK(house.ask(body).status == 403);
  CHECK(house.ask(body.substr(0, body.size() - 1) + R"(,"max_tokens":10})").status == 200);
  CHECK(house.cloud_.runs == 1);
}

constexpr TokenSignals kSure{-0.01F, 0.1F, 0.98F, true};
constexpr TokenSignals kUnsure{-6, 7, 0.02F, true};

std::vector<std::string> words(int count) {
  std::vector<std::string> words;
  for (int i = 0; i < count; ++i) words.push_back("word" + std::to_string(i * i) + " ");
  return words;
}

TEST_CASE("a local answer that the model is sure of is shown", "[router]") {
  House house(succeed, succeed);
  house.local_.tokens = words(40);
  house.local_.signals = kSure;
  const bool stream = GENERATE(false, true);
  const Answer answer = house.ask(asking("auto", stream));
  CHECK(contains(answer.headers, "x-weir-reason: easy\r\n"));
  CHECK(contains(answer.body, "word1521"));
  CHECK(house.cloud_.runs == 0);
}

TEST_CASE("a local answer that the model is unsure of is never seen", "[router]") {
  House house(succeed, succeed);
  house.local_.tokens = words(40);
  house.local_.signals = kUnsure;
  const bool stream = GENERATE(false, true);
  const Answer answer = house.ask(asking("auto", stream));
  CHECK(contains(answer.headers, "x-weir-reason: low-confidence\r\n"));
  CHECK(contains(answer.headers, "x-weir-route: cloud\r\n"));
  CHECK(contains(answer.body, "cloud-a"));
  CHECK_FALSE(contains(answer.body, "word"));
  const std::string row = house.row();
  CHECK(contains(row, "\"escalated\""));
  CHECK(contains(row, "\"low_confidence\""));
}

TEST_CASE("what was normalised for an answer is told with it, and only with it", "[router]") {
  House house(succeed, succeed);
  house.local_.tokens = words(40);
  house.local_.normalised = "clock, tool-order";
  house.local_.signals = GENERATE(kSure, kUnsure);
  const bool stream = GENERATE(false, true);
  const std::string model = GENERATE(as<std::string>{}, "auto", "local", "big");
  const Answer answer = house.ask(asking(model, stream));
  CAPTURE(answer.headers);
  CHECK(contains(answer.headers, "x-weir-normalised: clock, tool-order\r\n") ==
        contains(answer.headers, "x-weir-route: local\r\n"));
}

TEST_CASE("a local answer says how much of its prompt the prefix cache had", "[router]") {
  House house(succeed, succeed);
  house.local_.tokens = words(40);
  house.local_.signals = kSure;
  house.local_.prompt.input_tokens = 66;
  house.local_.prompt.cache_read_tokens = 28'790;
  const bool stream = GENERATE(false, true);
  const std::string model = GENERATE(as<std::string>{}, "auto", "local", "big");
  const Answer answer = house.ask(asking(model, stream));
  CAPTURE(answer.headers);
  CHECK(contains(answer.headers, "x-weir-cache: prefix=28790/28856\r\n") ==
        contains(answer.headers, "x-weir-route: local\r\n"));
  house.local_.prompt.cache_disk_tokens = 28'736;
  const Answer loaded = house.ask(asking("local", stream));
  CHECK(contains(loaded.headers, "x-weir-cache: prefix=28790/28856; disk=28736\r\n"));
}

TEST_CASE("an unsure answer is shown with its reason when nobody else may answer", "[router]") {
  Team team;
  team.name = "red";
  team.privacy = Privacy::kAny;
  team.models = {"local"};
  House house(succeed, succeed, {team});
  house.local_.tokens = words(40);
  house.local_.signals = kUnsure;
  const Answer answer = house.ask(asking("auto", GENERATE(false, true)));
  CHECK(contains(answer.headers, "x-weir-reason: escalation-unavailable\r\n"));
  CHECK(contains(answer.body, "word1521"));
}

TEST_CASE("an unsure answer is asked for again when the cloud fails", "[router]") {
  House house(succeed, fail_to_connect);
  house.local_.tokens = words(40);
  house.local_.signals = kUnsure;
  const Answer answer = house.ask(asking("auto", GENERATE(false, true)));
  CHECK(answer.status == 200);
  CHECK(contains(answer.headers, "x-weir-reason: cloud-failed\r\n"));
  CHECK(contains(answer.body, "word1521"));
  CHECK(house.local_.runs == 2);
  CHECK(contains(house.row(), "\"escalated\": 0"));
}

TEST_CASE("what was asked of the local model is shown however unsure it is", "[router]") {
  House house(succeed, succeed);
  house.local_.tokens = words(40);
  house.local_.signals = kUnsure;
  const Answer named = house.ask(asking("local"));
  CHECK(contains(named.body, "word1521"));
  const Answer private_one = house.ask(asking("auto"), "x-weir-privacy: local_only\r\n");
  CHECK(contains(private_one.body, "word1521"));
  CHECK(house.cloud_.runs == 0);
}

TEST_CASE("an answer without shape escalates whatever the model thinks of it", "[router]") {
  House house(succeed, succeed);
  house.local_.signals = kSure;
  SECTION("it goes in circles") {
    house.local_.tokens = std::vector<std::string>(60, "again and again ");
  }
  SECTION("it is empty") { house.local_.tokens = {" ", "\n"}; }
  SECTION("it ends where the context does") { house.local_.finish = FinishReason::kLength; }
  const Answer answer = house.ask(asking("auto"));
  CHECK(contains(answer.body, "cloud-a"));
  CHECK(contains(answer.headers, "x-weir-route: cloud\r\n"));
}

TEST_CASE("a call that broke escalates, or is shown and explained; each is counted", "[router]") {
  House house(succeed, succeed);
  house.local_.signals = kSure;
  house.local_.tokens = {"<tool_call>", "oops"};
  house.local_.broken_call = true;
  const std::string series = R"(weir_local_answer_faults_total{fault="broken-call",outcome=)";
  const Answer answer = house.ask(asking("auto", GENERATE(false, true)));
  CHECK(contains(answer.headers, "x-weir-route: cloud\r\nx-weir-reason: local-failed\r\n"));
  CHECK_FALSE(contains(answer.body, "oops"));
  CHECK(contains(house.metrics_.exposition(), series + "\"withheld\"} 1"));
  const Answer named = house.ask(asking("local"));
  CHECK(contains(named.body, "<tool_call>oops"));
  CHECK(contains(house.metrics_.exposition(), series + "\"shown\"} 1"));
  const std::string row = house.row();
  CHECK(contains(row, "\"outcome\": \"answered\""));
  CHECK(contains(row, "\"fault\": \"broken-call\""));
}

std::string asking_for_json(const std::string& model, bool stream) {
  const std::string body = asking(model, stream);
  return body.substr(0, body.size() - 1) + R"(,"response_format":{"type":"json_object"}})";
}

TEST_CASE("a local answer that should be JSON is shown when it is", "[router]") {
  House house(succeed, succeed);
  house.local_.signals = kSure;
  house.local_.tokens = {"{\"a\"", ": [1,", " 2]}"};
  const Answer answer = house.ask(asking_for_json("auto", GENERATE(false, true)));
  CHECK(contains(answer.headers, "x-weir-route: local\r\n"));
  CHECK(house.cloud_.runs == 0);
}

TEST_CASE("a local answer that should be JSON and is not is never seen", "[router]") {
  House house(succeed, succeed);
  house.local_.signals = kSure;
  house.local_.tokens = {"{\"a\"", ": [1,", " oops"};
  const bool stream = GENERATE(false, true);
  const Answer answer = house.ask(asking_for_json("auto", stream));
  CHECK(contains(answer.headers, "x-weir-route: cloud\r\n"));
  CHECK_FALSE(contains(answer.body, "oops"));
  const Answer private_one = house.ask(asking_for_json("local", stream));
  CHECK(private_one.status == 503);
  CHECK(contains(private_one.body, "broken_json"));
}

Team on_budget(NanoUsd budget) {
  Team team;
  team.name = "red";
  team.privacy = Privacy::kAny;
  team.monthly_budget = budget;
  return team;
}

TEST_CASE("a spent budget refuses the cloud and still gets local answers", "[router]") {
  House house(succeed, succeed, {on_budget(NanoUsd{1'000'000})});  // a tenth of a cent
  const Answer refused = house.ask(asking("big"));
  CHECK(refused.status == 429);
  CHECK(contains(refused.body, "budget_exceeded"));
  CHECK(house.cloud_.runs == 0);
  CHECK(house.ask(asking("auto")).status == 200);
  CHECK(house.local_.runs == 1);
}

TEST_CASE("a budget is charged what was spent, not what was reserved", "[router]") {
  House house(succeed, succeed, {on_budget(NanoUsd{700'000'000})});
  for (int i = 0; i < 5; ++i) CHECK(house.ask(asking("big")).status == 200);
  CHECK(house.budgets_.left("red", system_clock().unix_ms()) ==
        NanoUsd{700'000'000 - 5 * 3'000'000});
}

TEST_CASE("a cloud call that fails leaves the budget as it was", "[router]") {
  House house(succeed, fail_to_connect, {on_budget(NanoUsd{700'000'000})});
  CHECK(house.ask(asking("big")).status == 502);
  CHECK(house.budgets_.left("red", system_clock().unix_ms()) == NanoUsd{700'000'000});
}

TEST_CASE("the ledger has the whole decision", "[router]") {
  House house(succeed, succeed);
  house.local_.tokens = words(20);
  house.local_.signals = kSure;
  house.ask(asking("auto"));
  const std::string row = house.row();
  CAPTURE(row);
  for (const char* part : {"\"threshold\"", "\"options\"", "\"candidates\"", "\"attempts\"",
                           "\"expected_usd\"", "\"mean_logprob\"", "\"confidence\""}) {
    CAPTURE(part);
    CHECK(contains(row, part));
  }
}

TEST_CASE("a request for one place that answers needs no explanation", "[router]") {
  House house(succeed, succeed);
  house.ask(asking("big"));
  CHECK_FALSE(contains(house.row(), "attempts\": ["));
}

TEST_CASE("a request for one place that fails has its tries explained", "[router]") {
  House house(succeed, fail_to_connect);
  house.ask(asking("big"));
  CHECK(contains(house.row(), "\"outcome\": \"upstream_connect\""));
}

TEST_CASE("a page of another site cannot use a gateway that asks for no key", "[router]") {
  House house(succeed, succeed);
  const std::string origin =
      GENERATE("https://evil.example", "null", "http://127.0.0.1.evil.example:80");
  CAPTURE(origin);
  CHECK(house.ask(asking("local"), "origin: " + origin + "\r\n").status == 403);
  CHECK(house.local_.runs == 0);
}

TEST_CASE("a page of this machine may use a gateway that asks for no key", "[router]") {
  House house(succeed, succeed);
  const std::string origin =
      GENERATE("http://localhost:3000", "http://127.0.0.1", "http://[::1]:80");
  CAPTURE(origin);
  CHECK(house.ask(asking("local"), "origin: " + origin + "\r\n").status == 200);
}

}  // namespace
}  // namespace weir
