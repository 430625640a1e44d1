"""More with dates and times: spoken forms, short forms, names of days and months, quarters, times in words, dates in texts."""

import datetime

from ... import values
from ...task import Task
from ..shared import everyday
from ..shared.date_styles import AMBIGUOUS, MONTHS, NAMES, SOURCES, STYLES, TARGETS
from ..shared.number_forms import UNITS, in_words
from .asking import asked

DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split()
ORDINALS += [f"twenty-{one}" for one in ORDINALS[:9]] + ["thirtieth", "thirty-first"]
VERBS = ["convert {x} to {t}", "convert {x} to {t}", "write {x} as {t}", "write {x} in {t}", "change {x} to {t}", "format {x} as {t}", "turn {x} into {t}", "put {x} in {t}", "give me {x} as {t}",
    "rewrite {x} as {t}", "express {x} in {t}", "reformat {x} to {t}", "show {x} as {t}", "return {x} as {t}", "normalize {x} to {t}", "translate {x} into {t}", "bring {x} into {t}", "make {x} {t}"]
OTHERS = ["{x} as {t}", "{x} in {t}", "as {t}", "in {t}", "{t}", "{t} please", "what is {x} in {t}?", "to {t}", "{x} to {t}", "I need {x} in {t}", "how do I write {x} in {t}?", "{x} -> {t}", "{t}?"]
DATE_NOUNS = ["this date", "this", "the date", "the following date", "the date below", "this day"]
DATE_HELD = ["{data}", "{data}", "{data}", '"{data}"', "'{data}'", "the date {data}", "the date '{data}'", "{data}"]
TIME_NOUNS = ["this time", "this", "the time", "the following time"]
TIME_HELD = ["{data}", "{data}", "{data}", '"{data}"', "the time {data}"]
HEADS = ["Date", "date", "Input", "Date", "in", "When", "Day", "Given", "due"]
TIME_HEADS = ["Time", "time", "Input", "Start", "At", "in"]


def year_words(year):
    """As people say it: nineteen eighty-four, two thousand and five, twenty twenty-four."""
    head, tail = divmod(year, 100)
    if 2000 <= year < 2010:
        return "two thousand" + (f" and {UNITS[tail]}" if tail else "")
    return f"{in_words(head)} " + ("hundred" if tail == 0 else f"oh {UNITS[tail]}" if tail < 10 else in_words(tail))


def spoken(rng, day):
    month, nth = MONTHS[day.month - 1], ORDINALS[day.day - 1]
    year = rng.choice([str(day.year), str(day.year), year_words(day.year)])
    return rng.choice([f"the {nth} of {month} {year}", f"the {nth} of {month}, {year}", f"{month} {nth}, {year}", f"{month} the {nth}, {year}", f"{nth} of {month} {year}", f"{nth} {month} {year}",
        f"the {values.ordinal(day.day)} of {month} {year}", f"{month} the {values.ordinal(day.day)} {year}", f"the {nth} day of {month} {year}"])


