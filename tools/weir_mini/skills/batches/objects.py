"""Things told in one text that become JSON objects: ingredients, orders, people, prices, dates, scores."""

from ... import values
from ...framing import with_system
from ...phrasing import choose, fill
from ...task import Task, compact
from ...words import read
from ..shared import everyday
from ..shared.each_asks import capital, typed
from ..shared.each_lines import name, town

WORDS = read("batch_objects")
ASKS = [
    "[Get|Extract|Give me|Return|Pull out|List] the {things} as a JSON [array|list] of objects with {keys}[.|:|]",
    "[Get|Extract|Return] [the|all] {things} as JSON, with {keys} for each[.|:|]",
    "[Turn|Convert|Change|Make] [this|these|the {things}] [in|]to a JSON array of objects with {keys}[.|:|]", "{Things} as JSON array, keys {keys}[:|.|]",
    "[Parse|Read] the {things} into JSON[: | - |, as ]{shape}", "[Turn|Convert] each {thing} [in|]to {braces}[.|:|]",
    "[For each|for every] {thing}, [give me|output|write] {braces}[.|:|] [JSON array|As a JSON array|Return a JSON list].",
    "[Make|Build] a JSON array from [this|these {things}|the {things}]. [Keys|Fields]: {keys}[.|]", "JSON [array|list] with {keys}[ for each {thing}|] please[:|]",
    "[I need|I want] the {things} as JSON objects ({keys})[.|:|]", "[Can|Could] you [extract|list|return] the {things} as a JSON array of objects with {keys}?",
    "{shape} [for|from] [this|the {things}][:|.|]", "[Output|Answer] [format|as]: {shape}",
]  # fmt: skip
INGREDIENT_LEADS = ["[You need|For the dough|We need|Ingredients:|Take|Mix|For the cake:|For the soup we need|The recipe says|Recipe:] {list}.", "{list}",
    "[Shopping list:|Please buy|Bring] {list}[.|]", "[Add|Use|Combine] {list} [and stir|and bake for {n} minutes|in a bowl].", "[Grandma's recipe|The sauce]: {list}"]  # fmt: skip


def whole(low, high):
    return lambda rng: rng.randrange(low, high)


def amount(rng):
    """How much of an ingredient: the text, then what stands in front of its name."""
    draw = rng.random()
    if draw < 0.3:
        return None
    number = rng.choice([str(rng.randrange(1, 6)), str(rng.randrange(1, 10) * 50), "1/2", "half a", "1.5"]) if draw < 0.9 else rng.choice(["a", "one", "two"])  # fmt: skip
    if number == "half a":
        return f"half a {rng.choice(['teaspoon', 'cup', 'litre', 'pound'])}"
    if number in ("a", "one", "1", "1/2"):
        return f"{number} {rng.choice(['pinch', 'cup', 'teaspoon', 'tablespoon', 'slice', 'litre', 'can', 'handful'])}"
    if number.isdigit() and int(number) >= 50:
        return f"{number}{rng.choice([' g', ' g', 'g', ' ml', ' grams'])}"
    return f"{number} {rng.choice(['cups', 'teaspoons', 'tablespoons', 'kg', 'l', 'slices', 'cans', 'oz', 'tbsp', 'tsp'])}"  # fmt: skip


def listed(rng, parts):
    draw = rng.random()
    if draw < 0.35:
        return ", ".join(parts)
    if draw < 0.6:
        return ", ".join(parts[:-1]) + " and " + parts[-1]
    if draw < 0.7:
        return "; ".join(parts)
    return "\n".join(parts) if draw < 0.9 else "- " + "\n- ".join(parts)


def ingredients(rng):
    count = rng.choice([2, 3, 3, 4, 5])
    item_key, amount_key = rng.choice(["item", "item", "name", "ingredient", "product"]), rng.choice(["amount", "amount", "quantity", "qty"])  # fmt: skip
    rows, parts = [], []
    for item in rng.sample(WORDS["pourable"], count):
        much = amount(rng)
        if much is None:
            thing = rng.choice(WORDS["countable"])
            number = rng.randrange(2, 9)
            rows.append((thing, str(number)))
            parts.append(f"{number} {thing}")
        else:
            rows.append((item, much))
            parts.append(f"{much}{rng.choice([' of ', ' '])if not much[-1].isdigit() else ' '}{item}")
    rows = [{item_key: item, amount_key: much} for item, much in rows]
    if len({row[item_key] for row in rows}) < len(rows):
        return ingredients(rng)
    text = listed(rng, parts)
    lead = choose(rng, rng.choice(INGREDIENT_LEADS)) if "\n" not in text else rng.choice(["{list}", "{list}", "Ingredients:\n{list}", "For the cake:\n{list}",
        "Shopping list\n{list}"])  # fmt: skip
    return rng.choice(["ingredients", "ingredients", "items"]), rows, fill(lead, {"list": text, "n": rng.randrange(10, 60)})  # fmt: skip


