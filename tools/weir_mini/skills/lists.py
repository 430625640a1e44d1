"""Lists: sort, dedupe, count, reverse, pick, join and split."""

from .. import values
from ..phrasing import pair, say
from ..task import Task, compact, user

ITEM_MAKERS = [
    lambda r: values.pick(r, "object"),
    lambda r: values.pick(r, "fruit"),
    lambda r: values.pick(r, "animal"),
    lambda r: values.pick(r, "color"),
    lambda r: values.made_word(r, 2),
    lambda r: str(r.randrange(1, 100)),
    lambda r: str(r.randrange(1, 1000)),
    values.first_name,
    values.city,
    values.code,
]
UP = ["", "", "ascending", "in ascending order"]
UP_NUMBERS = [*UP, "from small to large", "smallest first", "numerically", "from lowest to highest"]
UP_WORDS = [*UP, "alphabetically", "from A to Z", "in alphabetical order", "by name", "by alphabet"]
DOWN = ["descending", "in descending order"]
DOWN_NUMBERS = [*DOWN, "from large to small", "largest first", "biggest first", "from highest to lowest"]
DOWN_WORDS = [*DOWN, "from Z to A", "in reverse alphabetical order"]
SORT = [
    "[Sort|Order|Arrange] [this list|these|the list|these items|the following|] {order}[, please|]",
    "[Put|Bring|Write|List] [these|this list|the items] in order {order}",
    "[Please |Can you |Could you ]sort [these|this|] {order}",
    "{order}[, please| please|]",
    "[I need|I want|Give me] [these|this list|them] sorted {order}",
    "[sorted|sort] {order}",
    "[Which|What] order [is|would be] right {order}",
]
DEDUPE = [
    "[Remove|Delete|Drop|Take out] [the |all |any |]duplicates[ from this list| from the list| from|]",
    "[Dedupe|Deduplicate] [this list|the list|these|]",
    "[Keep|List|Show|Give me] [each item only once|only the unique items|only unique values|every item just once]",
    "[Unique values|Unique items|Without duplicates|No repeats][, please|]",
    "[Remove|Drop|Throw out|Delete] [what is double|the repeated items|repeats|everything that repeats]",
    "[I want|Write|Leave] [each|every one|each of them] [only once|once]",
]
COUNT_ONE = [
    "How [many times|often] [does|is] {item} [appear|occur|there|listed] in [this|the] list?",
    "[Count|Number of] {item} in [this|the] list",
    "How [often|many times] do you see {item}?",
    "How many {item} are in here?",
]
COUNT_ALL = [
    "How many [items|entries|elements|things|words] are [in this list|there|in the list|here]?",
    "Count the [items|entries|elements|words][ in this list| here|]",
    "[Number of|Count of] [items|entries|elements]",
    "How long is [this|the] list?",
]
REVERSE = [
    "Reverse [this list|the list|the order|these]",
    "[Write|List|Give me] [these|this|the list] [in reverse order|backwards|the other way round]",
    "[Turn|Flip] the [list|order] around",
    "[last to first|from last to first|in reverse]",
]
NTH = [
    "[What is|Give me|Return|Show|Tell me] the {name} [item|entry|element|one][ of this list| in the list|]",
    "{name} [item|entry|one][ only| please|]",
    "[Which|What] [item |one |]is {name}?",
    "Only the {name} [item|one|entry]",
]
JOIN = [
    "Join [these lines|the lines|these items|them|these] with {name}",
    "[Put|Write] [these|the lines|them all] [on|in] one line, [separated|divided|split] by {name}",
    "[Make|Turn] [this|the lines] [into |]one line with {name}",
    "[Separate|Divide] them by {name}[, one line|]",
]
SPLIT = [
    "[Put|Write] each [item|one] on [its own|a new] line",
    "[One item per line|One per line|Split into lines|One a line]",
    "[Turn|Convert|Break] this into lines",
]
BULLETS = [
    "[Turn|Convert|Make|Change] this [into|to] a [bullet|bulleted|Markdown] list",
    "[As|Make|Write|Give me] [these as |]bullet points",
    "[Markdown|Bullet] list[, please| please|]",
    "[List|Show] them with dashes",
]
ARRAY = [
    "[Turn|Convert|Make|Change] this [list |][into|to] a JSON [array|list]",
    "[As|Write as|Give it as|I need it as] [a |]JSON [array|list]",
    "JSON [array|list][, please| please|]",
    "[as|to|into] [a |]JSON [array|list]",
]
SIGNS = {
    ", ": "commas", "; ": "semicolons", " | ": "pipes", " - ": "dashes", "/": "slashes", " ": "spaces",
}  # fmt: skip


