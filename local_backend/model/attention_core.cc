#include "local_backend/model/attention_core.h"

#include <algorithm>

namespace weir {
namespace {

constexpr std::size_t kMostFoundFloats = std::size_t{1} << 22;  // of spans found apart

}  // namespace

void AttentionCore::remember_all(ForwardPass& pass, float* keys, float* values) const {
  constexpr std::size_t kTokens = 16;  // worth handing over
  pass.pool.run({.tasks = plan_.heads.kv_heads, .share = pass.batch.size() >= kTokens},
                [&](std::size_t h, float*) { remember_head(pass, h, keys, values); });
}

void AttentionCore::remember_head(ForwardPass& pass, std::size_t kv_head, float* keys,
                                  float* values) const {
  const kernels::AttentionKernels& steps = *pass.kernels.attention;
  const KvShape& kept = plan_.kept;
  for (std::size_t t = 0; t < pass.batch.size(); ++t) {
    SequenceState& state = *pass.batch.sequences[t];
    const std::size_t page = pass.batch.positions[t] / kKvPageTokens;
    const std::size_t place = pass.batch.positions[t] % kKvPageTokens;
    const std::size_t row = t * kept.kv_heads + kv_head;
    float* key = keys + row * kept.key_width;
    if (plan_.key_rotation() != 0) steps.rotate(key, kept.key_width, plan_.key_rotation());
    steps.of(kept.key_type)
        .store_key(key, kept.key_width, plan_.keys_at(state, kv_head, page), place);
    if (plan_.values_in_keys) continue;
    float* value = values + row * kept.value_width;
    if (plan_.value_rotation() != 0) steps.rotate(value, kept.value_width, plan_.value_rotation());
    steps.of(kept.value_type)
        .store_value(value, kept.value_width, plan_.values_at(state, kv_head, page), place);
  }
}

void AttentionCore::attend_all(ForwardPass& pass) const {
  pass.work.attended.resize(pass.batch.size() * plan_.heads.heads * plan_.heads.value_width);
  const Cut cut = cut_batch(pass);
  const std::size_t tasks = pass.work.query_tiles.size() * plan_.heads.kv_heads * cut.parts;
  const std::size_t longest = *std::max_element(pass.work.ends.begin(), pass.work.ends.end());
  const std::size_t spans = (longest - 1) / AttentionTile::kSpan + 1;
  const bool share = worth_sharing(pass);
  const std::size_t found =
      tasks * spans * AttentionTile::found_floats(plan_, AttentionTile::kMostRows);
  if (share && tasks < pass.pool.threads() && spans > 1 && found <= kMostFoundFloats) {
    return attend_by_spans(pass, cut, spans);
  }
  pass.pool.run({.tasks = tasks,
                 .scratch_floats = AttentionTile::scratch_floats(plan_, AttentionTile::kMostRows),
                 .share = share},
                [&](std::size_t i, float* scratch) { tile_at(pass, cut, i).attend(scratch); });
}

// Too few tiles for all threads: they share the positions of a tile too.
void AttentionCore::attend_by_spans(ForwardPass& pass, Cut cut, std::size_t spans) const {
  const std::size_t tiles = pass.work.query_tiles.size() * plan_.heads.kv_heads * cut.parts;
  const std::size_t floats = AttentionTile::found_floats(plan_, AttentionTile::kMostRows);
  const std::size_t scratch = AttentionTile::scratch_floats(plan_, AttentionTile::kMostRows);
  auto* found =
      static_cast<float*>(pass.pool.shared_memory(tiles * spans * floats * sizeof(float)));
  pass.pool.run({.tasks = tiles * spans, .scratch_floats = scratch},
                [&](std::size_t i, float* own) {
                  tile_at(pass, cut, i / spans).find_span(i % spans, own, found + i * floats);
                });
  pass.pool.run({.tasks = tiles, .scratch_floats = scratch}, [&](std::size_t i, float* own) {
    tile_at(pass, cut, i).merge_spans({found + i * spans * floats, floats, spans}, own);
  });
}

bool AttentionCore::worth_sharing(const ForwardPass& pass) const {
  constexpr std::size_t kProducts = std::size_t{1} << 18;  // some 10 us
  std::size_t seen = 0;
  for (const std::size_t position : pass.batch.positions) seen += position + 1;
  const HeadSpec& heads = plan_.heads;
  return seen * heads.heads * (heads.key_width + heads.value_width) > kProducts;
}

// A key head's queries stay together while there are tiles enough for all threads.
AttentionCore::Cut AttentionCore::cut_batch(ForwardPass& pass) const {
  const std::size_t group = plan_.group();
  std::size_t heads = std::min(group, AttentionTile::kMostRows);
  cut_tokens(pass, AttentionTile::kMostRows / heads);
  const std::size_t whole = pass.work.query_tiles.size() * plan_.heads.kv_heads;
  while (heads > 2 && whole * ((group - 1) / heads + 1) < pass.pool.threads()) {
    heads = (heads + 1) / 2;
  }
  return {heads, (group - 1) / heads + 1};
}

// work.query_tiles = up to `together` neighbouring tokens of one sequence.
void AttentionCore::cut_tokens(ForwardPass& pass, std::size_t together) const {
  Workspace& work = pass.work;
  work.query_tiles.clear();
  for (std::size_t r = 0; r + 1 < work.runs.size(); ++r) {
    for (std::size_t t = work.runs[r]; t < work.runs[r + 1]; t += together) {
      work.query_tiles.push_back({t, std::min(together, work.runs[r + 1] - t)});
    }
  }
}

AttentionTile AttentionCore::tile_at(ForwardPass& pass, Cut cut, std::size_t index) const {
  const std::size_t parts = plan_.heads.kv_heads * cut.parts;
  const Workspace::QueryTile& tokens = pass.work.query_tiles[index / parts];
  const std::size_t kv_head = index % parts / cut.parts;
  const std::size_t first = index % cut.parts * cut.heads;
  return {plan_,
          pass,
          {tokens.first, tokens.count, kv_head * plan_.group() + first,
           std::min(cut.heads, plan_.group() - first)}};
}

}  // namespace weir
