#!/usr/bin/env python3
"""Compares weir's engine with torch on evaluation tasks: the tokens of the prompt and the greedy answer.

    python -m weir_mini.compare_engine --run DIR --weir build/test/weir FILE.jsonl [--sample 5]

Uses an F32 export, so that the arithmetic is the same up to rounding. Tasks with tools or several
turns are left out: `weir generate` takes a system text and a prompt.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import torch

from . import vocabulary
from .evaluate import MOST_TOKENS, greedy_answer, tasks_of
from .export import gguf_bytes, load_run


def is_plain(task):
    return "tools" not in task and [m["role"] for m in task["messages"]] in (["user"], ["system", "user"])


def engine_tokens(weir, model, text):
    said = subprocess.run(
        [weir, "tokenize", "-m", model, "--json", "-"], input=text, capture_output=True, text=True, check=True
    )
    return json.loads(said.stdout)["tokens"]


def engine_answer(weir, model, messages):
    command = [
        weir,
        "generate",
        "-m",
        model,
        "--json",
        "--temperature",
        "0",
        "--max-tokens",
        str(MOST_TOKENS),
    ]
    if messages[0]["role"] == "system":
        command += ["--system", messages[0]["content"]]
    said = subprocess.run(
        [*command, "-"], input=messages[-1]["content"], capture_output=True, text=True, check=True
    )
    return json.loads(said.stdout)["text"]


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--run", type=pathlib.Path, required=True)
    parser.add_argument("--weir", required=True)
    parser.add_argument("--sample", type=int, metavar="N", help="only the first N tasks of a skill")
    parser.add_argument("file", type=pathlib.Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    model, tokenizer, kept = load_run(options.run)
    tasks = [task for task in tasks_of(options.file, options.sample) if is_plain(task)]
    other_tokens = other_answers = 0
    with tempfile.NamedTemporaryFile(suffix=".gguf") as file:
        file.write(gguf_bytes(model, tokenizer, kept, quantize=False))
        file.flush()
        for task in tasks:
            text = task["messages"][-1]["content"]
            other_tokens += engine_tokens(options.weir, file.name, text) != vocabulary.encode(tokenizer, text)
            ours, theirs = (
                greedy_answer(model, tokenizer, task["messages"]),
                engine_answer(options.weir, file.name, task["messages"]),
            )
            if ours != theirs:
                other_answers += 1
                print(f"-- {text!r}\n   torch {ours!r}\n   weir  {theirs!r}")
    print(f"{len(tasks)} tasks: {other_tokens} with other tokens, {other_answers} with another answer")
    return 1 if other_tokens or other_answers else 0


if __name__ == "__main__":
    sys.exit(main())
