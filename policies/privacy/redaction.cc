#include "policies/privacy/redaction.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <unordered_map>
#include <utility>

#include "policies/privacy/json_texts.h"

namespace weir::privacy {
namespace {

constexpr std::size_t index_of(FindingKind kind) { return static_cast<std::size_t>(kind); }

constexpr int kDeepestJson = 4;  // of JSON in texts of JSON

// Members whose texts are words of the dialect or bytes, not a person's.
constexpr std::array<std::string_view, 22> kNoText = {"model",
                                                      "role",
                                                      "type",
                                                      "id",
                                                      "object",
                                                      "tool_call_id",
                                                      "call_id",
                                                      "tool_use_id",
                                                      "signature",
                                                      "encrypted_content",
                                                      "media_type",
                                                      "mimeType",
                                                      "mime_type",
                                                      "detail",
                                                      "service_tier",
                                                      "thoughtSignature",
                                                      "thought_signature",
                                                      "previous_response_id",
                                                      "reasoning_effort",
                                                      "b64_json",
                                                      "format",
                                                      "status"};

bool is_base64_data(const JsonText& where, std::string_view text) {
  if (text.starts_with("data:") && text.find(";base64,") < 128) return true;
  if (where.key != "data" && where.key != "file_data") return false;
  const auto plain = [](char c) {
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '+' ||
           c == '/' || c == '=' || c == '-' || c == '_';
  };
  return text.size() >= 64 && std::all_of(text.begin(), text.end(), plain);
}

// As the names of a dialect's members are. What a client names so in an object of its own may be
// an account number all the same.
bool is_identifier(std::string_view text) {
  constexpr std::ptrdiff_t kMostDigits = 3;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return std::all_of(text.begin(), text.end(),
                     [&](char c) {
                       return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_';
                     }) &&
         std::count_if(text.begin(), text.end(), is_digit) <= kMostDigits;
}

bool is_text(const JsonText& where, std::string_view text) {
  if (text.empty()) return false;
  if (where.is_key) return where.data || !is_identifier(text);
  if (where.data) return true;
  const bool named = std::find(kNoText.begin(), kNoText.end(), where.key) != kNoText.end();
  return !named && !is_base64_data(where, text);
}

// Providers take no brackets in names of tools and of their parameters.
bool is_plain_name(const JsonText& where, std::string_view text) {
  return (where.is_key || where.key == "name") && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_' ||
                  c == '-';
         });
}

// `word` is in capitals.
bool has_word(std::string_view text, std::string_view word) {
  const auto same = [](char a, char b) {
    return (a >= 'a' && a <= 'z' ? static_cast<char>(a - 0x20) : a) == b;
  };
  return std::search(text.begin(), text.end(), word.begin(), word.end(), same) != text.end();
}

bool in_value_word(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || byte >= 0x80;
}

// Known values in a text, wherever they stand for themselves.
class Values {
 public:
  explicit Values(const Aliases& aliases) : aliases_(aliases) {
    for (std::size_t i = 0; i < aliases.size(); ++i) {
      const std::string& value = aliases.value(i);
      if (value.size() >= kHead) by_head_[head_of(value)].push_back(i);
    }
    for (auto& [head, indices] : by_head_) {
      std::sort(indices.begin(), indices.end(), [&](std::size_t a, std::size_t b) {
        return aliases.value(a).size() > aliases.value(b).size();
      });
    }
  }

  // The longest value that stands at `text[at]`; null if none does.
  const std::string* at(std::string_view text, std::size_t at) const {
    if (text.size() - at < kHead) return nullptr;
    const auto found = by_head_.find(head_of(text.substr(at)));
    if (found == by_head_.end()) return nullptr;
    for (const std::size_t index : found->second) {
      const std::string& value = aliases_.value(index);
      if (text.substr(at).starts_with(value) && stands_alone(text, at, value.size())) {
        return &value;
      }
    }
    return nullptr;
  }
  bool stand_in(std::string_view text) const {
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (at(text, i) != nullptr) return true;
    }
    return false;
  }

 private:
  static constexpr std::size_t kHead = 4;  // shorter values are too common to look for

  static std::uint32_t head_of(std::string_view text) {
    std::uint32_t head = 0;
    std::memcpy(&head, text.data(), kHead);
    return head;
  }
  static bool stands_alone(std::string_view text, std::size_t at, std::size_t size) {
    const std::size_t end = at + size;
    const bool begins = at == 0 || !in_value_word(text[at - 1]) || !in_value_word(text[at]);
    return begins &&
           (end == text.size() || !in_value_word(text[end]) || !in_value_word(text[end - 1]));
  }

  const Aliases& aliases_;
  std::unordered_map<std::uint32_t, std::vector<std::size_t>> by_head_;
};

// A text as it reads, with the name of the member that holds it, which may say what it is.
struct NamedText {
  std::string name;
  std::string text;
};