MORE_SOURCES = {
    "weekday first": lambda d: f"{DAYS[d.weekday()]}, {d.day} {MONTHS[d.month - 1]} {d.year}", "weekday american": lambda d: f"{DAYS[d.weekday()]}, {MONTHS[d.month - 1]} {d.day}, {d.year}",
        "short weekday": lambda d: f"{DAYS[d.weekday()][:3]} {d.day} {MONTHS[d.month - 1][:3]} {d.year}",
    "capitals": lambda d: f"{d.day:02}-{MONTHS[d.month - 1][:3].upper()}-{d.year}", "dashes": lambda d: f"{d.day}-{MONTHS[d.month - 1][:3]}-{d.year}",
    "dot month": lambda d: f"{MONTHS[d.month - 1][:3]}. {d.day}, {d.year}" if d.month != 5 else f"May {d.day}, {d.year}", "year first": lambda d: f"{d.year} {MONTHS[d.month - 1]} {d.day}",
    "stamp": lambda d: f"{d.isoformat()}T10:15:00Z", "stamp2": lambda d: f"{d.isoformat()} 08:30", "loose iso": lambda d: f"{d.year}-{d.month}-{d.day}",
    "lower": lambda d: f"{MONTHS[d.month - 1].lower()} {d.day} {d.year}", "upper": lambda d: f"{d.day} {MONTHS[d.month - 1].upper()} {d.year}",
    "short lower": lambda d: f"{MONTHS[d.month - 1][:3].lower()} {d.day}, {d.year}",
    "nth short": lambda d: f"{values.ordinal(d.day)} {MONTHS[d.month - 1][:3]} {d.year}", "short nth": lambda d: f"{MONTHS[d.month - 1][:3]} {values.ordinal(d.day)} {d.year}",
}  # fmt: skip
MORE_TARGETS = {
    "DD Mon YYYY": (lambda d: f"{d.day:02} {MONTHS[d.month - 1][:3]} {d.year}", ["DD Mon YYYY", "dd Mon yyyy"]), "MM-DD-YYYY": (lambda d: f"{d.month:02}-{d.day:02}-{d.year}",
        ["MM-DD-YYYY", "mm-dd-yyyy"]), "DD/MM/YY": (lambda d: f"{d.day:02}/{d.month:02}/{d.year % 100:02}", ["DD/MM/YY", "dd/mm/yy"]),
    "MM/DD/YY": (lambda d: f"{d.month:02}/{d.day:02}/{d.year % 100:02}", ["MM/DD/YY", "mm/dd/yy"]), "DD.MM.YY": (lambda d: f"{d.day:02}.{d.month:02}.{d.year % 100:02}", ["DD.MM.YY", "dd.mm.yy"]),
    "YYYY-MM": (lambda d: f"{d.year}-{d.month:02}", ["YYYY-MM", "year-month", "yyyy-mm"]), "Month YYYY": (lambda d: f"{MONTHS[d.month - 1]} {d.year}",
    ["month and year", "Month YYYY", "month name and year"]),
    "DDMMYYYY": (lambda d: f"{d.day:02}{d.month:02}{d.year}", ["DDMMYYYY", "ddmmyyyy"]), "MM/YYYY": (lambda d: f"{d.month:02}/{d.year}", ["MM/YYYY", "mm/yyyy"]),
    "D.M.YYYY": (lambda d: f"{d.day}.{d.month}.{d.year}", ["D.M.YYYY", "D.M.YYYY without leading zeros"]),
    "D Month": (lambda d: f"{d.day} {MONTHS[d.month - 1]}", ["day and month name, like 3 August", "D Month"]), "nth": (lambda d: f"{MONTHS[d.month - 1]} {values.ordinal(d.day)}, {d.year}",
    ["the form March 3rd, 2024", "'Month Dth, YYYY'"]), "YYMMDD": (lambda d: f"{d.year % 100:02}{d.month:02}{d.day:02}", ["YYMMDD", "yymmdd"]),
    "DD-Mon-YYYY": (lambda d: f"{d.day:02}-{MONTHS[d.month - 1][:3]}-{d.year}", ["DD-Mon-YYYY", "dd-Mon-yyyy"]), "YYYY.MM.DD": (lambda d: f"{d.year}.{d.month:02}.{d.day:02}",
    ["YYYY.MM.DD", "yyyy.mm.dd"]),
}  # fmt: skip
TARGET_NAMES = {
    "YYYY-MM-DD": [*NAMES["YYYY-MM-DD"], "ISO", "ISO date", "YYYY-MM-DD format", "the format YYYY-MM-DD", "iso", "iso 8601", "a sortable ISO date", "yyyy-mm-dd format"],
    "MM/DD/YYYY": [*NAMES["MM/DD/YYYY"], "US date format", "american date format", "month/day/year"],
    "DD/MM/YYYY": [*NAMES["DD/MM/YYYY"], "day/month/year", "the European format DD/MM/YYYY"],
    "DD.MM.YYYY": [*NAMES["DD.MM.YYYY"], "day.month.year", "the format DD.MM.YYYY"],
    "D Month YYYY": ["D Month YYYY", "day, month name and year", "a date with the month written out, like 3 August 2024", "the form 3 August 2024", "D MMMM YYYY"],
    "Month D, YYYY": ["Month D, YYYY", "long US format", "the form August 3, 2024", "a long American date", "MMMM D, YYYY", "written out American style (August 3, 2024)"],
    "D Mon YYYY": ["D Mon YYYY", "the form 3 Aug 2024", "D MMM YYYY"],
    "Mon D, YYYY": ["Mon D, YYYY", "MMM D, YYYY"],
}  # fmt: skip


