// The running program: everything made in the right order, and taken down in the
// opposite one.
//
// start() and the signal loop run on the main thread; requests run on the I/O
// threads that it makes.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/result.h"
#include "router/config.h"

namespace weir {

struct ServeOptions {
  std::optional<std::string> config_path;  // none: built-in defaults and the environment
  bool print_curl = false;                 // show a request that works
};

class Application {
 public:
  // Loads, opens, binds and begins to serve. Fails with what a person must fix.
  static Result<std::unique_ptr<Application>> start(ServeOptions options);
  ~Application();
  Application(const Application&) = delete;
  Application& operator=(const Application&) = delete;

  // Serves until SIGTERM or SIGINT, then drains: requests in flight end, up to
  // the drain timeout. SIGHUP reloads. True when all of them ended in time.
  bool run();

 private:
  struct Parts;
  explicit Application(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

// The file that `weir serve` and `weir validate` read when none is named: $WEIR_CONFIG,
// else ./config.toml if it is there, else none.
std::optional<std::string> default_config_path();

}  // namespace weir
