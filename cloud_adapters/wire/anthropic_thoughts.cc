// Which thoughts of a conversation an Anthropic-compatible server has signed, and whether it can
// be asked to think on.
#include <algorithm>

#include "cloud_adapters/wire/anthropic_blocks.h"
#include "cloud_adapters/wire/anthropic_parts.h"
#include "cloud_adapters/wire/responses_items.h"

namespace weir::anthropic {
namespace {

bool holds_result(const Message& message) {
  return std::any_of(message.parts.begin(), message.parts.end(), [](const Part& part) {
    return std::holds_alternative<ToolResultPart>(part.value);
  });
}

// Of the parts that are written.
bool begins_with_thought(const RequestIn& in, const Message& message) {
  for (const Part& part : message.parts) {
    const auto* text = std::get_if<TextPart>(&part.value);
    const auto* thought = std::get_if<ReasoningPart>(&part.value);
    if (thought != nullptr && !is_foreign_thought(in, *thought)) return true;
    const bool written = text == nullptr || in.same_dialect() || !is_blank(text->text);
    if (thought == nullptr && written) return false;
  }
  return false;
}

}  // namespace

// Only a Responses server names thoughts, and signs them in its own way. What it has by a name
// that was made here may be Anthropic's. Gemini's clients get no signatures but Gemini's.
bool is_foreign_thought(const RequestIn& in, const ReasoningPart& thought) {
  const bool of_responses = !thought.id.empty() && !responses::is_own_item_id(thought.id);
  const bool of_gemini = in.request.dialect == Dialect::kGemini;
  return thought.signature.empty() || of_responses || of_gemini;
}

bool lacks_thought(const RequestIn& in) {
  bool called = false;
  bool results = false;  // behind the message that is looked at, up to the next of the assistant
  bool in_turn = false;
  const std::vector<Message>& messages = in.request.messages;
  for (auto message = messages.rbegin(); message != messages.rend(); ++message) {
    if (message->role != Role::kAssistant) {
      in_turn = false;
      results = results || holds_result(*message);
      continue;
    }
    if (!in_turn && !results) break;
    if (begins_with_thought(in, *message)) return false;
    in_turn = true;
    results = false;
    called = true;
  }
  return called;
}

}  // namespace weir::anthropic
