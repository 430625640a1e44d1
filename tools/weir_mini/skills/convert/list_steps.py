"""Steps that lists are taken through, each with the words people have for it.

A step is step(rng, items, kind) -> (imperatives, others, slots, result) or None where it has no clear answer.
The result is a list, or a text that ends the chain.
"""

import re

UP_WORDS = ["alphabetically", "alphabetically", "in alphabetical order", "from A to Z", "a-z", "A to Z", "by alphabet", "in ABC order", "by name", "in ascending order", "ascending",
    "in alphabetical order, ignoring case"]
DOWN_WORDS = ["in reverse alphabetical order", "descending", "in descending order", "from Z to A", "z to a", "Z-A", "alphabetically, but reversed", "in reverse ABC order", "alphabetically descending"]
UP_NUMBERS = ["ascending", "in ascending order", "from low to high", "from smallest to largest", "smallest first", "lowest first", "numerically", "in increasing order", "low to high", "small to big",
    "from the smallest to the biggest", "by value", "asc"]
DOWN_NUMBERS = ["descending", "in descending order", "from high to low", "from largest to smallest", "largest first", "highest first", "biggest first", "in decreasing order", "high to low",
    "big to small", "desc", "with the largest first", "from the biggest to the smallest"]
UP_TIMES = ["chronologically", "from earliest to latest", "earliest first", "by date", "oldest first", "in chronological order", "by time"]
DOWN_TIMES = ["from latest to earliest", "latest first", "newest first", "in reverse chronological order", "most recent first"]
SORT = ["sort {x} {order}", "sort {x} {order}", "sort {x} {order}", "order {x} {order}", "arrange {x} {order}", "put {x} {order}", "rank {x} {order}", "list {x} {order}", "sort {order}",
    "reorder {x} {order}", "get {x} sorted {order}"]
SORT_OTHERS = ["{order}", "{order} please", "sorted {order}", "sort: {order}", "[these|all] {order}, please", "{order}?", "I need {x} {order}", "I want {x} sorted {order}", "{x} sorted {order}",
    "order: {order}", "how [do|would] {x} look sorted {order}?"]
SORT_PLAIN = ["sort {x}", "sort {x}", "order {x}", "put {x} in order", "arrange {x} in order", "bring {x} into order", "sort"]
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
SMALL = ["zero", "one", "two", "three", "four", "five", "six"]
NTH = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]


def amount(item):
    return float(NUMBER.search(item.replace(",", "")).group())


def sort_key(items, kind):
    if kind == "number":
        return amount
    return str.casefold if all(item.isascii() for item in items) else None


def sort(rng, items, kind):
    key, down = sort_key(items, kind), rng.random() < 0.4
    if key is None or len({key(item) for item in items}) < 2:
        return None
    up_words, down_words = {"number": (UP_NUMBERS, DOWN_NUMBERS), "time": (UP_TIMES, DOWN_TIMES)}.get(kind, (UP_WORDS, DOWN_WORDS))
    result = sorted(items, key=key, reverse=down)
    if not down and rng.random() < 0.2:
        return SORT_PLAIN, ["sorted please", "sorted", "in order please", "I need {x} sorted"], {}, result
    return SORT, SORT_OTHERS, {"order": rng.choice(down_words if down else up_words)}, result


def sort_by_length(rng, items, kind):
    down = rng.random() < 0.5
    if len({len(item) for item in items}) < len(items) or kind == "number":
        return None
    order = rng.choice(["by length, longest first", "from longest to shortest", "longest first", "by length descending", "by number of characters, descending"] if down else
                       ["by length", "by length, shortest first", "from shortest to longest", "shortest first", "by length ascending", "by number of characters", "by their length"])
    return SORT, SORT_OTHERS, {"order": order}, sorted(items, key=len, reverse=down)


def dedupe(rng, items, kind):
    imperatives = [
        "remove [the |all |all the |any |]duplicates", "remove duplicates from {x}", "dedupe {x}", "dedupe {x}", "deduplicate {x}", "drop [the |]duplicates",
            "delete [the |all |]duplicates [in|from] {x}", "remove [the |]repeated [items|entries|values]",
        "keep each [item|one|entry] only once", "make {x} unique", "filter out [the |]duplicates", "get rid of [the |]duplicates", "throw out what is there twice", "remove repeats from {x}",
        "strip duplicates", "eliminate duplicates from {x}", "clean {x} of duplicates",
        "keep only unique [items|values|entries]", "remove double entries",
    ]  # fmt: skip
    others = ["[no|without] duplicates[ please|]", "unique [items|values|entries|only|ones]", "only the unique ones", "distinct", "uniq", "{x} without duplicates",
        "what are the [unique|distinct|different] [values|items|entries]?", "each only once", "which different [items|entries|values] are there?"]
    return imperatives, others, {}, list(dict.fromkeys(items))


