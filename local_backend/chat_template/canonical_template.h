// A Jinja chat template in a form in which spelling does not matter.
//
// Two templates with the same form print the same for every conversation. Whitespace
// in tags, kinds of quotes, m['role'] and m.role, {{ 'a' + b }} and a{{ b }}, and the
// whitespace that tags swallow (trim_blocks and lstrip_blocks, as transformers
// renders) all vanish. Nothing is executed. Pure; O(size of the source).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace weir {

struct CanonicalTemplate {
  // Of everything but default_system.
  std::uint64_t hash = 0;

  // The system prompt that a template of the ChatML kind writes where a conversation
  // has none: what it puts as text between "<|im_start|>system\n" and "<|im_end|>\n".
  std::string default_system;
};

// Nothing for what is not the syntax of a template.
std::optional<CanonicalTemplate> canonical_template(std::string_view source);

}  // namespace weir
