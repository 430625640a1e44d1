#include "local_backend/clock_lines.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <vector>

#include "local_backend/clock_words.h"

namespace weir {
namespace {

using std::string_view;

constexpr std::size_t kLongestSentence = 240;
constexpr std::size_t kLongestRuntimeLine = 2000;

bool is_word_byte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
}

string_view without_blanks(string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  return text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
}

bool has_digit(string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// What lists, headings and quotes begin with, or a picture.
bool is_decoration(char c) {
  return string_view(" \t\r-*#>|").find(c) != string_view::npos || (c & 0x80) != 0;
}

bool is_capitalised(string_view word) { return !word.empty() && word[0] >= 'A' && word[0] <= 'Z'; }

// What has been read of a sentence.
class Sentence {
 public:
  // False once it cannot be about the present moment.
  bool add(const ClockToken& token) {
    const ClockKind before = last_;
    last_ = token.kind;
    switch (token.kind) {
      case ClockKind::kUnknown: return add_place(token, before);
      case ClockKind::kIs: return is_ = true;
      case ClockKind::kIt: return it_ = true;
      case ClockKind::kNow: return now_ = true;
      case ClockKind::kToday: return today_ = true;
      case ClockKind::kTimeWord: return time_word_ = true;
      case ClockKind::kStampWord: return stamp_word_ = true;
      case ClockKind::kWhose: return whose_ = true;
      case ClockKind::kDateWord: return date_word_ = true;
      case ClockKind::kAt: return dated_;
      case ClockKind::kSeparator: return separated_ = true;
      case ClockKind::kDate: return dated_ = true;
      case ClockKind::kTime: return timed_ = true;
      case ClockKind::kExactTime: return timed_ = exact_ = true;
      case ClockKind::kMoment: return timed_ = exact_ = dated_ = moment_ = true;
      case ClockKind::kUnix: return timed_ = unix_ = now_ || time_word_ || stamp_word_;
      default: return true;
    }
  }

  bool tells_the_time() const {
    if (!timed_) return false;
    if (now_ || (it_ && is_) || (time_word_ && is_)) return true;
    if (today_) return (dated_ && is_) || time_word_;
    if (!separated_) return false;
    const bool whole = (dated_ && exact_) || unix_;
    return (whole && (time_word_ || stamp_word_)) || (moment_ && date_word_) ||
           (whose_ && time_word_);
  }

 private:
  // "in Berlin", "in New York"
  bool add_place(const ClockToken& token, ClockKind before) {
    if (!is_capitalised(token.text) || before != ClockKind::kIn) return false;
    last_ = ClockKind::kIn;
    return true;
  }

  ClockKind last_ = ClockKind::kEnd;
  bool is_ = false, it_ = false, now_ = false, today_ = false, time_word_ = false;
  bool stamp_word_ = false, whose_ = false, date_word_ = false, separated_ = false;
  bool timed_ = false, dated_ = false, exact_ = false, moment_ = false, unix_ = false;
};

// "time=2026-11-26T01:35:16Z" behind a word that is no part of a longer one but by '_'.
bool has_time_field(string_view line) {
  for (std::size_t at = line.find('='); at != line.npos; at = line.find('=', at + 1)) {
    const string_view key = line.substr(0, at);
    bool known = false;
    for (const string_view word : {"time", "now", "timestamp", "datetime", "clock", "date"}) {
      if (!key.ends_with(word)) continue;
      const std::size_t begin = key.size() - word.size();
      known = known || begin == 0 || key[begin - 1] == '_' || !is_word_byte(key[begin - 1]);
    }
    if (!known) continue;
    string_view value = line.substr(at + 1);
    for (int i = 0; i < 8; ++i) {
      const ClockKind kind = next_clock_token(&value).kind;
      if (kind == ClockKind::kTime || kind == ClockKind::kExactTime || kind == ClockKind::kMoment ||
          kind == ClockKind::kUnix) {
        return true;
      }
      if (kind != ClockKind::kDate && kind != ClockKind::kOther) break;
    }
  }
  return false;
}

// "Runtime: agent=main | os=Linux | time=14:03", as agents describe where they run.
bool is_runtime_line(string_view line) {
  if (line.size() > kLongestRuntimeLine) return false;
  line.remove_prefix(std::min(line.find_first_not_of(" \t-*#>"), line.size()));
  for (const string_view label : {"Runtime:", "runtime:", "Runtime |", "Runtime**:", "RUNTIME:"}) {
    if (line.starts_with(label)) return has_time_field(line);
  }
  return false;
}

// Takes apart at ". ", "! " and "? " before a capital letter.
std::vector<string_view> sentences_of(string_view line) {
  std::vector<string_view> sentences;
  std::size_t begin = 0;
  for (std::size_t i = 0; i + 2 < line.size(); ++i) {
    const bool ends = line[i] == '.' || line[i] == '!' || line[i] == '?';
    if (!ends || line[i + 1] != ' ' || !is_capitalised(line.substr(i + 2))) continue;
    sentences.push_back(line.substr(begin, i + 2 - begin));
    begin = i + 2;
  }
  sentences.push_back(line.substr(begin));
  return sentences;
}

void add_line(std::string* lines, string_view line) {
  if (!lines->empty()) *lines += '\n';
  *lines += without_blanks(line);
}

// What stays of the line; all of it if nothing in it tells the time.
std::string without_clock(string_view line, std::string* taken) {
  std::string kept;
  for (const string_view sentence : sentences_of(line)) {
    if (tells_the_time(sentence)) {
      add_line(taken, sentence);
    } else {
      kept += sentence;
    }
  }
  return kept;
}

bool is_fence(string_view line) {
  const string_view text = without_blanks(line);
  return text.starts_with("```") || text.starts_with("~~~");
}

}  // namespace

bool tells_the_time(string_view text) {
  if (text.size() > kLongestSentence || !has_digit(text)) return is_runtime_line(text);
  if (is_runtime_line(text)) return true;
  if (without_blanks(text).ends_with(';')) return false;  // code
  string_view rest = text;
  while (!rest.empty() && is_decoration(rest[0])) rest.remove_prefix(1);
  Sentence sentence;
  for (;;) {
    const ClockToken token = next_clock_token(&rest);
    if (token.kind == ClockKind::kEnd) return sentence.tells_the_time();
    if (!sentence.add(token)) return false;
  }
}

std::string take_clock_lines(std::string* text) {
  std::string taken;
  if (!has_digit(*text)) return taken;
  std::string kept;
  kept.reserve(text->size());
  bool in_code = false;
  for (string_view rest = *text; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size() - 1) + 1;
    const string_view line = rest.substr(0, end);
    rest.remove_prefix(end);
    if (is_fence(line)) in_code = !in_code;
    const std::size_t before = taken.size();
    const std::string stays = in_code ? std::string(line) : without_clock(line, &taken);
    if (taken.size() == before) {
      kept += line;
    } else if (const std::size_t size = stays.find_last_not_of(" \t\r\n"); size != stays.npos) {
      kept += stays.substr(0, size + 1);
      if (line.ends_with('\n')) kept += '\n';
    }
  }
  if (!taken.empty()) *text = std::move(kept);
  return taken;
}

}  // namespace weir
