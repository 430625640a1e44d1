"""Lists of ordinary things in every usual shape, taken through one to three steps and written as it was asked."""

from ... import values
from ...task import Task, compact
from ..shared import everyday
from .asking import asked
from .list_steps import FRESH, LAST, MIDDLE

STEPS = [step for step, _ in MIDDLE + LAST]
WEIGHTS = [weight for _, weight in MIDDLE + LAST]
MIDDLE_STEPS, MIDDLE_WEIGHTS = [step for step, _ in MIDDLE], [weight for _, weight in MIDDLE]
LENGTHS = [3, 3, 4, 4, 4, 5, 5, 5, 6, 6, 7, 8, 9, 10]
NOUNS = [
    "this list", "this list", "the list", "these", "these {called}", "the {called}", "the following {called}", "this", "the items", "my list", "the list below",
    "these items", "all {called}", "the {called} below", "them", "my {called}", "the following", "the following list", "everything here",
]  # fmt: skip
HELD = ["{data}", "{data}", "the {called} {data}", "the list {data}", "these {called} ({data})", "({data})", "the following {called} ({data})", "the list ({data})", '"{data}"', "{data} "]
NUMBERS = [
    lambda r: str(r.randrange(1, 100)), lambda r: str(r.randrange(1, 100)), lambda r: str(r.randrange(1, 20)), lambda r: str(r.randrange(1, 1000)), lambda r: str(r.randrange(100, 10000)),
    lambda r: f"{r.randrange(1, 100)}.{r.randrange(1, 10)}", lambda r: f"{r.randrange(0, 10)}.{values.digits(r, 2)}", lambda r: str(r.randrange(-50, 50)), lambda r: f"${r.randrange(1, 300)}",
    lambda r: f"${r.randrange(1, 100)}.{r.choice(['99', '50', '95', '00', '25'])}", lambda r: f"{r.randrange(1, 100)}%", lambda r: f"{r.randrange(1, 90)} kg", lambda r: f"€{r.randrange(5, 500)}",
    lambda r: f"{r.randrange(1, 60)} min", lambda r: f"{r.randrange(1900, 2030)}",
]  # fmt: skip
NUMBER_WORDS = ["numbers", "numbers", "values", "figures"]
TIMES = [lambda r: values.near_day(r).isoformat(), lambda r: f"{r.randrange(24):02}:{r.choice([0, 15, 30, 45, r.randrange(60)]):02}"]
ODD = [values.email, values.code, values.identifier, values.path, lambda r: values.made_word(r, 2), lambda r: values.url(r), lambda r: f"{values.made_word(r, 2)}{r.randrange(100)}"]
TITLED = frozenset(("food", "tool", "creature", "household", "clothing", "phrase", "place", "sport", "material"))


def mixed_case(rng, item):
    draw = rng.random()
    return item.upper() if draw < 0.15 else item.capitalize() if draw < 0.5 else item


def drawn_items(rng):
    """(items, kind, what they are called): kind is word, phrase, number, time or other."""
    draw = rng.random()
    if draw < 0.22:
        make, called = rng.choice(NUMBERS), rng.choice(NUMBER_WORDS)
        return make, "number", called
    if draw < 0.25:
        return rng.choice(TIMES), "time", "dates and times"
    if draw < 0.31:
        return rng.choice(ODD), "other", "entries"
    if draw < 0.37:
        return everyday.full_name, "name", rng.choice(["names", "people", "names", "guests"])
    if draw < 0.4:
        return everyday.sentence, "phrase", rng.choice(["lines", "sentences", "notes", "lines"])
    if draw < 0.54:
        return everyday.word, "word", "words"
    if draw < 0.58:
        return (lambda r: values.any_word(r) if r.random() < 0.8 else values.made_word(r, 2)), "word", "words"
    kind = rng.choices(everyday.LIST_KINDS, everyday.LIST_WEIGHTS)[0]
    called = rng.choice(everyday.CALLED[kind])
    pool = everyday.KINDS[kind] if rng.random() < 0.5 or kind == "phrase" else everyday.SINGLE[kind]
    is_word = pool is not everyday.KINDS[kind]
    if kind in TITLED:
        style = rng.random()
        if style < 0.12:
            return (lambda r: r.choice(pool).capitalize()), "word" if is_word else "phrase", called
        if style < 0.18:
            return (lambda r: mixed_case(r, r.choice(pool))), "word" if is_word else "phrase", called
    return (lambda r: r.choice(pool)), "word" if is_word else "phrase", called


