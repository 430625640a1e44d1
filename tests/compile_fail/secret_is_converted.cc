// fails: convert.*Secret|conversion from .*Secret
#include <string>

#include "core/secret.h"

std::string text(const weir::Secret& key) { return key; }
