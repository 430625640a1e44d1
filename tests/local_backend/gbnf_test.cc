#include "local_backend/grammar/gbnf.h"

#include <algorithm>
#include <array>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/rng.h"
#include "local_backend/grammar/machine.h"
#include "tests/support/catch.h"

namespace weir::grammar {
namespace {

// A machine that a grammar leads.
class Follower {
 public:
  explicit Follower(std::string_view gbnf) {
    auto rules = GrammarRules::read(gbnf, machine_.languages());
    if (!rules) FAIL(rules.error().message);
    start_ = machine_.state(machine_.grammar(std::move(*rules), machine_.end()));
  }

  bool accepts(std::string_view text) {
    const StateId state = machine_.step(start_, text);
    return state != Machine::kDead && machine_.may_end(state);
  }
  bool may_begin(std::string_view text) { return machine_.step(start_, text) != Machine::kDead; }
  std::size_t parts() const { return machine_.parts(); }

 private:
  std::shared_ptr<const ShapeGraph> shapes_ =
      ShapeGraph::create(SchemaGraph::read(std::span<const std::string_view>(), {}).value())
          .value();
  Machine machine_{shapes_, Layout::kWritten};
  StateId start_ = Machine::kDead;
};

struct Matched {
  std::string_view gbnf;
  std::string_view yes;
  std::string_view no;
};

TEST_CASE("A grammar has the texts that its rules spell", "[grammar]") {
  const Matched match = GENERATE(
      Matched{R"(root ::= "yes" | "no")", "no", "yesno"}, Matched{R"(root ::= "a" "b"?)", "a", "b"},
      Matched{R"(root ::= [a-c]+)", "abcab", ""}, Matched{R"(root ::= [^a-c]*)", "xé", "xa"},
      Matched{R"(root ::= "a"{2,3})", "aaa", "a"}, Matched{R"(root ::= "a"{2})", "aa", "aaa"},
      Matched{R"(root ::= "a"{2,})", "aaaaa", "a"},
      Matched{R"(root ::= ("a" | "b" "c")+)", "abca", "ab"},
      Matched{R"(root ::= . "x")", "\xf0\x9f\x98\x80x", "\xf0\x9f\x98x"},
      Matched{R"(root ::= "\x41\u00e9\U0001F600\n\"\\")", "A\xc3\xa9\xf0\x9f\x98\x80\n\"\\", "A"},
      Matched{R"(root ::= [\]\[a-])", "-", "b"}, Matched{R"(root ::= [-a])", "-", "b"},
      Matched{"root ::= item*\nitem ::= [0-9]+ \",\"", "1,22,", "1,2"},
      Matched{"# a comment\nroot ::= # one more\n  \"a\" |\n  \"b\"\n\n", "b", "ab"},
      Matched{"root ::= \"a\"\n       | \"b\" # and\n\n       | other-1\nother-1 ::= \"c\"", "c",
              "d"},
      Matched{"root ::= (\n \"a\"\n \"b\"\n)\r\n", "ab", "a"},
      Matched{"root ::= [(] root [)] | \"x\"", "((x))", "((x)"},
      Matched{"root ::= [(] root? [)]", "((()))", "(()"},
      Matched{"root ::= list\nlist ::= \"[\" (list (\",\" list)*)? \"]\"", "[[],[[],[]]]", "[[],]"},
      Matched{R"(root ::= ("a" root "b")*)", "aabbab", "aab"},
      Matched{R"(root ::= (root-2?)* "x"
                 root-2 ::= "a" root-2 | "b")",
              "aabbx", "aax"},
      Matched{R"(root ::= "" | "a")", "", "b"},
      Matched{"root ::= never | \"a\"\nnever ::= \"b\" never", "a", "b"},
      Matched{R"(root ::= "a" ("b" root){0} "c")", "ac", "abacc"});
  CAPTURE(match.gbnf);
  Follower grammar(match.gbnf);
  CHECK(grammar.accepts(match.yes));
  CHECK_FALSE(grammar.accepts(match.no));
  for (std::size_t size = 0; size <= match.yes.size(); ++size) {
    CHECK(grammar.may_begin(match.yes.substr(0, size)));
  }
}