std::string_view name_of(const JsonText& where) { return where.is_key ? "" : where.key; }

// Also of texts that are JSON, in the order of the body.
void collect(std::string_view document, int depth, std::vector<NamedText>* texts) {
  for (JsonTexts each(document); each.next();) {
    const JsonText& where = each.text();
    std::string text = unescape_json(document.substr(where.begin, where.end - where.begin));
    if (depth == 0 && !is_text(where, text)) continue;
    if (depth < kDeepestJson && looks_like_json(text)) collect(text, depth + 1, texts);
    texts->push_back({std::string(name_of(where)), std::move(text)});
  }
}

std::vector<NamedText> texts_of(std::string_view body) {
  std::vector<NamedText> texts;
  collect(body, 0, &texts);
  return texts;
}

// A short value is looked at beside its name: {"password":"…"}.
void find_in(std::string_view name, const std::string& text, const Scan& scan,
             std::vector<Finding>* findings) {
  constexpr std::size_t kLongestValue = 256;
  if (name.empty() || text.size() > kLongestValue) return scan(text, findings);
  const std::string lead = std::string(name) + ": ";
  scan(lead + text, findings);
  std::erase_if(*findings, [&](const Finding& each) { return each.begin < lead.size(); });
  for (Finding& each : *findings) {
    each.begin -= lead.size();
    each.end -= lead.size();
  }
}

class Redactor {
 public:
  Redactor(const Scan& scan, const FindingKinds& kinds, Aliases* aliases)
      : scan_(scan), kinds_(kinds), aliases_(*aliases) {}

  void learn(const NamedText& named) {
    find_in(named.name, named.text, scan_, &findings_);
    for (const Finding& finding : findings_) {
      if (!kinds_.test(index_of(finding.kind))) continue;
      const std::size_t size = finding.end - finding.begin;
      aliases_.alias_of(finding.kind, std::string_view(named.text).substr(finding.begin, size));
    }
    findings_.clear();
  }

  // True if it changed anything.
  bool redact(const Values& values, std::string_view name, std::string* text, int depth) {
    bool changed = false;
    if (depth < kDeepestJson && looks_like_json(*text)) {
      *text = edit_texts(*text, [&](const JsonText& where, std::string* inner) {
        const bool edited = redact(values, name_of(where), inner, depth + 1);
        changed |= edited;
        return edited;
      });
      if (!values.stand_in(*text)) return changed;  // else it only begins and ends like JSON
    }
    return replace(values, name, text) || changed;
  }

 private:
  bool replace(const Values& values, std::string_view name, std::string* text) {
    find_in(name, *text, scan_, &findings_);
    std::string out;
    std::size_t done = 0;
    auto next = findings_.begin();
    std::size_t at = 0;
    while (at < text->size()) {
      while (next != findings_.end() && next->begin < at) ++next;
      std::size_t size = 0;
      const std::string* alias = nullptr;
      if (next != findings_.end() && next->begin == at) {
        size = next->end - at;
        alias = aliases_.find(std::string_view(*text).substr(at, size));
      }
      if (alias == nullptr) {
        const std::string* value = values.at(*text, at);
        if (value != nullptr) {
          size = value->size();
          alias = aliases_.find(*value);
        }
      }
      if (alias == nullptr) {
        ++at;
        continue;
      }
      out.append(*text, done, at - done).append(*alias);
      at += size;
      done = at;
    }
    findings_.clear();
    if (done == 0) return false;
    out.append(*text, done);
    *text = std::move(out);
    return true;
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
  for (const NamedText& named : texts_of(body)) {
    find_in(named.name, named.text, scan, &findings);
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
  const std::vector<NamedText> texts = texts_of(body);
  aliases_ = Aliases([&](std::string_view series) {
    return std::any_of(texts.begin(), texts.end(),
                       [&](const NamedText& named) { return has_word(named.text, series); });
  });
  Redactor redactor(scan, kinds, &aliases_);
  for (const NamedText& named : texts) redactor.learn(named);
  if (aliases_.empty()) {
    body_ = body;
    return;
  }
  const Values values(aliases_);
  body_ = edit_texts(body, [&](const JsonText& where, std::string* text) {
    if (!is_text(where, *text)) return false;
    const std::string* whole = is_plain_name(where, *text) ? aliases_.find(*text) : nullptr;
    if (whole == nullptr) return redactor.redact(values, name_of(where), text, 0);
    *text = whole->substr(1, whole->size() - 2);
    return true;
  });
}

bool Redaction::leaks_into(std::string_view body) const {
  const Values values(aliases_);
  const std::vector<NamedText> texts = texts_of(body);
  return std::any_of(texts.begin(), texts.end(),
                     [&](const NamedText& named) { return values.stand_in(named.text); });
}

}  // namespace weir::privacy
