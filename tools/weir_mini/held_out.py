"""Keeps the examination's questions out of training: a task that asks one of them in the same words is drawn anew."""

import json
import pathlib
import re

EXAMINATION = pathlib.Path(__file__).resolve().parent / "eval/unseen_templates.jsonl"
OTHER_SIGNS = re.compile(r"[^a-z0-9+*/=×÷-]+")


def plain(messages):
    """The last message without what does not change its meaning: case, spaces, most punctuation."""
    return OTHER_SIGNS.sub(" ", messages[-1]["content"].lower()).strip()


def _questions():
    lines = EXAMINATION.read_text(encoding="utf-8").splitlines()
    return frozenset(plain(json.loads(line)["messages"]) for line in lines)


QUESTIONS = _questions()
LONGEST = 2 * max(map(len, QUESTIONS))  # characters; what is longer is not looked at


def is_held_out(task):
    return len(task.messages[-1]["content"]) <= LONGEST and plain(task.messages) in QUESTIONS
