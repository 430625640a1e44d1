// The rules between keys, which no single key can show.
#pragma once

#include <string_view>

#include "router/config.h"
#include "router/config_findings.h"

namespace weir {

// Adds a finding for everything that may not run: listening beyond loopback
// without keys or TLS, backends that cannot be reached safely, names that collide
// or that nobody has.
void check_config(const Config& config, ConfigFindings& findings);

// "auto", "local" or "cloud": any model of a kind.
bool is_virtual_model(std::string_view name);

// A model, or a group of models, that a client may name.
bool serves_model(const Config& config, std::string_view name);

}  // namespace weir
