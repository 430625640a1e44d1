"""Fields in other forms than a JSON object of their names: lines, rows, a form of the user's own, renamed or described keys,
dates and amounts in a wished form, parts of values."""

from ...phrasing import choose, say
from ...task import Task, compact
from ...words import read
from .domains import DOMAINS, LIST, composed, label, missing, other_name
from .field_values import Number, day_in, first_name, number_in

ASK = {name: [line[2:].replace("\\n", "\n") for line in lines] for name, lines in read("extract_formats", by_line=True).items()}
SIGNS = [
    ("comma", ", "), ("a comma", ", "), ("commas", ", "), ("a semicolon", "; "), ("semicolons", "; "), ("a pipe", " | "),
    ("|", " | "), ("a slash", " / "), ("a tab", "\t"), ("a dash", " - "), (";", "; "),
]  # fmt: skip
ABSENT = ["none", "n/a", "N/A", "unknown", "not given", "-", "missing", "not found", "null", "nothing", "?"]
OWN_KEYS = (
    "a b c d x y z f1 f2 f3 field1 field2 field3 value1 value2 key1 key2 col_a col_b col_c first_value second_value "
    "info extra main part_1 part_2 k1 k2 k3 v1 v2 slot1 slot2 alpha beta out res"
).split()
OWN_BY_KIND = {
    "person": ["who", "person_name", "whom"], "date": ["when", "on", "day", "ts"], "money": ["how_much", "amt", "value", "cost"], "city": ["where", "loc", "place"], "time": ["at", "clock", "hour"],
    "company": ["org", "firm", "biz"], "product": ["what", "thing", "item"], "id": ["ref", "nr", "no"], "count": ["n", "qty", "cnt"], "phone": ["tel", "call"], "email": ["mail", "addr"],
    "duration": ["how_long", "span"], "temperature": ["temp", "t"], "address": ["addr", "where"], "url": ["link", "href"], "status": ["state", "st"], "error": ["err", "msg"],
}  # fmt: skip
PLAIN = ["hotel", "restaurant", "train", "car", "server", "product", "sports", "realestate", "appointment", "meeting", "order", "sensor", "event"]


def shown(value):
    return ", ".join(value) if isinstance(value, list) else str(value)


def written(value):
    if isinstance(value, Number):
        return str(value)
    return compact(value)


def as_object(pairs):
    return "{" + ", ".join(f"{compact(key)}: {written(value)}" for key, value in pairs) + "}"


def fields_of(rng, low=2, high=4):
    """(text, [(what the user calls it, value)], found)"""
    while True:
        text, found = composed(rng)
        if len(found) >= low:
            break
    asked = rng.sample(found, min(len(found), rng.randrange(low, high + 1)))
    named = [(other_name(rng, key, found).replace("_", " "), value) for _, key, value in asked]
    return (text, named, found) if len({name for name, _ in named}) == len(named) else fields_of(rng, low, high)


def row(rng, items, last=" and "):
    return ", ".join(items[:-1]) + rng.choice([last, last, ", "]) + items[-1] if len(items) > 1 else items[0]


def spoken_fields(rng, named):
    article = rng.choice(["the ", "", ""])
    return row(rng, [article + name for name, _ in named])


def as_lines(rng, arranged):
    text, named, _ = fields_of(rng)
    values = [shown(value) for _, value in named]
    fields = spoken_fields(rng, named)
    draw = rng.random()
    if draw < 0.3:
        answer = "\n".join(f"{name}: {value}" for (name, _), value in zip(named, values))
        ask = say(rng, ASK["pairs"], f=fields)
    elif draw < 0.5:
        answer, ask = "\n".join(values), say(rng, ASK["lines"], f=fields)
    elif draw < 0.75:
        sign, joint = rng.choice([pair for pair in SIGNS if not any(pair[1].strip() and pair[1].strip() in value for value in values)])
        answer, ask = joint.join(values), say(rng, ASK["joined"], f=fields, s=sign)
    elif draw < 0.85:
        answer = "\n".join(f"- {name}: {value}" for (name, _), value in zip(named, values))
        ask = say(rng, ASK["bullets"], f=fields)
    elif any("," in value or '"' in value for value in values):
        return as_lines(rng, arranged)
    else:
        answer = ",".join(name.replace(" ", "_") for name, _ in named) + "\n" + ",".join(values)
        ask = say(rng, ASK["csv"], f=row(rng, [name.replace(" ", "_") for name, _ in named]))
    return Task("extract", arranged(rng, ask, text), answer)


