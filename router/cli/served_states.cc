#include "router/cli/served_states.h"

#include <curl/curl.h>

#include <cstddef>
#include <memory>
#include <nlohmann/json.hpp>

namespace weir::cli {
namespace {

constexpr long kServedWaitMs = 1'000;
constexpr std::size_t kMostBytes = std::size_t{1} << 20;

std::size_t take(char* bytes, std::size_t size, std::size_t count, void* into) {
  auto* body = static_cast<std::string*>(into);
  if (body->size() + size * count > kMostBytes) return 0;
  body->append(bytes, size * count);
  return size * count;
}

// Empty if there is no answer.
std::string get(const std::string& url) {
  const std::unique_ptr<CURL, void (*)(CURL*)> curl(curl_easy_init(), curl_easy_cleanup);
  std::string body;
  if (curl == nullptr) return body;
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "http");
  curl_easy_setopt(curl.get(), CURLOPT_PROXY, "");
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT_MS, kServedWaitMs);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, take);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &body);
  return curl_easy_perform(curl.get()) == CURLE_OK ? body : std::string();
}

}  // namespace

std::map<std::string, ServedState> served_states(const std::string& address) {
  std::map<std::string, ServedState> states;
  const auto answer =
      nlohmann::json::parse(get("http://" + address + "/admin/models"), nullptr, false);
  try {
    for (const auto& model : answer.at("models")) {
      states[model.at("name").get<std::string>()] = {model.at("state").get<std::string>(),
                                                     model.value("progress", -1.0),
                                                     model.value("problem", "")};
    }
  } catch (const nlohmann::json::exception&) {
    return {};  // somebody else answers there
  }
  return states;
}

}  // namespace weir::cli