def measured(rng):
    """Ingredients with the number and the unit apart."""
    keys = [rng.choice(names_) for names_ in (["item", "name", "ingredient"], ["qty", "quantity", "amount"], ["unit"])]
    of = rng.choice([" of ", " "])
    rows, parts = [], []
    for item in rng.sample(WORDS["pourable"], rng.choice([2, 3, 3, 4])):
        number, unit = rng.choice([(rng.randrange(1, 10) * 50, rng.choice(["g", "ml", "grams"])), (rng.randrange(2, 7), rng.choice(["cups", "tbsp", "tsp", "kg", "teaspoons",
            "slices", "cans", "litres", "tablespoons"]))])  # fmt: skip
        rows.append(dict(zip(keys, (item, number, unit))))
        parts.append(f"{number} {unit}{of}{item}")
    return rng.choice(["ingredients", "ingredients", "items"]), rows, listed(rng, parts)


def price(rng):
    return float(f"{rng.randrange(0, 60)}.{rng.randrange(10)}{rng.choice('59')}") if rng.random() < 0.6 else rng.randrange(1, 300)  # fmt: skip


# (what the things are called, the fields as (possible keys, values), patterns of one thing)
SORTS = [
    (["items", "orders", "products"], [(["name", "item", "product"], lambda r: r.choice(everyday.SINGLE["household"])), (["qty", "quantity", "count"], whole(1, 50))], ["{b} x {a}",
    "{a} x {b}", "{b} {a}", "{a}: {b}", "{b}x {a}", "{a} ({b})", "{a}, {b} pieces", "{a} - {b}"], 3),
    (["people", "persons", "guests", "students"], [(["name"], lambda r: r.choice(everyday.SINGLE["given"])), (["age"], whole(4, 90))], ["{a} ({b})", "{a}, {b}", "{a} is {b}",
    "{a} is {b} years old", "{a}: {b}", "{a}, aged {b}", "{a} {b}"], 3),
    (["people", "contacts", "users", "customers"], [(["name"], name), (["email", "email", "mail"], values.email)], ["{a} <{b}>", "{a} ({b})", "{a}: {b}", "{a}, {b}", "{a} - {b}",
    "{a} {b}", "{a} can be reached at {b}"], 2),
    (["contacts", "people", "entries"], [(["name"], name), (["phone", "number", "tel"], values.phone)], ["{a}: {b}", "{a}, {b}", "{a} - {b}", "{a} has the number {b}", "{a} {b}"],
    1.5),
    (["prices", "items", "products", "articles"], [(["item", "name", "product"], lambda r: r.choice(everyday.SINGLE["food"])), (["price", "price", "cost"], price)], ["{a} {b}",
    "{a}: {b}", "{a} costs {b}", "{a} - {b}", "{a} for {b}", "{a} ({b})", "{a} = {b}"], 3),
    (["people", "employees", "colleagues"], [(["name"], name), (["city", "town", "place"], town)], ["{a} lives in {b}", "{a} ({b})", "{a} from {b}", "{a}, {b}", "{a} - {b}",
    "{a} moved to {b}", "{a}: {b}"], 2),
    (["employees", "people", "staff members"], [(["name"], name), (["job", "role", "position", "title"], lambda r: values.pick(r, "job"))], ["{a}, {b}", "{a} ({b})", "{a} - {b}",
    "{a}: {b}", "{a} works as {b}"], 2),
    (["tasks", "todos", "jobs"], [(["person", "who", "owner", "assignee"], lambda r: r.choice(everyday.SINGLE["given"])), (["task", "what", "todo"],
    lambda r: r.choice(WORDS["task"]))], ["{a}: {b}", "{a} will {b}", "{a} - {b}", "{a} has to {b}", "{a} -> {b}", "{a} should {b}", "{a} promised to {b}"], 2.5),
    (["events", "appointments", "entries", "items"], [(["time", "start", "when"], lambda r: f"{r.randrange(6, 23):02}:{r.choice(['00', '15', '30', '45'])}"), (["event", "what",
    "title"], lambda r: r.choice(WORDS["event"]))], ["{a} {b}", "{a} - {b}", "{a}: {b}", "{b} at {a}", "{b} ({a})", "at {a} {b}"], 2.5),
    (["events", "dates", "deadlines"], [(["date", "day", "when"], lambda r: values.near_day(r).isoformat()), (["event", "what", "title"], lambda r: r.choice(WORDS["event"]))],
    ["{a} {b}", "{a}: {b}", "{b} on {a}", "{b} ({a})", "{a} - {b}"], 1.5),
    (["scores", "teams", "results", "players"], [(["team", "name", "player"], lambda r: r.choice(WORDS["team"])), (["score", "points"], whole(0, 120))], ["{a} {b}", "{a}: {b}",
    "{a} - {b}", "{a} ({b} points)", "{a} scored {b}", "{a} got {b} points"], 2),
    (["cities", "places"], [(["city", "name"], town), (["country"], lambda r: values.pick(r, "country"))], ["{a} ({b})", "{a}, {b}", "{a} in {b}", "{a} - {b}"], 1),
    (["temperatures", "readings"], [(["city", "place"], town), (["temp", "temperature", "degrees"], whole(-15, 40))], ["{a} {b}", "{a}: {b}", "{a} {b} degrees", "{a} {b}°C",
    "{b} degrees in {a}"], 1.5),
    (["colors", "things", "items"], [(["thing", "item", "object"], lambda r: r.choice(everyday.SINGLE["clothing"])), (["color", "colour"], lambda r: values.pick(r, "color"))],
    ["{b} {a}", "{a} ({b})", "{a}: {b}", "{a} in {b}", "{a}, {b}"], 1.5),
    (["files"], [(["file", "name", "filename"], values.path), (["size", "kb"], whole(1, 5000))], ["{a} {b} KB", "{a} ({b} KB)", "{a}: {b}", "{a}, {b} KB"], 0.8),
    (["books", "titles"], [(["title", "book"], lambda r: f"The {r.choice(everyday.SINGLE['descriptive']).capitalize()} {r.choice(everyday.SINGLE['nature']).capitalize()}"),
    (["author", "writer"], name)], ["{a} by {b}", "{a} ({b})", "{b}: {a}", "'{a}' by {b}"], 1.5),
    (["books", "films", "movies"], [(["title", "name"],
    lambda r: f"The {r.choice(everyday.SINGLE['descriptive']).capitalize()} {r.choice(everyday.SINGLE['household']).capitalize()}"), (["year", "released"], whole(1930, 2027))],
    ["{a} ({b})", "{a}, {b}", "{a} from {b}", "{b}: {a}"], 1.5),
    (["lines", "orders"], [(["customer", "name", "who"], lambda r: r.choice(everyday.SINGLE["given"])), (["qty", "quantity", "count"], whole(2, 30)), (["item", "product", "what"],
    lambda r: r.choice(WORDS[r.choice(["countable", "buyable"])]))], ["{a} wants {b} {c}", "{a}: {b} {c}", "{a} ordered {b} {c}", "{a}, {b} x {c}", "{b} {c} for {a}",
    "{a} bought {b} {c}"], 3),
    (["expenses", "payments", "entries"], [(["date", "day"], lambda r: values.near_day(r).isoformat()), (["what", "item", "reason"], lambda r: r.choice(WORDS["expense"])),
    (["amount", "sum", "price"], price)], ["{a} {b} {c}", "{a}: {b} {c}", "{b} on {a}, {c}", "{a}, {b}, {c}", "{a} - {b} - {c}"], 2),
    (["people", "members"], [(["name"], name), (["age"], whole(16, 90)), (["city", "town"], town)], ["{a}, {b}, {c}", "{a} ({b}) from {c}", "{a} is {b} and lives in {c}",
    "{a}, {b}, from {c}", "{a} | {b} | {c}", "{a}; {b}; {c}"], 2),
]  # fmt: skip
SORT_WEIGHTS = [weight for *_, weight in SORTS]
LEADS = ["{list}", "{list}", "{list}", "[Here is|This is] [the list|what I have|what I got]: {list}", "[Notes|From the mail|Input|Data|List|Text]: {list}"]  # fmt: skip


