#!/usr/bin/env python3
"""Writes the evaluation set of unseen values: the generators with a seed that training never uses.

python -m weir_mini.unseen_values [--count 60] > eval/unseen_values.jsonl
"""

import argparse
import random

from .skills import SKILLS

SEED = "unseen values"


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=60, help="tasks a skill")
    options = parser.parse_args()
    for skill, make in SKILLS.items():
        rng = random.Random(f"{SEED}:{skill}")
        for _ in range(options.count):
            print(make(rng).as_eval_line())


if __name__ == "__main__":
    main()
