#include "local_backend/chat_template/chat_form.h"

namespace weir {
namespace {

using std::string_view;

constexpr string_view kChatMlMarkers[] = {"<|im_start|>", "<|im_end|>"};
constexpr string_view kLlama3Markers[] = {"<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"};
constexpr string_view kGemmaMarkers[] = {"<start_of_turn>", "<end_of_turn>"};
constexpr string_view kPhi3Markers[] = {"<|user|>", "<|assistant|>", "<|end|>"};
constexpr string_view kNemoMarkers[] = {"[INST]", "[/INST]"};

constexpr ChatForm kChatMl = {
    .name = "chatml",
    .system = {"<|im_start|>system\n", "<|im_end|>\n"},
    .user = {"<|im_start|>user\n", "<|im_end|>\n"},
    .assistant = {"<|im_start|>assistant\n", "<|im_end|>\n"},
    .generation = "<|im_start|>assistant\n",
    .markers = kChatMlMarkers,
};

constexpr ChatForm chatml(string_view name, bool bos, bool default_system) {
  ChatForm form = kChatMl;
  form.name = name;
  if (bos) form.begin = "<bos>";
  form.default_system = default_system;
  return form;
}

constexpr ChatForm kChatMlBos = chatml("chatml", true, false);
constexpr ChatForm kChatMlDefault = chatml("chatml", false, true);  // Qwen 2, SmolLM 2
constexpr ChatForm kChatMlDefaultBos = chatml("chatml", true, true);
constexpr ChatForm kQwen25 = chatml("qwen2.5", false, true);

constexpr ChatForm thinking(string_view name, ChatForm::Thoughts thoughts) {
  ChatForm form = kChatMl;
  form.name = name;
  form.thoughts = thoughts;
  return form;
}

constexpr ChatForm kQwen3 = thinking("qwen3", ChatForm::Thoughts::kQwen3);
constexpr ChatForm kQwq = [] {
  ChatForm form = thinking("qwq", ChatForm::Thoughts::kDroppedButLastTurn);
  form.generation = "<|im_start|>assistant\n<think>\n</think>";
  return form;
}();
constexpr ChatForm kLfm25 = [] {
  ChatForm form = thinking("lfm2.5", ChatForm::Thoughts::kDroppedButLastAssistant);
  form.begin = "<bos>";
  form.drops_empty_system = true;
  return form;
}();

constexpr ChatForm kLlama3 = {
    .name = "llama3",
    .system = {"<|start_header_id|>system<|end_header_id|>\n\n", "<|eot_id|>"},
    .user = {"<|start_header_id|>user<|end_header_id|>\n\n", "<|eot_id|>"},
    .assistant = {"<|start_header_id|>assistant<|end_header_id|>\n\n", "<|eot_id|>"},
    .begin = "<bos>",
    .generation = "<|start_header_id|>assistant<|end_header_id|>\n\n",
    .trims = true,
    .markers = kLlama3Markers,
};
constexpr ChatForm kLlama31 = [] {
  ChatForm form = kLlama3;
  form.name = "llama3.1";
  form.header = "Cutting Knowledge Date: December 2023\nToday Date: 26 Jul 2024\n\n";
  form.system_place = ChatForm::System::kHeader;
  return form;
}();

constexpr ChatForm kZephyr = {
    .name = "zephyr",
    .system = {"<|system|>\n", "<eos>\n"},
    .user = {"<|user|>\n", "<eos>\n"},
    .assistant = {"<|assistant|>\n", "<eos>\n"},
    .generation = "<|assistant|>\n",
};

constexpr ChatForm kPhi3 = {
    .name = "phi3",
    .system = {},
    .user = {"<|user|>\n", "<|end|>\n<|assistant|>\n"},
    .assistant = {"", "<|end|>\n"},
    .begin = "<bos>",
    .drops_system = true,
    .markers = kPhi3Markers,
};

constexpr ChatForm kGemma = {
    .name = "gemma",
    .system = {"<start_of_turn>system\n", "<end_of_turn>\n"},
    .user = {"<start_of_turn>user\n", "<end_of_turn>\n"},
    .assistant = {"<start_of_turn>model\n", "<end_of_turn>\n"},
    .begin = "<bos>",
    .generation = "<start_of_turn>model\n",
    .system_place = ChatForm::System::kRefused,
    .trims = true,
    .alternates = true,
    .markers = kGemmaMarkers,
};

constexpr ChatForm kGemma3 = [] {
  ChatForm form = kGemma;
  form.name = "gemma3";
  form.inserted = {"", "\n\n"};
  form.system_place = ChatForm::System::kFirstUser;
  return form;
}();

constexpr ChatForm kMistral = {
    .name = "mistral",
    .system = {},
    .user = {"[INST] ", " [/INST]"},
    .assistant = {"", "<eos>"},
    .begin = "<bos>",
    .system_place = ChatForm::System::kRefused,
    .alternates = true,
    .two_roles = true,
};
constexpr ChatForm kMistralSpace = [] {
  ChatForm form = kMistral;
  form.assistant.after = "<eos> ";
  return form;
}();
constexpr ChatForm kMistralNemo = {
    .name = "mistral-nemo",
    .system = {},
    .user = {"[INST]", "[/INST]"},
    .assistant = {"", "<eos>"},
    .begin = "<bos>",
    .inserted = {"", "\n\n"},
    .system_place = ChatForm::System::kLastUser,
    .alternates = true,
    .two_roles = true,
    .markers = kNemoMarkers,
};
constexpr ChatForm kLlama2 = {
    .name = "llama2",
    .system = {},
    .user = {"<bos>[INST] ", " [/INST]"},
    .assistant = {" ", " <eos>"},
    .inserted = {"<<SYS>>\n", "\n<</SYS>>\n\n"},
    .system_place = ChatForm::System::kFirstUserAsOne,
    .drops_system = true,
    .trims = true,
    .alternates = true,
};

struct Known {
  std::uint64_t hash;
  const ChatForm* form;
};

// CanonicalTemplate::hash of templates that were compared with Jinja's own output.
constexpr Known kKnown[] = {
    {0xf4201814359e41fa, &kChatMl},        {0x4d7dac1d2a8a74d3, &kChatMlBos},
    {0xae8c25b85c6cdd0d, &kChatMlDefault}, {0xd7c7b5e7feff754c, &kChatMlDefaultBos},
    {0xc37c85ebf448e301, &kQwen25},        {0x77c319d244bd7980, &kQwen3},
    {0x498d09c01d96b696, &kQwq},           {0x0d217529094c3abb, &kChatMl},
    {0xaf8082470c2b3d45, &kLfm25},         {0x1c6a3d398e6de41f, &kLlama3},
    {0xd2ec5a707c2313d7, &kLlama3},        {0x70784dab54e71e81, &kLlama31},
    {0x8aa2db783d7fabac, &kZephyr},        {0x9c966d75c39e99cd, &kPhi3},
    {0xf0a9adda9f5de88a, &kGemma},         {0x56b9566b01b49241, &kGemma3},
    {0x1a586bbf935a83a1, &kMistral},       {0x80645a66dc71cd4b, &kMistralSpace},
    {0xfcf7764255329ff0, &kMistralNemo},   {0x30ab21d676030a69, &kLlama2},
};

}  // namespace

const ChatForm* find_chat_form(std::uint64_t hash) {
  for (const Known& known : kKnown) {
    if (known.hash == hash) return known.form;
  }
  return nullptr;
}

}  // namespace weir