def reverse(rng, items, kind):
    imperatives = ["reverse {x}", "reverse {x}", "reverse the order", "reverse the order of {x}", "flip the order", "turn {x} around", "flip {x}", "put {x} in reverse order", "list {x} backwards",
        "invert the order of {x}", "write {x} in reverse order", "read {x} from the end to the start"]
    return imperatives, ["reversed", "backwards please", "in reverse", "last to first", "{x} in reverse order", "{x} backwards"], {}, items[::-1]


def counted(rng, n):
    return str(n) if n > 6 or rng.random() < 0.5 else SMALL[n]


def first(rng, items, kind):
    if len(items) < 3:
        return None
    n, front = rng.randrange(1, min(6, len(items))), rng.random() < 0.6
    words = "first" if front and rng.random() < 0.85 else "top" if front else "last"
    result = items[:n] if front else items[-n:]
    imperatives = [f"{verb} {{which}}" for verb in ("keep [only |just |]", "take", "return", "show [only |me |]", "give me", "list", "print", "pick", "select", "get", "cut {x} to", "limit {x} to",
        "shorten {x} to")]
    if n == 1:
        return None
    which = f"the {words} {counted(rng, n)}{rng.choice(['', '', ' items', ' entries', ' of them', ' elements'])}"
    return imperatives, ["only {which}", "{which}", "{which} please", "just {which}", "what are {which}?", "I only need {which}"], {"which": which}, result


def drop(rng, items, kind):
    if len(items) < 3:
        return None
    n, front = rng.choice([1, 1, 1, 2, 3]), rng.random() < 0.5
    if n >= len(items):
        return None
    words = "first" if front else "last"
    which = f"the {words} {rng.choice(['item', 'one', 'entry', 'element'])}" if n == 1 else f"the {words} {counted(rng, n)}{rng.choice(['', ' items', ' entries', ' elements'])}"
    imperatives = ["drop {which}", "remove {which}", "delete {which}", "leave out {which}", "skip {which}", "cut {which}", "take {which} away", "strip {which} from {x}", "remove {which} from {x}"]
    return imperatives, ["without {which}", "everything but {which}", "{x} without {which}", "all except {which}"], {"which": which}, items[n:] if front else items[:-n]


def every_other(rng, items, kind):
    if len(items) < 4:
        return None
    imperatives = ["keep every [other|second] [item|one|entry], starting with the first", "take every [other|second] [item|one], starting with the first",
        "list every [other|second] [item|entry] from the first on"]
    return imperatives, ["every [other|second] [item|one], starting with the first"], {}, items[::2]


def without(rng, items, kind):
    item = rng.choice(items)
    result = [one for one in items if one != item]
    if not result:
        return None
    imperatives = ["remove {item}", "remove {item} from {x}", "delete {item}", "drop {item}", "take {item} out", "take {item} off {x}", "leave out {item}", "cross out {item}", "kick out {item}",
        "exclude {item}", "strike {item} from {x}", "filter out {item}"]
    return imperatives, ["without {item}", "{x} without {item}", "everything except {item}", "all but {item}", "no {item} please"], {"item": quoted(rng, item)}, result


def quoted(rng, item):
    return rng.choice(["{}", "{}", "{}", '"{}"', "'{}'"]).format(item)


def replace(rng, items, kind):
    if len(items) < 3:
        return None
    *rest, new = items
    if new in rest:
        return None
    old = rng.choice(rest)
    imperatives = ["replace {old} with {new}", "replace {old} by {new}", "swap {old} for {new}", "change {old} to {new}", "use {new} instead of {old}", "put {new} in place of {old}",
        "rename {old} to {new}", "substitute {new} for {old}"]
    return imperatives, ["{new} instead of {old}", "{old} -> {new}", "{old} should be {new}", "{old} becomes {new}"], {"old": quoted(rng, old),
        "new": quoted(rng, new)}, [new if one == old else one for one in rest], rest


