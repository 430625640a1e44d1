// What several tenants have of a step, and what is kept for those who may come.
#include <algorithm>

#include "local_backend/scheduler.h"

namespace weir {
namespace {

constexpr double kNewcomerPatience = 2;  // steps of one answer that a newcomer waits at most
constexpr double kTokensOfAStep = 8;     // cost as much as the rest of it, before it is known

double seconds_of(std::chrono::duration<double> span) { return span.count(); }

}  // namespace

bool Engine::Scheduler::of_several_tenants(std::span<Sequence* const> answers,
                                           std::span<Sequence* const> prompts) {
  const Sequence* first = answers.empty() ? nullptr : answers.front();
  if (first == nullptr && !prompts.empty()) first = prompts.front();
  const auto other = [&](const Sequence* s) { return s->tenant().name != first->tenant().name; };
  return std::any_of(answers.begin(), answers.end(), other) ||
         std::any_of(prompts.begin(), prompts.end(), other);
}

// Has more to do than it has slots for.
bool Engine::Scheduler::floods(const Tenant& tenant) const {
  const std::vector<const Tenant*> waiting = inbox_.tenants();
  return std::any_of(waiting.begin(), waiting.end(),
                     [&](const Tenant* other) { return other->name == tenant.name; }) ||
         std::any_of(running_.begin(), running_.end(), [&](const auto& sequence) {
           return !sequence->has_slot() && !sequence->full() &&
                  sequence->tenant().name == tenant.name;
         });
}

StepTerms Engine::Scheduler::terms_of_step() const {
  const EngineConfig& config = engine_.config_;
  const double target = seconds_of(config.step_target);
  const double usual = undisturbed_.count() > 0 ? seconds_of(undisturbed_) : target / 4;
  StepTerms terms;
  terms.seconds = [rates = engine_.rates_.rates(), usual](const StepWork& work) {
    if (const auto known = rates.expect(work)) return seconds_of(*known);
    return usual *
           (1 + static_cast<double>(work.prompt_tokens + work.answer_tokens) / kTokensOfAStep);
  };
  terms.most_prompt_tokens = config.prefill_tokens_per_step;
  terms.prompts_s = kPatience * target;
  terms.beside_answers_s = target;
  terms.answer_slowdown = config.answer_slowdown;
  return terms;
}

// Its place among the tenants of the step.
std::size_t Engine::Scheduler::place_of(const Tenant& tenant, std::vector<StepTenant>* tenants,
                                        std::vector<std::string_view>* names) const {
  const auto known = std::find(names->begin(), names->end(), tenant.name);
  const auto place = static_cast<std::size_t>(known - names->begin());
  if (known == names->end()) {
    names->push_back(tenant.name);
    tenants->push_back({tenant.weight, fair_.served(tenant.name), floods(tenant)});
  }
  return place;
}

void Engine::Scheduler::share_between_tenants(std::span<Sequence* const> answers,
                                              std::span<Sequence* const> prompts) {
  std::vector<StepTenant> tenants;
  std::vector<std::string_view> names;
  std::vector<StepWish> wishes;
  wishes.reserve(answers.size() + prompts.size());
  const auto wish = [&](Sequence& sequence, bool answer) {
    wishes.push_back({place_of(sequence.tenant(), &tenants, &names), answer,
                      sequence.longest_share(), sequence.state().length()});
  };
  for (Sequence* sequence : answers) wish(*sequence, true);
  for (Sequence* sequence : prompts) wish(*sequence, false);
  const std::vector<std::size_t> given = share_step(wishes, tenants, terms_of_step(), &savings_);
  std::vector<Sequence*> chosen;
  chosen.reserve(answers.size());
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (given[i] > 0) chosen.push_back(answers[i]);
  }
  const std::span<const std::size_t> read = std::span(given).subspan(answers.size());
  share_answers(chosen, std::all_of(read.begin(), read.end(), [](auto n) { return n == 0; }));
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    if (read[i] > 0) add_to_step(*prompts[i], read[i]);
  }
}

// While others were about lately, who floods reads its prompts in steps that are short enough for
// a newcomer to wait for.
std::size_t Engine::Scheduler::newcomers_patience(std::span<Sequence* const> answers,
                                                  std::span<Sequence* const> prompts) const {
  if (prompts.empty()) return SIZE_MAX;
  const Tenant& tenant = prompts.front()->tenant();
  if (!fair_.others_about(tenant.name) || !floods(tenant)) return SIZE_MAX;
  const StepTerms terms = terms_of_step();
  const std::size_t before = prompts.front()->state().length();
  const auto attended = static_cast<double>(before + 1);
  StepWork work{0, answers.size(), static_cast<double>(answers.size()) * attended};
  const double patience = kNewcomerPatience * terms.seconds({0, 1, attended});
  return std::max(kFewestPrefillTokens,
                  prompt_tokens_within(patience, work, before, terms.most_prompt_tokens, terms));
}

}  // namespace weir
