// How a ledger file of an older version becomes one of today.
#pragma once

#include <string>

namespace weir {

// Statements for one transaction. Version 1 held every field of a row in one table
// and did not tell settled reservations from released ones: all count as settled.
// `tables` makes the tables and views of rows and reservations of today.
std::string from_version_1(const std::string& tables);

// Version 2 knew no end users. `views` makes the views of today.
std::string from_version_2(const std::string& views);

}  // namespace weir
