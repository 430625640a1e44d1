#include "router/kv_persistence.h"

#include <utility>
#include <vector>

#include "local_backend/gguf/mapped_file.h"
#include "metrics/app_log.h"
#include "router/cache_salt.h"

namespace weir {
std::string kv_folder_of(const Config& config) { return config.state_dir + "/kv_cache"; }

std::shared_ptr<KvDisk> make_kv_disk(const Config& config) {
  return std::make_shared<KvDisk>(
      KvDiskOptions{kv_folder_of(config), [](const std::string& line) { log_warning(line); }});
}

void use_kv_disk(KvDisk& disk, const Config& config) {
  std::vector<KvDiskTeam> teams;
  for (const Team& team : config.teams) {
    if (team.kv_persist) teams.push_back({cache_salt_of(team.name), team.name});
  }
  disk.use(teams, static_cast<std::uint64_t>(config.local.kv_persist_mb) * kMebibyte);
}

LocalArchive archive_in(std::shared_ptr<KvDisk> disk) {
  const auto program = MappedFile::open("/proc/self/exe");
  if (!program) return {};
  std::string digest = disk->digest({program->bytes()}, [] { return false; });
  if (digest.empty()) return {};
  return {std::move(disk), std::move(digest)};
}

void KvDiskCounts::show(const KvDisk& disk, Metrics& metrics) {
  const KvDiskStats now = disk.stats();
  metrics.set(Gauge::kKvDiskFiles, static_cast<double>(now.files));
  metrics.set(Gauge::kKvDiskBytes, static_cast<double>(now.bytes));
  metrics.count(Counter::kKvDiskWritten, increase(now.written_bytes, counted_.written_bytes));
  metrics.count(Counter::kKvDiskRead, increase(now.read_bytes, counted_.read_bytes));
  metrics.count(Counter::kKvDiskEvictions, increase(now.evicted_files, counted_.evicted_files));
  metrics.count(Counter::kKvDiskRefused, increase(now.refused_files, counted_.refused_files));
  metrics.count(Counter::kKvDiskFailures, increase(now.failures, counted_.failures));
  counted_ = now;
}

}  // namespace weir
