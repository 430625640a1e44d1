"""Several values of one kind, several people, several lines of an order: JSON arrays and lists."""

from ... import values
from ...phrasing import pair, say
from ...task import Task, compact, system, user
from ..shared.records import FIELDS

# kind: (its plural in many words, how a value is made)
KINDS = {
    "email": ("e[-|]mail[s| addresses]|mail addresses", values.email),
    "phone": ("phone numbers|telephone numbers", values.phone),
    "name": ("names|people|persons|names of people", values.full_name),
    "url": ("links|URLs|web addresses|urls", values.url),
    "price": ("prices|amounts|amounts of money", values.money),
    "date": ("dates", values.spoken_date),
    "number": ("numbers", lambda r: str(r.randrange(2, 9999))),
    "ip": ("IP addresses|IPs", values.ip),
    "city": ("cities|city names|towns", values.city),
    "file": ("file paths|files|paths", values.path),
    "code": ("order numbers|order ids", lambda r: f"{r.choice(['ORD', 'PO', 'SO'])}-{values.digits(r, r.randrange(3, 7))}"),
    "hashtag": ("hashtags|tags", lambda r: "#" + values.made_word(r, 2)),
    "mention": ("mentions|@-mentions|user mentions", lambda r: "@" + values.made_word(r, 2)),
}  # fmt: skip
VERBS = "[Extract|List|Find|Get|Return|Collect|Give me|Show|Pull out|Which are|Pick out]"
AS_ARRAY = (
    "[ as a JSON array| as JSON array| as a JSON list| as JSON list| in a JSON array| and give me a JSON array|, JSON list please"
    "| -> JSON array| and return a JSON array| as an array of strings in JSON| (JSON array)][.|]"
)
LINES = "[, one per line|, each on its own line|, one a line| line by line|, one on each line][.|]"
CARRIERS = [
    "[Please write to|Contact|Ask|See|Note|Use|Check|Take] {v}",
    "{v} [is new|is old|came in today|was wrong|is fine|is mine|is next]",
    "[we also have|there is also|then came|do not forget|and of course] {v}",
    "[the first was|yesterday it was|before that|the other one is] {v}",
    "{w}: {v}",
    "{w} [and|or] {v}",
    "[I got|I saw|They sent|She noted] {v} [today|yesterday|twice|by mail]",
    "({v})",
]  # fmt: skip
EMPTY = ["The {w} is on the table", "We talked about the {w}", "Nothing new from the {w}", "I like the {w}", "Somebody took the {w}"]
APART = {"email": {"url", "phone", "price"}, "phone": {"email", "url"}, "url": {"email", "price"}, "price": {"email", "url"}, "date": {"email", "url"},
         "name": {"url", "price"}, "ip": {"email", "price"}, "city": {"price", "url"}, "file": {"price", "email"}, "hashtag": {"email", "price"},
         "mention": {"url", "price"}, "code": {"email", "price"}, "number": set()}  # fmt: skip


def all_of_kind(rng):
    """Every value of one kind, among others, as a JSON array, under a key, or a list."""
    kind = rng.choice(list(KINDS))
    names, make = KINDS[kind]
    draw = rng.random()
    wanted = [make(rng) for _ in range(rng.choice([1, 2, 2, 3, 3, 4, 5] if draw > 0.04 else [0]))]
    sentences = [say(rng, CARRIERS, v=value, w=values.pick(rng, "object")) for value in wanted]
    while len(sentences) < 2 or rng.random() < 0.25:
        sentences.insert(rng.randrange(len(sentences) + 1), say(rng, EMPTY, w=values.pick(rng, "object")))
    if APART[kind] and rng.random() < 0.4:
        other = KINDS[rng.choice(sorted(APART[kind]))][1](rng)
        sentences.insert(rng.randrange(len(sentences) + 1), say(rng, CARRIERS, v=other, w=values.pick(rng, "object")))
        wanted = sorted(wanted, key="\0".join(sentences).index) if len(set(wanted)) == len(wanted) else wanted
    text = rng.choice([". ", "\n", ", ", "; ", ".\n", "\n- "]).join(sentences)
    ask = f"{VERBS} [all [the |]|every |the |all ][{names}][ in the text| in this text| from this| you find|]"
    ask = ask.replace("every ", "")
    style = rng.random()
    if not wanted or style < 0.62:
        answer = [int(value) for value in wanted] if kind == "number" else wanted
        return Task("extract", placed(rng, say(rng, ask + AS_ARRAY), text), compact(answer), is_json=True)
    if style < 0.75:
        key = rng.choice(["items", "results", "values", "found", kind + "s", "list", "data"])
        answer = {key: [int(value) for value in wanted] if kind == "number" else wanted}
        form = rng.choice(
            [f' as JSON with the key "{key}"', f' as {{"{key}": [...]}}', f' in JSON: {{"{key}": ["..."]}}', f" as a JSON object with key {key}",
             f' under "{key}" in a JSON object']
        )  # fmt: skip
        ask = say(rng, ask) + form
        return Task("extract", placed(rng, ask, text), compact(answer), is_json=True, response_format={"type": "json_object"})
    return Task("extract", placed(rng, say(rng, ask + LINES), text), "\n".join(wanted))


