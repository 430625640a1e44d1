// Questions that a local model makes of private requests.
#include "router/delegation_question.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "cloud_adapters/wire/codec.h"
#include "policies/privacy/scanner.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using Lines = std::vector<std::string_view>;

// A local model that says what a test wants, and keeps what it was asked.
struct Scripted {
  std::function<std::string(std::string_view asked)> says;
  FinishReason finish = FinishReason::kStop;
  TokenSignals signals;
  std::vector<std::string> asked;

  Async<Result<void>> answer(const ChatRequest& request, EventSink& sink) {
    std::string text;
    for (const Message& message : request.messages) {
      text += std::get<TextPart>(message.parts.front().value).text;
    }
    asked.push_back(text);
    const std::string said = says(text);
    StreamEvent event;
    event.kind = EventKind::kTextDelta;
    event.text = said;
    event.signals = signals;
    co_await sink.write(event);
    event = {};
    event.kind = EventKind::kFinish;
    event.finish = finish;
    co_await sink.write(event);
    co_return Result<void>();
  }
};

Result<std::string> question_of(const std::string& text, const QuestionTerms& terms,
                                Scripted* model) {
  const std::string body =
      R"({"messages":[{"role":"system","content":"Be kind."},{"role":"user","content":")" + text +
      R"("}]})";
  const ChatRequest request = codec_of(Dialect::kOpenAiChat).parse_request(body).value();
  const PrivacyScanner scanner;
  const privacy::Scan scan = [&](std::string_view each, std::vector<Finding>* findings) {
    scanner.scan(each, findings);
  };
  const privacy::Redaction redaction(request.original, scan, ~privacy::FindingKinds());
  CancelSignal cancel;
  net::io_context io;
  std::optional<Result<std::string>> question;
  const AskLocal ask = [model](const ChatRequest& asking, EventSink& sink) {
    return model->answer(asking, sink);
  };
  net::co_spawn(
      io, make_question(request, redaction, terms, cancel, ask),
      [&](const std::exception_ptr&, Result<std::string> made) { question = std::move(made); });
  io.run();
  return std::move(*question);
}

QuestionTerms terms_of(QuestionForm form) {
  QuestionTerms terms;
  terms.config.question = form;
  terms.declines = "I cannot";
  terms.least_confidence = -1;
  return terms;
}

TEST_CASE("A text falls into its sentences and lines", "[delegation]") {
  CHECK(sentences_of("One. Two?  Three!\nfour\n\n five ") ==
        Lines{"One.", "Two?", "Three!", "four", "five"});
  CHECK(sentences_of("version 1.5 of a.b, e.g.this") == Lines{"version 1.5 of a.b, e.g.this"});
  CHECK(sentences_of("...").size() == 1);
  CHECK(sentences_of(" \n ").empty());
}

TEST_CASE("A model that writes the question sees aliases alone", "[delegation]") {
  Scripted model{[](std::string_view) { return "How does one write?"; }, {}, {}, {}};
  const auto question =
      question_of("Write to ann@example.com, dear.", terms_of(QuestionForm::kWritten), &model);
  CHECK(question.value() == "How does one write?");
  REQUIRE(model.asked.size() == 1);
  CHECK(model.asked[0].find("Write to [PII_EMAIL_1], dear.") != std::string::npos);
  CHECK(model.asked[0].find("Be kind.") != std::string::npos);
  CHECK(model.asked[0].find("ann@") == std::string::npos);
}

TEST_CASE("No question is one that was declined, cut off, blank or unsure", "[delegation]") {
  Scripted model{[](std::string_view) { return "How?"; }, FinishReason::kStop, {}, {}};
  QuestionTerms terms = terms_of(QuestionForm::kWritten);
  SECTION("declined") {
    model.says = [](std::string_view) { return "I cannot do that."; };
  }
  SECTION("cut off") { model.finish = FinishReason::kLength; }
  SECTION("blank") {
    model.says = [](std::string_view) { return " \n"; };
  }
  SECTION("unsure") {
    model.signals = {-20, 9, 0, true};
    terms.least_confidence = 0.5;
  }
  const auto question = question_of("Hello", terms, &model);
  REQUIRE_FALSE(question.has_value());
  CHECK(question.error().detail == kDelegationFailed);
}

TEST_CASE("A model may choose the sentences that ask for something", "[delegation]") {
  Scripted model{[](std::string_view asked) {
                   return asked.find('?', asked.find('\n')) != std::string_view::npos ? " Yes."
                                                                                      : "no";
                 },
                 {},
                 {},
                 {}};
  const QuestionTerms terms = terms_of(QuestionForm::kSelected);
  const auto question = question_of(
      "My brother drinks. Does ann@example.com know? What helps? He is 40. Who else helps?", terms,
      &model);
  CHECK(question.value() == "What helps? Who else helps?");
  for (const std::string& asked : model.asked) CHECK(asked.find("PII") == std::string::npos);
  CHECK_FALSE(question_of("My brother drinks.", terms, &model).has_value());
}

TEST_CASE("A message of too many sentences is not taken apart", "[delegation]") {
  Scripted model{[](std::string_view) { return "yes"; }, {}, {}, {}};
  std::string text;
  for (std::size_t i = 0; i < kMostSentences; ++i) text += "Why? ";
  const QuestionTerms terms = terms_of(QuestionForm::kSelected);
  CHECK(question_of(text, terms, &model).has_value());
  CHECK_FALSE(question_of(text + "Why?", terms, &model).has_value());
  CHECK(model.asked.size() == kMostSentences);
}

}  // namespace
}  // namespace weir
