"""(f) Simple arithmetic and units."""

from ...framing import CLOSERS, OPENERS, with_system
from ...task import Task
from . import calendar_sums, operations, plainly, sums, units, word_problems

KINDS = {
    operations.plain: 8, operations.chain: 1, operations.percentage: 1.6, operations.extreme: 1.2, operations.money: 0.8, operations.average: 0.6, operations.add_up: 0.7,
    sums.any_sum: 8, units.any_conversion: 8, word_problems.any_problem: 7.5,
    calendar_sums.any_of_these: 2, plainly.any_of_these: 15,
}  # fmt: skip
MAKERS, WEIGHTS = list(KINDS), list(KINDS.values())


def greeted(rng, question):
    """The question, sometimes after a word of greeting, sometimes with a word on how to answer."""
    if rng.random() < 0.15:
        question = rng.choice(OPENERS) + question
    if rng.random() < 0.15:
        question += ("" if question[-1] in ".?!:=" else ".") + rng.choice(CLOSERS)
    return question


def make(rng):
    question, answer = rng.choices(MAKERS, WEIGHTS)[0](rng)
    return Task("arithmetic", with_system(rng, greeted(rng, question)), answer)
