"""(g) Writes short texts from what is given: commit messages, replies, notes, filled templates, sentences put another way."""

from . import absence_notes, commits, forms, pattern_fills, replies, rewrites, short_replies

KINDS = [(commits, 5), (forms, 4.2), (pattern_fills, 0.9), (replies, 4), (short_replies, 3.4), (absence_notes, 0.5), (rewrites, 2.5)]
MAKERS, WEIGHTS = [kind.make for kind, _ in KINDS], [weight for _, weight in KINDS]


def make(rng):
    return rng.choices(MAKERS, WEIGHTS)[0](rng)
