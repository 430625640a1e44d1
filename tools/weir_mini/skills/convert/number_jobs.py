"""More with numbers: words up to millions and with decimals, several at once, currencies, percent, fractions, units of size, bases, signs."""

from fractions import Fraction

from ... import values
from ...task import Task
from ..shared import everyday
from ..shared.number_forms import ORDINAL_WORDS, TENS, UNITS, plain_decimal, roman, with_and
from .asking import asked

NOUNS = ["this number", "this", "the number", "the following number", "the value", "this value", "the number below"]
MANY = ["these numbers", "these", "the numbers", "all numbers", "the following numbers", "each number", "the values", "all of these", "them"]
HELD = ["{data}", "{data}", "{data}", "{data}", '"{data}"', "'{data}'", "the number {data}", "the value {data}"]
HEADS = ["Number", "number", "Input", "Value", "n", "x", "in", "Amount"]
VERBS = ["convert {x} to {t}", "convert {x} to {t}", "write {x} as {t}", "write {x} in {t}", "change {x} to {t}", "turn {x} into {t}", "give me {x} in {t}", "express {x} in {t}", "express {x} as {t}",
    "show {x} in {t}", "put {x} in {t}", "rewrite {x} in {t}", "translate {x} into {t}", "return {x} in {t}", "represent {x} in {t}", "print {x} in {t}"]
OTHERS = ["{x} in {t}", "{x} in {t}?", "in {t}", "to {t}", "{t}", "{t} please", "what is {x} in {t}?", "what's {x} in {t}?", "how do I write {x} in {t}?", "how do you write {x} in {t}?", "{x} to {t}",
    "{x} -> {t}", "{x} as {t}", "I need {x} in {t}"]