def items_for(rng, repeats=False):
    make = rng.choice(ITEM_MAKERS)
    items = list(dict.fromkeys(make(rng) for _ in range(rng.randrange(3, 8))))
    if repeats:
        items += [rng.choice(items) for _ in range(rng.randrange(1, 4))]
        rng.shuffle(items)
    return items


def are_numbers(items):
    return all(item.isdigit() for item in items)


def array(items):
    return "[" + ", ".join(items) + "]" if are_numbers(items) else compact(list(items))


def lines(items):
    return "\n".join(items)


def dashes(items):
    return "\n".join(f"- {item}" for item in items)


def writer(rng):
    """How a list stands in the prompt and, answered the same way, in the answer."""
    return rng.choice([", ".join, ", ".join, ", ".join, lines, dashes, array])


def task(rng, ask, text, answer, is_json=False):
    ask = " ".join(ask.split())
    return Task("convert", [user(pair(rng, ask, text))], answer, is_json=is_json)


def rewritten(rng, patterns, items, result, **slots):
    write = writer(rng)
    return task(rng, say(rng, patterns, **slots), write(items), write(result), is_json=write is array)


def sort(rng):
    items, down = items_for(rng), rng.random() < 0.35
    if are_numbers(items):
        order, key = rng.choice(DOWN_NUMBERS if down else UP_NUMBERS), int
    else:
        order, key = rng.choice(DOWN_WORDS if down else UP_WORDS), str.casefold
    patterns = [p for p in SORT if order or not p.startswith("{order}")]
    return rewritten(rng, patterns, items, sorted(items, key=key, reverse=down), order=order)


def dedupe(rng):
    items = items_for(rng, repeats=True)
    return rewritten(rng, DEDUPE, items, list(dict.fromkeys(items)))


def reverse(rng):
    items = items_for(rng)
    return rewritten(rng, REVERSE, items, items[::-1])


def count(rng):
    items = items_for(rng, repeats=rng.random() < 0.4)
    if len(set(items)) == len(items):
        return task(rng, say(rng, COUNT_ALL), writer(rng)(items), str(len(items)))
    item = rng.choice(items)
    return task(rng, say(rng, COUNT_ONE, item=item), writer(rng)(items), str(items.count(item)))


def nth(rng):
    items = items_for(rng)
    at = rng.randrange(len(items))
    name = {0: "first", 1: "second", 2: "third", 3: "fourth"}.get(at, values.ordinal(at + 1))
    if at == len(items) - 1:
        name = "last"
    return task(rng, say(rng, NTH, name=name), writer(rng)(items), items[at])


def join(rng):
    items, sign = items_for(rng), rng.choice(list(SIGNS))
    return task(rng, say(rng, JOIN, name=SIGNS[sign]), lines(items), sign.join(items))


def split(rng):
    items = items_for(rng)
    return task(rng, say(rng, SPLIT), rng.choice([", ", "; ", " | ", ","]).join(items), lines(items))


def bullets(rng):
    items = items_for(rng)
    return task(rng, say(rng, BULLETS), rng.choice([", ".join, lines])(items), dashes(items))


def as_array(rng):
    items = items_for(rng)
    text = rng.choice([", ".join, lines, dashes])(items)
    return task(rng, say(rng, ARRAY), text, array(items), is_json=True)


KINDS = [
    (sort, 4),
    (dedupe, 3),
    (count, 2.5),
    (reverse, 1.5),
    (nth, 2),
    (join, 1),
    (split, 1),
    (bullets, 1),
    (as_array, 2),
]


def make(rng):
    return rng.choices([kind for kind, _ in KINDS], [weight for _, weight in KINDS])[0](rng)
