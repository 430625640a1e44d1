#include "router/delegation_texts.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "cloud_adapters/wire/codec.h"
#include "cloud_adapters/wire/json_writer.h"
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

constexpr std::string_view kBeforeSentence =
    "Does the following text ask for something? yes or no\n";

constexpr std::string_view kBeforeAdvice =
    "\n\n---\nAn expert who knows nothing of this conversation was asked: ";
constexpr std::string_view kBeforeAnswer = "\nThe expert said: ";
constexpr std::string_view kAfterAnswer =
    "\n---\nAnswer the message above with what is right of it and with what you know of the "
    "conversation. Do not mention the expert.";

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

// One message to the local model, without thought and chance.
ChatRequest plain_request(std::string text, std::int64_t most_tokens) {
  auto backing = std::make_shared<std::string>(std::move(text));
  ChatRequest asking;
  asking.messages.push_back(text_message(Role::kUser, *backing));
  asking.sampling.temperature = 0;
  asking.sampling.max_tokens = most_tokens;
  asking.thinking = Thinking::kOff;
  asking.backing = std::move(backing);
  return asking;
}

// What a request points into, with what was added to it.
struct Backing {
  std::shared_ptr<const void> before;
  std::string added;
};

}  // namespace

Result<ChatRequest> read_again(const ChatRequest& request, std::string_view body) {
  return codec_of(request.dialect)
      .parse_request(std::string(body), {request.model, request.stream});
}

ChatRequest question_request(const ChatRequest& shown, std::int64_t question_tokens) {
  ChatRequest asking = plain_request(transcript_of(shown), question_tokens);
  asking.messages.insert(asking.messages.begin(), text_message(Role::kSystem, kAskInstruction));
  return asking;
}

ChatRequest sentence_request(std::string_view sentence) {
  constexpr std::int64_t kYesOrNo = 4;
  return plain_request(std::string(kBeforeSentence).append(sentence), kYesOrNo);
}

std::string last_words_of(const ChatRequest& request) {
  const auto last = std::find_if(request.messages.rbegin(), request.messages.rend(),
                                 [](const Message& each) { return each.role == Role::kUser; });
  std::string words;
  if (last != request.messages.rend()) add_texts(last->parts, &words);
  return words;
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
  Result<ChatRequest> merging = read_again(request, request.original);
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
