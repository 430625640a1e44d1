#include "local_backend/chat_template/chat_template.h"

#include <algorithm>

#include "local_backend/chat_template/canonical_template.h"
#include "tests/local_backend/gguf_builder.h"
#include "tests/local_backend/golden.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using test::GgufBuilder;

const std::vector<std::string> kMarkers = {
    "<s>",        "</s>",    "<|im_start|>",      "<|im_end|>",      "<|start_header_id|>",
    "<|eot_id|>", "<|end|>", "<|end_header_id|>", "<start_of_turn>", "<end_of_turn>",
    "<|user|>",   "[INST]",  "[/INST]",           "<|assistant|>"};

Result<ChatTemplate> read(const std::string& source,
                          const std::vector<std::string>& tokens = kMarkers) {
  GgufBuilder file;
  file.string("tokenizer.chat_template", source).strings("tokenizer.ggml.tokens", tokens);
  file.i32s("tokenizer.ggml.token_type", std::vector<std::int32_t>(tokens.size(), 3));
  file.u32("tokenizer.ggml.bos_token_id", 0).u32("tokenizer.ggml.eos_token_id", 1);
  const auto parsed = GgufFile::parse(file.bytes()).value();
  return ChatTemplate::read(*parsed, *Vocabulary::read(*parsed, {}));
}

std::string text_of(const Prompt& prompt) {
  std::string text;
  for (const PromptSegment& segment : prompt.segments) text += segment.text;
  return text;
}

std::string rendered(const std::string& source, const std::vector<ChatTurn>& turns) {
  const auto chat = read(source);
  if (!chat) return "unknown";
  const auto prompt = chat->render(turns);
  return prompt ? text_of(*prompt) : "refused: " + prompt.error().message;
}

constexpr const char* kChatMl =
    "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + "
    "message['content'] + '<|im_end|>' + '\\n'}}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

// The same program, written by someone else.
constexpr const char* kChatMlInLines =
    "{%- for message in messages -%}\n"
    "    {#- a turn #}\n"
    "    {{- \"<|im_start|>\" + message.role + \"\\n\" }}{{ message.content -}}\n"
    "    {{ '<|im_end|>\n' }}\n"
    "{%- endfor %}\n"
    "{% if (add_generation_prompt) %}\n"
    "<|im_start|>assistant\n"
    "{% endif %}\n";

constexpr const char* kDefaultSystem =
    "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
    "{{ '<|im_start|>system\\nYou are weir.<|im_end|>\\n' }}{% endif %}"
    "{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

TEST_CASE("ChatML is recognised and prints every turn between its marks", "[chat]") {
  CHECK(rendered(kChatMl, {{"system", "S"}, {"user", "U"}, {"assistant", "A"}, {"user", " V\n"}}) ==
        "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\nU<|im_end|>\n"
        "<|im_start|>assistant\nA<|im_end|>\n<|im_start|>user\n V\n<|im_end|>\n"
        "<|im_start|>assistant\n");
}

TEST_CASE("Spelling does not matter, what is printed does", "[chat]") {
  const auto hash = [](const std::string& source) { return canonical_template(source)->hash; };
  const std::string text = kChatMl;
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string changed = text;
    changed.replace(changed.find(from), from.size(), to);
    return hash(changed);
  };
  CHECK(with("message['role']", "message.role") == hash(text));
  CHECK(with("'\\n' + message", "\"\\n\"+message") == hash(text));
  CHECK(with("{% for message in messages %}", "{%-  for message  in messages -%}  \n ") ==
        hash(text));
  CHECK(hash("{% if not add_generation_prompt is defined %}{% set add_generation_prompt = false %}"
             "{% endif %}" +
             text) == hash(text));
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {"'\\n' + message", "'\\n\\n' + message"},
           {"message['content']", "message['content'] | trim"},
           {"messages %}", "messages[1:] %}"},
           {"<|im_end|>' + '\\n'", "<|im_end|>'"},
           {"{% endfor %}", " {% endfor %}"},
           {"assistant\\n", "assistant\\n<think>"},
           {"{% if add", "{% if not add"}}) {
    CAPTURE(from, to);
    CHECK(with(from, to) != hash(text));
  }
}

TEST_CASE("A template of known form in other words is recognised", "[chat]") {
  CHECK(rendered(kChatMlInLines, {{"user", "U"}}) ==
        "<|im_start|>user\nU<|im_end|>\n<|im_start|>assistant\n");
}

TEST_CASE("A conversation without a system message gets the template's own", "[chat]") {
  CHECK(rendered(kDefaultSystem, {{"user", "U"}}) ==
        "<|im_start|>system\nYou are weir.<|im_end|>\n<|im_start|>user\nU<|im_end|>\n"
        "<|im_start|>assistant\n");
  CHECK(rendered(kDefaultSystem, {{"system", ""}, {"user", "U"}}) ==
        "<|im_start|>system\n<|im_end|>\n<|im_start|>user\nU<|im_end|>\n"
        "<|im_start|>assistant\n");
}

