// Which experts a token's feed-forward runs, and how much each of them counts. Immutable.
#pragma once

#include <string>
#include <vector>

#include "local_backend/model/linear.h"

namespace weir {

class Router {
 public:
  Router(const RouterSpec& spec, const std::string& prefix, BlockContext context);

  // work.choices = [batch][used] of what work.normed or the residual stream holds. The
  // experts of a token are distinct while its scores are numbers, and always exist.
  void choose(ForwardPass& pass) const;

 private:
  void score(ForwardPass& pass) const;
  void choose_for(std::size_t token, const float* scores, float* ranks,
                  Workspace::Choice* chosen) const;
  void drop_groups(float* ranks) const;
  void weigh(const float* scores, Workspace::Choice* chosen) const;

  const RouterSpec spec_;
  Linear matrix_;
  std::vector<float> bias_;  // for the choice alone; empty: none
  Norm input_norm_;          // of the residual stream, where that is read
};

}  // namespace weir
