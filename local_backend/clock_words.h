// The words and numbers of a sentence about the time.
//
// Pure, thread-safe; a lexer over one short text.
#pragma once

#include <cstdint>
#include <string_view>

namespace weir {

struct ClockToken {
  enum class Kind : std::uint8_t {
    kEnd,
    kUnknown,    // nothing that a clock says; a span of time, too
    kFiller,     // the, is, of, UTC, Europe/Berlin, +01:00, AM ...
    kIs,         // is, 's in it's
    kNow,        // now, current, currently, present
    kToday,      // today, todays
    kTimeWord,   // time, clock
    kStampWord,  // timestamp, datetime, unix, epoch
    kWhose,      // local, system, server, user, session, utc: whose time it is
    kDateWord,   // date, day
    kIt,         // it
    kIn,         // in: a place may follow
    kAt,
    kSeparator,  // ':' or '=', and '>' of a tag
    kOther,      // any other mark that may stand around a time
    kDate,       // 2026-11-26, 26.11.2026, November, Thursday, 26th, 2026
    kTime,       // 14:03
    kExactTime,  // 14:03:22
    kMoment,     // 2026-11-26T14:03:22Z: date and exact time
    kUnix,       // 1764120916, in seconds or in milliseconds
  };
  Kind kind = Kind::kEnd;
  std::string_view text;
};
using ClockKind = ClockToken::Kind;

// Reads the first token of *rest, blanks before it skipped.
ClockToken next_clock_token(std::string_view* rest);

}  // namespace weir
