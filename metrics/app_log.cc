#include "metrics/app_log.h"

#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <string>

#include "core/clock.h"
#include "core/timestamp.h"

namespace weir {
namespace {

struct Look {
  std::string_view word;
  std::string_view colour;
};
constexpr std::array<Look, 4> kLooks = {
    {{"debug", "\033[2m"}, {"info", "\033[32m"}, {"warning", "\033[33m"}, {"error", "\033[31m"}}};

std::atomic<LogLevel> least{LogLevel::kInfo};

bool in_colour() {
  static const bool colour =
      ::isatty(STDERR_FILENO) == 1 &&
      std::getenv("NO_COLOR") == nullptr;  // NOLINT(concurrency-mt-unsafe): once
  return colour;
}

void append_visible(std::string* out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7f) {
      *out += c;
    } else {
      *out += {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
}

}  // namespace

bool set_log_level(std::string_view word) {
  for (std::size_t i = 0; i < kLooks.size(); ++i) {
    if (kLooks[i].word != word) continue;
    least.store(static_cast<LogLevel>(i), std::memory_order_relaxed);
    return true;
  }
  return false;
}

std::string app_log_text(LogLevel level, std::string_view text, std::int64_t unix_ms, bool colour) {
  const Look& look = kLooks[static_cast<std::size_t>(level)];
  std::string line;
  append_timestamp(&line, unix_ms);
  line += ' ';
  if (colour) line += look.colour;
  line += look.word;
  if (colour) line += "\033[0m";
  line += ' ';
  append_visible(&line, text);
  return line += '\n';
}

void log_line(LogLevel level, std::string_view text) {
  if (level < least.load(std::memory_order_relaxed)) return;
  const std::string line = app_log_text(level, text, system_clock().unix_ms(), in_colour());
  // One write a line, so that lines of two threads do not mix. Nobody is left to
  // tell when it fails.
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace weir
