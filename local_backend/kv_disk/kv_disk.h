// The KvArchive of a process: prefixes of those teams that want it, in a folder of its own.
//
//   FOLDER/secret             32 random bytes, from which all keys are made
//   FOLDER/<team>/<place>     one file a page (kv_file.h); both names are keyed
//
// A cache and no more: what is damaged, of another version or in the way of the limit is
// deleted, with a line in the log where somebody should know, and read anew one day. No
// file is synced, so a power cut damages some. A disk that fails or is nearly full is left
// alone for a while. One process at a time has the folder; what a person deletes meanwhile
// is missed by nobody.
//
// Thread-safe. Its teams may outlive it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "local_backend/kv_cache/kv_archive.h"

namespace weir {

struct KvDiskOptions {
  std::string folder;
  // For people, a line each. May be called from any thread.
  std::function<void(const std::string&)> log = [](const std::string&) {};
};

struct KvDiskTeam {
  std::string salt;  // the cache_salt of its requests
  std::string name;
};

struct KvDiskStats {
  std::size_t files = 0;
  std::uint64_t bytes = 0;
  // Since the process began.
  std::uint64_t written_files = 0;
  std::uint64_t written_bytes = 0;
  std::uint64_t read_files = 0;
  std::uint64_t read_bytes = 0;
  std::uint64_t evicted_files = 0;  // for the limit
  std::uint64_t refused_files = 0;  // damaged, or of another version
  std::uint64_t failures = 0;       // of the disk
};

// What is there of a team, for people.
struct KvDiskReport {
  std::string team;  // empty: of one that is not among those asked for
  std::string folder;
  std::size_t files = 0;
  std::uint64_t bytes = 0;
  std::int64_t used_unix_s = 0;  // last
};

class KvShelf;

class KvDisk final : public KvArchive {
 public:
  explicit KvDisk(KvDiskOptions options);
  ~KvDisk() override;
  KvDisk(const KvDisk&) = delete;
  KvDisk& operator=(const KvDisk&) = delete;

  // These are kept from now on, in so many bytes; whatever others have there is deleted, the
  // secret too if there are none. Blocking. A folder that cannot be used keeps nothing, and
  // the log says why.
  void use(const std::vector<KvDiskTeam>& teams, std::uint64_t max_bytes);

  bool in_use() const override;
  std::shared_ptr<KvTeam> team(std::string_view salt) override;
  std::string digest(const std::vector<std::span<const std::byte>>& pieces,
                     const std::function<bool()>& stop) override;

  KvDiskStats stats() const;

  // What stands in a folder, whoever uses it now: a line for each of the teams, and one for
  // each folder of none of them.
  static std::vector<KvDiskReport> report(const std::string& folder,
                                          const std::vector<std::string>& teams);
  // Deletes the files of a team; of all if its name is empty. False if some are left. Who uses
  // the folder now does not mind.
  static bool clear(const std::string& folder, const std::string& team);

 private:
  const std::shared_ptr<KvShelf> shelf_;
};

}  // namespace weir
