#include "local_backend/grammar/gbnf.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "local_backend/grammar/code_points.h"

namespace weir::grammar {
namespace {

constexpr char32_t kAfterText = 0xffffffff;
constexpr int kMostTimesOfTimes = 8;

struct GbnfRefusal {
  ErrorCode code;
  std::string what;
};

[[noreturn]] void refuse_grammar(std::string what) {
  throw GbnfRefusal{ErrorCode::kInvalidRequest, std::move(what)};
}

bool is_name_letter(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

bool is_count_digit(char32_t c) { return c >= '0' && c <= '9'; }

std::optional<std::uint32_t> hex_digit_value(char32_t c) {
  if (is_count_digit(c)) return c - '0';
  const char32_t lower = c | 0x20;
  if (lower >= 'a' && lower <= 'f') return lower - 'a' + 10;
  return std::nullopt;
}

struct WrittenRules {
  struct Rule {
    std::string name;
    std::optional<ExpressionId> says;
  };
  std::vector<Rule> rules;
  std::vector<Expression> expressions;
};

// Throws GbnfRefusal; nobody else sees it.
class GbnfReader {
 public:
  GbnfReader(std::string_view text, Languages& languages)
      : text_(code_points_of(text)), languages_(languages) {}

  WrittenRules read() {
    skip_blank(true);
    while (at_ < text_.size()) read_rule();
    for (const WrittenRules::Rule& rule : written_.rules) {
      if (!rule.says) refuse_grammar("there is no rule '" + rule.name + "'");
    }
    return std::move(written_);
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    const auto begin = text_.begin();
    const auto here = begin + static_cast<std::ptrdiff_t>(at_);
    const auto line = 1 + std::count(begin, here, U'\n');
    const auto last = std::find(std::make_reverse_iterator(here), text_.rend(), U'\n');
    const auto column = 1 + (here - last.base());
    refuse_grammar("line " + std::to_string(line) + ", column " + std::to_string(column) + ": " +
                   what);
  }

  char32_t now() const { return at_ < text_.size() ? text_[at_] : kAfterText; }
  bool take(char32_t c) {
    if (now() != c) return false;
    ++at_;
    return true;
  }
  bool is_line_end() const { return now() == '\n' || now() == '\r'; }

  void skip_blank(bool line_ends) {
    while (now() == ' ' || now() == '\t' || now() == '#' || (line_ends && is_line_end())) {
      if (now() != '#') {
        ++at_;
        continue;
      }
      while (now() != kAfterText && !is_line_end()) ++at_;
    }
  }

  // A line that begins with '|' goes on with the rule before.
  void skip_to_option() {
    const std::size_t before = at_;
    skip_blank(true);
    if (now() != '|') at_ = before;
  }

  ExpressionId add(Expression expression) {
    if (written_.expressions.size() >= GrammarRules::kMostParts) fail("the grammar is too large");
    written_.expressions.push_back(std::move(expression));
    return static_cast<ExpressionId>(written_.expressions.size() - 1);
  }
  ExpressionId add_language(LanguageId language) {
    return add({.kind = Expression::Kind::kLanguage, .one = language});
  }

  std::string read_name() {
    std::string name;
    while (is_name_letter(now())) name += static_cast<char>(text_[at_++]);
    if (name.empty()) fail("a name of a rule must stand here");
    return name;
  }

  std::uint32_t rule_of(const std::string& name) {
    const auto next = static_cast<std::uint32_t>(written_.rules.size());
    const auto [known, is_new] = rules_.try_emplace(name, next);
    if (is_new && next >= GrammarRules::kMostRules) fail("there are too many rules");
    if (is_new) written_.rules.push_back({name, std::nullopt});
    return known->second;
  }

  void read_rule() {
    const std::string name = read_name();
    skip_blank(false);
    if (!(take(':') && take(':') && take('='))) fail("'::=' must follow the name of a rule");
    skip_blank(true);
    const std::uint32_t rule = rule_of(name);
    if (written_.rules[rule].says) fail("the rule '" + name + "' is there twice");
    const ExpressionId says = read_options(false);
    written_.rules[rule].says = says;
    if (now() != kAfterText && !is_line_end()) fail("this cannot stand in a rule");
    skip_blank(true);
  }

  ExpressionId read_options(bool grouped) {
    if (++depth_ > GrammarRules::kMostDepth) fail("groups are nested too deeply");
    std::vector<ExpressionId> options{read_sequence(grouped)};
    while (true) {
      if (!grouped) skip_to_option();
      if (!take('|')) break;
      skip_blank(true);
      options.push_back(read_sequence(grouped));
    }
    --depth_;
    if (options.size() == 1) return options.front();
    return add({.kind = Expression::Kind::kEither, .parts = std::move(options)});
  }

  ExpressionId read_sequence(bool grouped) {
    std::vector<ExpressionId> parts;
    while (const auto part = read_part()) {
      parts.push_back(*part);
      skip_blank(grouped);
      for (int more = 0; const auto times = read_times(); ++more) {
        if (more == kMostTimesOfTimes) fail("this is repeated too often");
        parts.back() = add({.kind = Expression::Kind::kRepeated,
                            .one = parts.back(),
                            .least = times->first,
                            .most = times->second});
        skip_blank(grouped);
      }
    }
    if (parts.size() == 1) return parts.front();
    return add({.kind = Expression::Kind::kSequence, .parts = std::move(parts)});
  }

  std::optional<ExpressionId> read_part() {
    if (take('"')) return add_language(read_text());
    if (take('[')) return add_language(read_class());
    if (take('.')) return add_language(languages_.one_of(all_code_points()));
    if (take('(')) {
      skip_blank(true);
      const ExpressionId group = read_options(true);
      if (!take(')')) fail("')' is missing");
      return group;
    }
    if (now() == '<' || now() == '!') {
      throw GbnfRefusal{ErrorCode::kUnsupportedParameter,
                        "tokens of a vocabulary ('<...>') are not supported"};
    }
    if (!is_name_letter(now())) return std::nullopt;
    return add({.kind = Expression::Kind::kRule, .one = rule_of(read_name())});
  }

  std::optional<std::pair<std::uint32_t, std::uint32_t>> read_times() {
    if (take('*')) return std::pair{0u, Languages::kNoLimit};
    if (take('+')) return std::pair{1u, Languages::kNoLimit};
    if (take('?')) return std::pair{0u, 1u};
    if (!take('{')) return std::nullopt;
    skip_blank(true);
    const std::uint32_t least = read_count();
    std::uint32_t most = least;
    if (take(',')) {
      skip_blank(true);
      most = is_count_digit(now()) ? read_count() : Languages::kNoLimit;
    }
    if (!take('}')) fail("'}' is missing");
    if (least > most) fail("the first number must not be above the second");
    return std::pair{least, most};
  }

  std::uint32_t read_count() {
    if (!is_count_digit(now())) fail("a number must stand here");
    std::uint32_t count = 0;
    while (is_count_digit(now())) {
      count = count * 10 + static_cast<std::uint32_t>(text_[at_++] - '0');
      if (count > GrammarRules::kMostRepeats) fail("this is too often");
    }
    skip_blank(true);
    return count;
  }

  LanguageId read_text() {
    std::u32string text;
    while (!take('"')) text += read_character();
    return languages_.text(text);
  }

  LanguageId read_class() {
    const bool others = take('^');
    std::vector<CodePointRange> ranges;
    while (!take(']')) {
      const char32_t first = read_character();
      char32_t last = first;
      if (now() == '-' && at_ + 1 < text_.size() && text_[at_ + 1] != ']') {
        ++at_;
        last = read_character();
      }
      if (last < first) fail("the range is empty");
      ranges.push_back({first, last});
    }
    const CodePoints points = code_points(std::move(ranges));
    return languages_.one_of(others ? complement(points) : points);
  }

  char32_t read_character() {
    if (now() == kAfterText || is_line_end()) fail("a '\"' or ']' is missing");
    if (!take('\\')) return text_[at_++];
    const char32_t c = now();
    ++at_;
    switch (c) {
      case 'n': return '\n';
      case 'r': return '\r';
      case 't': return '\t';
      case '\\':
      case '"':
      case '[':
      case ']': return c;
      case 'x': return read_hex(2);
      case 'u': return read_hex(4);
      case 'U': return read_hex(8);
      default: --at_; fail("no character is written so");
    }
  }

  char32_t read_hex(int digits) {
    std::uint64_t code = 0;
    for (int i = 0; i < digits; ++i) {
      const auto digit = hex_digit_value(now());
      if (!digit) fail("a hexadecimal digit must stand here");
      code = code * 16 + *digit;
      ++at_;
    }
    if (code > kLastCodePoint || (code >= 0xd800 && code < 0xe000))
      fail("there is no such character");
    return static_cast<char32_t>(code);
  }

  const std::u32string text_;
  Languages& languages_;
  std::size_t at_ = 0;
  int depth_ = 0;
  std::map<std::string, std::uint32_t> rules_;
  WrittenRules written_;
};

}  // namespace

// From what is written to what a machine can follow: without parts that have no text, and with
// languages in place of all that does not lead back to itself. Throws GbnfRefusal.
class RuleMaker {
 public:
  RuleMaker(WrittenRules written, Languages& languages, GrammarRules* rules)
      : written_(std::move(written)), languages_(languages), rules_(*rules) {}

