#include "router/config_findings.h"

namespace weir {

void ConfigFindings::add(const std::string& key, std::string_view what) {
  std::string place = key;
  auto line = lines_.find(place);
  while (line == lines_.end() && place.find('.') != std::string::npos) {
    place.erase(place.rfind('.'));
    line = lines_.find(place);
  }
  add_at(line == lines_.end() ? 0 : line->second, key, what);
}

void ConfigFindings::add_at(long line, const std::string& key, std::string_view what) {
  std::string text = file_;
  if (line > 0) text += ":" + std::to_string(line);
  if (!key.empty()) text += ": " + key;
  text += ": ";
  findings_.emplace(line, text.append(what));
}

std::optional<Error> ConfigFindings::error() const {
  if (findings_.empty()) return std::nullopt;
  std::string message;
  for (const auto& [line, text] : findings_) {
    if (!message.empty()) message += '\n';
    message += text;
  }
  return Error{ErrorCode::kInvalidConfig, std::move(message)};
}

}  // namespace weir
