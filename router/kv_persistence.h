// What the local models have read and keep on disk, for teams that want it.
#pragma once

#include <memory>
#include <string>

#include "local_backend/kv_disk/kv_disk.h"
#include "metrics/metrics.h"
#include "router/config.h"
#include "router/local_models.h"

namespace weir {

// Where it is.
std::string kv_folder_of(const Config& config);

// Not used yet. Writes to the log.
std::shared_ptr<KvDisk> make_kv_disk(const Config& config);

// Keeps what a configuration says from now on, and deletes what it does not. Blocking.
void use_kv_disk(KvDisk& disk, const Config& config);

// For the local models. Of no use if this program cannot be told from others, which might
// compute other bits.
LocalArchive archive_in(std::shared_ptr<KvDisk> disk);

// Shows a disk in the metrics. One thread at a time.
class KvDiskCounts {
 public:
  void show(const KvDisk& disk, Metrics& metrics);

 private:
  KvDiskStats counted_;
};

}  // namespace weir