def task(rng, imperatives, others, slots, data, answer, nouns=DATE_NOUNS, held=DATE_HELD, heads=HEADS):
    return Task("convert", asked(rng, [(imperatives, others, slots)], data, nouns, held, heads, quotes=rng.random() < 0.3), answer)


def any_day(rng):
    return values.day(rng) if rng.random() < 0.4 else values.near_day(rng)


def target_of(rng):
    if rng.random() < 0.2:
        write, names = MORE_TARGETS[rng.choice(list(MORE_TARGETS))]
        return write, rng.choice(names)
    target = rng.choice(TARGETS)
    return STYLES[target], rng.choice(TARGET_NAMES.get(target) or NAMES.get(target, [target]))


def source_of(rng, day):
    draw = rng.random()
    if draw < 0.25:
        return spoken(rng, day)
    if draw < 0.5:
        return MORE_SOURCES[rng.choice(list(MORE_SOURCES))](day)
    return STYLES[rng.choice(SOURCES)](day)


def date(rng):
    day = any_day(rng)
    write, name = target_of(rng)
    if rng.random() < 0.12:  # told which of two readings is meant, or only one is possible
        source = rng.choice(AMBIGUOUS)
        text = STYLES[source](day)
        if day.day <= 12:
            known = rng.choice([source, source.lower(), NAMES[source][0]])
            verbs = [verb.replace("{x}", "{x} from {s}") for verb in ("convert {x} to {t}", "change {x} to {t}", "reformat {x} to {t}")]
            return task(rng, verbs, ["{s} to {t}", "from {s} to {t}", "{x} is {s}, I need {t}", "it is {s}, make it {t}"], {"t": name, "s": known}, text,
                write(day)) if write(day) != text else date(rng)
    else:
        text = source_of(rng, day)
    answer = write(day)
    return task(rng, VERBS, OTHERS, {"t": name}, text, answer) if answer != text else date(rng)


def several(rng):
    write, name = target_of(rng)
    days = [values.near_day(rng) for _ in range(rng.randrange(2, 6))]
    source = rng.choice(SOURCES)
    if rng.random() < 0.3:
        shown = [source_of(rng, day) for day in days]
    else:
        shown = [STYLES[source](day) for day in days]
    joint = rng.choice(["\n", "\n", "; "] + ([", "] if not any("," in text for text in shown) and name.count(",") == 0 else []))
    answers = [write(day) for day in days]
    if joint == ", " and any("," in text for text in answers) or answers == shown:
        joint = "\n"
    nouns = ["these dates", "the dates", "these", "all dates", "the following dates", "all of these dates", "them", "each date"]
    return Task("convert", asked(rng, [(VERBS, ["{x} in {t}", "as {t}", "all in {t}", "{t} please"], {"t": name})], joint.join(shown), nouns, ["{data}"], ["Dates", "dates", "List", "Input"]),
        joint.join(answers))


HOLDERS = ["{a} starts on {d}", "Invoice {n} is due on {d}.", "{name} was born on {d} in {town}.", "The {a} ends {d}", "{a}: {d}", "Meeting with {name} on {d}.", "We moved to {town} on {d}.",
    "Deadline for the {a} is {d}, please tell {name}.", "From {d} to {e} the {p} is closed.", "{name} works from {d} until {e}.", "Holiday: {d} - {e}", "Shipped {d}, arrived {e}.", "Order {n} of {d}"]


def in_text(rng):
    """The dates within a sentence change, the rest stays."""
    target, source = rng.choice(["YYYY-MM-DD", "YYYY-MM-DD", "YYYY-MM-DD", "DD.MM.YYYY", "MM/DD/YYYY", "D Month YYYY"]), rng.choice(SOURCES)
    if target == source:
        return in_text(rng)
    pattern = rng.choice(HOLDERS)
    slots = {"a": everyday.of_kind(rng, "office"), "n": values.code(rng), "name": everyday.of_kind(rng, "given"), "town": everyday.of_kind(rng, "town"), "p": everyday.of_kind(rng, "place")}
    days = [values.near_day(rng), values.near_day(rng)]
    text, answer = (pattern.format(**slots, d=STYLES[style](days[0]), e=STYLES[style](days[1])) for style in (source, target))
    which = "date" if "{e}" not in pattern else "dates"
    imperatives = [f"write the {which} in {{x}} as {{t}}", f"change the {which} to {{t}}", f"rewrite {{x}} with the {which} in {{t}}", f"convert the {which} in {{x}} to {{t}}, keep the rest",
        f"reformat the {which} as {{t}}[, leave the rest as it is|]", f"replace the {which} with {{t}}"]
    return Task("convert", asked(rng, [(imperatives, [f"same text, {which} in {{t}}"], {"t": rng.choice(TARGET_NAMES[target][:8])})], text,
        ["this", "the text", "this sentence", "the following", "this line"], ['"{data}"'], quotes=True), answer)


