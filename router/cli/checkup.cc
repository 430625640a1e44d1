#include "router/cli/checkup.h"

#include <fcntl.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <system_error>

#include "cloud_adapters/wire/json_writer.h"
#include "core/clock.h"
#include "local_backend/mini/embedded_model.h"
#include "metrics/price_table.h"
#include "metrics/receipt_chain.h"
#include "router/body_log.h"
#include "router/sandbox/landlock.h"

namespace weir::cli {
namespace {

constexpr rlim_t kFewDescriptors = 4'096;
constexpr double kLittleDisk = 1e9;  // bytes
constexpr double kSlowSync = 0.05;   // seconds
constexpr int kSyncs = 9;
constexpr std::int64_t kSoonDays = 21;
constexpr std::int64_t kBuiltAfterMs = 1'767'225'600'000;  // 2026-01-01: no clock is older
constexpr mode_t kOthers = 077;

template <class... Values>
std::string format(const char* form, Values... values) {
  char text[256];
  std::snprintf(text, sizeof text, form, values...);
  return text;
}

bool readable(const std::string& path) { return ::access(path.c_str(), R_OK) == 0; }

class Checkup {
 public:
  explicit Checkup(const Config& config) : config_(config) {}

  Findings run() {
    check_sandbox();
    check_listeners();
    check_certificate();
    check_secrets();
    check_teams();
    check_receipts();
    check_bodies();
    check_models();
    check_prices();
    check_state_dir();
    check_limits();
    check_huge_pages();
    check_clock();
    return std::move(findings_);
  }

 private:
  void good(const char* topic, std::string text) { add(Severity::kGood, topic, std::move(text)); }
  void note(const char* topic, std::string text) { add(Severity::kNote, topic, std::move(text)); }
  void problem(const char* topic, std::string text) {
    add(Severity::kProblem, topic, std::move(text));
  }
  void add(Severity severity, const char* topic, std::string text) {
    findings_.push_back({severity, topic, std::move(text)});
  }

  // What the kernel offers; a server's log says what it has entered.
  void check_sandbox() {
    const int abi = landlock_abi();
    const bool filters = ::prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0;
    const bool complete = abi > 0 && filters;
    const std::string offer =
        "the kernel offers " +
        (abi > 0 ? "Landlock ABI " + std::to_string(abi) : std::string("no Landlock")) +
        (filters ? " and seccomp" : " and no seccomp");
    switch (config_.server.sandbox) {
      case Sandbox::kOff: return note("sandbox", "off; " + offer);
      case Sandbox::kAuto:
        return complete ? good("sandbox", "on; " + offer)
                        : note("sandbox", "on as far as can be; " + offer);
      case Sandbox::kRequired:
        return complete ? good("sandbox", "required; " + offer)
                        : problem("sandbox", "required, and " + offer);
    }
  }

  void check_listeners() {
    const ServerConfig& server = config_.server;
    const bool tls = server.tls.enabled();
    const bool beyond = !parse_listen(server.listen).value_or(ListenAddress{}).loopback;
    const std::string where = server.listen + (tls ? " with TLS" : " without TLS");
    if (beyond && !tls) {
      problem("listen", where + ", beyond loopback: keys and prompts cross the network readable");
    } else {
      good("listen", where);
    }
    const bool admin_beyond = !parse_listen(server.admin_listen).value_or(ListenAddress{}).loopback;
    if (admin_beyond) {
      problem("admin", server.admin_listen + ", beyond loopback and without TLS");
    } else {
      good("admin", server.admin_listen);
    }
  }

  void check_certificate() {
    const TlsConfig& tls = config_.server.tls;
    if (!tls.enabled()) return;
    check_private(tls.key, "tls", "the private key");
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(
        std::fopen(tls.certificate.c_str(), "re"), &std::fclose);
    if (file == nullptr) return problem("tls", tls.certificate + ": cannot be read");
    const std::unique_ptr<X509, void (*)(X509*)> certificate(
        PEM_read_X509(file.get(), nullptr, nullptr, nullptr), &X509_free);
    if (certificate == nullptr) return problem("tls", tls.certificate + ": holds no certificate");
    int days = 0;
    int seconds = 0;
    ASN1_TIME_diff(&days, &seconds, nullptr, X509_get0_notAfter(certificate.get()));
    const std::string text = tls.certificate + format(": good for %d days", days);
    if (days < 0 || seconds < 0) return problem("tls", tls.certificate + ": has run out");
    return days < kSoonDays ? note("tls", text) : good("tls", text);
  }

