"""Lists: sort, dedupe, count, reverse, pick, filter, join and split. Three to eight items, seldom more."""

from ... import values
from ...framing import about
from ...phrasing import choose
from ...task import Task, compact
from ..shared import everyday
from . import list_phrases as ask

WORD_MAKERS = [
    lambda r: values.pick(r, "object"),
    lambda r: values.pick(r, "fruit"),
    lambda r: values.pick(r, "vegetable"),
    lambda r: values.pick(r, "animal"),
    lambda r: values.pick(r, "color"),
    lambda r: values.pick(r, "country"),
    lambda r: values.pick(r, "job"),
    lambda r: values.made_word(r, 2),
    values.any_word,
    everyday.word,
    everyday.word,
    lambda r: everyday.of_kind(r, "food"),
    lambda r: everyday.of_kind(r, "given"),
    lambda r: everyday.of_kind(r, "phrase"),
    lambda r: f"{values.any_word(r)} {values.any_word(r)}",
    lambda r: values.made_word(r, 2).capitalize(),
    values.first_name,
    values.last_name,
    values.city,
]
NUMBER_MAKERS = [
    lambda r: str(r.randrange(1, 100)),
    lambda r: str(r.randrange(1, 100)),
    lambda r: str(r.randrange(1, 1000)),
    lambda r: str(r.randrange(10, 100) * 5),
]
OTHER_MAKERS = [
    values.code,
    values.email,
    values.full_name,
    values.identifier,
    lambda r: values.near_day(r).isoformat(),
    lambda r: f"{values.made_word(r, 2)}.{values.pick(r, 'file_ext')}",
]
SORTED_MAKERS = WORD_MAKERS + NUMBER_MAKERS * 2
ALL_MAKERS = WORD_MAKERS * 2 + NUMBER_MAKERS * 2 + OTHER_MAKERS
LENGTHS = [3, 3, 4, 4, 5, 5, 6, 7, 8]
SIGNS = {
    ", ": ["commas", "a comma", "comma and space", "', '"],
    "; ": ["semicolons", "a semicolon", "'; '"],
    " | ": ["pipes", "a pipe", "' | '"],
    " - ": ["dashes", "a dash", "' - '"],
    "/": ["slashes", "a slash", "'/'"],
    " ": ["spaces", "a space", "single spaces"],
    " + ": ["plus signs", "' + '"],
    " & ": ["ampersands", "' & '"],
}
ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"]
SMALL = ["zero", "one", "two", "three", "four", "five"]


def items_for(rng, makers=ALL_MAKERS, length=None):
    """Different items of one kind, none a case variant of another, none with a comma inside."""
    make, count = rng.choice(makers), length or rng.choice(LENGTHS)
    items = {}
    while len(items) < count:
        item = make(rng)
        items.setdefault(item.casefold(), item)
    return list(items.values())


def with_repeats(rng):
    items = items_for(rng, length=rng.choice([2, 3, 3, 4, 4, 5, 6]))
    items += [rng.choice(items) for _ in range(rng.choice([1, 1, 2, 2, 3, 4]))]
    rng.shuffle(items)
    return items


def are_numbers(items):
    return all(item.isdigit() and item == str(int(item)) for item in items)


def array(items):
    return "[" + ", ".join(items) + "]" if are_numbers(items) else compact(list(items))


def dashes(items):
    return "\n".join(f"- {item}" for item in items)


def numbered(items):
    return "\n".join(f"{i}. {item}" for i, item in enumerate(items, 1))


WRITERS = [", ".join, ", ".join, ", ".join, "\n".join, "\n".join, dashes, array, "; ".join, " ".join, ",".join]


def writer(rng, items):
    """How a list stands in the prompt and, answered the same way, in the answer."""
    write = rng.choice(WRITERS)
    return ", ".join if write in WRITERS[-2:] and any(" " in item for item in items) else write


def task(messages, answer, is_json=False):
    return Task("convert", messages, answer, is_json=is_json)