  void make() {
    const auto root =
        std::find_if(written_.rules.begin(), written_.rules.end(),
                     [](const WrittenRules::Rule& rule) { return rule.name == "root"; });
    if (root == written_.rules.end()) refuse_grammar("there is no rule 'root'");
    find_possible();
    find_recursive();
    const auto start = static_cast<std::uint32_t>(root - written_.rules.begin());
    if (!possible_[start]) refuse_grammar("no text satisfies it");
    made_.resize(written_.rules.size());
    for (std::uint32_t rule = 0; rule < made_.size(); ++rule) {
      if (possible_[rule])
        rules_.rules_.push_back(simple_rule(rule));
      else
        rules_.rules_.push_back(add_language(Languages::kNothing));
    }
    rules_.root_ = add({.kind = Kind::kRule, .one = start});
    refuse_left_recursion();
  }

 private:
  using Kind = Expression::Kind;

  const Expression& written(ExpressionId id) const { return written_.expressions[id]; }
  const Expression& made(ExpressionId id) const { return rules_.expressions_[id]; }

  ExpressionId add(Expression expression) {
    if (rules_.expressions_.size() >= GrammarRules::kMostParts)
      refuse_grammar("the grammar is too large");
    rules_.expressions_.push_back(std::move(expression));
    return static_cast<ExpressionId>(rules_.expressions_.size() - 1);
  }
  ExpressionId add_language(LanguageId language) {
    return add({.kind = Kind::kLanguage, .one = language});
  }

