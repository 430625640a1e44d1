// The bodies of requests and answers, of teams that log them, and of nobody else.
//
// One SQLite file of its own, its owner's alone, made when the first body comes. One
// writer thread behind a queue that is bounded in bytes: add() never blocks, and what
// does not fit is dropped, counted and told of. Bodies go when they are older than the
// retention, when the file would be larger than its limit (the oldest first), and when
// their team logs no more; what is deleted is overwritten in the file. Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/request_id.h"
#include "core/result.h"

namespace weir {

struct LoggedBody {
  RequestId id;
  std::string team;
  std::string request;  // bytes as they came
  std::string answer;   // bytes as they were sent
  bool stream = false;
  std::string facts;  // a JSON object: what the answer depended on, beside the request
};

struct BodyStoreOptions {
  std::string path;
  std::int64_t retention_days = 30;
  std::uint64_t max_bytes = std::uint64_t{1} << 30;  // of all bodies
  std::size_t queue_bytes = std::size_t{64} << 20;
  std::function<void(const std::string&)> on_trouble = [](const std::string&) {};
  const Clock* clock = &system_clock();
};

struct BodyStats {
  std::uint64_t written = 0;  // requests
  std::uint64_t dropped = 0;  // that did not fit into the queue
  std::uint64_t failed = 0;   // that the disk refused
  std::uint64_t deleted = 0;
};

class BodyStore {
 public:
  explicit BodyStore(BodyStoreOptions options);
  ~BodyStore();  // writes what is queued
  BodyStore(const BodyStore&) = delete;
  BodyStore& operator=(const BodyStore&) = delete;

  // The teams that log from now on. What is kept of others is deleted soon.
  void use(std::vector<std::string> teams);
  void add(LoggedBody body);
  BodyStats stats() const;
  void close();  // idempotent

 private:
  class Writer;
  std::unique_ptr<Writer> writer_;
};

// What is kept of one request. Any process may ask. kNotFound, kStorage.
Result<LoggedBody> find_body(const std::string& path, RequestId id);

}  // namespace weir
