"""Several things of which some are asked for: the fruits, the even numbers; or all put into groups."""

from ... import values
from ...framing import with_system
from ...phrasing import choose, fill
from ...task import Task, compact
from ..shared import everyday
from ..shared.each_asks import capital, typed
from ..shared.each_lines import CLEAR, KINDS, STRANGE, article, kinds_of_words, plural

WHICH = [
    "[Which|which] of [these|the following|the words below] are {them}?", "[Which|What] {them} are [in this list|in here|there|listed]?",
    "[Pick|Find|Pick out|Select|Get] [only |]the {them}[.|:|]", "[List|Show|Give me|Return|Name|Write down] [only |just |][all |]the {them}[.|:|]",
    "[Keep|Leave] only the {them}[.|:|]",
    "[Filter out everything but|Extract] the {them}[.|:|]", "[Remove|Drop|Delete] everything that is not {one}[.|:|]", "[which|Which] are {them}[?|]", "only the {them}[ please|]",
    "[I need|I want] [only |]the {them}[ from this list| here|][.|]", "[Can|Could] you [pick|find|list] the {them}[ for me| in this list|]?",
]  # fmt: skip
BUT = ["[Remove|Drop|Delete|Take out|Leave out|Cross out] [all |]the {them}[ from this list|][.|:|]", "[Which|which] of [these|the following] are not {them}?",
    "[Everything|All] [but|except] the {them}[, please|]", "[List|Keep] everything that is not {one}[.|:|]", "[No|Without the] {them}[, please|]"]  # fmt: skip
FORMS = [("", None, 8), ("[as a JSON array|as JSON|as a JSON list|in a JSON array]", "json", 2), ("[one per line|each on its own line]", "lines", 1.5),
    ("[separated by commas|comma-separated|comma separated]", "commas", 1.5), ("[as a numbered list|numbered]", "numbered", 0.5), ("[as bullet points|as a bullet list]", "dashes",
    0.7)]  # fmt: skip
SHAPES = [("commas", 6), ("lines", 4), ("dashes", 1), ("array", 0.8), ("numbered", 0.5), ("spaces", 0.8)]
ODD_ONE = ["[Which|which] [one|word|item] does not [belong|fit][ here| to the others|]?", "[Find|Spot|Name] the odd one out[.|:|]", "[odd one out|Odd one out][:|?|]",
    "[Which|What] is the odd one out?", "[Which|which] of these is not {one}?", "[Which|which] [one|word] is not {one}?"]  # fmt: skip
GROUP = ["[Group|Sort|Divide|Split|Put] [these|these words|the words|the following|the items] into {names}", "[Group|Classify] [these|these words|the following] by kind ({names})",
    "[Make|Build] two groups, {names}", "[Separate|Sort] {names}"]  # fmt: skip


def written(items, shape):
    if shape in ("json", "array"):
        numbers = all(item.lstrip("-").isdigit() for item in items)
        return compact([int(item) if numbers else item for item in items])
    if shape == "numbered":
        return "\n".join(f"{place}. {item}" for place, item in enumerate(items, 1))
    if shape == "dashes":
        return "\n".join("- " + item for item in items)
    return {"commas": ", ", "spaces": " ", "lines": "\n"}[shape].join(items)


def shape_of(rng, items):
    while True:
        shape = rng.choices([shape for shape, _ in SHAPES], [weight for _, weight in SHAPES])[0]
        if shape != "spaces" or not any(" " in item for item in items):
            return shape


def asked(rng, pattern, items, chosen, skill, kept=(), **slots):
    """The task of finding the chosen ones among the items, in the form they have or in the form told."""
    if not chosen:
        return None
    shape = shape_of(rng, items)
    form, told, _ = rng.choices(FORMS, [weight for *_, weight in FORMS])[0]
    ask = fill(choose(rng, pattern), slots).strip()
    if form:
        bare = ask.rstrip(".:")
        ask = f"{bare} {capital(choose(rng, form))}." if bare.endswith("?") else f"{bare}, {choose(rng, form)}."
    ask = typed(rng, ask, kept)
    told = told or ("lines" if shape == "numbered" else shape)
    data = written(items, shape)
    bare = ask.rstrip(".: ")
    joint = "\n" if "\n" in data else rng.choice([" ", " ", "\n", "\n\n"])
    text = rng.choice([f"{bare if ask.endswith('?') else bare + ':'}{joint}{data}", f"{bare if ask.endswith('?') else bare + ':'}{joint}{data}", f"{data}\n{ask}",
        f"{data}\n\n{ask}"])  # fmt: skip
    return Task(skill, with_system(rng, text), written(chosen, told), is_json=told in ("json", "array"))


