"""Units of length, weight, time, volume, data and money; temperatures; clock times."""

from fractions import Fraction

from ..phrasing import say

# (sign, name, how many of the smallest unit)
SCALES = [
    [("mm", "millimeters", 1), ("cm", "centimeters", 10), ("m", "meters", 1000), ("km", "kilometers", 10**6)],
    [("mg", "milligrams", 1), ("g", "grams", 1000), ("kg", "kilograms", 10**6), ("t", "tons", 10**9)],
    [("s", "seconds", 1), ("min", "minutes", 60), ("h", "hours", 3600), ("d", "days", 86400), ("weeks", "weeks", 604800)],
    [("ml", "milliliters", 1), ("l", "liters", 1000)],
    [("KB", "kilobytes", 1), ("MB", "megabytes", 1000), ("GB", "gigabytes", 10**6), ("TB", "terabytes", 10**9)],
    [("cents", "cents", 1), ("euros", "euros", 100)],
    [("pieces", "pieces", 1), ("dozen", "dozens", 12)],
]  # fmt: skip
CONVERT = [
    "[Convert|Change] {s} [to|into] {t}[.|]",
    "{s} [in|to|as|->] {t}[?|]",
    "How many {u} [are|is|are in|make|is in] {s}?",
    "[What is|What are|How much is|How much are] {s} in {t}?",
    "[Express|Write|Give me|Turn|Put] {s} [in|into] {t}[.|]",
    "{s} = ? {t}",
    "{s}, [how many|in] {u}[?| is that?]",
]
TO_FAHRENHEIT = [
    "[Convert|Change|Turn] {v} [°C|degrees Celsius|C] [to|into] [Fahrenheit|F|°F][.|]",
    "{v} [°C|C|degrees Celsius] in [Fahrenheit|F|°F][?|]",
    "[What is|What's|How much is] {v} [°C|degrees Celsius] in [Fahrenheit|°F]?",
]
TO_CELSIUS = [
    "[Convert|Change|Turn] {v} [°F|degrees Fahrenheit|F] [to|into] [Celsius|C|°C][.|]",
    "{v} [°F|F|degrees Fahrenheit] in [Celsius|C|°C][?|]",
    "[What is|What's|How much is] {v} [°F|degrees Fahrenheit] in [Celsius|°C]?",
]
LATER = [
    "What time is it {m} after {t}?",
    "{t} plus {m}[?|]",
    "[It is|It's] {t}[.|,] [What time is it|what time will it be|what's the time] [in {m}|{m} later]?",
    "{m} after {t}[?|]",
    "[A film|The train|The meeting] [starts|leaves] at {t} and takes {m}. When does it [end|arrive]?",
]
SPANS = [
    (10, "10 minutes"), (15, "15 minutes"), (20, "20 minutes"), (30, "30 minutes"), (30, "half an hour"), (45, "45 minutes"),
    (60, "an hour"), (60, "60 minutes"), (90, "90 minutes"), (120, "2 hours"), (120, "two hours"), (180, "3 hours"),
]  # fmt: skip
MOST = 10**8


def amount_for(rng, ratio):
    """An amount that converts to a short number; ratio = how many of the target one source is."""
    if ratio >= 1:
        return rng.choice([rng.randrange(1, 13), rng.randrange(1, 100), Fraction(rng.randrange(1, 20), 2)])
    return (
        rng.choice([rng.randrange(1, 13), rng.randrange(1, 100), Fraction(rng.randrange(1, 20), 2)]) / ratio
    )


def shown(number):
    return str(number) if number.denominator == 1 else f"{float(number):.6f}".rstrip("0")


def convert(rng):
    scale = rng.choice(SCALES)
    a = rng.randrange(len(scale))
    b = rng.choice(
        [i for i in range(len(scale)) if i != a and (abs(i - a) == 1 or rng.random() < 0.3)]
        or [a - 1 if a else 1]
    )
    (sign_a, name_a, factor_a), (sign_b, name_b, factor_b) = scale[a], scale[b]
    amount = Fraction(amount_for(rng, Fraction(factor_a, factor_b)))
    result = amount * factor_a / factor_b
    if amount > MOST or result > MOST or amount.denominator > 2:
        return convert(rng)
    source = f"{shown(amount)} {rng.choice([sign_a, name_a])}"
    return say(rng, CONVERT, s=source, t=rng.choice([sign_b, name_b]), u=name_b), f"{shown(result)} {sign_b}"


def temperature(rng):
    celsius = rng.randrange(-4, 21) * 5
    fahrenheit = celsius * 9 // 5 + 32
    if rng.random() < 0.5:
        return say(rng, TO_FAHRENHEIT, v=celsius), f"{fahrenheit} °F"
    return say(rng, TO_CELSIUS, v=fahrenheit), f"{celsius} °C"


def clock(rng):
    hour, minute = rng.randrange(24), rng.choice([0, 15, 30, 45])
    minutes, name = rng.choice(SPANS)
    total = (hour * 60 + minute + minutes) % 1440
    return say(rng, LATER, t=f"{hour:02}:{minute:02}", m=name), f"{total // 60:02}:{total % 60:02}"