def in_own_form(rng, arranged):
    """'NAME (DATE)': a form with places for the fields."""
    text, named, _ = fields_of(rng, 2, 3)
    style = rng.choice(["{%s}", "{%s}", "<%s>", "[%s]", "upper", "{{%s}}"])
    forms = ["{0} - {1}", "{0} ({1})", "{0}, {1}", "{0}: {1}", "{0} / {1}", "{0} | {1}", "{0} -> {1}", "{1} - {0}", "{0}; {1}", "{0} [{1}]", "#{0} {1}", "{0}\n{1}", "{0} = {1}", "{0} @ {1}"]
    form = rng.choice(forms) + (rng.choice([" - {2}", ", {2}", " ({2})", " | {2}", "\n{2}"]) if len(named) == 3 else "")
    places = [name.upper() if style == "upper" else style % name.replace(" ", "_") for name, _ in named]
    ask = say(rng, ASK["form"], s=form.format(*places))
    return Task("extract", arranged(rng, ask, text), form.format(*(shown(value) for _, value in named)))


def renamed(rng, arranged):
    """Each field under a key of the user's own."""
    text, named, found = fields_of(rng, 1, 3)
    kinds = {shown(value): kind for kind, _, value in found}
    keys = [own_key(rng, kinds[shown(value)]) if rng.random() < 0.7 else name.replace(" ", "_") + rng.choice(["_value", "_field", "1", "_text"]) for name, value in named]
    if len(set(keys)) < len(keys):
        return renamed(rng, arranged)
    mark = rng.choice(['"', '"', "`", "'", ""])
    link = rng.choice([" as ", " as ", " under ", " -> ", " => ", " in the key ", " into ", " under the key "])
    ask = say(rng, ASK["renamed"], f=row(rng, [f"the {name}{link}{mark}{key}{mark}" for (name, _), key in zip(named, keys)]))
    return json_task(rng, arranged, ask, text, zip(keys, (value for _, value in named)))


def own_key(rng, kind):
    """A key that means the kind, or nothing."""
    return rng.choice(OWN_BY_KIND[kind] if kind in OWN_BY_KIND and rng.random() < 0.6 else OWN_KEYS)


def described(rng, arranged):
    """A shape whose values say what belongs there, or a list of keys with their meaning."""
    text, found = composed(rng)
    asked = rng.sample(found, min(len(found), rng.randrange(1, 5)))
    pairs = []
    for kind, key, value in asked:
        meaning = rng.choice([*key.questions, f"the {key.replace('_', ' ')}", key.replace("_", " "), "the " + rng.choice(key.others)])
        own = str(key) if rng.random() < 0.5 else own_key(rng, kind)
        pairs.append((own, choose(rng, meaning), value))
    if len({own for own, _, _ in pairs}) < len(pairs):
        return described(rng, arranged)
    draw = rng.random()
    if draw < 0.4:
        mark = rng.choice(["{}", "<{}>", "({})"])
        shape = compact({own: mark.replace("{}", meaning) for own, meaning, _ in pairs})
        ask = say(rng, ASK["shape"], s=shape)
    else:
        style = rng.choice(["{k}: {m}", "{k} ({m})", '"{k}": {m}', "`{k}` - {m}", "{k} = {m}"])
        lines = [style.replace("{k}", own).replace("{m}", meaning) for own, meaning, _ in pairs]
        listed = "".join(f"\n{rng.choice(['- ', '- ', '* '])}{line}" for line in lines) if rng.random() < 0.7 else "; ".join(lines)
        ask = say(rng, ASK["described"], s=listed)
    return json_task(rng, arranged, ask, text, [(own, value) for own, _, value in pairs])


def json_task(rng, arranged, ask, text, pairs):
    return Task("extract", arranged(rng, ask, text), as_object(pairs), is_json=True, response_format={"type": "json_object"})


