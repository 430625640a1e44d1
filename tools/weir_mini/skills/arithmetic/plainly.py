"""Sums asked for plainly: expressions with brackets, averages, times of arrival, numbers without their unit,
two steps in a story."""

from fractions import Fraction

from ... import values
from ...phrasing import choose, fill
from ..shared import everyday

WHAT = [
    "{e}", "{e}", "{e}", "{e} =", "{e} = ?", "{e}?", "what is {e}?", "What is {e}?", "What's {e}?", "what's {e}", "Calculate {e}", "calculate: {e}", "{e}, please", "How much is {e}?",
    "how much is {e}", "Compute {e}.", "Work out {e}.", "Solve {e}", "Evaluate {e}.", "{e} equals?",
]  # fmt: skip
ONLY = ["", "", "", "", "", " Just the number.", " Only the result.", ", result only", " just the number", " Only the number, please.", " number only", " Reply with the number only."]
AVERAGE = [
    "average of {l}", "Average of {l}?", "What is the average of {l}?", "what's the average of {l}", "mean of {l}", "What is the mean of {l}?", "Calculate the average of {l}.", "the average of {l}?",
    "{l}: average?", "{l} - what's the average?", "Find the mean: {l}", "average: {l}", "My marks are {l}. What's my average?", "We scored {l}. What is the average?",
    "avg of {l}", "Give me the arithmetic mean of {l}.",
]  # fmt: skip
MEDIAN = ["median of {l}", "What is the median of {l}?", "Find the median: {l}", "what's the median of {l}?"]
TOTAL = ["sum of {l}", "What is the sum of {l}?", "Add up {l}", "add {l}", "total of {l}?", "{l}: total?", "How much is {l} together?", "Sum these: {l}"]
ARRIVES = [
    "[Suppose|When] my {v} goes at {t} and needs {m}, what time [is it there|am I there]?",
    "[The|My] {v} leaves at {t}, the way takes {m}. [When does it arrive|What time does it arrive|When will it get there|Arrival time]?",
    "A {v} [starts|sets off|departs] at {t}. The [trip|journey|ride] [takes|lasts] {m}. [When is it there|When does it arrive]?",
    "[I|We] leave at {t} and [drive|walk|travel] {m}. When [do I|do we|will I|will we] arrive?",
    "departure {t}, travel time {m}, arrival?", "{v} at {t}, {m} on the way - [arrival time|when am I there]?",
]  # fmt: skip
ENDS = [
    "[The|A] {w} [starts|begins] at {t} and [takes|lasts|goes on for] {m}. When does it [end|finish]?",
    "[If|When] the {w} starts at {t} and lasts {m}, [when is it over|what time does it end]?", "{w} from {t}, {m} long, ends when?",
    "What time is it {m} after {t}?", "{t} + {m}", "{t} plus {m}?", "It's {t}. What time will it be in {m}?", "My [shift|break] starts at {t} and is {m} long. When is it over?",
]  # fmt: skip
BEFORE = ["What time is it {m} before {t}?", "{t} minus {m}?", "I have to be there at {t} and the trip takes {m}. When do I leave?",
    "The {w} ends at {t} and lasts {m}. When does it begin?", "{t} - {m}"]
LASTS = [
    "How long is it from {a} to {b}?", "[The|A] {w} goes from {a} to {b}. How long is [it|that]?", "The {v} leaves at {a} and arrives at {b}. How long does it take?",
    "time between {a} and {b}?", "How much time is between {a} and {b}?",
]  # fmt: skip
RIDES = "train bus ferry plane coach tram boat flight car ship express taxi".split()
SHOWS = "film concert meeting lesson match exam show party lecture workshop play course game service tour".split()
# (the larger, the smaller, how many): asked for as a number
UNITS = [
    ("hours", "minutes", 60), ("minutes", "seconds", 60), ("days", "hours", 24), ("weeks", "days", 7), ("years", "months", 12), ("km", "metres", 1000),
    ("kilometres", "meters", 1000), ("m", "cm", 100), ("metres", "centimetres", 100),
    ("cm", "mm", 10), ("kg", "grams", 1000), ("kilos", "grams", 1000), ("tonnes", "kilograms", 1000), ("litres", "millilitres", 1000), ("l", "ml", 1000),
    ("dozen", "eggs", 12), ("euros", "cents", 100), ("dollars", "cents", 100),
    ("pounds", "pence", 100), ("feet", "inches", 12), ("GB", "MB", 1000), ("centuries", "years", 100), ("decades", "years", 10), ("hours", "seconds", 3600), ("days", "minutes", 1440),
]  # fmt: skip
MANY = ["How many {u} are [there |]in {s}?", "How many {u} is {s}?", "how many {u} in {s}", "{s} is how many {u}?", "{s} in {u}", "How many {u} do {s} have?", "What is {s} in {u}?"]
NUMBER_ONLY = [" Just the number.", " Number only.", " Only the number.", " just the number", " Only the number, please.", " Answer with the number only, no unit.",
    " Without the unit.", " Just the figure, no unit.", " number only please"]
