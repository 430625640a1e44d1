#include "router/cli/pull.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "core/disk.h"
#include "local_backend/gguf/gguf_file.h"
#include "local_backend/gguf/gguf_shards.h"
#include "router/application.h"
#include "router/cli/ctrl_c.h"
#include "router/cli/operator_config.h"
#include "router/cli/output.h"
#include "router/config.h"
#include "router/progress_bar.h"
#include "router/pull/download.h"
#include "router/pull/model_catalogue.h"
#include "router/pull/running_sha256.h"
#include "router/state_dir.h"

namespace weir::cli {
namespace {

bool is_url(const std::string& what) { return what.find("://") != std::string::npos; }

bool is_hash(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

std::string name_of(const std::string& file) {
  return file.substr(0, file.size() - std::string_view(".gguf").size());
}

Result<std::string> folder_of(const PullOptions& options) {
  if (!options.folder.empty()) return options.folder;
  const Result<Config> config = operator_config(options.config.path);
  if (!config) return config.error();
  if (const Result<void> made = make_state_dir(config->state_dir); !made) return made.error();
  return config->state_dir + "/models";
}

// The model as the catalogue has it, or as the URL says.
Result<PulledModel> wanted_model(const PullOptions& options, const ModelCatalogue& catalogue) {
  if (!options.sha256.empty() && !is_hash(options.sha256)) {
    return Error{ErrorCode::kInvalidRequest, "--sha256 takes 64 lower-case hex digits"};
  }
  if (!is_url(options.what)) {
    const PulledModel* known = catalogue.find(options.what);
    if (known == nullptr) {
      return Error{ErrorCode::kNotFound, options.what + ": was not pulled before; name its URL"};
    }
    PulledModel model = *known;
    if (!options.sha256.empty()) model.sha256 = options.sha256;
    return model;
  }
  if (const auto taken = check_url(options.what); !taken) return taken.error();
  const auto file = file_name_of(options.what);
  if (!file) return file.error();
  if (!options.sha256.empty() && shard_count_in(*file) > 1) {
    return Error{ErrorCode::kInvalidRequest, "--sha256 is for a model in one file"};
  }
  return PulledModel{name_of(*file), *file, options.what, options.sha256, 0};
}

// There already, and what it should be.
bool is_there(const std::string& path, const PulledModel& model, const ModelCatalogue& catalogue) {
  const PulledModel* known = catalogue.find(model.name);
  const bool same = known != nullptr && known->url == model.url;
  const std::string hash = !model.sha256.empty() ? model.sha256 : same ? known->sha256 : "";
  if (hash.empty() || !std::filesystem::exists(path)) return false;
  const auto found = sha256_of_file(path);
  return found && *found == hash;
}

Result<Downloaded> fetch(const PulledModel& model, const std::string& path) {
  Download wanted;
  wanted.url = model.url;
  wanted.path = path;
  wanted.sha256 = model.sha256;
  const WatchLoad show = progress_bar(model.file);
  wanted.watch = [&](std::uint64_t done, std::uint64_t total) {
    if (total > 0) show({done, total});
    return !interrupted();
  };
  return download(wanted);
}

std::string line_of(const PulledModel& model) {
  return model.name + "  " + std::to_string(model.bytes) + " bytes  sha256:" + model.sha256 + "  " +
         model.url + "\n";
}

int list(const ModelCatalogue& catalogue) {
  std::string text;
  for (const PulledModel& model : catalogue.models()) text += line_of(model);
  return print(text.empty() ? catalogue.folder() + ": nothing was pulled yet" : text);
}

// The files of the model, in order; one, unless the name says that it has parts.
std::vector<PulledModel> parts_of(const PulledModel& model) {
  const std::size_t count = shard_count_in(model.file);
  if (count == 1) return {model};
  std::vector<PulledModel> parts;
  for (std::size_t index = 0; index < count; ++index) {
    PulledModel part;
    part.file = *shard_path(model.file, index, count);
    part.name = name_of(part.file);
    part.url = model.url;
    part.url.replace(part.url.rfind(model.file), model.file.size(), part.file);
    parts.push_back(std::move(part));
  }
  return parts;
}

// Fetches one file unless it is there, and remembers it.
Result<void> obtain(PulledModel part, ModelCatalogue* catalogue) {
  const std::string path = catalogue->folder() + "/" + part.file;
  if (is_there(path, part, *catalogue)) return {};
  const auto got = fetch(part, path);
  if (!got) return got.error();
  part.sha256 = got->sha256;
  part.bytes = got->bytes;
  return catalogue->put(std::move(part));
}

// What is no model is not kept.
void forget(const PulledModel& part, ModelCatalogue* catalogue) {
  std::filesystem::remove(catalogue->folder() + "/" + part.file);
  static_cast<void>(catalogue->remove(part.name));
}

std::string done_text(const std::string& path) {
  return path + "\n\nserve it with\n\n[local]\nmodel = \"" + path + "\"";
}

}  // namespace

int pull(const PullOptions& options) {
  const auto folder = folder_of(options);
  if (!folder) return fail(folder.error().message, kWrongArguments);
  std::error_code made;
  std::filesystem::create_directories(*folder, made);
  if (made) return fail(*folder + ": " + made.message());
  auto catalogue = ModelCatalogue::read(*folder);
  if (!catalogue) return fail(catalogue.error().message);
  if (options.list) return list(*catalogue);
  if (options.what.empty()) return fail("name a URL, or a model from --list", kWrongArguments);
  const auto model = wanted_model(options, *catalogue);
  if (!model) return fail(model.error().message, kWrongArguments);
  stop_on_ctrl_c();
  const std::vector<PulledModel> parts = parts_of(*model);
  for (const PulledModel& part : parts) {
    const auto obtained = obtain(part, &*catalogue);
    if (obtained) continue;
    const bool stopped = obtained.error().code == ErrorCode::kCancelled;
    return fail(obtained.error().message, stopped ? kInterrupted : kFailed);
  }
  const std::string path = *folder + "/" + parts.front().file;
  if (const auto file = GgufFile::open(path); !file) {
    for (const PulledModel& part : parts) forget(part, &*catalogue);
    return fail(model->url + ": " + file.error().message);
  }
  return print(done_text(path));
}

}  // namespace weir::cli
