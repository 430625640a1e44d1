#include "local_backend/grammar/pattern.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "local_backend/tokenizer/character.h"

namespace weir::grammar {
namespace {

constexpr std::uint32_t kMostRepeats = 100'000;
constexpr int kMostDepth = 64;

const CodePoints kDigits{{'0', '9'}};
const CodePoints kWords{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
const CodePoints kSpaces{{0x09, 0x0d},     {0x20, 0x20},     {0xa0, 0xa0},     {0x1680, 0x1680},
                         {0x2000, 0x200a}, {0x2028, 0x2029}, {0x202f, 0x202f}, {0x205f, 0x205f},
                         {0x3000, 0x3000}, {0xfeff, 0xfeff}};
const CodePoints kLineEnds{{0x0a, 0x0a}, {0x0d, 0x0d}, {0x2028, 0x2029}};

struct Property {
  std::u32string_view short_name;
  std::u32string_view long_name;
  std::uint32_t traits;
};
constexpr std::array kProperties = {
    Property{U"L", U"Letter", trait::kLetter},
    Property{U"Lu", U"Uppercase_Letter", trait::kUpper},
    Property{U"Ll", U"Lowercase_Letter", trait::kLower},
    Property{U"Lt", U"Titlecase_Letter", trait::kTitle},
    Property{U"Lm", U"Modifier_Letter", trait::kModifier},
    Property{U"Lo", U"Other_Letter", trait::kOtherLetter},
    Property{U"M", U"Mark", trait::kMark},
    Property{U"N", U"Number", trait::kNumber},
    Property{U"P", U"Punctuation", trait::kPunctuation},
    Property{U"S", U"Symbol", trait::kSymbol},
};

CodePoints points_with(std::uint32_t traits) {
  std::vector<CodePointRange> ranges;
  const auto table = unicode_categories();
  for (std::size_t i = 0; i < table.size(); ++i) {
    const char32_t first = table[i] >> 8;
    const char32_t last = i + 1 < table.size() ? (table[i + 1] >> 8) - 1 : kLastCodePoint;
    if ((traits_of(first) & traits) != 0) ranges.push_back({first, last});
  }
  return code_points(std::move(ranges));
}

struct Refused {
  ErrorCode code;
  std::string what;
};

// Throws Refused; nobody else sees it.
class Parser {
 public:
  Parser(std::u32string_view text, Languages& languages) : text_(text), languages_(languages) {}

  LanguageId whole() {
    const LanguageId language = outer(true);
    if (!done()) invalid("has a ')' too many");
    return language;
  }

 private:
  struct Item {
    LanguageId language = Languages::kEmpty;
    enum class Kind : std::uint8_t { kText, kAhead, kNotAhead, kBegin, kEnd } kind = Kind::kText;
  };

  [[noreturn]] static void invalid(std::string what) {
    throw Refused{ErrorCode::kInvalidRequest, std::move(what)};
  }
  [[noreturn]] static void unsupported(std::string what) {
    throw Refused{ErrorCode::kUnsupportedParameter, std::move(what) + ", which is not supported"};
  }

  bool done() const { return at_ == text_.size(); }
  bool sees(char32_t code) const { return !done() && text_[at_] == code; }
  bool sees(std::u32string_view text) const { return text_.substr(at_).starts_with(text); }
  bool take(std::u32string_view text) {
    if (!sees(text)) return false;
    at_ += text.size();
    return true;
  }
  char32_t next() {
    if (done()) invalid("ends too early");
    return text_[at_++];
  }

  // Options outside all groups but those that hold all of an option. `searched`: what comes
  // before a match does not matter; what comes behind it never does.
  LanguageId outer(bool searched) {
    if (++depth_ > kMostDepth) unsupported("has too many groups");
    std::vector<LanguageId> options;
    do options.push_back(outer_option(searched));
    while (take(U"|"));
    --depth_;
    return languages_.either(std::move(options));
  }

  LanguageId outer_option(bool searched) {
    if (const auto language = lone_group(searched)) return *language;
    std::vector<Item> items;
    while (!done() && !sees(U'|') && !sees(U')')) items.push_back(outer_item());
    LanguageId language = Languages::kAnything;
    for (std::size_t i = items.size(); i-- > 0;) {
      language = before(items[i], language, i == 0, i + 1 == items.size());
    }
    const bool anchored = !items.empty() && items.front().kind == Item::Kind::kBegin;
    if (anchored || !searched) return language;
    return languages_.sequence(Languages::kAnything, language);
  }

  // "(a|b)" with nothing beside it: as if its options stood alone.
  std::optional<LanguageId> lone_group(bool searched) {
    const std::size_t start = at_;
    if (!take(U"(?:") && !(sees(U'(') && !sees(U"(?") && take(U"("))) return std::nullopt;
    const LanguageId language = outer(searched);
    if (take(U")") && (done() || sees(U'|') || sees(U')'))) return language;
    at_ = start;
    return std::nullopt;
  }

  LanguageId before(const Item& item, LanguageId rest, bool first, bool last) {
    switch (item.kind) {
      case Item::Kind::kText: return languages_.sequence(item.language, rest);
      case Item::Kind::kAhead: return languages_.both({item.language, rest});
      case Item::Kind::kNotAhead:
        return languages_.both({languages_.negation(item.language), rest});
      case Item::Kind::kBegin:
        if (!first) unsupported("has a '^' in the middle");
        return rest;
      case Item::Kind::kEnd:
        if (!last) unsupported("has a '$' in the middle");
        return Languages::kEmpty;
    }
    return rest;
  }

  Item outer_item() {
    if (take(U"^")) return {Languages::kEmpty, Item::Kind::kBegin};
    if (take(U"$")) return {Languages::kEmpty, Item::Kind::kEnd};
    const bool ahead = take(U"(?=");
    if (ahead || take(U"(?!")) {
      const LanguageId language = outer(false);
      if (!take(U")")) invalid("has a '(' that is not closed");
      return {language, ahead ? Item::Kind::kAhead : Item::Kind::kNotAhead};
    }
    return {quantified(), Item::Kind::kText};
  }

  // Inside a group.
  LanguageId options() {
    if (++depth_ > kMostDepth) unsupported("has too many groups");
    std::vector<LanguageId> all;
    do {
      std::vector<LanguageId> parts;
      while (!done() && !sees(U'|') && !sees(U')')) parts.push_back(quantified());
      LanguageId language = Languages::kEmpty;
      for (std::size_t i = parts.size(); i-- > 0;) {
        language = languages_.sequence(parts[i], language);
      }
      all.push_back(language);
    } while (take(U"|"));
    --depth_;
    return languages_.either(std::move(all));
  }

  LanguageId quantified() {
    const LanguageId language = atom();
    std::uint32_t least = 0;
    std::uint32_t most = Languages::kNoLimit;
    if (take(U"+")) {
      least = 1;
    } else if (take(U"?")) {
      most = 1;
    } else if (sees(U'{')) {
      braces(&least, &most);
    } else if (!take(U"*")) {
      return language;
    }
    take(U"?");  // as few as possible: the same texts
    if (sees(U'*') || sees(U'+') || sees(U'?') || sees(U'{')) invalid("repeats a repetition");
    return languages_.repeated(language, least, most);
  }

  void braces(std::uint32_t* least, std::uint32_t* most) {
    ++at_;
    *least = number();
    if (take(U",")) {
      *most = sees(U'}') ? Languages::kNoLimit : number();
    } else {
      *most = *least;
    }
    if (!take(U"}")) invalid("has a '{' that is not closed");
    if (*least > *most) invalid("has a repetition whose limits are out of order");
  }

  std::uint32_t number() {
    if (done() || text_[at_] < U'0' || text_[at_] > U'9') invalid("has a '{' without a number");
    std::uint32_t value = 0;
    while (!done() && text_[at_] >= U'0' && text_[at_] <= U'9') {
      value = value * 10 + (text_[at_++] - U'0');
      if (value > kMostRepeats) unsupported("repeats more than 100,000 times");
    }
    return value;
  }

  LanguageId atom() {
    const char32_t code = next();
    switch (code) {
      case U'(': return group();
      case U'[': return languages_.one_of(char_class());
      case U'.': return languages_.one_of(complement(kLineEnds));
      case U'\\': return languages_.one_of(escape());
      case U'^':
      case U'$': unsupported("has an anchor inside a group");
      case U'*':
      case U'+':
      case U'?': invalid("repeats nothing");
      case U'{':
      case U'}':
      case U']': invalid("has a bracket that must be escaped");
      default: return languages_.character(code);
    }
  }

  LanguageId group() {
    if (take(U"?")) {
      if (sees(U'=') || sees(U'!')) unsupported("looks ahead inside a group");
      if (sees(U"<=") || sees(U"<!")) unsupported("looks behind");
      if (take(U"<")) {
        while (next() != U'>') continue;
      } else if (!take(U":")) {
        unsupported("has a group with flags");
      }
    }
    const LanguageId language = options();
    if (!take(U")")) invalid("has a '(' that is not closed");
    return language;
  }

  // Behind "[".
  CodePoints char_class() {
    const bool negated = take(U"^");
    std::vector<CodePointRange> ranges;
    while (!take(U"]")) {
      const CodePoints first = class_atom();
      const bool is_one = first.size() == 1 && first[0].first == first[0].last;
      if (is_one && sees(U'-') && !sees(U"-]")) {
        ++at_;
        const CodePoints last = class_atom();
        const bool ordered =
            last.size() == 1 && last[0].first == last[0].last && first[0].first <= last[0].last;
        if (!ordered) invalid("has a range of characters that is out of order");
        ranges.push_back({first[0].first, last[0].last});
      } else {
        ranges.insert(ranges.end(), first.begin(), first.end());
      }
    }
    CodePoints points = code_points(std::move(ranges));
    return negated ? complement(points) : points;
  }

  CodePoints class_atom() {
    const char32_t code = next();
    if (code != U'\\') return {{code, code}};
    if (take(U"b")) return {{0x08, 0x08}};
    if (take(U"-")) return {{U'-', U'-'}};
    return escape();
  }

  // Behind a backslash.
  CodePoints escape() {
    const char32_t code = next();
    switch (code) {
      case U'd': return kDigits;
      case U'D': return complement(kDigits);
      case U'w': return kWords;
      case U'W': return complement(kWords);
      case U's': return kSpaces;
      case U'S': return complement(kSpaces);
      case U'p': return property();
      case U'P': return complement(property());
      case U'b':
      case U'B': unsupported("looks for the border of a word");
      case U'k': unsupported("refers to a group");
      default: break;
    }
    if (code >= U'1' && code <= U'9') unsupported("refers to a group");
    const char32_t meant = escaped_character(code);
    return code_points({{meant, meant}});
  }

  char32_t escaped_character(char32_t code) {
    switch (code) {
      case U't': return 0x09;
      case U'n': return 0x0a;
      case U'v': return 0x0b;
      case U'f': return 0x0c;
      case U'r': return 0x0d;
      case U'0': return 0;
      case U'x': return hex(2);
      case U'u': return unicode_escape();
      case U'c': return next() % 32;
      default: break;
    }
    const bool is_word = (code >= U'a' && code <= U'z') || (code >= U'A' && code <= U'Z');
    if (is_word) invalid("has an escape that is not known");
    return code;
  }

  char32_t unicode_escape() {
    if (take(U"{")) {
      char32_t code = 0;
      while (!take(U"}")) {
        code = code * 16 + hex(1);
        if (code > kLastCodePoint) invalid("names a character beyond U+10FFFF");
      }
      return code;
    }
    const char32_t code = hex(4);
    const bool pair = code >= 0xd800 && code < 0xdc00 && take(U"\\u");
    return pair ? 0x10000 + ((code - 0xd800) << 10) + (hex(4) - 0xdc00) : code;
  }

  char32_t hex(int digits) {
    char32_t value = 0;
    for (int i = 0; i < digits; ++i) {
      const char32_t code = next();
      const bool small = code >= U'a' && code <= U'f';
      const bool large = code >= U'A' && code <= U'F';
      if (!small && !large && (code < U'0' || code > U'9')) invalid("has an escape without digits");
      value = value * 16 + (small ? code - U'a' + 10 : large ? code - U'A' + 10 : code - U'0');
    }
    return value;
  }

  CodePoints property() {
    if (!take(U"{")) invalid("has a \\p without a name");
    std::u32string name;
    while (!take(U"}")) name.push_back(next());
    for (const std::u32string_view prefix : {U"gc=", U"General_Category="}) {
      if (name.starts_with(prefix)) name.erase(0, prefix.size());
    }
    for (const Property& known : kProperties) {
      if (name == known.short_name || name == known.long_name) return points_with(known.traits);
    }
    unsupported("asks for a property of characters");
  }

  const std::u32string_view text_;
  Languages& languages_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

Result<LanguageId> language_of_pattern(std::string_view pattern, Languages& languages) {
  const std::u32string text = code_points_of(pattern);
  try {
    return Parser(text, languages).whole();
  } catch (const Refused& refused) {
    return Error{refused.code, "pattern " + refused.what};
  }
}

}  // namespace weir::grammar
