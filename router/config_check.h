// The rules between keys, which no single key can show.
#pragma once

#include "router/config.h"
#include "router/config_findings.h"

namespace weir {

// Adds a finding for everything that may not run: listening beyond loopback
// without keys or TLS, backends that cannot be reached safely, names that collide
// or that nobody has.
void check_config(const Config& config, ConfigFindings& findings);

}  // namespace weir
