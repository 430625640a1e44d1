#include "local_backend/clock_words.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "local_backend/tool_calls/blanks.h"

namespace weir {
namespace {

using std::string_view;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

struct Word {
  string_view text;
  ClockKind kind;
};

constexpr Word kClockWords[] = {
    {"is", ClockKind::kIs},
    {"s", ClockKind::kIs},
    {"it", ClockKind::kIt},
    {"in", ClockKind::kIn},
    {"at", ClockKind::kAt},
    {"now", ClockKind::kNow},
    {"current", ClockKind::kNow},
    {"currently", ClockKind::kNow},
    {"present", ClockKind::kNow},
    {"today", ClockKind::kToday},
    {"time", ClockKind::kTimeWord},
    {"clock", ClockKind::kTimeWord},
    {"timestamp", ClockKind::kStampWord},
    {"datetime", ClockKind::kStampWord},
    {"unix", ClockKind::kStampWord},
    {"epoch", ClockKind::kStampWord},
    {"date", ClockKind::kDateWord},
    {"day", ClockKind::kDateWord},
    {"local", ClockKind::kWhose},
    {"system", ClockKind::kWhose},
    {"server", ClockKind::kWhose},
    {"host", ClockKind::kWhose},
    {"user", ClockKind::kWhose},
    {"users", ClockKind::kWhose},
    {"utc", ClockKind::kWhose},
    {"gmt", ClockKind::kWhose},
};

constexpr string_view kFillers[] = {
    "the", "of",   "and", "on",   "for",  "as",   "your",  "this", "iso",     "right",    "am",
    "pm",  "a",    "p",   "m",    "z",    "zone", "o",     "ms",   "seconds", "timezone", "wall",
    "cet", "cest", "est", "edt",  "cst",  "cdt",  "mst",   "mdt",  "pst",     "pdt",      "bst",
    "ist", "jst",  "kst", "msk",  "aest", "aedt", "awst",  "nzst", "nzdt",    "hkt",      "sgt",
    "wet", "west", "eet", "eest", "brt",  "ut",   "moment"};

constexpr string_view kDateWords[] = {
    "monday", "tuesday", "wednesday", "thursday", "friday",   "saturday", "sunday", "mon",
    "tue",    "tues",    "wed",       "thu",      "thur",     "thurs",    "fri",    "sat",
    "sun",    "january", "february",  "march",    "april",    "may",      "june",   "july",
    "august", "october", "september", "november", "december", "jan",      "feb",    "mar",
    "apr",    "jun",     "jul",       "aug",      "sep",      "sept",     "oct",    "nov",
    "dec",    "th",      "st",        "nd",       "rd"};

ClockKind kind_of(string_view word) {
  std::string lower(word);
  for (char& c : lower) c = static_cast<char>(is_upper(c) ? c - 'A' + 'a' : c);
  for (const Word& known : kClockWords) {
    if (lower == known.text) return known.kind;
  }
  const auto in = [&](const auto& list) {
    return std::find(std::begin(list), std::end(list), lower) != std::end(list);
  };
  if (in(kFillers)) return ClockKind::kFiller;
  return in(kDateWords) ? ClockKind::kDate : ClockKind::kUnknown;
}

// Numbers are read by patterns: 'd' is a digit, 'D' one that may be missing, '*' digits
// without a limit, '/' one of "-/.", ' ' one of "T t" or a blank; all else is itself.
std::size_t match_pattern(string_view text, string_view pattern) {
  std::size_t at = 0;
  for (const char want : pattern) {
    const char c = at < text.size() ? text[at] : '\0';
    const auto one_of = [&](string_view set) { return c != '\0' && set.find(c) != set.npos; };
    if (want == 'D') {
      if (is_digit(c)) ++at;
    } else if (want == '*') {
      while (at < text.size() && is_digit(text[at])) ++at;
    } else if (want == 'd'   ? is_digit(c)
               : want == '/' ? one_of("-/.")
               : want == ' ' ? one_of("Tt ")
                             : c == want) {
      ++at;
    } else {
      return 0;
    }
  }
  return at;
}

int number_at(string_view text) {
  int value = 0;
  for (std::size_t i = 0; i < text.size() && i < 4 && is_digit(text[i]); ++i) {
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

// "14:03", "14:03:22", "14:03:22.123"; how much of it, 0 if it is no time of day.
std::size_t match_time(string_view text, ClockKind* kind) {
  const std::size_t minutes = match_pattern(text, "dD:dd");
  if (minutes == 0) return 0;
  const std::size_t colon = text.find(':');
  if (number_at(text) > 24 || number_at(text.substr(colon + 1)) > 59) return 0;
  *kind = ClockKind::kTime;
  std::size_t size = minutes;
  if (match_pattern(text.substr(size), ":dd") != 0 && number_at(text.substr(size + 1)) <= 60) {
    *kind = ClockKind::kExactTime;
    size += 3;
    if (match_pattern(text.substr(size), ".d*") != 0)
      size += match_pattern(text.substr(size), ".d*");
  }
  return size;
}

// Of "+01:00", "-0500": what follows the sign.
std::size_t match_offset(string_view text) {
  if (match_pattern(text, "dd:dd") != 0) return number_at(text.substr(0, 2)) <= 14 ? 5 : 0;
  return match_pattern(text, "dddd") != 0 && number_at(text) <= 1400 ? 4 : 0;
}

std::size_t match_dash(string_view text) {
  for (const string_view dash : {"\xe2\x80\x93", "\xe2\x80\x94", "-", "~"}) {
    if (text.starts_with(dash)) return dash.size();
  }
  return 0;
}

bool is_time(ClockKind kind) {
  return kind == ClockKind::kTime || kind == ClockKind::kExactTime || kind == ClockKind::kMoment;
}

std::size_t match_moment(string_view text, ClockKind* kind) {
  if (const std::size_t size = match_pattern(text, "ddddddddTddddddD")) {
    *kind = ClockKind::kMoment;
    return size;
  }
  const std::size_t date = match_pattern(text, "dddd/dd/dd");
  if (date == 0 || match_pattern(text.substr(date), " ") == 0) return 0;
  const std::size_t time = match_time(text.substr(date + 1), kind);
  if (time == 0) return 0;
  if (*kind == ClockKind::kExactTime) *kind = ClockKind::kMoment;
  return date + 1 + time;
}

std::size_t match_date(string_view text) {
  for (const string_view pattern : {"dddd/dD/dD", "dD/dD/dddd", "dD/dD/dd"}) {
    if (const std::size_t size = match_pattern(text, pattern)) return size;
  }
  return 0;
}

// Seconds have ten digits from 2001 to 2286, milliseconds thirteen.
bool is_unix(string_view digits) {
  return (digits.size() == 10 || digits.size() == 13) && digits[0] == '1';
}

bool is_date_part(string_view digits) {
  const int value = number_at(digits);
  if (digits.size() <= 2) return value >= 1 && value <= 31;
  return digits.size() == 4 && value >= 1900 && value < 2200;
}

// Whether a time ends here that is the beginning of a span: "09:00-17:00", "09:00 - 17:00".
bool begins_span(string_view after, bool exact) {
  const std::size_t blanks = std::min(after.find_first_not_of(' '), after.size());
  after.remove_prefix(blanks);
  const std::size_t dash = match_dash(after);
  if (dash == 0) return false;
  after.remove_prefix(dash);
  const std::size_t behind = std::min(after.find_first_not_of(' '), after.size());
  ClockKind kind = ClockKind::kUnknown;
  if (match_time(after.substr(behind), &kind) == 0) return false;
  return behind > 0 || (blanks == 0 && !exact);  // else the second is an offset
}

// A moment, a time of day, a date, a Unix time or a part of a date.
std::pair<std::size_t, ClockKind> match_number(string_view text) {
  ClockKind kind = ClockKind::kUnknown;
  if (const std::size_t size = match_moment(text, &kind)) return {size, kind};
  if (const std::size_t size = match_time(text, &kind)) return {size, kind};
  if (const std::size_t size = match_date(text)) return {size, ClockKind::kDate};
  const std::size_t size = match_pattern(text, "d*");
  const string_view digits = text.substr(0, size);
  if (is_unix(digits)) return {size + match_pattern(text.substr(size), ".d*"), ClockKind::kUnix};
  return {size, is_date_part(digits) ? ClockKind::kDate : ClockKind::kUnknown};
}

std::pair<std::size_t, ClockKind> read_number(string_view text) {
  auto [size, kind] = match_number(text);
  string_view after = text.substr(size);
  if (is_time(kind)) {
    const bool exact = kind != ClockKind::kTime || size > 5;
    if (begins_span(after, exact)) return {size, ClockKind::kUnknown};
    const bool is_signed = after.starts_with('+') || after.starts_with('-');
    const std::size_t offset = is_signed ? match_offset(after.substr(1)) : 0;
    if (offset != 0) size += 1 + offset;
    after = text.substr(size);
  }
  // "14:03:22:7", "14:03/4", "2.14:03" are something else.
  const bool goes_on = after.size() > 1 && std::string_view(":./").find(after[0]) != after.npos &&
                       is_digit(after[1]);
  return {size, goes_on ? ClockKind::kUnknown : kind};
}

// "Europe/Berlin", "America/Argentina/Buenos_Aires"
std::size_t match_zone(string_view text) {
  std::size_t at = 0;
  int parts = 0;
  while (at < text.size() && is_upper(text[at])) {
    while (at < text.size() && (is_letter(text[at]) || text[at] == '_')) ++at;
    ++parts;
    if (at >= text.size() || text[at] != '/') break;
    ++at;
  }
  return parts >= 2 ? at : 0;
}

// "(Central European Standard Time)"
std::size_t match_zone_name(string_view text) {
  constexpr std::size_t kLongest = 60;
  const std::size_t end = text.substr(0, kLongest).find(')');
  if (end == text.npos || !text.substr(0, end).ends_with(" Time")) return 0;
  const string_view inside = text.substr(1, end - 1);
  const bool words =
      std::all_of(inside.begin(), inside.end(), [](char c) { return is_letter(c) || c == ' '; });
  return words ? end + 1 : 0;
}

std::pair<std::size_t, ClockKind> read_mark(string_view text) {
  if (text[0] == '+' || text[0] == '-') {
    if (const std::size_t offset = match_offset(text.substr(1))) {
      return {1 + offset, ClockKind::kFiller};
    }
  }
  if (const std::size_t dash = match_dash(text)) return {dash, ClockKind::kOther};
  if (text.starts_with("\xe2\x80\x99")) return {3, ClockKind::kFiller};  // an apostrophe
  if (text[0] == ':' || text[0] == '=' || text[0] == '>') return {1, ClockKind::kSeparator};
  if (const std::size_t name = text[0] == '(' ? match_zone_name(text) : 0) {
    return {name, ClockKind::kFiller};
  }
  constexpr string_view kOthers = ".,;|()[]<*_#/'@";
  return {1, kOthers.find(text[0]) != kOthers.npos ? ClockKind::kOther : ClockKind::kUnknown};
}

std::pair<std::size_t, ClockKind> read_word(string_view text) {
  if (const std::size_t zone = match_zone(text)) return {zone, ClockKind::kFiller};
  const auto end = std::find_if_not(text.begin(), text.end(), is_letter);
  const auto size = static_cast<std::size_t>(end - text.begin());
  const ClockKind kind = kind_of(text.substr(0, size));
  // GMT+1, UTC-05:00: what follows is no time of day.
  const string_view after = text.substr(size);
  if (kind == ClockKind::kWhose && !after.empty() && (after[0] == '+' || after[0] == '-')) {
    const std::size_t offset =
        std::max(match_offset(after.substr(1)), match_pattern(after.substr(1), "dD"));
    if (offset != 0) return {size + 1 + offset, ClockKind::kWhose};
  }
  return {size, kind};
}

}  // namespace

ClockToken next_clock_token(string_view* rest) {
  rest->remove_prefix(std::min(rest->find_first_not_of(" \t\r\n"), rest->size()));
  if (rest->empty()) return {};
  std::pair<std::size_t, ClockKind> found;
  const string_view text = *rest;
  if (is_letter(text[0])) {
    found = read_word(text);
  } else if (is_digit(text[0])) {
    found = read_number(text);
  } else {
    found = read_mark(text);
  }
  rest->remove_prefix(found.first);
  return {found.second, text.substr(0, found.first)};
}

}  // namespace weir
