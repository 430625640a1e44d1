#!/usr/bin/env python3
"""Checks of the tree that no compiler makes: include directions, sizes, banned words.

usage: tidy.py        exit 1 and one line a finding
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
MAX_LINES = 600
MAX_COLUMNS = 100

# Who may include whom. Everything may include itself and the standard library.
ROOMS = {
    "core": set(),
    "policies": {"core"},
    "local_backend": {"core"},
    "cloud_adapters": {"core"},
    "metrics": {"core"},
    "router": {"core", "policies", "local_backend", "cloud_adapters", "metrics"},
}
# The rooms inside the engine that do not know the chat request.
ENGINE_ROOMS = ("gguf", "tokenizer", "chat_template", "tool_calls", "grammar", "model", "kv_cache", "kernels")
CORE_MAY_USE = re.compile(r"^(boost/system/|boost/asio/(awaitable|io_context)\.hpp|boost/asio/impl/src\.hpp)")
STANDARD = re.compile(r"^[a-z_0-9]+$|^(sys|linux|arpa|netinet)/|^(unistd|fcntl|immintrin|arm_neon|cpuid)\.h$")
MARKERS = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
LONG_OK = re.compile(r"(_weights\.cc|price_table.*|\.json)$")
AWAITED_OPERAND = re.compile(r"(&&|\|\||\?) *!?co_await")
BANNED_NAMES = re.compile(r"\b(class|struct)\s+\w*(Manager|Helper|Util|Utils)\b")


def tracked_files():
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, text=True,
                            capture_output=True, check=True)
    return [pathlib.Path(line) for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def includes_of(text):
    for number, line in enumerate(text.splitlines(), 1):
        match = re.match(r'\s*#\s*include\s+([<"])([^>"]+)[>"]', line)
        if match:
            yield number, match.group(1) == '"', match.group(2)


def awaits_in_condition(line):
    """g++ 12 lays out a coroutine's frame wrongly when a condition awaits: name the result first."""
    for start in re.finditer(r"\b(if|while|switch) \(", line):
        depth, end = 1, start.end()
        while end < len(line) and depth:
            depth += {"(": 1, ")": -1}.get(line[end], 0)
            end += 1
        if "co_await" in line[start.end():end].rsplit(";", 1)[-1]:
            return True
    return bool(AWAITED_OPERAND.search(line))


def include_finding(path, own, name):
    room = path.parts[0]
    if room not in ROOMS:
        return None
    target = name.split("/")[0]
    if own and "/" not in name:
        return f'includes are relative to the root: "{name}"'
    if own and target != room and target not in ROOMS[room]:
        return f'{room} must not include "{name}"'
    if own and path.parts[:2] == ("local_backend", "kernels") and not name.startswith("local_backend/kernels/"):
        return f'kernels include only the standard library, not "{name}"'
    if own and room == "local_backend" and path.parts[1] in ENGINE_ROOMS and name == "core/chat.h":
        return f"{path.parts[1]} must not know core/chat.h"
    if not own and room == "core" and not STANDARD.match(name) and not CORE_MAY_USE.match(name):
        return f"core must not include <{name}>"
    if not own and path.parts[:2] == ("local_backend", "kernels") and not STANDARD.match(name):
        return f"kernels include only the standard library, not <{name}>"
    if not own and name.startswith("toml++") and not path.name.startswith("config"):
        return "only router/config*.cc reads TOML"
    if not own and name == "nlohmann/json.hpp" and path.suffix == ".h" and room != "tests":
        return "headers include nlohmann/json_fwd.hpp"
    return None


def findings_in(path, text):
    source = path.suffix in (".h", ".cc")
    for number, own, name in includes_of(text) if source else ():
        finding = include_finding(path, own, name)
        if finding:
            yield number, finding
    lines = text.splitlines()
    if source and len(lines) > MAX_LINES and not LONG_OK.search(path.name):
        yield len(lines), f"longer than {MAX_LINES} lines: look for the missing idea"
    for number, line in enumerate(lines, 1):
        if source and len(line) > MAX_COLUMNS and "http" not in line and not LONG_OK.search(path.name):
            yield number, f"longer than {MAX_COLUMNS} columns"
        if path.suffix in (".h", ".cc", ".py", ".sh", ".mjs") and MARKERS.search(line):
            yield number, "a leftover marker"
        if path.suffix == ".cc" and awaits_in_condition(line):
            yield number, "a condition awaits: g++ 12 miscompiles it, name the result first"
        if source and BANNED_NAMES.search(line):
            yield number, "a name that says nothing (Manager, Helper, Util)"
    if source and path.suffix == ".h" and "#pragma once" not in text:
        yield 1, "no #pragma once"
    if str(path.parent) == "tests/system" and path.name.endswith("_test.py"):
        name = path.name.removesuffix("_test.py")
        if f"weir_system_test({name} " not in (ROOT / path.parent / "CMakeLists.txt").read_text():
            yield 1, "a test that tests/system/CMakeLists.txt does not know"


def main():
    count = 0
    for path in tracked_files():
        if path.suffix not in (".h", ".cc", ".py", ".sh", ".mjs"):
            continue
        text = (ROOT / path).read_text(errors="replace")
        for number, finding in findings_in(path, text):
            print(f"{path}:{number}: {finding}")
            count += 1
    print(f"tidy: {count} findings" if count else "tidy: clean")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
