// What Ollama's API says of models: the answers of /api/tags, /api/show, /api/ps and
// /api/version. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cloud_adapters/wire/codec.h"

namespace weir {

// All models that may be asked for.
std::string write_ollama_tags(const std::vector<ModelEntry>& models);

// One of them.
std::string write_ollama_show(const ModelEntry& model);

// A model that is in memory.
struct LoadedModelEntry {
  ModelEntry model;
  std::int64_t memory_bytes = 0;  // all that it takes
  std::int64_t gpu_bytes = 0;     // of them, in a GPU's memory
  std::int64_t expires_unix = 0;  // seconds; 0 = it stays
};
std::string write_ollama_ps(const std::vector<LoadedModelEntry>& models);

std::string write_ollama_version(std::string_view version);

// Appends the moment as a JSON string, as Ollama writes it, with nanoseconds.
void append_ollama_time(std::string* out, std::int64_t unix_seconds);

}  // namespace weir