def told(rng):
    names, fields, patterns, _ = rng.choices(SORTS, SORT_WEIGHTS)[0]
    keys = [rng.choice(names_) for names_, _ in fields]
    pattern = rng.choice(patterns)
    rows, seen = [], set()
    for _ in range(rng.choice([2, 2, 3, 3, 3, 4, 5])):
        row = {key: make(rng) for key, (_, make) in zip(keys, fields)}
        if str(row[keys[0]]) not in seen:
            seen.add(str(row[keys[0]]))
            rows.append(row)
    if len(rows) < 2:
        return told(rng)
    parts = [pattern.format(**dict(zip("abc", row.values()))) for row in rows]
    joints = ["\n", "\n", "\n- "] + ([", "] if "," not in pattern and not any("," in part for part in parts) else ["; "]) + ["; "] * (";" not in pattern)  # fmt: skip
    joint = rng.choice(joints)
    text = ("- " if joint == "\n- " else "") + joint.join(parts)
    if joint == ", " and rng.random() < 0.4:
        text = ", ".join(parts[:-1]) + " and " + parts[-1]
    return rng.choice(names), rows, text if "\n" in text else fill(choose(rng, rng.choice(LEADS)), {"list": text})


def singular(things):
    if things == "people":
        return "person"
    return things[:-3] + "y" if things.endswith("ies") else things.removesuffix("s")


