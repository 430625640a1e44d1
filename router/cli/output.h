// Exit codes, and how verbs of the command line speak.
#pragma once

#include <string>
#include <string_view>

namespace weir::cli {

inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kWrongArguments = 2;
inline constexpr int kInterrupted = 130;  // as a shell says of a process that Ctrl-C ended

// "weir: MESSAGE" on standard error; returns `code`.
int fail(const std::string& message, int code = kFailed);

// `text` and a newline, unless it ends with one, on standard output.
int print(const std::string& text);

// kDone once standard output has taken all that was written to it, else a failure that is told.
int finish_output();

// What a terminal may be shown of a text that others wrote: no control characters
// but newline and tab.
std::string for_terminal(std::string_view text);

}  // namespace weir::cli
