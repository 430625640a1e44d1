"""Days of months, clock times of twelve hours, which of two amounts is more, whether an equation holds."""

from ... import values
from ...phrasing import say
from .units import EARLIER, LATER, SCALES, SPANS

MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
IN_MONTH = [
    "How many days [does {m} have|are in {m}|are there in {m}|has {m}]?", "[Number of days|Days] in {m}[?|]", "{m} has how many days?", "[Tell me|Do you know] how many days {m} has[.|?]",
]  # fmt: skip
DAYS_BETWEEN = [
    "How many days [are there |are |is it |]from {m} {a} to {m} {b}?", "How many days [are there |lie |]between {m} {a} and {m} {b}?", "[It's|It is|Today is] {m} {a}. How many days until {m} {b}?",
    "Days from {a} {m} to {b} {m}[?|]", "How many days until {m} {b} if today is {m} {a}?",
]  # fmt: skip
DAY_LATER = [
    "[What date|Which date|What day] is {n} days after {m} {a}?", "[Today is|It's|It is] {m} {a}. What's the date in {n} days?", "{m} {a} plus {n} days[?|]", "{n} days after {m} {a}[?|]",
    "The package takes {n} days and leaves on {m} {a}. When does it arrive?",
]  # fmt: skip
MONTH_LATER = [
    "[What|Which] month comes {n} months after {m}?", "[It's|It is] {m}. [What|Which] month is it in {n} months?", "{n} months after {m}[?|]", "{m} plus {n} months[?|]",
]  # fmt: skip
MORE = [
    "[What|Which] is [more|bigger|larger][:|,] {a} or {b}?", "{a} or {b}, which is more?", "[Which one is|Which is] [more|bigger|larger], {a} or {b}?", "Is {a} or {b} more?",
    "[More|The larger one][:|]: {a} or {b}[?|]",
]  # fmt: skip
LESS = [
    "[What|Which] is [less|smaller][:|,] {a} or {b}?", "{a} or {b}, which is less?", "[Which one is|Which is] [less|smaller], {a} or {b}?",
]  # fmt: skip
HOLDS = [
    "[Is|is] {e} [equal to |]{c}?", "{e} = {c}, [right|correct|true|is that right]?", "[Is it true that|True that|Check:] {e} [is|equals|makes] {c}?", "[Does|does] {e} [equal|make|give] {c}?",
    "I got {c} for {e}. [Is that right|Correct|Right]?",
    "My kid says {e} is {c}. [Is that right|Correct|True]?", "{e} == {c}?",
]  # fmt: skip


def twelve(total):
    hour, minute = total // 60 % 24, total % 60
    return f"{hour % 12 or 12}:{minute:02} {'am' if hour < 12 else 'pm'}"


def half_day_clock(rng):
    start, (minutes, name) = rng.randrange(288) * 5, rng.choice(SPANS)
    if rng.random() < 0.3:
        return say(rng, EARLIER, t=twelve(start), m=name), twelve((start - minutes) % 1440)
    return say(rng, LATER, t=twelve(start), m=name), twelve((start + minutes) % 1440)


def days(rng):
    place = rng.choice([m for m in range(12) if m != 1])
    month, last = values.MONTHS[place], MONTH_DAYS[place]
    if rng.random() < 0.2:
        return say(rng, IN_MONTH, m=month), str(last)
    a, b = sorted(rng.sample(range(1, last + 1), 2))
    if b - a < 2 or rng.random() < 0.5:
        return say(rng, DAYS_BETWEEN, m=month, a=a, b=b), str(b - a)
    return say(rng, DAY_LATER, m=month, a=a, n=b - a), f"{month} {b}"


def month(rng):
    place, n = rng.randrange(12), rng.randrange(2, 12)
    return say(rng, MONTH_LATER, m=values.MONTHS[place], n=n), values.MONTHS[(place + n) % 12]


def which_is_more(rng):
    scale = rng.choice(SCALES)
    (sign_a, _, factor_a), (sign_b, _, factor_b) = rng.sample(scale, 2) if rng.random() < 0.8 else [rng.choice(scale)] * 2
    a = rng.randrange(1, 100) if factor_a >= factor_b else rng.randrange(1, 100) * factor_b // factor_a
    b = rng.randrange(1, 100) if factor_b >= factor_a else rng.randrange(1, 100) * factor_a // factor_b
    if a * factor_a == b * factor_b or max(a, b) > 10**6:
        return which_is_more(rng)
    one, other = f"{a} {sign_a}", f"{b} {sign_b}"
    patterns, more = (MORE, True) if rng.random() < 0.65 else (LESS, False)
    return say(rng, patterns, a=one, b=other), one if (a * factor_a > b * factor_b) == more else other


def holds(rng):
    a, b = rng.randrange(1, 100), rng.randrange(1, 50)
    a, b = max(a, b), min(a, b)
    sign, value = rng.choice([("+", a + b), ("-", a - b), ("plus", a + b), ("minus", a - b)])
    if rng.random() < 0.4:
        a, b = rng.randrange(2, 13), rng.randrange(2, 13)
        sign, value = rng.choice(["*", "x", "times"]), a * b
    said = value if rng.random() < 0.5 else value + rng.choice([-10, -2, -1, 1, 2, 10])
    return say(rng, HOLDS, e=f"{a} {sign} {b}", c=said), "yes" if said == value else "no"


KINDS = {half_day_clock: 1, days: 1, month: 0.5, which_is_more: 0.8, holds: 0.8}
MAKERS, WEIGHTS = list(KINDS), list(KINDS.values())


def any_of_these(rng):
    return rng.choices(MAKERS, WEIGHTS)[0](rng)