def part(rng):
    day = any_day(rng)
    text = source_of(rng, day)
    month = MONTHS[day.month - 1]
    kind = rng.choice(["year", "month", "month number", "day", "quarter", "short month", "two-digit year"])
    name, answer = {
        "year": ("the year", str(day.year)), "month": (rng.choice(["the month as a word", "the month name", "the name of the month"]), month),
            "month number": (rng.choice(["the month as a number", "the month number", "the number of the month"]), str(day.month)),
        "day": (rng.choice(["the day of the month", "the day number", "the day as a number"]), str(day.day)), "quarter": (rng.choice(["the quarter (Q1 to Q4)", "the quarter as Q1, Q2, Q3 or Q4"]),
        f"Q{(day.month + 2) // 3}"), "short month": ("the month as three letters", month[:3]), "two-digit year": ("the year with two digits", f"{day.year % 100:02}"),
    }[kind]  # fmt: skip
    imperatives = ["give me {p}", "extract {p}", "return {p}", "tell me {p} of {x}", "take {p} from {x}", "give me {p} of {x}", "extract {p} from {x}", "show only {p}", "keep only {p}"]
    return task(rng, imperatives, ["{p}", "only {p}", "just {p} please", "what is {p} of {x}?", "{p} of {x}?", "what is {p}?"], {"p": name}, text, answer)


def names(rng):
    """Months and weekdays: numbers, short and long names, what comes next."""
    kind, at = rng.randrange(7), rng.randrange(12)
    month, weekday = MONTHS[at], DAYS[at % 7]
    nouns, held = ["this", "this month", "the month"], ["{data}", "{data}", '"{data}"', "the month {data}"]
    if kind == 0:
        shown = rng.choice([month, month.lower(), month[:3], month[:3].lower(), month.upper()])
        return task(rng, ["convert {x} to a month number", "give me the number of {x}", "turn {x} into a number", "write {x} as a number", "change {x} to its month number",
            "tell me which month number {x} is"], ["{x} as a number", "month number of {x}?", "which number is {x}?", "what number month is {x}?", "month number?"], {}, shown, str(at + 1), nouns,
            held, ["Month"])
    if kind == 1:
        digits = rng.random() < 0.5
        return task(rng, ["write {x} as a two-digit month[ number|]", "convert {x} to MM", "give me {x} as two digits"], ["{x} as MM", "two-digit month for {x}"], {}, rng.choice([month, month[:3]]),
            f"{at + 1:02}", nouns, held, ["Month"]) if digits else \
            task(rng, ["abbreviate {x} to three letters", "shorten {x} to three letters", "write {x} with three letters"], ["{x} in three letters", "three-letter form of {x}"], {}, month, month[:3],
                nouns, held, ["Month"])
    if kind == 2:
        shown = rng.choice([month[:3], month[:3].lower(), month[:3].upper(), f"month {at + 1}", f"month number {at + 1}"])
        return task(rng, ["write out {x}", "give me the full name of {x}", "write the full month name for {x}", "convert {x} to its full name", "name {x} in full"],
            ["full name of {x}?", "{x} in full", "{x} written out", "what is {x} in full?"], {}, shown, month, ["this", "this month"], ["{data}", '"{data}"'], ["Month"])
    days = ["this", "this day", "the day"], ["{data}", "{data}", '"{data}"'], ["Day", "Weekday"]
    if kind == 3:
        return task(rng, ["write out {x}", "write {x} in full", "give me the full name of {x}", "convert {x} to the full weekday name", "expand {x} to the full weekday"],
            ["full weekday name of {x}", "{x} in full", "{x} written out"], {}, rng.choice([weekday[:3], weekday[:3].lower(), weekday[:3].upper()]), weekday, *days)
    if kind == 4:
        return task(rng, ["abbreviate {x} to three letters", "shorten {x} to three letters", "write {x} with three letters", "convert {x} to its three-letter form"],
            ["{x} in three letters", "three-letter form of {x}"], {}, weekday, weekday[:3], *days)
    if kind == 5:
        step = rng.choice([1, -1])
        word = "after" if step == 1 else "before"
        return task(rng, ["tell me which day comes " + word + " {x}", "name the weekday " + word + " {x}", "give me the day " + word + " {x}"],
            ["which day comes " + word + " {x}?", "what day is " + word + " {x}?", "the weekday " + word + " {x}?"], {}, weekday, DAYS[(at % 7 + step) % 7], *days)
    step = rng.choice([1, -1])
    word = "after" if step == 1 else "before"
    return task(rng, ["tell me which month comes " + word + " {x}", "name the month " + word + " {x}", "give me the month " + word + " {x}"],
        ["which month comes " + word + " {x}?", "what month is " + word + " {x}?", "month " + word + " {x}?"], {}, month, MONTHS[(at + step) % 12], nouns, held, ["Month"])


