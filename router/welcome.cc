#include "router/welcome.h"

#include <cstdio>
#include <string>

#include "metrics/app_log.h"
#include "router/version.h"

namespace weir {
namespace {

std::string base_url(const Snapshot& snapshot, std::uint16_t port) {
  const ServerConfig& server = snapshot.config.server;
  const ListenAddress address = parse_listen(server.listen).value_or(ListenAddress{});
  const bool any = address.host == "0.0.0.0" || address.host == "::";
  const bool v6 = address.host.find(':') != std::string::npos;
  const std::string host = any ? "127.0.0.1" : v6 ? "[" + address.host + "]" : address.host;
  return (server.tls.enabled() ? "https://" : "http://") + host + ":" + std::to_string(port);
}

void describe_backends(const Snapshot& snapshot) {
  if (snapshot.local_models.empty()) {
    log_warning(
        "no local model: unset [local] model for the one inside the program, or set it to a "
        "GGUF file");
  }
  for (const ServedBackend& served : snapshot.backends) {
    std::string line = "backend " + std::string(served.backend->name()) + " (" +
                       std::string(to_string(served.backend->backend_class())) + "): ";
    if (served.config == nullptr) {
      line += served.local_models.front().name;
    } else {
      line += served.config->base_url + ", default model " + served.config->default_model;
    }
    log_info(line);
  }
}

void describe_local_models(const Snapshot& snapshot) {
  for (const auto& model : snapshot.local_models) {
    const auto facts = model->stored()->facts();
    if (facts != nullptr && facts->embeds) {
      log_info("embedding model " + facts->info.name + " (" + facts->info.architecture + "), " +
               std::to_string(facts->width) + " dimensions");
    }
  }
}

void print_request(const std::string& url, bool has_keys) {
  std::printf(
      "\n  curl %s/v1/chat/completions%s -H 'content-type: application/json' \\\n"
      "    -d '{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":"
      "\"Extract the e-mail and the date as JSON from: Your parcel arrives on 2026-12-03. "
      "Questions? Write to maria.lopez@example.com\"}]}'\n\n",
      url.c_str(), has_keys ? " -H 'authorization: Bearer YOUR_WEIR_KEY'" : "");
  std::fflush(stdout);
}

}  // namespace

void welcome(const Snapshot& snapshot, std::uint16_t data_port, std::uint16_t admin_port,
             CurlLine curl) {
  const std::string url = base_url(snapshot, data_port);
  log_info("weir " + std::string(kVersion) + " serves " + url + "/v1, metrics on port " +
           std::to_string(admin_port));
  if (!snapshot.config.source.empty()) log_info("configuration " + snapshot.config.source);
  log_info("ledger " + snapshot.config.ledger.path);
  describe_backends(snapshot);
  describe_local_models(snapshot);
  if (curl == CurlLine::kNone || snapshot.backends.empty()) return;
  print_request(url, curl == CurlLine::kWithKey);
}

}  // namespace weir
