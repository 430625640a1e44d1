#include "router/cli/perplexity.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <new>
#include <utility>

#include "cloud_adapters/wire/json_writer.h"
#include "core/disk.h"
#include "local_backend/local_model.h"
#include "local_backend/model/model_run.h"
#include "router/cli/output.h"

namespace weir::cli {
namespace {

constexpr std::uint64_t kMaxTextBytes = std::uint64_t{64} << 20;

struct Foretold {
  KvTypes types;
  std::vector<float> scores;  // log-probabilities
};

Result<LocalModel> load(KvTypes types, const PerplexityOptions& options) {
  LocalBackendOptions how;
  how.model_path = options.model;
  how.kv_types = types;
  how.engine.context_tokens = options.window;
  how.engine.threads = options.threads;
  auto model = open_local_model(how);
  if (!model) return model;
  if (model->embeds()) return Error{ErrorCode::kInvalidModel, "the model makes vectors, not words"};
  if (model->model->spec().vocabulary != model->tokenizer->vocabulary().size()) {
    return Error{ErrorCode::kInvalidModel, "tokenizer and weights have different vocabularies"};
  }
  read_weights(*model, how, {});
  return model;
}

Result<std::vector<TokenId>> read_tokens(const Tokenizer& tokenizer,
                                         const PerplexityOptions& options) {
  std::vector<TokenId> tokens;
  for (const std::string& path : options.texts) {
    const auto text = system_disk().read_file(path, kMaxTextBytes);
    if (!text) return text.error();
    const auto more = tokenizer.encode(*text);
    tokens.insert(tokens.end(), more.begin(), more.end());
  }
  if (tokens.size() < 2) {
    return Error{ErrorCode::kInvalidRequest, "the text has fewer than two tokens"};
  }
  return tokens;
}

Batch window_of(const std::vector<TokenId>& tokens, std::size_t begin, std::size_t end,
                SequenceState* state) {
  Batch batch;
  state->prepare(end - begin);
  for (std::size_t i = begin; i < end; ++i) {
    batch.add(tokens[i], i - begin, state, {.scored = i + 1 < end ? tokens[i + 1] : kNoToken});
  }
  return batch;
}

Result<Foretold> foretell(KvTypes types, const PerplexityOptions& options) {
  const auto model = load(types, options);
  if (!model) return model.error();
  const auto tokens = read_tokens(*model->tokenizer, options);
  if (!tokens) return tokens.error();
  ModelRun run(model->model, kernels::best_kernels(),
               kernels::WorkerPool::threads_for(options.threads));
  Foretold foretold{types, {}};
  for (std::size_t begin = 0; begin + 1 < tokens->size(); begin += options.window) {
    const std::size_t end = std::min(begin + options.window, tokens->size());
    const auto state = run.sequence(end - begin);
    const auto scores = run.run_all(window_of(*tokens, begin, end, state.get())).scores;
    foretold.scores.insert(foretold.scores.end(), scores.begin(), scores.end());
  }
  return foretold;
}

double perplexity_of(const Foretold& foretold) {
  double sum = 0;
  for (const float score : foretold.scores) sum += double{score};
  return std::exp(-sum / static_cast<double>(foretold.scores.size()));
}

// Root of the mean square.
double distance(const Foretold& one, const Foretold& other) {
  double sum = 0;
  for (std::size_t i = 0; i < one.scores.size(); ++i) {
    sum += std::pow(double{one.scores[i]} - double{other.scores[i]}, 2);
  }
  return std::sqrt(sum / static_cast<double>(one.scores.size()));
}

std::string line_of(const Foretold& foretold, const Foretold& first) {
  const double found = perplexity_of(foretold);
  char line[160];
  std::snprintf(line, sizeof line, "%-12s perplexity %10.4f  %+8.3f %%  distance %.5f\n",
                to_string(foretold.types).c_str(), found, 100 * (found / perplexity_of(first) - 1),
                distance(foretold, first));
  return line;
}

std::string json_of(const std::vector<Foretold>& all) {
  std::string out = "[";
  for (const Foretold& foretold : all) {
    if (out.size() > 1) out += ',';
    JsonObject object(&out);
    object.string("kv", to_string(foretold.types));
    object.number("tokens", static_cast<std::int64_t>(foretold.scores.size()));
    object.number("perplexity", perplexity_of(foretold));
    object.number("distance", distance(foretold, all.front()));
    object.close();
  }
  return out + "]";
}

Result<std::vector<KvTypes>> types_of(const PerplexityOptions& options) {
  std::vector<KvTypes> all;
  all.reserve(options.kv.size());
  for (const std::string& name : options.kv) {
    const auto types = parse_kv_types(name);
    if (!types) return Error{ErrorCode::kInvalidRequest, "--kv " + kv_types_expected()};
    all.push_back(*types);
  }
  return all;
}

int report(const std::vector<KvTypes>& types, const PerplexityOptions& options) {
  std::vector<Foretold> all;
  all.reserve(types.size());
  for (const KvTypes one : types) {
    auto foretold = foretell(one, options);
    if (!foretold) return fail(foretold.error().message);
    all.push_back(*std::move(foretold));
    if (!options.json) print(line_of(all.back(), all.front()));
  }
  if (options.json) return print(json_of(all));
  return print(std::to_string(all.front().scores.size()) + " tokens, " +
               std::to_string(options.window) +
               " at a time; distance: of a token's log-probability from the first line's, rms");
}

}  // namespace

int perplexity(const PerplexityOptions& options) {
  const auto types = types_of(options);
  if (!types) return fail(types.error().message, kWrongArguments);
  try {
    return report(*types, options);
  } catch (const std::bad_alloc&) {
    return fail("the model needs more memory than there is");
  }
}

}  // namespace weir::cli