def twelve(hour, minute, rng):
    half = "AM" if hour < 12 else "PM"
    shown, sign = (hour + 11) % 12 + 1, rng.choice([" AM", "AM", " am", "am", " a.m.", " A.M."])
    sign = sign if half == "AM" else sign.replace("A", "P").replace("a", "p")
    return (f"{shown}{sign}" if minute == 0 and rng.random() < 0.5 else f"{shown}:{minute:02}{sign}" if rng.random() < 0.85 else f"{shown:02}:{minute:02}{sign}")


TO_24 = ["24-hour time", "24-hour format", "24h", "24 hour format", "the 24-hour clock", "military time with a colon", "HH:MM", "24h format", "24 hour time", "24-hour clock time"]
TO_12 = ["12-hour time", "12-hour format", "12h", "AM/PM", "am/pm", "the 12-hour clock", "12 hour format", "AM/PM time", "12h format", "12-hour time with AM or PM"]


def clock(rng):
    hour, minute = rng.randrange(24), rng.choice([0, 0, 15, 30, 45, rng.randrange(60), rng.randrange(60)])
    if rng.random() < 0.5:
        shown = rng.choice([f"{hour:02}:{minute:02}", f"{hour:02}:{minute:02}", f"{hour}:{minute:02}", f"{hour:02}{minute:02}h", f"{hour:02}h{minute:02}", f"{hour:02}.{minute:02}",
            f"{hour:02}:{minute:02}:00"])
        return task(rng, VERBS, OTHERS, {"t": rng.choice(TO_12)}, shown, f"{(hour + 11) % 12 + 1}:{minute:02} {'AM' if hour < 12 else 'PM'}", TIME_NOUNS, TIME_HELD, TIME_HEADS)
    return task(rng, VERBS, OTHERS, {"t": rng.choice(TO_24)}, twelve(hour, minute, rng), f"{hour:02}:{minute:02}", TIME_NOUNS, TIME_HELD, TIME_HEADS)


def clocks(rng):
    """Some times at once."""
    times = [(rng.randrange(24), rng.choice([0, 15, 30, 45, rng.randrange(60)])) for _ in range(rng.randrange(2, 6))]
    joint = rng.choice([", ", ", ", "\n", "; "])
    low = [f"{h:02}:{m:02}" for h, m in times]
    high = [f"{(h + 11) % 12 + 1}:{m:02} {'AM' if h < 12 else 'PM'}" for h, m in times]
    up = rng.random() < 0.5
    shown, answers = (low, high) if up else (high, low)
    nouns = ["these times", "the times", "these", "all times", "the following times"]
    return Task("convert", asked(rng, [(VERBS, ["{x} in {t}", "as {t}", "all in {t}"], {"t": rng.choice(TO_12 if up else TO_24)})], joint.join(shown), nouns, ["{data}"],
        ["Times", "times", "Schedule"]), joint.join(answers))


