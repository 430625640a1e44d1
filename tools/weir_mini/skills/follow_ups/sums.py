"""A result that one calculates on with: times two, and minus 7, what about 15?"""

from fractions import Fraction

from ...phrasing import choose, fill
from ..shared.each_jobs import plain

FIRST = ["What is {e}?", "what is {e}", "{e}", "{e} = ?", "{e}?", "Calculate {e}.", "calculate {e}", "How much is {e}?", "how much is {e}", "What's {e}?", "{e}, please",
    "Can you calculate {e}?", "work out {e}", "Compute {e}"]  # fmt: skip
PLUS = ["plus {k}", "[and |]plus {k}?", "add {k}", "[and |]{k} more", "add {k} to that", "[now |]plus {k}", "+ {k}", "increase that by {k}", "[and |]if I add {k}?"]  # fmt: skip
MINUS = ["minus {k}", "[and |]minus {k}?", "subtract {k}", "take away {k}", "- {k}", "[now |]minus {k}", "take {k} off", "subtract {k} from that", "[and |]without {k}?"]  # fmt: skip
TIMES = ["times {k}", "[and |]times {k}?", "multiply [that|it] by {k}", "x {k}", "* {k}", "[now |]times {k}", "multiplied by {k}"]  # fmt: skip
TWICE = ["times two", "double [it|that]", "twice that", "doubled", "[and |]times two?", "[now |]double"]
OVER = ["divided by {k}", "[and |]divided by {k}?", "divide [that|it] by {k}", "/ {k}", "split [it |that |]{k} ways", "shared by {k} people"]  # fmt: skip
HALF = ["half of [that|it]", "halve it", "[and |]half?", "cut it in half", "[now |]half of that"]
PERCENT = ["{k}% of that", "[and |]{k} percent of it?", "[now |]{k}% of it", "take {k}% of that"]
SQUARE = ["squared", "square that", "[now |]the square of that"]


def said(rng, patterns, **slots):
    return fill(choose(rng, rng.choice(patterns)), slots)


def step(rng, value):
    """(what is said, the new value) or None."""
    draw = rng.random()
    whole = value.denominator == 1
    if draw < 0.26:
        k = rng.choice([rng.randrange(1, 20), rng.randrange(1, 100)])
        return said(rng, PLUS, k=k), value + k
    if draw < 0.5:
        k = rng.choice([rng.randrange(1, 20), rng.randrange(1, 100)])
        return (said(rng, MINUS, k=k), value - k) if value >= k or rng.random() < 0.08 else None
    if draw < 0.62:
        return (said(rng, TWICE), 2 * value) if value < 5000 else None
    if draw < 0.75:
        k = rng.choice([2, 3, 3, 4, 5, 6, 10])
        return (said(rng, TIMES, k=k), value * k) if value < 200 or k == 10 else None
    if draw < 0.85:
        divisors = [k for k in (2, 3, 4, 5, 6, 8, 10) if whole and value > 0 and int(value) % k == 0]
        return (said(rng, OVER, k=k), value / k) if divisors and (k := rng.choice(divisors)) else None
    if draw < 0.93:
        return (said(rng, HALF), value / 2) if value.denominator <= 2 and value > 0 else None
    if draw < 0.98:
        k = rng.choice([10, 10, 20, 25, 50])
        return (said(rng, PERCENT, k=k), value * k / 100) if whole and 0 < value < 1000 else None
    return (said(rng, SQUARE), value * value) if whole and 1 < value < 13 else None


def starting(rng):
    kind = rng.randrange(6)
    if kind < 2:
        a, b = rng.randrange(1, 100), rng.randrange(1, 100)
        return rng.choice(["{a} + {b}", "{a} plus {b}", "{a}+{b}", "the sum of {a} and {b}"]).format(a=a, b=b), a + b
    if kind == 2:
        a, b = sorted((rng.randrange(1, 100), rng.randrange(1, 100)), reverse=True)
        return rng.choice(["{a} - {b}", "{a} minus {b}", "{a}-{b}"]).format(a=a, b=b), a - b
    if kind == 3:
        a, b = rng.randrange(2, 13), rng.randrange(2, 13)
        return rng.choice(["{a} x {b}", "{a} times {b}", "{a} * {b}", "{a}*{b}"]).format(a=a, b=b), a * b
    if kind == 4:
        a, b = rng.randrange(1, 13), rng.randrange(2, 13)
        return rng.choice(["{a} / {b}", "{a} divided by {b}", "{a}/{b}"]).format(a=a * b, b=b), a
    numbers = [rng.randrange(1, 50) for _ in range(3)]
    return rng.choice([" + ", " plus ", "+"]).join(map(str, numbers)), sum(numbers)


def chain(rng):
    text, value = starting(rng)
    value = Fraction(value)
    turns, wanted = [(said(rng, FIRST, e=text), plain(value))], rng.choice([2, 2, 3, 3, 4])
    while len(turns) < wanted:
        made = step(rng, value)
        if made is None or made[1].denominator not in (1, 2, 4, 5, 10, 20):
            continue
        turns.append((made[0], plain(made[1])))
        value = made[1]
    return turns


