"""(f) Simple arithmetic and units."""

from .. import values
from ..phrasing import say
from ..task import Task, user

ASK = [
    "[What is|What's|How much is|Calculate|Compute|Work out|Give me] {e}[?|]",
    "{e} = ?",
    "{e}[?|=| =]",
    "[Please |]calculate {e}[.|]",
    "[Result|Value] of {e}?",
    "[Can you tell me|Tell me|I need] {e}[?|.|]",
    "Solve {e}[.|]",
]
BRIEF = ["", "", "", "", " [Just|Only] the number[.|, please.]", " [Answer|Reply] with [a|the] number only."]
# (unit, its names, how many of the base unit)
UNITS = {
    "length": [
        ("mm", "millimeters", 1),
        ("cm", "centimeters", 10),
        ("m", "meters", 1000),
        ("km", "kilometers", 1000000),
    ],
    "weight": [
        ("mg", "milligrams", 1),
        ("g", "grams", 1000),
        ("kg", "kilograms", 1000000),
        ("t", "tons", 1000000000),
    ],
    "time": [
        ("s", "seconds", 1),
        ("min", "minutes", 60),
        ("h", "hours", 3600),
        ("d", "days", 86400),
        ("weeks", "weeks", 604800),
    ],
    "volume": [("ml", "milliliters", 1), ("l", "liters", 1000)],
    "data": [
        ("KB", "kilobytes", 1),
        ("MB", "megabytes", 1000),
        ("GB", "gigabytes", 1000000),
        ("TB", "terabytes", 1000000000),
    ],
    "money": [("cents", "cents", 1), ("euros", "euros", 100)],
    "count": [("pieces", "pieces", 1), ("dozen", "dozens", 12)],
}


def decimal(value, places=4):
    text = f"{value:.{places}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def expression(rng):
    """(text, value) of one operation, spoken or in signs."""
    size = rng.choice([10, 10, 20, 100, 100, 1000])
    a, b = rng.randrange(size), rng.randrange(size)
    kind = rng.randrange(8)
    if kind <= 2:
        return rng.choice([f"{a} + {b}", f"{a}+{b}", f"{a} plus {b}", f"the sum of {a} and {b}"]), a + b
    if kind <= 4:
        a, b = max(a, b), min(a, b)
        if rng.random() < 0.1:
            a, b = b, a
        return rng.choice(
            [
                f"{a} - {b}",
                f"{a}-{b}",
                f"{a} minus {b}",
                f"the difference between {a} and {b}" if a >= b else f"{a} - {b}",
            ]
        ), a - b
    if kind <= 6:
        a, b = rng.randrange(13), rng.choice([rng.randrange(13), rng.randrange(13), rng.randrange(100)])
        return rng.choice(
            [
                f"{a} * {b}",
                f"{a} x {b}",
                f"{a} times {b}",
                f"{a}*{b}",
                f"the product of {a} and {b}",
                f"{a} × {b}",
            ]
        ), a * b
    b, c = rng.randrange(1, 13), rng.randrange(13)
    return rng.choice([f"{b * c} / {b}", f"{b * c} divided by {b}", f"{b * c}/{b}", f"{b * c} : {b}"]), c


def plain(rng):
    text, value = expression(rng)
    return say(rng, rng.choice(ASK) + rng.choice(BRIEF), e=text), str(value)


def chain(rng):
    numbers = [rng.randrange(1, rng.choice([10, 50])) for _ in range(3)]
    return say(rng, rng.choice(ASK) + rng.choice(BRIEF), e=" + ".join(map(str, numbers))), str(sum(numbers))


def percentage(rng):
    percent, base = (
        rng.choice([5, 10, 15, 20, 25, 30, 40, 50, 60, 75, 80, 90]),
        rng.choice([20, 40, 50, 60, 80, 100, 120, 200, 240, 300, 400, 500, 1000, rng.randrange(1, 60) * 20]),
    )
    return say(
        rng, ["[What is|How much is|Calculate] {p}[%| percent] of {b}?", "{p}% of {b}[?|]"], p=percent, b=base
    ), decimal(percent * base / 100)


