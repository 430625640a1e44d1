// The folder of a KvDisk while it is used: its teams, the files that are there, and the limit.
//
// Thread-safe: what blocks is done without the lock, so asking what is there never waits for
// the disk.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/result.h"
#include "local_backend/kv_disk/kv_disk.h"
#include "local_backend/kv_disk/kv_file.h"
#include "local_backend/kv_disk/kv_index.h"
#include "local_backend/kv_disk/kv_keys.h"
#include "local_backend/kv_disk/private_folder.h"

namespace weir {

class KvShelf;

class KvDiskTeamFiles final : public KvTeam {
 public:
  KvDiskTeamFiles(std::shared_ptr<KvShelf> shelf, std::string salt, KvKeys keys,
                  PrivateFile folder);

  KvName root(std::string_view model) const override;
  KvName name_of(const KvPlace& place) const override;
  bool has(const KvName& name) const override;
  bool write(const KvPlace& place, const KvContents& contents, KvUse use) override;
  bool read(const KvPlace& place, const KvRoom& room) override;
  void touch(const KvName& name, KvUse use) override;

  const std::string& salt() const { return salt_; }
  const std::string& folder_name() const { return keys_.folder(); }
  int folder() const { return folder_.get(); }

 private:
  const std::shared_ptr<KvShelf> shelf_;
  const std::string salt_;
  const KvKeys keys_;
  const PrivateFile folder_;
};

class KvShelf : public std::enable_shared_from_this<KvShelf> {
 public:
  explicit KvShelf(KvDiskOptions options) : options_(std::move(options)) {}

  void use(const std::vector<KvDiskTeam>& teams, std::uint64_t max_bytes);
  // Deletes nothing; teams that somebody still has find nothing and keep nothing any more.
  void close();
  bool in_use() const;
  std::shared_ptr<KvTeam> team(std::string_view salt) const;
  KvDiskStats stats() const;

 private:
  friend class KvDiskTeamFiles;
  using Team = std::shared_ptr<KvDiskTeamFiles>;
  using Teams = std::vector<Team>;
  struct Doomed {
    Team team;
    KvName name;
  };

  Result<Teams> open(const std::vector<KvDiskTeam>& wanted);
  Result<void> open_folder();
  Result<void> open_secret();
  void delete_others(const Teams& teams);
  void delete_everything();
  static KvIndex listed(const Teams& teams);
  static void unlink_all(const std::vector<Doomed>& doomed);

  bool has(const KvName& name) const;
  bool make_room(const KvDiskTeamFiles& team, std::uint64_t bytes, std::int64_t order);
  bool disk_has_room(const KvDiskTeamFiles& team, std::uint64_t bytes);
  std::vector<Doomed> doom_until(std::uint64_t bytes, std::int64_t order);  // holding the lock
  std::size_t place_of(const KvDiskTeamFiles& team) const;                  // holding the lock
  void note_written(const KvDiskTeamFiles& team, const KvName& name, KvIndex::File file);
  void note_read(std::uint64_t bytes);
  void touch(const KvName& name, std::int64_t order);
  void forget(const KvName& name);
  void refuse(const KvDiskTeamFiles& team, const KvName& name, KvFileProblem problem);
  void fail(const std::string& what);

  const KvDiskOptions options_;
  mutable std::mutex mutex_;
  Teams teams_;                  // under mutex_
  KvIndex index_;                // the same
  std::uint64_t max_bytes_ = 0;  // the same
  KvDiskStats stats_;            // the same: but for what the index knows
  SteadyTime rests_until_{};     // the same: of writes, after a failure

  std::mutex use_mutex_;  // one use() at a time
  PrivateFile folder_;    // under use_mutex_
  PrivateFile secret_;    // the same: locked as long as it is open
};

// As a file is called.
std::string hex_of(const KvName& name);
// nullopt for what is no name.
std::optional<KvName> name_from_hex(std::string_view text);

// The secret of a folder; empty if there is none that is its owner's alone. Wipe it.
std::string read_kv_secret(int folder);

}  // namespace weir
