// fails: deleted .*Secret|Secret.* deleted
#include "core/secret.h"

weir::Secret copy(const weir::Secret& key) { return key; }
