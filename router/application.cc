#include "router/application.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <boost/asio/signal_set.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
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
#include "policies/calendar.h"
#include "policies/limit_book.h"
#include "policies/permit_issuer.h"
#include "router/admin.h"
#include "router/body_log.h"
#include "router/gateway.h"
#include "router/http/server.h"
#include "router/io_threads.h"
#include "router/key_admin.h"
#include "router/key_store.h"
#include "router/kv_persistence.h"
#include "router/limit_watch.h"
#include "router/local_models.h"
#include "router/receipts.h"
#include "router/sandbox/sandbox.h"
#include "router/snapshot.h"
#include "router/state_dir.h"
#include "router/version.h"
#include "router/welcome.h"

namespace weir {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr std::size_t kMaxExplainedBytes = 8'388'608;
constexpr std::chrono::seconds kLookAfterInterval{1};

// A core file would hold keys and prompts, and so would another process of the
// same user that attaches to this one.
void keep_memory_private() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0);
}

// Every client and every upstream connection is a descriptor. Returns how many there may be.
std::uint64_t raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

void warn_of_few(std::uint64_t descriptors, const ServerConfig& server) {
  if (descriptors >= static_cast<std::uint64_t>(server.max_connections)) return;
  log_warning("only " + std::to_string(descriptors) +
              " file descriptors (ulimit -n) for [server] max_connections = " +
              std::to_string(server.max_connections) + " and their upstreams");
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

std::vector<TeamLimits> limits_of(const std::vector<Team>& teams) {
  std::vector<TeamLimits> limits;
  limits.reserve(teams.size());
  for (const Team& team : teams) limits.push_back({team.name, team});
  return limits;
}

// Whom anybody may ask must not be reached by everybody.
Result<void> check_openness(const Snapshot& snapshot, const KeyRing& keys) {
  const std::string& listen = snapshot.config.server.listen;
  const ListenAddress address = parse_listen(listen).value_or(ListenAddress{});
  if (address.loopback || !snapshot.teams.anonymous(keys)) return {};
  return Error{ErrorCode::kInvalidConfig,
               "server.listen: " + listen +
                   " is beyond loopback, so the [[team]] needs a key: weir keys create"};
}

// Nobody can ask in their names.
void name_teams_without_keys(const Snapshot& snapshot, const KeyRing& keys) {
  if (snapshot.teams.anonymous(keys)) return;
  for (const Team& team : snapshot.teams.all()) {
    const bool has_stored = std::any_of(keys.all().begin(), keys.all().end(),
                                        [&](const ApiKey& key) { return key.team == team.name; });
    if (!team.keys.empty() || has_stored) continue;
    log_warning("team " + team.name + " has no key yet: weir keys create --team " + team.name);
  }
}

UpstreamPoolState pool_state(const RemoteBackend& remote) {
  const ConnectionCounts& now = remote.connections();
  return {remote.name(), static_cast<std::size_t>(std::max<std::int64_t>(0, now.idle)),
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
  std::unique_ptr<LimitWatch> limit_watch;
  LimitBook limits;
  ModelStore::Models models;  // of the store, as configured
  std::unique_ptr<Gateway> gateway;
  std::unique_ptr<KeyStore> key_store;
  std::int64_t key_store_version = 0;
  net::thread_pool disk_pool{1};  // what the admin listener waits for
  std::unique_ptr<KeyAdmin> key_admin;
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
  std::uint64_t told_pauses = 0;  // of accepting, that the log tells of
  SteadyTime next_telling;
  net::io_context signals_context{1};
  net::signal_set signals{signals_context};

  Result<void> build(Config config, const std::vector<std::string>& files_read);
  Result<void> open_ledger(const Config& config);
  Result<void> use_limits(const Config& config, bool at_start);
  Result<void> open_keys(const Snapshot& snapshot);
  void look_after();
  void warn_of_pauses();
  Result<void> listen(const ServerConfig& server);
  void refresh_gauges();
  void reload();
  Result<void> swap_models(Config config, std::shared_ptr<const TlsServerContext> tls);
  Result<void> swap_config();
  int wait_for_signal();
  bool drain();
};

Result<void> Application::Parts::open_ledger(const Config& config) {
  LedgerOptions ledger_options;
  ledger_options.path = config.ledger.path;
  ledger_options.queue_capacity = static_cast<std::size_t>(config.ledger.queue_capacity);
  ledger_options.retention_days = config.ledger.retention_days;
  // On the ledger's own thread alone.
  ledger_options.on_batch = [this, works = true](const LedgerBatch& batch) mutable {
    metrics->observe_batch(batch);
    if (batch.ok == std::exchange(works, batch.ok)) return;
    if (batch.ok) return log_info("ledger: can be written again");
    log_error("ledger: cannot be written: paid requests are refused, rows wait");
  };
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
  limit_watch = std::make_unique<LimitWatch>(*metrics);
  limits.observe(limit_watch->observer());
  if (const Result<void> used = use_limits((*snapshot)->config, true); !used) return used;
  const Services services{system_clock(), *ledger,        *metrics,    permits,
                          limits,         receipts.get(), bodies.get()};
  gateway = std::make_unique<Gateway>(services, *snapshot, log.get(), *ids);
  if (const Result<void> opened = open_keys(**snapshot); !opened) return opened;
  admin = std::make_unique<AdminHandler>(*metrics, *gateway, *store, *key_admin,
                                         [this] { refresh_gauges(); });
  return listen((*snapshot)->config.server);
}

// Called by scrapes, on any I/O thread.
void Application::Parts::refresh_gauges() {
  const std::lock_guard lock(scrape_mutex);
  HttpStats stats = data_server->stats();
  metrics->set(Gauge::kConnectionsOpen, static_cast<double>(stats.open_connections));
  metrics->count(Counter::kConnectionsAccepted, increase(stats.accepted, counted.accepted));
  metrics->count(Counter::kAcceptPauses, increase(stats.accept_pauses, counted.accept_pauses));
  metrics->count(Counter::kLogDropped, increase(log->dropped(), counted_log_drops));
  for (const auto& [code, count] : stats.refusals) {
    for (std::uint64_t i = counted.refusals[code]; i < count; ++i) metrics->count_refusal(code);
  }
  metrics->count(Counter::kEgressPrivate, increase(permits.refused(), counted_refused_permits));
  counted_refused_permits = permits.refused();
  counted = std::move(stats);
  counted_log_drops = log->dropped();
  const std::shared_ptr<const Snapshot> snapshot = gateway->snapshot();
  show_local_models(*store, *metrics);
  counted_kv_disk.show(*kv_disk, *metrics);
  counted_receipts.show(receipts.get(), *metrics);
  counted_bodies.show(*bodies, *metrics);
  std::vector<UpstreamPoolState> pools;
  for (const std::unique_ptr<RemoteBackend>& remote : snapshot->remotes) {
    pools.push_back(pool_state(*remote));
  }
  metrics->set_upstream_pools(pools);
  metrics->set(Gauge::kReady, gateway->ready() ? 1 : 0);
  metrics->set_ledger(ledger->stats());
  const std::vector<TeamBudget> teams = limits.teams();
  std::vector<BudgetState> budgets;
  for (const TeamBudget& each : teams) {
    if (!each.capped) continue;
    budgets.push_back({each.team, each.budget.cap, each.budget.settled, each.budget.reserved});
  }
  metrics->set_budgets(budgets);
}

// What was spent this month before this process began, or before a limit was there, is in
// the ledger.
Result<void> Application::Parts::use_limits(const Config& config, bool at_start) {
  const std::vector<std::string> fresh = limits.use(config.limits, limits_of(config.teams));
  if (!at_start && fresh.empty()) return {};
  const std::int64_t now = system_clock().unix_ms();
  const Result<std::vector<SpendSum>> sums = ledger->spend_since(month_begin(now), day_begin(now));
  if (!sums) return sums.error();
  std::vector<Spend> spends;
  spends.reserve(sums->size());
  for (const SpendSum& sum : *sums) {
    spends.push_back({sum.team, sum.key_id, sum.end_user, sum.model, sum.lately, sum.since});
  }
  if (at_start) {
    limits.restore(spends);
  } else {
    limits.restore(spends, fresh);
  }
  return {};
}

Result<void> Application::Parts::open_keys(const Snapshot& snapshot) {
  Result<std::unique_ptr<KeyStore>> opened = KeyStore::open(key_store_path(snapshot.config));
  if (!opened) return opened.error();
  key_store = std::move(*opened);
  key_admin = std::make_unique<KeyAdmin>(*key_store, *gateway, disk_pool, system_clock());
  const Result<std::int64_t> version = key_store->version();
  if (!version) return version.error();
  key_store_version = *version;
  if (const Result<void> read = key_admin->refresh(); !read) return read;
  name_teams_without_keys(snapshot, *gateway->keys());
  return check_openness(snapshot, *gateway->keys());
}

// Once a second, on the thread that waits for signals: it may wait for disk and log.
void Application::Parts::look_after() {
  limit_watch->write_log();
  warn_of_pauses();
  const Result<std::int64_t> version = key_store->version();
  if (!version || *version == key_store_version) return;
  if (const Result<void> read = key_admin->refresh(); !read) {
    log_error("keys: " + read.error().message);
    return;
  }
  key_store_version = *version;
  log_info("keys: took over what another process has changed");
}

// Once a minute at most.
void Application::Parts::warn_of_pauses() {
  const std::uint64_t pauses = data_server->stats().accept_pauses;
  const SteadyTime now = system_clock().now();
  if (pauses == told_pauses || now < next_telling) return;
  told_pauses = pauses;
  next_telling = now + std::chrono::minutes(1);
  log_warning("new connections wait: max_connections is reached, or there are no descriptors left");
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
  if (const Result<void> closed = check_openness(**snapshot, *gateway->keys()); !closed) {
    return closed;
  }
  if (const Result<void> used = use_limits((*snapshot)->config, false); !used) return used;
  if (tls != nullptr) data_server->set_tls(tls);
  log_notes((*snapshot)->config);
  use_kv_disk(*kv_disk, (*snapshot)->config);
  use_teams(*bodies, (*snapshot)->config);
  gateway->use(*snapshot);
  models = std::move(*prepared);
  store->use(models, store_limits((*snapshot)->config.local));
  return {};
}

void Application::Parts::reload() {
  if (const Result<void> opened = log->reopen(); !opened) log_error(opened.error().message);
  const Result<void> swapped = swap_config();
  metrics->count_reload(swapped.has_value(), system_clock().unix_ms());
  if (swapped) {
    log_info("reloaded the configuration; listeners, threads and files change on restart");
  } else {
    log_error("reload failed, the old configuration goes on serving");
    log_lines(swapped.error().message);
  }
}

int Application::Parts::wait_for_signal() {
  int received = 0;
  signals.async_wait([&](const boost::system::error_code&, int signal) { received = signal; });
  while (received == 0) {
    signals_context.restart();
    signals_context.run_one_for(kLookAfterInterval);
    look_after();
  }
  return received;
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
  parts_->disk_pool.join();
  if (parts_->receipts != nullptr) parts_->receipts->close();
  if (parts_->ledger != nullptr) parts_->ledger->close();
  if (parts_->threads != nullptr) parts_->threads->stop();
}

Result<std::unique_ptr<Application>> Application::start(ServeOptions options) {
  keep_memory_private();
  const std::uint64_t descriptors = raise_descriptor_limit();
  RecordedDisk disk(system_disk());
  Result<Config> config = load_config(options.config_path, system_environment(), disk);
  if (!config) return config.error();
  warn_of_few(descriptors, config->server);
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
  const std::shared_ptr<const Snapshot> snapshot = parts.gateway->snapshot();
  const bool open = snapshot->teams.anonymous(*parts.gateway->keys());
  const CurlLine curl = open ? CurlLine::kWithoutKey : CurlLine::kWithKey;
  welcome(*snapshot, parts.data_server->port(), parts.admin_server->port(),
          parts.options.print_curl ? curl : CurlLine::kNone);
  return application;
}

bool Application::run() {
  while (true) {
    const int received = parts_->wait_for_signal();
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
