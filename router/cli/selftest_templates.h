// `weir selftest templates`: every golden.json below a folder, with its templates.
//
// {"now": "2025-07-04T13:05:09", "bos_token", "eos_token", "cases": {name: variables},
// "templates": {file: {case: {"out": text} or {"error": "Kind: message"}}}}; a template
// is the file of that name beside it, or in jinja/. What is rendered must be equal byte
// for byte, an error must be of the same kind: what stands before the first ':'.
#pragma once

#include <filesystem>

#include "router/cli/selftest.h"

namespace weir::cli {

void selftest_templates(const std::filesystem::path& folder, SelftestReport& report);

}  // namespace weir::cli
