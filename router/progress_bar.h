// A line on standard error that fills while a model is loaded, on a terminal only.
#pragma once

#include <string>

#include "local_backend/gguf/prefetch.h"

namespace weir {

// Nothing, for a standard error that is no terminal. The line vanishes once all is
// done. One thread at a time.
WatchLoad progress_bar(std::string label);

// The text of the line: "model.gguf  [#####     ]  50 %, 1.2 of 2.4 GB". Pure.
std::string progress_line(const std::string& label, LoadProgress progress);

}  // namespace weir
