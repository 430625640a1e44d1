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

bool is_base64_byte(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '/' || c == '-' || c == '_' || c == '=' || c == '\\';  // escapes a slash
}

// Whether a whole string of this JSON is a file written into its own address, wherever it stands:
// in a member that nobody knows it is a picture all the same.
bool holds_data_url(std::string_view json) {
  constexpr std::string_view kBegin = "\"data:";
  constexpr std::string_view kMark = ";base64,";
  constexpr std::size_t kLongestType = 128;
  for (std::size_t at = json.find(kBegin); at != std::string_view::npos;
       at = json.find(kBegin, at + 1)) {
    const std::string_view type = json.substr(at + 1, json.find('"', at + 1) - at - 1);
    const std::size_t mark = type.substr(0, kLongestType).find(kMark);
    if (mark == std::string_view::npos) continue;
    const std::string_view data = type.substr(mark + kMark.size());
    if (!data.empty() && std::all_of(data.begin(), data.end(), is_base64_byte)) return true;
  }
  return false;
}

// Whether an array of this JSON begins with a number or an object. Linear.
bool lists_more_than_texts(std::string_view json) {
  bool in_text = false;
  bool opened = false;  // an array, and nothing but space since
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_text) {
      if (c == '\\') ++i;
      if (c == '"') in_text = false;
      continue;
    }
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') continue;
    if (opened && (c == '{' || c == '-' || (c >= '0' && c <= '9'))) return true;
    in_text = c == '"';
    opened = c == '[';
  }
  return false;
}

ContentLook look_at(std::string_view body, TimedScan* scan) {
  ContentLook look;
  const bool readable = body.size() <= kLongestLook;
  look.opaque = !readable || holds_data_url(body);
  if (scan == nullptr) return look;
  if (readable) look.found = privacy::find_in_body(body, scan->scan());
  look.unread = !readable || scan->late();
  return look;
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
  ContentLook look = look_at(body, scan);
  look.opaque = look.opaque || lists_more_than_texts(body);
  return look;
}

ContentLook look_into(const ChatRequest& request, TimedScan* scan) {
  ContentLook look = look_at(request.original, scan);
  look.opaque =
      look.opaque || std::any_of(request.messages.begin(), request.messages.end(),
                                 [](const Message& message) { return is_opaque(message.parts); });
  return look;
}

}  // namespace weir