def unit(rng):
    table = UNITS[rng.choice(list(UNITS))]
    a, b = rng.sample(range(len(table)), 2)
    if abs(a - b) > 1 and rng.random() < 0.7:
        b = a + (1 if b > a else -1)
    (short_a, long_a, factor_a), (short_b, long_b, factor_b) = table[a], table[b]
    amount = rng.choice([rng.randrange(1, 13), rng.randrange(1, 100), rng.choice([1.5, 2.5, 0.5, 3.5])])
    if factor_a < factor_b:
        amount = (
            amount * factor_b // factor_a
            if isinstance(amount, int) and rng.random() < 0.7
            else rng.choice([100, 500, 250, 1500, 50]) * (1 if factor_b // factor_a >= 100 else 6)
        )
        if factor_b // factor_a in (7, 12, 24, 60, 3600, 1440, 86400):
            amount = rng.randrange(1, 13) * (factor_b // factor_a)
    value = amount * factor_a / factor_b
    if value < 0.001 or value > 99999999 or decimal(value, 6) != decimal(value, 9):
        return unit(rng)
    source = f"{amount} {rng.choice([short_a, long_a])}"
    answer = decimal(value, 6)
    name = rng.choice([short_b, long_b])
    return say(
        rng,
        [
            "[Convert|Change] {s} [to|into] {t}[.|]",
            "{s} [in|to] {t}[?|]",
            "How many {u} [are|in] {s}?",
            "[What is|What are] {s} in {t}?",
            "[Express|Write|Give] {s} in {t}[.|]",
        ],
        s=source,
        t=name,
        u=long_b,
    ), f"{answer} {short_b}"


def temperature(rng):
    if rng.random() < 0.5:
        celsius = rng.randrange(-4, 21) * 5
        return say(
            rng,
            ["[Convert|Change] {v} [°C|degrees Celsius|C] to [Fahrenheit|F|°F][.|]", "{v} °C in Fahrenheit"],
            v=celsius,
        ), f"{celsius * 9 // 5 + 32} °F"
    celsius = rng.randrange(-4, 21) * 5
    return say(
        rng,
        ["[Convert|Change] {v} [°F|degrees Fahrenheit|F] to [Celsius|C|°C][.|]", "{v} °F in Celsius"],
        v=celsius * 9 // 5 + 32,
    ), f"{celsius} °C"


def story(rng):
    first, thing = values.first_name(rng), values.pick(rng, "object")
    things = thing if thing.endswith("s") else thing + "s"
    a, b = rng.randrange(2, 30), rng.randrange(2, 20)
    kind = rng.randrange(4)
    if kind == 0:
        return say(
            rng,
            "{first} [has|owns|holds] {a} {things} and [gets|buys|finds] {b} more. How many {things} [does {first} have|are there|is that][ now|]?",
            first=first,
            a=a,
            b=b,
            things=things,
        ), str(a + b)
    if kind == 1:
        a, b = a + b, b
        return say(
            rng,
            "{first} [has|owns|had] {a} {things} and [gives away|loses|sells] {b}. How many [are left|{things} are left|remain]?",
            first=first,
            a=a,
            b=b,
            things=things,
        ), str(a - b)
    if kind == 2:
        a, b = rng.randrange(2, 13), rng.randrange(2, 13)
        return say(
            rng,
            "[There are|{first} has|We have] {a} boxes with {b} {things} each. How many {things} [are there|is that|in total]?",
            first=first,
            a=a,
            b=b,
            things=things,
        ), str(a * b)
    b, c = rng.randrange(2, 11), rng.randrange(2, 11)
    return say(
        rng,
        "{first} [shares|divides] {n} {things} [equally |]among {b} [friends|people|kids]. How many does each get?",
        first=first,
        n=b * c,
        b=b,
        things=things,
    ), str(c)


def price(rng):
    count, each = rng.randrange(2, 13), rng.randrange(1, 51)
    thing = values.pick(rng, "object")
    return say(
        rng,
        [
            "[What|How much] do {c} {t} cost at {e} euros each?",
            "One {t} costs {e} dollars. [What|How much] [do|are] {c}?",
            "{c} x {t} at {e} each, total?",
        ],
        c=count,
        e=each,
        t=thing,
    ), str(count * each)


def compare(rng):
    numbers = rng.sample(range(1, rng.choice([50, 1000])), rng.randrange(2, 6))
    text = ", ".join(map(str, numbers))
    word, pick = rng.choice(
        [
            ("largest", max),
            ("biggest", max),
            ("smallest", min),
            ("maximum", max),
            ("minimum", min),
            ("highest", max),
            ("lowest", min),
        ]
    )
    if rng.random() < 0.25:
        return say(rng, ["[What is|Give me] the sum of {l}?", "[Add|Sum up] {l}[.|]"], l=text), str(
            sum(numbers)
        )
    return say(
        rng,
        [
            "[What is|Which is|Give me] the {w} [of|number in|number of]: {l}?",
            "[Find the|The] {w} of {l}[.|]",
        ],
        l=text,
        w=word,
    ), str(pick(numbers))


def clock(rng):
    hour, minute, more = (
        rng.randrange(24),
        rng.choice([0, 15, 30, 45]),
        rng.choice([10, 15, 20, 30, 45, 60, 90, 120]),
    )
    total = (hour * 60 + minute + more) % 1440
    return say(
        rng,
        [
            "What time is it {m} minutes after {t}?",
            "{t} plus {m} minutes[?|]",
            "It is {t}. What time is it in {m} minutes?",
        ],
        t=f"{hour:02}:{minute:02}",
        m=more,
    ), f"{total // 60:02}:{total % 60:02}"


KINDS = [
    (plain, 10),
    (chain, 1),
    (percentage, 2),
    (unit, 5),
    (temperature, 1),
    (story, 3),
    (price, 1.5),
    (compare, 1.5),
    (clock, 1),
]


def make(rng):
    question, answer = rng.choices([k for k, _ in KINDS], [w for _, w in KINDS])[0](rng)
    return Task("arithmetic", [user(question)], answer)