def in_words(number):
    """As numbers.in_words, to billions."""
    for scale, name in ((10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred")):
        if number >= scale:
            tail = number % scale
            return f"{in_words(number // scale)} {name}" + (f" {in_words(tail)}" if tail else "")
    if number < 20:
        return UNITS[number]
    return TENS[number // 10 - 2] + (f"-{UNITS[number % 10]}" if number % 10 else "")


def some_number(rng):
    draw = rng.random()
    if draw < 0.35:
        return rng.randrange(100)
    if draw < 0.6:
        return rng.randrange(1000)
    if draw < 0.8:
        return rng.randrange(100000)
    if draw < 0.9:
        return rng.randrange(1, 100) * 10 ** rng.randrange(1, 6)
    return rng.randrange(10**7)


def shown(rng, number):
    return rng.choice([str(number), str(number), f"{number:,}"])


def task(rng, t, data, answer, alternatives=(), imperatives=VERBS, others=OTHERS, nouns=NOUNS, held=HELD, heads=HEADS, **slots):
    made = Task("convert", asked(rng, [(imperatives, others, {"t": rng.choice(t), **slots})], str(data), nouns, held, heads), answer)
    made.alternatives = [text for text in alternatives if text != answer]
    return made


WORDS = ["words", "words", "English words", "letters", "words", "plain English", "text"]
DIGITS = ["digits", "digits", "figures", "numerals", "numbers", "a number", "digits only"]


def words(rng):
    number = some_number(rng)
    answer = in_words(number)
    extra = ["spell {x}", "spell out {x}", "write out {x}", "spell {x} out in words", "say {x} in words"]
    return task(rng, WORDS, shown(rng, number), answer, [with_and(answer)], imperatives=VERBS[:4] + VERBS[5:8] + extra * 2)


def digits(rng):
    number = some_number(rng)
    text = in_words(number)
    text = with_and(text) if rng.random() < 0.4 else text
    text = rng.choice([text, text, text, text.replace("-", " "), text.capitalize(), text.upper(), text.replace("one hundred", "a hundred") if text.startswith("one hundred") else text])
    return task(rng, DIGITS, text, str(number))


def decimals(rng):
    """three point one four"""
    number, tail = rng.randrange(100), values.digits(rng, rng.randrange(1, 4))
    text = f"{in_words(number)} point {' '.join(UNITS[int(sign)] for sign in tail)}"
    if rng.random() < 0.5:
        return task(rng, DIGITS, text, f"{number}.{tail}")
    return task(rng, WORDS, f"{number}.{tail}", text)


def ordinals(rng):
    at = rng.randrange(1, 21)
    draw = rng.random()
    if draw < 0.35:
        return task(rng, ["digits", "digits with a suffix, like 1st", "the short form, like 2nd", "figures, like 3rd"], ORDINAL_WORDS[at - 1], values.ordinal(at))
    if draw < 0.65:
        return task(rng, ["words", "a word", "letters"], values.ordinal(at), ORDINAL_WORDS[at - 1])
    number = rng.randrange(1, 200)
    return task(rng, ["an ordinal", "an ordinal like 1st", "ordinal form", "an ordinal number"], number, values.ordinal(number),
        imperatives=["convert {x} to {t}", "turn {x} into {t}", "write {x} as {t}", "make {x} {t}"], others=["{x} as {t}", "as {t}"])


def romans(rng):
    number = rng.choice([rng.randrange(1, 21), rng.randrange(1, 101), rng.randrange(1, 400), rng.randrange(1900, 2031)])
    if rng.random() < 0.5:
        return task(rng, ["Roman numerals", "roman numerals", "Roman", "a Roman numeral"], number, roman(number))
    text = roman(number)
    return task(rng, ["Arabic numerals", "a normal number", "digits", "decimal", "a number", "an Arabic number"], text if rng.random() < 0.85 else text.lower(), str(number),
        held=["{data}", "{data}", "the Roman numeral {data}", "the roman number {data}"], heads=["Roman", "Roman numeral", "Input"])


def several(rng):
    """The same for a few numbers at once."""
    count, kind = rng.randrange(2, 6), rng.randrange(8)
    joint = rng.choice([", ", ", ", "\n"])
    numbers = [rng.randrange(rng.choice([20, 100, 1000])) for _ in range(count)]
    if kind == 0:
        left, right, t = map(str, numbers), map(in_words, numbers), WORDS
    elif kind == 1:
        left, right, t = map(in_words, numbers), map(str, numbers), DIGITS
    elif kind == 2:
        numbers = [number % 100 + 1 for number in numbers]
        left, right, t = map(str, numbers), map(roman, numbers), ["Roman numerals", "roman numerals"]
    elif kind == 3:
        numbers = [number % 100 + 1 for number in numbers]
        left, right, t = map(roman, numbers), map(str, numbers), ["Arabic numerals", "normal numbers", "digits"]
    elif kind == 4:
        numbers = [rng.randrange(1000, 10 ** rng.randrange(4, 8)) for _ in range(count)]
        left, right, t, joint = map(str, numbers), (f"{number:,}" for number in numbers), ["the form with thousands separators (commas)", "numbers with commas as thousands separators"], "\n"
    elif kind == 5:
        left, right, t = (f"{number}%" for number in numbers), (plain_decimal(Fraction(number, 100)) for number in numbers), ["decimals", "decimal numbers"]
    elif kind == 6:
        left, right, t = (plain_decimal(Fraction(number, 100)) for number in numbers), (f"{number}%" for number in numbers), ["percent", "percentages"]
    else:
        pieces = [(rng.randrange(100), values.digits(rng, 2)) for _ in range(count)]
        left, right = (f"{whole}.{tail}" for whole, tail in pieces), (str((int(whole) * 100 + int(tail) + 50) // 100) for whole, tail in pieces)
        return Task("convert", asked(rng, [(["round {x} to whole numbers", "round {x} to integers", "round {x} to the nearest integer", "round {x}, no decimals"],
            ["{x} rounded to whole numbers", "rounded to integers"], {})], joint.join(left), MANY, ["{data}"], ["Numbers", "Values", "data"]), joint.join(right))
    return Task("convert", asked(rng, [(VERBS, ["{x} in {t}", "as {t}", "in {t}", "{t} please"], {"t": rng.choice(t)})], joint.join(left), MANY, ["{data}"], ["Numbers", "numbers", "Values", "List"]),
        joint.join(right))


def rounded(rng):
    places = rng.choice([0, 0, 1, 1, 2, 2, 3])
    length = places + rng.choice([1, 1, 2, 3])
    whole, tail = rng.choice([rng.randrange(10), rng.randrange(100), rng.randrange(1000)]), values.digits(rng, length)
    scale = 10 ** (length - places)
    digits_of = str((int(f"{whole}{tail}") + scale // 2) // scale).zfill(places + 1)
    answer = digits_of if places == 0 else f"{digits_of[:-places]}.{digits_of[-places:]}"
    name = rng.choice([["the nearest whole number", "an integer", "a whole number", "the nearest integer", "no decimals", "zero decimal places", "whole numbers"],
        ["one decimal", "1 decimal place", "one decimal place", "one digit after the point", "the nearest tenth", "1 decimal"],
        ["two decimals", "2 decimal places", "two decimal places", "2 decimals", "two digits after the point", "the nearest hundredth", "cents"],
        ["three decimals", "3 decimal places", "three decimal places", "3 digits after the point"]][places])
    sign = rng.choice(["", "", "", "", "$", "€"]) if places == 2 else ""
    imperatives = ["round {x} to {t}", "round {x} to {t}", "round {x} to {t}", "give me {x} rounded to {t}", "round off {x} to {t}",
        "show {x} with {t}" if "decimals" in name or "places" in name else "round {x} to {t}", "bring {x} to {t}"]
    return task(rng, [name], f"{sign}{whole}.{tail}", sign + answer, imperatives=imperatives, others=["{x} rounded to {t}", "what is {x} rounded to {t}?", "rounded to {t}", "round to {t}", "{x}, {t}",
        "{x} to {t}"])


def rounded_whole(rng):
    scale, names = rng.choice([(10, ["ten", "10", "tens"]), (100, ["hundred", "100"]), (1000, ["thousand", "1000", "1,000"])])
    number = rng.randrange(scale, scale * rng.choice([10, 100]))
    return task(rng, [f"the nearest {name}" for name in names[:2]], number, str((number + scale // 2) // scale * scale), imperatives=["round {x} to {t}", "round {x} to {t}",
        "give me {x} rounded to {t}"], others=["{x} rounded to {t}", "what is {x} rounded to {t}?", "round to {t}"])


def cut(rng):
    """Without rounding: up, down, without decimals."""
    whole, tail = rng.randrange(1, 1000), f"{rng.randrange(1, 10)}{values.digits(rng, rng.randrange(0, 3))}"
    up = rng.random() < 0.5
    t = ["up", "up to the next integer", "up to a whole number"] if up else ["down", "down to an integer", "down to a whole number"]
    return task(rng, t, f"{whole}.{tail}", str(whole + up), imperatives=["round {x} {t}", "round {x} {t}", "round {t}"], others=["{x} rounded {t}", "rounded {t}"])


def separated(rng):
    number = rng.randrange(1000, 10 ** rng.randrange(4, 11))
    tail = rng.choice(["", "", f".{values.digits(rng, 2)}"])
    kind = rng.randrange(5)
    english, german = f"{number:,}{tail}", f"{number:,}".replace(",", ".") + tail.replace(".", ",")
    if kind == 0:
        imperatives = ["add [thousands separators|thousand separators|commas|thousands commas] to {x}", "put commas in {x}",
            "format {x} with [commas|thousands separators|commas as thousands separators]", "write {x} with [commas|thousands separators]", "group the digits of {x} with commas",
            "make {x} readable with commas", "insert thousands separators into {x}"]
        return task(rng, [""], f"{number}{tail}", english, imperatives=imperatives, others=["{x} with commas", "with thousands separators", "commas please", "thousands separators"])
    if kind == 1:
        imperatives = ["remove [the |]commas from {x}", "strip the [commas|thousands separators] from {x}", "write {x} without [commas|separators|thousands separators]",
            "convert {x} to a plain number", "delete the commas in {x}"]
        return task(rng, [""], english, f"{number}{tail}", imperatives=imperatives, others=["{x} without commas", "no commas", "plain number please"])
    if kind == 2:
        return task(rng, ["German format", "German number format", "European notation", "continental format (dots for thousands, comma for decimals)", "the German number format"], english, german)
    if kind == 3:
        return task(rng, ["English format", "US format", "US number format", "American notation", "English number format"], german, english)
    spaced = f"{number:,}".replace(",", rng.choice([" ", "'", "_"]))
    return task(rng, [""], spaced, english if (plain := rng.random() < 0.5) else str(number), imperatives=["write {x} with commas as thousands separators",
        "use commas as separators in {x}"] if plain else ["write {x} without separators", "turn {x} into a plain number", "remove the separators from {x}"], others=None)


def comma(rng):
    """Small numbers: decimal point and decimal comma."""
    whole, tail = rng.randrange(1000), values.digits(rng, rng.randrange(1, 4))
    if rng.random() < 0.5:
        return task(rng, [""], f"{whole}.{tail}", f"{whole},{tail}", imperatives=["write {x} with a decimal comma", "use a decimal comma in {x}", "replace the decimal point in {x} with a comma",
            "change the point in {x} to a comma"], others=["{x} with a decimal comma", "decimal comma please"])
    return task(rng, [""], f"{whole},{tail}", f"{whole}.{tail}", imperatives=["write {x} with a decimal point", "use a decimal point in {x}", "replace the decimal comma in {x} with a point",
        "change the comma in {x} to a point"], others=["{x} with a decimal point", "decimal point please"])


PERCENT = ["percent", "a percentage", "%", "percent form"]


def percent(rng):
    value = rng.choice([rng.randrange(1, 100), rng.randrange(1, 20) * 5, rng.randrange(100, 250)])
    draw = rng.random()
    if draw < 0.35:
        return task(rng, ["a decimal", "decimal form", "a decimal number", "decimal notation"], rng.choice([f"{value}%", f"{value} %", f"{value} percent"]), plain_decimal(Fraction(value, 100)))
    if draw < 0.7:
        return task(rng, PERCENT, plain_decimal(Fraction(value, 100)), f"{value}%")
    if draw < 0.85:
        part = Fraction(rng.choice([5, 10, 20, 25, 30, 40, 50, 60, 70, 75, 80, 90, 12, 15, 35, 45]), 100)
        return task(rng, ["a fraction in lowest terms", "a reduced fraction", "a simplified fraction", "a fraction"], rng.choice([f"{part * 100}%", plain_decimal(part)]),
            f"{part.numerator}/{part.denominator}")
    number = rng.randrange(1, 101)
    return task(rng, ["words"], f"{number}%", f"{in_words(number)} percent") if rng.random() < 0.5 else task(rng, ["digits", "a number with a % sign", "figures with %"], f"{in_words(number)} percent",
        f"{number}%")


FRACTION_WORDS = [("one half", 1, 2), ("half", 1, 2), ("a half", 1, 2), ("one quarter", 1, 4), ("a quarter", 1, 4), ("three quarters", 3, 4), ("one fifth", 1, 5), ("two fifths", 2, 5),
    ("three fifths", 3, 5), ("four fifths", 4, 5), ("one tenth", 1, 10), ("three tenths", 3, 10), ("seven tenths", 7, 10), ("one eighth", 1, 8), ("three eighths", 3, 8), ("five eighths", 5, 8)]


def fraction(rng):
    draw = rng.random()
    if draw < 0.3:
        text, above, below = rng.choice(FRACTION_WORDS)
        t, answer = rng.choice([(["a decimal", "decimal form"], plain_decimal(Fraction(above, below))), (["digits, as a fraction", "a fraction with digits"], f"{above}/{below}"),
            (PERCENT, plain_decimal(Fraction(above * 100, below)) + "%")])
        return task(rng, t, text, answer)
    if draw < 0.65:
        below = rng.choice([2, 4, 5, 8, 10, 20, 25, 50])
        above = rng.randrange(1, below * 2)
        t, answer = rng.choice([(["a decimal", "decimal form", "a decimal number"], plain_decimal(Fraction(above, below))), (PERCENT, plain_decimal(Fraction(above * 100, below)) + "%")])
        return task(rng, t, f"{above}/{below}", answer)
    one = Fraction(rng.randrange(1, 12), rng.randrange(2, 13))
    factor = rng.randrange(2, 6)
    if one.denominator == 1:
        return fraction(rng)
    imperatives = ["simplify {x}", "reduce {x}", "reduce {x} to lowest terms", "simplify the fraction {x}" if rng.random() < 0.5 else "shorten {x} as far as possible", "cancel {x} down"]
    return task(rng, [""], f"{one.numerator * factor}/{one.denominator * factor}", f"{one.numerator}/{one.denominator}", imperatives=imperatives,
        others=["{x} in lowest terms", "simplified", "{x} simplified"], nouns=["this fraction", "the fraction", "this"], held=["{data}", "the fraction {data}"])


def base(rng):
    number = rng.choice([rng.randrange(16), rng.randrange(64), rng.randrange(256), rng.randrange(256)])
    kind = rng.randrange(7)
    if kind == 0:
        return task(rng, ["hex", "hexadecimal", "base 16", "hexadecimal notation"], number, f"{number:X}", [f"{number:x}", f"0x{number:x}", f"0x{number:X}"])
    if kind == 1:
        return task(rng, ["decimal", "base 10", "a decimal number"], f"0x{number:{rng.choice('xX')}}", str(number))
    if kind == 2:
        number %= 64
        return task(rng, ["binary", "base 2", "binary notation", "bits"], number, f"{number:b}")
    if kind == 3:
        number %= 64
        return task(rng, ["decimal", "base 10", "a decimal number"], rng.choice([f"0b{number:b}", f"{number:b}"]), str(number),
            held=["binary {data}", "the binary number {data}", "{data} (binary)", "{data} in base 2"], heads=["Binary", "binary", "bits"],
            nouns=["this binary number", "the binary number", "the bits"])
    if kind == 4:
        return task(rng, ["octal", "base 8"], number, f"{number:o}")
    if kind == 5:
        return task(rng, ["decimal", "base 10"], f"{number:o}", str(number), held=["octal {data}", "the octal number {data}"], heads=["Octal"], nouns=["this octal number", "the octal number"])
    number %= 16
    return task(rng, ["hex", "hexadecimal"], f"{number:04b}", f"{number:X}", held=["binary {data}", "the bits {data}"], heads=["Binary"], nouns=["this binary number", "the binary number"])


def unfolded(rng):
    """1.5k, 2 million, 3 dozen; 1500000 as 1.5M."""
    sign, name, factor = rng.choice([("k", "thousand", 1000), ("k", "thousand", 1000), ("M", "million", 10**6), ("M", "million", 10**6), ("bn", "billion", 10**9)])
    amount = Fraction(rng.choice([rng.randrange(1, 100) * 10, rng.randrange(11, 1000)]), 10)
    number = int(amount * factor)
    text = plain_decimal(amount)
    draw = rng.random()
    if draw < 0.55:
        t, answer = rng.choice([(["digits", "a plain number", "full", "all digits", "a number without abbreviation"], str(number)),
            (["digits with commas", "a number with commas as thousands separators"], f"{number:,}")])
        return task(rng, t, rng.choice([f"{text}{sign}", f"{text} {name}", f"{text}{sign.upper()}" if sign == "k" else f"{text}{sign}"]), answer)
    t, answer = rng.choice([([f"{name}s", f"{name}s, like 2.5 {name}"], f"{text} {name}"), ([f"{sign}, like 2.5{sign}", f"short form with {sign}"], f"{text}{sign}")])
    return task(rng, t, shown(rng, number), answer)


def money(rng):
    """Signs, codes and words of currencies."""
    whole, tail = rng.randrange(1, 2000), rng.choice(["", ".99", ".50", f".{values.digits(rng, 2)}"])
    sign, code, name = rng.choice([("$", "USD", "dollars"), ("€", "EUR", "euros"), ("£", "GBP", "pounds"), ("¥", "JPY", "yen")])
    tail = "" if sign == "¥" else tail
    kind = rng.randrange(5)
    if kind == 0:
        return task(rng, ["a plain number", "a number without the currency sign", "digits without the sign"], f"{sign}{whole:,}{tail}", f"{whole}{tail}",
            nouns=["this price", "this", "this amount", "the price"])
    if kind == 1:
        return task(rng, ["the form with the currency code behind", f"the form '12 {code}'", f"an amount with {code} behind it"], f"{sign}{whole}{tail}", f"{whole}{tail} {code}",
            nouns=["this price", "this", "this amount"])
    if kind == 2:
        return task(rng, [f"the form with the sign {sign} in front", f"an amount with {sign} in front"], rng.choice([f"{whole}{tail} {code}", f"{whole}{tail} {name}"]), f"{sign}{whole}{tail}",
            nouns=["this price", "this", "this amount"])
    if kind == 3:
        whole = rng.randrange(2, 300)
        return task(rng, ["words"], f"{sign}{whole}", f"{in_words(whole)} {name}", [f"{with_and(in_words(whole))} {name}"], nouns=["this price", "this", "this amount"])
    whole = rng.randrange(2, 300)
    return task(rng, [f"digits with the sign {sign}", f"figures with {sign} in front"], f"{in_words(whole)} {name}", f"{sign}{whole}", nouns=["this price", "this", "this amount"])


def padded(rng):
    number, width = rng.randrange(1, 1000), rng.randrange(3, 8)
    imperatives = ["pad {x} with zeros to {t}", "zero-pad {x} to {t}", "write {x} with leading zeros, {t}", "add leading zeros to {x} to make {t}", "fill {x} up with zeros to {t}",
        "left-pad {x} with 0 to {t}"]
    return task(rng, [f"{width} digits", f"{UNITS[width]} digits"], number, str(number).zfill(width), imperatives=imperatives, others=["{x} with leading zeros, {t}"]) if rng.random() < 0.7 else \
        task(rng, [""], str(number).zfill(width + 1), str(number), imperatives=["remove the leading zeros from {x}", "strip leading zeros from {x}", "write {x} without leading zeros"],
            others=["{x} without leading zeros"])


def scientific(rng):
    lead, tail, power = rng.randrange(1, 10), rng.choice(["", f".{rng.randrange(1, 10)}", f".{rng.randrange(10)}{rng.randrange(1, 10)}"]), rng.randrange(2, 9)
    number = Fraction(f"{lead}{tail}") * 10**power
    if number.denominator != 1:
        return scientific(rng)
    if rng.random() < 0.5:
        return task(rng, ["digits", "a plain number", "full", "normal notation", "standard notation"], rng.choice([f"{lead}{tail}e{power}", f"{lead}{tail}E{power}", f"{lead}{tail} x 10^{power}"]),
            str(number))
    return task(rng, ["scientific notation like 1.5e3", "scientific notation (like 2e6)", "e notation like 3.2e5"], number, f"{lead}{tail}e{power}")


def in_sentence(rng):
    """Number words in a sentence become digits, or the other way round."""
    one, other = rng.randrange(2, 60), rng.randrange(2, 20)
    a, b, name = everyday.plural(everyday.of_kind(rng, "tool")), everyday.plural(everyday.of_kind(rng, "food")), everyday.of_kind(rng, "given")
    pattern = rng.choice(["{name} has {n} {a} and {m} {b}.", "I need {n} {a}", "we sold {n} {a} in {m} days", "{name} is {n} years old", "there are {n} {a} and {m} {b} in the box",
        "please order {n} {a}", "{name} bought {m} {b} for {n} euros"])
    low, high = pattern.format(name=name, a=a, b=b, n=one, m=other), pattern.format(name=name, a=a, b=b, n=in_words(one), m=in_words(other))
    many = "{m}" in pattern
    thing = "numbers" if many else "number"
    if rng.random() < 0.6:
        text, answer, t = high, low, ["digits", "figures"]
    else:
        text, answer, t = low, high, ["words"]
    imperatives = [f"write the {thing} in {{x}} in {{t}}", f"replace the {thing} with {{t}}", f"change the {thing} to {{t}}", f"rewrite {{x}} with the {thing} in {{t}}",
        f"convert the {thing} in {{x}} to {{t}}"]
    return Task("convert", asked(rng, [(imperatives, [f"same sentence, {thing} in {{t}}"], {"t": rng.choice(t)})], text, ["this", "this sentence", "the text", "the sentence"], ['"{data}"'],
        quotes=True), answer)


KINDS = [(words, 3), (digits, 3), (decimals, 0.6), (ordinals, 1), (romans, 2), (several, 2), (rounded, 3), (rounded_whole, 0.8), (cut, 0.5), (separated, 2.5), (comma, 0.8), (percent, 2),
    (fraction, 1.6), (base, 2), (unfolded, 1.4), (money, 1.2), (padded, 0.7), (scientific, 0.6), (in_sentence, 1)]
MAKE, WEIGHTS = [kind for kind, _ in KINDS], [weight for _, weight in KINDS]


def make(rng):
    return rng.choices(MAKE, WEIGHTS)[0](rng)
