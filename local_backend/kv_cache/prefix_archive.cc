#include "local_backend/kv_cache/prefix_archive.h"

#include <algorithm>
#include <ctime>
#include <new>
#include <utility>

#include "local_backend/steady_now.h"

namespace weir {
namespace {

constexpr std::size_t kPagesBeingWritten = 4;  // to the disk
constexpr std::size_t kMostOffers = 1 << 16;   // beyond them nothing is offered

bool is_whole_page(const PrefixNode& node) { return node.tokens.size() == kKvPageTokens; }

}  // namespace

PrefixArchive::PrefixArchive(KvPool& pool, PrefixTree& tree, Options options)
    : pool_(pool),
      tree_(tree),
      options_(std::move(options)),
      reader_(SideThread::Priority::kUsual, options_.news),
      writer_(SideThread::Priority::kLowest, options_.news) {
  tree_.set_watcher(this);
}

PrefixArchive::~PrefixArchive() {
  reader_.stop();
  tree_.set_watcher(nullptr);
}

void PrefixArchive::offer(PrefixNode* last) {
  const auto team = options_.archive->team(last->salt->name);
  if (team == nullptr || hopeless_) return;
  learn_model();
  std::vector<PrefixNode*> path;
  for (PrefixNode* node = last; node->parent != nullptr; node = node->parent) path.push_back(node);
  const auto unix_s = static_cast<std::int64_t>(std::time(nullptr));
  const auto add = [&](PrefixNode* node, std::size_t rows) {
    if (offers_.size() >= kMostOffers) return;
    offers_.push_back({team, node, rows, unix_s});
    ++node->offers;
  };
  for (auto at = path.rbegin(); at != path.rend(); ++at) {
    if ((*at)->offers != 0) continue;
    if (is_whole_page(**at)) add(*at, 0);
    for (const PrefixCheckpoint& checkpoint : (*at)->checkpoints) add(*at, checkpoint.rows);
  }
}

void PrefixArchive::forget(const PrefixNode* node) {
  for (Offer& offer : offers_) {
    if (offer.node == node) offer.node = nullptr;
  }
}

// On the reader: whoever waits for a load waits for this first.
void PrefixArchive::learn_model() {
  if (learning_) return;
  learning_ = true;
  const auto name = std::make_shared<std::string>();
  reader_.give(
      [this, name] {
        *name = options_.model([this] { return reader_.stopping(); });
        return !name->empty();
      },
      [this, name](bool known) {
        if (known) model_ = *name;
        hopeless_ = !known;
      });
}

// Names are made once for each node; another configuration may change the keys.
KvName PrefixArchive::name_of(PrefixNode* node, const KvTeam& team) const {
  std::vector<PrefixNode*> unnamed;
  for (; node->named_by != &team && node->parent != nullptr; node = node->parent) {
    unnamed.push_back(node);
  }
  if (node->named_by != &team) {
    node->name = team.root(model_);
    node->named_by = &team;
  }
  KvName name = node->name;
  for (auto at = unnamed.rbegin(); at != unnamed.rend(); ++at) {
    name = team.name_of({KvKind::kPage, name, (*at)->tokens});
    (*at)->name = name;
    (*at)->named_by = &team;
  }
  return name;
}

bool PrefixArchive::write_next() {
  while (!offers_.empty()) {
    const Offer offer = std::move(offers_.front());
    offers_.pop_front();
    if (offer.node == nullptr) continue;
    --offer.node->offers;
    if (write(offer)) return true;
  }
  return false;
}

// False if there is nothing to do.
bool PrefixArchive::write(const Offer& offer) {
  PrefixNode* const node = offer.node;
  const std::shared_ptr<KvTeam>& team = offer.team;
  std::shared_ptr<const std::vector<float>> state;
  std::vector<TokenId> tokens = node->tokens;
  if (offer.rows != 0) {
    for (const PrefixCheckpoint& checkpoint : node->checkpoints) {
      if (checkpoint.rows == offer.rows) state = checkpoint.state;
    }
    if (state == nullptr) return false;
    tokens.resize(offer.rows);
  }
  const KvKind kind = offer.rows == 0 ? KvKind::kPage : KvKind::kCheckpoint;
  const KvName parent = name_of(node->parent, *team);
  const KvName name =
      offer.rows == 0 ? name_of(node, *team) : team->name_of({kind, parent, tokens});
  const KvUse use{offer.unix_s, node->start / kKvPageTokens};
  if (team->has(name)) {
    touched_.push_back({team, name, use});
    return false;
  }
  const std::span<const std::byte> page(node->page.get(), options_.page_bytes);
  writer_.give(
      [team, kind, parent, tokens = std::move(tokens), page, state, use] {
        const std::span<const float> floats =
            state == nullptr ? std::span<const float>() : std::span(*state);
        return team->write({kind, parent, tokens}, {page, floats}, use);
      },
      [held = node->page](bool) {});
  return true;
}

void PrefixArchive::touch_all() {
  if (touched_.empty()) return;
  writer_.give(
      [touched = std::exchange(touched_, {})] {
        for (const Touched& each : touched) each.team->touch(each.name, each.use);
        return true;
      },
      [](bool) {});
}

void PrefixArchive::turn(std::size_t left_free) {
  left_free_ = left_free;
  if (!learning_ && options_.archive->in_use()) learn_model();
  reader_.collect();
  writer_.collect();
  if (!model_.empty()) {
    while (writer_.under_way() < kPagesBeingWritten && write_next()) {
    }
    touch_all();
  }
  std::erase_if(loads_, [](const auto& load) { return load.expired(); });
  for (const auto& weak : loads_) {
    const std::shared_ptr<PrefixLoad> load = weak.lock();
    if (load->over_) continue;
    if (!load->planned_ && !model_.empty()) plan(load);
    if (load->planned_) advance(load);
    if (hopeless_ || steady_now() >= load->deadline_) load->end();
  }
}

SteadyTime PrefixArchive::next_deadline() const {
  SteadyTime next = SteadyTime::max();
  for (const auto& weak : loads_) {
    const std::shared_ptr<PrefixLoad> load = weak.lock();
    if (load != nullptr && !load->over_) next = std::min(next, load->deadline_);
  }
  return next;
}

bool PrefixArchive::give_way() {
  for (auto at = loads_.rbegin(); at != loads_.rend(); ++at) {
    const std::shared_ptr<PrefixLoad> load = at->lock();
    if (load == nullptr || load->last_ == nullptr) continue;
    load->end();
    load->let_go();
    return true;
  }
  return false;
}

void PrefixArchive::finish(SteadyTime deadline) {
  while (steady_now() < deadline) {
    turn(0);
    if (writer_.under_way() == 0) return;  // also if the model never became known
    writer_.wait_until(deadline);
  }
}

}  // namespace weir
