"""Numbers in other notations: words, Roman numerals, separators, rounding, percentages, bases."""

from fractions import Fraction

from ... import values
from ...framing import inline
from ...task import Task
from ..shared.number_forms import ORDINAL_WORDS, in_words, plain_decimal, roman, with_and
from . import number_phrases as ask

DENOMINATORS = [2, 2, 4, 4, 5, 5, 8, 10, 10, 20, 25]
PLACES = [
    ["the nearest integer", "the nearest whole number", "an integer", "a whole number", "0 decimals"],
    ["1 decimal", "1 decimal place", "one decimal", "one decimal place", "tenths"],
    ["2 decimals", "2 decimal places", "two decimals", "two decimal places", "cents"],
]
SHORT = [("k", "thousand", 1000), ("M", "million", 10**6), ("bn", "billion", 10**9)]


def task(rng, patterns, answer, **slots):
    return Task("convert", inline(rng, patterns, **slots), answer)


def any_number(rng):
    return rng.randrange(rng.choice([21, 100, 100, 100, 1000, 1000, 10000]))


def words(rng):
    number = any_number(rng)
    made = task(rng, ask.TO_WORDS, in_words(number), n=number)
    made.alternatives = [with_and(made.answer)] if " hundred " in made.answer else []
    return made


def digits(rng):
    number = any_number(rng)
    spoken = in_words(number)
    spoken = rng.choice([spoken, spoken, with_and(spoken), spoken.replace("-", " "), spoken.capitalize()])
    return task(rng, ask.TO_DIGITS, str(number), w=spoken)


def ordinals(rng):
    number = rng.choice([rng.randrange(1, 21), rng.randrange(1, 121)])
    if number <= 20 and rng.random() < 0.4:
        return task(rng, ask.TO_ORDINAL_WORD, ORDINAL_WORDS[number - 1], n=number)
    return task(rng, ask.TO_ORDINAL, values.ordinal(number), n=number)


def to_roman(rng):
    number = rng.choice([rng.randrange(1, 21), rng.randrange(1, 51), rng.randrange(1, 101)])
    return task(rng, ask.TO_ROMAN, roman(number), n=number)


def from_roman(rng):
    number = rng.choice([rng.randrange(1, 21), rng.randrange(1, 51), rng.randrange(1, 101)])
    return task(rng, ask.FROM_ROMAN, str(number), r=roman(number))


def large(rng):
    return rng.randrange(1000, 10 ** rng.randrange(4, 8))


def cents(rng):
    return rng.choice(["", "", f".{rng.randrange(1, 10)}", f".{values.digits(rng, 2)}"])


def separated(rng):
    number = large(rng)
    return task(rng, ask.SEPARATE, f"{number:,}", n=number)


def joined(rng):
    number, tail = large(rng), cents(rng)
    return task(rng, ask.JOIN, f"{number}{tail}", n=f"{number:,}{tail}")


def continental(text):
    return text.translate(str.maketrans(",.", ".,"))


def locale(rng):
    """1,234.5 and 1.234,5"""
    number = rng.choice([rng.randrange(1, 1000), large(rng), large(rng)])
    english = f"{number:,}.{values.digits(rng, rng.choice([1, 2, 2]))}"
    if rng.random() < 0.5:
        return task(rng, ask.TO_GERMAN, continental(english), n=english)
    return task(rng, ask.TO_ENGLISH, english, n=continental(english))


def rounded(rng):
    """Half rounds up: the digits are shifted as integers, without floats."""
    places = rng.choice([0, 0, 1, 1, 2])
    length = places + rng.choice([1, 1, 2])
    whole, fraction = rng.choice([rng.randrange(10), rng.randrange(100), rng.randrange(1000)]), values.digits(rng, length)
    scale = 10 ** (length - places)
    shown = str((int(f"{whole}{fraction}") + scale // 2) // scale).zfill(places + 1)
    answer = shown if places == 0 else f"{shown[:-places]}.{shown[-places:]}"
    return task(rng, ask.ROUND, answer, v=f"{whole}.{fraction}", word=rng.choice(PLACES[places]))


def rounded_whole(rng):
    scale, name = rng.choice([(10, "ten"), (10, "10"), (100, "hundred"), (100, "100")])
    number = rng.randrange(scale, scale * rng.choice([10, 100]))
    answer = (number + scale // 2) // scale * scale
    return task(rng, ask.ROUND, str(answer), v=number, word=f"the nearest {name}")


def percent(rng):
    value = rng.choice([rng.randrange(1, 100), rng.randrange(1, 20) * 5, rng.randrange(100, 200)])
    if rng.random() < 0.5:
        return task(rng, ask.PERCENT_TO_DECIMAL, plain_decimal(Fraction(value, 100)), p=value)
    return task(rng, ask.DECIMAL_TO_PERCENT, f"{value}%", d=plain_decimal(Fraction(value, 100)))


def fraction(rng):
    below = rng.choice(DENOMINATORS)
    above = rng.randrange(1, below)
    text = f"{above}/{below}"
    if rng.random() < 0.5:
        return task(rng, ask.FRACTION_TO_DECIMAL, plain_decimal(Fraction(above, below)), f=text)
    return task(rng, ask.FRACTION_TO_PERCENT, plain_decimal(Fraction(above * 100, below)) + "%", f=text)


def base(rng):
    number = rng.choice([rng.randrange(16), rng.randrange(33), rng.randrange(256)])
    kind = rng.randrange(4)
    if kind == 0:
        return task(rng, ask.TO_HEX, f"{number:X}", n=number)
    if kind == 1:
        text = rng.choice([f"0x{number:x}", f"0x{number:X}", f"{number:X}"])
        return task(rng, ask.FROM_HEX, str(number), h=text)
    number %= 32
    if kind == 2:
        return task(rng, ask.TO_BINARY, f"{number:b}", n=number)
    return task(rng, ask.FROM_BINARY, str(number), b=f"{number:b}")


def unfolded(rng):
    """2.5k, 3 million"""
    sign, name, factor = rng.choice(SHORT[:2] if rng.random() < 0.9 else SHORT)
    amount = Fraction(rng.choice([rng.randrange(1, 100) * 10, rng.randrange(11, 100)]), 10)
    shown = plain_decimal(amount)
    text = rng.choice([f"{shown}{sign}", f"{shown} {name}", f"{shown} {name}"])
    return task(rng, ask.UNFOLD, str(int(amount * factor)), t=text)


def padded(rng):
    number, width = rng.randrange(1, 1000), rng.randrange(3, 7)
    return task(rng, ask.PAD, str(number).zfill(width), n=number, w=width)


KINDS = [
    (words, 2), (digits, 2), (ordinals, 0.7), (to_roman, 1.2), (from_roman, 1.2), (separated, 1.5), (joined, 1.2),
    (locale, 1), (rounded, 2), (rounded_whole, 0.7), (percent, 1.2), (fraction, 0.8), (base, 1.2), (unfolded, 0.7),
    (padded, 0.5),
]  # fmt: skip


def make(rng):
    return rng.choices([kind for kind, _ in KINDS], [weight for _, weight in KINDS])[0](rng)
