// Ctrl-C for verbs that can stop in an orderly way.
#pragma once

namespace weir::cli {

// From now on the first Ctrl-C, or SIGTERM, makes interrupted() true, and the second ends the
// process.
void stop_on_ctrl_c();
bool interrupted();

}  // namespace weir::cli