def rewritten(rng, patterns, items, result, **slots):
    """The answer stands as the list stood; or, when the instruction says so, one a line or with commas."""
    write = writer(rng, items)
    text, answer = write(items), write(result)
    if write is not array and len(result) > 1 and rng.random() < 0.12:
        ending, rewrite = rng.choice(ask.OUTPUTS)
        patterns, answer = [f"{rng.choice(patterns)}{ending}"], REWRITERS[rewrite](result)
        return task(about(rng, patterns, text, **slots), answer, is_json=rewrite == "array")
    return task(about(rng, patterns, text, **slots), answer, is_json=write is array)


REWRITERS = {"lines": "\n".join, "commas": ", ".join, "array": array, "dashes": dashes}


def sort(rng):
    items, down = items_for(rng, SORTED_MAKERS), rng.random() < 0.38
    if are_numbers(items):
        order, key = rng.choice(ask.DOWN_NUMBERS if down else ask.UP_NUMBERS), int
    else:
        order, key = rng.choice(ask.DOWN_WORDS if down else ask.UP_WORDS), str.casefold
    patterns = ask.SORT if order else ask.SORT_PLAINLY
    return rewritten(rng, patterns, items, sorted(items, key=key, reverse=down), order=order)


def dedupe(rng):
    items = with_repeats(rng)
    return rewritten(rng, ask.DEDUPE, items, list(dict.fromkeys(items)))


def reverse(rng):
    items = items_for(rng)
    return rewritten(rng, ask.REVERSE, items, items[::-1])


def count(rng):
    kind = rng.randrange(5)
    if kind < 3:
        items = items_for(rng, length=rng.choice([2, 3, 4, 5, 6, 7, 8, 9, 10, 12]))
        return task(about(rng, ask.COUNT_ALL, writer(rng, items)(items)), str(len(items)))
    items = with_repeats(rng)
    text = writer(rng, items)(items)
    if kind == 3:
        return task(about(rng, ask.COUNT_UNIQUE, text), str(len(set(items))))
    item = rng.choice(items)
    return task(about(rng, ask.COUNT_ONE, text, item=item), str(items.count(item)))


def nth(rng):
    items = items_for(rng)
    at = rng.choice([0, len(items) - 1, rng.randrange(len(items)), rng.randrange(len(items))])
    name = "last" if at == len(items) - 1 else rng.choice([ORDINALS[at], values.ordinal(at + 1)])
    return task(about(rng, ask.NTH, writer(rng, items)(items), name=name), items[at])


def some(rng):
    """The first or the last few."""
    items = items_for(rng)
    count = rng.randrange(2, min(len(items), 6))
    first = rng.random() < 0.6
    name = f"{rng.choice(['first', 'top'] if first else ['last'])} {rng.choice([str(count), SMALL[count]])}"
    return rewritten(rng, ask.SOME, items, items[:count] if first else items[-count:], name=name)


def without(rng):
    items = items_for(rng)
    item = rng.choice(items)
    return rewritten(rng, ask.WITHOUT, items, [i for i in items if i != item], item=item)


def extended(rng):
    items = items_for(rng)
    return rewritten(rng, ask.APPEND, items[:-1], items, item=items[-1])


def replaced(rng):
    items = items_for(rng)
    old, new = rng.choice(items[:-1]), items.pop()
    return rewritten(rng, ask.REPLACE, items, [new if i == old else i for i in items], old=old, new=new)


def beginning(rng):
    """The items that begin with a letter."""
    items = items_for(rng, WORD_MAKERS)
    letter = rng.choice(items)[0].upper()
    found = [i for i in items if i[0].upper() == letter]
    return rewritten(rng, ask.BEGINNING, items, found, letter=rng.choice([letter, letter.lower()]))


def compared(rng):
    """The numbers above or below a limit that leaves some and takes some."""
    items = items_for(rng, NUMBER_MAKERS)
    limits = sorted(map(int, items))
    limit = rng.choice(limits[1:])
    if rng.random() < 0.5:
        found, patterns = [i for i in items if int(i) < limit], ask.BELOW
    else:
        limit = limits[limits.index(limit) - 1]
        found, patterns = [i for i in items if int(i) > limit], ask.ABOVE
    return rewritten(rng, patterns, items, found, n=limit)


