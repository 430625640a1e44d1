"""Clauses of everyday messages, with the person addressed as he, she, they or you.

A clause is drawn with marks: ~he ~his ~him for the one addressed, ~is ~has ~need for verbs that follow. told() says
it of a third person, as one tells somebody what to write; addressed() says it to that person, as the message does.
"""

import re

from ... import values
from ...phrasing import choose
from ...words import read
from ..shared import everyday

LINES = read("replies", by_line=True)
WORDS = read("replies")
SLOT = re.compile(r"\{([a-z_]+?)\d?\}")
MARK = re.compile(r"~([a-z]+)")
AN = re.compile(r"\b([Aa]) (?=(?!uni[a-z]|one\b|euro|used|ukulele)[aeiou])")
PERSONS = {
    "he": {"he": "he", "his": "his", "him": "him", "is": "is", "was": "was", "has": "has", "do": "does"},
    "she": {"he": "she", "his": "her", "him": "her", "is": "is", "was": "was", "has": "has", "do": "does"},
    "they": {"he": "they", "his": "their", "him": "them", "is": "are", "was": "were", "has": "have", "do": "do"},
    "I": {"he": "I", "his": "my", "him": "me", "is": "am", "was": "was", "has": "have", "do": "do"},
    "you": {"he": "you", "his": "your", "him": "you", "is": "are", "was": "were", "has": "have", "do": "do"},
}
OBJECTS = sorted(
    {
        thing
        for things in (values.BASIC["object"], everyday.KINDS["household"], everyday.KINDS["tool"], everyday.KINDS["clothing"])
        for thing in things
        if not thing.endswith("s") or thing.endswith("ss")
    }
)
PLACES = [place for place in everyday.KINDS["place"] if "'" not in place]
FOODS = WORDS["food"]
GIVEN = WORDS["he_names"] + WORDS["she_names"]
PLACE_PATTERNS = [
    "[in|near|behind] the {place}", "at the {place}", "in {town}", "in [room|office|apartment|building] {n}", "in the {room}", "on [the table|my desk|the floor|the shelf]",
    "[in|behind|under] the {object}", "next to the {object}", "on the [first|second|third|top] floor", "at the [entrance|reception|front desk|gate|bus stop]", "in the car park",
]  # fmt: skip
DAYS = [
    "on {weekday}", "on {weekday}", "on {weekday}", "tomorrow", "tomorrow", "today", "next week", "next {weekday}", "this [afternoon|evening|weekend|week]", "tonight", "on {date}",
    "on {weekday} [morning|afternoon|evening]", "tomorrow [morning|afternoon|evening]", "this {weekday}", "on {weekday} and {weekday2}", "on {weekday}, {date}", "in {month}", "in {n} days",
    "over the weekend", "at the weekend", "on the {nth}", "next month", "in two weeks", "after [work|lunch|school]",
]  # fmt: skip
PAST_DAYS = ["yesterday", "yesterday", "on {weekday}", "last [week|night|month|{weekday}|weekend|summer]", "this morning", "{n} days ago", "on {date}", "two weeks ago", "an hour ago",
    "yesterday [morning|evening]", "today"]
