// Turns the text of a TOML file into a Config: known keys, types, ranges.
//
// The only place that knows the TOML library. Rules between keys are in
// config_check.h.
#pragma once

#include <string>
#include <string_view>

#include "router/config.h"
#include "router/config_findings.h"

namespace weir {

// Reads what it can and adds a finding for everything else. Secrets are looked up
// at once: "env:NAME" through `environment`, "file:PATH" through `disk`.
Config read_config(std::string_view text, const EnvLookup& environment, Disk& disk,
                   ConfigFindings& findings, SecretUse secrets = SecretUse::kAll);

}  // namespace weir
