"""Composes requests of one to three steps: what to do with {x}, wrapped in a wish, around data or with the data inside.

A step is (imperatives, others, slots): imperatives begin with a verb and may name their object {x}; others stand alone.
"""

import re

from ...framing import CLOSERS, OPENERS, placed, with_system
from ...phrasing import careless, choose, fill
from ...task import system, user
from ...wishes import QUESTIONS, WISHES

SLOT = re.compile(r"\{(\w+)\}")
LINKS = [" and ", " and ", " and then ", ", then ", ", then ", ", and ", "; then ", " & ", ", after that ", ". Then ", ". After that, ", " and finally ", "\nthen ", " + "]
LATER = ["it", "it", "them", "the result", "the list", "what is left", "that"]
LATER_TEXT = ["it", "it", "the result", "the text", "that"]
LAYOUTS = [
    "{bare}: {data}", "{bare}: {data}", "{bare}: {data}", "{bare}:\n{data}", "{bare}:\n{data}", "{bare}:\n\n{data}", "{ask}\n\n{data}", "{ask}\n\n{data}",
    "{ask}\n{data}", "{ask}\n{data}", "{data}\n\n{ask}", "{data}\n\n{ask}", "{data}\n{ask}", "{data}\n\n{bare}", "{bare}\n{data}", "{bare}\n\n{data}",
    "{ask}\n```\n{data}\n```", "```\n{data}\n```\n{ask}", "{bare}:\n```\n{data}\n```", "{ask}\n---\n{data}", "{data}\n---\n{ask}", "{bare}:\n---\n{data}\n---",
    "{data}\n^ {bare}", "{ask}\n\n{head}:\n{data}", "{ask}\n{head}: {data}", "{head}: {data}\n{ask}", "{head}:\n{data}\n\n{ask}", "{here} {data}\n{ask}",
    "{here}\n{data}\n{ask}", "{here}\n\n{data}\n\n{ask}", "{bare} ({head} below)\n\n{data}", "{ask} {here}\n{data}", '{bare}:\n"""\n{data}\n"""',
    "Hi,\n\n{ask}\n\n{data}\n\n{thanks}", "Hello,\n{ask}\n{data}\n{thanks}", "{ask}\n\n{data}\n\n{thanks}", "{here}\n\n{data}\n\n{ask} {thanks}",
    "## {bare}\n\n{data}", "**{bare}**\n\n{data}", "{bare}:\n\n{data}\n\n{thanks}", "{head} = {data}\n{ask}", "{head}:\n{data}\n\n{head2}: {ask}",
]  # fmt: skip
SHORT = [
    "{bare}: {data}", "{bare}: {data}", "{bare}: {data}", "{bare}: {data}.", "{bare}: {data}.", "{ask} {data}", "{bare} {data}", "{data} - {bare}", "{data} -> {bare}", "{data} ({bare})",
        "{data} | {bare}",
    "{bare} -> {data}", "{bare} - {data}", "{bare} >> {data}", "{data}. {ask}", "{here} {data}. {ask}", "{head}: {data}. {ask}", "{bare}, {head}: {data}",
    "{data} => {bare}", "{data} // {bare}", "{bare}. {data}.", "{bare} ... {data}", "{bare} for me: {data}", "{data} {bare}",
]  # fmt: skip
NEEDS_QUOTES = frozenset(SHORT[3:])
MARKS = ['"{}"', '"{}"', "'{}'", "`{}`", "“{}”", "«{}»"]
HERE = [
    "Here is my data:", "I have this:", "Here you go:", "Look:", "Given", "I've got", "Take this:", "This is what I have:", "Here it is:", "I have the following:",
    "We have", "There is", "Below:", "this is it:", "Start with", "Consider", "Copied from a mail:", "From my notes:",
]  # fmt: skip
HEADS = ["Data", "Input", "data", "input", "Here", "in", "Given", "Original", "Source", "Text"]
TASKS = ["Task", "Wanted", "Do", "Job", "To do", "Output", "What I need", "Goal"]
THANKS = ["Thanks!", "thanks", "Thank you.", "Only the result please.", "Just the result.", "No comments.", "ty", "Cheers"]


