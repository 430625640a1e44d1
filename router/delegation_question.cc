#include "router/delegation_question.h"

#include <algorithm>
#include <utility>

#include "policies/privacy/restorer.h"
#include "router/answer_faults.h"
#include "router/delegation_texts.h"
#include "router/text_sink.h"

namespace weir {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

bool ends_sentence(std::string_view text, std::size_t at) {
  if (text[at] == '\n') return true;
  const bool mark = text[at] == '.' || text[at] == '?' || text[at] == '!';
  return mark && (at + 1 == text.size() || kBlanks.find(text[at + 1]) != std::string_view::npos);
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

bool says_yes(std::string_view answer) {
  const std::string_view word = trimmed(answer).substr(0, 3);
  return word.size() == 3 && (word[0] | 0x20) == 'y' && (word[1] | 0x20) == 'e' &&
         (word[2] | 0x20) == 's';
}

Async<Result<std::string>> written_question(const ChatRequest& shown, const QuestionTerms& terms,
                                            CancelSignal& cancel, const AskLocal& ask) {
  const ChatRequest asking = question_request(shown, terms.config.question_tokens);
  TextSink written(cancel);
  const Result<void> done = co_await ask(asking, written);
  if (!done) co_return not_delegated("the local model failed: " + done.error().message);
  const bool declined = !terms.declines.empty() && written.text().starts_with(terms.declines);
  if (declined || written.cut() || is_blank(written.text())) {
    co_return not_delegated("the local model wrote no question.");
  }
  if (p_local_ok(written.signals(), terms.weights) <= terms.least_confidence) {
    co_return not_delegated("the local model is unsure of its question.");
  }
  co_return written.text();
}

Async<Result<std::string>> selected_question(const ChatRequest& shown,
                                             const privacy::Aliases& aliases, CancelSignal& cancel,
                                             const AskLocal& ask) {
  const std::string message = last_words_of(shown);
  const std::vector<std::string_view> sentences = sentences_of(message);
  if (sentences.size() > kMostSentences) {
    co_return not_delegated("its last message is too long to be taken apart.");
  }
  std::string question;
  for (const std::string_view sentence : sentences) {
    const bool has_value = privacy::restore(aliases, sentence) != sentence;
    if (has_value) continue;
    TextSink said(cancel);
    const ChatRequest asking = sentence_request(sentence);
    const Result<void> done = co_await ask(asking, said);
    if (!done) co_return not_delegated("the local model failed: " + done.error().message);
    if (!says_yes(said.text())) continue;
    if (!question.empty()) question += ' ';
    question += sentence;
  }
  if (question.empty()) co_return not_delegated("no sentence of it asks for something by itself.");
  co_return question;
}

}  // namespace

Error not_delegated(std::string_view why) {
  return {ErrorCode::kForbidden, "The request cannot be asked in other words: " + std::string(why),
          std::string(kDelegationFailed)};
}

std::vector<std::string_view> sentences_of(std::string_view text) {
  std::vector<std::string_view> sentences;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!ends_sentence(text, at) && at + 1 < text.size()) continue;
    const std::string_view sentence = trimmed(text.substr(begin, at + 1 - begin));
    if (!sentence.empty()) sentences.push_back(sentence);
    begin = at + 1;
  }
  return sentences;
}

Async<Result<std::string>> make_question(const ChatRequest& request,
                                         const privacy::Redaction& redaction,
                                         const QuestionTerms& terms, CancelSignal& cancel,
                                         const AskLocal& ask) {
  const Result<ChatRequest> shown = read_again(request, redaction.body());
  if (!shown) co_return shown.error();
  if (terms.config.question == QuestionForm::kSelected) {
    co_return co_await selected_question(*shown, redaction.aliases(), cancel, ask);
  }
  co_return co_await written_question(*shown, terms, cancel, ask);
}

}  // namespace weir
