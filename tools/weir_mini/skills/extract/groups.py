"""Several people or things told in sentences, as an array of objects or as a map."""

from ... import values
from ...phrasing import choose, say
from ...task import Task, compact
from .field_values import KINDS, first_name, person
from .formats import as_object, row

# fact: (kind, how it goes on after a name, other names of the key)
FACTS = {
    "age": ("age", "is {v} years old|is {v}", ["age", "years"]),
    "city": ("city", "lives in {v}|comes from {v}|is from {v}", ["city", "town", "place"]),
    "job": ("job", "works as a {v}|is a {v}", ["job", "profession", "occupation"]),
    "company": ("company", "works at {v}|is with {v}", ["company", "employer"]),
    "country": ("country", "comes from {v}|was born in {v}", ["country", "nation"]),
    "phone": ("phone", "can be called at {v}|has the number {v}", ["phone", "phone_number"]),
    "email": ("email", "can be reached at {v}|has the address {v}", ["email", "mail"]),
    "department": ("department", "works in {v}|is in {v}", ["department", "team"]),
    "arrival": ("time", "arrives at {v}|comes at {v}|will be here at {v}", ["arrival", "time"]),
    "start_date": ("date", "starts on {v}|joined on {v}", ["start_date", "date"]),
    "paid": ("money", "paid {v}|gave {v}", ["paid", "amount"]),
    "points": ("number", "scored {v} points|has {v} points|got {v} points", ["points", "score"]),
    "seat": ("seat", "sits in seat {v}|has seat {v}", ["seat", "seat_number"]),
    "room": ("room_number", "is in room {v}|has room {v}", ["room", "room_number"]),
    "dish": ("dish", "ordered the {v}|wants the {v}|had the {v}", ["dish", "meal", "order"]),
    "sport": ("sport", "plays {v}", ["sport", "game"]),
    "task": ("chore", "does {v}|takes care of {v}", ["task", "duty"]),
    "color": ("color", "wants it in {v}|likes {v}", ["color", "colour"]),
    "weekday": ("weekday", "comes on {v}|is free on {v}", ["weekday", "day"]),
    "language": ("language_spoken", "speaks {v}", ["language"]),
    "pet": ("pet", "has a pet called {v}", ["pet", "pet_name"]),
    "car": ("car", "drives a {v}", ["car", "vehicle"]),
    "size": ("shirt", "wears size {v}|takes size {v}", ["size", "shirt_size"]),
}  # fmt: skip
ASKS = [
    "[Extract|Return|List|Give me] [all people|everybody|each person|the persons|all persons|the people] as a JSON array of objects with {f}[.|]",
    "[JSON array|Array of objects|JSON list], one object [per|for each] person[:| with] {f}[.|]",
    "[Turn|Convert|Parse] [this|the text|it] [into|to] a JSON array of objects with [the |][keys|fields] {f}[.|]",
    "[For each person|For everybody in the text|Per person], {f}. [Return a JSON array.|As a JSON array.|JSON array of objects.]",
    "[Who|Which people] [are|is] [named|mentioned]? [JSON array|Array of JSON objects] with {f}[.|]",
    "[I need|I want] a [JSON list|JSON array|list of JSON objects] with {f} [for|of] each person[.|]",
    "list of people with {f} as [json|JSON]",
    "[Extract|Get] {f} of [every person|everyone|all people] [as|into] a JSON array[ of objects|][.|]",
]
MAPS = [
    "[Return|Give me|Make|Build] a JSON object [from|of|mapping] [each |]name to {f}[.|]",
    "[JSON|A JSON object], [names|the names] [as|are the] keys, {f} [as|are the] values[.|]",
    "[Map|Match] [every|each] name to [its|the] {f} [in|as] JSON[.|]",
]
ORDERS = [
    "[Extract|Return|List|Give me] [the items|all items|all products|the ordered items|what was ordered] as a JSON array of objects with {f}[.|]",
    "[JSON array|Array of objects|JSON list], one object per [item|product|article][:| with] {f}[.|]",
    "[Turn|Convert|Parse] [the order|this|the text] [into|to] a JSON array[ of objects|] with [the |][keys|fields] {f}[.|]",
    "[What was ordered|Which items are there]? JSON array with {f}[.|]",
    "[I need|I want] the [items|order lines] as JSON[ array|]: {f}",
]
CARTS = [
    "[Hi|Hello], [I would like|I'd like to order|please send me|we need|I want to buy] {r}[.|, please.|. Thanks!]", "[Please|Could you] [order|buy|bring|send] {r}[.|]",
    "[Order|Shopping list|To buy|Basket|Cart]: {r}",
    "[We|They] [sold|bought|ordered|shipped|received] {r} [today|yesterday|last week|this morning][.|]", "[The box|The delivery|The parcel|My order] [contains|has|holds] {r}[.|]", "{r}",
    "[My|The] [order|list|cart]: {r}[. That is all.|]",
    "[In stock|Left in stock|On the shelf]: {r}", "[Add|Put] {r} [to my cart|to the order|on the list][.|]",
]  # fmt: skip


