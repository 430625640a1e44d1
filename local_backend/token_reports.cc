#include "local_backend/token_reports.h"

#include <utility>

namespace weir {

void TokenReports::keep(const TokenPiece& piece) {
  if (tokenizer_.vocabulary().is_control(piece.token)) return;
  Said& said = kept_.emplace_back();
  said.token = likely({piece.token, piece.signals.logprob});
  said.top.reserve(piece.top.size());
  for (const TokenLogprob& token : piece.top) said.top.push_back(likely(token));
}

std::span<const TokenReport> TokenReports::take() {
  told_ = std::exchange(kept_, {});
  reports_.clear();
  tops_.clear();
  tops_.reserve(told_.size());
  for (const Said& said : told_) {
    std::vector<TokenProbability>& top = tops_.emplace_back();
    for (const Likely& token : said.top) top.push_back({token.bytes, token.logprob});
    reports_.push_back({{said.token.bytes, said.token.logprob}, top});
  }
  return reports_;
}

TokenReports::Likely TokenReports::likely(TokenLogprob token) const {
  Likely likely{{}, token.logprob};
  tokenizer_.decode(token.token, &likely.bytes);
  return likely;
}

}  // namespace weir
