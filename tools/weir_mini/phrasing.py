"""Composes sentences: choices in square brackets, values in braces, human noise on top.

    say(rng, "[Please |]extract the [name|names] from: {text}", text=...)

A choice may be empty and may hold choices. Values are filled in last and never altered.
"""

import functools
import re

BRACKETS = re.compile(r"([\[\]|])")
SLOT = re.compile(r"\{(\w+)\}")
NEIGHBOURS = {
    "a": "sq",
    "b": "vn",
    "c": "xv",
    "d": "sf",
    "e": "wr",
    "f": "dg",
    "g": "fh",
    "h": "gj",
    "i": "uo",
    "j": "hk",
    "k": "jl",
    "l": "k",
    "m": "n",
    "n": "bm",
    "o": "ip",
    "p": "o",
    "q": "w",
    "r": "et",
    "s": "ad",
    "t": "ry",
    "u": "yi",
    "v": "cb",
    "w": "qe",
    "x": "zc",
    "y": "tu",
    "z": "x",
}


HERE = [
    "Here is a text:",
    "I have this:",
    "Look at this:",
    "Given:",
    "Consider this:",
    "This is what I got:",
    "Below is the text.",
    "I got this message:",
    "Somebody wrote:",
]


def choose(rng, pattern):
    """Replaces every [a|b|c] by one of its choices. A bracket without its other half is a sign."""
    out = []
    expand(rng, parsed(pattern), out)
    return "".join(out)


def expand(rng, sequence, out):
    for part in sequence:
        if isinstance(part, str):
            out.append(part)
        else:
            expand(rng, part[int(rng.random() * len(part))], out)


@functools.lru_cache(maxsize=20_000)
def parsed(pattern):
    """A sequence of texts and of tuples of choices, which are sequences again."""
    stack = [[[]]]  # of the open brackets, each with its choices so far
    for sign in BRACKETS.split(pattern):
        if sign == "[":
            stack.append([[]])
        elif sign == "|" and len(stack) > 1:
            stack[-1].append([])
        elif sign == "]" and len(stack) > 1:
            choices = tuple(stack.pop())
            stack[-1][-1].append(choices)
        elif sign:
            stack[-1][-1].append(sign)
    while len(stack) > 1:
        choices = stack.pop()
        stack[-1][-1].append("[")
        for i, sequence in enumerate(choices):
            stack[-1][-1].extend(["|"] * (i > 0) + sequence)
    return stack[0][0]


def fill(pattern, values):
    return SLOT.sub(lambda match: str(values[match.group(1)]), pattern)


def slots_of(pattern):
    return SLOT.findall(pattern)


def say(rng, patterns, **values):
    """One sentence out of one pattern or a list of them, sometimes typed carelessly."""
    pattern = patterns if isinstance(patterns, str) else rng.choice(patterns)
    text = careless(rng, choose(rng, pattern).strip())
    return fill(text, values)


def careless(rng, text):
    """How people type: mostly well, sometimes in lower case, without the last stop, with a typo."""
    if rng.random() < 0.12:
        text = lower_outside_slots(text)
    if rng.random() < 0.15 and text.endswith((".", "!", "?")):
        text = text[:-1]
    if rng.random() < 0.10:
        text = typo(rng, text)
    if rng.random() < 0.03:
        text = text.replace(" ", "  ", 1)
    return text


def lower_outside_slots(text):
    parts = re.split(r"(\{\w+\})", text)
    return "".join(part if part.startswith("{") else part.lower() for part in parts)


def typo(rng, text):
    """One slip in a word of five letters or more that is no slot."""
    words = [
        m for m in re.finditer(r"[A-Za-z]{5,}", text) if "{" not in text[max(0, m.start() - 1) : m.start()]
    ]
    if not words:
        return text
    match = rng.choice(words)
    at = rng.randrange(match.start() + 1, match.end() - 1)
    kind = rng.randrange(4)
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if kind == 2:
        return text[:at] + text[at] + text[at:]
    near = NEIGHBOURS.get(text[at].lower())
    return text[:at] + rng.choice(near) + text[at + 1 :] if near else text


def listing(rng, items, last=None):
    """Items in one of the ways in which people list them in a line or in lines."""
    style = rng.randrange(9)
    if style <= 3:
        return ", ".join(items)
    if style == 4:
        return " | ".join(items) if rng.random() < 0.5 else " / ".join(items)
    if style == 5:
        return "".join(f"\n- {item}" for item in items)
    if style == 6:
        return "[" + ", ".join(items) + "]"
    if style == 7:
        return "[" + ", ".join(f'"{item}"' for item in items) + "]"
    return ", ".join(items[:-1]) + f" {last or rng.choice(['or', 'and'])} " + items[-1]


def pair(rng, instruction, text):
    """An instruction and the text it is about, in one of the usual layouts."""
    bare = instruction.rstrip(".:!? ")
    name = rng.choice(["Text", "Input", "Message", "text", "Data", "Content"])
    quoted = rng.choice(['"{}"', '"{}"', "'{}'", "```\n{}\n```", "<text>\n{}\n</text>"])
    layouts = [
        f"{bare}: {text}",
        f"{bare}:\n{text}",
        f"{bare}:\n\n{text}",
        f"{instruction}\n\n{text}",
        f"{instruction}\n{text}",
        f"{text}\n\n{instruction}",
        f"{bare}: " + quoted.format(text),
        f"{instruction}\n" + quoted.format(text),
        f"{instruction}\n\n{name}: {text}",
        f"{instruction}\n{name}:\n{text}",
        f"{name}: {text}\n{instruction}",
        f"{quoted.format(text)} {rng.choice(['<-', '->', '--', '//', '=>'])} {instruction}",
        f"{quoted.format(text)}\n\n{instruction}",
        f"{text}\n\n^ {instruction}",
        f"{rng.choice(HERE)}\n\n{text}\n\n{instruction}",
        f"{rng.choice(HERE)} {text}\n{instruction}",
        f"{instruction} {quoted.format(text)}",
        f"{bare} - {text}",
        f"{bare} -> {text}",
        f"{text} | {instruction}",
    ]
    return rng.choice(layouts)
