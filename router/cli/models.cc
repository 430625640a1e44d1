#include "router/cli/models.h"

#include <cstdio>
#include <optional>
#include <vector>

#include "cloud_adapters/wire/json_writer.h"
#include "core/disk.h"
#include "local_backend/mini/embedded_model.h"
#include "router/application.h"
#include "router/cli/output.h"
#include "router/config.h"
#include "router/pull/running_sha256.h"

namespace weir::cli {
namespace {

struct LocalModel {
  std::string path;
  ModelCard card;
};

Result<LocalModel> read_card(const std::string& path) {
  try {
    const auto file = open_model_file(path);
    if (!file) return file.error();
    return LocalModel{path, describe_model(*file)};
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

void append_backend_json(std::string* out, const BackendConfig& backend) {
  JsonObject object(out);
  object.string("backend", backend.name);
  object.string("class", class_name(backend.backend_class));
  object.string("base_url", backend.base_url);
  object.string("default_model", backend.default_model);
  std::string* models = object.key("models");
  *models += '[';
  for (std::size_t i = 0; i < backend.models.size(); ++i) {
    if (i > 0) *models += ',';
    JsonObject alias(models);
    alias.string("name", backend.models[i].name);
    alias.string("upstream", backend.models[i].upstream);
    alias.close();
  }
  *models += ']';
  object.close();
}

std::string served_json(const std::optional<LocalModel>& local, const Config& config) {
  std::string text;
  JsonObject object(&text);
  object.raw("local", local ? card_json(local->path, local->card) : "null");
  std::string* backends = object.key("backends");
  *backends += '[';
  for (std::size_t i = 0; i < config.backends.size(); ++i) {
    if (i > 0) *backends += ',';
    append_backend_json(backends, config.backends[i]);
  }
  *backends += ']';
  object.close();
  return text;
}

std::string served_text(const std::optional<LocalModel>& local, const Config& config) {
  std::string text = local ? card_text(local->path, local->card) : "no local model\n";
  for (const BackendConfig& backend : config.backends) text += backend_text(backend);
  return text;
}

int list_served(const ModelsOptions& options) {
  const auto path = options.config.path ? options.config.path : default_config_path();
  const Result<Config> config = load_config(path, system_environment(), system_disk());
  if (!config) return fail(config.error().message);
  std::optional<LocalModel> local;
  if (!config->local.model.empty()) {
    Result<LocalModel> read = read_card(config->local.model);
    if (!read) return fail(read.error().message);
    local = std::move(*read);
  }
  const int code = print(options.json ? served_json(local, *config) : served_text(local, *config));
  return local && !local->card.problem.empty() ? kFailed : code;
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
  const Result<LocalModel> model = read_card(options.file);
  if (!model) return fail(model.error().message);
  const int code = print(options.json ? card_json(model->path, model->card)
                                      : card_text(model->path, model->card));
  return model->card.problem.empty() ? code : kFailed;
}

}  // namespace weir::cli
