"""Numbers in other notations: words, Roman numerals, separators, rounding, percentages."""

from .. import values
from ..phrasing import say

UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
ROMAN = [
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
    (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
]  # fmt: skip

TO_WORDS = [
    "[Write|Spell|Give me|Convert|Put] {n} [in words|as words|as text|out in words][.|]",
    "[the number |]{n} in words[, please|][.|]",
    "[Spell out|How do you write|How do you spell] {n}[ in words|]?",
    "[Spell|Write out] the number {n}[.|]",
]
TO_DIGITS = [
    "[Write|Convert|Put] {w} [as a number|in digits|to digits|in figures][.|]",
    "{w} [as a number|in digits|in figures][, please|]",
    "[What number is|Which number is|What is] {w}[ in digits|]?",
]
TO_ROMAN = [
    "[Write|Convert|Give me] {n} [as a|to|in|as] Roman numeral[s|][.|]",
    "{n} in Roman numerals[, please|]",
    "[What is|How do I write] {n} [in|as] Roman numerals?",
    "[the |]Roman numeral [for|of] {n}[?|]",
]
FROM_ROMAN = [
    "[What number is|Which number is|Convert|Decode] the Roman numeral {r}[?|]",
    "{r} [as a number|in digits|in Arabic digits][?|]",
]
SEPARATE = [
    "[Write|Format|Show] {n} with [thousands separators|commas|commas as thousands separators][.|]",
    "[Add|Put] [thousands separators|commas] [to|into] {n}[.|]",
    "{n} with [thousands separators|commas][, please|]",
]
JOIN = [
    "[Remove|Drop] the [commas|thousands separators] [from|in|of] {n}[.|]",
    "[Write|Give me] {n} without [the |]commas[.|]",
    "{n} [as a plain number|without separators][.|]",
]
ROUND = [
    "[Round|Please round] {v} to {word}[.|]",
    "[What is|Give me] {v} rounded to {word}?",
    "{v} to {word}[, rounded|, please|]",
    "{v}, [round|rounded] to {word}",
]
PERCENT = [
    "[Write|Convert|Turn] {p}% [as a|to a|to|into a] decimal[.|]",
    "{p}% as a decimal [number|fraction]",
    "[What is|How do I write] {p} percent as a decimal?",
]


def in_words(number):
    if number < 20:
        return UNITS[number]
    if number < 100:
        tail = number % 10
        return TENS[number // 10 - 2] + (f"-{UNITS[tail]}" if tail else "")
    scale, name = (100, "hundred") if number < 1000 else (1000, "thousand")
    tail = number % scale
    return f"{in_words(number // scale)} {name}" + (f" {in_words(tail)}" if tail else "")


def roman(number):
    out = ""
    for value, sign in ROMAN:
        out, number = out + sign * (number // value), number % value
    return out


def any_number(rng):
    return rng.randrange(rng.choice([21, 100, 1000, 10000]))


def large(rng):
    return rng.randrange(1000, 10 ** rng.randrange(4, 9))


def rounded(rng):
    """Half rounds up: the digits are shifted as integers, without floats."""
    whole, fraction, places = rng.randrange(200), values.digits(rng, 4), rng.randrange(3)
    scale = 10 ** (4 - places)
    shown = str((int(f"{whole}{fraction}") + scale // 2) // scale).zfill(places + 1)
    answer = shown if places == 0 else f"{shown[:-places]}.{shown[-places:]}"
    name = ["the nearest integer", "1 decimal", "2 decimals"][places]
    if places and rng.random() < 0.4:
        name = name.replace("decimal", "decimal place")
    return say(rng, ROUND, v=f"{whole}.{fraction}", word=name), answer


def make(rng):
    """(question, answer)"""
    kind = rng.choice(["words", "digits", "roman", "from roman", "separate", "join", "round", "percent"])
    number = any_number(rng)
    if kind == "words":
        return say(rng, TO_WORDS, n=number), in_words(number)
    if kind == "digits":
        return say(rng, TO_DIGITS, w=in_words(number)), str(number)
    if kind in ("roman", "from roman"):
        number = rng.randrange(1, 200)
        if kind == "roman":
            return say(rng, TO_ROMAN, n=number), roman(number)
        return say(rng, FROM_ROMAN, r=roman(number)), str(number)
    if kind in ("separate", "join"):
        number = large(rng)
        if kind == "separate":
            return say(rng, SEPARATE, n=number), f"{number:,}"
        return say(rng, JOIN, n=f"{number:,}"), str(number)
    if kind == "round":
        return rounded(rng)
    percent = rng.randrange(1, 100)
    return say(rng, PERCENT, p=percent), f"{percent / 100:.2f}".rstrip("0")
