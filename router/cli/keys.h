// `weir keys new`: a key for a team, shown once, and the line that lets it in.
#pragma once

#include <string>

namespace weir::cli {

struct NewKeyOptions {
  std::string team;  // only named in what is printed; may be empty
  bool json = false;
};

// Prints a key of 256 random bits and its configuration line. Nothing is written to
// a file: who loses the key makes another. kFailed without a random device.
int new_key(const NewKeyOptions& options);

}  // namespace weir::cli