  // A secret that others on this machine can read is none.
  void check_private(const std::string& path, const char* topic, const char* what) {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) {
      return problem(topic, path + ": " + what + " cannot be read");
    }
    if ((status.st_mode & kOthers) != 0) {
      problem(topic, path + ": others can read " + what + ": chmod 600 it");
    }
  }

  void check_secrets() {
    for (const std::string& missing : config_.missing_secrets) {
      problem("secrets", missing + ": weir serve needs it");
    }
  }

  void check_teams() {
    std::size_t keys = 0;
    for (const Team& team : config_.teams) keys += team.keys.size();
    if (keys == 0 && config_.teams.size() > 1) {
      return note("teams",
                  format("%zu teams without keys in the configuration: who has none of the "
                         "key store (weir keys list) is refused",
                         config_.teams.size()));
    }
    if (keys == 0) {
      return note("teams", "no keys: everybody on this machine may ask");
    }
    good("teams", format("%zu teams with %zu keys", config_.teams.size(), keys));
  }

  void check_receipts() {
    if (!config_.receipts.enabled) return good("receipts", "off");
    const std::string key = receipt_key_path(config_.state_dir);
    const std::size_t files = receipt_files(config_.state_dir).size();
    if (readable(key)) {
      check_private(key, "receipts", "the key that signs receipts");
    } else if (files > 0) {
      return problem("receipts", key + ": the key of the receipts beside it cannot be read");
    }
    good("receipts", format("on, %zu files so far; weir audit verify checks them", files));
  }

  void check_bodies() {
    std::string names;
    for (const Team& team : config_.teams) {
      if (team.log_bodies) names.append(names.empty() ? "" : ", ").append(team.name);
    }
    const std::string path = bodies_path_of(config_);
    if (names.empty()) return good("bodies", "no team logs prompts or answers");
    note("bodies", "prompts and answers are kept in " + path + " of: " + names);
    if (readable(path)) check_private(path, "bodies", "logged bodies");
  }

  void check_model(const std::string& path) {
    if (path.empty() || path == kEmbeddedModel) return;
    if (!readable(path)) return problem("models", path + ": cannot be read");
    good("models", path);
  }

  void check_models() {
    check_model(config_.local.model);
    check_model(config_.local.draft_model);
    for (const LocalModelConfig& model : config_.local.models) {
      check_model(model.model);
      check_model(model.draft_model);
    }
  }

  bool is_priced(const PriceTable& table, const BackendConfig& backend, const ModelAlias& model) {
    const auto is_own = [&](const PriceConfig& price) { return price.model == model.upstream; };
    return std::any_of(config_.prices.begin(), config_.prices.end(), is_own) ||
           table.find(backend.provider, model.upstream) != nullptr;
  }

  // A model without a price is never asked by who has a budget.
  void check_prices() {
    const Result<PriceTable> table = PriceTable::create();
    if (!table) return problem("prices", table.error().message);
    const auto is_budget = [](const Limits& limits) {
      return limits.daily_budget || limits.monthly_budget;
    };
    const bool budgets = std::any_of(config_.teams.begin(), config_.teams.end(), is_budget) ||
                         std::any_of(config_.limits.begin(), config_.limits.end(), is_budget);
    std::string missing;
    for (const BackendConfig& backend : config_.backends) {
      if (backend.backend_class != BackendClass::kCloud) continue;
      for (const ModelAlias& model : backend.models) {
        if (is_priced(*table, backend, model)) continue;
        missing.append(missing.empty() ? "" : ", ").append(backend.name + "/" + model.upstream);
      }
    }
    if (missing.empty()) return good("prices", "every cloud model has one");
    if (budgets) {
      problem("prices", "none for " + missing + ": who has a budget is refused them");
    } else {
      note("prices", "none for " + missing + ": their cost is unknown");
    }
  }