TEST_CASE("A grammar that is none is refused, and says where", "[grammar]") {
  struct Refusal {
    std::string_view gbnf;
    std::string_view what;
    ErrorCode code = ErrorCode::kInvalidRequest;
  };
  const Refusal refusal = GENERATE(
      Refusal{"", "there is no rule 'root'"}, Refusal{"other ::= \"a\"", "there is no rule 'root'"},
      Refusal{"root ::= a", "there is no rule 'a'"}, Refusal{"root := \"a\"", "line 1, column 7"},
      Refusal{"root ::= \"a\nb\"", "line 1, column 12"},
      Refusal{"root ::= (\"a\"", "')' is missing"}, Refusal{"root ::= [b-a]", "the range is empty"},
      Refusal{"root ::= \"\\q\"", "column 12"},
      Refusal{"root ::= \"\\ud800\"", "no such character"},
      Refusal{"root ::= \"a\"{3,2}", "must not be"}, Refusal{"root ::= \"a\"{100001}", "too often"},
      Refusal{"root ::= \"a\"*********", "too often"},
      Refusal{"root ::= \"a\" )", "line 1, column 14"},
      Refusal{"root ::= \"a\"\n\nroot ::= \"b\"",
              "line 3, column 10: the rule 'root' is there twice"},
      Refusal{"root ::= root \"a\" | \"b\"", "'root' may begin with itself"},
      Refusal{"root ::= \"x\" a\na ::= \"y\"? b\nb ::= a \"z\" | \"w\"",
              "'a' may begin with itself"},
      Refusal{"root ::= (root)* \"a\"", "may begin with itself"},
      Refusal{"root ::= \"a\" root", "no text satisfies it"}, Refusal{"root ::= []", "no text"},
      Refusal{"root ::= <think> \"a\"", "tokens of a vocabulary",
              ErrorCode::kUnsupportedParameter});
  CAPTURE(refusal.gbnf);
  Languages languages;
  const auto rules = GrammarRules::read(refusal.gbnf, languages);
  REQUIRE(rules.has_error());
  CHECK(rules.error().code == refusal.code);
  CAPTURE(rules.error().message);
  CHECK(rules.error().message.find(refusal.what) != std::string::npos);
}

