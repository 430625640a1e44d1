#!/usr/bin/env python3
"""Writes local_backend/tokenizer/unicode_table.cc: the general category of every character.

Published pre-tokenizer patterns use \\p{L}, \\p{N} and the like. The version of Unicode decides
which characters those are; 16.0 is what current tokenizer libraries have.

    pip install unicodedata2==16.0.0
    tools/make_unicode_table.py > local_backend/tokenizer/unicode_table.cc
"""
import sys

import unicodedata2

UNICODE = "16.0.0"
LETTERS = {"Lu": 1, "Ll": 2, "Lt": 3, "Lm": 4, "Lo": 5}
GROUPS = {"M": 6, "N": 7, "P": 8, "S": 9, "Z": 10}
COLUMNS = 8


def category(code):
    name = unicodedata2.category(chr(code))
    return LETTERS.get(name) or GROUPS.get(name[0], 0)


def ranges():
    """Where the category changes, as code << 8 | category."""
    before = None
    for code in range(0x110000):
        now = category(code)
        if now != before:
            yield code << 8 | now
        before = now


def main():
    if unicodedata2.unidata_version != UNICODE:
        sys.exit(f"this needs the tables of Unicode {UNICODE}, not {unicodedata2.unidata_version}")
    entries = [f"0x{entry:x}," for entry in ranges()]
    print(f"// Made by tools/make_unicode_table.py from Unicode {UNICODE}. Do not edit.")
    print('#include "local_backend/tokenizer/character.h"\n')
    print("namespace weir {\nnamespace {\n")
    print("// clang-format off")
    print("constexpr std::uint32_t kCategories[] = {")
    for begin in range(0, len(entries), COLUMNS):
        print("    " + " ".join(entries[begin:begin + COLUMNS]))
    print("};\n// clang-format on\n")
    print("}  // namespace\n")
    print("std::span<const std::uint32_t> unicode_categories() { return kCategories; }\n")
    print("}  // namespace weir")


main()