def or_else(rng, arranged):
    """One value, or the word that is to be said if there is none."""
    text, found = composed(rng)
    word = rng.choice(ABSENT)
    lacking = missing(rng, found) if rng.random() < 0.5 else None
    if lacking:
        name, answer = lacking[1].replace("_", " "), word
    else:
        _, key, value = rng.choice(found)
        name, answer = other_name(rng, key, found).replace("_", " "), shown(value)
    mark = rng.choice(['"', '"', "'", "", ""])
    return Task("extract", arranged(rng, say(rng, ASK["or_else"], f=name, w=f"{mark}{word}{mark}"), text), answer)


def questions(rng, arranged):
    """Several questions, answered in numbered lines."""
    text, found = composed(rng)
    if len(found) < 2:
        return questions(rng, arranged)
    asked = rng.sample(found, min(len(found), rng.choice([2, 2, 3])))
    lines = [choose(rng, rng.choice(key.questions)) for _, key, _ in asked]
    sign = rng.choice([". ", ") "])
    numbered = "\n".join(f"{number}{sign}{line}" for number, line in enumerate(lines, 1))
    answer = "\n".join(f"{number}{sign}{shown(value)}" for number, (_, _, value) in enumerate(asked, 1))
    return Task("extract", arranged(rng, say(rng, ASK["questions"], s=numbered), text), answer)


def records(rng, arranged):
    """Several things of a kind, a line each, as an array of objects."""
    domain = rng.choice(LIST)
    facts = rng.sample(list(domain.facts.values()), min(len(domain.facts), rng.choice([2, 2, 3, 3, 4])))
    rows = [[fact.make(rng) for fact in facts] for _ in range(rng.choice([2, 2, 3, 3, 4]))]
    joint = rng.choice([", ", " | ", " - ", "; ", "\t", " / "])
    names = [fact.key for fact in facts]
    if any(isinstance(value, list) or joint.strip() and joint.strip() in shown(value) for line in rows for value in line):
        return records(rng, arranged)
    if rng.random() < 0.25:
        heads = [label(rng, fact) for fact in facts]
        lines = [", ".join(f"{head}: {shown(value)}" for head, value in zip(heads, line)) for line in rows]
    else:
        lines = [joint.join(map(shown, line)) for line in rows]
        if rng.random() < 0.3:
            lines.insert(0, joint.join(label(rng, fact) for fact in facts))
    if rng.random() < 0.2:
        lines = [f"{rng.choice('-*')} {line}" for line in lines]
    mark = rng.choice(["{}", "{}", '"{}"', "`{}`"])
    ask = say(rng, ASK["records"], f=row(rng, [mark.replace("{}", name) for name in names]))
    answer = "[" + ", ".join(as_object(zip(names, line)) for line in rows) + "]"
    return Task("extract", arranged(rng, ask, "\n".join(lines)), answer, is_json=True)


def signed(rng, arranged):
    """Who wrote it, or whom it greets."""
    text, found = composed(rng, DOMAINS[rng.choice(PLAIN)], may_be_letter=False)
    sender, receiver = first_name(rng), first_name(rng)
    if sender == receiver or any(kind in ("person", "people", "email") for kind, _, _ in found):
        return signed(rng, arranged)
    greeting, close = rng.choice(["Hi", "Hello", "Dear", "Hey"]), rng.choice(["Best", "Thanks", "Regards", "Cheers", "Kind regards"])
    letter = f"{greeting} {receiver},\n\n{text}\n\n{close},\n{sender}"
    if rng.random() < 0.6:
        return Task("extract", arranged(rng, say(rng, ASK["signed"]), letter), sender)
    return Task("extract", arranged(rng, say(rng, ASK["greeted"]), letter), receiver)


DAY_FORMS = {
    "%Y-%m-%d": ["YYYY-MM-DD", "ISO format", "ISO 8601", "the form YYYY-MM-DD", "YYYY-MM-DD", "the format YYYY-MM-DD", "ISO format (YYYY-MM-DD)", "yyyy-mm-dd"],
    "%d.%m.%Y": ["DD.MM.YYYY", "the form DD.MM.YYYY"],
    "%d/%m/%Y": ["DD/MM/YYYY", "dd/mm/yyyy"], "%Y": ["the year only", "years only"],
}  # fmt: skip


