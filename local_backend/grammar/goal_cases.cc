#include "local_backend/grammar/goal_cases.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace weir::grammar {
namespace {

bool contains(const std::vector<Literal>& literals, Literal literal) {
  return std::find(literals.begin(), literals.end(), literal) != literals.end();
}

Demand not_expressible(std::string_view word, const Schema& schema) {
  return {Demand::Kind::kNotExpressible, 0,
          schema.where + ": the opposite of '" + std::string(word) + "'"};
}

}  // namespace

bool GoalCases::find(std::vector<Literal> goal, std::size_t most, std::vector<GoalCase>* cases) {
  most_ = most;
  std::reverse(goal.begin(), goal.end());
  std::vector<Work> stack;
  stack.push_back({{}, std::move(goal), {}});
  while (!stack.empty()) {
    Work work = std::move(stack.back());
    stack.pop_back();
    if (!settle(work)) continue;
    if (work.choices.empty()) {
      cases->push_back(std::move(work.found));
      if (cases->size() > most) return false;
      continue;
    }
    const Choice choice = std::move(work.choices.back());
    work.choices.pop_back();
    culprit_ = choice.schema;
    culprit_word_ = choice.word;
    if (stack.size() + choice.options.size() > kWays * most) return false;
    for (auto option = choice.options.rbegin(); option != choice.options.rend(); ++option) {
      Work next = work;
      next.open.insert(next.open.end(), option->literals.rbegin(), option->literals.rend());
      next.found.demands.insert(next.found.demands.end(), option->demands.begin(),
                                option->demands.end());
      stack.push_back(std::move(next));
    }
  }
  return true;
}

std::string GoalCases::culprit() const {
  return schemas_.schema(culprit_).where + ": '" + std::string(culprit_word_) + "'";
}

bool GoalCases::is_of_type(SchemaId id) const {
  const Schema& schema = schemas_.schema(id);
  return !schema.never && (schema.types & types_) != 0;
}

// False if it cannot be met.
bool GoalCases::settle(Work& work) {
  while (!work.open.empty()) {
    const Literal literal = work.open.back();
    work.open.pop_back();
    if (contains(work.found.literals, literal)) continue;
    if (literal.is_never() || contains(work.found.literals, literal.opposite())) return false;
    work.found.literals.push_back(literal);
    const bool met =
        literal.must_hold() ? hold(literal.schema(), work) : fail(literal.schema(), work);
    if (!met) return false;
  }
  return true;
}

bool GoalCases::hold(SchemaId id, Work& work) {
  const Schema& schema = schemas_.schema(id);
  if (!is_of_type(id)) return false;
  work.found.schemas.push_back(id);
  if (schema.negated) work.open.push_back(Literal::fails(*schema.negated));
  for (std::size_t i = schema.all_of.size(); i-- > 0;) {
    work.open.push_back(Literal::holds(schema.all_of[i]));
  }
  for (const auto& list : schema.any_of) {
    Choice choice{id, "anyOf"};
    for (const SchemaId one : list) {
      if (is_of_type(one)) choice.options.push_back({{Literal::holds(one)}});
    }
    work.choices.push_back(std::move(choice));
  }
  for (const auto& list : schema.one_of) choose_one_of(id, list, work);
  if (schema.condition) {
    Option yes{{Literal::holds(*schema.condition)}};
    Option no{{Literal::fails(*schema.condition)}};
    if (schema.consequence) yes.literals.push_back(Literal::holds(*schema.consequence));
    if (schema.alternative) no.literals.push_back(Literal::holds(*schema.alternative));
    if (schema.consequence || schema.alternative) work.choices.push_back({id, "if", {yes, no}});
  }
  if ((types_ & json_type::kObject) == 0) return true;
  for (const auto& [name, others] : schema.dependent_required) {
    Option with{{}, {}};
    for (const std::string& other : others) with.demands.push_back({Demand::Kind::kHas, 0, other});
    Option without{{}, {{Demand::Kind::kLacks, 0, name}}};
    work.choices.push_back({id, "dependentRequired", {std::move(without), std::move(with)}});
  }
  for (const auto& [name, dependent] : schema.dependent_schemas) {
    Option without{{}, {{Demand::Kind::kLacks, 0, name}}};
    work.choices.push_back(
        {id, "dependentSchemas", {std::move(without), {{Literal::holds(dependent)}}}});
  }
  return true;
}

// Those of other types break in any case. Of too many none is worth a look.
void GoalCases::choose_one_of(SchemaId id, const std::vector<SchemaId>& schemas, Work& work) {
  Choice choice{id, "oneOf"};
  std::vector<SchemaId> own;
  std::ranges::copy_if(schemas, std::back_inserter(own), [&](auto one) { return is_of_type(one); });
  for (std::size_t i = 0; i < own.size(); ++i) {
    Option option{{Literal::holds(own[i])}};
    for (std::size_t j = 0; j < own.size() && own.size() <= kWays * most_; ++j) {
      if (i == j || exclusion_.exclude(own[i], own[j], types_)) continue;
      option.literals.push_back(Literal::fails(own[j]));
    }
    choice.options.push_back(std::move(option));
  }
  work.choices.push_back(std::move(choice));
}