def items_of(rng):
    make, kind, called = drawn_items(rng)
    items, count = {}, rng.choice(LENGTHS)
    for _ in range(60):
        item = make(rng)
        if "," not in item:
            items.setdefault(item.casefold(), item)
        if len(items) == count:
            break
    return list(items.values()), kind, called


def repeated(rng, items):
    items = items[: rng.choice([2, 3, 3, 4, 4, 5])]
    items = items + [rng.choice(items) for _ in range(rng.choice([1, 1, 2, 2, 3, 4]))]
    rng.shuffle(items)
    return items


def array(items):
    if all(item.lstrip("-").replace(".", "", 1).isdigit() and str(float(item)).removesuffix(".0") == item for item in items):
        return "[" + ", ".join(items) + "]"
    return compact(list(items))


def marked(mark):
    return lambda items: "\n".join(mark + item for item in items)


def numbered(items):
    return "\n".join(f"{i}. {item}" for i, item in enumerate(items, 1))


def in_marks(left, right, joint):
    return lambda items: joint.join(left + item + right for item in items)


def unquoted(items):
    return "[" + ", ".join(items) + "]"


def oxford(items):
    return ", ".join(items[:-1]) + ", and " + items[-1] if len(items) > 2 else " and ".join(items)


def with_and(items):
    return ", ".join(items[:-1]) + " and " + items[-1] if len(items) > 1 else items[0]


def python_list(items):
    text = array(items)
    return text if '"' not in text else "[" + ", ".join("'" + item + "'" if "'" not in item else f'"{item}"' for item in items) + "]"


