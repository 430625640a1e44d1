#include "local_backend/kv_disk/kv_shelf.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <system_error>
#include <utility>

#include "core/hex.h"
#include "local_backend/steady_now.h"

namespace weir {
namespace {

constexpr const char* kSecretName = "secret";
constexpr std::size_t kSecretBytes = 32;
constexpr std::uint64_t kLeftFree = 20;  // one part of so many of the file system
constexpr std::chrono::seconds kRest{60};
constexpr std::size_t kNowhere = SIZE_MAX;

std::string reason() { return std::error_code(errno, std::generic_category()).message(); }

Error unusable(const std::string& what) {
  return {ErrorCode::kStorage, what + ": " + reason(), "kv_persist"};
}

bool write_secret(int folder) {
  unsigned char secret[kSecretBytes];
  if (RAND_bytes(secret, kSecretBytes) != 1) return false;
  const std::string part = std::string(kSecretName) + std::string(kPartSuffix);
  const PrivateFile file = create_private(folder, part);
  const bool written =
      file.get() >= 0 && ::write(file.get(), secret, kSecretBytes) == kSecretBytes &&
      ::fsync(file.get()) == 0 && ::renameat(folder, part.c_str(), folder, kSecretName) == 0;
  OPENSSL_cleanse(secret, kSecretBytes);
  return written;
}

}  // namespace

std::string read_kv_secret(int folder) {
  const PrivateFile file = open_private(folder, kSecretName);
  if (file.get() < 0) return {};
  std::string secret(kSecretBytes + 1, '\0');
  const ssize_t size = ::read(file.get(), secret.data(), secret.size());
  if (size != static_cast<ssize_t>(kSecretBytes)) return {};
  secret.resize(kSecretBytes);
  return secret;
}

std::string hex_of(const KvName& name) { return to_hex(name); }

std::optional<KvName> name_from_hex(std::string_view text) {
  KvName name{};
  if (!from_hex(text, name) || hex_of(name) != text) return std::nullopt;
  return name;
}

void KvShelf::use(const std::vector<KvDiskTeam>& wanted, std::uint64_t max_bytes) {
  const std::lock_guard use_lock(use_mutex_);
  Teams teams;
  if (wanted.empty()) {
    delete_everything();
  } else if (auto opened = open(wanted)) {
    teams = std::move(*opened);
  } else {
    options_.log("kv_persist: nothing is kept on disk: " + opened.error().message);
  }
  KvIndex index = listed(teams);  // what is written right now is seen the next time
  std::vector<Doomed> doomed;
  {
    const std::lock_guard lock(mutex_);
    max_bytes_ = max_bytes;
    rests_until_ = {};
    index_ = std::move(index);
    teams_ = std::move(teams);
    doomed = doom_until(0, INT64_MAX);
  }
  unlink_all(doomed);
}

void KvShelf::close() {
  const std::lock_guard use_lock(use_mutex_);
  secret_ = PrivateFile();
  folder_ = PrivateFile();
  const std::lock_guard lock(mutex_);
  index_ = KvIndex();
  teams_.clear();
}

Result<KvShelf::Teams> KvShelf::open(const std::vector<KvDiskTeam>& wanted) {
  if (const Result<void> opened = open_folder(); !opened) return opened.error();
  std::string secret = read_kv_secret(folder_.get());
  Teams teams;
  teams.reserve(wanted.size());
  for (const KvDiskTeam& each : wanted) {
    if (each.salt.empty()) continue;
    auto keys = KvKeys::derive(std::as_bytes(std::span(secret)), each.name);
    if (!keys) return Error{ErrorCode::kStorage, "no keys can be made"};
    PrivateFile folder = private_folder(folder_.get(), keys->folder());
    if (folder.get() < 0) return unusable("the folder of a team");
    teams.push_back(std::make_shared<KvDiskTeamFiles>(shared_from_this(), each.salt,
                                                      std::move(*keys), std::move(folder)));
  }
  OPENSSL_cleanse(secret.data(), secret.size());
  delete_others(teams);
  return teams;
}

Result<void> KvShelf::open_folder() {
  secret_ = PrivateFile();
  folder_ = private_folder(AT_FDCWD, options_.folder);
  if (folder_.get() < 0) return unusable(options_.folder);
  std::string secret = read_kv_secret(folder_.get());
  const bool there = !secret.empty();
  OPENSSL_cleanse(secret.data(), secret.size());
  if (!there) {
    delete_others({});  // of a secret that is lost, or that others could read
    if (!write_secret(folder_.get())) return unusable("the secret of " + options_.folder);
  }
  return open_secret();
}

Result<void> KvShelf::open_secret() {
  secret_ = open_private(folder_.get(), kSecretName);
  if (secret_.get() < 0) return unusable("the secret of " + options_.folder);
  if (::flock(secret_.get(), LOCK_EX | LOCK_NB) == 0) return {};
  return Error{ErrorCode::kStorage, "another process uses " + options_.folder};
}

void KvShelf::delete_others(const Teams& teams) {
  std::vector<std::string> others;
  for_each_name(folder_.get(), [&](const std::string& name) {
    const bool own = std::any_of(teams.begin(), teams.end(),
                                 [&](const Team& team) { return team->folder_name() == name; });
    if (!own && name != kSecretName) others.push_back(name);
  });
  bool gone = true;
  for (const std::string& name : others) gone = remove_folder(folder_.get(), name) && gone;
  if (!gone) options_.log("kv_persist: cannot delete all that is in " + options_.folder);
}

// What a configuration without any such team leaves of an earlier one.
void KvShelf::delete_everything() {
  secret_ = PrivateFile();
  folder_ =
      PrivateFile(::open(options_.folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (folder_.get() < 0) return;
  delete_others({});
  ::unlinkat(folder_.get(), kSecretName, 0);
  folder_ = PrivateFile();
  ::unlinkat(AT_FDCWD, options_.folder.c_str(), AT_REMOVEDIR);
  options_.log("kv_persist: no team keeps prefixes, so those of " + options_.folder +
               " were deleted");
}

KvIndex KvShelf::listed(const Teams& teams) {
  KvIndex index;
  const std::int64_t latest = order_of(KvUse{std::time(nullptr) + 1, 0});
  for (std::size_t i = 0; i < teams.size(); ++i) {
    const int folder = teams[i]->folder();
    for_each_name(folder, [&](const std::string& text) {
      const auto name = name_from_hex(text);
      struct stat status{};
      if (!name || ::fstatat(folder, text.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
        if (text.ends_with(kPartSuffix)) ::unlinkat(folder, text.c_str(), 0);
        return;
      }
      index.add(*name, {i, static_cast<std::uint64_t>(status.st_size),
                        std::min(order_of(status.st_mtim), latest)});
    });
  }
  return index;
}

void KvShelf::unlink_all(const std::vector<Doomed>& doomed) {
  for (const Doomed& each : doomed) {
    ::unlinkat(each.team->folder(), hex_of(each.name).c_str(), 0);
  }
}

bool KvShelf::in_use() const {
  const std::lock_guard lock(mutex_);
  return !teams_.empty();
}

std::shared_ptr<KvTeam> KvShelf::team(std::string_view salt) const {
  const std::lock_guard lock(mutex_);
  for (const Team& team : teams_) {
    if (team->salt() == salt) return team;
  }
  return nullptr;
}

KvDiskStats KvShelf::stats() const {
  const std::lock_guard lock(mutex_);
  KvDiskStats stats = stats_;
  stats.files = index_.files();
  stats.bytes = index_.bytes();
  return stats;
}

bool KvShelf::has(const KvName& name) const {
  const std::lock_guard lock(mutex_);
  return index_.has(name);
}

std::size_t KvShelf::place_of(const KvDiskTeamFiles& team) const {
  for (std::size_t i = 0; i < teams_.size(); ++i) {
    if (teams_[i].get() == &team) return i;
  }
  return kNowhere;
}

// Until there is room for so many bytes more, or what is left is worth as much.
std::vector<KvShelf::Doomed> KvShelf::doom_until(std::uint64_t bytes, std::int64_t order) {
  std::vector<Doomed> doomed;
  while (index_.bytes() + bytes > max_bytes_) {
    const auto first = index_.first();
    if (!first || first->second.order >= order) break;
    doomed.push_back({teams_[first->second.team], first->first});
    index_.remove(first->first);
    ++stats_.evicted_files;
  }
  return doomed;
}

bool KvShelf::make_room(const KvDiskTeamFiles& team, std::uint64_t bytes, std::int64_t order) {
  std::vector<Doomed> doomed;
  {
    const std::lock_guard lock(mutex_);
    if (steady_now() < rests_until_ || place_of(team) == kNowhere) return false;
    doomed = doom_until(bytes, order);
    if (index_.bytes() + bytes > max_bytes_) bytes = 0;
  }
  unlink_all(doomed);
  return bytes != 0 && disk_has_room(team, bytes);
}

// A cache must not be what fills the disk of the ledger.
bool KvShelf::disk_has_room(const KvDiskTeamFiles& team, std::uint64_t bytes) {
  struct statvfs disk{};
  if (::fstatvfs(team.folder(), &disk) != 0) return false;
  const std::uint64_t blocks = bytes / disk.f_frsize + 1;
  if (disk.f_bavail >= disk.f_blocks / kLeftFree + blocks) return true;
  fail("the disk of " + options_.folder + " is nearly full");
  return false;
}

void KvShelf::note_written(const KvDiskTeamFiles& team, const KvName& name, KvIndex::File file) {
  const std::lock_guard lock(mutex_);
  ++stats_.written_files;
  stats_.written_bytes += file.bytes;
  file.team = place_of(team);
  if (file.team != kNowhere) index_.add(name, file);
}

void KvShelf::note_read(std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  ++stats_.read_files;
  stats_.read_bytes += bytes;
}

void KvShelf::touch(const KvName& name, std::int64_t order) {
  const std::lock_guard lock(mutex_);
  index_.touch(name, order);
}

void KvShelf::forget(const KvName& name) {
  const std::lock_guard lock(mutex_);
  index_.remove(name);
}

void KvShelf::refuse(const KvDiskTeamFiles& team, const KvName& name, KvFileProblem problem) {
  ::unlinkat(team.folder(), hex_of(name).c_str(), 0);
  {
    const std::lock_guard lock(mutex_);
    index_.remove(name);
    ++stats_.refused_files;
  }
  const bool old = problem == KvFileProblem::kOtherVersion;
  options_.log("kv_persist: deleted " + options_.folder + "/" + team.folder_name() + "/" +
               hex_of(name) + (old ? ": it is of another version" : ": it is damaged"));
}

void KvShelf::fail(const std::string& what) {
  {
    const std::lock_guard lock(mutex_);
    ++stats_.failures;
    if (steady_now() < rests_until_) return;
    rests_until_ = steady_now() + kRest;
  }
  options_.log("kv_persist: nothing is written for a minute: " + what);
}

}  // namespace weir
