#include "router/application.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include "core/disk.h"
#include "metrics/app_log.h"
#include "metrics/ledger.h"
#include "metrics/metrics.h"
#include "metrics/request_log.h"
#include "policies/permit_issuer.h"
#include "router/admin.h"
#include "router/body_log.h"
#include "router/gateway.h"
#include "router/http/server.h"
#include "router/io_threads.h"
#include "router/kv_persistence.h"
#include "router/local_models.h"
#include "router/receipts.h"
#include "router/sandbox/sandbox.h"
#include "router/snapshot.h"
#include "router/version.h"
#include "router/welcome.h"

namespace weir {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr std::size_t kMaxExplainedBytes = 8'388'608;

// A core file would hold keys and prompts, and so would another process of the
// same user that attaches to this one.
void keep_memory_private() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0);
}

// Every client and every upstream connection is a descriptor.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

Result<void> make_state_dir(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) {
    return Error{ErrorCode::kInvalidConfig, "state_dir " + path + ": " + error.message()};
  }
  return {};
}

std::size_t thread_count(const Config& config) {
  if (config.server.threads > 0) return static_cast<std::size_t>(config.server.threads);
  return std::max(1u, std::thread::hardware_concurrency());
}

HttpLimits limits_of(const ServerConfig& server) {
  HttpLimits limits;
  limits.request.head_bytes = static_cast<std::size_t>(server.max_head_bytes);
  limits.request.header_count = static_cast<std::size_t>(server.max_headers);
  limits.request.body_bytes = static_cast<std::size_t>(server.max_body_bytes);
  limits.connections = static_cast<std::size_t>(server.max_connections);
  limits.header_timeout = milliseconds(server.header_timeout_ms);
  limits.body_timeout = milliseconds(server.body_timeout_ms);
  limits.idle_timeout = milliseconds(server.idle_timeout_ms);
  limits.write_timeout = milliseconds(server.write_timeout_ms);
  return limits;
}

Result<std::shared_ptr<const TlsServerContext>> load_tls(const TlsConfig& tls) {
  if (!tls.enabled()) return std::shared_ptr<const TlsServerContext>();
  return TlsServerContext::load(tls.certificate, tls.key);
}

Result<ListenOptions> data_listener(const ServerConfig& server) {
  Result<std::shared_ptr<const TlsServerContext>> tls = load_tls(server.tls);
  if (!tls) return tls.error();
  const ListenAddress address = parse_listen(server.listen).value_or(ListenAddress{});
  return ListenOptions{address.host, address.port, limits_of(server), *tls};
}

ListenOptions admin_listener(const ServerConfig& server) {
  const ListenAddress address = parse_listen(server.admin_listen).value_or(ListenAddress{});
  ListenOptions options{address.host, address.port, {}, nullptr};
  options.limits.connections = 64;
  options.limits.request.body_bytes = kMaxExplainedBytes;
  return options;
}

std::vector<IoThread*> all_of(IoThreads& threads) {
  std::vector<IoThread*> all;
  all.reserve(threads.size());
  for (std::size_t i = 0; i < threads.size(); ++i) all.push_back(&threads.at(i));
  return all;
}

std::vector<TeamCap> caps_of(const Config& config) {
  std::vector<TeamCap> caps;
  caps.reserve(config.teams.size());
  for (const Team& team : config.teams) caps.push_back({team.name, team.monthly_budget});
  return caps;
}

double since(std::uint64_t now, std::uint64_t before) { return static_cast<double>(now - before); }

UpstreamPoolState pool_state(const OpenAiCompatible& remote) {
  const ConnectionCounts& now = remote.connections();
  return {static_cast<std::size_t>(std::max<std::int64_t>(0, now.idle)),
          static_cast<std::size_t>(std::max<std::int64_t>(0, now.busy)),
          !remote.available(system_clock().now())};
}

// What was checked against one address must not be served on another: a new
// address, or TLS on or off, takes a restart.
Result<void> same_listeners(const ServerConfig& wanted, const ServerConfig& bound) {
  if (wanted.listen == bound.listen && wanted.admin_listen == bound.admin_listen &&
      wanted.tls.enabled() == bound.tls.enabled()) {
    return {};
  }
  return Error{ErrorCode::kInvalidConfig,
               "server: listen, admin_listen and whether there is TLS change on restart only"};
}

