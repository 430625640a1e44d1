// What the rules of a grammar say, on a machine.
#include <utility>

#include "local_backend/grammar/machine.h"

namespace weir::grammar {

PlaceId Machine::grammar(std::shared_ptr<const GrammarRules> rules, PlaceId next) {
  rules_ = std::move(rules);
  return expression(rules_->root(), next);
}

PlaceId Machine::expression(ExpressionId id, PlaceId next) {
  const Expression& at = rules_->expression(id);
  switch (at.kind) {
    case Expression::Kind::kLanguage: return plain(at.one, next);
    case Expression::Kind::kRepeated: return place(Kind::kRepeated, next, id);
    case Expression::Kind::kRule: return place(Kind::kRule, next, at.one);
    case Expression::Kind::kSequence:
      for (auto part = at.parts.rbegin(); part != at.parts.rend(); ++part) {
        next = expression(*part, next);
      }
      return next;
    case Expression::Kind::kEither: break;
  }
  std::vector<PlaceId> options;
  options.reserve(at.parts.size());
  for (const ExpressionId part : at.parts) options.push_back(expression(part, next));
  return one_of(std::move(options));
}

// No place twice: what is empty may be repeated, and come behind itself.
void Machine::open_rule(PlaceId id, const Place& at, Places* out) {
  if (opened_rules_.size() >= kMostOpenedRules || !opened_rules_.insert(id).second) return;
  if (kind_of(at) == Kind::kRule) return open(expression(rules_->rule(at[1]), at[4]), out);
  const Expression& repeated = rules_->expression(at[1]);
  if (at[2] >= repeated.least) open(at[4], out);
  if (at[2] >= repeated.most) return;
  const std::uint32_t more = one_more(at[2], {repeated.least, repeated.most}, 0);
  open(expression(repeated.one, place(Kind::kRepeated, at[4], at[1], more)), out);
}

}  // namespace weir::grammar
