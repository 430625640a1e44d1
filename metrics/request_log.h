// The request log: one JSON line a request, and never a word of its text.
//
// write() formats on the caller and leaves the line to a writer thread, which takes
// what there is four times a second; it never blocks. When that is full further
// lines are dropped and counted.
// Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "core/result.h"
#include "metrics/ledger_row.h"

namespace weir {

struct RequestLogOptions {
  std::string file;                     // empty = standard error
  std::size_t queue_capacity = 65'536;  // lines that wait for the writer
};

class RequestLog {
 public:
  // kStorage when the file cannot be opened for appending.
  static Result<std::unique_ptr<RequestLog>> open(const RequestLogOptions& options);
  ~RequestLog();  // writes what is queued
  RequestLog(const RequestLog&) = delete;
  RequestLog& operator=(const RequestLog&) = delete;

  void write(const LedgerRow& row);

  // Goes on in a file of the same name, which is made if it was moved away. Nothing without a
  // file. kStorage when it cannot be opened: lines go where they went. One thread at a time.
  Result<void> reopen();

  std::uint64_t dropped() const;

 private:
  struct State;
  explicit RequestLog(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// The line that write() writes, without its newline. All strings are escaped.
std::string request_log_line(const LedgerRow& row);

}  // namespace weir
