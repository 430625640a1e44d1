#include "local_backend/kv_disk/private_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <vector>

namespace weir {
namespace {

constexpr mode_t kFolderMode = 0700;
constexpr mode_t kFileMode = 0600;
constexpr mode_t kOthersMode = 0077;

PrivateFile refused_file(int reason) {
  errno = reason;
  return PrivateFile();
}

}  // namespace

PrivateFile::~PrivateFile() {
  if (descriptor_ < 0) return;
  const int reason = errno;
  ::close(descriptor_);
  errno = reason;
}

PrivateFile private_folder(int parent, const std::string& name) {
  if (::mkdirat(parent, name.c_str(), kFolderMode) != 0 && errno != EEXIST) return PrivateFile();
  PrivateFile folder(
      ::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (folder.get() < 0) {
    if (errno != EACCES) return refused_file(errno == ELOOP || errno == ENOTDIR ? EPERM : errno);
    // The umask of its making kept its own owner out.
    if (::fchmodat(parent, name.c_str(), kFolderMode, 0) != 0) return PrivateFile();
    folder = PrivateFile(
        ::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (folder.get() < 0) return PrivateFile();
  }
  struct stat status{};
  if (::fstat(folder.get(), &status) != 0) return PrivateFile();
  if (status.st_uid != ::geteuid()) return refused_file(EPERM);
  if ((status.st_mode & 0777) != kFolderMode && ::fchmod(folder.get(), kFolderMode) != 0) {
    return PrivateFile();
  }
  return folder;
}

PrivateFile create_private(int folder, const std::string& name) {
  ::unlinkat(folder, name.c_str(), 0);
  PrivateFile file(::openat(folder, name.c_str(),
                            O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kFileMode));
  if (file.get() >= 0 && ::fchmod(file.get(), kFileMode) != 0) return PrivateFile();
  return file;
}

PrivateFile open_private(int folder, const std::string& name) {
  PrivateFile file(::openat(folder, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (file.get() < 0) return refused_file(errno == ELOOP ? EPERM : errno);
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return PrivateFile();
  const bool own = S_ISREG(status.st_mode) && status.st_uid == ::geteuid() &&
                   (status.st_mode & kOthersMode) == 0;
  return own ? std::move(file) : refused_file(EPERM);
}

bool for_each_name(int folder, const std::function<void(const std::string&)>& tell) {
  const int copy = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (copy < 0) return false;
  const std::unique_ptr<DIR, int (*)(DIR*)> listing(::fdopendir(copy), ::closedir);
  if (listing == nullptr) {
    ::close(copy);
    return false;
  }
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(listing.get());  // NOLINT(concurrency-mt-unsafe): own listing
    if (entry == nullptr) return errno == 0;
    const std::string name = entry->d_name;
    if (name != "." && name != "..") tell(name);
  }
}

bool remove_folder(int parent, const std::string& name) {
  const PrivateFile folder(
      ::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (folder.get() < 0) return errno == ENOENT;
  std::vector<std::string> names;
  for_each_name(folder.get(), [&](const std::string& each) { names.push_back(each); });
  for (const std::string& each : names) ::unlinkat(folder.get(), each.c_str(), 0);
  return ::unlinkat(parent, name.c_str(), AT_REMOVEDIR) == 0 || errno == ENOENT;
}

}  // namespace weir
