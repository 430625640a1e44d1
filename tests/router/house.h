// A gateway with real ledger, policies and codec, but backends and a socket of the test's own.
#pragma once

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "metrics/receipt_audit.h"
#include "metrics/receipt_log.h"
#include "metrics/report.h"
#include "router/gateway.h"
#include "tests/support/fake_exchange.h"
#include "tests/support/temp_dir.h"

namespace weir {

using Behaviour = std::function<Result<Usage>()>;

// Writes one text and returns what `behaviour` says.
class ScriptedBackend final : public Backend {
 public:
  ScriptedBackend(std::string name, BackendClass where, Behaviour behaviour)
      : place(where), name_(std::move(name)), behaviour_(std::move(behaviour)) {
    tokens = {name_};
  }

  std::string_view name() const override { return name_; }
  BackendClass backend_class() const override { return place; }
  const Capabilities& capabilities() const override { return can; }

  Async<Result<Usage>> run(Attempt attempt, EventSink& sink, Deadline, Usage* used) override {
    ++runs;
    request = text_of(attempt.request);
    if (attempt.body) outbound = std::string(attempt.body->bytes());
    roles = roles_of(attempt.request);
    tools = attempt.request.tools.size();
    had_permit = attempt.permit.has_value() && attempt.permit->valid();
    const Result<Usage> result = behaviour_();
    *used = used_by_then;
    std::vector<StreamEvent> steps = result ? events(*result) : beginning();
    if (!comment.empty()) {
      steps.emplace(steps.begin())->raw = comment;
    }
    for (const StreamEvent& event : steps) {
      const WriteResult written = co_await sink.write(event);
      if (written != WriteResult::kOk) co_return Error{ErrorCode::kCancelled, "told to stop"};
    }
    co_return result;
  }

  BackendClass place;
  int runs = 0;
  bool had_permit = false;
  Capabilities can;
  std::string request;      // what the last one says
  std::string outbound;     // the body that would leave
  std::string roles;        // of its messages, "user assistant "
  std::size_t tools = 0;    // that it offers
  bool begins = false;      // a run that fails has written its start before,
  std::string start_frame;  // which may have bytes of Chat Completions,
  std::string said;         // and this, if there is any
  Usage used_by_then;       // by a run that fails or is told to stop
  std::vector<std::string> tokens;
  TokenSignals signals;
  FinishReason finish = FinishReason::kStop;
  bool broken_call = false;  // all of its text
  std::string normalised;    // what its start says
  std::string lost;          // the same
  Usage prompt;              // the same
  std::string arguments;     // of a call that it makes, if there are any
  std::string comment;       // a stream begins with this, if there is any
  std::string whole;         // the answer as one body of Chat Completions, if there is one

 private:
  static std::string text_of(const ChatRequest& request) {
    std::string text;
    for (const Message& message : request.messages) {
      for (const Part& part : message.parts) {
        if (const auto* words = std::get_if<TextPart>(&part.value)) text += words->text;
      }
    }
    return text;
  }

  static std::string roles_of(const ChatRequest& request) {
    std::string roles;
    for (const Message& message : request.messages) {
      roles.append(to_string(message.role)).append(" ");
    }
    return roles;
  }

  std::vector<StreamEvent> beginning() const {
    std::vector<StreamEvent> events;
    if (begins) {
      events.emplace_back().kind = EventKind::kStart;
      events.back().raw = start_frame;
    }
    if (!said.empty()) {
      events.emplace_back().kind = EventKind::kTextDelta;
      events.back().text = said;
    }
    return events;
  }