DEADLINES = [
    "by {weekday}", "by {weekday}", "before {weekday}", "by tomorrow", "by [noon|tonight|the end of the day|the end of the week|the end of the month|next week]", "by {date}", "as soon as possible",
    "this week", "today", "by {clock}", "before [lunch|noon|the meeting|{clock}]", "no later than {weekday}", "within {n} days", "by {weekday} at {clock}", "by next {weekday}", "until {weekday}",
]  # fmt: skip
BARE_DAYS = ["{weekday}", "{weekday}", "{date}", "next {weekday}", "tomorrow", "{weekday}, {date}", "the {nth}", "{weekday} {date}"]
MOMENTS = [*DAYS, "on {weekday} at {clock}", "tomorrow at {clock}", "on {date} at {clock}", "at {clock}", "on {weekday} after {k}", "today at {clock}"]
PATTERNS = {
    "day": DAYS,
    "moment": MOMENTS,
    "future_day": ["next week", "next month", "on {date}", "in {month}", "on {weekday}", "soon", "in {n} days"],
    "past_day": PAST_DAYS,
    "past_or_day": ["", "", "today", "on {weekday}", "this [morning|afternoon|week]", "on {date}"],
    "deadline": DEADLINES,
    "day_date": BARE_DAYS,
    "day_bare": BARE_DAYS,
    "past_on": ["on {date}", "last {weekday}", "last week", "on {weekday}"],
    "from_day": ["from {weekday}", "from {date}", "from next {weekday}", "from {month}"],
    "that_day": ["that [day|weekend|week|evening|morning]", "then", "on that day", "until {weekday}"],
    "hour": ["{k}", "{k} pm", "{k} o'clock", "noon", "{clock}", "{clock}"],
    "in_place": PLACE_PATTERNS,
    "in_town": ["in {town}", "at {company}", ""],
    "the_event": ["the {event}", "the {event}", "our {event}", "the {subject} {event}"],
    "to_event": ["to the {event}", "to ~his {event}", "to the {party}", "to ~his {party}", "to our {event}"],
    "to_the_event": ["to the {event}", "for the {event}"],
    "event_a": ["a {event}", "a {party}"],
    "event_any": ["the {event}", "our {event}", "a {event}", "a {party}", "my {party}"],
    "the_doc": ["the {doc}", "the {doc}", "the {docs}", "~his {docs}", "the {docs} of the {event}", "~his {doc}", "my {doc}", "the {doc} for the {subject}", "the new {doc}",
        "the {doc} from {weekday}", "the {subject} {doc}", "{given}'s {doc}"],
    "poss_doc": ["~his {doc}", "~his {doc}", "the {doc}", "~his {doc} about the {subject}"],
    "poss_offer": ["~his offer", "~his invitation", "~his apology", "~his offer of {money}", "the offer", "the job", "the {doc}", "~his proposal for the {subject}"],
    "poss_item": ["~his {item}", "~his {item}", "the {object}", "~his order {code}"],
    "poss_thing": ["~his {object}", "~his {pet}", "~his keys", "the {object}"],
    "the_thing": ["the {object}", "the tickets", "lunch", "the {food}", "the {subject}", "dinner", "the taxi"],
    "the_thing_doc": ["the {doc}", "the {doc}", "the {object}"],
    "meal_or_meeting": ["table", "free slot", "room", "seat", "ticket"],
    "contact": ["{phone}", "{email}"],
    "job_a": ["a {job}", "the new {job}"],
}  # fmt: skip


def thing(rng):
    draw = rng.random()
    if draw < 0.6:
        return rng.choice(OBJECTS)
    if draw < 0.75:
        return f"{values.pick(rng, 'color')} {rng.choice(OBJECTS)}"
    if draw < 0.9:
        return f"{rng.choice(everyday.SINGLE['descriptive'])} {rng.choice(OBJECTS)}"
    return f"{rng.choice(everyday.SINGLE['material'])} {rng.choice(OBJECTS)}"


def plural(noun):
    """The regular plural, and that of the nouns of the lists that have another."""
    head, space, last = noun.rpartition(" ")
    if last in IRREGULAR:
        last = IRREGULAR[last]
    elif last.endswith(("s", "x", "ch", "sh", "z")):
        last += "es"
    elif last.endswith("y") and last[-2:-1] not in "aeiou":
        last = last[:-1] + "ies"
    else:
        last += "s"
    return head + space + last


IRREGULAR = {
    "knife": "knives", "shelf": "shelves", "bookshelf": "bookshelves", "scarf": "scarves", "leaf": "leaves", "wife": "wives", "wolf": "wolves", "calf": "calves", "loaf": "loaves", "thief": "thieves",
    "child": "children", "man": "men", "woman": "women", "person": "people", "foot": "feet", "tooth": "teeth", "mouse": "mice", "goose": "geese", "potato": "potatoes", "tomato": "tomatoes",
    "hero": "heroes", "echo": "echoes", "sheep": "sheep", "deer": "deer", "fish": "fish", "salmon": "salmon", "half": "halves", "policeman": "policemen", "salesman": "salesmen", "postman": "postmen",
    "fireman": "firemen", "fisherman": "fishermen", "ox": "oxen", "life": "lives", "grandchild": "grandchildren", "businesswoman": "businesswomen", "louse": "lice", "mango": "mangoes",
    "toothbrush": "toothbrushes", "quiz": "quizzes", "housewife": "housewives", "midwife": "midwives", "elf": "elves", "self": "selves", "crisis": "crises", "analysis": "analyses", "cactus": "cacti",
}  # fmt: skip