def percents(rng):
    """A part of a number, then another part or another number."""
    percent, base = rng.choice([5, 10, 15, 20, 25, 30, 50]), rng.randrange(1, 40) * 20
    first = rng.choice(["What is {p}% of {b}?", "{p}% of {b}", "how much is {p}% of {b}?", "{p} percent of {b}?", "Calculate {p}% of {b}"])  # fmt: skip
    turns = [(first.format(p=percent, b=base), plain(Fraction(percent * base, 100)))]
    for _ in range(rng.choice([1, 1, 2, 3])):
        if rng.random() < 0.5:
            percent = rng.choice([p for p in (5, 10, 15, 20, 25, 30, 40, 50, 60, 75) if p != percent])
            turns.append((said(rng, ["[and |]{p}%?", "[what about|how about] {p}%?", "{p} percent?", "[same with|make it] {p}%"], p=percent), plain(Fraction(percent * base,
                100))))  # fmt: skip
        else:
            base = rng.randrange(1, 40) * 20
            turns.append((said(rng, ["[and |]of {b}?", "the same of {b}", "[what about|how about] of {b}?", "same percentage of {b}"], b=base), plain(Fraction(percent * base,
                100))))  # fmt: skip
    return turns


OVER_LIST = {
    "sum": (["Add up {l}", "What is the sum of {l}?", "sum of {l}", "add {l}", "total of {l}"], ["[and |]the sum?", "what's the total?", "[now |]add them up", "[and |]in total?"],
    lambda n: Fraction(sum(n))),
    "average": (["What is the average of {l}?", "average of {l}", "mean of {l}?", "calculate the average of {l}"], ["[and |]the average?", "what's the mean?",
    "[now |]the average"], lambda n: Fraction(sum(n), len(n))),
    "largest": (["What is the largest of {l}?", "maximum of {l}", "largest number of {l}?"], ["[and |]the largest?", "the biggest one?", "[and |]the maximum?"],
    lambda n: Fraction(max(n))),
    "smallest": (["What is the smallest of {l}?", "minimum of {l}", "smallest number of {l}?"], ["[and |]the smallest?", "[and |]the minimum?", "the lowest?"],
    lambda n: Fraction(min(n))),
}  # fmt: skip


def some_numbers(rng):
    numbers = [rng.randrange(1, rng.choice([20, 50, 100])) for _ in range(rng.choice([3, 3, 4, 5]))]
    numbers[-1] += -sum(numbers) % len(numbers)
    return numbers


def listed(rng, numbers):
    return ", ".join(map(str, numbers)) if rng.random() < 0.7 else ", ".join(map(str, numbers[:-1])) + f" and {numbers[-1]}"  # fmt: skip


def over_list(rng):
    """A list of numbers, asked for one thing and then for another, or the same of other numbers."""
    numbers, kind = some_numbers(rng), rng.choice(["sum", "sum", "average", "largest", "smallest"])
    turns = [(rng.choice(OVER_LIST[kind][0]).replace("{l}", listed(rng, numbers)), plain(OVER_LIST[kind][2](numbers)))]
    for _ in range(rng.choice([1, 1, 2, 2])):
        draw = rng.random()
        if draw < 0.5:
            kind = rng.choice([other for other in OVER_LIST if other != kind])
            turns.append((choose(rng, rng.choice(OVER_LIST[kind][1])), plain(OVER_LIST[kind][2](numbers))))
        elif draw < 0.85:
            numbers = some_numbers(rng)
            turns.append((said(rng, ["[and |]{l}?", "[what about|how about] {l}?", "same for {l}", "{l}", "[and |]for {l}?"], l=listed(rng, numbers)),
                plain(OVER_LIST[kind][2](numbers))))  # fmt: skip
        elif kind != "average" and len(numbers) > 3:
            gone = rng.choice(numbers)
            if numbers.count(gone) == 1:
                numbers = [number for number in numbers if number != gone]
                turns.append((said(rng, ["[and |]without the {k}?", "leave out the {k}", "without {k}"], k=gone), plain(OVER_LIST[kind][2](numbers))))  # fmt: skip
                return turns
    return turns if len(turns) > 1 else over_list(rng)


ALIKE = [
    ("{a} + {b}", lambda a, b: a + b), ("{a} x {b}", lambda a, b: a * b), ("{a} times {b}", lambda a, b: a * b), ("{a} plus {b}", lambda a, b: a + b), ("{a} - {b}", lambda a,
    b: a - b), ("{a} minus {b}", lambda a, b: a - b), ("{a} * {b}", lambda a, b: a * b),
]  # fmt: skip


def one_after_other(rng):
    """Sums that have nothing to do with each other."""
    turns = []
    for place in range(rng.choice([2, 3, 3])):
        pattern, operate = rng.choice(ALIKE)
        a, b = (rng.randrange(2, 13), rng.randrange(2, 13)) if operate(3, 2) == 6 else sorted((rng.randrange(2, 100), rng.randrange(2, 100)), reverse=True)  # fmt: skip
        text = pattern.format(a=a, b=b)
        turns.append((said(rng, FIRST, e=text) if place == 0 else said(rng, ["[and |]{e}?", "{e}", "[what about|how about] {e}?", "next: {e}", "[now |]{e}"], e=text),
            str(operate(a, b))))  # fmt: skip
    return turns


def make(rng):
    return rng.choices([chain, percents, over_list, one_after_other], [5, 1.5, 2.5, 1.2])[0](rng), False
