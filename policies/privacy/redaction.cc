#include "policies/privacy/redaction.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <unordered_set>
#include <utility>

#include "policies/privacy/bytes.h"
#include "policies/privacy/json_parts.h"
#include "policies/privacy/json_texts.h"

namespace weir::privacy {
namespace {

constexpr std::size_t index_of(FindingKind kind) { return static_cast<std::size_t>(kind); }

constexpr int kDeepestJson = 4;  // of JSON in texts of JSON

// The base64 of a file within a text. No detector reads it.
struct FileBytes {
  std::size_t begin = 0;
  std::size_t end = 0;

  bool empty() const { return begin == end; }
};

bool is_base64(char c) { return is_alnum(c) || c == '+' || c == '/' || c == '-' || c == '_'; }

std::size_t end_of_run(std::string_view text, std::size_t at) {
  while (at < text.size() && is_base64(text[at])) ++at;
  return at;
}

// Of one line, or of long ones of one length, as programs wrap them: other lines may be numbers or
// names.
std::size_t end_of_base64(std::string_view text, std::size_t begin) {
  constexpr std::size_t kShortestLine = 60;
  std::size_t end = end_of_run(text, begin);
  const std::size_t line = end - begin;
  while (line >= kShortestLine) {
    std::size_t next = end + (at(text, end) == '\r' ? 1 : 0);
    if (at(text, next) != '\n') break;
    ++next;
    const std::size_t stop = end_of_run(text, next);
    if (stop - next != line) break;
    end = stop;
  }
  for (int padding = 0; padding < 2 && at(text, end) == '='; ++padding) ++end;
  return end;
}

// `is_file`: by its place the text is one.
FileBytes file_in(std::string_view text, bool is_file) {
  constexpr std::string_view kMark = ";base64,";
  constexpr std::size_t kLongestType = 128;
  constexpr std::size_t kShortestRun = 256;  // less is soon looked at
  std::size_t begin = 0;
  if (text.starts_with("data:")) {
    const std::size_t mark = text.substr(0, kLongestType).find(kMark);
    if (mark == std::string_view::npos) return {};
    begin = mark + kMark.size();
  } else if (!is_file) {
    return {};
  }
  const std::size_t end = end_of_base64(text, begin);
  return end - begin < kShortestRun ? FileBytes{} : FileBytes{begin, end};
}

// As the names of a dialect's members are: few digits, no capitals in a row. What a client names so
// in an object of its own may be an account number all the same.
bool is_identifier(std::string_view text) {
  constexpr std::ptrdiff_t kMostDigits = 3;
  const bool plain =
      std::all_of(text.begin(), text.end(), [](char c) { return is_alnum(c) || c == '_'; });
  return plain && std::count_if(text.begin(), text.end(), is_digit) <= kMostDigits &&
         std::adjacent_find(text.begin(), text.end(), [](char a, char b) {
           return is_upper(a) && is_upper(b);
         }) == text.end();
}

// As words of a dialect, ids and signatures are.
bool is_code(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c > ' ' && c < 0x7F && c != '@'; });
}

bool is_text(const JsonText& where, std::string_view text) {
  if (text.empty()) return false;
  if (where.is_key) return where.data || !is_identifier(text);
  return !where.code || !is_code(text);
}

// Providers take no brackets in names of tools and of their parameters.
bool is_plain_name(const JsonText& where, std::string_view text) {
  const bool name = where.is_key || where.key == "name" || where.key == "required";
  return name && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_' ||
                  c == '-';
         });
}

// The words of a client's that the names of a series of aliases may not be: PII and what begins so.
class TakenSeries {
 public:
  void add(std::string_view text) {
    for (std::size_t i = 0; i + kStem.size() <= text.size(); ++i) {
      if (to_upper(text[i]) == kStem[0] && stands_at(text, i, "pii")) add_word(text.substr(i));
    }
  }
  bool holds(std::string_view series) const { return words_.contains(std::string(series)); }

 private:
  static constexpr std::string_view kStem = "PII";
  static constexpr std::size_t kLongest = kStem.size() + 8;  // more series than a text has room for