def append(rng, items, kind):
    if len(items) < 3 or items[-1] in items[:-1]:
        return None
    *rest, item = items
    draw = rng.random()
    if draw < 0.55:
        imperatives = ["add {item}", "add {item} to {x}", "add {item} at the end", "append {item}", "append {item} to {x}", "put {item} at the end", "put {item} at the bottom of {x}",
            "attach {item} at the end"]
        return imperatives, ["plus {item}", "{x} plus {item}", "{x} with {item} added at the end"], {"item": quoted(rng, item)}, items, rest
    if draw < 0.8:
        imperatives = ["add {item} at the [beginning|start|front|top]", "prepend {item}", "put {item} first", "insert {item} at the [beginning|start|front|top] of {x}", "put {item} in front"]
        return imperatives, ["{x} with {item} in front"], {"item": quoted(rng, item)}, [item, *rest], rest
    at = rng.randrange(1, len(rest))
    imperatives = ["insert {item} after {other}", "put {item} [right |]after {other}", "add {item} behind {other}"]
    return imperatives, None, {"item": quoted(rng, item), "other": quoted(rng, rest[at - 1])}, [*rest[:at], item, *rest[at:]], rest


def swap_ends(rng, items, kind):
    if len(items) < 3 or items[0] == items[-1]:
        return None
    imperatives = ["swap the first and [the |]last [item|one|entry|element]", "exchange the first and the last [item|entry|one]", "move the last [item|entry|one] to the [front|beginning|top]",
        "move the first [item|entry|one] to the [end|bottom]"]
    at = rng.choice([0, 1, 2, 3])
    result = [[items[-1], *items[1:-1], items[0]]] * 2 + [[items[-1], *items[:-1]], [*items[1:], items[0]]]
    return [imperatives[at]], None, {}, result[at]


LETTER_TESTS = [
    (["[start|begin]", "[starting|beginning]", "[starts|begins]"], lambda item, letter: item[0].lower() == letter, lambda item: item[0]),
    (["end", "ending", "ends"], lambda item, letter: item[-1].lower() == letter, lambda item: item[-1]),
]


def by_letter(rng, items, kind):
    if kind != "word" or not all(item.isascii() and item[0].isalpha() and item[-1].isalpha() for item in items):
        return None
    (verb, verbing, verbs), test, edge = LETTER_TESTS[rng.random() < 0.3]
    letter, keep = edge(rng.choice(items)).lower(), rng.random() < 0.75
    result = [item for item in items if test(item, letter) == keep]
    if not result:
        return None
    shown = rng.choice([letter, letter.upper(), f"the letter {letter}", f"the letter {letter.upper()}", f"'{letter}'", f'"{letter.upper()}"', letter.upper()])
    if keep:
        imperatives = ["keep [only |just |][the ones|those|the items|the words] that " + verb + " with {letter}", "filter {x} [for|to] [items|those|words] " + verbing + " with {letter}",
            "list [only |][the ones|those|all] that " + verb + " with {letter}",
                       "find [the ones|those|all] that " + verb + " with {letter}", "show [only |me |][those|the ones] " + verbing + " with {letter}",
                       "pick [those|the items|the ones] that " + verb + " with {letter}", "select [all |]the [items|ones] " + verbing + " with {letter}"]
        others = ["which [of these|ones|of them|items] " + verb + " with {letter}?", "[only|just] those " + verbing + " with {letter}", "which of {x} " + verb + " with {letter}?",
            verbs + " with {letter}", "what " + verbs + " with {letter}?"]
    else:
        imperatives = ["remove [the ones|those|what|everything|all items] " + verbing + " with {letter}", "drop [the ones|those|all|the items] that " + verb + " with {letter}",
            "delete [everything|all|those] " + verbing + " with {letter}", "exclude [items|those|everything] " + verbing + " with {letter}"]
        others = ["which [of these|ones|of them|items] do not " + verb + " with {letter}?", "which don't " + verb + " with {letter}?"]
    return imperatives, others, {"letter": shown}, result