def date(rng):
    number, month = rng.randrange(1, 29), values.pick(rng, "month")
    return rng.choice([f"{number} {month}", f"{month} {number}", f"{month} {values.ordinal(number)}", f"the {values.ordinal(number)} of {month}"])


DRAWN = {
    "n": lambda r: str(r.randrange(2, 60)),
    "k": lambda r: str(r.randrange(2, 10)),
    "nth": lambda r: values.ordinal(r.randrange(1, 29)),
    "date": date,
    "clock": values.clock,
    "weekday": lambda r: values.pick(r, "weekday"),
    "month": lambda r: values.pick(r, "month"),
    "town": values.city,
    "place": lambda r: r.choice(PLACES),
    "object": thing,
    "objects": lambda r: plural(r.choice(OBJECTS)),
    "food": lambda r: r.choice(FOODS),
    "descriptive": lambda r: r.choice(everyday.SINGLE["descriptive"]),
    "color": lambda r: values.pick(r, "color"),
    "job": lambda r: values.pick(r, "job"),
    "sport": lambda r: r.choice(["tennis", "football", "basketball", "handball", "hockey", "rugby", "chess", "volleyball", "cricket", "badminton"]),
    "money": values.money,
    "phone": values.phone,
    "email": values.email,
    "address": values.address,
    "company": values.company,
    "code": values.code,
    "dept": lambda r: values.pick(r, "department"),
    "given": lambda r: r.choice(GIVEN) if r.random() < 0.8 else values.first_name(r),
}


def drawn(rng, name):
    make = DRAWN.get(name)
    if make:
        return make(rng)
    if name.endswith("_you") or name.endswith("_third"):
        name = "deed"
    if name in PATTERNS:
        return expanded(rng, rng.choice(PATTERNS[name]))
    if name in ("deed", "done", "did", "reason", "first_tail"):
        return expanded(rng, rng.choice(LINES[name]))
    return expanded(rng, rng.choice(WORDS[name]))


def expanded(rng, pattern):
    if "[" in pattern:
        pattern = choose(rng, pattern)
    if "{" in pattern:
        pattern = SLOT.sub(lambda match: drawn(rng, match.group(1)), pattern)
    return pattern


def clause(rng, section):
    """One clause of a section, with its marks."""
    return AN.sub(r"\1n ", " ".join(expanded(rng, rng.choice(LINES[section])).split()))


def piece(rng, pattern):
    """The same for a pattern of the caller."""
    return AN.sub(r"\1n ", " ".join(expanded(rng, pattern).split()))


def told(marked, person):
    """As it is said of the one addressed: ~his key -> her key."""
    if "~" not in marked:
        return marked
    forms = PERSONS[person]
    ending = "s" if person in ("he", "she") else ""
    return MARK.sub(lambda m: forms.get(m.group(1)) or m.group(1) + ending, marked)


def addressed(marked):
    return told(marked, "you")


def capital(text):
    return text[:1].upper() + text[1:]


def lowered(text):
    """As people type in haste: days, months and I without their capital."""
    return HASTY.sub(lambda m: m.group().lower(), text)


HASTY = re.compile(r"\b(?:I|I'm|I'll|I'd|I've|" + "|".join(values.BASIC["weekday"] + values.BASIC["month"]) + r")\b")
SPEAKER = {"I am": "you are", "I was": "you were", "I": "you", "me": "you", "my": "your", "mine": "yours", "we are": "you are", "we": "you", "us": "you", "our": "your", "ours": "yours"}
SPOKEN = re.compile(r"(?<![~\w'])(?:I am|I was|we are|I|me|mine|my|we|us|ours|our)(?![\w'])")


def flipped(marked):
    """As the one addressed repeats it: "send me ~his key" -> "send you my key"."""
    return told(SPOKEN.sub(lambda m: SPEAKER[m.group()], marked), "I")