bool GoalCases::fail(SchemaId id, Work& work) {
  const Schema& schema = schemas_.schema(id);
  if (!is_of_type(id)) return true;
  std::vector<Option> options;
  fail_subschemas(schema, &options);
  if ((types_ & json_type::kArray) != 0) fail_array(schema, &options);
  if ((types_ & json_type::kObject) != 0) fail_object(id, schema, &options);
  if (options.empty()) return false;
  work.choices.push_back({id, "not", std::move(options)});
  return true;
}

void GoalCases::fail_subschemas(const Schema& schema, std::vector<Option>* options) const {
  for (const SchemaId one : schema.all_of) options->push_back({{Literal::fails(one)}});
  for (const auto& list : schema.any_of) {
    Option none{{}};
    for (const SchemaId one : list) none.literals.push_back(Literal::fails(one));
    options->push_back(std::move(none));
  }
  for (const auto& list : schema.one_of) {
    Option none{{}};
    for (std::size_t i = 0; i < list.size(); ++i) {
      none.literals.push_back(Literal::fails(list[i]));
      for (std::size_t j = 0; j < i; ++j) {
        options->push_back({{Literal::holds(list[i]), Literal::holds(list[j])}});
      }
    }
    options->push_back(std::move(none));
  }
  if (schema.negated) options->push_back({{Literal::holds(*schema.negated)}});
  if (!schema.condition) return;
  if (schema.consequence) {
    options->push_back({{Literal::holds(*schema.condition), Literal::fails(*schema.consequence)}});
  }
  if (schema.alternative) {
    options->push_back({{Literal::fails(*schema.condition), Literal::fails(*schema.alternative)}});
  }
}

void GoalCases::fail_array(const Schema& schema, std::vector<Option>* options) const {
  const auto behind = static_cast<std::uint32_t>(schema.prefix.size());
  for (std::uint32_t i = 0; i < behind; ++i) {
    options->push_back({{}, {{Demand::Kind::kItem, i, {}, Literal::fails(schema.prefix[i])}}});
  }
  if (schema.item_count.least > 0) {
    options->push_back({{}, {{Demand::Kind::kMostCount, schema.item_count.least - 1}}});
  }
  if (schema.item_count.most != Languages::kNoLimit) {
    options->push_back({{}, {{Demand::Kind::kLeastCount, schema.item_count.most + 1}}});
  }
  if (!schema.items || asks_nothing(*schema.items)) return;
  if (schemas_.schema(*schema.items).never) {
    options->push_back({{}, {{Demand::Kind::kLeastCount, behind + 1}}});
  } else {
    options->push_back({{}, {not_expressible("items", schema)}});
  }
}

void GoalCases::fail_object(SchemaId id, const Schema& schema, std::vector<Option>* options) const {
  for (const auto& [name, property] : schema.properties) {
    options->push_back({{}, {{Demand::Kind::kProperty, 0, name, Literal::fails(property)}}});
  }
  for (const std::string& name : schema.required) {
    options->push_back({{}, {{Demand::Kind::kLacks, 0, name}}});
  }
  if (schema.property_count.least > 0) {
    options->push_back({{}, {{Demand::Kind::kMostCount, schema.property_count.least - 1}}});
  }
  if (schema.property_count.most != Languages::kNoLimit) {
    options->push_back({{}, {{Demand::Kind::kLeastCount, schema.property_count.most + 1}}});
  }
  for (const auto& [name, others] : schema.dependent_required) {
    for (const std::string& other : others) {
      options->push_back({{}, {{Demand::Kind::kHas, 0, name}, {Demand::Kind::kLacks, 0, other}}});
    }
  }
  for (const auto& [name, dependent] : schema.dependent_schemas) {
    options->push_back({{Literal::fails(dependent)}, {{Demand::Kind::kHas, 0, name}}});
  }
  for (const auto& [language, property] : schema.patterns) {
    if (asks_nothing(property)) continue;
    options->push_back({{}, {not_expressible("patternProperties", schema)}});
  }
  if (schema.names && !asks_nothing(*schema.names)) {
    options->push_back({{}, {not_expressible("propertyNames", schema)}});
  }
  if (schema.additional && !asks_nothing(*schema.additional)) {
    options->push_back({{}, {{Demand::Kind::kOddAdditional, 0, {}, Literal::never(), id}}});
  }
}

bool GoalCases::asks_nothing(SchemaId id) const {
  const Schema& schema = schemas_.schema(id);
  const auto unlimited = [](const SizeLimits& size) {
    return size.least == 0 && size.most == Languages::kNoLimit;
  };
  return !schema.never && schema.types == json_type::kAll && schema.may_be_true &&
         schema.may_be_false && schema.numbers.empty() && schema.text == Languages::kAnything &&
         schema.prefix.empty() && !schema.items && unlimited(schema.item_count) &&
         schema.properties.empty() && schema.patterns.empty() && !schema.additional &&
         !schema.names && schema.required.empty() && unlimited(schema.property_count) &&
         schema.dependent_required.empty() && schema.dependent_schemas.empty() &&
         schema.all_of.empty() && schema.any_of.empty() && schema.one_of.empty() &&
         !schema.negated && !schema.condition;
}

}  // namespace weir::grammar