def containing(rng, items, kind):
    if kind != "word":
        return None
    word = rng.choice(items).lower()
    at = rng.randrange(max(1, len(word) - 2))
    part = word[at : at + rng.choice([1, 1, 2, 3])]
    result, keep = [item for item in items if part in item.lower()], True
    if rng.random() < 0.3:
        result, keep = [item for item in items if part not in item.lower()], False
    if not part.isalpha() or not result or len(result) == len(items):
        return None
    shown = rng.choice([f"'{part}'", f'"{part}"', part, f"the letter{'s' if len(part) > 1 else ''} {part}"])
    if keep:
        imperatives = ["keep [only |][those|the ones|items] that contain {part}", "filter for {part}", "list [only |][those|the ones] with {part}[ in them|]",
            "find [those|all|the ones] containing {part}", "show [those|the ones|all] that have {part} in them"]
        return imperatives, ["which [of these|ones|of them|items] contain {part}?", "only those with {part}", "which of {x} have {part} in them?"], {"part": shown}, result
    return ["remove [those|the ones|everything|all] that contain {part}", "drop [everything|all|those] with {part} in it",
        "exclude [those|everything|items] containing {part}"], ["which [ones|items|of these] do not contain {part}?"], {"part": shown}, result


def by_length(rng, items, kind):
    if kind != "word" or not all(item.isalpha() for item in items):
        return None
    n, sense = rng.choice([len(item) for item in items]), rng.randrange(3)
    test = [lambda item: len(item) == n, lambda item: len(item) > n, lambda item: len(item) < n][sense]
    result = [item for item in items if test(item)]
    if not result or len(result) == len(items):
        return None
    number = counted(rng, n)
    what = [
        ["[with|of] [exactly |]{n} letters", "that have [exactly |]{n} letters", "that are {n} [letters|characters] long"],
        ["with more than {n} letters", "longer than {n} [letters|characters]", "that have more than {n} letters"],
        ["with fewer than {n} letters", "shorter than {n} [letters|characters]", "that have less than {n} letters"],
    ][sense]
    heads = ["keep [only |just |][words|those|the ones|items]", "list [the |all |]words", "find [the ones|those|all words|the words]", "filter {x} to [words|those]"]
    imperatives = [f"{head} {way}" for head in heads for way in what]
    others = ["only [words|those] " + way for way in what[:2]] + [["which [words|of these|ones] have [exactly |]{n} letters?", "which are {n} letters long?"],
        ["which [words|of these|ones] are longer than {n} letters?", "which have more than {n} letters?"], ["which [words|of these|ones] are shorter than {n} letters?"]][sense]
    return imperatives, others, {"n": number}, result


def by_value(rng, items, kind):
    if kind != "number":
        return None
    values = [amount(item) for item in items]
    shown = rng.choice(items)
    limit, up = amount(shown), rng.random() < 0.5
    if limit == int(limit) and rng.random() < 0.5:
        limit = max(1, round(limit, -1) if limit > 20 else int(limit))
        shown = f"{limit:g}"
    result = [item for item, value in zip(items, values) if (value > limit if up else value < limit)]
    if not result or len(result) == len(items):
        return None
    over = ["above", "over", "greater than", "larger than", "higher than", "more than", "bigger than", ">"] if up else ["below", "under", "less than", "smaller than", "lower than", "<"]
    how = rng.choice(over)
    imperatives = ["keep [only |just |][the ones|those|what is|the numbers|values|everything] {how} {n}", "list [only |][the ones|those|all|the numbers] {how} {n}", "filter {x}[:| to] {how} {n}",
        "show [me |][only |]those {how} {n}", "find [all|the numbers|those|the values] {how} {n}", "select [the ones|all|what is] {how} {n}"]
    others = ["which [numbers |of these |ones |values |]are {how} {n}?", "only {how} {n}", "what is {how} {n}?", "[all|everything] {how} {n}"]
    return imperatives, others, {"how": how, "n": shown}, result


def parity(rng, items, kind):
    if kind != "number" or not all(item.isdigit() for item in items):
        return None
    odd, drops = rng.random() < 0.5, rng.random() < 0.3
    result = [item for item in items if (int(item) % 2 == 1) == (odd != drops)]
    if not result:
        return None
    imperatives = ["remove [the|all|all the] {which} [numbers|ones]", "drop the {which} [numbers|ones]",
        "filter out the {which} [numbers|ones]"] if drops else ["keep [only |]the {which} [numbers|ones]", "list [only |]the {which} numbers", "pick [only |]the {which} [numbers|ones]",
        "find [all |]the {which} numbers", "show [only |]{which} numbers"]
    return imperatives, None if drops else ["which [of these |numbers |]are {which}?", "only the {which} numbers", "{which} numbers only"], {"which": "odd" if odd else "even"}, result


