#!/usr/bin/env python3
"""Answers evaluation tasks greedily with torch and prints the share that is right, per skill.

python -m weir_mini.evaluate --run DIR FILE.jsonl ... [--show 5]
"""

import argparse
import collections
import json
import pathlib

import torch

from . import chat, scoring, vocabulary
from .export import load_run
from .model import KvCache

MOST_TOKENS = 220


@torch.no_grad()
def answer(model, tokenizer, messages, tools=None):
    tokens = vocabulary.encode(tokenizer, chat.render(messages, tools))
    end = tokenizer.token_to_id(chat.END_OF_TURN)
    cache, fed, out = KvCache(), torch.tensor([tokens[: model.config.context - MOST_TOKENS]]), []
    for _ in range(MOST_TOKENS):
        token = model(fed, cache)[0, -1].argmax().item()
        if token == end:
            break
        out.append(token)
        fed = torch.tensor([[token]])
    return tokenizer.decode(out, skip_special_tokens=False)


def tasks_of(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def evaluate(model, tokenizer, path, show):
    right, count, shown = collections.Counter(), collections.Counter(), collections.Counter()
    parsed, json_count = 0, 0
    for task in tasks_of(path):
        said = answer(model, tokenizer, task["messages"], task.get("tools"))
        good = scoring.is_right(said, task["expect"])
        parsable = scoring.is_parsable(said, task["expect"])
        json_count += parsable is not None
        parsed += bool(parsable)
        count[task["skill"]] += 1
        right[task["skill"]] += good
        if not good and shown[task["skill"]] < show:
            shown[task["skill"]] += 1
            print(
                f"-- {task['skill']}: {task['messages'][-1]['content']!r}\n   said {said!r}\n   want {task['expect']}"
            )
    print(f"{path.name}")
    for skill in count:
        print(
            f"  {skill:<11} {right[skill]:>4} of {count[skill]:<4} {100 * right[skill] / count[skill]:5.1f} %"
        )
    total = sum(count.values())
    print(
        f"  {'all':<11} {sum(right.values()):>4} of {total:<4} {100 * sum(right.values()) / total:5.1f} %; JSON parses {parsed} of {json_count}"
    )


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--run", type=pathlib.Path, required=True)
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print N wrong answers a skill")
    parser.add_argument("files", type=pathlib.Path, nargs="+")
    options = parser.parse_args()
    torch.set_num_threads(1)
    model, tokenizer, kept = load_run(options.run)
    print(f"step {kept['step']}, {kept['tokens']} tokens")
    for path in options.files:
        evaluate(model, tokenizer, path, options.show)


if __name__ == "__main__":
    main()
