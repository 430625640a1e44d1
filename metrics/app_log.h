// The lines that a person reads: start, reload, drain, what is wrong.
//
// To standard error, one line each, colour only on a terminal. Synchronous and
// thread-safe: for rare events, not for the path of a request. Control
// characters are escaped, so a hostile name cannot forge a line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weir {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarning, kError };

// "debug", "info", "warning" or "error"; false for another word.
bool set_log_level(std::string_view word);

// The line as log_line() writes it, newline included.
std::string app_log_text(LogLevel level, std::string_view text, std::int64_t unix_ms, bool colour);

void log_line(LogLevel level, std::string_view text);

inline void log_debug(std::string_view text) { log_line(LogLevel::kDebug, text); }
inline void log_info(std::string_view text) { log_line(LogLevel::kInfo, text); }
inline void log_warning(std::string_view text) { log_line(LogLevel::kWarning, text); }
inline void log_error(std::string_view text) { log_line(LogLevel::kError, text); }

}  // namespace weir
