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

privacy::Scan scan_with(const PrivacyScanner& scanner) {
  return [&scanner](std::string_view text, std::vector<Finding>* findings) {
    scanner.scan(text, findings);
  };
}

ContentLook look_into(const ChatRequest& request, const PrivacyScanner& scanner, bool wanted) {
  ContentLook look;
  look.opaque = std::any_of(request.messages.begin(), request.messages.end(),
                            [](const Message& message) { return is_opaque(message.parts); });
  const bool readable = request.original.size() <= kLongestLook;
  look.unread = wanted && !readable;
  look.opaque = look.opaque || !readable;
  if (wanted && readable) {
    look.found = privacy::find_in_body(request.original, scan_with(scanner));
  }
  return look;
}

}  // namespace weir