HEAT = ["What's {v} in {u}?", "what is {v} in {u}?", "{v} in {u}", "{v} in {u}?", "{v} to {u}", "Convert {v} to {u}.", "How much is {v} in {u}?", "{v} = ? {u}", "{v} is what in {u}?"]
STORIES = [
    # (the story, its result of a, b, c): a groups of b each, c more or fewer
    ("[A shop gets|We bought|They sent] {a} [bags|trays|crates] of {b} {ts}. {c} [are cracked|go missing|fall down]. How many [can be used|are fine|remain]?", lambda a, b, c: a * b - c),
    ("{a} [packs|boxes|bags] of {b} {ts} and {c} [loose ones|single ones|more]. How many {ts} [is that|in all|are there in total|altogether]?", lambda a, b, c: a * b + c),
    ("{first} buys {a} {ts} at {b} euros each and [pays|gives] {p} euros too much[ by mistake|]. How much did {first} pay?", lambda a, b, c: None),
    ("A {t} costs {a} dollars and a {t2} {b}. What do [both|the two] cost together[ with {c} dollars for shipping|, plus {c} for the bag]?", lambda a, b, c: a + b + c),
    ("[There were|A bus has|We start with] {p} people. {a} get off and {b} get on. How many are there now?", lambda a, b, c: "p-a+b"),
    ("{first} has {p} {ts}, gives {a} to {first2} and {b} to {first3}. How many are left?", lambda a, b, c: "p-a-b"),
    ("{first} reads {a} pages a day. How many pages in {b} days?", lambda a, b, c: a * b),
    ("{a} rows with {b} [seats|chairs|trees] each. How many are there?", lambda a, b, c: a * b),
    ("[A car|A train|A cyclist] goes {b} km an hour. How far does it get in {a} hours?", lambda a, b, c: a * b),
    ("{first} earns {b} euros an hour and works {a} hours. How much is that?", lambda a, b, c: a * b),
    ("{a} friends share {p2} euros equally. How much does each get?", lambda a, b, c: b),
    ("{p2} {ts} are split among {a} [children|bags|teams]. How many does each get?", lambda a, b, c: b),
    ("I need {b} {ts} and already have {c}. How many more do I need?", lambda a, b, c: b - c),
    ("{first} is {c} years old, {first2} is {a} times as old. How old is {first2}?", lambda a, b, c: a * c),
    ("A ticket is {b} euros. What do {a} tickets cost?", lambda a, b, c: a * b),
]  # fmt: skip
OFF = [
    "The price of a {t} is {b} {m}, reduced by {p}%. [What must I pay|How much is it now]?", "{p}% off {b} {m}, what do I pay?",
    "The {t} was {b} {m}, now {p}% [off|less]. [New price|What does it cost now]?", "How much is a {b} {m} {t} with {p}% off?",
    "There's {p} percent off a {t} for {b} {m}. How much is it then?", "{b} {m} minus {p}% discount?",
]  # fmt: skip
PERCENT = ["{p}% of {b}", "{p}% of {b}", "{p}% of {b}?", "what is {p}% of {b}?", "What's {p}% of {b}", "{p} percent of {b}", "How much is {p}% of {b}?", "{p} % of {b} ="]


def shown(number):
    """Exact, with two places at most."""
    number = Fraction(number)
    return str(number) if number.denominator == 1 else f"{float(number):.4f}".rstrip("0").rstrip(".")


def said(rng, patterns, **slots):
    return fill(choose(rng, rng.choice(patterns)), slots)


def ended(rng, question, only=ONLY):
    more = rng.choice(only)
    if not more:
        return question
    if more.startswith(","):
        return question.rstrip("?. =") + more
    return question + ("" if question[-1] in "?.=" else "." if more[1].isupper() else ",") + more


def listed(rng, numbers):
    texts = [str(number) for number in numbers]
    return rng.choice([", ".join(texts), ", ".join(texts[:-1]) + " and " + texts[-1], ", ".join(texts[:-1]) + " and " + texts[-1], " ".join(texts)])


