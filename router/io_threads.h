// The I/O threads of the process: one io_context and one deadline wheel each.
//
// Made before everything that does I/O, stopped after it. A connection stays on
// the thread it was given to, so what belongs to it needs no locks.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "cloud_adapters/upstream/io_thread.h"

namespace weir {

class IoThreads {
 public:
  // Makes `count` (at least 1) contexts; nothing runs yet. From now on the
  // process ignores SIGPIPE, because OpenSSL writes with write(2).
  explicit IoThreads(std::size_t count, const Clock& clock = system_clock());
  ~IoThreads();  // stop()
  IoThreads(const IoThreads&) = delete;
  IoThreads& operator=(const IoThreads&) = delete;

  std::size_t size() const { return workers_.size(); }
  // Use it on its own thread only; posting to its context is safe from anywhere.
  IoThread& at(std::size_t index);

  void start();
  // Ends the loops and joins. What still waits is never resumed: drain the
  // servers first. Call it from none of the threads. Idempotent.
  void stop();

 private:
  struct Worker;
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace weir
