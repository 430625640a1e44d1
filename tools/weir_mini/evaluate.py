#!/usr/bin/env python3
"""Answers evaluation tasks greedily with torch and prints the share that is right, per skill.

python -m weir_mini.evaluate --run DIR FILE.jsonl ... [--show 5] [--sample 30]
"""

import argparse
import collections
import json
import pathlib
from dataclasses import dataclass

import torch

from . import chat, scoring, vocabulary
from .export import load_run
from .model import KvCache
from .task import Task, compact

MOST_TOKENS = 220
BATCH_TOKENS = 8192


@dataclass
class Judgement:
    task: dict
    answer: str
    right: bool
    parses: bool | None  # None: no JSON was asked for


@torch.no_grad()
def greedy_answer(model, tokenizer, messages, tools=None):
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


def expected_answer(expect):
    """The bytes that the generators would have written."""
    if "tool" in expect:
        return Task("", [], call=expect["tool"])
    if "json" in expect:
        return Task("", [], compact(expect["json"]))
    return Task("", [], expect["text"] if isinstance(expect["text"], str) else expect["text"][0])


def encoded(tokenizer, task):
    expected = expected_answer(task["expect"])
    prompt, answer = chat.prompt_and_answer(
        Task("", task["messages"], expected.answer, expected.call, task.get("tools"))
    )
    return vocabulary.encode(tokenizer, prompt), vocabulary.encode(tokenizer, answer), answer


@torch.no_grad()
def says_expected(model, tokenizer, tasks):
    """Which tasks are answered by exactly the expected bytes: one forward pass tells, since greedy
    choices equal the expected tokens as long as they have done so before."""
    rows = [encoded(tokenizer, task) for task in tasks]
    order = sorted(range(len(rows)), key=lambda i: len(rows[i][0]) + len(rows[i][1]))
    said, start = {}, 0
    while start < len(order):
        end, width = start, 0
        while end < len(order):
            width = sum(map(len, rows[order[end]][:2]))
            if end > start and (end + 1 - start) * width > BATCH_TOKENS:
                break
            end += 1
        chosen = order[start:end]
        width = max(sum(map(len, rows[i][:2])) for i in chosen)
        tokens = torch.zeros(len(chosen), width, dtype=torch.long)
        for row, i in enumerate(chosen):
            both = rows[i][0] + rows[i][1]
            tokens[row, : len(both)] = torch.tensor(both)
        best = model(tokens).argmax(dim=-1)
        for row, i in enumerate(chosen):
            prompt, answer, text = rows[i]
            found = best[row, len(prompt) - 1 : len(prompt) + len(answer) - 1].tolist()
            said[i] = text.removesuffix(chat.END_OF_TURN) if found == answer else None
        start = end
    return [said[i] for i in range(len(tasks))]


def judge(model, tokenizer, tasks):
    for task, expected in zip(tasks, says_expected(model, tokenizer, tasks)):
        said = expected
        if said is None:
            said = greedy_answer(model, tokenizer, task["messages"], task.get("tools"))
        yield Judgement(
            task, said, scoring.is_right(said, task["expect"]), scoring.is_parsable(said, task["expect"])
        )


def tasks_of(path, sample):
    """The tasks of a file, or the first so many of each skill."""
    taken, tasks = collections.Counter(), []
    for line in path.read_text(encoding="utf-8").splitlines():
        task = json.loads(line)
        taken[task["skill"]] += 1
        if sample is None or taken[task["skill"]] <= sample:
            tasks.append(task)
    return tasks


def report(name, judgements, show):
    right, count = collections.Counter(), collections.Counter()
    for judgement in judgements:
        skill = judgement.task["skill"]
        count[skill] += 1
        right[skill] += judgement.right
        if not judgement.right and count[skill] - right[skill] <= show:
            asked, wanted = judgement.task["messages"][-1]["content"], judgement.task["expect"]
            print(f"-- {skill}: {asked!r}\n   said {judgement.answer!r}\n   want {wanted}")
    parses = [j.parses for j in judgements if j.parses is not None]
    print(name)
    for skill in count:
        print(
            f"  {skill:<11} {right[skill]:>4} of {count[skill]:<4} {100 * right[skill] / count[skill]:5.1f} %"
        )
    total, good = sum(count.values()), sum(right.values())
    print(
        f"  {'all':<11} {good:>4} of {total:<4} {100 * good / total:5.1f} %; JSON parses {sum(parses)} of {len(parses)}"
    )


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--run", type=pathlib.Path, required=True)
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print N wrong answers a skill")
    parser.add_argument("--sample", type=int, metavar="N", help="only the first N tasks of a skill")
    parser.add_argument("files", type=pathlib.Path, nargs="+")
    options = parser.parse_args()
    torch.set_num_threads(1)
    model, tokenizer, kept = load_run(options.run)
    print(f"step {kept['step']}, {kept['tokens']} tokens")
    for path in options.files:
        report(path.name, list(judge(model, tokenizer, tasks_of(path, options.sample))), options.show)


if __name__ == "__main__":
    main()
