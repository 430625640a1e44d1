"""(c) Convert formats: tables, key-value lines, dates, numbers, case; sort, dedupe, count."""

from .. import values
from ..phrasing import say
from ..task import Task, user
from . import lists, numbers, tables

DATE_SOURCES = [
    "YYYY-MM-DD",
    "DD.MM.YYYY",
    "D Month YYYY",
    "Month D, YYYY",
    "D Mon YYYY",
    "Mon D, YYYY",
    "YYYY/MM/DD",
]
ISO_NAMES = ["ISO 8601", "ISO", "ISO format", "YYYY-MM-DD", "YYYY-MM-DD"]
# Names of their own that some date styles have.
STYLE_NAMES = {
    "DD.MM.YYYY": ["German format", "German style", "DD.MM.YYYY"],
    "MM/DD/YYYY": ["US format", "US style", "American format", "MM/DD/YYYY", "MM/DD/YYYY"],
}
DATE = [
    "[Convert|Change|Rewrite|Put|Bring|Turn|Reformat] {text} [to|into] {name}[.|]",
    "[Convert|Change|Format|Make|Write|Rewrite] [the|this] date [to|as|into|in] {name}: {text}",
    "[Write|Give me|Show] {text} [as|in] {name}[.|]",
    "{text} [in|as|to|written as|->] {name}[, please|?|]",
    "[Format|Date format|Target]: {name}. [Date|Input]: {text}",
    "[What is|How do I write|What would be|How does one write] {text} [in|as] {name}?",
    "{name}[ please|, please|]: {text}",
    "[I need|I want] {text} [as|in] {name}[.|]",
    "[How|What] would {text} [look|be] in {name}?",
    "{name} of {text}[?|]",
]
CASES = {
    "snake_case": lambda w: "_".join(w),
    "camelCase": lambda w: w[0] + "".join(x.capitalize() for x in w[1:]),
    "PascalCase": lambda w: "".join(x.capitalize() for x in w),
    "kebab-case": lambda w: "-".join(w),
    "CONSTANT_CASE": lambda w: "_".join(w).upper(),
    "Title Case": lambda w: " ".join(x.capitalize() for x in w),
    "UPPERCASE": lambda w: " ".join(w).upper(),
    "lowercase": lambda w: " ".join(w),
}
CASE_NAMES = {
    "snake_case": ["snake_case", "snake case"],
    "camelCase": ["camelCase", "camel case"],
    "PascalCase": ["PascalCase", "pascal case"],
    "kebab-case": ["kebab-case", "kebab case"],
    "CONSTANT_CASE": ["CONSTANT_CASE", "SCREAMING_SNAKE_CASE", "constant case"],
    "Title Case": ["Title Case", "title case"],
    "UPPERCASE": ["UPPERCASE", "upper case", "uppercase", "all caps", "capital letters"],
    "lowercase": ["lowercase", "lower case", "small letters"],
}
CASE_SOURCES = [
    "snake_case",
    "camelCase",
    "PascalCase",
    "kebab-case",
    "lowercase",
    "lowercase",
    "Title Case",
    "UPPERCASE",
]
CASE = [
    "[Convert|Change|Rewrite|Turn|Put|Rename] {text} [to|into|in] {target}[.|]",
    "{text} [in|to|as|->] {target}[, please|]",
    "[Write|Give me|Show] {text} in {target}[.|]",
    "[Make|Convert] this {target}: {text}",
    "[To|In|As|] {target}: {text}",
    "[The|My|This] [name|variable|function|text|string] {text} [should be|must be|has to be|needs to be] [in |]{target}[.|]",
    "[What is|How is] {text} [in|written in] {target}?",
    "{target} [for|of|version of] {text}[, please|]",
    "[Rename|Change] {text} [for|to follow] {target}[.|]",
]
WORD_MAKERS = [
    lambda r: values.made_word(r, 2),
    lambda r: values.pick(r, "code_thing"),
    lambda r: values.pick(r, "code_name"),
    lambda r: values.pick(r, "adjective"),
    lambda r: values.pick(r, "verb"),
]


def date(rng):
    day = values.day(rng) if rng.random() < 0.4 else values.near_day(rng)
    target = rng.choice(["YYYY-MM-DD"] * 6 + list(values.DATE_STYLES))
    source = rng.choice([style for style in [*DATE_SOURCES, "nth"] if style != target])
    if source == "nth":
        text = f"{values.MONTHS[day.month - 1]} {values.ordinal(day.day)}, {day.year}"
    else:
        text = values.DATE_STYLES[source](day)
    names = ISO_NAMES if target == "YYYY-MM-DD" else STYLE_NAMES.get(target, [target])
    return say(rng, DATE, text=text, name=rng.choice(names)), values.DATE_STYLES[target](day)


def case(rng):
    words = [rng.choice(WORD_MAKERS)(rng) for _ in range(rng.randrange(2, 5))]
    target = rng.choice(list(CASES))
    source = rng.choice([s for s in CASE_SOURCES if CASES[s](words) != CASES[target](words)])
    text = CASES[source](words)
    if rng.random() < 0.3:
        text = f'"{text}"'
    return say(rng, CASE, text=text, target=rng.choice(CASE_NAMES[target])), CASES[target](words)


def as_task(make):
    def made(rng):
        question, answer = make(rng)
        return Task("convert", [user(question)], answer)

    return made


KINDS = [
    (tables.make, 5),
    (as_task(date), 4),
    (as_task(numbers.make), 3),
    (as_task(case), 3),
    (lists.make, 6.5),
]


def make(rng):
    return rng.choices([kind for kind, _ in KINDS], [weight for _, weight in KINDS])[0](rng)
