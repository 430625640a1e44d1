// A decision as a JSON object: for the ledger, `weir why` and POST /admin/explain.
//
// Written by hand into one string, because every request pays for it. Holds names
// of the configuration, numbers and words of closed lists; never a prompt's text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/reason.h"
#include "core/result.h"
#include "router/answer_faults.h"
#include "router/confidence.h"
#include "router/decision.h"

namespace weir {

// One try of one candidate, as it went. Views into the snapshot.
struct AttemptNote {
  std::string_view backend;
  std::string_view model;
  Reason reason = Reason::kEasy;
  std::string outcome;               // "answered", or the error's code
  std::optional<double> confidence;  // of a watched local answer
  AnswerSignals signals;             // tokens = 0: none
  AnswerFault fault = AnswerFault::kNone;
  std::int64_t local_busy_us = 0;
  SchemaOutcome schema = SchemaOutcome::kNone;  // of an answer from outside
};

// {"threshold":..,"options":[..],"candidates":[..]}: every place that was looked at,
// why it does not fit or what it would probably cost, and the order that came of it.
// Left open: close_explanation() adds how the tries went, also to an empty one.
std::string open_explanation(const DecisionInput& input, const Options& options,
                             const Result<Decision>& decision);
void close_explanation(std::string& explanation, const std::vector<AttemptNote>& attempts);

}  // namespace weir