  void check_state_dir() {
    const std::string& folder = config_.state_dir;
    struct stat status{};
    if (::stat(folder.c_str(), &status) != 0) return check_new_state_dir(folder);
    if ((status.st_mode & kOthers) != 0) {
      note("state_dir", folder + ": others on this machine can look into it: chmod 700 it");
    }
    struct statvfs space{};
    if (::statvfs(folder.c_str(), &space) == 0) {
      const double left = static_cast<double>(space.f_bavail) * static_cast<double>(space.f_frsize);
      const std::string text = folder + format(": %.1f GB are free", left / 1e9);
      left < kLittleDisk ? problem("state_dir", text) : good("state_dir", text);
    }
    check_sync(folder);
  }

  // It and what is missing on the way to it are made in the last folder that is there.
  void check_new_state_dir(const std::string& folder) {
    std::error_code ignored;
    std::filesystem::path above = std::filesystem::absolute(folder, ignored);
    while (above.has_relative_path() && !std::filesystem::exists(above, ignored)) {
      above = above.parent_path();
    }
    const bool usable =
        std::filesystem::is_directory(above, ignored) && ::access(above.c_str(), W_OK | X_OK) == 0;
    if (!usable) {
      return problem("state_dir", folder + ": cannot be made in " + above.string());
    }
    note("state_dir", folder + ": is not there yet; weir serve makes it");
  }

  // What every settled row and every receipt waits for.
  void check_sync(const std::string& folder) {
    std::string path = folder + "/.doctor-XXXXXX";
    const int file = ::mkostemp(path.data(), O_CLOEXEC);
    if (file < 0) return problem("state_dir", folder + ": cannot be written");
    ::unlink(path.c_str());
    std::array<double, kSyncs> seconds{};
    bool good_disk = true;
    for (double& each : seconds) {
      const auto begin = std::chrono::steady_clock::now();
      good_disk = good_disk && ::write(file, "weir", 4) == 4 && ::fdatasync(file) == 0;
      each = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    }
    ::close(file);
    if (!good_disk) return problem("disk", folder + ": the disk refuses to be synced");
    std::nth_element(seconds.begin(), seconds.begin() + kSyncs / 2, seconds.end());
    const double median = seconds[kSyncs / 2];
    const std::string text = format("a sync takes %.2f ms", median * 1e3);
    median > kSlowSync ? note("disk", text + ": every answer waits for one") : good("disk", text);
  }

  void check_limits() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    const auto most = static_cast<unsigned long long>(limit.rlim_max);
    const std::string text = format("%llu files and connections at most", most);
    if (limit.rlim_max < kFewDescriptors) {
      note("limits", text + ": raise LimitNOFILE");
    } else {
      good("limits", text);
    }
  }

  void check_huge_pages() {
    std::ifstream file("/sys/kernel/mm/transparent_hugepage/enabled");
    std::string line;
    if (!std::getline(file, line)) return;
    if (line.find("[never]") != std::string::npos) {
      note("memory", "transparent huge pages are off: local models read memory more slowly");
    } else {
      good("memory", "transparent huge pages: " + line);
    }
  }

  void check_clock() {
    if (system_clock().unix_ms() < kBuiltAfterMs) {
      return problem("clock", "is behind this program: budgets and receipts would be wrong");
    }
    timex state{};
    if (::adjtimex(&state) == TIME_ERROR || (state.status & STA_UNSYNC) != 0) {
      note("clock", "is not synchronised as far as the kernel knows");
    } else {
      good("clock", "is synchronised");
    }
  }

  const Config& config_;
  Findings findings_;
};

}  // namespace

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::kGood: return "good";
    case Severity::kNote: return "note";
    case Severity::kProblem: return "problem";
  }
  return "problem";
}

Findings checkup(const Config& config) { return Checkup(config).run(); }

bool has_problem(const Findings& findings) {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding& each) { return each.severity == Severity::kProblem; });
}

std::string findings_text(const Findings& findings) {
  std::string text;
  for (const Finding& each : findings) {
    constexpr std::string_view kMarks[] = {"", "! ", "!! "};
    text += format("%-10s", each.topic.c_str());
    text.append(kMarks[static_cast<std::size_t>(each.severity)]).append(each.text).append("\n");
  }
  return text;
}

std::string findings_json(const Findings& findings) {
  std::string text = "[";
  for (const Finding& each : findings) {
    if (text.size() > 1) text += ',';
    JsonObject object(&text);
    object.string("topic", each.topic);
    object.string("severity", to_string(each.severity));
    object.string("text", each.text);
    object.close();
  }
  return text + "]";
}

}  // namespace weir::cli