def placed(rng, ask, text):
    return [system(ask), user(text)] if rng.random() < 0.1 else [user(pair(rng, ask, text))]


def people(rng):
    """People with one or two facts each, as an array of objects."""
    facts = rng.sample(["email", "phone", "city", "age", "job", "company", "department"], rng.choice([1, 1, 2]))
    persons = []
    for _ in range(rng.choice([2, 2, 3])):
        name = values.full_name(rng)
        persons.append({"name": name, **{f: values.email(rng, name) if f == "email" else FIELDS[f][1](rng) for f in facts}})
    style = rng.choice(["{}, {}", "{} - {}", "{} ({})", "{}: {}", "{} | {}", "{} / {}"])
    lines = [style.format(p["name"], ", ".join(str(p[f]) for f in facts)) for p in persons]
    text = rng.choice(["\n", "\n", "\n- ", "; "]).join(lines)
    names = ["name", *facts]
    ask = say(
        rng,
        [
            "[Extract|List|Return|Give me] [all people|everybody|each person|the persons] as a JSON array of objects with {f}[.|]",
            "[JSON array|Array of objects|JSON list], one object [per|for each] person[:| with] {f}[.|]",
            "[Turn|Convert|Parse] [the list|this|the lines] [into|to] a JSON array[ of objects|] with the keys {f}[.|]",
            "[For each person|For everybody in the text], {f}. [Return a JSON array.|As a JSON array.|JSON array of objects.]",
        ],
        f=rng.choice([", ".join(names), " and ".join([", ".join(names[:-1]), names[-1]]), ", ".join(f'"{n}"' for n in names)]),
    )
    return Task("extract", placed(rng, ask, text), compact(persons), is_json=True)


def items(rng):
    """The lines of an order, below a key."""
    lines = [{"product": values.product(rng), "quantity": rng.randrange(2, 40)} for _ in range(rng.choice([1, 2, 2, 3]))]
    if rng.random() < 0.35:
        for line in lines:
            line["price"] = values.money(rng)
    style = rng.choice(["{q} x {p}", "{p}, {q} pcs", "{p} x{q}", "{q} {p}", "{p}: {q}"])
    shown = [style.format(q=line["quantity"], p=line["product"]) + (f" at {line['price']}" if "price" in line else "") for line in lines]
    head = {"order_id": values.code(rng)} if rng.random() < 0.5 else {"customer": values.full_name(rng)}
    (key, value), group = *head.items(), rng.choice(["items", "lines", "products", "positions"])
    text = f"{rng.choice(['Order', 'Purchase order', 'Order of'] if key == 'order_id' else ['Order by', 'Customer', 'For'])} {value}:\n" + "\n".join(shown)
    shape = compact({key: "string", group: [{name: "string" if name != "quantity" else "integer" for name in lines[0]}]})
    ask = say(
        rng,
        [
            "[Extract|Return|Give me] JSON like {s}",
            "[Turn|Convert|Parse] the order [into|to] JSON[:| of this form:] {s}",
            "[Schema|Format|Shape]: {s}",
            "{s}",
            "[Fill|Use] this [structure|shape|format]: {s}",
        ],
        s=shape,
    )
    messages = placed(rng, ask, text)
    return Task("extract", messages, compact({key: value, group: lines}), is_json=True, response_format={"type": "json_object"})
