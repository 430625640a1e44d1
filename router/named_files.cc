#include "router/named_files.h"

#include <unistd.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "cloud_adapters/upstream/tls.h"
#include "local_backend/gguf/gguf_file.h"
#include "local_backend/mini/embedded_model.h"
#include "router/http/tls.h"

namespace weir {
namespace {

namespace fs = std::filesystem;

class NamedFiles {
 public:
  std::vector<std::string> faults() && { return std::move(faults_); }

  template <class T>
  void note(const std::string& key, const Result<T>& opened) {
    if (!opened) faults_.push_back(key + ": " + opened.error().message);
  }

  void model(const std::string& key, const std::string& path) {
    if (path.empty() || path == kEmbeddedModel) return;
    note(key, GgufFile::open(path, Strangers::kRefuse));
  }

  void written(const std::string& key, const std::string& path) {
    if (path.empty()) return;
    std::error_code failed;
    const bool is_there = fs::exists(path, failed);
    const fs::path folder = fs::absolute(path).parent_path();
    const std::string asked = is_there ? path : folder.string();
    if (fs::is_directory(path, failed)) {
      faults_.push_back(key + ": " + path + ": is a folder");
    } else if (!is_there && !fs::is_directory(folder, failed)) {
      faults_.push_back(key + ": " + path + ": its folder is not there");
    } else if (::access(asked.c_str(), W_OK) != 0) {
      faults_.push_back(key + ": " + path + ": cannot be written by this user");
    }
  }

 private:
  std::vector<std::string> faults_;
};

}  // namespace

std::vector<std::string> faults_of_named_files(const Config& config) {
  NamedFiles files;
  const TlsConfig& tls = config.server.tls;
  if (tls.enabled()) {
    files.note("[server.tls]", TlsServerContext::load(tls.certificate, tls.key));
  }
  files.model("[local] model", config.local.model);
  files.model("[local] draft_model", config.local.draft_model);
  for (const LocalModelConfig& model : config.local.models) {
    files.model("[[local.models]] model", model.model);
    files.model("[[local.models]] draft_model", model.draft_model);
  }
  for (const BackendConfig& backend : config.backends) {
    if (backend.ca_file.empty()) continue;
    files.note("[[backend]] " + backend.name + " ca_file", TlsContext::create(backend.ca_file));
  }
  files.written("[log] file", config.log.file);
  // The folder of state is made at the start.
  const fs::path ledger = config.ledger.path;
  if (ledger.parent_path() != config.state_dir) files.written("[ledger] path", ledger.string());
  return std::move(files).faults();
}

}  // namespace weir
