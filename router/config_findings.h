// What is wrong with a configuration: all findings, each with its line and key.
//
// Values are never part of a finding: one of them might be a secret in the wrong
// place. Keys are written as "server.listen" and "backend[0].name".
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"

namespace weir {

class ConfigFindings {
 public:
  explicit ConfigFindings(std::string file) : file_(std::move(file)) {}

  // Remembers where a key stands, so that a later check can point at it.
  void found_at(const std::string& key, long line) { lines_[key] = line; }
  bool has(const std::string& key) const { return lines_.contains(key); }

  // The line is that of the key, else of the closest section around it, else none.
  void add(const std::string& key, std::string_view what);
  void add_at(long line, const std::string& key, std::string_view what);

  // The error of all findings in the order of their lines, or nullopt.
  std::optional<Error> error() const;

 private:
  std::string file_;
  std::map<std::string, long> lines_;
  std::multimap<long, std::string> findings_;  // by line, then in the order found
};

}  // namespace weir