def of_a_kind(rng):
    """Words of one kind among others."""
    kind = rng.choice(KINDS)
    others = rng.sample(STRANGE[kind], rng.choice([1, 2, 3]))
    wanted = rng.sample(CLEAR[kind], min(len(CLEAR[kind]) - 1, rng.choice([1, 2, 2, 3, 4])))
    rest = [word for other in others for word in rng.sample(CLEAR[other], rng.choice([1, 1, 2]))]
    items = list(dict.fromkeys(wanted + rest))
    rng.shuffle(items)
    inside = rng.random() < 0.8
    chosen = [item for item in items if (item in wanted) == inside]
    return asked(rng, rng.choice(WHICH if inside else BUT), items, chosen, "classify", (plural(kind),), them=plural(kind), one=article(kind))  # fmt: skip


def odd_one(rng):
    kind = rng.choice(KINDS)
    other = rng.choice(STRANGE[kind])
    if len(CLEAR[kind]) < 4:
        return odd_one(rng)
    items, stranger = rng.sample(CLEAR[kind], rng.choice([3, 3, 4])), rng.choice(CLEAR[other])
    items.insert(rng.randrange(len(items) + 1), stranger)
    ask = typed(rng, fill(choose(rng, rng.choice(ODD_ONE)), {"one": article(kind)}), ())
    data = rng.choice([", ".join(items), ", ".join(items), "\n".join(items), " / ".join(items)])
    bare = ask.rstrip(".: ")
    return Task("classify", with_system(rng, rng.choice([f"{bare if ask.endswith('?') else bare + ':'} {data}", f"{data}\n{ask}",
        f"{data}: {ask}" if "\n" not in data else f"{data}\n\n{ask}"])), stranger)  # fmt: skip


def grouped(rng):
    kinds = kinds_of_words(rng)
    wanted = {kind: rng.sample(CLEAR[kind], min(len(CLEAR[kind]) - 1, rng.choice([1, 2, 2, 3]))) for kind in kinds}
    items = [word for words in wanted.values() for word in words]
    if len(set(items)) < len(items):
        return grouped(rng)
    rng.shuffle(items)
    names = [plural(kind) for kind in kinds]
    said = ", ".join(names[:-1]) + " and " + names[-1]
    found = {name: [item for item in items if item in wanted[kind]] for name, kind in zip(names, kinds)}
    ask = fill(choose(rng, rng.choice(GROUP if len(kinds) == 2 else GROUP[:2])), {"names": said})
    as_json = rng.random() < 0.65
    if as_json:
        form = rng.choice([" as JSON", " as a JSON object", ", JSON with one list per group", " and return JSON with one array per group",
            f". Answer as JSON: {{{', '.join(f'{chr(34)}{name}{chr(34)}: [...]' for name in names)}}}", " (JSON)"])  # fmt: skip
    else:
        form = rng.choice([", one line per group, like 'group: a, b'", ". One line per group: name: items separated by commas",
            ", one group per line in the form group: item, item"])  # fmt: skip
    answer = compact(found) if as_json else "\n".join(f"{name}: {', '.join(some)}" for name, some in found.items())
    data = rng.choice([", ".join(items), ", ".join(items), "\n".join(items), "\n".join("- " + item for item in items)])
    ask = typed(rng, ask, tuple(names)) + form
    return Task("classify", with_system(rng, rng.choice([f"{ask}: {data}", f"{ask}:\n{data}", f"{data}\n\n{ask}"])), answer, is_json=as_json)  # fmt: skip


