"""Where fields are extracted from: a text, and what it says as [(kind, key, value)]."""

import functools

from ... import values
from ...phrasing import SLOT, choose
from ...words import read
from ..shared.records import FIELDS, text_with_record
from ..shared.subjects import topic
from .domains import Key, composed, other_name
from .field_values import KINDS, WHOLE, Number, spoken

MARKS = [("[", "\0"), ("]", "\1"), ("{", "\2"), ("}", "\3")]  # signs that are meant as such
TEMPLATES = read("extract_sources", by_line=True)
ERRORS = [
    "connection refused", "disk full", "out of memory", "timeout", "file not found", "permission denied", "invalid token",
    "null pointer", "bad gateway", "checksum mismatch", "too many requests", "certificate expired", "queue is full", "no route to host",
]  # fmt: skip
STATES = ["open", "closed", "pending", "in progress", "resolved", "ok", "failed", "waiting", "done", "new", "blocked"]
ROUTES = ["/login", "/health", "/cart", "/search", "/orders", "/static/app.js"]
MAKERS = {
    **{name: field[1] for name, field in FIELDS.items()},
    "subject": topic,
    "service": lambda r: r.choice([f"{values.pick(r, 'code_thing')}-service", values.made_word(r, 2), f"{values.made_word(r, 1)}d", f"web-{r.randrange(30):02}"]),
    "error": lambda r: r.choice(ERRORS),
    "level": lambda r: r.choice(["ERROR", "WARN", "INFO", "DEBUG", "FATAL", "warning", "error"]),
    "username": lambda r: r.choice([values.first_name(r).lower(), values.made_word(r, 2), f"{values.made_word(r, 2)}{r.randrange(99)}"]),
    "status_code": lambda r: r.choice([200, 201, 301, 400, 401, 403, 404, 409, 429, 500, 502, 503, 504]),
    "number": lambda r: r.randrange(2, r.choice([10, 100, 10000])),
    "port": lambda r: r.randrange(20, 65536),
    "method": lambda r: r.choice(["GET", "POST", "PUT", "DELETE", "PATCH"]),
    "route": lambda r: r.choice([*ROUTES, f"/{values.made_word(r, 2)}/{r.randrange(999)}"]),
    "state": lambda r: r.choice(STATES),
    "priority": lambda r: r.choice(["low", "medium", "high", "urgent", "critical", "P1", "P2", "P3"]),
    "percent": lambda r: f"{r.randrange(1, 100)}%",
    "postcode": lambda r: values.digits(r, 5),
    "weekday": lambda r: values.pick(r, "weekday"),
    "flight": lambda r: f"{values.letters(r, 2)}{r.randrange(10, 9999)}",
    "gate": lambda r: f"{r.choice('ABCDEF')}{r.randrange(1, 60)}",
    "seat": lambda r: f"{r.randrange(1, 40)}{r.choice('ABCDEF')}",
    "last": values.last_name,
    "first": values.first_name,
    "weight": lambda r: f"{r.choice([r.randrange(1, 90), round(r.uniform(0.2, 30), 1)])} kg",
    "plate": lambda r: f"{values.letters(r, 2)}-{values.letters(r, 1)} {r.randrange(100, 9999)}",
    "rating": lambda r: r.randrange(1, 6),
    "amount": lambda r: Number(values.price(r)),
    "currency": lambda r: values.pick(r, "currency"),
}  # fmt: skip
WIDER = {"name": "person", "price": "money", "order_id": "id", "file": "path"} | {
    name: name for name in ("city", "country", "company", "product", "date", "time", "phone", "address", "job", "color", "department")
}  # fmt: skip
MAKERS.update({name: KINDS[kind] for name, kind in WIDER.items()})
ANY = {**KINDS, **MAKERS}
WHOLE_NUMBERS = {"quantity", "age", "status_code", "number", "port", "rating"} | WHOLE
NEVER_SAID = (
    "fax iban birthday tax_id hobby gender discount_code middle_name passport_number blood_type shoe_size "
    "emergency_contact voucher altitude horoscope marital_status nickname fax_number insurance_number swift loyalty_number"
).split()


NAMES = {
    key: [name.strip() for name in names.split(",")] for key, names in (line.split(" = ") for line in read("extract_names", by_line=True)["names"])
}


def templated(rng):
    pattern = rng.choice(rng.choice(list(TEMPLATES.values())))[2:].replace("\\n", "\n").replace("\\t", "\t")
    for sign, mark in MARKS:
        pattern = pattern.replace("\\" + sign, mark)
    pattern = choose(rng, pattern)
    made, found = {}, []
    for slot in SLOT.findall(pattern):
        if slot in made:
            continue
        if slot.startswith("x_"):
            made[slot] = ANY[slot[2:].rstrip("0123456789")](rng)
            continue
        kind, _, key = slot.partition("__")
        made[slot] = ANY[kind](rng)
        found.append((kind, key or kind, made[slot]))
    for sign, mark in MARKS:
        pattern = pattern.replace(mark, sign)
    return SLOT.sub(lambda match: spoken(rng, made[match.group(1)]), pattern), found


def source(rng):
    draw = rng.random()
    if draw < 0.55:
        return composed(rng)
    if draw < 0.82:
        return templated(rng)
    text, found = text_with_record(rng)
    return text, [(name, name, value) for name, value in found.items()]


@functools.cache
def other_names(kind):
    return FIELDS[kind][0] if kind in FIELDS else []


def name_for(rng, kind, key, found):
    """What the user calls a field: one of its names that can mean nothing else in this text."""
    if isinstance(key, Key):
        return other_name(rng, key, found)
    if key in NAMES and rng.random() < 0.4:
        name = rng.choice(NAMES[key]).replace("e-mail", "email").replace("-", "_").replace(" ", "_").replace("'", "").replace("/", "")
        if not any(other != key and (other == name or name in NAMES.get(other, ()) or name.replace("_", " ") in NAMES.get(other, ())) for _, other, _ in found):
            return name
    if key != kind or rng.random() < 0.5 or not other_names(kind):
        return key
    name = rng.choice(other_names(kind))
    for other, its_key, _ in found:
        if its_key == name or (its_key != key and name in other_names(other)):
            return key
    if sum(other == kind for other, _, _ in found) > 1 or {"order_id", "invoice"} <= {k for k, _, _ in found}:
        return key
    return "email" if name == "e-mail" else name
