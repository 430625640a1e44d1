// Answers held against the JSON that was asked for, as events and as bytes.
#include "router/schema_record.h"

#include <optional>

#include "tests/support/catch.h"

namespace weir {
namespace {

constexpr std::string_view kPerson =
    R"({"type":"object","properties":{"name":{"type":"string"},"age":{"type":"integer"}},)"
    R"("required":["name","age"],"additionalProperties":false})";

ChatRequest asking(std::string_view schema) {
  ChatRequest request;
  request.response_format.kind = ResponseFormatKind::kJsonSchema;
  request.response_format.schema_json = schema;
  request.response_format.strict = true;
  return request;
}

ChatRequest asking_for_object() {
  ChatRequest request;
  request.response_format.kind = ResponseFormatKind::kJsonObject;
  return request;
}

// A tool whose arguments are a person.
ChatRequest offering(bool strict) {
  ChatRequest request;
  Tool& tool = request.tools.emplace_back();
  tool.name = "add_person";
  tool.parameters_json = kPerson;
  tool.strict = strict;
  return request;
}

class Answer {
 public:
  explicit Answer(ChatRequest request, bool keeps_text = false)
      : request_(std::move(request)), record_(request_, {checks_, "team"}, keeps_text) {}

  Answer& text(std::string_view piece, std::int32_t choice = 0) {
    return say(EventKind::kTextDelta, piece, choice);
  }
  Answer& refusal(std::string_view piece) {
    StreamEvent event;
    event.kind = EventKind::kTextDelta;
    event.text = piece;
    event.refusal = true;
    record_.take(event);
    return *this;
  }
  Answer& call(std::string_view name, std::string_view arguments, std::int32_t block = 0) {
    StreamEvent event;
    event.kind = EventKind::kToolCallStart;
    event.name = name;
    event.block_index = block;
    record_.take(event);
    event.kind = EventKind::kToolCallDelta;
    for (std::size_t at = 0; at < arguments.size(); at += 5) {
      event.text = arguments.substr(at, 5);
      record_.take(event);
    }
    return *this;
  }
  Answer& bytes(EventKind kind, std::string_view raw) {
    StreamEvent event;
    event.kind = kind;
    event.raw = raw;
    record_.take(event);
    return *this;
  }
  AnswerFault ends(FinishReason finish = FinishReason::kStop, std::int32_t choice = 0) {
    StreamEvent event;
    event.kind = EventKind::kFinish;
    event.choice_index = choice;
    event.finish = finish;
    record_.take(event);
    return record_.fault();
  }

  SchemaRecord& record() { return record_; }

 private:
  Answer& say(EventKind kind, std::string_view piece, std::int32_t choice) {
    StreamEvent event;
    event.kind = kind;
    event.text = piece;
    event.choice_index = choice;
    record_.take(event);
    return *this;
  }

