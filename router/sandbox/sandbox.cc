#include "router/sandbox/sandbox.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <utility>

#include "local_backend/mini/embedded_model.h"
#include "metrics/sqlite.h"
#include "router/sandbox/system_call_filter.h"

namespace weir {
namespace {

namespace fs = std::filesystem;

// Looked at by the C library, its resolver, OpenSSL and the engine.
constexpr const char* kSystemFiles[] = {
    "/etc",  // resolver, certificates, time zone
    "/lib",  // modules of the resolver
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/share/ca-certificates",
    "/usr/local/share/ca-certificates",
    "/usr/share/zoneinfo",
    "/run/systemd/resolve",  // where /etc/resolv.conf may point
    "/run/resolvconf",
    "/run/NetworkManager",
    "/dev/urandom",
    "/dev/random",
    "/proc/self",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/sys",
    "/sys/devices/system",  // processors and their memory
    "/sys/fs/cgroup",       // limits
    "/sys/kernel/mm",       // huge pages
};

constexpr const char* kCertificateVariables[] = {"SSL_CERT_FILE", "SSL_CERT_DIR", "OPENSSL_CONF"};

// Of a file that may be replaced by another of its name.
std::string folder_of(const std::string& path) {
  std::error_code error;
  const fs::path whole = fs::absolute(path, error);
  return error ? path : whole.parent_path().string();
}

// With the folder that a link leads to, one step after the other.
void add_folder(std::vector<std::string>& paths, const std::string& file) {
  if (file.empty()) return;
  paths.push_back(folder_of(file));
  std::error_code error;
  const fs::path target = fs::canonical(file, error);
  if (!error) paths.push_back(target.parent_path().string());
}

void add_model(std::vector<std::string>& paths, const std::string& model) {
  if (model != kEmbeddedModel) add_folder(paths, model);
}

}  // namespace

FileAccess files_of(const Config& config, const std::vector<std::string>& files_read) {
  FileAccess access;
  access.writable.push_back(config.state_dir);
  access.writable.push_back(folder_of(config.ledger.path));
  if (!config.log.file.empty()) access.writable.push_back(folder_of(config.log.file));

  std::vector<std::string>& readable = access.readable;
  readable.assign(std::begin(kSystemFiles), std::end(kSystemFiles));
  for (const std::string& file : files_read) add_folder(readable, file);
  for (const std::string& path : config.server.sandbox_paths) readable.push_back(path);
  add_folder(readable, config.server.tls.certificate);
  add_folder(readable, config.server.tls.key);
  for (const BackendConfig& backend : config.backends) add_folder(readable, backend.ca_file);
  add_model(readable, config.local.model);
  add_model(readable, config.local.draft_model);
  for (const LocalModelConfig& model : config.local.models) {
    add_model(readable, model.model);
    add_model(readable, model.draft_model);
  }
  for (const char* variable : kCertificateVariables) {
    if (const auto path = system_environment()(variable)) readable.push_back(*path);
  }
  // The program itself, whose digest names what it has kept on disk.
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (!error) readable.push_back(program.string());
  return access;
}

Result<SandboxState> enter_sandbox(const Config& config,
                                   const std::vector<std::string>& files_read) {
  SandboxState state;
  if (config.server.sandbox == Sandbox::kOff) return state;
  sqlite::use_temp_folder(config.state_dir);
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) state.gaps.emplace_back("no_new_privs");
  const int abi = landlock_abi();
  if (abi == 0) {
    state.gaps.emplace_back("the kernel has no Landlock");
  } else if (const auto entered = enter_landlock(files_of(config, files_read), abi); !entered) {
    state.gaps.push_back(entered.error().message);
  } else {
    state.landlock_abi = abi;
  }
  const Result<void> filtered = enter_system_call_filter();
  state.system_calls = filtered.has_value();
  if (!filtered) state.gaps.push_back(filtered.error().message);
  if (config.server.sandbox == Sandbox::kRequired && !state.gaps.empty()) {
    return Error{ErrorCode::kInternal, "[server] sandbox is required: " + state.gaps.front()};
  }
  return state;
}

Result<void> check_reach(const Config& config) {
  std::vector<std::string> paths = {config.local.model, config.local.draft_model};
  paths.reserve(2 + 2 * config.local.models.size());
  for (const LocalModelConfig& model : config.local.models) {
    paths.push_back(model.model);
    paths.push_back(model.draft_model);
  }
  for (const std::string& path : paths) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const int error = errno;
    if (file >= 0) ::close(file);
    if (file >= 0 || error != EACCES) continue;
    return Error{ErrorCode::kInvalidConfig,
                 path +
                     ": may not be read: name its folder in [server] sandbox_paths and restart, "
                     "or mend its permissions"};
  }
  return {};
}

std::string to_text(const SandboxState& state) {
  std::string text = state.landlock_abi > 0
                         ? "files by Landlock ABI " + std::to_string(state.landlock_abi)
                         : std::string("files not restricted");
  text += state.system_calls ? ", system calls by seccomp" : ", system calls not restricted";
  for (const std::string& gap : state.gaps) text.append("; ").append(gap);
  return text;
}

}  // namespace weir
