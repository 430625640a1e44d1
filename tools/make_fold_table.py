#!/usr/bin/env python3
"""Writes local_backend/tokenizer/fold_table.cc: what is left of a character without case and accents.

That is what uncased BERT vocabularies are made of: lower case, then the canonical decomposition
(NFD), then no nonspacing marks (Mn). Hangul syllables follow a formula and are left out.

    pip install unicodedata2==16.0.0
    tools/make_fold_table.py > local_backend/tokenizer/fold_table.cc
"""
import sys
import textwrap

import unicodedata2

UNICODE = "16.0.0"
HANGUL = range(0xAC00, 0xD7A4)
SURROGATES = range(0xD800, 0xE000)
GONE = 0


def folded(code):
    lowered = chr(code).lower()
    parts = [part for char in lowered for part in unicodedata2.normalize("NFD", char)]
    return [ord(part) for part in parts if unicodedata2.category(part) != "Mn"]


def pairs():
    """(code, what it becomes) where that differs; several with one code for several characters."""
    for code in range(0x110000):
        if code in HANGUL or code in SURROGATES or folded(code) == [code]:
            continue
        for to in folded(code) or [GONE]:
            yield code, to


def run_length(entries, begin, step, moves):
    end = begin + 1
    if len(folded(entries[begin][0])) > 1:
        return 1
    while end < len(entries) and end - begin < 0xFFFF:
        code, to = entries[end]
        before, to_before = entries[end - 1]
        if len(folded(code)) > 1 or code - before != step or to - to_before != (step if moves else 0):
            break
        end += 1
    return end - begin


def runs():
    """The pairs as {first, to, count, step, moves}."""
    entries = list(pairs())
    begin = 0
    while begin < len(entries):
        count, step, moves = max((run_length(entries, begin, step, moves), step, moves)
                                 for step in (1, 2) for moves in (False, True))
        code, to = entries[begin]
        yield f"{{0x{code:x},0x{to:x},{count},{step},{int(moves)}}},"
        begin += count


def main():
    if unicodedata2.unidata_version != UNICODE:
        sys.exit(f"this needs the tables of Unicode {UNICODE}, not {unicodedata2.unidata_version}")
    entries = list(runs())
    print(f"// Made by tools/make_fold_table.py from Unicode {UNICODE}. Do not edit.")
    print('#include "local_backend/tokenizer/folded_text.h"\n')
    print("namespace weir {\nnamespace {\n")
    print("// clang-format off")
    print("constexpr FoldRun kRuns[] = {")
    print(textwrap.fill(" ".join(entries), 98, initial_indent="    ", subsequent_indent="    "))
    print("};\n// clang-format on\n")
    print("}  // namespace\n")
    print("std::span<const FoldRun> fold_runs() { return kRuns; }\n")
    print("}  // namespace weir")


main()
