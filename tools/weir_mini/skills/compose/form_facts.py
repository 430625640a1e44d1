"""The names of slots, and the values that fill them in the ways in which people and programs give them."""

from ... import values
from ...task import compact

# What else a slot of a kind may be called, in a word or in several.
OTHER_NAMES = {
    "name": ["customer", "user", "guest", "client", "recipient", "full_name", "member", "contact", "person", "student", "patient", "author", "participant", "owner", "employee"],
    "first": ["name", "user", "person", "first_name", "firstname", "friend", "guest", "nickname", "username", "kid", "player", "sender"], "last": ["surname", "name", "last_name",
    "family_name", "lastname"],
    "thing": ["item", "product", "article", "goods", "subject", "title", "object", "topic", "order", "product_name"], "place": ["city", "town", "location", "where", "venue", "destination",
    "city_name", "branch", "from", "site"],
    "city": ["place", "town", "location"], "day": ["date", "when", "due_date", "deadline", "order_date", "start", "delivery_date", "due", "on", "event_date"], "weekday": ["day", "when",
    "day_of_week", "meeting_day"],
    "money": ["total", "price", "amount", "cost", "sum", "fee", "balance", "value", "total_amount", "salary", "budget"], "count": ["qty", "number", "quantity", "n", "amount", "units",
    "how_many", "pieces", "guests", "points"],
    "n": ["number", "count", "x"], "k": ["hours", "value", "y"], "id": ["order", "no", "ref", "order_number", "code", "order_id", "reference", "ticket", "number", "invoice_no", "case_id"],
    "company": ["firm", "employer", "organisation", "shop", "company_name", "vendor", "brand", "team", "client"],
    "object": ["item", "thing", "gift", "noun"], "email": ["mail", "address", "contact", "email_address", "reply_to"], "phone": ["tel", "telephone", "mobile", "number", "phone_number"],
    "time": ["hour", "start", "at", "start_time", "clock", "begin"],
    "num": ["number", "x", "value", "id", "limit", "port", "size", "n", "max", "user_id"], "address": ["street", "addr", "location", "street_address"], "month": ["when", "period"],
    "job": ["role", "position", "title", "job_title", "profession"], "color": ["colour", "shade", "paint"],
    "country": ["land", "nation", "origin"], "adj": ["adjective", "how", "mood"], "word": ["text", "key", "label", "name", "topic", "noun", "tag", "slug", "w", "keyword", "val", "arg"],
    "ident": ["var", "function", "table", "column", "field", "param", "variable", "fn", "arg"], "cap": ["cls", "type", "class_name", "model"],
    "upper": ["var", "key", "env", "constant"], "path": ["file", "file_path", "filename", "source", "target"], "domain": ["host", "site", "server", "hostname"], "url": ["link", "website",
    "href", "page"], "ip": ["host", "server", "ip_address"], "version": ["ver", "release", "v", "tag"],
    "ext": ["extension", "type", "suffix"], "level": ["priority", "severity", "urgency"],
}  # fmt: skip


def names_for(rng, slots, may_have_spaces):
    """A name for each slot, so that none is known by heart; one manner of writing for all."""
    while True:
        names = []
        for slot in slots:
            kind = slot.rstrip("0123456789")
            draw = rng.random()
            others = OTHER_NAMES.get(kind, [])
            names.append(slot if draw < 0.3 else values.made_word(rng, 2) if draw < 0.42 or not others else values.any_word(rng) if draw < 0.47 else rng.choice(others))
        if len(set(names)) == len(names):
            break
    draw = rng.random()
    if draw < 0.12:
        names = [name.upper() for name in names]
    elif draw < 0.2:
        names = [name[0].upper() + name[1:] for name in names]
    elif draw < 0.27:
        names = ["".join(part.capitalize() if i else part for i, part in enumerate(name.split("_"))) for name in names]
    elif draw < 0.45 and may_have_spaces:
        names = [name.replace("_", " ") for name in names]
    elif draw < 0.5:
        names = [name.replace("_", "-") for name in names] if may_have_spaces else names
    return names


def separated(rng, shown, given):
    """In a line or in lines, with a sign between them that no value has."""
    if any("," in str(value) for _, value in given):
        return rng.choice(["\n", "\n", "; ", " | "]).join(shown)
    return rng.choice(["\n", "\n", ", ", ", ", ", ", "; ", " | ", " / ", ","]).join(shown)


def in_words(given, rng):
    """A sentence: the name is Ben and the day is Monday."""
    style = rng.choice(["the {n} is {v}", "{n} is {v}", "the {n} is {v}", "{n} should be {v}", "{v} for {n}", "{v} as {n}", "{n} {v}", "{v} as the {n}", "{n} shall be {v}",
        "replace {n} by {v}", "set {n} to {v}", "put {v} for {n}", "{n} becomes {v}", "use {v} for {n}"])  # fmt: skip
    shown = [style.replace("{n}", name).replace("{v}", str(value)) for name, value in given]
    return ", ".join(shown[:-1]) + rng.choice([" and ", " and ", ", ", ", and "]) + shown[-1] if len(shown) > 1 else shown[0]


def facts_of(rng, given):
    """The values of the slots, as people give them."""
    draw = rng.random()
    if draw < 0.11:
        return compact(dict(given))
    if draw < 0.14:
        return "{\n" + ",\n".join(f"  {compact(name)}: {compact(value)}" for name, value in given) + "\n}"
    if draw < 0.21:
        bullet = rng.choice(["- ", "* ", "• ", "  "])
        return "\n".join(f"{bullet}{name}: {value}" for name, value in given)
    if draw < 0.25:
        return "; ".join(f"{name}='{value}'" for name, value in given) if rng.random() < 0.4 else ", ".join(f'{name}="{value}"' for name, value in given)
    if draw < 0.29:
        sign = ";" if any("," in str(value) for _, value in given) else ","
        return sign.join(name for name, _ in given) + "\n" + sign.join(str(value) for _, value in given)
    if draw < 0.32:
        head, row = " | ".join(name for name, _ in given), " | ".join(str(value) for _, value in given)
        return f"| {head} |\n|{'---|' * len(given)}\n| {row} |"
    if draw < 0.34:
        return "\n".join(f"<{name}>{value}</{name}>" for name, value in given)
    if draw < 0.36:
        return "{" + ", ".join(f"'{name}': '{value}'" for name, value in given) + "}"
    if draw < 0.5:
        return in_words(given, rng)
    separator = rng.choice([": ", ": ", " = ", "=", " is ", ": ", "=", ":", " -> ", " => ", ":= ", " - "])
    return separated(rng, [f"{name}{separator}{value}" for name, value in given], given)


def rows_of(rng, names, rows):
    """Several rows of values, with the names of the slots once or in each."""
    draw = rng.random()
    if draw < 0.25:
        return compact([dict(zip(names, row)) for row in rows])
    if draw < 0.6 and not any("," in str(value) for row in rows for value in row):
        return "\n".join([",".join(names), *[",".join(map(str, row)) for row in rows]])
    if draw < 0.7:
        return "\n".join([f"| {' | '.join(names)} |", "|" + "---|" * len(names), *[f"| {' | '.join(map(str, row))} |" for row in rows]])
    if draw < 0.8:
        return "\n".join(["\t".join(names), *["\t".join(map(str, row)) for row in rows]])
    bullet = rng.choice(["- ", "", "* "])
    return "\n".join(bullet + "; ".join(f"{name}: {value}" for name, value in zip(names, row)) for row in rows)
