#include "local_backend/kv_disk/kv_disk.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "local_backend/kv_disk/kv_shelf.h"

namespace weir {
namespace {

constexpr std::size_t kHashedAtOnce = std::size_t{16} << 20;

PrivateFile open_folder(int parent, const std::string& name) {
  return PrivateFile(
      ::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

// Folders and the teams whose they are; those of none have an empty name.
std::vector<KvDiskReport> folders_of(int folder, const std::vector<std::string>& teams) {
  std::vector<KvDiskReport> reports;
  std::string secret = read_kv_secret(folder);
  for (const std::string& team : teams) {
    const auto keys = KvKeys::derive(std::as_bytes(std::span(secret)), team);
    if (!secret.empty() && keys) reports.push_back({team, keys->folder()});
  }
  OPENSSL_cleanse(secret.data(), secret.size());
  for_each_name(folder, [&](const std::string& name) {
    const bool known = std::any_of(reports.begin(), reports.end(),
                                   [&](const KvDiskReport& each) { return each.folder == name; });
    if (!known && open_folder(folder, name).get() >= 0) reports.push_back({{}, name});
  });
  return reports;
}

}  // namespace

KvDisk::KvDisk(KvDiskOptions options) : shelf_(std::make_shared<KvShelf>(std::move(options))) {}
KvDisk::~KvDisk() { shelf_->close(); }

void KvDisk::use(const std::vector<KvDiskTeam>& teams, std::uint64_t max_bytes) {
  shelf_->use(teams, max_bytes);
}

bool KvDisk::in_use() const { return shelf_->in_use(); }

std::shared_ptr<KvTeam> KvDisk::team(std::string_view salt) { return shelf_->team(salt); }

KvDiskStats KvDisk::stats() const { return shelf_->stats(); }

std::string KvDisk::digest(const std::vector<std::span<const std::byte>>& pieces,
                           const std::function<bool()>& stop) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> hash(EVP_MD_CTX_new(),
                                                                     EVP_MD_CTX_free);
  if (hash == nullptr || EVP_DigestInit_ex(hash.get(), EVP_sha256(), nullptr) != 1) return {};
  for (std::span<const std::byte> piece : pieces) {
    const std::uint64_t size = piece.size();
    if (EVP_DigestUpdate(hash.get(), &size, sizeof size) != 1) return {};
    while (!piece.empty()) {
      const auto part = piece.first(std::min(piece.size(), kHashedAtOnce));
      if (stop() || EVP_DigestUpdate(hash.get(), part.data(), part.size()) != 1) return {};
      piece = piece.subspan(part.size());
    }
  }
  KvName digest{};
  auto* out = reinterpret_cast<unsigned char*>(digest.data());
  if (EVP_DigestFinal_ex(hash.get(), out, nullptr) != 1) return {};
  return hex_of(digest);
}

std::vector<KvDiskReport> KvDisk::report(const std::string& path,
                                         const std::vector<std::string>& teams) {
  const PrivateFile folder = open_folder(AT_FDCWD, path);
  if (folder.get() < 0) return {};
  std::vector<KvDiskReport> reports = folders_of(folder.get(), teams);
  for (KvDiskReport& report : reports) {
    const PrivateFile files = open_folder(folder.get(), report.folder);
    if (files.get() < 0) continue;
    for_each_name(files.get(), [&](const std::string& name) {
      struct stat status{};
      if (::fstatat(files.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return;
      ++report.files;
      report.bytes += static_cast<std::uint64_t>(status.st_size);
      report.used_unix_s = std::max<std::int64_t>(report.used_unix_s, status.st_mtim.tv_sec);
    });
  }
  return reports;
}

bool KvDisk::clear(const std::string& path, const std::string& team) {
  const PrivateFile folder = open_folder(AT_FDCWD, path);
  if (folder.get() < 0) return errno == ENOENT;
  std::vector<std::string> wanted;
  if (!team.empty()) wanted.push_back(team);
  bool gone = true;
  for (const KvDiskReport& report : folders_of(folder.get(), wanted)) {
    if (report.team != team) continue;
    const PrivateFile files = open_folder(folder.get(), report.folder);
    if (files.get() < 0) continue;
    std::vector<std::string> names;
    for_each_name(files.get(), [&](const std::string& name) { names.push_back(name); });
    for (const std::string& name : names) {
      gone = (::unlinkat(files.get(), name.c_str(), 0) == 0 || errno == ENOENT) && gone;
    }
  }
  return gone;
}

}  // namespace weir
