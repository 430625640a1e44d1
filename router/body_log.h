// Bodies of teams that log them: opens their store, and hands it what passed a gate.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "metrics/body_store.h"
#include "metrics/ledger_row.h"
#include "metrics/metrics.h"
#include "router/answer_gate.h"
#include "router/config.h"

namespace weir {

std::string bodies_path_of(const Config& config);

// Writes no file before a team logs something.
std::unique_ptr<BodyStore> make_body_store(const Config& config);

// The teams of a new configuration.
void use_teams(BodyStore& store, const Config& config);

// What of a configuration decides the text of a local answer, beside request, seed and model
// file, as words: to be recorded and compared.
std::map<std::string, std::string> answer_settings(const LocalConfig& local,
                                                   std::string_view model);

// Hands over what `gate` kept, if it kept all of it. A null store is nobody.
void log_body(BodyStore* store, const LedgerRow& row, const Config& config, AnswerGate& gate);

// What the metrics already know of the store.
class BodyCounts {
 public:
  // Counts what is new, right before a scrape. One thread at a time.
  void show(const BodyStore& store, Metrics& metrics);

 private:
  BodyStats counted_;
};

}  // namespace weir