  // Whether it has a text, as far as is known of the rules.
  bool is_possible(ExpressionId id) const {
    const Expression& at = written(id);
    const auto is_part = [this](ExpressionId part) { return is_possible(part); };
    switch (at.kind) {
      case Kind::kLanguage: return languages_.possible(at.one);
      case Kind::kSequence: return std::ranges::all_of(at.parts, is_part);
      case Kind::kEither: return std::ranges::any_of(at.parts, is_part);
      case Kind::kRepeated: return at.least == 0 || is_possible(at.one);
      case Kind::kRule: return possible_[at.one];
    }
    return false;
  }

  void find_possible() {
    possible_.assign(written_.rules.size(), false);
    for (bool more = true; more;) {
      more = false;
      for (std::size_t rule = 0; rule < possible_.size(); ++rule) {
        if (possible_[rule] || !is_possible(*written_.rules[rule].says)) continue;
        possible_[rule] = more = true;
      }
    }
  }

  void collect_rules(ExpressionId id, std::set<std::uint32_t>* rules) const {
    const Expression& at = written(id);
    if (at.kind == Kind::kRule) rules->insert(at.one);
    if (at.kind == Kind::kRepeated) collect_rules(at.one, rules);
    for (const ExpressionId part : at.parts) collect_rules(part, rules);
  }

