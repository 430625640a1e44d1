#include "local_backend/grammar/token_grammar.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "core/rng.h"
#include "local_backend/grammar/answer_mask.h"
#include "local_backend/grammar/schema_check.h"
#include "tests/local_backend/byte_pair_vocabulary.h"
#include "tests/local_backend/tiny_model.h"
#include "tests/support/catch.h"

namespace weir::grammar {
namespace {

// Tokens that cross every border of JSON, and halves of characters.
std::unique_ptr<Tokenizer> tokenizer() {
  test::BytePairVocabulary vocabulary;
  for (const char* const text : {"\"",
                                 "\",",
                                 "\":",
                                 "{\"",
                                 "\"}",
                                 "}}",
                                 "]}",
                                 "],[",
                                 "\",\"",
                                 "\":\"",
                                 "name",
                                 "na",
                                 "ab",
                                 "abc",
                                 "a\"",
                                 "12",
                                 "0.",
                                 "tru",
                                 "null",
                                 "\\\"",
                                 "\\u00",
                                 "\xe9",
                                 "\xc3\xa9x",
                                 "x\xf0\x9f",
                                 ":{\"",
                                 ",\n",
                                 "\n  ",
                                 "a, b",
                                 "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz",
                                 "abababababababababababababababababababababababababab\""}) {
    std::string spelled;
    for (const char byte : std::string_view(text)) {
      spelled += letter_of_byte(static_cast<std::uint8_t>(byte));
    }
    const auto& known = vocabulary.tokens;
    const bool again = std::find(known.begin(), known.end(), spelled) != known.end();
    if (spelled.size() > 1 && std::string_view(text).size() > 1 && !again) {
      vocabulary.tokens.push_back(spelled);
    }
  }
  vocabulary.user_defined = {"<tool_call>"};
  const auto file = test::byte_pair_tokenizer(vocabulary);
  return std::move(Tokenizer::create(*GgufFile::parse(file.bytes()).value()).value());
}

std::shared_ptr<const ShapeGraph> shapes_of(std::string_view schema) {
  return ShapeGraph::create(SchemaGraph::read(schema, {.most_digits = 40}).value()).value();
}

struct Made {
  std::unique_ptr<Tokenizer> words = tokenizer();
  std::shared_ptr<const TokenTrie> trie = make_token_trie(*words);
  std::shared_ptr<TokenGrammar> grammar;
  StateId start;

  explicit Made(std::string_view schema) {
    const auto shapes = shapes_of(schema);
    grammar = std::make_shared<TokenGrammar>(shapes, *words, trie);
    Machine& machine = grammar->machine();
    start = machine.state(machine.value(shapes->roots().front(), machine.end()));
  }
  AnswerMask mask() const { return {grammar, {start, {}, false}}; }
  bool is_end(TokenId token) const { return words->vocabulary().ends_answer(token); }
};

const std::array kSchemas = {
    R"({"type":"object"})",
    R"({"properties":{"name":{"type":"string","maxLength":3},"n":{"type":"integer"}},
        "required":["name"],"additionalProperties":false})",
    R"({"type":"array","items":{"type":["string","null"],"pattern":"^[a-z]{2,5}x?$"}})",
    R"({"type":"string","pattern":"^[a-zA-Z]{2}[0-9]*$"})",
    R"({"anyOf":[{"type":"string","maxLength":2},{"type":"string","pattern":"^a{30}$"},
                 {"type":"number"}]})",
    R"({"type":"string","format":"email"})",
    "true"};

std::set<TokenId> members(const AllowedTokens& allowed, std::size_t tokens) {
  std::set<TokenId> all(allowed.few.begin(), allowed.few.end());
  for (std::size_t i = 0; i < tokens; ++i) {
    if (allowed.set.has(static_cast<TokenId>(i))) all.insert(static_cast<TokenId>(i));
  }
  return all;
}

TEST_CASE("A mask has exactly the tokens whose bytes may come", "[grammar]") {
  const Made made(kSchemas.at(static_cast<std::size_t>(GENERATE(range(0, 7)))));
  Rng rng(5);
  for (int answer = 0; answer < 30; ++answer) {
    AnswerMask mask = made.mask();
    for (int i = 0; i < 30; ++i) {
      std::set<TokenId> one_by_one;
      for (std::size_t t = 0; t < made.trie->tokens(); ++t) {
        const auto token = static_cast<TokenId>(t);
        if (mask.allows(token)) one_by_one.insert(token);
      }
      REQUIRE(members(mask.allowed(), made.trie->tokens()) == one_by_one);
      REQUIRE_FALSE(one_by_one.empty());
      const auto chosen = std::next(one_by_one.begin(),
                                    static_cast<std::ptrdiff_t>(rng.next() % one_by_one.size()));
      mask.accept(*chosen);
      if (made.is_end(*chosen)) break;
    }
  }
}

