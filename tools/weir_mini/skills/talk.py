"""(h) Small talk and questions about weir, answered in the words of its documentation."""

from ..phrasing import say
from ..task import Task, system, user
from ..words import read

SYSTEMS = [
    "You are a helpful assistant.",
    "You are weir-mini.",
    "You are a friendly assistant.",
    "Answer briefly.",
    "Be helpful and short.",
]
PREFIXES = [
    "",
    "",
    "",
    "",
    "",
    "[Quick question|A question|One question]: ",
    "[Please tell me|Tell me|Say]: ",
    "[Hi|Hello|Hey][,|!] ",
    "[So|And|OK], ",
    "[I want to know|I wonder|Do you know]: ",
    "[About weir:|weir question:] ",
]
SUFFIXES = ["", "", "", "", "", " [please|thanks|by the way]"]
GROUPS = {
    name: ([l[2:] for l in lines if l.startswith("? ")], [l[2:] for l in lines if l.startswith("= ")])
    for name, lines in read("talk", by_line=True).items()
}
SOCIAL = list(GROUPS)[: list(GROUPS).index("weir")]


def exchange(rng, name):
    questions, answers = GROUPS[name]
    prefix = "" if name in SOCIAL else rng.choice(PREFIXES)
    suffix = "" if name in SOCIAL else rng.choice(SUFFIXES)
    return say(rng, prefix + rng.choice(questions) + suffix), answers[0]


def make(rng):
    name = rng.choice(SOCIAL) if rng.random() < 0.35 else rng.choice(list(GROUPS))
    question, answer = exchange(rng, name)
    messages = [user(question)]
    if rng.random() < 0.2:
        messages.insert(0, system(rng.choice(SYSTEMS)))
    return Task("talk", messages, answer)