  SchemaChecks checks_;
  ChatRequest request_;
  SchemaRecord record_;
};

TEST_CASE("An answer that is what its schema says has no fault", "[router]") {
  const std::string_view text = GENERATE(R"({"name":"Ada","age":36})", R"({"age": 36, "name": ""})",
                                         " {\n\t\"name\" : \"\\u0041\" , \"age\":-0 }\r\n");
  Answer answer(asking(kPerson));
  for (const char& byte : text) {
    answer.text({&byte, 1});
    CHECK_FALSE(answer.record().is_lost());
  }
  CHECK(answer.ends() == AnswerFault::kNone);
  CHECK_FALSE(answer.record().unchecked());
}

TEST_CASE("An answer that is not what its schema says is lost at its first wrong byte",
          "[router]") {
  const auto [right, wrong] = GENERATE(
      table<std::string_view, std::string_view>({{"", "Here is the JSON: {"},
                                                 {"", "```json\n{"},
                                                 {R"({"name":)", "36"},
                                                 {R"({"name":"Ada","age":36)", ".5}"},
                                                 {R"({"name":"Ada",)", R"("email")"},
                                                 {R"({"name":"Ada","age":36})", " I hope"}}));
  CAPTURE(right, wrong);
  Answer answer(asking(kPerson));
  CHECK_FALSE(answer.text(right).record().is_lost());
  CHECK(answer.text(wrong).record().is_lost());
  CHECK(answer.ends() == AnswerFault::kBrokenSchema);
}

TEST_CASE("An answer that ends too early is wrong, one that was cut is not", "[router]") {
  const std::string_view text = GENERATE("", R"({"name":"Ada")", R"({"name":"Ada"})");
  const bool may_go_on = text != R"({"name":"Ada"})";
  CAPTURE(text);
  CHECK(Answer(asking(kPerson)).text(text).ends() == AnswerFault::kBrokenSchema);
  const FinishReason cut = GENERATE(FinishReason::kLength, FinishReason::kContentFilter);
  CHECK((Answer(asking(kPerson)).text(text).ends(cut) == AnswerFault::kNone) == may_go_on);
  ChatRequest stopping = asking(kPerson);
  stopping.sampling.stop = {"}"};
  CHECK((Answer(std::move(stopping)).text(text).ends() == AnswerFault::kNone) == may_go_on);
}

TEST_CASE("A refusal and a call are no violations", "[router]") {
  CHECK(Answer(asking(kPerson)).refusal("I will not.").ends() == AnswerFault::kNone);
  ChatRequest request = asking(kPerson);
  request.tools.emplace_back().name = "look_up";
  Answer calling(std::move(request));
  CHECK_FALSE(calling.text("Let me see.").record().is_lost());
  CHECK(calling.call("look_up", "{}").ends(FinishReason::kToolCalls) == AnswerFault::kNone);
}

TEST_CASE("JSON mode asks for an object and nothing else", "[router]") {
  CHECK(Answer(asking_for_object()).text(R"({"any":[1,{"x":null}]})").ends() == AnswerFault::kNone);
  const std::string_view text = GENERATE("[1]", "{]", "plain", "null", "{} {}", "");
  CAPTURE(text);
  CHECK(Answer(asking_for_object()).text(text).ends() == AnswerFault::kBrokenJson);
}

TEST_CASE("The calls of a strict tool have the arguments that it says", "[router]") {
  const auto [arguments, fault] = GENERATE(table<std::string_view, AnswerFault>(
      {{R"({"name":"Ada","age":36})", AnswerFault::kNone},
       {R"({"name":"Ada"})", AnswerFault::kBrokenCall},
       {R"({"name":"Ada","age":"36"})", AnswerFault::kBrokenCall},
       {R"({"name":"Ada","age")", AnswerFault::kBrokenCall},
       {"", AnswerFault::kBrokenCall}}));
  CAPTURE(arguments);
  const auto finish = FinishReason::kToolCalls;
  CHECK(Answer(offering(true)).call("add_person", arguments).ends(finish) == fault);
  CHECK(Answer(offering(false)).call("add_person", arguments).ends(finish) == AnswerFault::kNone);
  CHECK(Answer(offering(true)).call("other", arguments).ends(finish) == AnswerFault::kNone);
}

TEST_CASE("Calls that come in turns are told apart", "[router]") {
  Answer answer(offering(true));
  answer.call("add_person", R"({"name":"Ada","age":36})", 0);
  answer.call("add_person", R"({"name":36,"age":36})", 1);
  CHECK(answer.ends(FinishReason::kToolCalls) == AnswerFault::kBrokenCall);
}

TEST_CASE("Every choice of an answer is held against the schema", "[router]") {
  const bool right = GENERATE(true, false);
  ChatRequest request = asking(kPerson);
  request.sampling.choices = 2;
  Answer answer(std::move(request));
  answer.text(R"({"name":)", 1).text(R"({"name":"Ada",)", 0).text(right ? R"("B",)" : "1,", 1);
  answer.text(R"("age":1})", 0).text(R"("age":2})", 1);
  answer.ends(FinishReason::kStop, 1);
  CHECK((answer.ends() == AnswerFault::kNone) == right);
}

TEST_CASE("What cannot be checked is not held against the answer", "[router]") {
  static const std::string too_long = R"({"type":"object","description":")" +
                                      std::string(SchemaChecks::kMostSchemaBytes, 'x') + "\"}";
  const std::string_view schema =
      GENERATE(as<std::string_view>{}, "", "{", R"({"uniqueItems":true})", too_long);
  Answer answer(asking(schema));
  CHECK(answer.text("anything").ends() == AnswerFault::kNone);
  CHECK(answer.record().unchecked());
}

TEST_CASE("An answer that makes too much of a check is not checked any further", "[router]") {
  std::string nested;
  for (std::size_t i = 0; i < SchemaChecks::kMostParts; ++i) nested += R"({"a":)";
  Answer answer(asking_for_object());
  CHECK_FALSE(answer.text(nested).record().is_lost());
  CHECK(answer.record().unchecked());
  CHECK(answer.ends() == AnswerFault::kNone);
}

TEST_CASE("What is forwarded is read as it passes", "[router]") {
  const auto [content, fault] = GENERATE(table<std::string, AnswerFault>(
      {{R"({\"name\":\"Ada\",\"age\":36})", AnswerFault::kNone},
       {R"({\"name\":\"Ada\",\"age\":true})", AnswerFault::kBrokenSchema}}));
  Answer whole(asking(kPerson), true);
  whole.bytes(EventKind::kWhole,
              R"({"choices":[{"index":0,"message":{"role":"assistant","content":")" + content +
                  R"("},"finish_reason":"stop"}]})");
  CHECK(whole.record().fault() == fault);
  CHECK(whole.record().text().starts_with(R"({"name":"Ada")"));
  const std::string begin =
      R"(data: {"choices":[{"index":0,"delta":{"role":"assistant","content":)";
  Answer stream(asking(kPerson));
  stream.bytes(EventKind::kOther, begin + R"(""}}]})" + "\n\n: a comment\n\n");
  CHECK_FALSE(stream.record().has_spoken());
  stream.bytes(EventKind::kOther, begin + "\"" + content.substr(0, 3) + R"("}}]})" + "\n\n" +
                                      begin + "\"" + content.substr(3) + R"("}}]})" + "\n\n");
  CHECK(stream.record().is_lost() == (fault != AnswerFault::kNone));
  stream.bytes(EventKind::kFinish,
               R"(data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]})"
               "\n\n");
  CHECK(stream.record().fault() == fault);
}