  std::vector<StreamEvent> events(const Usage& usage) const {
    std::vector<StreamEvent> events(1);
    if (!whole.empty()) {
      events[0].kind = EventKind::kWhole;
      events[0].raw = whole;
      events[0].lost = lost;
      events.emplace_back().kind = EventKind::kDone;
      return events;
    }
    events[0].kind = EventKind::kStart;
    events[0].normalised = normalised;
    events[0].lost = lost;
    events[0].usage = prompt;
    for (const std::string& token : tokens) {
      StreamEvent& event = events.emplace_back();
      event.kind = EventKind::kTextDelta;
      event.text = token;
      event.signals = signals;
      event.broken_call = broken_call;
    }
    if (!arguments.empty()) {
      events.emplace_back().kind = EventKind::kToolCallStart;
      events.back().id = "call_1";
      events.back().name = "f";
      events.emplace_back().kind = EventKind::kToolCallDelta;
      events.back().text = arguments;
    }
    events.emplace_back().kind = EventKind::kFinish;
    events.back().finish = finish;
    events.emplace_back().kind = EventKind::kUsage;
    events.back().usage = usage;
    events.emplace_back().kind = EventKind::kDone;
    return events;
  }

  std::string name_;
  Behaviour behaviour_;
};

inline Usage some_usage() {
  Usage usage;
  usage.input_tokens = 1'000;
  usage.output_tokens = 100;
  return usage;
}

inline Result<Usage> succeed() { return some_usage(); }
inline Result<Usage> fail_to_connect() { return Error{ErrorCode::kUpstreamConnect, "refused"}; }
inline Result<Usage> fail_locally() { return Error{ErrorCode::kInternal, "NaN logits"}; }

struct Answer {
  int status = 0;
  std::string headers;
  std::string body;
};

// A gateway over one local backend, one cloud, and if there is something for it to do another
// cloud behind it.
class House {
 public:
  House(Behaviour local, Behaviour cloud, std::vector<Team> teams = {},
        std::vector<Rule> rules = {}, Behaviour other_cloud = {})
      : local_("local", BackendClass::kLocal, std::move(local)),
        cloud_("cloud-a", BackendClass::kCloud, std::move(cloud)),
        other_cloud_("cloud-b", BackendClass::kCloud, other_cloud) {
    LedgerOptions options;
    options.path = dir_.path() + "/ledger.db";
    options.on_batch = [this](const LedgerBatch&) {
      if (at_commit) at_commit();
    };
    ledger_ = std::move(Ledger::open(options).value());
    std::vector<TeamLimits> team_limits;
    for (const Team& team : teams) team_limits.push_back({team.name, team});
    limits_.use({}, team_limits);
    Config config;
    config.rules = std::move(rules);
    config.routing.baseline_model = "big";
    config.local.declines = "I cannot";
    BackendConfig backend;
    backend.name = "cloud-a";
    backend.models = {{"big", "big-2026"}};
    backend.default_model = "big";
    backend.max_output_tokens = 4'096;
    config.backends.push_back(std::move(backend));
    if (other_cloud) {
      BackendConfig& other = config.backends.emplace_back();
      other.name = "cloud-b";
      other.models = {{"huge", "huge-2026"}};
      other.default_model = "huge";
      other.max_output_tokens = 4'096;
    }
    std::array<PriceOverride, 2> prices;
    prices[0].model = "big-2026";
    prices[1].model = "huge-2026";
    for (PriceOverride& price : prices) {
      price.usd_per_million_input = {2'000'000'000};
      price.usd_per_million_output = {10'000'000'000};
      price.source = "test";
      price.as_of = "2026-01-01";
    }
    auto snapshot =
        std::make_shared<Snapshot>(Snapshot{std::move(config),
                                            std::move(Teams::create(std::move(teams)).value()),
                                            std::move(PriceTable::create(prices).value()),
                                            {},
                                            {},
                                            {},
                                            {},
                                            {}});
    snapshot->add({&local_, nullptr, nullptr, "weir", nullptr, {{"tiny", "tiny"}}});
    snapshot->add({&cloud_, nullptr, &snapshot->config.backends[0], "openai"});
    if (other_cloud) {
      snapshot->add({&other_cloud_, nullptr, &snapshot->config.backends[1], "openai"});
    }
    snapshot_ = snapshot;
    gateway_ = std::make_unique<Gateway>(
        Services{system_clock(), *ledger_, metrics_, permits_, limits_}, snapshot_, nullptr, ids_);
  }

  // From now on every request leaves a receipt, on a disk that works while `sync` says so.
  void begin_receipts(WithoutReceipt on_failure, std::function<bool(int)> sync) {
    ReceiptLogOptions options;
    options.chain.folder = dir_.path();
    options.chain.sync = std::move(sync);
    receipts_ = std::move(*ReceiptLog::open(std::move(options)));
    snapshot_->config.receipts.on_failure = on_failure;
    gateway_ = std::make_unique<Gateway>(
        Services{system_clock(), *ledger_, metrics_, permits_, limits_, receipts_.get()}, snapshot_,
        nullptr, ids_);
  }
  // The receipts so far, as they stand in their file.
  std::vector<std::string> receipt_lines() const {
    std::vector<std::string> lines;
    const Result<void> read =
        for_each_receipt(receipt_files(dir_.path()), [&](std::string_view line) {
          lines.emplace_back(line);
          return true;
        });
    return read ? lines : std::vector<std::string>{};
  }

  Answer ask(const std::string& body, const std::string& extra_fields = {}) {
    return post("/v1/chat/completions", body, extra_fields);
  }
  Answer post(const std::string& target, const std::string& body,
              const std::string& extra_fields = {}) {
    return ask_raw("POST " + target + " HTTP/1.1\r\nhost: x\r\n" + extra_fields +
                   "content-length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }

  // The answer to a request of which only the head matters; none if it is let in.
  std::optional<Response> admit(std::string text) {
    FakeExchange exchange(thread_, std::move(text));
    return gateway_->admit(exchange.head());
  }

  // The answer to what the server refuses by itself.
  Response refusal(std::string text, int status, const Error& error) {
    FakeExchange exchange(thread_, std::move(text));
    return gateway_->refusal(exchange.head(), status, error);
  }

  // What is left of the team's month.
  NanoUsd left(std::string_view team) {
    for (const TeamBudget& each : limits_.teams()) {
      if (each.team == team) return each.budget.left();
    }
    return {};
  }

  bool takes_receipts() const { return receipts_->accepts(); }
  bool ready() const { return gateway_->ready(); }

  // The only row in the ledger, as JSON.
  std::string row() {
    ledger_->close();
    return why(dir_.path() + "/ledger.db", ledger_->last_id()).value();
  }

  std::function<void()> at_commit;  // on the ledger's thread, before anybody is told of it
  std::size_t client_leaves_at = std::string::npos;  // once it has that many bytes of an answer

  ScriptedBackend local_;
  ScriptedBackend cloud_;
  ScriptedBackend other_cloud_;
  LimitBook limits_;
  Metrics metrics_;

  // The answer to a head and body as they stand here.
  Answer ask_raw(std::string text) {
    FakeExchange exchange(thread_, std::move(text));
    exchange.leaves_at = client_leaves_at;
    bool done = false;
    net::co_spawn(context_, gateway_->handle(exchange), [&](std::exception_ptr) { done = true; });
    const auto work = net::make_work_guard(context_);
    context_.restart();
    while (!done) context_.run_one();
    return {exchange.status, exchange.headers, exchange.answer};
  }

 private:
  TempDir dir_;
  net::io_context context_{1};
  DeadlineWheel wheel_;
  IoThread thread_{context_, wheel_, system_clock()};
  std::unique_ptr<Ledger> ledger_;  // these two complete on the context: they end before it
  std::unique_ptr<ReceiptLog> receipts_;
  std::shared_ptr<Snapshot> snapshot_;
  PermitIssuer permits_;
  RequestIdSource ids_{1};
  std::unique_ptr<Gateway> gateway_;
};

inline std::string asking(const std::string& model, bool stream = false) {
  return R"({"model":")" + model + R"(","stream":)" + (stream ? "true" : "false") +
         R"(,"messages":[{"role":"user","content":"Say hello."}]})";
}

inline bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace weir