def time_words(rng):
    """half past three in the afternoon"""
    hour = rng.randrange(1, 13)
    minute = rng.choice([0, 15, 30, 45, 5, 10, 20, 25, 35, 40, 50, 55])
    part, add = rng.choice([("in the morning", 0), ("in the afternoon", 12), ("in the evening", 12)])
    if part == "in the morning" and hour == 12 or part == "in the afternoon" and not (hour <= 5 or hour == 12) or part == "in the evening" and not 6 <= hour <= 11:
        return time_words(rng)
    full = hour % 12 + add
    if minute == 0:
        said = f"{UNITS[hour]} o'clock {part}"
    elif minute <= 30:
        said = {15: "quarter", 30: "half"}.get(minute, (UNITS + ["twenty"])[minute] if minute <= 20 else "twenty-five") + f" past {UNITS[hour]} {part}"
    else:
        said = {45: "quarter"}.get(minute, (UNITS + ["twenty"])[60 - minute] if minute >= 40 else "twenty-five") + f" to {UNITS[hour % 12 + 1]} {part}"
        if hour % 12 == 11 and part == "in the morning" or hour == 11 and part == "in the evening" or hour == 5 and part == "in the afternoon":
            return time_words(rng)
    if rng.random() < 0.06:
        said, full, minute = rng.choice([("noon", 12, 0), ("midnight", 0, 0)])
    targets, answer = (TO_24, f"{full:02}:{minute:02}") if rng.random() < 0.7 else (["AM/PM with digits", "12-hour digits with AM or PM", "digits with AM/PM"],
        f"{(full + 11) % 12 + 1}:{minute:02} {'AM' if full < 12 else 'PM'}")
    return task(rng, VERBS, OTHERS, {"t": rng.choice(targets)}, said, answer, TIME_NOUNS, TIME_HELD, TIME_HEADS)


def stamp(rng):
    day, hour, minute, second = values.near_day(rng), rng.randrange(24), rng.randrange(60), rng.randrange(60)
    iso = day.isoformat()
    shown = rng.choice([f"{iso}T{hour:02}:{minute:02}:{second:02}Z", f"{iso} {hour:02}:{minute:02}:{second:02}", f"{iso}T{hour:02}:{minute:02}",
        f"{day.day:02}.{day.month:02}.{day.year} {hour:02}:{minute:02}", f"{day.day} {MONTHS[day.month - 1]} {day.year}, {hour:02}:{minute:02}", f"{iso}T{hour:02}:{minute:02}:{second:02}+00:00"])
    part, answer = rng.choice([(["the date as YYYY-MM-DD", "the date in ISO format", "only the date, as YYYY-MM-DD"], iso),
        (["the time as HH:MM", "only hours and minutes (HH:MM)"], f"{hour:02}:{minute:02}"), (["the date as DD.MM.YYYY"], f"{day.day:02}.{day.month:02}.{day.year}"),
        (["the date as D Month YYYY"], f"{day.day} {MONTHS[day.month - 1]} {day.year}")])
    return task(rng, ["give me {p}", "extract {p}", "return {p}", "show {p}", "take {p} from {x}", "extract {p} from {x}"], ["{p}", "{p} please", "just {p}"], {"p": rng.choice(part)}, shown, answer,
        ["this timestamp", "this", "the timestamp", "it"], ["{data}"], ["Timestamp", "Input", "timestamp"])


def shifted(rng):
    """The day before or after, within or across months."""
    day, step = values.near_day(rng), rng.choice([1, 1, -1, -1])
    other = day + datetime.timedelta(days=step)
    word = "after" if step == 1 else "before"
    return task(rng, ["give me the day " + word + " {x}[ as YYYY-MM-DD|]", "tell me the date " + word + " {x}[ as YYYY-MM-DD|]"],
        ["what is the day " + word + " {x}[ as YYYY-MM-DD|]?", "the day " + word + " {x}?", "which date is one day " + word + " {x}?"], {}, day.isoformat(), other.isoformat())


KINDS = [(date, 7), (several, 1.5), (in_text, 1), (part, 1.3), (names, 1.5), (clock, 2.5), (clocks, 0.6), (time_words, 1), (stamp, 0.8), (shifted, 0.4)]
MAKE, WEIGHTS = [kind for kind, _ in KINDS], [weight for _, weight in KINDS]


def make(rng):
    return rng.choices(MAKE, WEIGHTS)[0](rng)