def cased(rng, items, kind):
    if kind == "number":
        return None
    style = rng.randrange(2 if kind == "other" else 3)
    change = [str.upper, str.lower, lambda item: " ".join(part[:1].upper() + part[1:] for part in item.split())][style]
    result = [change(item) for item in items]
    if result == items:
        return None
    words = [["upper case", "uppercase", "capitals", "capital letters", "all caps", "UPPERCASE"], ["lower case", "lowercase", "small letters"], ["title case", "Title Case"]][style]
    imperatives = [
        [f"{verb} {{x}} {joint}{rng.choice(words)}" for verb, joint in (("write", "in "), ("put", "in "), ("convert", "to "), ("turn", "into "), ("change", "to "), ("make", ""))],
        ["uppercase {x}", "uppercase {x}", "uppercase [each item|everything|all of it|every word]", "capitalize all letters", "upcase {x}"],
        ["lowercase {x}", "lowercase {x}", "lowercase [each item|everything|all of it]", "downcase {x}"],
        ["capitalize each [item|word|entry]", "capitalize {x}", "capitalise {x}", "capitalize the first letter of [each word|every word]", "start each word with a capital letter"],
    ]
    chosen = imperatives[style + 1] + imperatives[0][:5 if style < 2 else 4]
    return chosen, [f"in {words[0]}", f"{words[0]} please", f"all in {words[0]}", f"{{x}} in {words[0]}"], {}, result


def name_parts(rng, items, kind):
    """Of first and last names."""
    if kind != "name" or not all(item.count(" ") == 1 for item in items):
        return None
    pairs = [item.split() for item in items]
    draw = rng.random()
    if draw < 0.3:
        return ["keep only the first names", "list the first names", "give me the first names", "extract the first names", "remove the last names", "drop the surnames"], ["only the first names",
            "first names only", "just the first names"], {}, [first for first, _ in pairs]
    if draw < 0.6:
        return ["keep only the [last names|surnames]", "list the [last names|surnames|family names]", "give me the last names", "extract the surnames",
            "remove the first names"], ["only the last names", "surnames only", "just the [surnames|last names]"], {}, [last for _, last in pairs]
    if draw < 0.8:
        return ["give me the initials of each", "replace each name with its initials", "turn each name into initials", "list the initials"], ["initials only",
            "only the initials of each"], {}, [first[0] + last[0] for first, last in pairs]
    if len({last for _, last in pairs}) < len(pairs) or not all(item.isascii() for item in items):
        return None
    return ["sort {x} by last name", "sort {x} by surname", "order {x} by last name", "arrange {x} by family name"], ["by last name", "sorted by surname"], {}, sorted(items,
        key=lambda item: item.split()[1].casefold())


PREFIXES = ["#", "@", "$", "id-", "x_", "my ", "the ", "new_", "/", "https://", "- ", "no. ", "img/", "user:", "old-", "re: ", "+", "~"]
SUFFIXES = [".txt", ".com", ".jpg", ".png", "!", "?", "_old", "-2024", " kg", " cm", "%", ";", ".py", "()", ":", "_id", " EUR", "px", "*", ".md"]


def affixed(rng, items, kind):
    if kind in ("phrase", "time", "name"):
        return None
    front = rng.random() < 0.5
    sign = rng.choice(PREFIXES if front else SUFFIXES)
    if front and items[0].startswith(sign) or sign.startswith((" ", "%", "px")) and kind != "number":
        return None
    shown = rng.choice([f"'{sign}'", f'"{sign}"', f"`{sign}`"] if " " in sign or sign in ";:?!" else [sign, sign, f"'{sign}'", f'"{sign}"'])
    if front:
        imperatives = ["put {sign} before each [item|one|entry]", "add {sign} [in front of|before|to the start of] [each|every] [item|one|entry]",
            "prefix [each item|each|every entry|all of them] with {sign}", "prepend {sign} to [each|every] [item|one|entry]", "add the prefix {sign} to [each|every] [item|entry]"]
        return imperatives, ["each with {sign} in front", "every item with the prefix {sign}"], {"sign": shown}, [sign + item for item in items]
    imperatives = ["put {sign} after each [item|one|entry]", "add {sign} [at the end of|after|to] [each|every] [item|one|entry]", "append {sign} to [each|every] [item|one|entry]",
        "add the suffix {sign} to [each|every] [item|entry]", "end each [item|entry] with {sign}"]
    return imperatives, ["each with {sign} at the end", "every item with the suffix {sign}"], {"sign": shown}, [item + sign for item in items]


