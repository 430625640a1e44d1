// A model file that was opened and checked, before anything runs it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "core/result.h"
#include "local_backend/engine.h"
#include "local_backend/gguf/prefetch.h"
#include "local_backend/model/model.h"
#include "local_backend/tokenizer/tokenizer.h"

namespace weir {

struct LocalBackendOptions {
  std::string name;        // as in [[backend]] name
  std::string model_path;  // a GGUF file, or kEmbeddedModel
  std::string draft_path;  // of a small model that guesses ahead; empty: none
  std::string model_name;  // what clients call it; empty: general.name, else the file's name
  std::int64_t max_output_tokens = 0;  // of a request that sets none; 0: as the context allows
  bool normalise = true;               // keep the prompts of a conversation equal: prompt_hygiene.h
  bool constrain_calls = true;         // those of tools that are not strict keep to a form too
  kernels::Arithmetic arithmetic = kernels::Arithmetic::kInt8;
  bool pack_weights = true;  // Model::pack(), where there is memory for it
  // Makes LocalModelInfo::hash; unset: GgufFile::fingerprint().
  std::function<std::string(const GgufFile&)> hash_file = {};
  KvTypes kv_types = kUsualKvTypes;
  std::vector<LayerKvTypes> kv_layers = {};
  EngineConfig engine;
  WatchLoad watch_load;  // told how much of the file is in memory; none: read when it is used
};

// For logs, /metrics and the ledger.
struct LocalModelInfo {
  std::string name;
  std::string architecture;
  std::string hash;         // of the file, as LocalBackendOptions::hash_file makes it
  std::string fingerprint;  // GgufFile's for clients, as OpenAI's system_fingerprint
  std::uint64_t parameters = 0;
  std::string_view quantization;  // of most of them, such as "Q4_K"
  std::int64_t context_tokens = 0;
  double load_seconds = 0;
};

struct LocalModel {
  std::shared_ptr<const GgufFile> file;
  std::shared_ptr<Model> model;
  std::shared_ptr<const Tokenizer> tokenizer;
  SteadyTime opened_at;  // when that began
  std::shared_ptr<Model> draft = nullptr;

  // Its file says how hidden states become one vector.
  bool embeds() const { return model->spec().pooling != Pooling::kNone; }
};

// Maps the file, and that of the draft model, and checks all that loading checks; reads no
// weights. Blocking.
// kNotFound or kInvalidModel with one sentence that says why.
Result<LocalModel> open_local_model(const LocalBackendOptions& options);

// Brings the weights into memory, packed or as the file has them, and tells `watch`, if there is
// one, of every part. Blocking; before the model runs. What there is no memory for stays as it
// is in the file.
void read_weights(const LocalModel& model, const LocalBackendOptions& options,
                  const WatchLoad& watch);

// Of a model that is loaded by now.
LocalModelInfo info_of(const LocalBackendOptions& options, const LocalModel& model,
                       std::size_t context_tokens);

Error out_of_memory();

}  // namespace weir
