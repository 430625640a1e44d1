#include "cloud_adapters/wire/ollama_models.h"

#include <array>
#include <cmath>
#include <limits>

#include "cloud_adapters/wire/json_writer.h"
#include "core/timestamp.h"

namespace weir {
namespace {

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max() / 1000;

// "7.2B", "137M": the form that Ollama's lists have.
std::string short_count(std::int64_t count) {
  struct Unit {
    double size;
    char name;
  };
  constexpr std::array kUnits = {Unit{1e9, 'B'}, Unit{1e6, 'M'}, Unit{1e3, 'K'}};
  const auto value = static_cast<double>(count);
  for (const Unit& unit : kUnits) {
    if (value < unit.size) continue;
    std::string out;
    const double shown = value / unit.size;
    append_json_number(&out, unit.name == 'B' ? std::round(shown * 10) / 10 : std::round(shown));
    if (unit.name == 'B' && out.find('.') == std::string::npos) out += ".0";
    return out + unit.name;
  }
  return count > 0 ? std::to_string(count) : std::string();
}

void write_details(const ModelEntry& model, JsonObject* parent) {
  JsonObject details(parent->key("details"));
  details.string("parent_model", "");
  details.string("format", model.quantization.empty() ? "" : "gguf");
  details.string("family", model.family);
  std::string* families = details.key("families");
  families->push_back('[');
  if (!model.family.empty()) append_json_string(families, model.family);
  families->push_back(']');
  details.string("parameter_size", short_count(model.parameter_count));
  details.string("quantization_level", model.quantization);
  details.close();
}

void write_capabilities(const ModelEntry& model, JsonObject* parent) {
  std::string* out = parent->key("capabilities");
  out->push_back('[');
  for (const std::string_view word : model.capabilities) {
    if (out->back() != '[') out->push_back(',');
    append_json_string(out, word);
  }
  if (model.capabilities.empty()) *out += model.embeds ? "\"embedding\"" : "\"completion\"";
  out->push_back(']');
}

void write_names(const ModelEntry& model, JsonObject* object) {
  object->string("name", model.id);
  object->string("model", model.id);
}

// Clients look here for the size of the context.
void write_model_info(const ModelEntry& model, JsonObject* parent) {
  JsonObject info(parent->key("model_info"));
  const std::string_view family = model.family.empty() ? "general" : model.family;
  info.string("general.architecture", family);
  if (model.parameter_count > 0) info.number("general.parameter_count", model.parameter_count);
  if (model.context_tokens > 0) {
    std::string members;
    append_member(&members, std::string(family) + ".context_length",
                  std::to_string(model.context_tokens));
    info.members(members);
  }
  info.close();
}

std::int64_t modified_unix(const ModelEntry& model) {
  return model.modified_unix != 0 ? model.modified_unix : model.created_unix;
}

}  // namespace

void append_ollama_time(std::string* out, std::int64_t unix_seconds) {
  const std::int64_t seconds = unix_seconds > kNever ? kNever : unix_seconds;
  out->push_back('"');
  append_timestamp(out, seconds * 1000);
  out->pop_back();
  *out += "000000Z\"";
}

std::string write_ollama_tags(const std::vector<ModelEntry>& models) {
  std::string out = R"({"models":[)";
  for (const ModelEntry& model : models) {
    if (out.back() != '[') out.push_back(',');
    JsonObject object(&out);
    write_names(model, &object);
    append_ollama_time(object.key("modified_at"), modified_unix(model));
    object.number("size", model.size_bytes);
    object.string("digest", model.digest);
    write_details(model, &object);
    write_capabilities(model, &object);
    object.close();
  }
  return out + "]}";
}

std::string write_ollama_show(const ModelEntry& model) {
  std::string out;
  JsonObject object(&out);
  object.string("license", "");
  object.string("modelfile", "");
  object.string("parameters", "");
  object.string("template", "");
  write_details(model, &object);
  write_model_info(model, &object);
  write_capabilities(model, &object);
  append_ollama_time(object.key("modified_at"), modified_unix(model));
  object.close();
  return out;
}

std::string write_ollama_ps(const std::vector<LoadedModelEntry>& models) {
  std::string out = R"({"models":[)";
  for (const LoadedModelEntry& loaded : models) {
    if (out.back() != '[') out.push_back(',');
    JsonObject object(&out);
    write_names(loaded.model, &object);
    object.number("size", loaded.memory_bytes);
    object.string("digest", loaded.model.digest);
    write_details(loaded.model, &object);
    // A moment far off: clients show it as "forever".
    append_ollama_time(object.key("expires_at"),
                       loaded.expires_unix != 0 ? loaded.expires_unix : kNever);
    object.number("size_vram", loaded.gpu_bytes);
    object.number("context_length", loaded.model.context_tokens);
    object.close();
  }
  return out + "]}";
}

std::string write_ollama_version(std::string_view version) {
  std::string out;
  JsonObject object(&out);
  object.string("version", version);
  object.close();
  return out;
}

}  // namespace weir
