#include "metrics/ledger_row.h"

#include <array>

namespace weir {

std::string_view to_string(Operation operation) {
  switch (operation) {
    case Operation::kChat: return "chat";
    case Operation::kEmbeddings: return "embeddings";
    case Operation::kPassThrough: return "pass_through";
  }
  return "chat";
}

std::string_view to_string(Route route) {
  static constexpr std::array<std::string_view, 4> kWords = {"none", "local", "site", "cloud"};
  return kWords[static_cast<std::size_t>(route)];
}

std::string_view to_string(FinishReason finish) {
  static constexpr std::array<std::string_view, 6> kWords = {
      "", "stop", "length", "tool_calls", "content_filter", "stop_sequence"};
  return kWords[static_cast<std::size_t>(finish)];
}

std::string_view to_string(RowState state) {
  return state == RowState::kSettled ? "settled" : "recovered";
}

}  // namespace weir