COMMAS, LINES = ", ".join, "\n".join
dashes = marked("- ")
# (how it is shown, how the answer is written, weight)
SHAPES = [
    (COMMAS, COMMAS, 9), (LINES, LINES, 5), (dashes, dashes, 2), (array, array, 2), ("; ".join, "; ".join, 0.8), (" ".join, " ".join, 2), (",".join, ",".join, 1), (numbered, numbered, 0.8),
    (marked("* "), marked("* "), 0.6), (marked("• "), marked("• "), 0.4), (" | ".join, " | ".join, 0.5), ("/".join, "/".join, 0.3), (" / ".join, " / ".join, 0.3), (" - ".join, " - ".join, 0.3),
    (in_marks('"', '"', ", "), in_marks('"', '"', ", "), 0.5), (in_marks("'", "'", ", "), in_marks("'", "'", ", "), 0.4), (unquoted, unquoted, 0.4), (with_and, COMMAS, 0.9), (oxford, COMMAS, 0.5),
    (marked("+ "), marked("+ "), 0.1), ("\n\n".join, "\n".join, 0.2), (lambda items: LINES(f"{i}) {item}" for i, item in enumerate(items, 1)),
    lambda items: LINES(f"{i}) {item}" for i, item in enumerate(items, 1)), 0.2),
]  # fmt: skip
SHAPE_WEIGHTS = [weight for _, _, weight in SHAPES]
BY_NAME = [
    (COMMAS, ["commas", "a comma", "comma", "commas and spaces"], 5), ("; ".join, ["semicolons", "a semicolon"], 1.5), (" | ".join, ["pipes", "a pipe", "' | '", "vertical bars"], 1),
        (" - ".join, ["' - '", "dashes", "hyphens"], 1),
    (" ".join, ["spaces", "a space", "single spaces"], 1), ("/".join, ["slashes", "a slash", "'/'"], 0.7), (" + ".join, ["' + '", "plus signs"], 0.5), (" & ".join, ["' & '"], 0.4),
    (" -> ".join, ["arrows (->)", "' -> '"], 0.4), (" and ".join, ["'and'", "the word 'and'", "\"and\""], 0.4),
]  # fmt: skip
ENDINGS = [
    ([  # lines
        "write one per line", "put each [one|item|entry|] on [its own|a new|a separate] line", "list them one per line", "split {x} into lines", "print one per line", "show one [item|] per line",
            "break {x} into lines", "separate {x} by newlines", "put every item on a line of its own",
        "turn {x} into lines", "give me one [item|entry] per line"], ["one per line", "one [item|entry] per line please", "each on a new line", "as lines", "line by line", "{x}, one per line"], LINES,
        3),
    (["make {x} a bullet list", "turn {x} into [a bullet list|bullet points|bullets|a bulleted list|a markdown list|a Markdown bullet list]", "write {x} as bullet points",
    "format {x} as [bullet points|a bulleted list|bullets]", "show {x} as bullets", "make a bullet list [of|from] {x}", "make bullet points", "put a dash before each [item|one|entry]",
      "bullet {x}", "convert {x} to [bullets|bullet points]"], ["as bullet points", "bullet list please", "bullets", "bullet points", "as a bullet list", "as a markdown list", "{x} as bullets",
      "bulleted list"], dashes, 3),
    (["number {x}", "number {x}", "number the [items|lines|entries|results]", "make {x} a numbered list", "turn {x} into a numbered list", "write {x} as a numbered list",
    "format {x} as [a numbered list|an ordered list]", "put numbers in front", "make a numbered list [of|from] {x}", "enumerate {x}", "show {x} numbered",
      "add numbers"], ["as a numbered list", "numbered list please", "numbered", "1. 2. 3. list", "ordered list", "{x} as a numbered list", "with numbers"], numbered, 3.5),
    (["convert {x} to [a JSON array|JSON|a JSON list]", "turn {x} into a JSON [array|list]", "write {x} as [a JSON array|JSON|JSON list]", "return {x} as [a JSON array|JSON]",
    "output [a JSON array|JSON]", "make a JSON [array|list] [of|from] {x}", "format {x} as a JSON [array|list]", "put {x} in a JSON array"],
     ["as JSON", "JSON array please", "as a JSON [array|list]", "JSON array", "to json", "{x} as json", "json list"], array, 3),
    (["convert {x} to [an HTML list|HTML]", "make an HTML [unordered |]list [of|from] {x}", "write {x} as an HTML list", "turn {x} into [an unordered HTML list|an HTML list|a <ul>]",
    "put {x} in <ul> and <li> tags"], ["as an html list", "HTML list please", "as <ul>", "html ul"], lambda items: "<ul>\n" + LINES(f"<li>{item}</li>" for item in items) + "\n</ul>", 1),
    (["write {x} in one sentence with [an |]'and' before the last", "join {x} with commas and 'and' before the last[ one|]", "put commas between and 'and' before the last[ one|]",
    "list {x} with commas and an 'and' at the end"], ["with commas and 'and' before the last", "as 'a, b and c'", "like: a, b and c"], with_and, 0.8),
    (["make {x} a Python list", "convert {x} to [a Python list|a list of Python strings]", "write {x} as a Python list", "turn {x} into a Python list"], ["as a Python list", "python list please"],
    python_list, 0.6),
    (["make {x} a checklist", "turn {x} into [a checklist|a markdown checklist|a todo list with checkboxes|a task list]", "write {x} as a [Markdown |]checklist"],
    ["as a [markdown |]checklist", "checklist please", "with checkboxes"], lambda items: LINES(f"- [ ] {item}" for item in items), 0.7),
]  # fmt: skip
ENDING_WEIGHTS = [weight for *_, weight in ENDINGS]
LIST_HEADS = ["List", "list", "Items", "My list", "Words", "Data", "Input", "The list", "Entries", "Here", "items", "values", "Shopping list", "Notes", "todo", "input list", "Content"]


