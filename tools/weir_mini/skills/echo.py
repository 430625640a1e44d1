"""Copying, the ability that every other skill stands on. Trained much at first; no skill of its own."""

from .. import values
from ..phrasing import say
from ..task import Task, compact, user

MAKERS = [
    values.full_name,
    values.code,
    values.email,
    values.phone,
    values.city,
    values.product,
    values.path,
    values.identifier,
    values.money,
    values.spoken_date,
    values.made_word,
    values.odd_word,
    lambda r: " ".join(values.any_word(r) for _ in range(r.randrange(2, 9))),
    values.company,
    values.url,
]
REPEAT = [
    "[Repeat|Copy|Echo|Say|Write] [this|the text|exactly this|the following|it]:",
    "[Repeat|Say] after me:",
    "[Return|Print|Output] [this|the text] [unchanged|as it is|verbatim]:",
]


def line(rng):
    return rng.choice([" ", ", ", "\n", "; "]).join(
        str(rng.choice(MAKERS)(rng)) for _ in range(rng.randrange(1, 6))
    )


def lookup(rng):
    """The value of one key among several."""
    keys = list(
        dict.fromkeys(
            rng.choice([values.made_word(rng, 2), values.pick(rng, "code_thing"), values.first_name(rng)])
            for _ in range(rng.randrange(2, 7))
        )
    )
    pairs = {key: str(rng.choice(MAKERS)(rng)) for key in keys}
    key = rng.choice(keys)
    sign, joint = rng.choice([": ", " = ", " -> ", " is "]), rng.choice(["\n", "; ", ", "])
    text = compact(pairs) if rng.random() < 0.3 else joint.join(f"{k}{sign}{v}" for k, v in pairs.items())
    ask = say(
        rng,
        ["[What is|Give me|Look up|Find] {key}?", "{key}?", "[Value|The value] [of|for] {key}[?|.|]"],
        key=key,
    )
    return Task(
        "echo", [user(rng.choice([f"{text}\n\n{ask}", f"{ask}\n{text}", f"{ask} {text}"]))], pairs[key]
    )


def make(rng):
    if rng.random() < 0.5:
        return lookup(rng)
    text = line(rng)
    return Task("echo", [user(say(rng, REPEAT) + rng.choice([" ", "\n", "\n\n"]) + text)], text)