WRAPS = [("double quotes", '"', '"'), ("single quotes", "'", "'"), ("square brackets", "[", "]"), ("parentheses", "(", ")"), ("brackets", "(", ")"), ("backticks", "`", "`"), ("asterisks", "*", "*"),
    ("quotes", '"', '"'), ("quotation marks", '"', '"'), ("curly braces", "{", "}"), ("angle brackets", "<", ">")]


def wrapped(rng, items, kind):
    name, left, right = rng.choice(WRAPS)
    if name == "brackets":
        return None
    imperatives = ["put [each item|each|every one|every entry|each word] in {name}", "wrap [each item|each|every entry|all items|each of them] in {name}",
        "put {name} around [each item|each|every one]", "surround [each item|each|every one] with {name}",
        "enclose [each item|each|every entry] in {name}"] + (["quote [each item|every item|all items]"] if name in ("double quotes", "quotes") else [])
    return imperatives, ["each in {name}", "every item in {name}"], {"name": name}, [left + item + right for item in items]


def extreme(rng, items, kind):
    if kind == "number":
        values = [amount(item) for item in items]
        if len(set(values)) < len(values):
            return None
        up = rng.random() < 0.5
        name = rng.choice(["largest", "biggest", "highest", "greatest", "maximum"] if up else ["smallest", "lowest", "minimum", "least"])
        result = items[values.index(max(values) if up else min(values))]
        noun = "{which}[ number| one| value|]" if name not in ("maximum", "minimum") else "{which}"
        others = ["[what is|what's|which is] the " + noun + "?", "the " + noun, "which [one|number|of these|value] is [the |]{which}?" if name not in ("maximum", "minimum") else "{which}?", "{which}",
            ("max" if up else "min") + "[ please|?|]"]
    elif kind == "word":
        lengths = [len(item) for item in items]
        up = rng.random() < 0.6
        best = max(lengths) if up else min(lengths)
        if lengths.count(best) > 1:
            return None
        name, result = "longest" if up else "shortest", items[lengths.index(best)]
        noun = "{which}[ word| one| item| entry|]"
        others = ["[what is|what's|which is] the " + noun + "?", "the " + noun + "", "which [one|word|of these|item] is [the |]{which}?", "{which}", "{which} word[ please|?|]"]
    else:
        return None
    return [f"{verb} the {noun}" for verb in ("give me", "find", "find", "return", "show [me |]", "tell me", "pick", "get")], others, {"which": name}, result


def alphabetical_extreme(rng, items, kind):
    if kind != "word" or not all(item.isascii() for item in items):
        return None
    front = rng.random() < 0.6
    ordered = sorted(items, key=str.casefold)
    where = "first" if front else "last"
    return [f"{verb} the [one|item|word] that comes {{which}} alphabetically" for verb in ("give me", "find", "return", "tell me",
        "pick")], ["which [one |item |word |of these |]comes {which} alphabetically?", "alphabetically {which}?",
        "the alphabetically {which} [item|one|word]"], {"which": where}, ordered[0 if front else -1]


def nth(rng, items, kind):
    at = rng.choice([0, len(items) - 1, rng.randrange(len(items)), rng.randrange(len(items))])
    if at >= len(NTH):
        return None
    name = "last" if at == len(items) - 1 and rng.random() < 0.8 else NTH[at]
    if at == len(items) - 2 and rng.random() < 0.3:
        name = rng.choice(["second to last", "second last", "next to last"])
    thing = "{which} [item|one|entry|element]"
    return [f"{verb} the {thing}" for verb in ("give me", "return", "show [me |]", "tell me", "pick", "get", "take", "print", "name")], ["[what is|what's|which is] the " + thing + "?", "the " + thing,
        "only the {which}", "{which}?", "which [one|item] is {which}?", "item number " + str(at + 1) if at != len(items) - 1 else "the {which} one"], {"which": name}, items[at]


def count(rng, items, kind):
    imperatives = ["count {x}", "count {x}", "count the [items|entries|elements|things]", "tell me how many [items |entries |][there are|these are]", "count how many [items|there are|these are]",
        "give me the number of [items|entries]"]
    return imperatives, ["how many [items |entries |elements |things |]are [there|in the list|listed|here|these]?", "how many?", "number of [items|entries|elements]?", "how many do I have?",
        "how long is the list?", "how many of them are there?", "count", "length?"], {}, str(len(items))


