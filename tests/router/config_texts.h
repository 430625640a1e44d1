// Loads configurations from texts, for tests.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "core/disk.h"
#include "router/config.h"
#include "tests/support/catch.h"

namespace weir::test {

using Variables = std::map<std::string, std::string>;

inline EnvLookup environment_of(Variables variables) {
  return [variables](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

// One file in memory, called weir.toml.
class OneFile final : public Disk {
 public:
  explicit OneFile(std::string text) : text_(std::move(text)) {}
  Result<std::string> read_file(const std::string& path, std::uint64_t) override {
    if (path == "weir.toml") return text_;
    return system_disk().read_file(path, 1'000'000);
  }

 private:
  std::string text_;
};

inline Result<Config> load(const std::string& text, Variables variables = {},
                           SecretUse secrets = SecretUse::kAll) {
  OneFile disk(text);
  return load_config("weir.toml", environment_of(std::move(variables)), disk, secrets);
}

inline std::string problem_of(const std::string& text, Variables variables = {}) {
  const Result<Config> config = load(text, std::move(variables));
  if (config.has_value()) return "(accepted)";
  CHECK(config.error().code == ErrorCode::kInvalidConfig);
  return config.error().message;
}

inline const std::string kHash(64, 'a');
inline const std::string kKeyLine = "\"abcdefgh:sha256:" + kHash + "\"";
inline const std::string kTeam = "[[team]]\nname='red'\nkeys=[" + kKeyLine + "]\n";
inline const std::string kBackend =
    "[[backend]]\nname='b'\nbase_url='https://b.example/v1'\nmodels=['m']\n";

}  // namespace weir::test
