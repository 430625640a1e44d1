// `weir models`: what the configuration serves, or what a GGUF file is.
#pragma once

#include <string>

#include "local_backend/model_card.h"
#include "router/cli/commands.h"

namespace weir::cli {

struct ModelsOptions {
  ConfigOption config;
  std::string file;  // a GGUF file; empty: the models of the configuration
  bool json = false;
};

// kFailed if a file cannot be read or is no model that this program runs.
int models(const ModelsOptions& options);

std::string card_text(const std::string& path, const ModelCard& card);
std::string card_json(const std::string& path, const ModelCard& card);

}  // namespace weir::cli