  // Those that lead back to themselves.
  static std::vector<bool> lead_back(const std::vector<std::set<std::uint32_t>>& next) {
    std::vector<bool> lead(next.size());
    for (std::uint32_t rule = 0; rule < next.size(); ++rule) {
      std::vector<bool> met(next.size());
      std::vector<std::uint32_t> way(next[rule].begin(), next[rule].end());
      while (!way.empty() && !lead[rule]) {
        const std::uint32_t at = way.back();
        way.pop_back();
        if (met[at]) continue;
        met[at] = true;
        lead[rule] = at == rule;
        way.insert(way.end(), next[at].begin(), next[at].end());
      }
    }
    return lead;
  }

  void find_recursive() {
    std::vector<std::set<std::uint32_t>> next(written_.rules.size());
    for (std::size_t rule = 0; rule < next.size(); ++rule) {
      collect_rules(*written_.rules[rule].says, &next[rule]);
    }
    recursive_ = lead_back(next);
  }

  ExpressionId simple_rule(std::uint32_t rule) {
    if (!made_[rule]) {
      if (++depth_ > GrammarRules::kMostDepth) refuse_grammar("rules are nested too deeply");
      made_[rule] = simple(*written_.rules[rule].says);
      --depth_;
    }
    return *made_[rule];
  }

  // What is possible of it, in words of languages and rules that are none.
  ExpressionId simple(ExpressionId id) {
    const Expression& at = written(id);
    switch (at.kind) {
      case Kind::kLanguage: return add_language(at.one);
      case Kind::kSequence: return sequence(at.parts);
      case Kind::kEither: return either(at.parts);
      case Kind::kRepeated: return repeated(at);
      case Kind::kRule: break;
    }
    const auto says = recursive_[at.one] ? std::nullopt : std::optional(simple_rule(at.one));
    if (says && made(*says).kind == Kind::kLanguage) return *says;
    return add({.kind = Kind::kRule, .one = at.one});
  }

  // Languages beside each other are one.
  ExpressionId sequence(const std::vector<ExpressionId>& parts) {
    std::vector<ExpressionId> simple_parts;
    LanguageId text = Languages::kEmpty;
    const auto end_text = [&] {
      if (text != Languages::kEmpty) simple_parts.push_back(add_language(text));
      text = Languages::kEmpty;
    };
    for (const ExpressionId part : parts) {
      const ExpressionId one = simple(part);
      if (made(one).kind == Kind::kLanguage) {
        text = languages_.sequence(text, made(one).one);
      } else {
        end_text();
        simple_parts.push_back(one);
      }
    }
    if (simple_parts.empty()) return add_language(text);
    end_text();
    if (simple_parts.size() == 1) return simple_parts.front();
    return add({.kind = Kind::kSequence, .parts = std::move(simple_parts)});
  }

  ExpressionId either(const std::vector<ExpressionId>& parts) {
    std::vector<ExpressionId> others;
    std::vector<LanguageId> texts;
    for (const ExpressionId part : parts) {
      if (!is_possible(part)) continue;
      const ExpressionId one = simple(part);
      if (made(one).kind == Kind::kLanguage) {
        texts.push_back(made(one).one);
      } else {
        others.push_back(one);
      }
    }
    if (!texts.empty()) others.push_back(add_language(languages_.either(std::move(texts))));
    if (others.size() == 1) return others.front();
    return add({.kind = Kind::kEither, .parts = std::move(others)});
  }