std::string times(std::string_view text, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

TEST_CASE("A hostile grammar is refused, or costs no more than others", "[grammar]") {
  Languages languages;
  const auto refused = [&](const std::string& gbnf) {
    return GrammarRules::read(gbnf, languages).has_error();
  };
  CHECK(refused("root ::= " + times("(", 100'000)));
  CHECK(refused("root ::= " + times("\"a\" ", 60'000)));
  CHECK(refused(std::string(300'000, ' ') + "root ::= \"a\""));
  std::string chain = "root ::= r0\n";
  std::string doubled = "root ::= r0\n";
  for (int i = 0; i < 2'000; ++i) {
    const std::string next = "r" + std::to_string(i + 1);
    chain += "r" + std::to_string(i) + " ::= " + next + "\n";
    if (i < 60) doubled += "r" + std::to_string(i) + " ::= " + next + " " + next + "\n";
  }
  CHECK(refused(chain + "r2000 ::= \"a\""));
  Follower twice(doubled + "r60 ::= \"a\" r60 | \"b\"");
  CHECK(twice.may_begin("aab"));
  CHECK(twice.parts() < 10'000);
  Follower any(R"(root ::= "a" root root | "a" | "b" root?)");
  CHECK(any.may_begin(times("a", 200)));
  CHECK(any.parts() < 100'000);
}

// A grammar of few rules over the letters a and b, and what it has, found in another way: by the
// ends that each part may have.
class RandomGrammar {
 public:
  explicit RandomGrammar(Rng& rng) : rng_(rng) {
    for (int rule = 0; rule < kRules; ++rule) says_[rule] = part(rule, 3, true);
  }

  std::string text() const {
    std::string gbnf;
    for (int rule = 0; rule < kRules; ++rule) {
      gbnf +=
          (rule == 0 ? "root" : "r" + std::to_string(rule)) + " ::= " + spelled(says_[rule]) + "\n";
    }
    return gbnf;
  }

  bool has(std::string_view text) const { return ends(says_[0], text, 0).contains(text.size()); }

 private:
  static constexpr int kRules = 3;
  enum class Kind { kLetter, kSequence, kEither, kRepeated, kRule };
  struct Part {
    Kind kind = Kind::kLetter;
    int value = 0;  // letter, rule, or how it is repeated
    std::vector<int> parts{};
  };
  static constexpr std::array<std::string_view, 4> kTimes = {"*", "+", "?", "{1,2}"};

  int add(Part part) {
    parts_.push_back(std::move(part));
    return static_cast<int>(parts_.size() - 1);
  }
  int letter() { return add({Kind::kLetter, static_cast<int>(rng_.next() % 2), {}}); }

  // Rules that lead back stand behind a letter, so that none begins with itself.
  int part(int rule, int depth, bool first) {
    const auto kind = static_cast<Kind>(depth == 0 ? 0 : rng_.next() % 5);
    if (kind == Kind::kLetter) return letter();
    if (kind == Kind::kRule) {
      const int to = static_cast<int>(rng_.next() % kRules);
      const int named = add({Kind::kRule, to, {}});
      if (!first && to > rule) return named;
      const int begin = letter();
      return add({Kind::kSequence, 0, {begin, named}});
    }
    if (kind == Kind::kRepeated) {
      const int one = part(rule, depth - 1, first);
      return add({kind, static_cast<int>(rng_.next() % kTimes.size()), {one}});
    }
    std::vector<int> parts;
    for (std::uint64_t i = 0; i <= rng_.next() % 3; ++i)
      parts.push_back(part(rule, depth - 1, first));
    return add({kind, 0, std::move(parts)});
  }

  std::string spelled(int id) const {
    const Part& at = parts_[static_cast<std::size_t>(id)];
    if (at.kind == Kind::kLetter) return at.value == 0 ? "\"a\"" : "[b]";
    if (at.kind == Kind::kRule) return at.value == 0 ? "root" : "r" + std::to_string(at.value);
    if (at.kind == Kind::kRepeated) {
      return "(" + spelled(at.parts.front()) + ")" +
             std::string(kTimes.at(static_cast<std::size_t>(at.value)));
    }
    std::string text = "(";
    for (std::size_t i = 0; i < at.parts.size(); ++i) {
      if (i > 0) text += at.kind == Kind::kEither ? " | " : " ";
      text += spelled(at.parts[i]);
    }
    return text + ")";
  }

  using Ends = std::set<std::size_t>;
  Ends ends(int id, std::string_view text, std::size_t begin) const {
    const Part& at = parts_[static_cast<std::size_t>(id)];
    if (at.kind == Kind::kLetter) {
      const bool is = begin < text.size() && text[begin] == (at.value == 0 ? 'a' : 'b');
      return is ? Ends{begin + 1} : Ends{};
    }
    if (at.kind == Kind::kRule) return ends(says_[static_cast<std::size_t>(at.value)], text, begin);
    Ends found;
    if (at.kind == Kind::kEither) {
      for (const int part : at.parts) found.merge(ends(part, text, begin));
      return found;
    }
    if (at.kind == Kind::kSequence) {
      found = {begin};
      for (const int part : at.parts) found = behind(part, text, found);
      return found;
    }
    const bool may_be_none = at.value == 0 || at.value == 2;
    const std::size_t most = at.value == 2 ? 1 : at.value == 3 ? 2 : text.size() + 1;
    Ends reached{begin};
    if (may_be_none) found = reached;
    for (std::size_t i = 0; i < most; ++i) {
      reached = behind(at.parts.front(), text, reached);
      found.insert(reached.begin(), reached.end());
    }
    return found;
  }
  Ends behind(int part, std::string_view text, const Ends& from) const {
    Ends found;
    for (const std::size_t begin : from) found.merge(ends(part, text, begin));
    return found;
  }

  Rng& rng_;
  std::vector<Part> parts_;
  std::array<int, kRules> says_{};
};

TEST_CASE("Texts of random grammars are those that another reader finds", "[grammar]") {
  Rng rng(21);
  int compared = 0;
  int right = 0;
  for (int i = 0; i < 2'000; ++i) {
    const RandomGrammar grammar(rng);
    Languages languages;
    if (!GrammarRules::read(grammar.text(), languages)) continue;
    ++compared;
    CAPTURE(grammar.text());
    Follower follower(grammar.text());
    for (std::uint32_t text = 1; text < 64; ++text) {  // all of up to five letters
      std::string letters;
      for (std::uint32_t bits = text; bits > 1; bits /= 2) letters += bits % 2 == 0 ? 'a' : 'b';
      CAPTURE(letters);
      const bool has = grammar.has(letters);
      if (follower.accepts(letters) != has) FAIL(has);
      right += has ? 1 : 0;
    }
  }
  CHECK(compared > 1'000);
  CHECK(right > 5'000);
}

}  // namespace
}  // namespace weir::grammar
