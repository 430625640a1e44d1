// Which models and end users a request names that is passed on unread, and whether it brings
// tools. Policy looks at names, so they are read as widely as any provider might read them, in any
// case of letters; what could be read in two ways is refused.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "router/http/request.h"

namespace weir {

struct PassedNames {
  // The one of the body itself first, else of the path (/engines/NAME); then others anywhere in
  // the body. Each once; none: it names none.
  std::vector<std::string> models;
  std::string end_user;        // the body's own first; empty: not named
  bool several_users = false;  // it names others, too
  bool tools = false;          // some part of the body brings tools

  std::string_view model() const { return models.empty() ? std::string_view() : models.front(); }
};

// Of a JSON body, whatever its content-type says, or of a form (multipart/form-data). The body
// has the room of an Exchange's behind it. Files are not looked into. kInvalidRequest for JSON
// that parsers disagree about, a model that is no plain name, two in one place, or more than 64.
Result<PassedNames> names_in(const RequestHead& head, std::string_view body);

// Of a JSON body alone; nothing if it is none.
PassedNames names_in_json(std::string_view body);

}  // namespace weir
