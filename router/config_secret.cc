#include "router/config_secret.h"

#include <algorithm>
#include <filesystem>
#include <string>
#include <utility>

namespace weir {
namespace {

constexpr std::uint64_t kMaxSecretBytes = 8'192;
constexpr std::string_view kVariableBytes =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";

Error unreadable(std::string what) {
  return Error{ErrorCode::kInvalidConfig, std::move(what), std::string(kUnreadableSecret)};
}

// What can stand in a header: visible ASCII.
Result<Secret> checked(std::string value, const std::string& origin) {
  while (!value.empty() && (value.back() == '\n' || value.back() == '\r')) value.pop_back();
  Secret secret(std::move(value));
  const std::string_view bytes = secret.reveal();
  if (bytes.empty()) return unreadable(origin + " is empty");
  const bool visible =
      std::all_of(bytes.begin(), bytes.end(), [](char c) { return c > ' ' && c < '\x7f'; });
  if (!visible) return unreadable(origin + " holds a space or a character that is not ASCII");
  return secret;
}

// A name that the shell could set; anything else may be a key in the wrong place.
bool is_variable_name(std::string_view name) {
  return !name.empty() && name.size() <= 128 &&
         name.find_first_not_of(kVariableBytes) == std::string_view::npos;
}

Result<Secret> from_file(const std::string& path, Disk& disk) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::perms permissions = fs::status(path, error).permissions();
  if (error || permissions == fs::perms::unknown) return unreadable("cannot read the file " + path);
  if ((permissions & (fs::perms::group_all | fs::perms::others_all)) != fs::perms::none) {
    return unreadable("others can read " + path + ": chmod 600 it");
  }
  Result<std::string> content = disk.read_file(path, kMaxSecretBytes);
  if (!content) return unreadable(content.error().message);
  return checked(std::move(*content), "the file " + path);
}

}  // namespace

Result<Secret> read_secret(std::string_view source, const EnvLookup& environment, Disk& disk) {
  if (source.starts_with("env:") && is_variable_name(source.substr(4))) {
    const std::string name(source.substr(4));
    std::optional<std::string> value = environment(name);
    if (!value) return unreadable("the environment variable " + name + " is not set");
    return checked(*std::move(value), "the environment variable " + name);
  }
  if (source.starts_with("file:") && source.size() > 5) {
    return from_file(std::string(source.substr(5)), disk);
  }
  return Error{ErrorCode::kInvalidConfig,
               "must be \"env:NAME\" or \"file:PATH\"; the key itself has no place here"};
}

}  // namespace weir
