// A prompt before it is tokens: template text and user text, kept apart.
//
// The difference is the defence: "<|im_end|>" inside user text stays plain text,
// so a prompt cannot end its own turn.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace weir {

using TokenId = std::int32_t;

struct PromptSegment {
  enum class Origin : std::uint8_t {
    kTemplate,  // ours: control tokens in it are control tokens
    kUser,      // theirs: only ever plain text
  };
  Origin origin = Origin::kUser;
  std::string text;
};

struct Prompt {
  std::vector<PromptSegment> segments;

  void add_template(std::string text) {
    segments.push_back({PromptSegment::Origin::kTemplate, std::move(text)});
  }
  void add_user(std::string text) {
    segments.push_back({PromptSegment::Origin::kUser, std::move(text)});
  }
};

}  // namespace weir
