// What tells the present moment in the text of a system message.
//
// A prompt that says what time it is differs from one turn to the next, and with it the
// key of everything behind. Conservative: a line counts only if all of it is vocabulary
// of clocks, so "Current time: 14:03" and "It is now Thu Nov 26 2026 01:35:16 UTC" do,
// while a schedule, a time limit, a ratio, an example or code do not. A date without a
// time of day is stable for a day and does not count.
// English words; numbers as ISO 8601, RFC 9110, JavaScript and most people write them.
// Pure functions, thread-safe, O(text).
#pragma once

#include <string>
#include <string_view>

namespace weir {

// One line, or one sentence of a line.
bool tells_the_time(std::string_view sentence);

// Takes such lines, and such sentences of longer lines, out of *text and returns them
// joined by line ends. Code between fences stays untouched.
std::string take_clock_lines(std::string* text);

}  // namespace weir
