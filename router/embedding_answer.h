// A request for vectors on its way through the house: steps 3 to 8 of
// docs/architecture.md in short, because only models of this process answer it.
#pragma once

#include <string>

#include "cloud_adapters/wire/embedding_codec.h"
#include "core/async.h"
#include "core/clock.h"
#include "core/result.h"
#include "metrics/ledger_row.h"
#include "router/endpoints.h"
#include "router/http/exchange.h"
#include "router/snapshot.h"

namespace weir {

const EmbeddingCodec& embedding_codec_of(EmbeddingForm form);

// All of it outlives the answer.
struct EmbeddingQuestion {
  const Snapshot& snapshot;
  const Identity& who;
  Exchange& exchange;
  const Clock& clock;
  LimitHold& limits;
  const EmbeddingCodec& codec;  // of the client's dialect
  RequestPath path = {};
};

// The body of the answer. Fills the row's model, route, reason and usage, the usage also
// when it fails. Nothing leaves this process. kNotFound for a name that no embedding model
// has, kInvalidRequest for that of a model which answers in words; and what
// OnDemandModel::embed() says.
Async<Result<std::string>> answer_embeddings(EmbeddingQuestion question, LedgerRow& row);

}  // namespace weir
