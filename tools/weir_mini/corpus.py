"""The texts from which the tokenizer learns its merges: tasks of all skills, and every word of ours."""

import random

from . import chat
from .dataset import MAKERS
from .words import FOLDER, read

TASKS_A_SKILL = 3000
WORD_REPEATS = 25  # so that a word that we thought of early becomes one token


def texts(seed):
    rng = random.Random(f"tokenizer:{seed}")
    for make in MAKERS.values():
        for _ in range(TASKS_A_SKILL):
            yield "".join(chat.prompt_and_answer(make(rng)))
    for path in sorted(FOLDER.glob("*.txt")):
        for section in read(path.stem, by_line=True).values():
            for line in section:
                for _ in range(WORD_REPEATS):
                    yield " " + line
