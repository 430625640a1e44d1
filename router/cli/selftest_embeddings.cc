#include "router/cli/selftest_embeddings.h"

#include <utility>

#include "local_backend/model/model_run.h"
#include "local_backend/model/pooling.h"

namespace weir::cli {
namespace {

struct GoldenText {
  std::string name;
  std::vector<TokenId> tokens;
  std::vector<float> pooled;
  std::vector<float> states;  // [tokens][embedding]; empty: the pack has none
};

Batch batch_of(SequenceState* state, const std::vector<TokenId>& tokens) {
  Batch batch;
  ModelRun::add(&batch, state, tokens);
  for (TokenWants& wants : batch.wants) wants = {.hidden = true};
  return batch;
}

void append(Batch* batch, const Batch& more) {
  for (std::size_t i = 0; i < more.size(); ++i) {
    batch->add(more.tokens[i], more.positions[i], more.sequences[i], more.wants[i]);
  }
}

std::vector<float> states_of(ModelRun& run, const std::vector<TokenId>& tokens) {
  const auto state = run.sequence(tokens.size());
  return run.run_all(batch_of(state.get(), tokens)).hidden;
}

// The same with a text before and one behind.
std::vector<float> states_in_company(ModelRun& run, const std::vector<TokenId>& tokens) {
  const auto width = static_cast<std::ptrdiff_t>(run.model().spec().embedding);
  const auto before = run.sequence();
  const auto own = run.sequence(tokens.size());
  const auto behind = run.sequence();
  Batch batch = batch_of(before.get(), {1, 0, 1});
  append(&batch, batch_of(own.get(), tokens));
  append(&batch, batch_of(behind.get(), {0}));
  const auto all = run.run_all(batch).hidden;
  return {all.begin() + 3 * width, all.end() - width};
}

void judge(ModelRun& run, const GoldenText& text, double tolerance, SelftestReport& report) {
  const ModelSpec& spec = run.model().spec();
  for (const TokenId token : text.tokens) {
    if (token >= 0 && static_cast<std::size_t>(token) < spec.vocabulary) continue;
    return report.unusable(text.name, "its tokens do not fit the model");
  }
  if (text.tokens.empty()) return report.unusable(text.name, "it has no tokens");
  const auto states = states_of(run, text.tokens);
  const auto found = pooled(spec.pooling, states, spec.embedding);
  const double error = relative_rms(found, text.pooled);
  const double state_error = text.states.empty() ? 0 : relative_rms(states, text.states);
  const std::string measured =
      "rel rms " + scientific(error) + ", of the tokens " + scientific(state_error);
  if (!(error <= tolerance && state_error <= tolerance)) {
    report.miss(text.name, measured + ", at most " + scientific(tolerance));
  } else if (states_in_company(run, text.tokens) != states) {
    report.miss(text.name, "other bits beside other texts (" + measured + ")");
  } else {
    report.ok(text.name, measured);
  }
}

GoldenText read_text(GoldenJson& golden, std::size_t index, std::string_view data,
                     std::string_view states) {
  const std::string at = "/prompts/" + std::to_string(index);
  GoldenText text;
  for (const std::int64_t number : golden.integers(at + "/tokens")) {
    text.tokens.push_back(std::in_range<TokenId>(number) ? static_cast<TokenId>(number) : -1);
  }
  text.name = golden.text("/name") + ", " + std::to_string(text.tokens.size()) + " tokens";
  text.pooled = golden.floats(at + "/embedding", data);
  if (!states.empty()) text.states = golden.floats("/token_embeddings" + at, states);
  return text;
}

}  // namespace

void run_embeddings_pack(GoldenJson& golden, double tolerance, SelftestReport& report) {
  const std::string name = golden.text("/name");
  const auto file = GgufFile::open(golden.sibling("/model").string());
  const auto model = file ? Model::load(*file, {kernels::Arithmetic::kF32})
                          : Result<std::shared_ptr<const Model>>(file.error());
  if (!model) return report.not_supported(name, model.error().message);
  if ((*model)->spec().pooling == Pooling::kNone) {
    return report.not_supported(name, "the model is not made for embeddings");
  }
  const bool has_states = golden.has("/token_embeddings/data");
  const auto data = read_golden_data(golden.sibling("/data"));
  const auto states =
      has_states ? read_golden_data(golden.sibling("/token_embeddings/data")) : std::string();
  if (!data || !states) {
    return report.unusable(name, (data ? states : data).error().message);
  }
  ModelRun run(*model);
  for (std::size_t i = 0; i < golden.size("/prompts"); ++i) {
    const GoldenText text = read_text(golden, i, *data, *states);
    if (golden.error()) return;
    judge(run, text, tolerance, report);
  }
}

}  // namespace weir::cli
