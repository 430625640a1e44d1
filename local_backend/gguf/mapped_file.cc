#include "local_backend/gguf/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace weir {
namespace {

Result<MappedFile> fail(ErrorCode code, const std::string& path, std::string_view what) {
  return Error{code, "model file " + path + ": " + std::string(what), "model_file"};
}

}  // namespace

Result<MappedFile> MappedFile::open(const std::string& path) {
  // O_NONBLOCK: a pipe without a writer must not hang here.
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) {
    const std::string why = std::generic_category().message(errno);
    return fail(ErrorCode::kNotFound, path, "cannot be opened: " + why);
  }
  struct stat info = {};
  const bool regular = ::fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 0;
  void* data = MAP_FAILED;
  if (regular) {
    data = ::mmap(nullptr, static_cast<std::size_t>(info.st_size), PROT_READ, MAP_PRIVATE, fd, 0);
  }
  ::close(fd);
  if (!regular) return fail(ErrorCode::kInvalidModel, path, "is empty or not a regular file");
  if (data == MAP_FAILED) return fail(ErrorCode::kInvalidModel, path, "cannot be mapped");
  return MappedFile(static_cast<const std::byte*>(data), static_cast<std::size_t>(info.st_size));
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_);
}

}  // namespace weir