def normalized(rng, arranged):
    """Dates in one form, amounts as numbers."""
    while True:
        text, found = composed(rng)
        fit = [(kind, key, value) for kind, key, value in found if kind in ("date", "birth") and day_in(value) or kind == "money"]
        if fit:
            break
    kind, key, value = rng.choice(fit)
    name = other_name(rng, key, found).replace("_", " ")
    if kind == "money":
        rule, answer = rng.choice(["a number", "number only", "only the number", "a plain number", "a number without currency", "digits only, no currency"]), number_in(value)
        lone, rules = "number", "[Amounts|Prices|The amount|Money] as [a number|numbers|plain numbers|numbers without currency|numbers, no currency sign]"
    else:
        form = rng.choice(["%Y-%m-%d", "%Y-%m-%d", "%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"] if rng.random() < 0.93 else ["%Y"])
        rule, answer = rng.choice(DAY_FORMS[form]), day_in(value).strftime(form)
        lone, rules = "day", "[Dates|The date|Date|Write dates|All dates] in {r}" if form != "%Y" else "Write the date with {r}"
    if rng.random() < 0.4:
        return Task("extract", arranged(rng, say(rng, ASK[lone], f=name, r=rule), text), str(answer))
    others = [field for field in found if field[0] not in ("money", "date", "birth", "date_other")]
    chosen = [(name, answer), *((str(key).replace("_", " "), value) for _, key, value in rng.sample(others, min(len(others), rng.randrange(3))))]
    rng.shuffle(chosen)
    if len({name for name, _ in chosen}) < len(chosen):
        return normalized(rng, arranged)
    ask = say(rng, ASK["normalized"], f=row(rng, [name for name, _ in chosen])) + " " + say(rng, f"[{rules}.|({rules})|{rules}]", r=rule)
    return json_task(rng, arranged, ask, text, [(name.replace(" ", "_").replace("-", "_"), value) for name, value in chosen])


def parted(rng, arranged):
    """First and last name, street and number, user and domain of the only value of its kind."""
    text, found = composed(rng)
    fit = [(kind, value) for kind, key, value in found if kind in PARTS and key.alone and PARTS[kind][0](value)]
    if not fit:
        return parted(rng, arranged)
    kind, value = rng.choice(fit)
    _, cut, names = PARTS[kind]
    pairs = list(zip(rng.choice(names), cut(value)))
    if rng.random() < 0.4:
        name, part = rng.choice(pairs)
        return Task("extract", arranged(rng, say(rng, ASK["part"], f=name.replace("_", " ")), text), part)
    if rng.random() < 0.5:
        _, key, other = rng.choice(found)
        if other != value:
            pairs.insert(rng.randrange(len(pairs) + 1), (str(key), other))
    if len({name for name, _ in pairs}) < len(pairs):
        return parted(rng, arranged)
    ask = say(rng, ASK["normalized"], f=row(rng, [name.replace("_", " ") if rng.random() < 0.7 else name for name, _ in pairs]))
    return json_task(rng, arranged, ask, text, pairs)


def is_plain_name(name):
    return len(name.split()) == 2 and "." not in name


# kind: (whether a value has these parts, how it is cut, what they are called)
PARTS = {
    "person": (is_plain_name, str.split, [("first_name", "last_name"), ("first_name", "last_name"), ("first_name", "surname"), ("given_name", "family_name"), ("forename", "surname")]),
    "address": (lambda text: text.split()[0].isdigit(), lambda text: text.split(" ", 1), [("house_number", "street"), ("street_number", "street_name")]),
    "email": (lambda text: True, lambda text: text.split("@"), [("part_before_the_at_sign", "domain"), ("mailbox", "domain"), ("user_part", "mail_domain")]),
}  # fmt: skip
MAKERS = [as_lines] * 5 + [in_own_form] * 2 + [renamed] * 4 + [described] * 4 + [or_else] * 3 + [questions] * 2 + [records] * 3 + [signed] + [normalized] * 3 + [parted] * 2


def make(rng, arranged):
    return rng.choice(MAKERS)(rng, arranged)
