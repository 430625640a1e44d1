// What the operating system said of a file, as an error.
#pragma once

#include <string>

#include "core/result.h"

namespace weir {

// kStorage: "PATH: what errno says". Call it before anything else can set errno.
Error storage_error(const std::string& path);

}  // namespace weir
