"""A date, a name, a number or a text that is wanted in one form and then in another."""

from ... import values
from ...phrasing import choose, fill
from ..shared import everyday
from ..shared.cases import CASE_NAMES, CASES
from ..shared.date_styles import NAMES, STYLES
from ..shared.each_jobs import phrase, title
from ..shared.number_forms import in_words, roman

FIRST = ["{v} in {f}", "Convert {v} to {f}", "convert {v} to {f}", "Write {v} in {f}.", "{v} to {f}?", "What is {v} in {f}?", "Please write {v} in {f}.",
    "Can you convert {v} to {f}?", "{f}: {v}", "give me {v} in {f}", "Turn {v} into {f}"]  # fmt: skip
OTHER = ["in {f}", "in {f}?", "to {f}", "{f}", "{f}?", "[what about|how about] {f}?", "in {f} instead", "[make it|I meant] {f}", "[the same|same] in {f}", "in {f} as well",
    "what is it in {f}?"]  # fmt: skip
ANOTHER = ["[same|the same] for {v}", "[what about|how about] {v}?", "{v}", "{v}?", "the same with {v}", "do {v}", "this one: {v}", "next: {v}"]  # fmt: skip
NUMBER_FORMS = {"words": lambda n: in_words(n), "Roman numerals": roman, "binary": lambda n: f"{n:b}"}
DATE_FORMS = ["YYYY-MM-DD", "DD.MM.YYYY", "MM/DD/YYYY", "DD/MM/YYYY", "D Month YYYY", "Month D, YYYY", "YYYYMMDD", "YYYY/MM/DD"]  # fmt: skip
CASE_FORMS = ["snake_case", "camelCase", "kebab-case", "PascalCase", "CONSTANT_CASE", "Title Case"]
LENGTHS = [("mm", 1), ("cm", 10), ("m", 1000), ("km", 10**6)]
WEIGHTS = [("g", 1), ("kg", 1000), ("t", 10**6)]
TIMES = [("seconds", 1), ("minutes", 60), ("hours", 3600)]


def said(rng, patterns, **slots):
    return fill(choose(rng, rng.choice(patterns)), slots)


def dates(rng):
    names = {form: rng.choice([name for name in NAMES.get(form, [form]) if not name.startswith("an ")]) for form in DATE_FORMS}  # fmt: skip
    source = rng.choice(["D Month YYYY", "Month D, YYYY", "YYYY-MM-DD", "D Mon YYYY", "nth"])

    def thing():
        day = values.near_day(rng)
        return STYLES[source](day), {form: STYLES[form](day) for form in DATE_FORMS if form != source}

    return thing, names


def cases(rng):
    names = {form: rng.choice(CASE_NAMES[form]) for form in CASE_FORMS}

    def thing():
        parts = [everyday.word(rng) for _ in range(rng.choice([2, 2, 3]))]
        return " ".join(parts), {form: CASES[form](parts) for form in CASE_FORMS}

    return thing, names


def number(rng):
    def thing():
        n = rng.randrange(1, rng.choice([17, 31]))
        return str(n), {form: change(n) for form, change in NUMBER_FORMS.items()}

    return thing, {form: form for form in NUMBER_FORMS}


def units(rng):
    scale = rng.choice([LENGTHS, LENGTHS, WEIGHTS, TIMES])
    unit, ratio = scale[rng.randrange(1, len(scale))]
    spelled = {"mm": "millimeters", "cm": "centimeters", "m": "meters", "km": "kilometers", "g": "grams", "kg": "kilograms", "t": "tons"}  # fmt: skip
    signs = {"seconds": "s", "minutes": "min", "hours": "h"}

    def thing():
        count = rng.randrange(1, 30)
        smaller = [(name, size) for name, size in scale if size < ratio]
        return f"{count} {unit}", {name: f"{count * ratio // size} {signs.get(name, name)}" for name, size in smaller}

    return thing, {name: rng.choice([name, name, spelled.get(name, name)]) for name, _ in scale}


def make(rng):
    thing, names = rng.choices([dates, cases, number, units], [4, 3, 1.5, 2])[0](rng)
    shown, made = thing()
    form = rng.choice(list(made))
    turns = [(said(rng, FIRST, v=shown, f=names[form]), made[form])]
    for _ in range(rng.choice([1, 1, 2, 2, 3])):
        if len(made) > 1 and rng.random() < 0.65:
            form = rng.choice([other for other in made if other != form])
            turns.append((said(rng, OTHER, f=names[form]), made[form]))
        else:
            shown, made = thing()
            turns.append((said(rng, ANOTHER, v=shown), made[form]))
    return turns, False


def upper(rng, text):
    return ["uppercase", "in capitals", "in upper case", "all caps", "make it uppercase"], text.upper()


def lower(rng, text):
    return ["lowercase", "in lower case", "all lowercase", "make it lowercase", "in small letters"], text.lower()


def titled(rng, text):
    return ["in title case", "title case", "capitalize every word", "each word with a capital letter"], title(text)


def under(rng, text):
    return ["with underscores instead of spaces", "replace the spaces with underscores", "underscores instead of the spaces"], text.replace(" ", "_")  # fmt: skip