def array(rows, names):
    return "[" + ", ".join(as_object(zip(names, line)) for line in rows) + "]"


def told(rng):
    """(sentences, names of the facts, rows)"""
    chosen = rng.sample(list(FACTS), rng.choice([1, 1, 2, 2, 3]))
    while {"country", "city"} <= set(chosen):
        chosen = rng.sample(list(FACTS), len(chosen))
    naming = first_name if rng.random() < 0.35 else person
    rows, sentences = [], []
    for _ in range(rng.choice([2, 2, 2, 3, 3, 4])):
        name = naming(rng)
        facts = [KINDS[FACTS[fact][0]](rng) for fact in chosen]
        parts = [rng.choice(FACTS[fact][1].split("|")).replace("{v}", str(value)) for fact, value in zip(chosen, facts)]
        rows.append([name, *facts])
        sentences.append(f"{name} {row(rng, parts)}" if len(parts) < 3 else f"{name} {parts[0]}, {parts[1]} and {parts[2]}")
    return sentences, chosen, rows


def people(rng, arranged):
    sentences, chosen, rows = told(rng)
    if len({line[0] for line in rows}) < len(rows):
        return people(rng, arranged)
    draw = rng.random()
    if draw < 0.6 or len(rows) < 2:
        text = ". ".join(sentences) + "."
    elif draw < 0.8:
        text = ", ".join(sentences[:-1]) + " and " + sentences[-1] + "."
    else:
        joint = rng.choice(["\n", "; ", ".\n", "\n- "])
        text = ("- " if joint == "\n- " else "") + joint.join(sentences)
    if len(chosen) == 1 and rng.random() < 0.35:
        ask = say(rng, MAPS, f=rng.choice(FACTS[chosen[0]][2]).replace("_", " "))
        return Task("extract", arranged(rng, ask, text), as_object(rows), is_json=True, response_format={"type": "json_object"})
    names = ["name", *(rng.choice(FACTS[fact][2]) for fact in chosen)]
    mark = rng.choice(["{}", "{}", "{}", '"{}"', "`{}`"])
    ask = say(rng, ASKS, f=row(rng, [mark.replace("{}", name) for name in names]))
    return Task("extract", arranged(rng, ask, text), array(rows, names), is_json=True)


def basket(rng, arranged):
    """Things with their numbers in one sentence."""
    things = list(dict.fromkeys(KINDS[rng.choice(["product_name", "product_name", "ingredient", "dish", "product"])](rng) for _ in range(rng.choice([2, 2, 3, 3, 4]))))
    counts = [rng.randrange(1, rng.choice([5, 12, 60])) for _ in things]
    prices = [values.money(rng) for _ in things] if rng.random() < 0.2 else None
    style = rng.choice(["{q} x {p}", "{q} x {p}", "{q}x {p}", "{p} x {q}", "{q} × {p}", "{q} pieces of {p}", "{p} ({q})", "{q} units of {p}", "{q} packs of {p}"])
    shown = [style.replace("{q}", str(q)).replace("{p}", p) + (f" at {prices[i]}" if prices else "") for i, (q, p) in enumerate(zip(counts, things))]
    if rng.random() < 0.8:
        text = choose(rng, rng.choice(CARTS)).replace("{r}", row(rng, shown))
    else:
        mark = rng.choice(["- ", "* ", "", "• "])
        text = "\n".join([rng.choice(["Order:", "Shopping list", "We need:", "Hello, please send:", "My order:", "Packed:", "To buy:"]), *(mark + line for line in shown)])
    names = rng.choice([["product", "quantity"], ["item", "quantity"], ["item", "qty"], ["name", "count"], ["product", "amount"], ["article", "quantity"], ["item", "count"]])
    rows = list(zip(things, counts))
    if prices:
        names, rows = [*names, "price"], [(*line, price) for line, price in zip(rows, prices)]
    elif rng.random() < 0.2:
        ask = say(rng, ["[JSON object|JSON] [of|with] [item and count|the items and their numbers], [like|as] {s}[.|]", "[Return|Give me] JSON [like|in the form] {s}[.|]"], s=compact({"item": 0}))
        return Task("extract", arranged(rng, ask, text), as_object(rows), is_json=True, response_format={"type": "json_object"})
    if rng.random() < 0.3:
        names, rows = [names[1], names[0], *names[2:]], [(line[1], line[0], *line[2:]) for line in rows]
    mark = rng.choice(["{}", "{}", "{}", '"{}"', "`{}`"])
    ask = say(rng, ORDERS, f=row(rng, [mark.replace("{}", name) for name in names]))
    return Task("extract", arranged(rng, ask, text), array(rows, names), is_json=True)


def make(rng, arranged):
    return people(rng, arranged) if rng.random() < 0.6 else basket(rng, arranged)