def joining(rng):
    write, names, _ = rng.choices(BY_NAME, [weight for *_, weight in BY_NAME])[0]
    imperatives = [
        "join {x} with {sign}", "join {x} with {sign}", "separate {x} with {sign}", "separate {x} by {sign}", "put {x} on one line, separated by {sign}",
            "write {x} in one line with {sign}[ between|]", "combine {x} with {sign}", "concatenate {x} with {sign}",
        "list {x} separated by {sign}", "connect {x} with {sign}", "merge {x} into one line with {sign}", "put {sign} between {x}", "glue {x} together with {sign}",
        "make {x} one line separated by {sign}",
    ]  # fmt: skip
    return imperatives, ["separated by {sign}", "with {sign} between", "one line, separated by {sign}"], {"sign": rng.choice(names)}, write


def ending(rng):
    if rng.random() < 0.33:
        return joining(rng)
    imperatives, others, write, _ = rng.choices(ENDINGS, ENDING_WEIGHTS)[0]
    return imperatives, others, {}, write


def shape_for(rng, items):
    """How the list is shown and how the answer is written: with signs that no item holds."""
    while True:
        show, write, _ = rng.choices(SHAPES, SHAPE_WEIGHTS)[0]
        text = show(items)
        if write is not show or any(sign in item for item in items for sign in (" ", "/", "-", "'", "|", ";", '"', "\\")) and show is not COMMAS:
            if show not in (LINES, dashes, array, numbered, with_and, oxford) and not text.startswith(("* ", "• ", "+ ", '"')) and not (write is LINES):
                continue
        return show, write, text


def finished(result, write):
    return result if isinstance(result, str) else write(result)


def taken(rng, items, kind):
    """Steps, the list as it is first shown, and the result."""
    step = rng.choices(STEPS, WEIGHTS)[0]
    if step.__name__ in ("dedupe", "count_different", "occurrences", "tally") or rng.random() < 0.06:
        items = repeated(rng, items)
    made = step(rng, items, kind)
    if made is None:
        return None
    imperatives, others, slots, result, *shown = made
    items = shown[0] if shown else items
    steps = [(imperatives, others, slots)]
    while not isinstance(result, str) and len(steps) < 3 and rng.random() < 0.25:
        if rng.random() < 0.3:
            next_step = rng.choices([step for step, _ in LAST], [weight for _, weight in LAST])[0]
        else:
            next_step = rng.choices(MIDDLE_STEPS, MIDDLE_WEIGHTS)[0]
        if next_step in FRESH or next_step is step or len(result) < 2:
            break
        made = next_step(rng, result, kind)
        if made is None:
            break
        if made[3] == result or next_step.__name__ in ("position", "occurrences", "membership"):
            break
        steps.append(made[:3])
        result = made[3]
    return steps, items, result


def make(rng):
    while True:
        items, kind, called = items_of(rng)
        if len(items) < 3:
            continue
        draw = rng.random()
        if draw < 0.16:  # only another form
            steps, result = [], items
        else:
            found = taken(rng, items, kind)
            if found is None:
                continue
            steps, items, result = found
        show, write, text = shape_for(rng, items)
        if not isinstance(result, str) and (not steps or rng.random() < 0.3):
            imperatives, others, slots, write = ending(rng)
            if write(result) == text or write == show and not steps or write is LINES and not steps and "\n" in text:
                continue
            steps.append((imperatives, others, slots))
        elif not isinstance(result, str) and result == items:
            continue
        if write is array and not isinstance(result, str) and any('"' in item for item in result):
            continue
        answer = finished(result, write)
        nouns = [noun.replace("{called}", called) for noun in NOUNS]
        held = [one.replace("{called}", called) for one in HELD[:-1]]
        heads = [*LIST_HEADS, called.capitalize(), called, called.capitalize()]
        messages = asked(rng, steps, text, nouns, held, heads)
        return Task("convert", messages, answer, is_json=write is array and not isinstance(result, str))