  // Each beginning of the word, too. Where one is known, so are the shorter ones.
  void add_word(std::string_view text) {
    std::string word(kStem);
    while (word.size() < std::min(text.size(), kLongest) && is_alpha(text[word.size()])) {
      word.push_back(to_upper(text[word.size()]));
    }
    while (word.size() >= kStem.size() && words_.insert(word).second) word.pop_back();
  }

  std::unordered_set<std::string> words_;
};

// The places of known values in a text, from its first byte to its last.
std::vector<KnownValues::Place> places_in(std::string_view text, const FileBytes& file,
                                          const KnownValues& values) {
  // What is shorter stands in the bytes of a picture by chance, once in so many.
  constexpr std::size_t kShortestInFile = 8;
  std::vector<KnownValues::Place> places;
  values.find_backwards(text, [&](const KnownValues::Place& place) {
    const bool inside = place.begin >= file.begin && place.begin + place.size <= file.end;
    if (!inside || place.size >= kShortestInFile) places.push_back(place);
    return true;
  });
  std::reverse(places.begin(), places.end());
  return places;
}

// In the name of a member that may be a dialect's: only what cannot be an accident.
std::vector<KnownValues::Place> places_in_name(std::string_view name, const KnownValues& values) {
  std::vector<KnownValues::Place> places = places_in(name, {}, values);
  std::erase_if(places, [](const KnownValues::Place& place) { return !place.sure; });
  return places;
}

// True if it changed anything.
bool put_aliases(const std::vector<KnownValues::Place>& places, const Aliases& aliases,
                 std::string* text) {
  const std::string_view whole = *text;
  std::string out;
  std::size_t done = 0;
  for (const KnownValues::Place& place : places) {
    if (place.begin < done) continue;
    const std::string* alias = aliases.find(whole.substr(place.begin, place.size));
    if (alias == nullptr) continue;
    out.append(whole, done, place.begin - done).append(*alias);
    done = place.begin + place.size;
  }
  if (done == 0) return false;
  *text = out.append(whole, done);
  return true;
}

// A text as it reads, with the name of the member that holds it, which may say what it is.
struct NamedText {
  std::string name;
  std::string text;
  FileBytes file;
};

// Its end, of which it is the last word that counts.
std::string_view name_of(const JsonText& where) {
  constexpr std::size_t kLongestName = 128;
  if (where.is_key) return {};
  return where.key.substr(where.key.size() - std::min(where.key.size(), kLongestName));
}

// Whether a text begins and ends like JSON, but is none as a whole.
bool is_loose_json(std::string_view text, const std::vector<JsonPart>& parts) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const bool whole = parts.size() == 1 && parts[0].begin == text.find_first_not_of(kBlanks) &&
                     parts[0].end == text.find_last_not_of(kBlanks) + 1;
  return !whole && looks_like_json(text);
}

struct Texts {
  std::vector<NamedText> texts;    // also of what is JSON within texts, in the order of the body
  std::vector<std::string> names;  // of members, that may be a dialect's
};

void collect(std::string_view document, int depth, Texts* out) {
  for (JsonTexts each(document); each.next();) {
    const JsonText& where = each.text();
    std::string text = unescape_json(document.substr(where.begin, where.end - where.begin));
    if (depth == 0 && !is_text(where, text)) {
      if (where.is_key) out->names.push_back(std::move(text));
      continue;
    }
    if (depth < kDeepestJson) {
      const std::vector<JsonPart> parts = json_parts(text);
      if (is_loose_json(text, parts)) collect(text, depth + 1, out);
      for (const JsonPart& part : parts) {
        collect(std::string_view(text).substr(part.begin, part.end - part.begin), depth + 1, out);
      }
    }
    const FileBytes file = file_in(text, where.file && depth == 0);
    out->texts.push_back({std::string(name_of(where)), std::move(text), file});
  }
}

Texts texts_of(std::string_view body) {
  Texts texts;
  collect(body, 0, &texts);
  return texts;
}

