#include "metrics/metrics.h"

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "tests/metrics/ledger_fixture.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using namespace testing;

LedgerRow cloud_row() {
  LedgerRow r = row(id_at(kNoonMs), Route::kCloud, NanoUsd{2'500'000'000});
  r.requested_model = "auto";
  r.provider = "openai";
  r.stream = true;
  r.ttft_us = 500'000;
  r.usage = {100, 50, 20, 5, 21, 10, false};
  return r;
}

bool has(const Metrics& metrics, const std::string& line) {
  return metrics.exposition().find(line + "\n") != std::string::npos;
}

std::size_t lines_with(const Metrics& metrics, const std::string& text) {
  const std::string all = metrics.exposition();
  std::size_t count = 0;
  for (auto at = all.find(text); at != std::string::npos; at = all.find(text, at + 1)) ++count;
  return count;
}

TEST_CASE("The engine's steps and requests are counted", "[metrics]") {
  Metrics metrics;
  metrics.engine().observe(EngineStepSample{0.02, 3, 10, 8, 3});
  metrics.engine().observe(
      EngineRequestSample{EngineOutcome::kFinished, 0.5, 1, 11, 100, 90, 64, 2, 2.1, 0.8});
  metrics.engine().observe(EngineRequestSample{EngineOutcome::kRejected});
  CHECK(has(metrics, "weir_engine_steps_total 1"));
  CHECK(has(metrics, "weir_engine_prompt_tokens_total 8"));
  CHECK(has(metrics, "weir_engine_prefix_tokens_total{result=\"hit\"} 90"));
  CHECK(has(metrics, "weir_engine_prefix_tokens_total{result=\"miss\"} 10"));
  CHECK(has(metrics, "weir_engine_prefix_disk_tokens_total 64"));
  CHECK(has(metrics, "weir_engine_output_tokens_total 3"));
  CHECK(has(metrics, "weir_engine_batch_sequences_bucket{le=\"3\"} 1"));
  CHECK(has(metrics, "weir_engine_batch_tokens_sum 10"));
  CHECK(has(metrics, "weir_engine_step_seconds_bucket{le=\"0.025\"} 1"));
  CHECK(has(metrics, "weir_engine_queue_wait_seconds_count 1"));
  CHECK(has(metrics, "weir_engine_time_per_output_token_seconds_sum 0.1"));
  CHECK(has(metrics, "weir_engine_forecast_ratio_bucket{part=\"prompt\",le=\"1.1\"} 1"));
  CHECK(has(metrics, "weir_engine_forecast_ratio_bucket{part=\"prompt\",le=\"1\"} 0"));
  CHECK(has(metrics, "weir_engine_forecast_ratio_sum{part=\"answer\"} 1.25"));
  CHECK(has(metrics, "weir_engine_requests_total{outcome=\"finished\"} 1"));
  CHECK(has(metrics, "weir_engine_requests_total{outcome=\"rejected\"} 1"));
  CHECK(has(metrics, "weir_engine_requests_total{outcome=\"cancelled\"} 0"));
}

TEST_CASE("One model is told at a time, its foreign name as valid text of bounded length",
          "[metrics]") {
  Metrics metrics;
  metrics.engine().set({std::string(500, 'n') + "\xff", "llama", "12ab", 1e6, 512, 0.25});
  CHECK(lines_with(metrics, "weir_engine_model_info{") == 1);
  CHECK(has(metrics, "weir_engine_model_info{architecture=\"llama\",hash=\"12ab\",model=\"" +
                         std::string(128, 'n') + "\"} 1"));
  metrics.engine().set({"other", "qwen3", "34cd", 2e6, 1024, 0.5});
  CHECK(lines_with(metrics, "weir_engine_model_info{") == 1);
  CHECK(has(metrics, "weir_engine_model_load_seconds 0.5"));
  metrics.engine().set({});
  CHECK(lines_with(metrics, "weir_engine_model_info{") == 0);
}

TEST_CASE("A request is counted by team, route, reason and class of status", "[metrics]") {
  Metrics metrics;
  metrics.count(cloud_row());
  metrics.count(cloud_row());
  CHECK(has(metrics,
            R"(weir_requests_total{code="2xx",reason="hard",route="cloud",team="search"} 2)"));
  CHECK(has(metrics, R"(weir_cost_usd_total{model="gpt-5.4",team="search"} 5)"));
}

TEST_CASE("Tokens are observed by type under OpenTelemetry's names", "[metrics]") {
  Metrics metrics;
  metrics.count(cloud_row());
  const auto sum = [](const std::string& type) {
    return R"(gen_ai_client_token_usage_sum{gen_ai_operation_name="chat",)"
           R"(gen_ai_original_model="auto",gen_ai_provider_name="openai",)"
           R"(gen_ai_request_model="gpt-5.4",)"
           R"(gen_ai_token_type=")" +
           type + "\"}";
  };
  CHECK(has(metrics, sum("input") + " 175"));
  CHECK(has(metrics, sum("cached_input") + " 50"));
  CHECK(has(metrics, sum("cache_creation_input") + " 25"));
  CHECK(has(metrics, sum("output") + " 21"));
  CHECK(has(metrics, sum("reasoning") + " 10"));
  CHECK(lines_with(metrics, "gen_ai_server_time_to_first_token_seconds_count{") == 1);
  CHECK(lines_with(metrics, "gen_ai_server_time_per_output_token_seconds_sum{") == 1);
}

TEST_CASE("Only a stream has a time to first token and a time per output token", "[metrics]") {
  const bool stream = GENERATE(true, false);
  CAPTURE(stream);
  Metrics metrics;
  LedgerRow r = cloud_row();
  r.stream = stream;
  metrics.count(r);
  const std::string labels = R"({gen_ai_operation_name="chat",gen_ai_original_model="auto",)"
                             R"(gen_ai_provider_name="openai",gen_ai_request_model="gpt-5.4"})";
  const std::string count = stream ? " 1" : " 0";
  CHECK(has(metrics, "gen_ai_server_time_to_first_token_seconds_count" + labels + count));
  CHECK(has(metrics, "gen_ai_server_time_per_output_token_seconds_count" + labels + count));
}

TEST_CASE("Tokens thought in secret do not make those behind the first byte look fast",
          "[metrics]") {
  Metrics metrics;
  LedgerRow r = cloud_row();
  r.stream = true;
  r.usage.output_tokens = 21;
  r.usage.reasoning_tokens = 10;
  r.ttft_us = 1'000'000;
  r.duration_us = 2'000'000;
  r.shows_reasoning = GENERATE(false, true);
  metrics.count(r);
  const std::string labels = R"({gen_ai_operation_name="chat",gen_ai_original_model="auto",)"
                             R"(gen_ai_provider_name="openai",gen_ai_request_model="gpt-5.4"})";
  CHECK(has(metrics, "gen_ai_server_time_per_output_token_seconds_sum" + labels +
                         (r.shows_reasoning ? " 0.05" : " 0.1")));
}

TEST_CASE("Savings and extra cost are two counters, because a counter never falls", "[metrics]") {
  Metrics metrics;
  LedgerRow r = cloud_row();
  r.saved = NanoUsd{-500'000'000};
  metrics.count(r);
  CHECK(has(metrics, R"(weir_extra_cost_usd_total{route="cloud",team="search"} 0.5)"));
  CHECK(has(metrics, R"(weir_saved_usd_total{route="cloud",team="search"} 0)"));
}

TEST_CASE("A request without a price is counted, not priced at zero", "[metrics]") {
  Metrics metrics;
  LedgerRow r = cloud_row();
  r.cost.reset();
  metrics.count(r);
  CHECK(has(metrics, R"(weir_unpriced_requests_total{model="gpt-5.4"} 1)"));
}

TEST_CASE("Names beyond the cap become _other", "[metrics]") {
  MetricsOptions options;
  options.max_label_values = 3;
  Metrics metrics(options);
  for (int i = 0; i < 500; ++i) {
    LedgerRow r = cloud_row();
    r.team = "team-" + std::to_string(i);
    r.model = "model-" + std::to_string(i);
    metrics.count(r);
  }
  CHECK(lines_with(metrics, "weir_requests_total{") == 4);
  CHECK(has(metrics,
            R"(weir_requests_total{code="2xx",reason="hard",route="cloud",team="_other"} 497)"));
}

TEST_CASE("A model name that nobody serves is no label", "[metrics]") {
  Metrics metrics;
  LedgerRow r = row(id_at(kNoonMs), Route::kNone, NanoUsd{0});
  r.model.clear();
  r.requested_model = "made-up-by-a-client";
  r.error_code = "model_not_found";
  metrics.count(r);
  CHECK(lines_with(metrics, "made-up-by-a-client") == 0);
  CHECK(lines_with(metrics, R"(error_type="model_not_found")") > 0);
}

TEST_CASE("Hostile names cannot break the exposition", "[metrics]") {
  Metrics metrics;
  LedgerRow r = cloud_row();
  r.team = "a\"b\\c\nd\xff" + std::string(5'000, 'x');
  metrics.count(r);
  const std::string text = metrics.exposition();
  CHECK(text.find("team=\"a\\\"b\\\\c\\nd\xef\xbf\xbdxx") != std::string::npos);
  CHECK(text.find(std::string(200, 'x')) == std::string::npos);
}

TEST_CASE("Gauges go up and down, and the ledger's counters follow it", "[metrics]") {
  Metrics metrics;
  metrics.set(Gauge::kConnectionsOpen, 5);
  metrics.add(Gauge::kConnectionsOpen, -2);
  CHECK(has(metrics, "weir_connections_open 3"));
  LedgerStats stats;
  stats.rows = 7;
  stats.state = LedgerState::kSyncFailed;
  metrics.set_ledger(stats);
  stats.rows = 9;
  metrics.set_ledger(stats);
  CHECK(has(metrics, "weir_ledger_rows_total 9"));
  CHECK(has(metrics, R"(weir_ledger_state{state="sync-failed"} 1)"));
  CHECK(has(metrics, R"(weir_ledger_state{state="healthy"} 0)"));
  CHECK(has(metrics, "weir_egress_private_total 0"));
}

TEST_CASE("The books' conservation is a gauge, and reservations are counted by state",
          "[metrics]") {
  Metrics metrics;
  CHECK(has(metrics, "weir_ledger_imbalance 0"));
  LedgerStats stats;
  stats.accepted = 10;
  stats.settled = 6;
  stats.released = 1;
  stats.open = 3;
  metrics.set_ledger(stats);
  CHECK(has(metrics, "weir_ledger_imbalance 0"));
  CHECK(has(metrics, R"(weir_ledger_reservations_total{state="accepted"} 10)"));
  CHECK(has(metrics, R"(weir_ledger_reservations_total{state="settled"} 6)"));
  CHECK(has(metrics, R"(weir_ledger_reservations_total{state="released"} 1)"));
  CHECK(has(metrics, "weir_ledger_open_reservations 3"));
  stats.settled = 4;
  metrics.set_ledger(stats);
  CHECK(has(metrics, "weir_ledger_imbalance 2"));
}

TEST_CASE("Wasted local work and confidence are counted by what became of the answer",
          "[metrics]") {
  Metrics metrics;
  CHECK(has(metrics, "weir_wasted_local_seconds_total 0"));
  LedgerRow r = cloud_row();
  r.confidence = 0.25;
  r.escalated = true;
  r.reason = Reason::kLowConfidence;
  r.wasted_local_us = 1'500'000;
  metrics.count(r);
  CHECK(has(metrics, "weir_wasted_local_seconds_total 1.5"));
  CHECK(has(metrics, R"(weir_escalations_total{reason="low-confidence"} 1)"));
  CHECK(has(metrics, R"(weir_local_confidence_bucket{outcome="escalated",le="0.2"} 0)"));
  CHECK(has(metrics, R"(weir_local_confidence_bucket{outcome="escalated",le="0.3"} 1)"));
  CHECK(has(metrics, R"(weir_local_confidence_count{outcome="kept"} 0)"));
}

TEST_CASE("Broken answers are counted by their fault and by who saw them", "[metrics]") {
  Metrics metrics;
  metrics.count_answer_fault("broken-call", false);
  metrics.count_answer_fault("broken-call", true);
  metrics.count_answer_fault("broken-call", true);
  const std::string text = metrics.exposition();
  const std::string name = R"(weir_local_answer_faults_total{fault="broken-call",outcome=")";
  CHECK(text.find(name + "withheld\"} 1") != std::string::npos);
  CHECK(text.find(name + "shown\"} 2") != std::string::npos);
}

TEST_CASE("Checks of JSON from outside are counted by backend and outcome", "[metrics]") {
  MetricsOptions options;
  options.max_label_values = 1;
  Metrics metrics(options);
  metrics.count_schema_check("openai", "right");
  metrics.count_schema_check("openai", "right");
  metrics.count_schema_check("openai", "withheld");
  const std::string text = metrics.exposition();
  const std::string name = R"(weir_schema_checks_total{backend="openai",outcome=")";
  CHECK(text.find(name + "right\"} 2") != std::string::npos);
  CHECK(text.find(name + "withheld\"} 1") != std::string::npos);
}

