#include "router/delegation_texts.h"

#include <memory>
#include <utility>

#include "cloud_adapters/wire/codec.h"
#include "cloud_adapters/wire/json_writer.h"
#include "router/answer_faults.h"
#include "router/local_help.h"

namespace weir {
namespace {

constexpr std::string_view kAskInstruction =
    "You ask an expert who must not learn whom or what the conversation below is about. Write one "
    "question that the expert can answer alone and that brings what is needed to answer the last "
    "message. Write it in general terms and in your own words: no names, places, dates, numbers, "
    "employers or circumstances of anybody. Words such as [PII_EMAIL_1] stand for something "
    "private; leave them out where you can and keep them as they are where you cannot. Write the "
    "question and nothing else.";

constexpr std::string_view kBeforeAdvice =
    "\n\n---\nAn expert who knows nothing of this conversation was asked: ";
constexpr std::string_view kBeforeAnswer = "\nThe expert said: ";
constexpr std::string_view kAfterAnswer =
    "\n---\nAnswer the message above with what is right of it and with what you know of the "
    "conversation. Do not mention the expert.";

Result<ChatRequest> parsed(const ChatRequest& request, std::string_view body) {
  return codec_of(request.dialect)
      .parse_request(std::string(body), {request.model, request.stream});
}

void add_texts(const std::vector<Part>& parts, std::string* out) {
  for (const Part& part : parts) {
    if (const auto* text = std::get_if<TextPart>(&part.value)) {
      out->append(text->text).append("\n");
    } else if (const auto* call = std::get_if<ToolUsePart>(&part.value)) {
      out->append(call->name).append(" ").append(call->arguments_json).append("\n");
    } else if (const auto* result = std::get_if<ToolResultPart>(&part.value)) {
      add_texts(result->parts, out);
    }
  }
}

std::string transcript_of(const ChatRequest& request) {
  std::string text;
  for (const Message& message : request.messages) {
    text.append(to_string(message.role)).append(": ");
    add_texts(message.parts, &text);
  }
  return text;
}

// What a request points into, with what was added to it.
struct Backing {
  std::shared_ptr<const void> before;
  std::string added;
};

}  // namespace

Error not_delegated(std::string_view why) {
  return {ErrorCode::kForbidden, "The request cannot be asked in other words: " + std::string(why),
          std::string(kDelegationFailed)};
}

Result<ChatRequest> question_request(const ChatRequest& request, std::string_view redacted_body,
                                     std::int64_t question_tokens) {
  const Result<ChatRequest> shown = parsed(request, redacted_body);
  if (!shown) return shown.error();
  auto transcript = std::make_shared<std::string>(transcript_of(*shown));
  ChatRequest asking;
  asking.messages.push_back(text_message(Role::kSystem, kAskInstruction));
  asking.messages.push_back(text_message(Role::kUser, *transcript));
  asking.sampling.temperature = 0;
  asking.sampling.max_tokens = question_tokens;
  asking.thinking = Thinking::kOff;
  asking.backing = std::move(transcript);
  return asking;
}

Result<privacy::Rewrite> rewrite_of(const ChatRequest& request, const TextSink& written,
                                    const privacy::Redaction& redaction,
                                    const QuestionTerms& terms) {
  const std::string& question = written.text();
  const bool declined = !terms.declines.empty() && question.starts_with(terms.declines);
  if (declined || written.cut() || is_blank(question)) {
    return not_delegated("the local model wrote no question.");
  }
  if (p_local_ok(written.signals(), terms.weights) <= terms.least_confidence) {
    return not_delegated("the local model is unsure of its question.");
  }
  privacy::Rewrite rewrite(delegated_body(request, question), redaction, terms.copied_words);
  if (!rewrite.leaks_into(rewrite.body())) return rewrite;
  return not_delegated("what the local model wrote has too much of it.");
}

std::string delegated_body(const ChatRequest& request, std::string_view question) {
  std::string body;
  JsonObject object(&body);
  object.string("model", request.model);
  std::string* messages = object.key("messages");
  messages->append(R"([{"role":"user","content":)");
  append_json_string(messages, question);
  messages->append("}]");
  if (request.sampling.max_tokens) {
    object.number("max_completion_tokens", *request.sampling.max_tokens);
  }
  object.boolean("stream", request.stream);
  object.close();
  return body;
}

Result<ChatRequest> merging_request(const ChatRequest& request, std::string_view question,
                                    std::string_view answer) {
  Result<ChatRequest> merging = parsed(request, request.original);
  if (!merging) return merging;
  auto backing = std::make_shared<Backing>();
  backing->before = std::move(merging->backing);
  backing->added.append(kBeforeAdvice).append(question);
  backing->added.append(kBeforeAnswer).append(answer).append(kAfterAnswer);
  const std::string_view added = backing->added;
  merging->backing = std::move(backing);
  std::vector<Message>& messages = merging->messages;
  if (!messages.empty() && messages.back().role == Role::kUser) {
    messages.back().parts.push_back({TextPart{added}, {}});
  } else {
    messages.push_back(text_message(Role::kUser, added));
  }
  return merging;
}

}  // namespace weir
