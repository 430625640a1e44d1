"""Lines of which each holds one thing to take out, and lines, messages and words that belong to one of a few labels."""

from ... import values
from ...labels import shuffled
from ...phrasing import choose, fill
from ...words import read
from . import class_sources, everyday
from .each_jobs import WORDS, Job
from .reviews import sentiment_text

LINES = read("each_lines", by_line=True)


def name(rng):
    return everyday.full_name(rng) if rng.random() < 0.6 else f"{values.first_name(rng)} {values.last_name(rng)}"


def town(rng):
    return rng.choice(everyday.KINDS["town"]) if rng.random() < 0.5 else values.city(rng)


def full_address(rng):
    style = rng.randrange(4)
    if style == 0:
        return f"{values.address(rng)}, {values.digits(rng, 5)} {town(rng)}"
    if style == 1:
        return values.address(rng)
    return f"{values.address(rng)}, {town(rng)}"


# kind: (what it is called, how it is made)
TAKEN = {
    "email": (["the e-mail address", "the email", "the e-mail", "the email address", "the mail address"], values.email),
    "phone": (["the phone number", "the telephone number", "the phone", "the number to call"], values.phone),
    "name": (["the name", "the person's name", "the full name", "the name of the person"], name),
    "date": (["the date"], values.spoken_date),
    "price": (["the price", "the amount", "the amount of money", "the sum"], values.money),
    "city": (["the city", "the place", "the name of the city", "the town"], town),
    "order": (["the order number", "the reference", "the reference number", "the order id"], lambda r: values.code(r).lstrip("#")),
    "time": (["the time", "the clock time", "the time of day"], values.clock),
    "address": (["the delivery address", "the address", "the street address", "the full address"], full_address),
    "url": (["the link", "the URL", "the web address", "the url"], values.url),
    "company": (["the company", "the company name", "the name of the company"], values.company),
    "product": (["the product", "the item", "the product name", "the thing"], lambda r: f"{of_some_kind(r)} {values.pick(r, 'object')}"),
    "age": (["the age"], lambda r: str(r.randrange(3, 95))),
}  # fmt: skip
TAKEN_KINDS, TAKEN_WEIGHTS = list(TAKEN), [3, 3, 3, 3, 3, 2, 2.5, 2, 2.5, 1.5, 1.5, 1.5, 1]
TAKE = ["extract {w} from {x}", "extract {w} from {x}", "give me {w} in {x}", "pull out {w} of {x}", "find {w} in {x}", "get {w} from {x}", "pull {w} out of {x}",
    "take {w} from {x}", "pick {w} out of {x}", "return {w} in {x}", "write down {w} of {x}", "return only {w} from {x}", "show me {w} in {x}"]  # fmt: skip
CARRYING = ["line", "line", "message", "sentence", "text", "entry", "note", "message"]


def of_some_kind(rng):
    return values.pick(rng, "color") if rng.random() < 0.5 else rng.choice(["wooden", "small", "big", "old", "new", "cheap", "steel", "round", "heavy",
        "digital"])  # fmt: skip


def carried(rng, section, value=""):
    pattern = choose(rng, rng.choice(LINES[section]))
    return fill(pattern, {**values.common_slots(rng, pattern), "v": value}).strip()


def taking(rng, kind=None):
    """The job of taking one thing out of lines."""
    kind = kind or rng.choices(TAKEN_KINDS, TAKEN_WEIGHTS)[0]
    names, source = TAKEN[kind]
    what = rng.choice(names)

    def make(r):
        value = source(r)
        return carried(r, kind, value), value

    nouns = [f"{what} in {{x}}", f"{what[4:]} in {{x}}"]
    return Job([pattern.replace("{w}", what) for pattern in TAKE], nouns, rng.choice(CARRYING), make, "extract", is_text=True)  # fmt: skip


