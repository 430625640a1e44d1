// fails: (operator|operands).*Secret
#include <iostream>

#include "core/secret.h"

void print(const weir::Secret& key) { std::cout << key; }