def hyphened(rng, text):
    return ["with hyphens instead of spaces", "replace the spaces with hyphens", "with dashes for the spaces"], text.replace(" ", "-")  # fmt: skip


def turned(rng, text):
    return ["with the words in reverse order", "reverse the word order", "reverse the order of the words"], " ".join(text.split(" ")[::-1])  # fmt: skip


def wrapped(rng, text):
    name, left, right = rng.choice([("quotes", '"', '"'), ("double quotes", '"', '"'), ("single quotes", "'", "'"), ("parentheses", "(", ")"), ("square brackets", "[", "]"),
        ("asterisks", "*", "*")])  # fmt: skip
    return [f"in {name}", f"put it in {name}", f"with {name} around it", f"put {name} around it"], left + text + right


def ended(rng, text):
    name, sign = rng.choice([("an exclamation mark", "!"), ("a question mark", "?"), ("a period", "."), ("three dots", "...")])  # fmt: skip
    return [f"with {name} at the end", f"add {name} at the end", f"add {name}", f"put {name} behind it"], text + sign


def fronted(rng, text):
    what = rng.choice(["Hello", "Note:", "Re:", "Today", "Dear Anna,", "To do:", "Fwd:", "Attention:"])
    return [f'put "{what}" in front', f'with "{what}" in front', f'start it with "{what}"', f'add "{what}" at the start'], f"{what} {text}"  # fmt: skip


def exchanged(rng, text):
    words = text.split(" ")
    old, new = rng.choice(words), everyday.word(rng)
    if words.count(old) > 1 or not old.isalpha() or text.lower().count(old.lower()) > 1:
        return None
    new = new.upper() if old.isupper() else new.capitalize() if old.istitle() else new
    return [f"replace {old} with {new}", f"change {old} to {new}", f"use {new} instead of {old}"], " ".join(new if word == old else word for word in words)  # fmt: skip


def shortened(rng, text):
    words = text.split(" ")
    if len(words) < 4:
        return None
    count = rng.randrange(2, 4)
    name = ["zero", "one", "two", "three"][count] if rng.random() < 0.6 else str(count)
    return rng.choice([([f"only the first {name} words", f"just the first {name} words", f"cut it to the first {name} words"], " ".join(words[:count])), (["without the last word",
        "drop the last word", "remove the last word"], " ".join(words[:-1])), (["without the first word", "drop the first word"], " ".join(words[1:]))])  # fmt: skip


def counted(rng, text):
    return ["how many words is that?", "how many words?", "count the words", "what's the word count?"], str(len(text.split()))  # fmt: skip


def spaceless(rng, text):
    return ["without spaces", "remove the spaces", "without the spaces", "no spaces"], text.replace(" ", "")


CHANGES = [(upper, 4), (lower, 3), (titled, 3), (under, 1.5), (hyphened, 1.5), (turned, 2), (wrapped, 2), (ended, 1.5), (fronted, 1), (exchanged, 3), (shortened, 2), (spaceless,
    0.7)]  # fmt: skip
CHANGE_WEIGHTS = [weight for _, weight in CHANGES]
TEXT_FIRST = ["{do}: {v}", "{do}: {v}", "{do} - {v}", '{do}: "{v}"', "{do}:\n{v}", "{v}\n\n{do}", "{v}\n{do} please", "this text {do}: {v}",
    'take "{v}" and give it to me {do}']  # fmt: skip


def texts(rng):
    """A text that is changed step by step."""
    text = phrase(rng)
    if len(text.split(" ")) < 2 or not text.replace(" ", "").isalpha():
        return texts(rng)
    turns, answer, wanted, form = [], text, rng.choice([2, 2, 3, 3, 4]), None
    for _ in range(14):
        change = rng.choices(CHANGES, CHANGE_WEIGHTS)[0][0]
        if change is form or change in (turned, shortened, exchanged, titled, under, hyphened) and not answer.replace(" ", "").isalpha():
            continue
        made = change(rng, answer)
        if made is None or made[1] == answer or " " not in made[1] and len(turns) + 1 < wanted and change in (spaceless, under, hyphened):
            continue
        names, result = made
        if not turns:
            imperative = [name for name in names if name.startswith(("in ", "with ", "without "))]
            do = rng.choice(imperative or names)
            patterns = TEXT_FIRST[-2:] if imperative else TEXT_FIRST[:-2]
            first = rng.choice(patterns + ["write this {do}: {v}", "Write this {do}:\n{v}", "please write it {do}: {v}"] * bool(imperative)).replace("{do}", do)  # fmt: skip
            turns.append(((first[0].upper() + first[1:] if not first.startswith("{v}") else first).replace("{v}", answer), result))  # fmt: skip
        else:
            turns.append((rng.choice(names), result))
        answer, form = result, change
        if len(turns) == wanted:
            break
    if len(turns) > 1 and rng.random() < 0.12 and " " in answer:
        names, result = counted(rng, answer)
        turns.append((rng.choice(names), result))
    return (turns, False) if len(turns) > 1 else texts(rng)
