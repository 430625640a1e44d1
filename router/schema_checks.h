// Checks of answers against the schemas of requests, ready for use: one that was used knows its
// schema already, and apps send the same one again and again. Teams never share one: the time
// that a check takes does not tell which schemas others use.
//
// Thread-safe; a check belongs to whoever took it. Bounded by number and by size.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "local_backend/grammar/schema_check.h"

namespace weir {

class SchemaChecks {
 public:
  // Compiling a longer one takes too long for an I/O thread.
  static constexpr std::size_t kMostSchemaBytes = std::size_t{32} * 1024;
  // What one answer may make of a check, about 1 KB each.
  static constexpr std::size_t kMostParts = 12'500;
  static constexpr std::size_t kMostIdle = 64;
  static constexpr std::size_t kMostIdleParts = 50'000;  // of all of them

  // JSON laid out in any way; formats say nothing, as the standard has it. Null for a schema
  // that is too long, is none, or says what is not supported.
  std::unique_ptr<grammar::SchemaCheck> take(std::string_view team, std::string_view schema);

  void give_back(std::string_view team, std::string_view schema,
                 std::unique_ptr<grammar::SchemaCheck> check);

 private:
  struct Idle {
    std::string team;
    std::string schema;
    std::unique_ptr<grammar::SchemaCheck> check;
  };

  std::mutex mutex_;
  std::list<Idle> idle_;  // the one that was used last first
  std::size_t idle_parts_ = 0;
};

// Those of one team. Views: what it is made of outlives it.
class TeamSchemaChecks {
 public:
  TeamSchemaChecks(SchemaChecks& all, std::string_view team) : all_(all), team_(team) {}

  std::unique_ptr<grammar::SchemaCheck> take(std::string_view schema) {
    return all_.take(team_, schema);
  }
  void give_back(std::string_view schema, std::unique_ptr<grammar::SchemaCheck> check) {
    all_.give_back(team_, schema, std::move(check));
  }

 private:
  SchemaChecks& all_;
  std::string_view team_;
};

}  // namespace weir
