"""Values of several kinds at once, an array for each; and texts without their values."""

from ...phrasing import say
from ...task import Task, compact
from .formats import row
from .many import MANY, SENTENCES, carried

# kind: what its array may be called
GROUPS = {
    "name": ["people", "persons", "names"], "city": ["cities", "cities", "towns"], "company": ["companies", "organizations", "firms"], "date": ["dates"], "email": ["emails", "email_addresses"],
    "phone": ["phones", "phone_numbers"], "url": ["urls", "links"], "price": ["prices", "amounts"], "time": ["times"], "country": ["countries"], "hashtag": ["hashtags"], "mention": ["mentions"],
    "percent": ["percentages"], "ip": ["ips", "ip_addresses"], "file": ["files"], "color": ["colors"], "weekday": ["weekdays"], "language": ["languages"], "job": ["jobs", "professions"], "animal": ["animals"],
}  # fmt: skip
OFTEN = ["name", "city", "company", "date", "email", "phone", "price", "url"]
ASKS = [
    "[Extract|Find|List|Return|Get|Collect] [all |the |]{f} as JSON[ arrays| with an array for each| with one list each|, one array each|, each as an array][.|]",
    "[Named entity recognition|NER|Entities|Entity extraction]: {f}. [JSON with arrays|As JSON, each a list|JSON, one list per kind][.|]",
    "[Which|What] {f} are [mentioned|named|in the text]? [JSON with arrays|As JSON with lists][.|]",
    "[Return|Give me|Make|Build] [a |]JSON [object |]with the [arrays|lists] {f}[.|]",
    "[JSON|A JSON object] with [lists|arrays] of {f}[, empty if there are none|, an empty list if none|][.|]",
    "[Sort|Put] [all |the |]{f} [of this text |]into [JSON arrays|lists in JSON|JSON, a list each][.|]",
    "[I need|I want] [all |the |]{f} [in|as] JSON, [each as a list|as arrays|one array each][.|]",
]
SHAPES = ["[Fill|Complete|Return|Extract] [this|JSON like|the shape|the lists][:|] {s}", "{s}", "[Format|Output|Schema|Structure]: {s}", "[Extract|Find] the entities as {s}"]
MASKS = {
    "email": ["[EMAIL]", "<email>", "***", "[redacted]", "x@x"], "phone": ["[PHONE]", "<phone>", "***", "[redacted]", "###"], "url": ["[URL]", "[LINK]", "<url>", "***"], "ip": ["[IP]", "x.x.x.x", "***"],
    "name": ["[NAME]", "<name>", "***", "[redacted]", "N.N.", "[PERSON]"], "price": ["[AMOUNT]", "***", "<price>"], "date": ["[DATE]", "<date>", "***"], "code": ["[ORDER]", "***", "<id>"], "city": ["[CITY]", "<city>", "***"],
}  # fmt: skip
MASK_ASKS = [
    "[Replace|Change|Swap] [all|all the|every one of the|the] {n} [by|with|for] {m}[ in the text| in this text|][.|]",
    "[Mask|Redact|Anonymize|Hide|Censor] [all|all the|the] {n} [with|by using|as] {m}[.|]",
    "[Anonymize|Redact] [this|the text]: [put|write] {m} [instead|in place] of [the |all ]{n}[.|]",
    "[Write|Give me|Return] the text with {m} [in place|instead] of [the |all ]{n}[.|]",
]


def text_of(rng, wanted):
    """Sentences on all the values, and the values of each kind in their order."""
    parts = [(kind, sentence) for kind, items in wanted.items() for sentence in carried(rng, kind, items)]
    by_kind = {kind: [sentence for other, sentence in parts if other == kind] for kind in wanted}
    order = [kind for kind, _ in parts]
    rng.shuffle(order)
    sentences = [by_kind[kind].pop(0) for kind in order]
    for _ in range(rng.choice([0, 0, 1, 1, 2])):
        sentences.insert(rng.randrange(len(sentences) + 1), rng.choice(SENTENCES["empty"]))
    return rng.choice([". ", ". ", ". ", "\n", ".\n", "; "]).join(sentences)


def drawn(rng, kind, count):
    return list(dict.fromkeys(MANY[kind][2](rng) for _ in range(count)))


def entities(rng, arranged):
    kinds = list(dict.fromkeys(rng.choice(OFTEN if rng.random() < 0.7 else list(GROUPS)) for _ in range(rng.choice([2, 2, 3, 3, 4]))))
    wanted = {kind: drawn(rng, kind, rng.choice([0, 1, 1, 2, 2, 3])) for kind in kinds}
    if len(kinds) < 2 or not any(wanted.values()):
        return entities(rng, arranged)
    names = {kind: rng.choice(GROUPS[kind]) for kind in kinds}
    if rng.random() < 0.7:
        ask = say(rng, ASKS, f=row(rng, [name.replace("_", " ") for name in names.values()]))
    else:
        ask = say(rng, SHAPES, s=compact({name: rng.choice([[], ["..."], ["string"]]) for name in names.values()}))
    answer = compact({names[kind]: wanted[kind] for kind in kinds})
    text = text_of(rng, {kind: items for kind, items in wanted.items() if items})
    return Task("extract", arranged(rng, ask, text), answer, is_json=True, response_format={"type": "json_object"})


def masked(rng, arranged):
    kind = rng.choice(list(MASKS))
    mask = rng.choice(MASKS[kind])
    items = sorted(drawn(rng, kind, rng.choice([1, 1, 2, 2, 3])), key=len)
    text = text_of(rng, {kind: items})
    answer = text
    for item in reversed(items):
        answer = answer.replace(str(item), mask)
    names = MANY[kind][0].split("|")
    return Task("extract", arranged(rng, say(rng, MASK_ASKS, n=rng.choice(names[:3]), m=mask), text), answer)


def make(rng, arranged):
    return entities(rng, arranged) if rng.random() < 0.75 else masked(rng, arranged)