// What may come, if that is what may come one by one.
std::set<TokenId> exact_members(const Made& made, AnswerMask& mask) {
  const std::set<TokenId> may = members(mask.allowed(), made.trie->tokens());
  for (std::size_t t = 0; t < made.trie->tokens(); ++t) {
    const auto token = static_cast<TokenId>(t);
    if (mask.allows(token) != may.contains(token)) FAIL(made.trie->bytes(token));
  }
  return may;
}

TEST_CASE("Tokens of one class of characters are those that may come one by one", "[grammar]") {
  const std::string_view schema = GENERATE(
      R"({"type":"string","maxLength":40})", R"({"type":"string","minLength":2,"maxLength":35})",
      R"({"type":"string","pattern":"^[A-Z_a-z][A-Za-z0-9_]*$"})",
      R"({"type":"string","pattern":"12|na"})", R"({"type":"string","not":{"pattern":"ab|z"}})",
      R"({"type":"string","pattern":"^[^.,é]*[.,]$"})",
      R"({"type":"string","pattern":"^[à-ÿ]+x?$"})",
      R"({"type":"string","pattern":"^[a-z]+(, [a-z]+)*$","maxLength":38})",
      R"({"type":"array","items":{"type":"string","pattern":"^\\S+$"}})",
      R"({"type":"string","pattern":"a.*b.*é"})",
      R"({"type":"string","pattern":"^[^a]+a[^a]+b[a-z]{2,6}$"})",
      R"({"properties":{"name":{"type":"integer"},"na":{"type":"null"},"zz":{}},
          "additionalProperties":{"type":"string","pattern":"na"}})",
      R"({"propertyNames":{"pattern":"^[a-c]"},"additionalProperties":{"enum":["ab","é\""]}})");
  CAPTURE(schema);
  const Made made(schema);
  Rng rng(7);
  for (int answer = 0; answer < 20; ++answer) {
    AnswerMask mask = made.mask();
    for (int i = 0; i < 20; ++i) {
      const std::set<TokenId> may = exact_members(made, mask);
      const auto chosen =
          std::next(may.begin(), static_cast<std::ptrdiff_t>(rng.next() % may.size()));
      mask.accept(*chosen);
      if (made.is_end(*chosen)) break;
    }
  }
}

TEST_CASE("Masks are exact where limits are far away, and where they are reached", "[grammar]") {
  const std::string_view schema = GENERATE(
      R"({"type":"string","pattern":"^[a-z]+(-[a-z0-9]+)*$","maxLength":70})",
      R"({"type":"string","pattern":"^[a-z]+(-[a-z0-9]+)*$","minLength":2,"maxLength":45})",
      R"({"type":"string","pattern":"^(z{1,45}-)*$"})",
      R"({"type":"string","pattern":"^[A-Z]?([a-z]{0,40}[12]){2,3}$"})",
      R"({"type":"string","pattern":"^(ab|z|na){33,60}$"})",
      R"({"type":"string","pattern":"^[a-z]+( [a-z]+){0,20}$"})",
      R"({"type":"string","pattern":"^[^n]+$","minLength":5,"maxLength":60})",
      R"({"type":"string","pattern":"^[a-z12]*(abc)?$","maxLength":50,"minLength":48})",
      R"({"type":"string","format":"hostname"})");
  CAPTURE(schema);
  const Made made(schema);
  Rng rng(13);
  for (int answer = 0; answer < 12; ++answer) {
    AnswerMask mask = made.mask();
    for (int i = 0; i < 80; ++i) {
      const std::set<TokenId> may = exact_members(made, mask);
      std::vector<TokenId> liked;  // what does not end it
      for (const TokenId token : may) {
        if (made.trie->bytes(token).find('"') == std::string_view::npos) liked.push_back(token);
      }
      if (liked.empty() || rng.next() % 64 == 0) liked.assign(may.begin(), may.end());
      REQUIRE_FALSE(liked.empty());
      const TokenId chosen = liked[rng.next() % liked.size()];
      mask.accept(chosen);
      if (made.is_end(chosen)) break;
    }
  }
}

