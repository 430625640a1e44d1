// `weir selftest schema`: JSON schemas and texts that satisfy them or not, in the form of the
// JSON-Schema-Test-Suite.
//
// Each .json below a folder is a list of groups {"description", "schema", "tests": [{"description",
// "data", "valid"}]}. Data that are valid must be among what an answer under the schema can be,
// as compact JSON with its properties in the order in which the schema names them; data that are
// not must not be, in no order. A group whose schema is refused is not supported. `format` says
// nothing, which is what the standard asks where nobody says otherwise, but in a folder of this
// name.
#pragma once

#include <filesystem>

#include "router/cli/selftest.h"

namespace weir::cli {

void selftest_schema(const std::filesystem::path& folder, SelftestReport& report);

}  // namespace weir::cli
