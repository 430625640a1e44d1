#include "local_backend/model/attention_core.h"

#include <algorithm>

namespace weir {
namespace {

constexpr std::size_t kMostFoundFloats = std::size_t{1} << 22;  // of spans found apart

}  // namespace

void AttentionCore::remember_all(ForwardPass& pass, Fresh fresh) const {
  constexpr std::size_t kTokens = 16;  // worth handing over
  const Tokens all{0, pass.batch.size()};
  pass.pool.run({.tasks = plan_.heads.kv_heads, .share = pass.batch.size() >= kTokens},
                [&](std::size_t h, float*) { remember_head(pass, h, all, fresh); });
}

void AttentionCore::remember_head(ForwardPass& pass, std::size_t kv_head, Tokens tokens,
                                  Fresh fresh) const {
  const kernels::AttentionKernels& steps = *pass.kernels.attention;
  const KvShape& kept = plan_.kept;
  for (std::size_t t = tokens.first; t < tokens.first + tokens.count; ++t) {
    SequenceState& state = *pass.batch.sequences[t];
    const std::size_t page = pass.batch.positions[t] / kKvPageTokens;
    const std::size_t place = pass.batch.positions[t] % kKvPageTokens;
    const std::size_t row = t * kept.kv_heads + kv_head;
    float* key = fresh.keys + row * kept.key_width;
    if (plan_.key_rotation() != 0) steps.rotate(key, kept.key_width, plan_.key_rotation());
    steps.of(kept.key_type)
        .store_key(key, kept.key_width, plan_.keys_at(state, kv_head, page), place);
    if (plan_.values_in_keys) continue;
    float* value = fresh.values + row * kept.value_width;
    if (plan_.value_rotation() != 0) steps.rotate(value, kept.value_width, plan_.value_rotation());
    steps.of(kept.value_type)
        .store_value(value, kept.value_width, plan_.values_at(state, kv_head, page), place);
  }
}

void AttentionCore::attend_all(ForwardPass& pass, Fresh fresh) const {
  pass.work.attended.resize(pass.batch.size() * plan_.heads.heads * plan_.heads.value_width);
  const Cut cut = cut_batch(pass);
  const std::size_t tasks = pass.work.query_tiles.size() * plan_.heads.kv_heads * cut.parts;
  const std::size_t longest = *std::max_element(pass.work.ends.begin(), pass.work.ends.end());
  const std::size_t spans = (longest - 1) / AttentionTile::kSpan + 1;
  const bool share = worth_sharing(pass);
  const std::size_t found =
      tasks * spans * AttentionTile::found_floats(plan_, AttentionTile::kMostRows);
  const bool by_spans =
      share && tasks < pass.pool.threads() && spans > 1 && found <= kMostFoundFloats;
  // Who alone looks at a page puts the new tokens there too: the page stays with one processor.
  const bool alone =
      !by_spans && cut.parts == 1 && pass.work.query_tiles.size() + 1 == pass.work.runs.size();
  if (fresh.keys != nullptr && !alone) remember_all(pass, fresh);
  if (by_spans) return attend_by_spans(pass, cut, spans);
  pass.pool.run({.tasks = tasks,
                 .scratch_floats = AttentionTile::scratch_floats(plan_, AttentionTile::kMostRows),
                 .share = share},
                [&](std::size_t i, float* scratch) {
                  if (fresh.keys != nullptr && alone) {
                    remember_head(pass, kv_head_at(cut, i), tokens_at(pass, cut, i), fresh);
                  }
                  tile_at(pass, cut, i).attend(scratch);
                });
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
  constexpr std::size_t kProducts = std::size_t{1} << 13;  // fewer are not worth handing over
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

AttentionCore::Tokens AttentionCore::tokens_at(ForwardPass& pass, Cut cut,
                                               std::size_t index) const {
  return pass.work.query_tiles[index / (plan_.heads.kv_heads * cut.parts)];
}

std::size_t AttentionCore::kv_head_at(Cut cut, std::size_t index) const {
  return index % (plan_.heads.kv_heads * cut.parts) / cut.parts;
}

AttentionTile AttentionCore::tile_at(ForwardPass& pass, Cut cut, std::size_t index) const {
  const Tokens tokens = tokens_at(pass, cut, index);
  const std::size_t first = index % cut.parts * cut.heads;
  return {plan_,
          pass,
          {tokens.first, tokens.count, kv_head_at(cut, index) * plan_.group() + first,
           std::min(cut.heads, plan_.group() - first)}};
}

}  // namespace weir
