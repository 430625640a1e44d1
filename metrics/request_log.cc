#include "metrics/request_log.h"

#include <fcntl.h>
#include <poll.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "core/timestamp.h"
#include "core/utf8.h"

namespace weir {
namespace {

constexpr std::size_t kBufferBytes = 65'536;
constexpr std::size_t kChunkBytes = 4'096;  // PIPE_BUF: a pipe that polls writable takes it whole
constexpr int kStalledMs = 1'000;
// A line that wakes a thread costs more than it does: they go out together.
constexpr std::chrono::milliseconds kDrainEvery{250};

// Gathers lines and writes them in large pieces. A reader that does not read for
// a second loses what is buffered, so that neither shutdown nor the writer
// thread hangs on it.
class BufferedSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  BufferedSink(int file, bool owned) : file_(file), owned_(owned) {
    buffer_.reserve(kBufferBytes + kChunkBytes);
  }
  ~BufferedSink() override {
    flush_();
    if (owned_) ::close(file_);
  }
  std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    buffer_.append(message.payload.data(), message.payload.size());
    buffer_ += '\n';
    if (buffer_.size() >= kBufferBytes) flush_();
  }

  void flush_() override {
    std::string_view rest = buffer_;
    while (!rest.empty() && write_some(&rest)) {
    }
    const auto lost = std::count(rest.begin(), rest.end(), '\n');
    dropped_.fetch_add(static_cast<std::uint64_t>(lost), std::memory_order_relaxed);
    buffer_.clear();
  }

 private:
  bool write_some(std::string_view* rest) {
    pollfd ready{file_, POLLOUT, 0};
    if (::poll(&ready, 1, kStalledMs) <= 0) return false;
    const ssize_t written = ::write(file_, rest->data(), std::min(rest->size(), kChunkBytes));
    if (written < 0) return errno == EINTR || errno == EAGAIN;
    rest->remove_prefix(static_cast<std::size_t>(written));
    return true;
  }

  int file_;
  bool owned_;
  std::string buffer_;
  std::atomic<std::uint64_t> dropped_{0};
};

int open_for_appending(const std::string& path) {
  return ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
}

Error cannot_write(const std::string& path) {
  return {ErrorCode::kStorage, "cannot write the log file " + path};
}

bool is_plain(char c) {
  return c >= 0x20 && c != '"' && c != '\\' && static_cast<unsigned char>(c) < 0x7f;
}

void append_escaped(std::string* out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      *out += {'\\', c};
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      *out += "\\u00";
      *out += kHex[static_cast<unsigned char>(c) >> 4];
      *out += kHex[static_cast<unsigned char>(c) & 15];
    } else {
      *out += c;
    }
  }
}

void append_string(std::string* out, std::string_view name, std::string_view text) {
  (*out += ",\"").append(name) += "\":\"";
  if (std::all_of(text.begin(), text.end(), is_plain)) {
    *out += text;
  } else {
    std::string repaired;
    append_repaired_utf8(&repaired, text);
    append_escaped(out, repaired);
  }
  *out += '"';
}

void append_number(std::string* out, std::string_view name, std::int64_t value) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  (*out += ",\"").append(name) += "\":";
  out->append(digits, end);
}

void append_money(std::string* out, std::string_view name, std::optional<NanoUsd> amount) {
  (*out += ",\"").append(name) += "\":";
  *out += amount ? to_usd_string(*amount) : "null";
}

// A number between 0 and 1; JSON has no word for one that is not finite.
void append_share(std::string* out, std::string_view name, double share) {
  char digits[32];
  const auto end =
      std::to_chars(digits, digits + sizeof digits, share, std::chars_format::fixed, 4).ptr;
  (*out += ",\"").append(name) += "\":";
  if (share >= 0 && share <= 1) {
    out->append(digits, end);
  } else {
    *out += "null";
  }
}