def count_different(rng, items, kind):
    if len(set(items)) == len(items):
        return None
    imperatives = ["count the [unique|distinct|different] [items|values|entries|ones]", "tell me how many [different|unique|distinct] [items|values|ones] there are"]
    return imperatives, ["how many [different|unique|distinct] [items|ones|values|entries] are [there|in the list|here]?",
        "number of [unique|distinct|different] [items|entries|values]?"], {}, str(len(set(items)))


def occurrences(rng, items, kind):
    if len(set(items)) == len(items):
        return None
    item = rng.choice(items)
    imperatives = ["count {item}", "count how [often|many times] {item} [appears|occurs|is there|is in the list]", "tell me how [often|many times] {item} [appears|occurs|is listed]",
        "count the {item} entries"]
    return imperatives, ["how [often|many times] [does {item} appear|does {item} occur|is {item} there|is {item} in the list]?", "how [often|many times] {item}?",
        "number of {item}?"], {"item": quoted(rng, item)}, str(items.count(item))


def tally(rng, items, kind):
    if len(set(items)) == len(items) or kind == "number":
        return None
    lines = "\n".join(f"{item}: {items.count(item)}" for item in dict.fromkeys(items))
    imperatives = ["count how often each [item|one|entry|word] [occurs|appears|is there][, as item: count| (item: count)| in the form item: count|, one per line, item: count|]",
        "tally {x}[, one per line, item: count|, as item: count|]", "count each [item|one][, as item: count| (item: count)|]"]
    return imperatives, ["how often does each [item|one|entry] [occur|appear]? [item: count|One line each, item: count|]"], {}, lines


def position(rng, items, kind):
    if len(set(items)) < len(items):
        return None
    at = rng.randrange(len(items))
    draw = rng.random()
    if draw < 0.4:
        return ["tell me the position of {item}", "give me the position of {item}, starting at 1", "find the position of {item}"], ["[at |]which position is {item}?",
            "what [position|place|number] is {item}?", "position of {item}?"], {"item": quoted(rng, items[at])}, str(at + 1)
    if draw < 0.7 and at + 1 < len(items):
        return ["give me the [one|item|entry] after {item}", "find what comes [right |]after {item}"], ["what comes [right |directly |]after {item}?",
            "which [one|item] [follows|is after|comes after] {item}?", "next after {item}?"], {"item": quoted(rng, items[at])}, items[at + 1]
    if at > 0:
        return ["give me the [one|item|entry] before {item}", "find what comes [right |]before {item}"], ["what comes [right |directly |]before {item}?",
            "which [one|item] [is before|comes before|precedes] {item}?"], {"item": quoted(rng, items[at])}, items[at - 1]
    return None


def membership(rng, items, kind):
    inside = rng.random() < 0.5 or len(items) < 3
    item = rng.choice(items) if inside else items[-1]
    rest = items if inside else [one for one in items if one != item]
    imperatives = ["check if {item} is in {x}[, yes or no| (yes/no)|]", "tell me whether {item} is [in there|listed|in {x}][, yes or no|]", "say yes or no: is {item} in {x}"]
    return imperatives, ["is {item} in [the list|here|this list|there]?", "does [the list|this list|it] contain {item}?", "is {item} [listed|there|included]? yes or no",
        "{item} in the list?"], {"item": quoted(rng, item)}, "yes" if inside else "no", rest


MIDDLE = [
    (sort, 6), (sort_by_length, 1.5), (dedupe, 3), (reverse, 2), (first, 2), (drop, 1), (every_other, 0.3), (without, 1), (replace, 0.7), (append, 0.8), (swap_ends, 0.5),
    (by_letter, 1.6), (containing, 1), (by_length, 1), (by_value, 2), (parity, 1), (cased, 2.5), (affixed, 1), (wrapped, 1.1), (name_parts, 1),
]  # fmt: skip
LAST = [(extreme, 2.2), (alphabetical_extreme, 0.4), (nth, 1.2), (count, 2), (count_different, 1), (occurrences, 1.5), (tally, 0.6), (position, 0.7), (membership, 0.7)]
FRESH = (append, replace, membership)  # change the list that is shown: only as a first step

