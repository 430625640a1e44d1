// Tools of a request in one order, whatever the order in which a client wrote them.
//
// Nothing is lost or rewritten: members of objects move, tools move, and the names in a
// schema's `required` move, which is a set. All other lists keep their order; numbers and
// texts keep their bytes. Of members with the same name the last one stays the last.
// Pure functions, thread-safe.
#pragma once

#include <string>
#include <vector>

namespace weir {

// The tools by name, and the members of each: what describes a tool or a schema first, as
// most people write it (type, function, name, description, parameters, enum, properties,
// required ...), all else by name. True if any of it moved. A tool that is no JSON, nested
// deeper than 200 levels or made of more than a million parts stays as it is.
// O(n log n) in the size of the tools.
bool order_tools(std::vector<std::string>* tools_json);

}  // namespace weir
