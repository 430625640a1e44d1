"""Numbers in words, as Roman numerals and as decimals."""

UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
ORDINAL_WORDS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
ROMAN = [
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
    (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
]  # fmt: skip


def in_words(number):
    if number < 20:
        return UNITS[number]
    if number < 100:
        tail = number % 10
        return TENS[number // 10 - 2] + (f"-{UNITS[tail]}" if tail else "")
    scale, name = (100, "hundred") if number < 1000 else (1000, "thousand")
    tail = number % scale
    return f"{in_words(number // scale)} {name}" + (f" {in_words(tail)}" if tail else "")


def with_and(words):
    """As British speakers have it: one hundred and five."""
    return words.replace(" hundred ", " hundred and ")


def roman(number):
    out = ""
    for value, sign in ROMAN:
        out, number = out + sign * (number // value), number % value
    return out


def plain_decimal(value):
    return f"{float(value):.4f}".rstrip("0").rstrip(".")