def wish(rng, ask):
    """An imperative in lower case as people say it: mostly as it is."""
    draw = rng.random()
    if draw < 0.6:
        return ask[0].upper() + ask[1:] if rng.random() < 0.7 else ask
    one_sentence = not any(sign in ask for sign in (". ", "\n", ": "))
    pattern = choose(rng, rng.choice(QUESTIONS if draw < 0.75 and one_sentence else WISHES))
    return pattern.replace("{k}", str(rng.randrange(1, 6))).replace("{}", ask)


def numbered_slots(pattern, at):
    return SLOT.sub(lambda match: "{" + match.group(1) + str(at) + "}", pattern)


def composed(rng, steps, x, later=LATER):
    """The steps as one instruction with slots, and the values of the slots."""
    values, said = {}, []
    for at, (imperatives, others, slots) in enumerate(steps):
        alone = len(steps) == 1 and others and rng.random() < 0.3
        pattern = choose(rng, rng.choice(others if alone else imperatives)).replace("{x}", x if at == 0 else rng.choice(later))
        said.append(numbered_slots(" ".join(pattern.split()), at))
        values.update({f"{name}{at}": value for name, value in slots.items()})
        if alone:
            return said[0], values
    ask = said[0]
    for more in said[1:]:
        link = rng.choice(LINKS)
        ask += link + more
    if len(said) == 2 and rng.random() < 0.1:
        ask = f"{rng.choice(['first ', 'first, '])}{said[0]}{rng.choice([', then ', '. Then ', ', and then ', '; second, '])}{said[1]}"
    elif len(said) > 1 and rng.random() < 0.06:
        return "\n".join(f"{i}. {one[0].upper() + one[1:]}" for i, one in enumerate(said, 1)), values
    ask = wish(rng, ask)
    return ask + ("" if ask.endswith((".", "?", "!")) else rng.choice(["", "."])), values


def asked(rng, steps, data, nouns, held=("{data}",), heads=HEADS, later=LATER, quotes=False):
    """The messages. nouns name the data where it stands apart, held name it where it stands inside the instruction."""
    short = "\n" not in data and len(data) < 120
    holds = [step for step in steps[:1] if short and any("{x}" in pattern for pattern in step[0])]
    if holds and rng.random() < 0.3:
        imperatives, _, slots = steps[0]
        first = ([pattern for pattern in imperatives if "{x}" in pattern], None, slots)
        ask, values = composed(rng, [first, *steps[1:]], "<x>", later)
        pattern = careless(rng, ask.replace("<x>", rng.choice(held).replace("{data}", "{data0}")))
        return with_system(rng, fill(pattern, {**values, "data0": data}))
    ask, values = composed(rng, steps, choose(rng, rng.choice(nouns)), later)
    ask = dressed(rng, ask)
    ask = fill(careless(rng, ask), values)
    draw = rng.random()
    if draw < 0.05:
        return [system(ask), user(data)]
    if draw < 0.2:
        return with_system(rng, placed(rng, ask, data))
    return with_system(rng, laid_out(rng, ask, data, short, heads, quotes))


def dressed(rng, ask):
    draw = rng.random()
    if draw < 0.12:
        return rng.choice(OPENERS) + (ask if ask[:2].isupper() else ask[0].lower() + ask[1:])
    if draw < 0.22:
        return ask + ("" if ask.endswith((".", "?", "!", ":")) else ".") + rng.choice(CLOSERS)
    return ask


def laid_out(rng, ask, data, short, heads=HEADS, quotes=False):
    """quotes: data in the middle of a line needs marks to tell where it ends."""
    layout = rng.choice(SHORT) if short and rng.random() < 0.6 else rng.choice(LAYOUTS)
    if quotes and layout in NEEDS_QUOTES:
        data = rng.choice(MARKS).format(data)
    parts = {"ask": ask, "bare": ask.rstrip(".:!? "), "data": data, "head": rng.choice(heads), "head2": rng.choice(TASKS), "here": rng.choice(HERE), "thanks": rng.choice(THANKS)}
    return fill(layout, parts)
