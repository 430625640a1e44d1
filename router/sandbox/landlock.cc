#include "router/sandbox/landlock.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

namespace weir {
namespace {

// As <linux/landlock.h> of Linux 6.12 has it: that of the build machine may be older.
struct RulesetAttributes {
  std::uint64_t files = 0;
  std::uint64_t ports = 0;
  std::uint64_t scopes = 0;
};
constexpr std::size_t kFilesOnly = sizeof(std::uint64_t);
constexpr int kAbiWithRefer = 2;
constexpr int kAbiWithTruncate = 3;
constexpr int kAbiWithIoctl = 5;
constexpr int kAbiWithScopes = 6;
constexpr std::uint64_t kTruncate = std::uint64_t{1} << 14;
constexpr std::uint64_t kIoctlOfDevices = std::uint64_t{1} << 15;
constexpr std::uint64_t kScopeAbstractSockets = std::uint64_t{1} << 0;
constexpr std::uint64_t kScopeSignals = std::uint64_t{1} << 1;

constexpr std::uint64_t kRead = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t kWrite = kRead | LANDLOCK_ACCESS_FS_WRITE_FILE |
                                 LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
                                 LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR |
                                 LANDLOCK_ACCESS_FS_REFER | kTruncate;
constexpr std::uint64_t kOfFiles =
    LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | kTruncate;

// Every right that the kernel of this ABI knows: what is not handled would be allowed.
std::uint64_t handled_rights(int abi) {
  std::uint64_t rights = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;  // all of ABI 1
  if (abi >= kAbiWithRefer) rights |= LANDLOCK_ACCESS_FS_REFER;
  if (abi >= kAbiWithTruncate) rights |= kTruncate;
  if (abi >= kAbiWithIoctl) rights |= kIoctlOfDevices;
  return rights;
}

Error failed(const std::string& what) {
  return {ErrorCode::kInternal,
          what + ": " + std::strerror(errno)};  // NOLINT(concurrency-mt-unsafe)
}

Result<void> allow(int ruleset, const std::string& path, std::uint64_t rights) {
  const int file = ::open(path.c_str(), O_PATH | O_CLOEXEC);
  if (file < 0) return {};  // what is not there cannot be reached
  struct stat status{};
  if (::fstat(file, &status) == 0 && !S_ISDIR(status.st_mode)) rights &= kOfFiles;
  landlock_path_beneath_attr rule{};
  rule.allowed_access = rights;
  rule.parent_fd = file;
  const long added =
      ::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
  const Result<void> result = added == 0 ? Result<void>() : failed("Landlock, rule for " + path);
  ::close(file);
  return result;
}

Result<void> allow_all(int ruleset, const FileAccess& access, std::uint64_t handled) {
  for (const std::string& path : access.writable) {
    if (Result<void> done = allow(ruleset, path, kWrite & handled); !done) return done;
  }
  for (const std::string& path : access.readable) {
    if (Result<void> done = allow(ruleset, path, kRead & handled); !done) return done;
  }
  // Written to by libraries that mean nothing by it.
  return allow(ruleset, "/dev/null", (kRead | LANDLOCK_ACCESS_FS_WRITE_FILE) & handled);
}

}  // namespace

int landlock_abi() {
  const long version =
      ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  return version > 0 ? static_cast<int>(version) : 0;
}

Result<void> enter_landlock(const FileAccess& access, int abi) {
  RulesetAttributes attributes;
  attributes.files = handled_rights(abi);
  if (abi >= kAbiWithScopes) attributes.scopes = kScopeAbstractSockets | kScopeSignals;
  const std::size_t size = abi >= kAbiWithScopes ? sizeof attributes : kFilesOnly;
  const long made = ::syscall(SYS_landlock_create_ruleset, &attributes, size, 0);
  if (made < 0) return failed("Landlock, ruleset");
  const int ruleset = static_cast<int>(made);
  Result<void> done = allow_all(ruleset, access, attributes.files);
  if (done && ::syscall(SYS_landlock_restrict_self, ruleset, 0) != 0) done = failed("Landlock");
  ::close(ruleset);
  return done;
}

}  // namespace weir