  ExpressionId repeated(const Expression& at) {
    if (!is_possible(at.one)) return add_language(Languages::kEmpty);
    const ExpressionId one = simple(at.one);
    if (made(one).kind == Kind::kLanguage) {
      return add_language(languages_.repeated(made(one).one, at.least, at.most));
    }
    return add({.kind = Kind::kRepeated, .one = one, .least = at.least, .most = at.most});
  }

  // Whether it may be the empty text, as far as is known of the rules.
  bool may_be_empty(ExpressionId id, const std::vector<bool>& empty_rules) const {
    const Expression& at = made(id);
    const auto is_part = [&](ExpressionId part) { return may_be_empty(part, empty_rules); };
    switch (at.kind) {
      case Kind::kLanguage: return languages_.has_empty(at.one);
      case Kind::kSequence: return std::ranges::all_of(at.parts, is_part);
      case Kind::kEither: return std::ranges::any_of(at.parts, is_part);
      case Kind::kRepeated: return at.least == 0 || is_part(at.one);
      case Kind::kRule: return empty_rules[at.one];
    }
    return false;
  }

  std::vector<bool> empty_rules() const {
    std::vector<bool> empty(rules_.rules_.size(), false);
    for (bool more = true; more;) {
      more = false;
      for (std::size_t rule = 0; rule < empty.size(); ++rule) {
        if (empty[rule] || !may_be_empty(rules_.rules_[rule], empty)) continue;
        empty[rule] = more = true;
      }
    }
    return empty;
  }

  // Rules that may stand where it begins.
  void collect_first(ExpressionId id, const std::vector<bool>& empty,
                     std::set<std::uint32_t>* first) const {
    const Expression& at = made(id);
    if (at.kind == Kind::kRule) first->insert(at.one);
    if (at.kind == Kind::kRepeated) collect_first(at.one, empty, first);
    for (const ExpressionId part : at.parts) {
      collect_first(part, empty, first);
      if (at.kind == Kind::kSequence && !may_be_empty(part, empty)) break;
    }
  }

  void refuse_left_recursion() const {
    const std::vector<bool> empty = empty_rules();
    std::vector<std::set<std::uint32_t>> first(rules_.rules_.size());
    for (std::size_t rule = 0; rule < first.size(); ++rule) {
      collect_first(rules_.rules_[rule], empty, &first[rule]);
    }
    const std::vector<bool> loops = lead_back(first);
    const auto loop = std::ranges::find(loops, true);
    if (loop == loops.end()) return;
    const std::string& name = written_.rules[static_cast<std::size_t>(loop - loops.begin())].name;
    refuse_grammar("the rule '" + name + "' may begin with itself");
  }

  const WrittenRules written_;
  Languages& languages_;
  GrammarRules& rules_;
  std::vector<bool> possible_;
  std::vector<bool> recursive_;
  std::vector<std::optional<ExpressionId>> made_;  // by rule
  int depth_ = 0;
};

Result<std::unique_ptr<GrammarRules>> GrammarRules::read(std::string_view gbnf,
                                                         Languages& languages) {
  if (gbnf.size() > kMostBytes) {
    return Error{ErrorCode::kInvalidRequest, "the grammar is too large", "invalid_grammar"};
  }
  try {
    std::unique_ptr<GrammarRules> rules(new GrammarRules);
    RuleMaker(GbnfReader(gbnf, languages).read(), languages, rules.get()).make();
    return rules;
  } catch (const GbnfRefusal& refused) {
    const bool invalid = refused.code == ErrorCode::kInvalidRequest;
    return Error{refused.code, refused.what, invalid ? "invalid_grammar" : "unsupported_parameter"};
  }
}

}  // namespace weir::grammar
