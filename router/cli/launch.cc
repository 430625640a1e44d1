#include "router/cli/launch.h"

#include <curl/curl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <system_error>
#include <utility>

#include "core/disk.h"
#include "router/application.h"
#include "router/cli/launch_plan.h"
#include "router/cli/operator_config.h"
#include "router/cli/output.h"
#include "router/config.h"

namespace weir::cli {
namespace {

namespace fs = std::filesystem;

constexpr long kWaitMs = 2'000;

// Standard output belongs to the client.
void say(const std::string& line) { std::cerr << "weir: " << line << "\n"; }

std::size_t ignore(char*, std::size_t size, std::size_t count, void*) { return size * count; }

// Whether a weir is there.
bool answers(const std::string& url) {
  const std::unique_ptr<CURL, void (*)(CURL*)> curl(curl_easy_init(), curl_easy_cleanup);
  if (curl == nullptr) return false;
  const std::string health = url + "/healthz";
  curl_easy_setopt(curl.get(), CURLOPT_URL, health.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT_MS, kWaitMs);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, ignore);
  return curl_easy_perform(curl.get()) == CURLE_OK;
}

// Where the weir of this configuration listens, as a client writes it.
std::string url_of(const Config& config) {
  const std::optional<ListenAddress> listen = parse_listen(config.server.listen);
  if (!listen) return {};
  const bool any = listen->host == "0.0.0.0" || listen->host == "::";
  std::string host = any ? "127.0.0.1" : listen->host;
  if (host.find(':') != std::string::npos) host = "[" + host + "]";
  const bool tls = config.server.tls.enabled();
  return (tls ? "https://" : "http://") + host + ":" + std::to_string(listen->port);
}

Result<LaunchWish> wish_of(const LaunchOptions& options) {
  const EnvLookup environment = system_environment();
  const Result<Config> config = operator_config(options.config.path);
  if (!config) return config.error();
  LaunchWish wish;
  wish.client = options.command.front();
  wish.arguments.assign(options.command.begin() + 1, options.command.end());
  wish.url = options.url.empty() ? url_of(*config) : options.url;
  const bool has_scheme = wish.url.starts_with("http://") || wish.url.starts_with("https://");
  if (!options.url.empty() && !has_scheme) {
    return Error{ErrorCode::kInvalidRequest, "--url must begin with http:// or https://"};
  }
  while (wish.url.ends_with('/')) wish.url.pop_back();
  if (wish.url.ends_with("/v1")) wish.url.resize(wish.url.size() - 3);
  wish.key = Secret(options.key.empty() ? environment("WEIR_API_KEY").value_or("") : options.key);
  wish.model = options.model;
  wish.folder = config->state_dir + "/clients";
  for (const char* name : {"NO_PROXY", "no_proxy"}) {
    const std::string hosts = environment(name).value_or("");
    if (hosts.empty() || hosts == wish.no_proxy) continue;
    wish.no_proxy += (wish.no_proxy.empty() ? "" : ",") + hosts;
  }
  return wish;
}

Result<void> write_file(const std::string& path, const std::string& text) {
  std::error_code problem;
  fs::create_directories(fs::path(path).parent_path(), problem);
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (!file) return Error{ErrorCode::kStorage, path + " cannot be written"};
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write, problem);
  return {};
}

// The client's own file, after a copy of the one that is there.
int write_own_config(const LaunchWish& wish, bool dry_run) {
  const OwnConfig own = own_config(wish);
  if (own.path.empty()) return fail(wish.client + " has no file for this: use weir launch");
  const std::string path = system_environment()("HOME").value_or(".") + "/" + own.path;
  if (dry_run) return print("write  " + path + "\n\n" + own.text);
  std::error_code problem;
  if (fs::exists(path, problem)) {
    const std::string copy = path + ".before-weir";
    if (fs::exists(copy, problem)) return fail(copy + " is there already: look at it first");
    fs::copy_file(path, copy, problem);
    if (problem) return fail(path + " cannot be copied: " + problem.message());
    say("the file that was there is " + copy);
  }
  if (const Result<void> written = write_file(path, own.text); !written) {
    return fail(written.error().message);
  }
  say("wrote " + path + "; the key is read from OPENAI_API_KEY");
  return 0;
}

int run(const LaunchPlan& plan) {
  for (const LaunchFile& file : plan.files) {
    if (const Result<void> written = write_file(file.path, file.text); !written) {
      return fail(written.error().message);
    }
  }
  // This process has one thread, and is about to be another one.
  for (const std::string& name : plan.unset) unsetenv(name.c_str());  // NOLINT(concurrency-*)
  for (const auto& [name, value] : plan.set) {
    setenv(name.c_str(), value.c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
  }
  std::vector<char*> words;
  words.reserve(plan.command.size() + 1);
  for (const std::string& word : plan.command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  execvp(words.front(), words.data());
  const std::error_code why(errno, std::generic_category());
  return fail(plan.command.front() + " cannot be started: " + why.message());
}

// Of `wish`, once a weir answers.
int start(const LaunchOptions& options, const LaunchWish& wish, const LaunchPlan& plan) {
  if (options.dry_run) {
    print(plan_text(plan));
    return 0;
  }
  if (!answers(wish.url)) {
    return fail("no weir answers at " + wish.url + ": start one with `weir serve`, or say --url");
  }
  for (const LaunchFile& file : plan.files) say("wrote " + file.path);
  say("" + wish.client + " asks " + wish.url +
      " (`--dry-run` shows the environment and the arguments)");
  for (const std::string& note : plan.notes) say("" + note);
  return run(plan);
}

}  // namespace

int launch(const LaunchOptions& options) {
  const Result<LaunchWish> wish = wish_of(options);
  if (!wish) return fail(wish.error().message);
  if (options.write) return write_own_config(*wish, options.dry_run);
  return start(options, *wish, plan_launch(*wish));
}

int exec(const LaunchOptions& options) {
  const Result<LaunchWish> wish = wish_of(options);
  if (!wish) return fail(wish.error().message);
  return start(options, *wish, plan_exec(*wish));
}

}  // namespace weir::cli