void append_line(std::string* out, const LedgerRow& row) {
  *out += "{\"time\":\"";
  append_timestamp(out, row.unix_ms);
  *out += "\",\"id\":\"" + to_string(row.id) + '"';
  append_string(out, "team", row.team);
  append_string(out, "key_id", row.key_id);
  append_string(out, "route", to_string(row.route));
  append_string(out, "reason", to_string(row.reason));
  append_string(out, "requested_model", row.requested_model);
  append_string(out, "model", row.model);
  append_string(out, "backend", row.backend);
  append_number(out, "status", row.http_status);
  append_string(out, "error", row.error_code);
  append_number(out, "input_tokens", row.usage.input_tokens);
  append_number(out, "cache_read_tokens", row.usage.cache_read_tokens);
  append_number(out, "cache_write_tokens",
                row.usage.cache_write_5m_tokens + row.usage.cache_write_1h_tokens);
  append_number(out, "output_tokens", row.usage.output_tokens);
  append_money(out, "cost_usd", row.cost);
  append_money(out, "saved_usd", row.saved);
  append_number(out, "ms", row.duration_us / 1'000);
  if (row.ttft_us >= 0) append_number(out, "ttft_ms", row.ttft_us / 1'000);
  append_number(out, "attempts", row.attempts);
  if (!row.rule.empty()) append_string(out, "rule", row.rule);
  if (row.confidence) append_share(out, "confidence", *row.confidence);
  if (row.wasted_local_us > 0) append_number(out, "wasted_local_us", row.wasted_local_us);
  *out += row.stream ? ",\"stream\":true" : ",\"stream\":false";
  *out += row.escalated ? ",\"escalated\":true}" : ",\"escalated\":false}";
}

}  // namespace

// The lines of a moment, and the thread that hands them to spdlog.
struct RequestLog::State {
  State(std::string name, int file, std::size_t lines_at_most)
      : path(std::move(name)),
        descriptor(file),
        capacity(lines_at_most),
        sink(std::make_shared<BufferedSink>(file, !path.empty())),
        logger("requests", sink),
        writer([this] { run(); }) {}

  ~State() {
    {
      const std::lock_guard lock(mutex);
      closing = true;
    }
    wake.notify_one();
    writer.join();
  }

  void add(std::string_view line) {
    const std::lock_guard lock(mutex);
    if (lines == capacity) {
      dropped.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    ++lines;
    (lines > 1 ? waiting += '\n' : waiting) += line;
  }

  void run() {
    std::string batch;
    bool last = false;
    while (!last) {
      {
        std::unique_lock lock(mutex);
        wake.wait_for(lock, kDrainEvery, [this] { return closing; });
        last = closing;
        batch.clear();
        batch.swap(waiting);
        lines = 0;
      }
      if (!batch.empty()) logger.log(spdlog::level::info, spdlog::string_view_t(batch));
      logger.flush();
    }
  }

  const std::string path;  // empty = standard error
  const int descriptor;
  const std::size_t capacity;
  std::mutex mutex;
  std::condition_variable wake;
  std::string waiting;    // lines, with newlines between them
  std::size_t lines = 0;  // in `waiting`
  bool closing = false;
  std::atomic<std::uint64_t> dropped{0};
  std::shared_ptr<BufferedSink> sink;
  spdlog::logger logger;
  std::thread writer;  // last: it uses all of the above
};

Result<std::unique_ptr<RequestLog>> RequestLog::open(const RequestLogOptions& options) {
  const int file = options.file.empty() ? STDERR_FILENO : open_for_appending(options.file);
  if (file < 0) return cannot_write(options.file);
  const std::size_t capacity = std::max<std::size_t>(options.queue_capacity, 1);
  return std::unique_ptr<RequestLog>(
      new RequestLog(std::make_unique<State>(options.file, file, capacity)));
}

Result<void> RequestLog::reopen() {
  if (state_->path.empty()) return {};
  const int file = open_for_appending(state_->path);
  if (file < 0) return cannot_write(state_->path);
  // The writer's next line goes to the new file, under the old number.
  const bool moved = ::dup3(file, state_->descriptor, O_CLOEXEC) >= 0;
  ::close(file);
  return moved ? Result<void>() : cannot_write(state_->path);
}

RequestLog::RequestLog(std::unique_ptr<State> state) : state_(std::move(state)) {}
RequestLog::~RequestLog() = default;

void RequestLog::write(const LedgerRow& row) {
  thread_local std::string line;
  line.clear();
  append_line(&line, row);
  state_->add(line);
}

std::uint64_t RequestLog::dropped() const {
  return state_->sink->dropped() + state_->dropped.load(std::memory_order_relaxed);
}

std::string request_log_line(const LedgerRow& row) {
  std::string line;
  append_line(&line, row);
  return line;
}

}  // namespace weir
