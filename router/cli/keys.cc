#include "router/cli/keys.h"

#include <unistd.h>

#include <array>
#include <cstdint>

#include "cloud_adapters/wire/json_writer.h"
#include "policies/team_key.h"
#include "router/cli/output.h"

namespace weir::cli {
namespace {

std::string as_json(const NewKeyOptions& options, const NewKey& key) {
  std::string text;
  JsonObject object(&text);
  if (!options.team.empty()) object.string("team", options.team);
  object.string("key", key.printed.reveal());
  object.string("config_line", key.config_line);
  object.close();
  return text;
}

std::string as_text(const NewKeyOptions& options, const NewKey& key) {
  const std::string team = options.team.empty() ? "the team" : "team " + options.team;
  return "The key of " + team + ", which nobody can show again:\n\n  " +
         std::string(key.printed.reveal()) + "\n\nInto the keys of its [[team]]:\n\n  \"" +
         key.config_line + "\"\n";
}

}  // namespace

int new_key(const NewKeyOptions& options) {
  std::array<std::uint8_t, kKeyRandomBytes> random{};
  if (::getentropy(random.data(), random.size()) != 0) return fail("no random bytes to be had");
  const NewKey key = make_key(random);
  return print(options.json ? as_json(options, key) : as_text(options, key));
}

}  // namespace weir::cli
