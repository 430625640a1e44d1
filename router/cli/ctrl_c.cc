#include "router/cli/ctrl_c.h"

#include <atomic>
#include <csignal>

namespace weir::cli {
namespace {

std::atomic<bool> raised = false;
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler stores to it");

}  // namespace

void stop_on_ctrl_c() {
  struct sigaction action = {};
  action.sa_handler = [](int) { raised.store(true); };
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

bool interrupted() { return raised.load(); }

}  // namespace weir::cli