// A message of several lines, one finding each.
void log_lines(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    log_error(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

Result<void> confine(const Config& config, const std::vector<std::string>& files_read) {
  const Result<SandboxState> state = enter_sandbox(config, files_read);
  if (!state) return state.error();
  if (config.server.sandbox == Sandbox::kOff) {
    log_info("sandbox: off");
  } else if (state->gaps.empty()) {
    log_info("sandbox: " + to_text(*state));
  } else {
    log_warning("sandbox: " + to_text(*state));
  }
  return {};
}

void log_notes(const Config& config) {
  for (const std::string& note : config.notes) log_info(note);
}

}  // namespace

// In the order of their making; destroyed from the last to the first.
struct Application::Parts {
  ServeOptions options;
  std::unique_ptr<Metrics> metrics;
  std::unique_ptr<RequestLog> log;
  LocalArchive archive;
  std::shared_ptr<KvDisk> kv_disk;  // the same
  std::unique_ptr<ModelStore> store;
  std::unique_ptr<IoThreads> threads;
  std::unique_ptr<Ledger> ledger;
  std::unique_ptr<ReceiptLog> receipts;  // null: not enabled
  std::unique_ptr<BodyStore> bodies;
  std::unique_ptr<RequestIdSource> ids;
  PermitIssuer permits;
  BudgetBook budgets;
  ModelStore::Models models;  // of the store, as configured
  std::unique_ptr<Gateway> gateway;
  std::unique_ptr<AdminHandler> admin;
  std::unique_ptr<HttpServer> data_server;
  std::unique_ptr<HttpServer> admin_server;
  std::mutex scrape_mutex;
  HttpStats counted;  // what the metrics already know
  KvDiskCounts counted_kv_disk;
  ReceiptCounts counted_receipts;
  BodyCounts counted_bodies;
  std::uint64_t counted_log_drops = 0;
  std::uint64_t counted_refused_permits = 0;
  net::io_context signals_context{1};
  net::signal_set signals{signals_context};

  Result<void> build(Config config, const std::vector<std::string>& files_read);
  Result<void> open_ledger(const Config& config);
  Result<void> restore_budgets();
  Result<void> listen(const ServerConfig& server);
  void refresh_gauges();
  void reload();
  Result<void> swap_models(Config config, std::shared_ptr<const TlsServerContext> tls);
  Result<void> swap_config();
  bool drain();
};

Result<void> Application::Parts::open_ledger(const Config& config) {
  LedgerOptions ledger_options;
  ledger_options.path = config.ledger.path;
  ledger_options.queue_capacity = static_cast<std::size_t>(config.ledger.queue_capacity);
  ledger_options.commit_delay = std::chrono::microseconds(config.ledger.commit_delay_us);
  ledger_options.retention_days = config.ledger.retention_days;
  ledger_options.on_batch = [this](const LedgerBatch& batch) { metrics->observe_batch(batch); };
  Result<std::unique_ptr<Ledger>> opened = Ledger::open(std::move(ledger_options));
  if (!opened) return opened.error();
  ledger = std::move(*opened);
  if (const std::uint64_t recovered = ledger->stats().recovered; recovered > 0) {
    log_warning("ledger: " + std::to_string(recovered) +
                " reservations of an earlier process were settled at their bound");
  }
  ids = std::make_unique<RequestIdSource>(std::random_device()(), ledger->last_id());
  return {};
}

Result<void> Application::Parts::listen(const ServerConfig& server) {
  Result<ListenOptions> data = data_listener(server);
  if (!data) return data.error();
  auto data_opened = HttpServer::listen(*threads, std::move(*data), *gateway);
  if (!data_opened) return data_opened.error();
  auto admin_opened = HttpServer::listen(*threads, admin_listener(server), *admin);
  if (!admin_opened) return admin_opened.error();
  data_server = std::move(*data_opened);
  admin_server = std::move(*admin_opened);
  return {};
}

Result<void> Application::Parts::build(Config config, const std::vector<std::string>& files_read) {
  set_log_level(config.log.level);
  log_notes(config);
  if (const Result<void> made = make_state_dir(config.state_dir); !made) return made;
  // Before there is a thread: Landlock holds for the one that asks and those it starts.
  if (const Result<void> entered = confine(config, files_read); !entered) return entered;
  const auto max_labels = static_cast<std::size_t>(config.metrics.max_label_values);
  metrics = std::make_unique<Metrics>(MetricsOptions{max_labels, std::string(kVersion)});
  Result<std::unique_ptr<RequestLog>> opened_log = RequestLog::open({config.log.file});
  if (!opened_log) return opened_log.error();
  log = std::move(*opened_log);
  if (const Result<void> opened = open_ledger(config); !opened) return opened;
  Result<std::unique_ptr<ReceiptLog>> opened_receipts = open_receipts(config);
  if (!opened_receipts) return opened_receipts.error();
  receipts = std::move(*opened_receipts);
  bodies = make_body_store(config);
  use_teams(*bodies, config);
  threads = std::make_unique<IoThreads>(thread_count(config));
  store = std::make_unique<ModelStore>(count_loads(*metrics));
  kv_disk = make_kv_disk(config);
  use_kv_disk(*kv_disk, config);
  archive = archive_in(kv_disk);
  auto prepared = prepare_local_models(*store, config.local, metrics.get(), archive);
  if (!prepared) return prepared.error();
  models = std::move(*prepared);
  store->use(models, store_limits(config.local));
  auto snapshot = make_snapshot(std::move(config), *store, models, all_of(*threads));
  if (!snapshot) return snapshot.error();
  metrics->count_reload(true, system_clock().unix_ms());
  budgets.set_caps(caps_of((*snapshot)->config));
  if (const Result<void> restored = restore_budgets(); !restored) return restored;
  const Services services{system_clock(), *ledger,        *metrics,    permits,
                          budgets,        receipts.get(), bodies.get()};
  gateway = std::make_unique<Gateway>(services, *snapshot, log.get(), *ids);
  admin = std::make_unique<AdminHandler>(*metrics, *gateway, *store, [this] { refresh_gauges(); });
  return listen((*snapshot)->config.server);
}

// Called by scrapes, on any I/O thread.
void Application::Parts::refresh_gauges() {
  const std::lock_guard lock(scrape_mutex);
  HttpStats stats = data_server->stats();
  metrics->set(Gauge::kConnectionsOpen, static_cast<double>(stats.open_connections));
  metrics->count(Counter::kConnectionsAccepted, since(stats.accepted, counted.accepted));
  metrics->count(Counter::kConnectionsRefused, since(stats.accept_pauses, counted.accept_pauses));
  metrics->count(Counter::kLogDropped, since(log->dropped(), counted_log_drops));
  for (const auto& [code, count] : stats.refusals) {
    for (std::uint64_t i = counted.refusals[code]; i < count; ++i) metrics->count_refusal(code);
  }
  metrics->count(Counter::kEgressPrivate, since(permits.refused(), counted_refused_permits));
  counted_refused_permits = permits.refused();
  counted = std::move(stats);
  counted_log_drops = log->dropped();
  const std::shared_ptr<const Snapshot> snapshot = gateway->snapshot();
  show_local_models(*store, *metrics);
  counted_kv_disk.show(*kv_disk, *metrics);
  counted_receipts.show(receipts.get(), *metrics);
  counted_bodies.show(*bodies, *metrics);
  for (const std::unique_ptr<OpenAiCompatible>& remote : snapshot->remotes) {
    metrics->set_upstream_pool(remote->name(), pool_state(*remote));
  }
  metrics->set(Gauge::kReady, gateway->ready() ? 1 : 0);
  metrics->set_ledger(ledger->stats());
  for (const TeamBudget& each : budgets.all(system_clock().unix_ms())) {
    if (!each.capped) continue;
    metrics->set_budget(each.team, each.budget.cap, each.budget.settled, each.budget.reserved);
  }
}

// What was spent this month before this process began.
Result<void> Application::Parts::restore_budgets() {
  const std::int64_t now = system_clock().unix_ms();
  const Result<std::vector<TeamSpend>> spent = ledger->spend_since(month_begin(now));
  if (!spent) return spent.error();
  for (const TeamSpend& each : *spent) budgets.restore(each.team, each.settled, now);
  return {};
}

Result<void> Application::Parts::swap_config() {
  Result<Config> config = load_config(options.config_path, system_environment(), system_disk());
  if (!config) return config.error();
  const std::shared_ptr<const Snapshot> old = gateway->snapshot();
  if (const Result<void> same = same_listeners(config->server, old->config.server); !same) {
    return same.error();
  }
  if (const Result<void> reached = check_reach(*config); !reached) return reached.error();
  Result<std::shared_ptr<const TlsServerContext>> tls = load_tls(config->server.tls);
  if (!tls) return tls.error();
  const Result<void> swapped = swap_models(std::move(*config), *tls);
  // What was loaded in vain goes again.
  if (!swapped) store->use(models, store_limits(old->config.local));
  return swapped;
}

// Models of the old configuration that are not in the new one go with their last request.
Result<void> Application::Parts::swap_models(Config config,
                                             std::shared_ptr<const TlsServerContext> tls) {
  auto prepared = prepare_local_models(*store, config.local, metrics.get(), archive);
  if (!prepared) return prepared.error();
  auto snapshot = make_snapshot(std::move(config), *store, *prepared, all_of(*threads));
  if (!snapshot) return snapshot.error();
  if (tls != nullptr) data_server->set_tls(tls);
  log_notes((*snapshot)->config);
  budgets.set_caps(caps_of((*snapshot)->config));
  use_kv_disk(*kv_disk, (*snapshot)->config);
  use_teams(*bodies, (*snapshot)->config);
  gateway->use(*snapshot);
  models = std::move(*prepared);
  store->use(models, store_limits((*snapshot)->config.local));
  return {};
}

void Application::Parts::reload() {
  const Result<void> swapped = swap_config();
  metrics->count_reload(swapped.has_value(), system_clock().unix_ms());
  if (swapped) {
    log_info("reloaded the configuration; limits, threads and log file change on restart");
  } else {
    log_error("reload failed, the old configuration goes on serving");
    log_lines(swapped.error().message);
  }
}

bool Application::Parts::drain() {
  const milliseconds timeout(gateway->snapshot()->config.server.drain_timeout_ms);
  log_info("draining: no new connections, requests in flight may end");
  gateway->set_draining();
  data_server->begin_drain();
  const bool ended = data_server->wait_closed(timeout);
  if (!ended) log_warning("drain timeout: closing the connections that are left");
  data_server->close_all();
  admin_server->close_all();
  if (receipts != nullptr) receipts->close();
  bodies->close();
  ledger->close();
  return ended;
}

Application::Application(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

// The servers go while their threads still run: they wait for their connections.
Application::~Application() {
  parts_->admin_server.reset();  // first: a scrape looks at the other
  parts_->data_server.reset();
  if (parts_->receipts != nullptr) parts_->receipts->close();
  if (parts_->ledger != nullptr) parts_->ledger->close();
  if (parts_->threads != nullptr) parts_->threads->stop();
}

Result<std::unique_ptr<Application>> Application::start(ServeOptions options) {
  keep_memory_private();
  raise_descriptor_limit();
  RecordedDisk disk(system_disk());
  Result<Config> config = load_config(options.config_path, system_environment(), disk);
  if (!config) return config.error();
  std::unique_ptr<Application> application(new Application(std::make_unique<Parts>()));
  Parts& parts = *application->parts_;
  parts.options = std::move(options);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) parts.signals.add(signal);
  if (const auto built = parts.build(std::move(*config), disk.paths()); !built) {
    return built.error();
  }
  parts.threads->start();
  parts.data_server->start();
  parts.admin_server->start();
  welcome(*parts.gateway->snapshot(), parts.data_server->port(), parts.admin_server->port(),
          parts.options.print_curl);
  return application;
}

bool Application::run() {
  while (true) {
    int received = 0;
    parts_->signals.async_wait(
        [&](const boost::system::error_code&, int signal) { received = signal; });
    parts_->signals_context.restart();
    parts_->signals_context.run();
    if (received != SIGHUP) return parts_->drain();
    parts_->reload();
  }
}

std::optional<std::string> default_config_path() {
  constexpr const char* kBeside = "config.toml";
  if (const auto named = system_environment()("WEIR_CONFIG")) return named;
  std::error_code error;
  if (fs::exists(kBeside, error)) return kBeside;
  return std::nullopt;
}

}  // namespace weir