// What a model of random logits says; some luck closes what is open.
std::string random_answer(const Made& made, Rng& rng, std::size_t* followed) {
  AnswerMask mask = made.mask();
  std::string text;
  for (int i = 0; i < 3000; ++i) {
    const std::set<TokenId> may = members(mask.allowed(), made.trie->tokens());
    std::vector<TokenId> liked;
    for (const TokenId token : may) {
      const std::string_view bytes = made.trie->bytes(token);
      if (made.is_end(token) || bytes == "\"" || bytes == "}" || bytes == "]") {
        liked.push_back(token);
      }
    }
    if (liked.empty() || rng.next() % 4 != 0) liked.assign(may.begin(), may.end());
    std::vector<TokenId> said{liked[rng.next() % liked.size()]};
    mask.accept(said.front());
    for (const TokenId token : mask.must_follow()) {
      REQUIRE(mask.allows(token));
      mask.accept(token);
      said.push_back(token);
      ++*followed;
    }
    for (const TokenId token : said) text += made.trie->bytes(token);
    if (made.is_end(said.back())) return text;
  }
  return {};
}

TEST_CASE("An answer of random logits parses and satisfies its schema", "[grammar]") {
  const std::string schema = kSchemas.at(static_cast<std::size_t>(GENERATE(range(0, 7))));
  CAPTURE(schema);
  const Made made(schema);
  const auto check = SchemaCheck::create(schema, {}, Layout::kAny).value();
  Rng rng(11);
  std::size_t followed = 0;
  int ended = 0;
  for (int i = 0; i < 60; ++i) {
    const std::string text = random_answer(made, rng, &followed);
    if (text.empty()) continue;
    ++ended;
    CAPTURE(text);
    CHECK(nlohmann::json::accept(text));
    CHECK(check->accepts(text));
  }
  CHECK(ended > 20);
}

// Names in the text, and those that are left when it was read: of two that are equal one is.
std::pair<std::size_t, std::size_t> names_in(const std::string& text) {
  std::size_t written = 0;
  const auto count = [&](int, nlohmann::json::parse_event_t event, nlohmann::json&) {
    if (event == nlohmann::json::parse_event_t::key) ++written;
    return true;
  };
  const auto read = nlohmann::json::parse(text, count);
  std::size_t kept = 0;
  for (const auto& one : read) kept += 1 + (one.is_object() ? one.size() : 0);
  return {written, kept};
}

TEST_CASE("No two properties of an object have one name", "[grammar]") {
  const auto [schema, least] = GENERATE(table<std::string, std::size_t>(
      {{R"({"type":"object","minProperties":3,"additionalProperties":{"type":"null"},
            "propertyNames":{"pattern":"^a+$"}})",
        3},
       {R"({"type":"object","minProperties":2,"additionalProperties":{"type":"null"},
            "propertyNames":{"pattern":"^(a|b.*|\"é?)$"}})",
        2},
       {R"({"type":"object","minProperties":3,"additionalProperties":{"type":"null"},
            "propertyNames":{"enum":["a","ab","na"]}})",
        3},
       {R"({"type":"object","minProperties":2,"properties":{"name":{"type":"null"}},
            "additionalProperties":{"type":"null"},"propertyNames":{"maxLength":1}})",
        2},
       {R"({"type":"object","properties":{"o":{"type":"object","minProperties":2,
            "propertyNames":{"pattern":"^a*$"},"additionalProperties":{"const":12}}},
            "required":["o"],"additionalProperties":false})",
        3}}));
  CAPTURE(schema);
  const Made made(schema);
  Rng rng(3);
  std::size_t followed = 0;
  int ended = 0;
  for (int i = 0; i < 60; ++i) {
    const std::string text = random_answer(made, rng, &followed);
    if (text.empty()) continue;
    ++ended;
    CAPTURE(text);
    const auto [written, kept] = names_in(text);
    CHECK(written == kept);
    CHECK(kept >= least);
  }
  CHECK(ended > 20);
}

TEST_CASE("A name that was used cannot end, for this answer alone", "[grammar]") {
  const Made made(R"({"type":"object","minProperties":2})");
  AnswerMask mask = made.mask();
  AnswerMask other = made.mask();
  const auto say = [&](AnswerMask& to, std::string_view text) {
    for (const char byte : text) to.accept(made.words->encode(std::string(1, byte)).front());
  };
  const auto may = [&](AnswerMask& of, std::string_view text) {
    TokenId token = 0;
    while (made.trie->bytes(token) != text) ++token;
    CHECK(of.allows(token) == members(of.allowed(), made.trie->tokens()).contains(token));
    return of.allows(token);
  };
  say(mask, R"({"ab":{"ab":1},"a)");
  say(other, R"({"a":1,"ab)");
  CHECK(may(other, "\""));
  CHECK(may(mask, "\""));
  CHECK(may(mask, "ab"));
  say(mask, "b");
  CHECK_FALSE(may(mask, "\""));
  CHECK_FALSE(may(mask, "\":"));
  CHECK(may(mask, "ab"));
  say(mask, R"(c":1,")");
  CHECK(may(mask, "na"));
}

