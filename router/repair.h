// Puts the JSON of an answer from outside right: the local model writes it anew, bound to the
// schema that the answer broke.
#pragma once

#include <string_view>

#include "core/async.h"
#include "core/chat.h"
#include "core/result.h"
#include "core/usage.h"
#include "metrics/ledger_row.h"
#include "policies/ruling.h"
#include "router/snapshot.h"

namespace weir {

struct ServeInput;
class SpareAnswer;

// The local model that may and can do it; null if there is none. For teams with repair = "local"
// and requests that are not local-only, with one choice and without logprobs, which the local
// model could not tell of a text that is not its own.
const ServedBackend* repairer_for(const Snapshot& snapshot, const Ruling& ruling,
                                  const ChatRequest& request);

// Asks for `text` as the JSON that `request` asks for. Keeps views into both.
ChatRequest repair_request(const ChatRequest& request, std::string_view text);

// Asks `local` to put `wrong` right. The answer in input.sink is then what it wrote, under the
// name and the usage of the backend that was paid: the row stays that one's, and its reason
// becomes kRepaired. Nothing was shown after an error. All of it outlives the coroutine.
Async<Result<Usage>> repair(const ServeInput& input, const ServedBackend& local,
                            const SpareAnswer& wrong, LedgerRow& row);

}  // namespace weir
