"""(b) Extract fields into JSON by given names or a schema; single values as plain text.

The key is the user's own word in lower case, with "_" for a space or a hyphen, "email" for "e-mail" and without
a leading "the"; names in quotes, in a schema or in an example are kept as they are. What is one by its nature
becomes a number or an array; an amount with its currency, an id, a measure stay texts.
"""

from . import entities, formats, groups, many, plainly, turns
from .fields import arranged, as_json, nested, single
from .lists import all_of_kind, items, people


def make(rng):
    if rng.random() < 0.28:
        return plainly.make(rng)
    draw = rng.random()
    if draw < 0.5:
        return as_json(rng)
    if draw < 0.53:
        return nested(rng)
    if draw < 0.7:
        return single(rng)
    if draw < 0.82:
        return formats.make(rng, arranged)
    if draw < 0.845:
        return turns.make(rng, arranged)
    if draw < 0.865:
        return entities.make(rng, arranged)
    if draw < 0.89:
        return groups.make(rng, arranged)
    if draw < 0.95:
        return many.make(rng, arranged)
    return all_of_kind(rng) if draw < 0.97 else rng.choice([people, items])(rng)