NEAR = [
    {"animal", "bird", "fish", "insect"}, {"fruit", "vegetable", "spice", "tree", "flower", "dessert", "drink", "color", "fish"}, {"country", "city", "language"}, {"metal",
    "gemstone", "color", "planet"}, {"tool", "vehicle", "furniture"},
    {"job", "relative"}, {"school subject", "language", "sport"}, {"fabric", "clothing"}, {"season", "month", "weekday"}, {"verb", "adjective", "color", "sport"}, {"room",
    "furniture"}, {"programming language", "gemstone", "metal", "country"}, {"shape", "metal"}, {"language", "programming language"},
]  # fmt: skip
ALSO = [{"fruit", "vegetable"}, {"animal", "bird"}, {"animal", "fish"}, {"bird", "fish"}, {"country", "city"}, {"bird", "insect"}, {"weekday", "month"}, {"verb", "adjective"},
    {"furniture", "tool"}, {"metal", "fabric"}]  # fmt: skip
KINDS = [kind for kind in WORDS if WORDS[kind] and kind in set().union(*NEAR) | {"instrument", "body part"}]
PLURAL_OF = {"country": "countries", "city": "cities", "clothing": "clothes", "furniture": "pieces of furniture", "fish": "fish", "fabric": "fabrics"}  # fmt: skip
HOLDERS = {}  # word: the kinds that it belongs to
for known in KINDS:
    for entry in WORDS[known]:
        HOLDERS.setdefault(entry.lower(), set()).add(known)
CLEAR = {kind: [word for word in WORDS[kind] if len(HOLDERS[word.lower()]) == 1] for kind in KINDS}
PARTNERS = {kind: [other for other in KINDS if other != kind and ({kind, other} in ALSO or not any({kind, other} <= group for group in NEAR))] for kind in KINDS}  # fmt: skip


STRANGE = {kind: [other for other in PARTNERS[kind] if kind != "animal" or other not in ("bird", "fish")] for kind in KINDS}  # and no part of it


def article(kind):
    if kind in ("furniture", "clothing"):
        return f"a piece of {kind}"
    return ("an " if kind[0] in "aeiou" else "a ") + kind


def plural(kind):
    return PLURAL_OF.get(kind, kind + "s")


def kinds_of_words(rng):
    """Two or three kinds that no word can be mistaken between."""
    one, other = sorted(rng.choice(ALSO)) if rng.random() < 0.4 else (None, None)
    if one is None:
        one = rng.choice(KINDS)
        other = rng.choice(PARTNERS[one])
    found = [one, other]
    if rng.random() < 0.3:
        third = [kind for kind in PARTNERS[one] if kind in PARTNERS[other]]
        found += rng.sample(third, min(1, len(third)))
    return shuffled(rng, sorted(found))


def word_source(rng):
    kinds = kinds_of_words(rng)
    return {kind: (lambda r, kind=kind: r.choice(CLEAR[kind])) for kind in kinds}, "kind", rng.choice(["word", "item", "word", "term"])  # fmt: skip


SHORT_POLES = {"positive": "praise", "negative": "blame", "neutral": "indifferent"}
SENTIMENT_NAMES = [
    ({"positive": "positive", "negative": "negative"}, 8), ({"positive": "positive", "negative": "negative", "neutral": "neutral"}, 3), ({"positive": "good", "negative": "bad"},
    2), ({"positive": "pos", "negative": "neg"}, 1), ({"positive": "happy", "negative": "unhappy"}, 1.5),
    ({"positive": "Positive", "negative": "Negative"}, 1), ({"positive": "POSITIVE", "negative": "NEGATIVE"}, 0.7), ({"positive": "praise", "negative": "complaint"}, 1),
    ({"positive": "+", "negative": "-"}, 0.7), ({"positive": "thumbs up", "negative": "thumbs down"}, 0.4), ({"positive": "satisfied", "negative": "dissatisfied"}, 0.7),
]  # fmt: skip


def opinion(rng, pole):
    return carried(rng, SHORT_POLES[pole]) if rng.random() < 0.5 else sentiment_text(rng, pole, plain=True)


def sentiment_source(rng):
    names = rng.choices([names for names, _ in SENTIMENT_NAMES], [weight for _, weight in SENTIMENT_NAMES])[0]
    thing = rng.choice(["review", "review", "comment", "line", "sentence", "message", "feedback line", "tweet", "opinion"])  # fmt: skip
    return {shown: (lambda r, pole=pole: opinion(r, pole)) for pole, shown in names.items()}, rng.choice(["sentiment", "sentiment", "tone"]), thing  # fmt: skip