def some_numbers(rng):
    top = rng.choice([20, 50, 100, 100, 1000])
    items = rng.sample(range(1, top), rng.choice([4, 5, 6, 7]))
    limit = rng.choice([10, 20, 50, 100, 500, rng.randrange(5, top)])
    them, test = rng.choice(
        [
            ("even numbers", lambda n: n % 2 == 0), ("odd numbers", lambda n: n % 2 == 1), (f"numbers [above|over|greater than|bigger than|larger than|higher than] {limit}",
            lambda n: n > limit), (f"numbers [below|under|less than|smaller than|lower than] {limit}", lambda n: n < limit),
            ("multiples of 10", lambda n: n % 10 == 0), ("numbers with two digits", lambda n: 9 < n < 100), ("multiples of 5", lambda n: n % 5 == 0), ("numbers that end in 0",
            lambda n: n % 10 == 0),
        ]
    )  # fmt: skip
    pattern = rng.choice([p for p in WHICH if "{one}" not in p]).replace("the words below", "the numbers below").replace("{them}", them)  # fmt: skip
    if "are numbers" in pattern:
        pattern = pattern.replace("are numbers ", "are ").replace("are with", "have").replace("are that end", "end")
    return asked(rng, pattern, [str(n) for n in items], [str(n) for n in items if test(n)], "convert")


def some_words(rng):
    """Words by their letters or their ends, names of files and addresses by their parts."""
    draw = rng.random()
    if draw < 0.62:
        source = everyday.KINDS[rng.choice(["food", "creature", "given", "town", "clothing", "household", "sport", "person", "place"])]  # fmt: skip
        items = [item for item in rng.sample(source, rng.choice([4, 5, 6, 7])) if item.isalpha() and item.isascii()]
        if len(items) < 3:
            return None
        one = rng.choice(items)
        letter, size = rng.choice([one[0], one[0].lower(), one[0].upper()]), rng.choice([3, 4, 5, 6])
        inner = rng.choice(one.lower())
        names, test = rng.choice(
            [
                (f"words that [start|begin] with {letter}", lambda w: w[0].lower() == letter.lower()), (f"words that [start|begin] with {letter}",
                lambda w: w[0].lower() == letter.lower()), (f"words that end [with|in] {one[-1]}", lambda w: w[-1] == one[-1]),
                (f"words that contain the letter {inner}", lambda w: inner in w.lower()), (f"words with more than {size} letters", lambda w: len(w) > size),
                (f"words [longer|of more] than {size} letters", lambda w: len(w) > size), (f"words with exactly {len(one)} letters", lambda w: len(w) == len(one)),
            ]
        )  # fmt: skip
    elif draw < 0.8:
        endings = rng.sample(["pdf", "txt", "csv", "jpg", "png", "py", "md", "json", "docx", "zip"], 3)
        items = list(dict.fromkeys(f"{everyday.word(rng)}.{rng.choice(endings)}" for _ in range(5)))
        ending = items[0].rsplit(".", 1)[1]
        names, test = rng.choice([f"{ending} files", f"files that end in .{ending}", f".{ending} files"]), lambda w: w.endswith("." + ending)  # fmt: skip
    else:
        hosts = [values.domain(rng) for _ in range(2)]
        items = list(dict.fromkeys(f"{everyday.word(rng)}@{rng.choice(hosts)}" for _ in range(5)))
        host = items[0].split("@")[1]
        names, test = rng.choice([f"addresses [at|from] {host}", f"e-mails [at|from] {host}", f"mail addresses that end in {host}"]), lambda w: w.endswith(host)  # fmt: skip
    rng.shuffle(items)
    pattern = rng.choice([p for p in WHICH if "{one}" not in p and "{them}" in p]).replace("{them}", choose(rng, names))
    for noun in ("words", "files", "addresses", "e-mails", "mail addresses"):
        pattern = pattern.replace(f"are {noun} that ", "").replace(f"are {noun} with ", "have ").replace(f"are {noun} longer", "are longer").replace(f"are {noun} of ",
            "have ")  # fmt: skip
    kept = tuple(choose(rng, names).split()) if draw >= 0.62 else ()
    return asked(rng, pattern, items, [item for item in items if test(item)], "convert", kept=kept if all("{" not in k for k in kept) else ())  # fmt: skip


def make(rng):
    while True:
        made = rng.choices([of_a_kind, some_numbers, some_words, grouped, odd_one], [4, 2, 2, 2, 1])[0](rng)
        if made is not None:
            return made
