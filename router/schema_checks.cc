#include "router/schema_checks.h"

#include <algorithm>
#include <utility>

namespace weir {
namespace {

std::unique_ptr<grammar::SchemaCheck> make_check(std::string_view schema) {
  auto check =
      grammar::SchemaCheck::create(schema, {.check_formats = false}, grammar::Layout::kAny);
  return check ? std::move(*check) : nullptr;
}

}  // namespace

std::unique_ptr<grammar::SchemaCheck> SchemaChecks::take(std::string_view team,
                                                         std::string_view schema) {
  if (schema.empty() || schema.size() > kMostSchemaBytes) return nullptr;
  {
    const std::lock_guard lock(mutex_);
    const auto found = std::find_if(idle_.begin(), idle_.end(), [&](const Idle& each) {
      return each.team == team && each.schema == schema;
    });
    if (found != idle_.end()) {
      std::unique_ptr<grammar::SchemaCheck> check = std::move(found->check);
      idle_parts_ -= check->parts();
      idle_.erase(found);
      check->restart();
      return check;
    }
  }
  return make_check(schema);
}

void SchemaChecks::give_back(std::string_view team, std::string_view schema,
                             std::unique_ptr<grammar::SchemaCheck> check) {
  if (check->parts() > kMostParts) return;
  std::list<Idle> dropped;  // freed without the lock
  std::list<Idle> added;
  added.push_back({std::string(team), std::string(schema), std::move(check)});
  const std::lock_guard lock(mutex_);
  idle_parts_ += added.front().check->parts();
  idle_.splice(idle_.begin(), added);
  while (idle_.size() > kMostIdle || idle_parts_ > kMostIdleParts) {
    idle_parts_ -= idle_.back().check->parts();
    dropped.splice(dropped.begin(), idle_, std::prev(idle_.end()));
  }
}

}  // namespace weir
