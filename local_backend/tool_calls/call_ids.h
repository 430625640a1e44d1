// Ids of tool calls, in the form that the model was taught.
//
// Clients bring histories with ids of any provider; some templates refuse what is not
// of their own form. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "local_backend/chat_template/chat_template.h"
#include "local_backend/tool_calls/call_syntaxes.h"

namespace weir {

// The id that a client gets for the call number `index` (from 0) of an answer: the model's own,
// where it writes ids that mean something, else a new one. `answer_id` is unique.
std::string client_call_id(IdForm form, const ToolCall& call, std::string_view answer_id,
                           std::size_t index);

// Rewrites the ids of calls and results where the form demands it; what belonged together
// still does.
void conform_call_ids(IdForm form, std::vector<ChatTurn>* turns);

}  // namespace weir