TEST_CASE("A refusal that is forwarded is none of the text", "[router]") {
  Answer whole(asking(kPerson));
  whole.bytes(
      EventKind::kWhole,
      R"({"choices":[{"message":{"content":null,"refusal":"No."},"finish_reason":"stop"}]})");
  CHECK(whole.record().fault() == AnswerFault::kNone);
  Answer stream(asking(kPerson));
  stream.bytes(EventKind::kOther, "data: {\"choices\":[{\"delta\":{\"refusal\":\"No.\"}}]}\n\n");
  CHECK_FALSE(stream.record().is_lost());
  CHECK(stream.record().fault() == AnswerFault::kNone);
}

TEST_CASE("What cannot be read is not held against the answer", "[router]") {
  Answer answer(asking_for_object());
  answer.bytes(EventKind::kWhole, "{\"choices\":[17]}");
  CHECK(answer.record().fault() == AnswerFault::kNone);
  CHECK(answer.record().unchecked());
  Answer stream(asking_for_object());
  stream.bytes(EventKind::kOther, "data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\n");
  CHECK(stream.record().is_lost());
  stream.bytes(EventKind::kOther, "data: {\"choices\":[17]}\n\n");
  CHECK(stream.record().fault() == AnswerFault::kNone);
}

TEST_CASE("Only requests that say what their JSON must be are looked at", "[router]") {
  ChatRequest request;
  CHECK_FALSE(SchemaRecord::asked_for(request));
  CHECK_FALSE(SchemaRecord::asked_for(offering(false)));
  CHECK(SchemaRecord::asked_for(offering(true)));
  CHECK(SchemaRecord::asked_for(asking_for_object()));
  CHECK(SchemaRecord::binds(asking_for_object()));
  request = asking(kPerson);
  CHECK(SchemaRecord::binds(request));
  request.response_format.strict = false;
  CHECK(SchemaRecord::asked_for(request));
  CHECK_FALSE(SchemaRecord::binds(request));
}

TEST_CASE("A check that was used is used again, and few are kept", "[router]") {
  SchemaChecks all;
  TeamSchemaChecks checks(all, "team");
  auto check = checks.take(kPerson);
  REQUIRE(check != nullptr);
  const grammar::SchemaCheck* const first = check.get();
  CHECK_FALSE(check->push("nonsense"));
  checks.give_back(kPerson, std::move(check));
  check = checks.take(kPerson);
  CHECK(check.get() == first);
  CHECK(check->push("{"));
  CHECK(checks.take(kPerson).get() != first);
}

TEST_CASE("A check that one team used is none of another's", "[router]") {
  SchemaChecks all;
  TeamSchemaChecks ours(all, "ours");
  TeamSchemaChecks theirs(all, "theirs");
  auto check = ours.take(kPerson);
  const grammar::SchemaCheck* const first = check.get();
  ours.give_back(kPerson, std::move(check));
  CHECK(theirs.take(kPerson).get() != first);
  CHECK(ours.take(kPerson).get() == first);
}

}  // namespace
}  // namespace weir