void move_findings(std::size_t by, std::vector<Finding>* findings) {
  for (Finding& each : *findings) {
    each.begin += by;
    each.end += by;
  }
}

// What is before the bytes of a file, and what is behind them if anything is.
void find_around(const NamedText& named, const Scan& scan, std::vector<Finding>* findings) {
  constexpr std::size_t kTail = 32;  // of the bytes, which may be the beginning of an address
  const std::string_view text = named.text;
  scan(text.substr(0, named.file.begin), findings);
  if (named.file.end == text.size()) return;
  const std::size_t rest = named.file.end - kTail;
  std::vector<Finding> behind;
  scan(text.substr(rest), &behind);
  move_findings(rest, &behind);
  findings->insert(findings->end(), behind.begin(), behind.end());
}

// A short value is looked at beside its name: {"password":"…"}.
void find_in(const NamedText& named, const Scan& scan, std::vector<Finding>* findings) {
  constexpr std::size_t kLongestValue = 256;
  if (!named.file.empty()) return find_around(named, scan, findings);
  if (named.name.empty() || named.text.size() > kLongestValue) return scan(named.text, findings);
  const std::string lead = named.name + ": ";
  scan(lead + named.text, findings);
  std::erase_if(*findings, [&](const Finding& each) { return each.begin < lead.size(); });
  move_findings(0 - lead.size(), findings);
}

class Redactor {
 public:
  Redactor(const Scan& scan, const FindingKinds& kinds, Aliases* aliases)
      : scan_(scan), kinds_(kinds), aliases_(*aliases) {}

  void learn(const NamedText& named) {
    find_in(named, scan_, &findings_);
    for (const Finding& finding : findings_) {
      if (!kinds_.test(index_of(finding.kind))) continue;
      const std::size_t size = finding.end - finding.begin;
      aliases_.alias_of(finding.kind, std::string_view(named.text).substr(finding.begin, size));
    }
    findings_.clear();
  }

  // True if it changed anything.
  bool redact(const KnownValues& values, NamedText* named, int depth) {
    bool changed = false;
    if (depth < kDeepestJson) {
      std::vector<JsonPart> parts = json_parts(named->text);
      if (is_loose_json(named->text, parts)) {
        changed = redact_parts(values, {{0, named->text.size()}}, named, depth);
        parts = json_parts(named->text);
      }
      changed |= redact_parts(values, parts, named, depth);
      const bool json = looks_like_json(named->text);
      if (json && places_in(named->text, named->file, values).empty()) return changed;
    }
    return replace(values, named) || changed;
  }

 private:
  // What is JSON before the bytes of a file or among them stays.
  bool redact_parts(const KnownValues& values, const std::vector<JsonPart>& parts, NamedText* named,
                    int depth) {
    const std::string_view text = named->text;
    std::string out;
    std::size_t done = 0;
    bool changed = false;
    for (const JsonPart& part : parts) {
      if (part.begin < named->file.end) continue;
      out.append(text.substr(done, part.begin - done));
      const std::string_view document = text.substr(part.begin, part.end - part.begin);
      out.append(edit_texts(document, [&](const JsonText& where, std::string* inner) {
        const FileBytes file = file_in(*inner, false);
        NamedText within{std::string(name_of(where)), std::move(*inner), file};
        const bool edited = redact(values, &within, depth + 1);
        *inner = std::move(within.text);
        changed |= edited;
        return edited;
      }));
      done = part.end;
    }
    if (changed) named->text = out.append(text.substr(done));
    return changed;
  }

  // What is found, and between it what is known.
  std::vector<KnownValues::Place> places(const KnownValues& values, const NamedText& named) {
    find_in(named, scan_, &findings_);
    std::vector<KnownValues::Place> found;
    found.reserve(findings_.size());
    for (const Finding& each : findings_)
      found.push_back({each.begin, each.end - each.begin, false});
    findings_.clear();
    const std::vector<KnownValues::Place> known = places_in(named.text, named.file, values);
    std::vector<KnownValues::Place> all;
    std::merge(found.begin(), found.end(), known.begin(), known.end(), std::back_inserter(all),
               [](const auto& a, const auto& b) { return a.begin < b.begin; });
    return all;
  }

