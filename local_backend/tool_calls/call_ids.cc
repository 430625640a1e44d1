#include "local_backend/tool_calls/call_ids.h"

#include <algorithm>
#include <cstdint>
#include <unordered_map>

namespace weir {
namespace {

constexpr std::string_view kKimiPrefix = "functions.";
constexpr std::size_t kMistralSigns = 9;
constexpr std::size_t kOwnSigns = 24;

bool is_sign(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Letters and digits that depend on `text` alone: FNV-1a, stirred by splitmix64.
std::string signs_of(std::string_view text, std::size_t count) {
  constexpr std::string_view kSigns =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  std::uint64_t state = 0xcbf29ce484222325u;
  for (const char c : text) state = (state ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  std::string signs;
  while (signs.size() < count) {
    state += 0x9e3779b97f4a7c15u;
    std::uint64_t mixed = state;
    mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9u;
    mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111ebu;
    signs += kSigns[(mixed ^ mixed >> 31) % kSigns.size()];
  }
  return signs;
}

bool conforms(IdForm form, std::string_view id) {
  if (form == IdForm::kKimi) return id.starts_with(kKimiPrefix);
  return id.size() == kMistralSigns && std::all_of(id.begin(), id.end(), is_sign);
}

void conform_mistral(std::string* id) {
  if (!conforms(IdForm::kNineSigns, *id)) *id = signs_of(*id, kMistralSigns);
}

// Calls are numbered through the conversation.
void conform_kimi(std::vector<ChatTurn>* turns) {
  std::unordered_map<std::string, std::string> renamed;
  std::size_t number = 0;
  for (ChatTurn& turn : *turns) {
    for (ChatToolCall& call : turn.tool_calls) {
      std::string id = std::string(kKimiPrefix) + call.name + ":" + std::to_string(number++);
      if (conforms(IdForm::kKimi, call.id)) id = call.id;
      renamed[call.id] = id;
      call.id = std::move(id);
    }
    const auto known = renamed.find(turn.tool_call_id);
    if (known != renamed.end()) turn.tool_call_id = known->second;
  }
}

}  // namespace

std::string client_call_id(IdForm form, const ToolCall& call, std::string_view answer_id,
                           std::size_t index) {
  if (form != IdForm::kAny && conforms(form, call.id)) return call.id;
  const std::string seed = std::string(answer_id) + "/" + std::to_string(index);
  switch (form) {
    case IdForm::kAny: break;
    case IdForm::kNineSigns: return signs_of(seed, kMistralSigns);
    case IdForm::kKimi: return std::string(kKimiPrefix) + call.name + ":" + std::to_string(index);
  }
  return "call_" + signs_of(seed, kOwnSigns);
}

void conform_call_ids(IdForm form, std::vector<ChatTurn>* turns) {
  if (form == IdForm::kKimi) conform_kimi(turns);
  if (form != IdForm::kNineSigns) return;
  for (ChatTurn& turn : *turns) {
    for (ChatToolCall& call : turn.tool_calls) conform_mistral(&call.id);
    if (turn.role == "tool") conform_mistral(&turn.tool_call_id);
  }
}

}  // namespace weir
