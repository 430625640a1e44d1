#!/usr/bin/env python3
"""Renders the templates of a folder with Python's jinja2, for `weir selftest templates`.

usage: make_template_goldens.py DIR      reads DIR/jinja/*, writes DIR/golden.json

The environment is the one of Hugging Face's transformers: immutable sandbox,
trim_blocks, lstrip_blocks, loop controls, its tojson; the clock stands still.
Needs jinja2 3.1. Cases are read from DIR/cases.json.
"""
import datetime
import json
import pathlib
import sys

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

NOW = "2025-07-04T13:05:09"


def tojson(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators,
                      sort_keys=sort_keys)


def raise_exception(message):
    raise jinja2.exceptions.TemplateError(message)


def environment():
    env = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True,
                                        extensions=["jinja2.ext.loopcontrols"])
    env.filters["tojson"] = tojson
    env.filters["from_json"] = json.loads
    env.globals["raise_exception"] = raise_exception
    now = datetime.datetime.fromisoformat(NOW)
    env.globals["strftime_now"] = now.strftime
    return env


def render(source, variables):
    try:
        return {"out": environment().from_string(source).render(**variables)}
    except Exception as error:  # the kind of error is what is compared
        return {"error": f"{type(error).__name__}: {error}"}


def main():
    folder = pathlib.Path(sys.argv[1])
    cases = json.loads((folder / "cases.json").read_text())
    tokens = {"bos_token": "<s>", "eos_token": "</s>"}
    templates = {
        path.name: {name: render(path.read_bytes().decode(), {**tokens, **variables})
                    for name, variables in cases.items()}
        for path in sorted((folder / "jinja").iterdir())}
    golden = {"oracle": f"jinja2 {jinja2.__version__}", "now": NOW, **tokens, "cases": cases,
              "templates": templates}
    text = json.dumps(golden, ensure_ascii=False, indent=1)
    (folder / "golden.json").write_text(text + "\n")


main()