  bool replace(const KnownValues& values, NamedText* named) {
    return put_aliases(places(values, *named), aliases_, &named->text);
  }

  const Scan& scan_;
  const FindingKinds& kinds_;
  Aliases& aliases_;
  std::vector<Finding> findings_;
};

}  // namespace

void Found::add(const Finding& finding) {
  const auto take = [this](std::string_view word) {
    if (!holds(word)) words_.push_back(word);
  };
  take(to_string(finding.kind));
  if (finding.kind == FindingKind::kCustom) take(finding.rule);
}

bool Found::holds(std::string_view word) const {
  return std::find(words_.begin(), words_.end(), word) != words_.end();
}

Found find_in_body(std::string_view body, const Scan& scan) {
  Found found;
  std::vector<Finding> findings;
  const Texts texts = texts_of(body);
  for (const NamedText& named : texts.texts) {
    find_in(named, scan, &findings);
    for (const Finding& finding : findings) found.add(finding);
    findings.clear();
  }
  return found;
}

FindingKinds kinds_of(const std::vector<std::string>& words) {
  FindingKinds kinds;
  for (const std::string& word : words) {
    if (const auto kind = parse_finding_kind(word)) kinds.set(index_of(*kind));
  }
  return kinds;
}

FindingKinds guessed_kinds() {
  FindingKinds kinds;
  for (const FindingKind kind :
       {FindingKind::kPerson, FindingKind::kPlace, FindingKind::kOrganisation,
        FindingKind::kNationality, FindingKind::kTitle}) {
    kinds.set(index_of(kind));
  }
  return kinds;
}

Guesses guesses_for(const FindingKinds& kinds) {
  return (kinds & guessed_kinds()).any() ? Guesses::kNames : Guesses::kNone;
}

FindingKinds usual_kinds() {
  FindingKinds kinds = ~guessed_kinds();
  for (const FindingKind plain :
       {FindingKind::kUrl, FindingKind::kDomain, FindingKind::kDate, FindingKind::kAge}) {
    kinds.reset(index_of(plain));
  }
  return kinds;
}

Redaction::Redaction(std::string_view body, const Scan& scan, const FindingKinds& kinds) {
  const std::vector<NamedText> texts = texts_of(body).texts;
  TakenSeries taken;
  for (const NamedText& named : texts) {
    taken.add(std::string_view(named.text).substr(0, named.file.begin));
    taken.add(std::string_view(named.text).substr(named.file.end));
  }
  aliases_ = Aliases([&](std::string_view series) { return taken.holds(series); });
  Redactor redactor(scan, kinds, &aliases_);
  for (const NamedText& named : texts) redactor.learn(named);
  if (aliases_.empty()) {
    body_ = body;
    return;
  }
  values_ = KnownValues(aliases_);
  body_ = edit_texts(body, [&](const JsonText& where, std::string* text) {
    if (!is_text(where, *text)) {
      return where.is_key && put_aliases(places_in_name(*text, values_), aliases_, text);
    }
    const std::string* whole = is_plain_name(where, *text) ? aliases_.find(*text) : nullptr;
    if (whole != nullptr) {
      *text = whole->substr(1, whole->size() - 2);
      return true;
    }
    const FileBytes file = file_in(*text, where.file);
    NamedText named{std::string(name_of(where)), std::move(*text), file};
    const bool changed = redactor.redact(values_, &named, 0);
    *text = std::move(named.text);
    return changed;
  });
}

bool Redaction::leaks_into(std::string_view body) const {
  const Texts found = texts_of(body);
  return std::any_of(found.texts.begin(), found.texts.end(),
                     [&](const NamedText& named) {
                       return !places_in(named.text, named.file, values_).empty();
                     }) ||
         std::any_of(found.names.begin(), found.names.end(), [&](const std::string& name) {
           return !places_in_name(name, values_).empty();
         });
}

}  // namespace weir::privacy