TEST_CASE("Masks have exactly the tokens that may come where names were used", "[grammar]") {
  const std::string schema = GENERATE(
      R"({"type":"object","minProperties":20,"additionalProperties":{"enum":["a","b"]}})",
      R"({"type":"object","minProperties":20,"propertyNames":{"pattern":"^(a|b.*|na|\"é?)$"},
          "additionalProperties":{"enum":["a","b"]}})",
      R"({"type":"array","minItems":2,"items":{"type":"object","minProperties":9,
          "propertyNames":{"pattern":"^(na|a)*$"},"additionalProperties":{"type":"string"}}})");
  const Made made(schema);
  Rng rng(9);
  for (int answer = 0; answer < 30; ++answer) {
    AnswerMask mask = made.mask();
    for (int i = 0; i < 60; ++i) {
      const std::set<TokenId> may = exact_members(made, mask);
      REQUIRE_FALSE(may.empty());
      std::vector<TokenId> liked;
      for (const TokenId token : may) {
        const std::string_view bytes = made.trie->bytes(token);
        const bool ends = bytes == "\"" || bytes == "\":" || bytes == "\",\"" || bytes == "a\"";
        if (ends) liked.push_back(token);
      }
      if (liked.empty() || rng.next() % 2 == 0) liked.assign(may.begin(), may.end());
      const TokenId chosen = liked[rng.next() % liked.size()];
      mask.accept(chosen);
      if (made.is_end(chosen)) break;
    }
  }
}

TEST_CASE("A grammar that took too much work has no tokens any more", "[grammar]") {
  const Made made(R"({"type":"string","pattern":"^(?=.*a.{3})(?=.*b.{3})(?=.*c.{3}).*$"})");
  AnswerMask mask = made.mask();
  CHECK_FALSE(members(mask.allowed(), made.trie->tokens()).empty());
  CHECK_FALSE(mask.gave_up());
  Machine& machine = made.grammar->machine();
  machine.languages().allow_work(100);
  for (const char* const text : {"\"a", "\"ab", "\"abc", "\"abca", "\"abcab"}) {
    machine.step(made.start, std::string_view(text));
  }
  CHECK(mask.gave_up());
  CHECK(members(mask.allowed(), made.trie->tokens()).empty());
  mask.must_follow();
  CHECK(made.grammar->worn());
}

TEST_CASE("What must come is said without asking", "[grammar]") {
  const Made made(R"({"properties":{"abcname":{"enum":["zzna"]}},"required":["abcname"],
                      "additionalProperties":false})");
  AnswerMask mask = made.mask();
  std::string text;
  const auto say = [&](TokenId token) {
    mask.accept(token);
    text += made.trie->bytes(token);
  };
  for (const TokenId token : made.words->encode("{\"")) say(token);
  for (const TokenId token : mask.must_follow()) say(token);
  CHECK(text == R"({"abcname")");
  for (const TokenId token : made.words->encode(":\"")) say(token);
  for (const TokenId token : mask.must_follow()) say(token);
  CHECK(text == R"({"abcname":"zzna)");
}

TEST_CASE("An answer says what it likes until it says a mark", "[grammar]") {
  const Made made(R"({"enum":["ab"]})");
  Machine& machine = made.grammar->machine();
  const StateId call = machine.state(machine.string(made.grammar->machine().languages().text("ab"),
                                                    machine.leave(AnswerRoute::kDone)));
  AnswerMask mask(made.grammar, {std::nullopt, {{"<tool_call>", call}}, true});
  const TokenId end = *made.words->vocabulary().eos();
  const auto say = [&](std::string_view text) {
    for (const TokenId token : made.words->encode(text)) mask.accept(token);
  };
  CHECK(mask.allows('x'));
  CHECK_FALSE(mask.allows(end));
  say("free <tool_call>");
  CHECK(mask.allows('"'));
  CHECK_FALSE(mask.allows('x'));
  say("\"ab\"");
  CHECK(mask.allowed().all);
  CHECK(mask.allows(end));
}

}  // namespace
}  // namespace weir::grammar
