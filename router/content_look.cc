#include "router/content_look.h"

#include <algorithm>
#include <variant>
#include <vector>

namespace weir {
namespace {

bool is_opaque(const std::vector<Part>& parts) {
  return std::any_of(parts.begin(), parts.end(), [](const Part& part) {
    if (const auto* result = std::get_if<ToolResultPart>(&part.value)) {
      return is_opaque(result->parts);
    }
    const auto* other = std::get_if<OtherPart>(&part.value);
    return std::holds_alternative<ImagePart>(part.value) ||
           std::holds_alternative<FilePart>(part.value) ||
           (other != nullptr && other->type != "refusal");
  });
}

}  // namespace

privacy::Scan TimedScan::scan() {
  return [this](std::string_view text, std::vector<Finding>* findings) {
    const bool too_long = guesses_ != Guesses::kNone && text.size() > kLongestGuess;
    late_ = late_ || too_long || clock_.now() > end_;
    findings->clear();
    if (!late_) scanner_.scan(text, findings, guesses_);
  };
}

ContentLook look_into(std::string_view body, TimedScan* scan) {
  ContentLook look;
  const bool readable = body.size() <= kLongestLook;
  look.opaque = !readable;
  if (scan == nullptr) return look;
  if (readable) look.found = privacy::find_in_body(body, scan->scan());
  look.unread = !readable || scan->late();
  return look;
}

ContentLook look_into(const ChatRequest& request, TimedScan* scan) {
  ContentLook look = look_into(request.original, scan);
  look.opaque =
      look.opaque || std::any_of(request.messages.begin(), request.messages.end(),
                                 [](const Message& message) { return is_opaque(message.parts); });
  return look;
}

}  // namespace weir