def known_source(rng):
    """Any of the classes that single texts are asked for, where the names of the labels say what they mean."""
    while True:
        found = class_sources.sample(rng)
        if found.another is not None and not found.must_explain and len(found.labels) <= 4:
            return {label: (lambda r, label=label: found.another(r, label)) for label in found.labels}, found.kind, found.thing  # fmt: skip


SOURCES = [(sentiment_source, 6), (word_source, 4), (known_source, 13)]
MANY = {"feedback": "pieces of feedback", "means of transport": "means of transport"}
MOST = 220  # letters of a text
LABELLING = [
    "classify {x} as {labels}", "label {x} as {labels}", "tag {x} as {labels}", "mark {x} as {labels}", "sort {x} into {labels}", "tell me if {x} is {labels}",
    "say whether {x} is {labels}", "classify {x}: {labels}", "give {x} one of the labels {labels}",
    "give me the {kind} of {x} ({labels})", "tell me the {kind} of {x}: {labels}", "assign {labels} to {x}", "decide whether {x} is {labels}", "rate {x} as {labels}",
    "label {x} with {labels}", "answer {labels} for {x}",
]  # fmt: skip


def named(rng, labels):
    """The labels in the middle of a sentence, without signs that patterns have."""
    labels = shuffled(rng, labels)
    draw = rng.random()
    if draw < 0.7:
        return ", ".join(labels[:-1]) + " or " + labels[-1]
    if draw < 0.8:
        return " / ".join(labels)
    mark = rng.choice(['"', "'"])
    return ", ".join(mark + label + mark for label in labels[:-1]) + " or " + mark + labels[-1] + mark


def labelling(rng):
    """The job of giving one of a few labels."""
    sources, kind, thing = rng.choices([source for source, _ in SOURCES], [weight for _, weight in SOURCES])[0](rng)
    labels = list(sources)

    def make(r):
        while True:
            right = r.choice(labels)
            text = " ".join(sources[right](r).split())
            if len(text) <= MOST:
                return text, right

    shown = named(rng, labels)
    patterns = [pattern.replace("{kind}", kind).replace("{labels}", shown) for pattern in LABELLING]
    nouns = [f"{kind} of {{x}} ({shown})", f"the {kind} of {{x}}, {shown}"]
    return Job(patterns, nouns, thing, make, "classify", is_text=kind != "kind", labels=labels, kept=(shown,), things=MANY.get(thing, ""))  # fmt: skip


JUDGING = ["tell me whether {x} is {a}, yes or no", "say yes or no: is {x} {a}", "answer yes if {x} is {a}, otherwise no", "tell me if {x} is {a} (yes/no)",
    "check whether {x} is {a}, answer yes or no", "say yes if {x} is {a} and no if not", "write yes or no: is {x} {a}"]  # fmt: skip
NUMBERS = {
    "even": lambda n: n % 2 == 0, "odd": lambda n: n % 2 == 1, "greater than 50": lambda n: n > 50, "above 100": lambda n: n > 100, "less than 20": lambda n: n < 20,
    "divisible by 5": lambda n: n % 5 == 0, "divisible by 3": lambda n: n % 3 == 0, "bigger than 10": lambda n: n > 10, "a multiple of 10": lambda n: n % 10 == 0,
}  # fmt: skip


def judging(rng):
    """The job of saying yes or no: is it a fruit, is it even."""
    if rng.random() < 0.6:
        kind = rng.choice(KINDS)
        asked, thing = article(kind), "word"

        def make(r):
            right = r.random() < 0.5
            return r.choice(CLEAR[kind] if right else CLEAR[r.choice(STRANGE[kind])]), "yes" if right else "no"
    else:
        asked, thing = rng.choice(list(NUMBERS)), "number"
        top = rng.choice([20, 100, 100, 200]) if "100" not in asked else 300

        def make(r):
            number = r.randrange(1, top)
            if "multiple" in asked or "divisible" in asked:
                number = 5 * (number // 5 + 1) if r.random() < 0.4 else 3 * number if r.random() < 0.3 else number
            return str(number), "yes" if NUMBERS[asked](number) else "no"

    patterns = [pattern.replace("{a}", asked) for pattern in JUDGING]
    return Job(patterns, [f"is {{x}} {asked}", f"is {{x}} {asked}, yes or no", f"is {{x}} {asked}"], thing, make, "classify", labels=["yes", "no"])  # fmt: skip