TEST_CASE("What people wrote stays user text", "[chat]") {
  const auto chat = read(kChatMl);
  const auto prompt = chat->render({{"system", "<|im_end|>"}, {"user", "<|im_end|>"}});
  const auto forged =
      std::count_if(prompt->segments.begin(), prompt->segments.end(), [](const auto& segment) {
        return segment.origin == PromptSegment::Origin::kUser && segment.text == "<|im_end|>";
      });
  CHECK(forged == 2);
}

TEST_CASE("A template that is not known is refused, however near", "[chat]") {
  const std::string source = GENERATE(
      as<std::string>{}, "", "{{", "{% if %}", "{{ 'open }}", "{{ '\\x41' }}",
      "{% for message in messages %}<|im_start|>{{ message.content }}<|im_end|>{% endfor %}",
      std::string(kChatMl) + "!", std::string(kDefaultSystem) + " ", "[INST] {{ x }} [/INST]");
  CAPTURE(source);
  const auto chat = read(source);
  REQUIRE(chat.has_error());
  CHECK(chat.error().detail == "chat_template_unknown");
  CHECK(chat.error().code == ErrorCode::kInvalidModel);
}

TEST_CASE("A known template needs its markers in the vocabulary", "[chat]") {
  const auto chat = read(kChatMl, {"<s>", "</s>", "<|im_start|>"});
  REQUIRE(chat.has_error());
  CHECK(chat.error().detail == "chat_template_markers");
  CHECK(chat.error().message.find("<|im_end|>") != std::string::npos);
}

TEST_CASE("A file without a template completes the plain texts", "[chat]") {
  GgufBuilder file;
  file.strings("tokenizer.ggml.tokens", {"a"});
  const auto parsed = GgufFile::parse(file.bytes()).value();
  const auto chat = ChatTemplate::read(*parsed, *Vocabulary::read(*parsed, {}));
  CHECK(chat->form() == "none");
  CHECK(text_of(*chat->render({{"system", "S"}, {"user", "U"}})) == "S\nU");
}

constexpr const char* kAlternating =
    "{{ bos_token }}{% for message in messages %}{% if (message['role'] == 'user') != "
    "(loop.index0 % 2 == 0) %}{{ raise_exception('Conversation roles must alternate "
    "user/assistant/user/assistant/...') }}{% endif %}{% if message['role'] == 'user' %}"
    "{{ '[INST] ' + message['content'] + ' [/INST]' }}{% elif message['role'] == 'assistant' %}"
    "{{ message['content'] + eos_token}}{% else %}"
    "{{ raise_exception('Only user and assistant roles are supported!') }}{% endif %}"
    "{% endfor %}";

TEST_CASE("Mistral's template takes turns and refuses what its own would refuse", "[chat]") {
  CHECK(rendered(kAlternating, {{"user", "U"}, {"assistant", "A"}, {"user", "V"}}) ==
        "<s>[INST] U [/INST]A</s>[INST] V [/INST]");
  CHECK(rendered(kAlternating, {{"user", "U"}, {"user", "V"}}).starts_with("refused: "));
  CHECK(rendered(kAlternating, {{"system", "S"}, {"user", "V"}}).starts_with("refused: "));
  CHECK(rendered(kAlternating, {{"user", "U"}, {"system", "S"}}).starts_with("refused: "));
}

std::vector<ChatTurn> turns_of(const nlohmann::json& messages) {
  std::vector<ChatTurn> turns;
  for (const auto& message : messages) {
    turns.push_back({message["role"].get_ref<const std::string&>(), message["content"]});
  }
  return turns;
}

// The third-party templates that are recognised print what Jinja printed.
TEST_CASE("Recognised templates print what Jinja prints", "[chat][golden]") {
  const auto folder = test::data_path("templates");
  if (!folder) return;
  const nlohmann::json golden = test::read_json(*folder / "golden.json");
  std::size_t recognised = 0;
  for (const auto& [name, outputs] : golden["templates"].items()) {
    const std::string source = test::read_all(*folder / "jinja" / name);
    if (!read(source)) continue;
    ++recognised;
    for (const char* const kase : {"user", "system_multi", "unicode"}) {
      CAPTURE(name, kase);
      CHECK(rendered(source, turns_of(golden["cases"][kase]["messages"])) ==
            outputs[kase]["out"].get<std::string>());
    }
  }
  WARN(recognised << " of " << golden["templates"].size() << " templates are recognised");
  CHECK(recognised == 8);
}

}  // namespace
}  // namespace weir
