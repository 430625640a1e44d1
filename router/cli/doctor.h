// `weir doctor`: what is wrong with the configuration, what this machine can do at most, what the
// local model does of it, and which models would fit.
#pragma once

#include <cstdint>
#include <string>

#include "router/cli/commands.h"

namespace weir::cli {

struct DoctorOptions {
  ConfigOption config;  // whose [local] is used where no model is named
  std::string model;    // a GGUF file, or weir-mini
  std::int64_t threads = 0;
  bool json = false;  // the findings, and the machine in figures; no model is asked
};

// First what checkup() finds; then some seconds for the machine, and some for the model, which
// answers a few requests; the last one is foretold and then timed. 1 if anything is wrong.
int doctor(const DoctorOptions& options);

// Which well-known models fit into so much memory, and how fast such a machine could run them at
// most. Rates are operations and bytes a second.
struct MachineLimits {
  double memory_bytes = 0;
  double int8_operations = 0;  // 0: not known
  double read_bytes = 0;
};
std::string fitting_models(const MachineLimits& limits);

}  // namespace weir::cli