def in_words(rng, keys):
    mark = rng.choice(["{}", "{}", "{}", '"{}"', "'{}'", "`{}`"])
    shown = [mark.format(key) for key in keys]
    return rng.choice([", ".join(shown[:-1]) + " and " + shown[-1], ", ".join(shown), " and ".join(shown)])


def shape(rng, row):
    kinds = {str: '"..."', int: "0", float: "0.0"}
    if rng.random() < 0.4:
        return "[{" + ", ".join(f'"{key}": {kinds[type(value)]}' for key, value in row.items()) + "}]"
    if rng.random() < 0.5:
        names = {str: "string", int: "number", float: "number"}
        return "[{" + ", ".join(f'"{key}": {names[type(value)]}' for key, value in row.items()) + "}]"
    return "[{" + ", ".join(rng.choice([keys, keys]) for keys in row) + "}, ...]"


def make(rng):
    things, rows, text = rng.choices([ingredients, measured, told], [2, 0.8, 7])[0](rng)
    keys = list(rows[0])
    pattern = choose(rng, rng.choice(ASKS)).strip()
    slots = {"things": things, "Things": capital(things), "thing": singular(things), "keys": in_words(rng, keys), "braces": "{" + ", ".join(keys) + "}", "shape": shape(rng,
        rows[0])}  # fmt: skip
    ask = fill(pattern, slots)
    answer, is_json = compact(rows), True
    draw = rng.random()
    if draw < 0.07:
        ask, answer, is_json = fill(choose(rng, f"[One JSON object per line|JSON lines|Write one JSON object per line] with {{keys}} for each {{thing}}[.|:|]"),
            slots), "\n".join(compact(row) for row in rows), False  # fmt: skip
    elif draw < 0.16 and not any("," in str(value) for row in rows for value in row.values()):
        ask = fill(choose(rng, "[Make|Write|Give me|Convert this to] CSV with the [header|columns] {columns}[.|:|]"), {"columns": ",".join(keys)})  # fmt: skip
        answer, is_json = "\n".join([",".join(keys), *(",".join(map(str, row.values())) for row in rows)]), False
    elif draw < 0.22:
        key = rng.choice(["items", "data", "results", things.replace(" ", "_")])
        ask = f'{ask.rstrip(".: ")}, {rng.choice(["under the key", "wrapped in an object with the key", "in an object under"])} "{key}".'  # fmt: skip
        answer = compact({key: rows})
    kept = (slots["keys"], slots["braces"], slots["shape"], ",".join(keys), *([f'"{key}"'] if 0.16 <= draw < 0.22 else []))  # fmt: skip
    ask = typed(rng, ask, [part for part in kept if part in ask])
    if text[0] == "-" or "\n" in text:
        whole_text = rng.choice([f"{ask}\n{text}", f"{ask}\n\n{text}", f"{text}\n\n{ask}"])
    else:
        bare = ask if ask.endswith(("?", ":")) else ask.rstrip(".") + ":"
        whole_text = rng.choice([f"{bare} {text}", f"{bare} {text}", f"{bare}\n{text}", f"{text}\n{ask}", f"{text}\n\n{ask}"])  # fmt: skip
    return Task("extract", with_system(rng, whole_text), answer, is_json=is_json)
