// Landlock: which files this process may still reach. See landlock(7).
//
// Applies to the calling thread and to those that it starts: enter before there are
// others. Nothing takes it back.
#pragma once

#include <string>
#include <vector>

#include "core/result.h"

namespace weir {

struct FileAccess {
  std::vector<std::string> writable;  // folders: read, made, written and deleted beneath
  std::vector<std::string> readable;  // files or folders
};

// What the kernel offers: 1 and up; 0 = none.
int landlock_abi();

// From now on files are opened, made, renamed and deleted only where `access` says, and
// no file is executed; from ABI 6 on no signal leaves for other processes and no abstract
// socket of theirs is reached. What is open already stays open. Paths that do not exist
// are left out. kInternal with the step that failed.
Result<void> enter_landlock(const FileAccess& access, int abi);

}  // namespace weir