def expression(rng):
    """Two to four numbers with the usual order of operations."""
    a, b, c, d = (rng.randrange(1, rng.choice([10, 10, 20, 50])) for _ in range(4))
    times = rng.choice(["*", "*", "x", "×"])
    k = rng.randrange(2, 13)
    forms = [
        (f"({a} + {b}) {times} {k}", (a + b) * k), (f"({a} + {b}) {times} {k} - {c}", (a + b) * k - c), (f"({a} + {b}) {times} {k} + {c}", (a + b) * k + c),
        (f"{a} + {b} {times} {k}", a + b * k), (f"{a} {times} {k} + {b}", a * k + b),
        (f"{a * k} / {k} + {b}", a + b), (f"({a * k - b} + {b}) / {k}", a), (f"{k} {times} ({a} + {b})", k * (a + b)), (f"{k} {times} ({a + b} - {b})", k * a),
        (f"({a + b} - {b}) {times} ({c} + {d})", a * (c + d)),
        (f"{a + b + c} - {b} - {c}", a), (f"{a} + {b} + {c} + {d}", a + b + c + d), (f"{a + b} - {b} + {c}", a + c), (f"{a} {times} {k} - {b}", a * k - b),
        (f"{a} {times} {b} {times} {k}", a * b * k), (f"{a * k} / {k} - {b}", a - b),
        (f"{c} + ({a} - {b})", c + a - b), (f"({a} - {b}) + {c} {times} {k}", a - b + c * k),
    ]  # fmt: skip
    text, value = rng.choice(forms)
    if rng.random() < 0.2:
        text = text.replace(" ", "")
    return ended(rng, said(rng, WHAT, e=text)), str(value)


def two(rng):
    """One operation, larger than in the times table."""
    kind = rng.randrange(4)
    size = rng.choice([100, 1000, 1000, 1000, 10000])
    a, b = rng.randrange(2, size), rng.randrange(2, size)
    if kind == 0:
        text, value = rng.choice(["{} + {}", "{} + {}", "{}+{}", "{} plus {}"]).format(a, b), a + b
    elif kind == 1:
        a, b = max(a, b), min(a, b)
        text, value = rng.choice(["{} - {}", "{} - {}", "{}-{}", "{} minus {}"]).format(a, b), a - b
    elif kind == 2:
        a, b = rng.randrange(2, 100), rng.randrange(2, rng.choice([10, 13, 26]))
        a, b = (a, b) if rng.random() < 0.7 else (b, a)
        text, value = rng.choice(["{} * {}", "{} x {}", "{} × {}", "{} times {}", "{}x{}"]).format(a, b), a * b
    else:
        b, value = rng.randrange(2, 26), rng.randrange(2, 60)
        text = rng.choice(["{} / {}", "{} / {}", "{} ÷ {}", "{} divided by {}", "{}/{}"]).format(b * value, b)
    return ended(rng, said(rng, WHAT, e=text)), str(value)


def average(rng):
    count = rng.choice([2, 3, 3, 4, 4, 5, 6])
    numbers = [rng.randrange(1, rng.choice([20, 40, 100])) for _ in range(count - 1)]
    wanted = rng.randrange(3, 60)
    last = wanted * count - sum(numbers)
    if not 0 < last < 200:
        return average(rng)
    numbers.insert(rng.randrange(count), last)
    if rng.random() < 0.12 and count in (2, 4):
        numbers[0] += count // 2
    return ended(rng, said(rng, AVERAGE, l=listed(rng, numbers))), shown(Fraction(sum(numbers), count))


