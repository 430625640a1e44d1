"""Dates among the ways in which they are written, parts of dates, clock times of 12 and 24 hours, durations."""

from ... import values
from ...framing import about, inline
from ...task import Task
from ..shared.date_styles import AMBIGUOUS, MONTHS, NAMES, SOURCES, STYLES, TARGETS, twelve
from . import date_phrases as ask

DURATION_SIGNS = [("h", "min"), ("hours", "minutes")]


def task(messages, answer):
    return Task("convert", messages, answer)


def date(rng):
    day = values.day(rng) if rng.random() < 0.4 else values.near_day(rng)
    target = rng.choice(TARGETS)
    name = rng.choice(NAMES.get(target, [target]))
    if rng.random() < 0.15:
        source = rng.choice([style for style in AMBIGUOUS if style != target])
        known = rng.choice([source, NAMES[source][0]])
        messages = inline(rng, ask.FROM_TO, text=STYLES[source](day), source=known, name=name)
        return task(messages, STYLES[target](day))
    source = rng.choice([style for style in SOURCES if style != target])
    return task(inline(rng, ask.DATE, text=STYLES[source](day), name=name), STYLES[target](day))


def several(rng):
    target = rng.choice(["YYYY-MM-DD", "YYYY-MM-DD", "DD.MM.YYYY", "MM/DD/YYYY", "D Month YYYY", "Mon D, YYYY"])
    source = rng.choice([style for style in SOURCES if style != target])
    days = [values.near_day(rng) for _ in range(rng.randrange(2, 5))]
    messages = about(rng, ask.SEVERAL, "\n".join(map(STYLES[source], days)), name=rng.choice(NAMES.get(target, [target])))
    return task(messages, "\n".join(map(STYLES[target], days)))


def part(rng):
    day = values.near_day(rng)
    text = STYLES[rng.choice(SOURCES)](day)
    kind = rng.choice(["year", "month", "month number", "day"])
    answer = {
        "year": str(day.year),
        "month": MONTHS[day.month - 1],
        "month number": str(day.month),
        "day": str(day.day),
    }[kind]
    return task(inline(rng, ask.PARTS[kind], text=text), answer)


def month(rng):
    number = rng.randrange(1, 13)
    name = MONTHS[number - 1]
    if rng.random() < 0.5:
        return task(inline(rng, ask.MONTH_NUMBER, m=rng.choice([name, name[:3]])), str(number))
    return task(inline(rng, ask.MONTH_NAME, n=rng.choice([number, values.ordinal(number)])), name)


def minute_of(rng):
    return rng.choice([0, 15, 30, 45, rng.randrange(60), rng.randrange(60)])


def clock(rng):
    hour, minute = rng.randrange(24), minute_of(rng)
    if rng.random() < 0.45:
        return task(inline(rng, ask.TO_TWELVE, t=f"{hour:02}:{minute:02}"), twelve(hour, minute))
    text = twelve(hour, minute, rng.choice(["{} {}", "{}{}"]))
    if minute == 0 and rng.random() < 0.6:
        text = text.replace(":00", "")
    if rng.random() < 0.6:
        text = text.lower()
    if rng.random() < 0.1:
        text = text.lower().replace("am", "a.m.").replace("pm", "p.m.")
    return task(inline(rng, ask.TO_TWENTY_FOUR, t=text), f"{hour:02}:{minute:02}")


def duration(rng):
    """Minutes as hours and minutes, seconds as minutes and seconds."""
    minutes = rng.choice([rng.randrange(61, 300), rng.randrange(60, 600, 15)])
    hours, rest = divmod(minutes, 60)
    if rest == 0:
        return duration(rng)
    kind = rng.randrange(4)
    if kind == 0:
        return task(inline(rng, ask.TO_H_MM, v=f"{minutes} {rng.choice(['min', 'minutes'])}"), f"{hours}:{rest:02}")
    if kind == 1:
        return task(inline(rng, ask.TO_M_SS, v=f"{minutes} {rng.choice(['s', 'seconds'])}"), f"{hours}:{rest:02}")
    if kind == 2:
        text = f"{minutes} {rng.choice(['min', 'minutes', 'mins'])}"
        return task(inline(rng, ask.TO_HOURS_MINUTES, v=text), f"{hours} h {rest} min")
    h, m = rng.choice(DURATION_SIGNS)
    text = rng.choice([f"{hours} {h} {rest} {m}", f"{hours} {h} and {rest} {m}", f"{hours}h{rest}m", f"{hours}h {rest}min"])
    return task(inline(rng, ask.TO_MINUTES, v=text), f"{minutes} min")


def stamp(rng):
    """One half of a time stamp."""
    day, time = values.near_day(rng).isoformat(), f"{rng.randrange(24):02}:{rng.randrange(60):02}"
    text = rng.choice([f"{day}T{time}:{rng.randrange(60):02}Z", f"{day} {time}", f"{day}T{time}"])
    if rng.random() < 0.5:
        return task(inline(rng, ask.STAMP_DATE, t=text), day)
    return task(inline(rng, ask.STAMP_TIME, t=text), time)


KINDS = [(date, 8), (several, 0.8), (part, 1.2), (month, 0.5), (clock, 2), (duration, 1.5), (stamp, 0.6)]


def make(rng):
    return rng.choices([kind for kind, _ in KINDS], [weight for _, weight in KINDS])[0](rng)