TEST_CASE("A budget is shown by team, and those beyond the cap are summed", "[metrics]") {
  MetricsOptions options;
  options.max_label_values = 1;
  Metrics metrics(options);
  const NanoUsd dollar{1'000'000'000};
  for (int times = 0; times < 2; ++times) {
    metrics.set_budgets(std::array<BudgetState, 3>{{
        {"search", {10 * dollar.value}, {3 * dollar.value}, dollar},
        {"ads", dollar, dollar, {}},
        {"maps", dollar, {}, {}},
    }});
  }
  CHECK(has(metrics, R"(weir_budget_usd{kind="cap",team="search"} 10)"));
  CHECK(has(metrics, R"(weir_budget_usd{kind="settled",team="search"} 3)"));
  CHECK(has(metrics, R"(weir_budget_usd{kind="reserved",team="search"} 1)"));
  CHECK(has(metrics, R"(weir_budget_usd{kind="cap",team="_other"} 2)"));
  CHECK(has(metrics, R"(weir_budget_usd{kind="settled",team="_other"} 1)"));
}

TEST_CASE("Backends and budgets that a reload took away are shown no longer", "[metrics]") {
  Metrics metrics{MetricsOptions()};
  const NanoUsd dollar{1'000'000'000};
  metrics.set_upstream_pools(std::array<UpstreamPoolState, 2>{{{"a", 1, 2, true}, {"b", 3, 0}}});
  metrics.set_budgets(std::array<BudgetState, 2>{{{"search", dollar}, {"ads", dollar}}});
  CHECK(has(metrics, R"(weir_upstream_breaker_open{backend="a"} 1)"));
  metrics.set_upstream_pools(std::array<UpstreamPoolState, 1>{{{"b", 2, 1}}});
  metrics.set_budgets(std::array<BudgetState, 1>{{{"ads", dollar}}});
  const std::string text = metrics.exposition();
  CHECK(text.find(R"(backend="a")") == std::string::npos);
  CHECK(text.find(R"(team="search")") == std::string::npos);
  CHECK(has(metrics, R"(weir_upstream_connections{backend="b",state="idle"} 2)"));
  CHECK(has(metrics, R"(weir_budget_usd{kind="cap",team="ads"} 1)"));
}

// Everything once, as a scrape of a busy server has it.
std::string full_exposition() {
  MetricsOptions options;
  options.version = "0.1.0";
  Metrics metrics(options);
  metrics.count(cloud_row());
  LedgerRow failed = cloud_row();
  failed.error_code = "deadline";
  failed.escalated = true;
  failed.cost.reset();
  metrics.count(failed);
  metrics.count_refusal("http_bad_chunk");
  metrics.set_upstream_pools(std::array<UpstreamPoolState, 1>{{{"openai", 3, 2, true}}});
  metrics.set_ledger({});
  metrics.set_budgets(
      std::array<BudgetState, 1>{{{"search", {5'000'000'000}, {1'000'000'000}, {}}}});
  metrics.count_limit_denial("team:search", "requests_per_minute");
  metrics.count_budget_warning("team:search", "monthly_budget_usd", 80);
  metrics.count_redactions("email", 1);
  metrics.count_schema_check("openai", "right");
  metrics.observe_batch({64, 0.004, true});
  metrics.count_reload(true, kNoonMs);
  return metrics.exposition();
}

TEST_CASE("promtool finds nothing to complain about", "[metrics]") {
  if (std::system("command -v promtool >/dev/null 2>&1") != 0) {
    WARN("skipped: promtool is not installed");
    return;
  }
  const TempDir dir;
  std::ofstream(dir.file("metrics.txt")) << full_exposition();
  const std::string command = "promtool check metrics <" + dir.file("metrics.txt") + " 2>&1";
  CHECK(std::system(command.c_str()) == 0);
}

// The exit status of the board's check against an exposition.
int check_board(const std::string& exposition) {
  const TempDir dir;
  std::ofstream(dir.file("metrics.txt")) << exposition;
  const std::string root = WEIR_SOURCE_DIR;
  const std::string command = "python3 " + root + "/tools/check_dashboard.py " + root +
                              "/deploy/grafana/weir.json " + dir.file("metrics.txt") +
                              " >/dev/null";
  return WEXITSTATUS(std::system(command.c_str()));
}

TEST_CASE("The dashboard shows only metrics that exist", "[metrics]") {
  if (std::system("command -v python3 >/dev/null 2>&1") != 0) {
    WARN("skipped: python3 is not installed");
    return;
  }
  const std::string exposition = full_exposition();
  CHECK(check_board(exposition) == 0);
  std::ifstream board(WEIR_SOURCE_DIR "/deploy/grafana/weir.json");
  const std::string text{std::istreambuf_iterator<char>(board), {}};
  for (const char* series : {"weir_budget_usd", "weir_ledger_imbalance",
                             "weir_wasted_local_seconds_total", "weir_local_confidence_bucket",
                             "weir_escalations_total", "weir_ledger_reservations_total"}) {
    CAPTURE(series);
    CHECK(text.find(series) != std::string::npos);
  }
  CHECK(check_board("") == 1);
  std::string renamed = exposition;
  for (auto at = renamed.find("weir_ready"); at != std::string::npos;
       at = renamed.find("weir_ready", at)) {
    renamed.replace(at, 10, "weir_redey");
  }
  CHECK(check_board(renamed) == 1);
}

}  // namespace
}  // namespace weir