def of_list(rng):
    numbers = [rng.randrange(1, rng.choice([20, 100])) for _ in range(rng.choice([3, 3, 5]))]
    if rng.random() < 0.3:
        return ended(rng, said(rng, MEDIAN, l=listed(rng, numbers))), str(sorted(numbers)[len(numbers) // 2])
    return ended(rng, said(rng, TOTAL, l=listed(rng, numbers))), str(sum(numbers))


def span(rng):
    """(minutes, how they are said)"""
    hours, minutes = rng.choice([0, 1, 1, 1, 2, 2, 3, 4, 5]), rng.choice([0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, rng.randrange(1, 60)])
    if hours == 0:
        minutes = minutes or 40
        return minutes, rng.choice([f"{minutes} minutes", f"{minutes} minutes", f"{minutes} min"])
    name = "hour" if hours == 1 else "hours"
    if minutes == 0:
        return hours * 60, rng.choice([f"{hours} {name}", f"{hours} {name}", f"{hours}h"])
    if minutes == 30 and rng.random() < 0.4:
        return hours * 60 + 30, rng.choice(["an hour and a half" if hours == 1 else f"{hours} and a half hours", f"{hours}.5 hours", f"{hours}½ hours"])
    return hours * 60 + minutes, rng.choice([f"{hours} {name} {minutes} minutes", f"{hours} {name} {minutes} minutes", f"{hours} {name} and {minutes} minutes",
        f"{hours}h {minutes}m", f"{hours} h {minutes} min", f"{hours}h{minutes:02}"])


def written(total, style):
    hour, minute = total // 60 % 24, total % 60
    if style == "half":
        return f"{hour % 12 or 12}:{minute:02} {'am' if hour < 12 else 'pm'}"
    return f"{hour:02}:{minute:02}" if style == "zero" else f"{hour}:{minute:02}"


def clock(rng):
    """The answer is written as the question writes its time."""
    style = rng.choice(["zero", "bare", "bare", "half"])
    start, (minutes, name) = rng.randrange(5 * 60, 22 * 60) // 5 * 5, span(rng)
    slots = {"t": written(start, style), "m": name, "v": rng.choice(RIDES), "w": rng.choice(SHOWS)}
    draw = rng.random()
    if draw < 0.15:
        if start + minutes >= 1440:
            return clock(rng)
        question = said(rng, LASTS, a=slots["t"], b=written(start + minutes, style), v=slots["v"], w=slots["w"])
        return question + rng.choice([" In minutes.", " Answer in minutes, just the number.", " In minutes, please."]), str(minutes)
    if draw < 0.3 and start > minutes:
        return said(rng, BEFORE, **slots), written(start - minutes, style)
    return said(rng, ARRIVES if draw < 0.7 else ENDS, **slots), written((start + minutes) % 1440, style)


def without_unit(rng):
    large, small, factor = rng.choice(UNITS)
    amount = rng.choice([Fraction(rng.randrange(2, 13)), Fraction(rng.randrange(2, 13)), Fraction(rng.randrange(3, 20), 2), Fraction(rng.randrange(2, 100)), Fraction(rng.randrange(11, 99), 10)])
    value = amount * factor
    if value.denominator != 1:
        return without_unit(rng)
    if rng.random() < 0.25 and large not in ("dozen",):
        question, value = said(rng, MANY[:4], u=large, s=f"{value} {small}"), amount
    else:
        question = said(rng, MANY, u=small, s=f"{shown(amount)} {large}")
    return ended(rng, question, NUMBER_ONLY), shown(value)


def heat(rng):
    celsius = rng.choice([rng.randrange(-4, 21) * 5, rng.randrange(-4, 21) * 5, rng.choice([120, 150, 160, 180, 200, 220, 250])])
    fahrenheit = celsius * 9 // 5 + 32
    c, f = (rng.choice([f"{celsius}°C", f"{celsius} °C", f"{celsius} C", f"{celsius} degrees celsius", f"{celsius}C"]),
        rng.choice([f"{fahrenheit}°F", f"{fahrenheit} °F", f"{fahrenheit} F", f"{fahrenheit} degrees fahrenheit", f"{fahrenheit}F"]))
    if rng.random() < 0.5:
        return said(rng, HEAT, v=f, u=rng.choice(["celsius", "Celsius", "°C", "C", "degrees celsius"])), f"{celsius} °C"
    return said(rng, HEAT, v=c, u=rng.choice(["fahrenheit", "Fahrenheit", "°F", "F", "degrees fahrenheit"])), f"{fahrenheit} °F"


def story(rng):
    pattern, result = rng.choice(STORIES)
    a, b = rng.randrange(2, 10), rng.randrange(4, 31)
    c = rng.randrange(2, min(b, 12))
    rest = rng.randrange(a + b + 1, 90)
    found = result(a, b, c)
    if found is None:
        found = a * b + c
    elif found == "p-a+b":
        found = rest - a + b
    elif found == "p-a-b":
        found = rest - a - b
    if "too much" in pattern:
        rest = c
    thing, other = values.pick(rng, "object"), values.pick(rng, "object")
    slots = {"a": a, "b": b, "c": c, "p": rest, "p2": a * b, "t": thing, "t2": other, "ts": everyday.plural(thing), "first": values.first_name(rng),
        "first2": values.first_name(rng), "first3": values.first_name(rng)}
    return said(rng, [pattern], **slots), str(found)


def percents(rng):
    p = rng.choice([5, 10, 15, 20, 25, 30, 40, 50, 60, 70, 75, 80, 90, 12, 35, 45, 2, 1])
    base = rng.choice([rng.randrange(1, 50) * 10, rng.randrange(1, 25) * 20, rng.randrange(1, 25) * 4, rng.randrange(1, 100), 48, 64, 72, 84, 96])
    if rng.random() < 0.45:
        return ended(rng, said(rng, PERCENT, p=p, b=base)), shown(Fraction(p * base, 100))
    money = rng.choice(["euros", "euros", "dollars", "pounds"])
    return said(rng, OFF, p=p, b=base, m=money, t=values.pick(rng, "object")), shown(Fraction((100 - p) * base, 100))


KINDS = {expression: 3, two: 5, average: 2, of_list: 1, clock: 3, without_unit: 2.5, heat: 1, story: 3, percents: 2}
MAKERS, WEIGHTS = list(KINDS), list(KINDS.values())


def any_of_these(rng):
    return rng.choices(MAKERS, WEIGHTS)[0](rng)
