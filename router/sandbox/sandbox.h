// What this process gives up once it knows its configuration: files it has no business
// with, and system calls it never makes. Linux alone.
//
// Entered on the main thread before there are others; see landlock.h and
// system_call_filter.h for what holds then.
#pragma once

#include <string>
#include <vector>

#include "core/disk.h"
#include "core/result.h"
#include "router/config.h"
#include "router/sandbox/landlock.h"

namespace weir {

// What a server of this configuration may reach: it writes in state_dir and in the folders
// of ledger and log; it reads the folders of what was read to make the configuration
// (`files_read`), of models, certificates and CAs, and what a C library, a resolver and a
// TLS library look for. A folder rather than a file, because a file is replaced by renaming
// another.
FileAccess files_of(const Config& config, const std::vector<std::string>& files_read);

// What is active; shown in the log and by weir doctor.
struct SandboxState {
  int landlock_abi = 0;           // 0 = files are not restricted
  bool system_calls = false;      // filtered
  std::vector<std::string> gaps;  // why something is not active
};

// As [server] sandbox says. With "required" kInternal when any of it cannot be had.
Result<SandboxState> enter_sandbox(const Config& config,
                                   const std::vector<std::string>& files_read);

// For a configuration that a reload brings: kInvalidConfig with the path of a model that may
// not be read, most likely since the sandbox was entered.
Result<void> check_reach(const Config& config);

// One line: "files by Landlock ABI 7, system calls by seccomp".
std::string to_text(const SandboxState& state);

// Remembers which files were read. For one thread.
class RecordedDisk final : public Disk {
 public:
  explicit RecordedDisk(Disk& disk) : disk_(disk) {}
  Result<std::string> read_file(const std::string& path, std::uint64_t max_bytes) override {
    paths_.push_back(path);
    return disk_.read_file(path, max_bytes);
  }
  const std::vector<std::string>& paths() const { return paths_; }

 private:
  Disk& disk_;
  std::vector<std::string> paths_;
};

}  // namespace weir