def joined(rng):
    items, sign = items_for(rng), rng.choice(list(SIGNS))
    text = rng.choice(["\n".join, "\n".join, dashes, array])(items)
    if rng.random() < 0.2:
        word = rng.choice(["and", "or"])
        answer = ", ".join(items[:-1]) + f" {word} {items[-1]}"
        return task(about(rng, ask.ENUMERATE, text, word=word), answer)
    return task(about(rng, ask.JOIN, text, name=rng.choice(SIGNS[sign])), sign.join(items))


def split(rng):
    items = items_for(rng)
    sign = rng.choice([", ", "; ", " | ", ",", ";", "/"])
    return task(about(rng, ask.SPLIT, sign.join(items)), "\n".join(items))


def separated(rng):
    """From one separator to another."""
    items = items_for(rng)
    old, new = rng.sample([", ", "; ", " | ", "/"], 2)
    slots = {"old": rng.choice(SIGNS[old][:1]), "new": rng.choice(SIGNS[new][:1])}
    return task(about(rng, ask.SEPARATORS, old.join(items), **slots), new.join(items))


def bullets(rng):
    items = items_for(rng)
    if rng.random() < 0.35:
        return task(about(rng, ask.NUMBERED, rng.choice([", ".join, "\n".join, dashes])(items)), numbered(items))
    text = rng.choice([", ".join, "\n".join, array, numbered])(items)
    return task(about(rng, ask.BULLETS, text), dashes(items))


def bare(rng):
    items = items_for(rng)
    return task(about(rng, ask.BARE, rng.choice([dashes, numbered])(items)), "\n".join(items))


def as_array(rng):
    items = items_for(rng)
    text = rng.choice([", ".join, ", ".join, "\n".join, dashes, numbered, ",".join, "; ".join])(items)
    return task(about(rng, ask.ARRAY, text), array(items), is_json=True)


def from_array(rng):
    items = items_for(rng)
    if rng.random() < 0.5:
        return task(about(rng, ask.ARRAY_TO_COMMAS, array(items)), ", ".join(items))
    return task(about(rng, ask.ARRAY_TO_LINES, array(items)), "\n".join(items))


STEPS = [
    (["remove [the |all |]duplicates", "drop [the |]repeated items", "dedupe [it|them|the list]", "keep every item once"], lambda items: list(dict.fromkeys(items))),
    (["sort [it|them|the list|alphabetically]", "put [it|them] in alphabetical order", "order them from a to z"], lambda items: sorted(items, key=str.casefold)),
    (["reverse the order", "reverse [it|them|the list]", "turn the order around"], lambda items: items[::-1]),
    (["write [it|them|everything] in capitals", "uppercase [it|them|everything]", "convert to upper case"], lambda items: [item.upper() for item in items]),
    (["remove the first [item|one|entry]", "drop the first [item|one]"], lambda items: items[1:]),
    (["remove the last [item|one|entry]", "drop the last [item|one]"], lambda items: items[:-1]),
]
LINKS = [" and ", " and ", " and then ", ", then ", ", and ", "; then ", " & "]


def two_steps(rng):
    """One thing after the other."""
    items = with_repeats(rng)
    if are_numbers(items):
        return two_steps(rng)
    first, second = rng.sample(STEPS, 2)
    said = [choose(rng, rng.choice(names)) for names, _ in (first, second)]
    pattern = said[0][0].upper() + said[0][1:] + rng.choice(LINKS) + said[1] + rng.choice([".", "", ""])
    return rewritten(rng, [pattern], items, second[1](first[1](items)))


KINDS = [
    (two_steps, 2),
    (sort, 5), (dedupe, 3.5), (count, 3), (reverse, 2), (nth, 2), (some, 1.5), (without, 0.8), (extended, 0.5),
    (replaced, 0.7), (beginning, 0.7), (compared, 0.7), (joined, 1.5), (split, 1.2), (separated, 0.5), (bullets, 1.5),
    (bare, 0.5), (as_array, 2), (from_array, 1),
]  # fmt: skip


def make(rng):
    return rng.choices([kind for kind, _ in KINDS], [weight for _, weight in KINDS])[0](rng)
