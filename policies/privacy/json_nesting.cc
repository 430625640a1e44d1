#include "policies/privacy/json_nesting.h"

#include <string_view>

namespace weir::privacy {

void JsonNesting::pass(char c) {
  behind_escape_ = backslashes_ > 0 && std::string_view("nrtbf").find(c) != std::string_view::npos;
  if (c == '"') {
    pass_quote();
  } else if (std::string_view(" \t\r\n").find(c) == std::string_view::npos && !behind_escape_) {
    begin_content(c);
  }
  backslashes_ = c == '\\' ? backslashes_ + 1 : 0;
}

void JsonNesting::pass_value() {
  begin_content('x');
  backslashes_ = 0;
  behind_escape_ = false;
}

// Each level of nesting puts a backslash before the quote and doubles those that are there.
void JsonNesting::pass_quote() {
  std::size_t level = 1;
  for (std::size_t left = backslashes_; left % 2 == 1; left /= 2) ++level;
  if (level <= depth_) {
    depth_ = level - 1;
  } else if (level == depth_ + 1 && level <= kDeepest && contents_[depth_] == Content::kJson) {
    depth_ = level;
    contents_[level] = Content::kNothing;
  }
}

// An array counts if an object or a text comes first, as looks_like_json() has it.
void JsonNesting::begin_content(char c) {
  Content& content = contents_[depth_];
  if (content == Content::kNothing) {
    content = c == '{' ? Content::kJson : c == '[' ? Content::kBracket : Content::kProse;
    if (c == '\\') content = Content::kNothing;
  } else if (content == Content::kBracket) {
    content = c == '{' || c == '[' || c == '\\' ? Content::kJson : Content::kProse;
  }
}

}  // namespace weir::privacy
