// Folders and files that are their owner's alone: 0700 and 0600 whatever the umask, and
// nothing is followed or opened that is somebody else's, a link, or no plain file.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace weir {

// At the end of the name of a file that is not whole yet.
inline constexpr std::string_view kPartSuffix = ".part";

// A descriptor, closed at the end. Move-only.
class PrivateFile {
 public:
  explicit PrivateFile(int descriptor = -1) : descriptor_(descriptor) {}
  PrivateFile(PrivateFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  PrivateFile& operator=(PrivateFile&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~PrivateFile();

  int get() const { return descriptor_; }  // -1: none, and errno says why

 private:
  int descriptor_;
};

// A folder in `parent` (or at a path, if that is absolute), made if it is not there. EPERM if
// it is a link or somebody else's; one that others may look into is closed to them.
PrivateFile private_folder(int parent, const std::string& name);

// A new file, in place of any of that name.
PrivateFile create_private(int folder, const std::string& name);
// For reading. EPERM for what is no plain file, or not its owner's alone.
PrivateFile open_private(int folder, const std::string& name);

// Every name in it but "." and "..". False if it cannot be read.
bool for_each_name(int folder, const std::function<void(const std::string&)>& tell);

// With all files in it; false if something is left, such as a folder. Links are not followed.
bool remove_folder(int parent, const std::string& name);

}  // namespace weir
