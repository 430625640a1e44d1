#include "router/cli/models.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <vector>

#include "cloud_adapters/wire/json_writer.h"
#include "core/disk.h"
#include "local_backend/mini/embedded_model.h"
#include "router/application.h"
#include "router/cli/operator_config.h"
#include "router/cli/output.h"
#include "router/cli/served_states.h"
#include "router/config.h"
#include "router/pull/running_sha256.h"

namespace weir::cli {
namespace {

struct StoredCard {
  std::string path;
  ModelCard card;
};

Result<StoredCard> read_card(const std::string& path) {
  try {
    const auto file = open_model_file(path);
    if (!file) return file.error();
    return StoredCard{path, describe_model(*file)};
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::kInvalidModel, path + ": needs more memory than there is"};
  }
}

std::string rounded(double value, const char* unit) {
  char text[48];
  std::snprintf(text, sizeof text, "%.2f %s", value, unit);
  return text;
}

std::string count_of(std::uint64_t count) {
  const auto number = static_cast<double>(count);
  if (count >= 1'000'000'000) return rounded(number / 1e9, "billion");
  if (count >= 1'000'000) return rounded(number / 1e6, "million");
  return std::to_string(count);
}

std::string line(std::string_view what, const std::string& value) {
  std::string text = "  " + std::string(what);
  text.resize(16, ' ');
  return text + value + "\n";
}

// Only of the embedded model; it may be large elsewhere.
std::string digest_of(const std::string& path) {
  if (path != kEmbeddedModel) return {};
  const auto bytes = embedded_model();
  RunningSha256 sha256;
  sha256.add({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  return sha256.hex();
}

std::string class_name(BackendClass backend_class) { return std::string(to_string(backend_class)); }

std::string aliases_text(const BackendConfig& backend) {
  std::string text;
  for (const ModelAlias& alias : backend.models) {
    const std::string upstream = alias.upstream == alias.name ? "" : " (" + alias.upstream + ")";
    text += (text.empty() ? "" : ", ") + alias.name + upstream;
  }
  return text.empty() ? "whatever is asked for" : text;
}

std::string backend_text(const BackendConfig& backend) {
  return backend.name + " (" + class_name(backend.backend_class) + ", " + backend.base_url + ")\n" +
         line("models", aliases_text(backend)) + line("default", backend.default_model);
}

template <class Items, class Append>
void append_list(std::string* out, const Items& items, const Append& append) {
  *out += '[';
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) *out += ',';
    append(out, items[i]);
  }
  *out += ']';
}

void append_alias_json(std::string* out, const ModelAlias& alias) {
  JsonObject object(out);
  object.string("name", alias.name);
  object.string("upstream", alias.upstream);
  object.close();
}

void append_backend_json(std::string* out, const BackendConfig& backend) {
  JsonObject object(out);
  object.string("backend", backend.name);
  object.string("class", class_name(backend.backend_class));
  object.string("base_url", backend.base_url);
  object.string("default_model", backend.default_model);
  append_list(object.key("models"), backend.models, append_alias_json);
  object.close();
}

// One of [[local.models]]: its file as it is now, and its state where weir serves.
struct ConfiguredModel {
  std::string name;
  const LocalModelConfig& config;
  Result<StoredCard> file;
  std::optional<ServedState> state;

  bool runs() const { return file && file->card.problem.empty(); }
};

std::vector<ConfiguredModel> configured_models(const Config& config) {
  std::vector<ConfiguredModel> models;
  if (config.local.models.empty()) return models;
  const auto states = served_states(config.server.admin_listen);
  models.reserve(config.local.models.size());
  for (const LocalModelConfig& model : config.local.models) {
    const std::string stem = std::filesystem::path(model.model).stem().string();
    ConfiguredModel& made = models.emplace_back(
        ConfiguredModel{model.name.empty() ? stem : model.name, model, read_card(model.model), {}});
    const auto found = states.find(made.name);
    if (found != states.end()) made.state = found->second;
  }
  return models;
}

std::string state_text(const std::optional<ServedState>& state) {
  if (!state) return "not served now";
  std::string text = state->state;
  if (state->progress >= 0) text += ", " + rounded(100 * state->progress, "%");
  return text + (state->problem.empty() ? "" : ": " + state->problem);
}

std::string model_text(const ConfiguredModel& model) {
  const std::int64_t seconds = model.config.keep_alive_s;
  const std::string about = model.file ? card_text(model.file->path, model.file->card)
                                       : model.config.model + "\n" +
                                             line("runs here", "no: " + model.file.error().message);
  return about + for_terminal(line("served as", model.name) +
                              line("keep alive", seconds < 0 ? "until memory is short"
                                                             : std::to_string(seconds) + " s") +
                              line("state", state_text(model.state)));
}

void append_model_json(std::string* out, const ConfiguredModel& model) {
  JsonObject object(out);
  object.string("name", model.name);
  object.number("keep_alive_s", model.config.keep_alive_s);
  if (model.state) {
    object.string("state", model.state->state);
    if (model.state->progress >= 0) object.number("progress", model.state->progress);
    if (!model.state->problem.empty()) object.string("load_problem", model.state->problem);
  } else {
    object.raw("state", "null");
  }
  if (model.file) {
    object.raw("file", card_json(model.file->path, model.file->card));
  } else {
    object.string("path", model.config.model);
    object.string("problem", model.file.error().message);
  }
  object.close();
}

// All that a configuration serves.
struct Served {
  const Config& config;
  std::optional<StoredCard> local;
  std::vector<ConfiguredModel> models;
};

std::string served_json(const Served& served) {
  std::string text;
  JsonObject object(&text);
  const auto& local = served.local;
  object.raw("local", local ? card_json(local->path, local->card) : "null");
  append_list(object.key("models"), served.models, append_model_json);
  append_list(object.key("backends"), served.config.backends, append_backend_json);
  object.close();
  return text;
}

std::string served_text(const Served& served) {
  const auto& local = served.local;
  std::string text;
  if (local) text = card_text(local->path, local->card);
  if (!local && served.models.empty()) text = "no local model\n";
  for (const ConfiguredModel& model : served.models) text += model_text(model);
  for (const BackendConfig& backend : served.config.backends) text += backend_text(backend);
  return text;
}

int list_served(const ModelsOptions& options) {
  const Result<Config> config = operator_config(options.config.path);
  if (!config) return fail(config.error().message);
  Served served{*config, std::nullopt, configured_models(*config)};
  if (!config->local.model.empty()) {
    Result<StoredCard> read = read_card(config->local.model);
    if (!read) return fail(read.error().message);
    served.local = std::move(*read);
  }
  const int code = print(options.json ? served_json(served) : served_text(served));
  const bool good = (!served.local || served.local->card.problem.empty()) &&
                    std::all_of(served.models.begin(), served.models.end(),
                                [](const ConfiguredModel& model) { return model.runs(); });
  return good ? code : kFailed;
}

}  // namespace

std::string card_text(const std::string& path, const ModelCard& card) {
  const std::string kv = std::to_string(card.kv_bytes_per_token) + " bytes a token";
  const std::string digest = digest_of(path);
  const std::string about = card.description.empty() ? "" : line("about", card.description);
  return for_terminal(
      path + (digest.empty() ? "\n" : ", inside this program\n") + line("name", card.name) + about +
      line("architecture", card.architecture) +
      line("parameters", count_of(card.parameters) + ", " +
                             rounded(static_cast<double>(card.file_bytes) / 1e6, "MB")) +
      line("weights", card.tensor_types + "; " + rounded(card.bits_per_weight, "bits each")) +
      line("context", std::to_string(card.context_tokens) + " tokens") +
      line("tokenizer", card.tokenizer) +
      line("chat template", card.has_chat_template ? "yes" : "none: completes plain text") +
      line("tool calls", card.tool_calls.empty() ? "none" : card.tool_calls) +
      line("reasoning", card.reasons ? "marked" : "none") +
      line("keys, values", card.kv_bytes_per_token == 0 ? "-" : kv) +
      line("fingerprint", card.fingerprint) + (digest.empty() ? "" : line("SHA-256", digest)) +
      line("runs here", card.problem.empty() ? "yes" : "no: " + card.problem));
}

std::string card_json(const std::string& path, const ModelCard& card) {
  std::string text;
  JsonObject object(&text);
  object.string("path", path);
  object.string("name", card.name);
  if (!card.description.empty()) object.string("description", card.description);
  object.string("architecture", card.architecture);
  object.number("parameters", static_cast<std::int64_t>(card.parameters));
  object.number("file_bytes", static_cast<std::int64_t>(card.file_bytes));
  object.string("tensor_types", card.tensor_types);
  object.number("bits_per_weight", card.bits_per_weight);
  object.number("context_tokens", static_cast<std::int64_t>(card.context_tokens));
  object.string("tokenizer", card.tokenizer);
  object.boolean("chat_template", card.has_chat_template);
  if (!card.tool_calls.empty()) object.string("tool_calls", card.tool_calls);
  object.boolean("reasoning", card.reasons);
  object.number("kv_bytes_per_token", static_cast<std::int64_t>(card.kv_bytes_per_token));
  object.string("fingerprint", card.fingerprint);
  const std::string digest = digest_of(path);
  object.boolean("embedded", !digest.empty());
  if (!digest.empty()) object.string("sha256", digest);
  object.boolean("runs", card.problem.empty());
  if (!card.problem.empty()) object.string("problem", card.problem);
  object.close();
  return text;
}

int models(const ModelsOptions& options) {
  if (options.file.empty()) return list_served(options);
  const Result<StoredCard> model = read_card(options.file);
  if (!model) return fail(model.error().message);
  const int code = print(options.json ? card_json(model->path, model->card)
                                      : card_text(model->path, model->card));
  return model->card.problem.empty() ? code : kFailed;
}

}  // namespace weir::cli
