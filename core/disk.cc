#include "core/disk.h"

#include <fstream>

namespace weir {
namespace {

class SystemDisk final : public Disk {
 public:
  Result<std::string> read_file(const std::string& path, std::uint64_t max_bytes) override {
    std::ifstream file(path, std::ios::binary);
    if (!file) return Error{ErrorCode::kNotFound, "cannot open " + path};
    std::string bytes;
    char block[65536];
    while (file.read(block, sizeof block) || file.gcount() > 0) {
      bytes.append(block, static_cast<std::size_t>(file.gcount()));
      if (bytes.size() > max_bytes) {
        return Error{ErrorCode::kTooLarge,
                     path + " is larger than " + std::to_string(max_bytes) + " bytes"};
      }
    }
    if (file.bad()) return Error{ErrorCode::kStorage, "cannot read " + path};
    return bytes;
  }
};

}  // namespace

Disk& system_disk() {
  static SystemDisk disk;
  return disk;
}

}  // namespace weir
