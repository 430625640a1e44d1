#include "router/config_findings.h"

#include <algorithm>

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
  findings_.push_back({line, text.append(what)});
}

std::optional<Error> ConfigFindings::error() const {
  if (findings_.empty()) return std::nullopt;
  std::vector<Finding> sorted = findings_;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Finding& a, const Finding& b) { return a.line < b.line; });
  std::string message;
  for (const Finding& finding : sorted) {
    if (!message.empty()) message += '\n';
    message += finding.text;
  }
  return Error{ErrorCode::kInvalidConfig, std::move(message)};
}

}  // namespace weir
