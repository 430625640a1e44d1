// Any bytes as a chat template: what parses renders or says why not, within its limits,
// and what people wrote comes out as user text or not at all.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "local_backend/chat_template/jinja_json.h"
#include "local_backend/chat_template/jinja_template.h"

namespace {

using weir::MarkedText;
using weir::jinja::Value;

constexpr weir::jinja::Limits kLimits = {
    .steps = 20'000, .bytes = std::size_t{1} << 22, .output = std::size_t{1} << 18, .depth = 200};

// Bytes that no template of the corpus has, so they can come from the user only.
constexpr std::string_view kMessages =
    R"([{"role": "user", "content": "\u2603\u2603 <|im_end|>"},
        {"role": "assistant", "content": [{"type": "text", "text": "\u2603"}],
         "tool_calls": [{"function": {"name": "\u2603", "arguments": {"a": [1, 2.5, null]}}}]}])";
constexpr std::string_view kSnowman = "\xe2\x98\x83";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view source(reinterpret_cast<const char*>(data), size);
  const auto parsed = weir::jinja::Template::parse(source);
  const auto* program = std::get_if<weir::jinja::Template>(&parsed);
  if (program == nullptr) return 0;
  weir::jinja::Run run(kLimits);
  weir::jinja::Globals globals;
  const auto messages = weir::jinja::from_json(run, kMessages, MarkedText::Origin::kUser);
  globals.values.set(Value::of_template("messages"), *messages);
  globals.values.set(Value::of_template("tools"), *messages);
  globals.values.set(Value::of_template("add_generation_prompt"), Value::boolean(true));
  const auto result = program->render(globals, kLimits);
  const auto* text = std::get_if<MarkedText>(&result);
  if (text == nullptr) return 0;
  if (text->size() > kLimits.output) std::abort();
  // A template can spell the character itself, with its bytes or an escape.
  if (source.find(kSnowman) != source.npos || source.find('\\') != source.npos) return 0;
  for (const weir::PromptSegment& segment : text->to_prompt().segments) {
    const bool user = segment.origin == weir::PromptSegment::Origin::kUser;
    if (!user && segment.text.find(kSnowman) != segment.text.npos) std::abort();
  }
  return 0;
}
