"""Fields as JSON, by given names, types, an example or a schema; one of them as plain text."""

import json
import re

from ... import values
from ...framing import framed
from ...phrasing import choose, fill, pair, say
from ...task import Task, compact, system, user
from ...words import read
from . import wordings
from .domains import Key, missing as missing_of_domain, other_name
from .field_values import KINDS, LISTS, number_in
from .shapes import example_of, schema_of, typed_list
from .sources import MAKERS, NAMES, NEVER_SAID, WHOLE_NUMBERS, Number, name_for, other_names, source

ASK = {name: [line[2:] for line in lines] for name, lines in read("extract_ask", by_line=True).items()}
MONEY = re.compile(r"([A-Z]{3}|[$€£¥₹])? ?(\d[\d.,]*) ?([A-Z]{3}|[$€£¥₹])?")
QUOTES = ['"{}"', '"{}"', "`{}`", "'{}'", "{}", "{}"]
FRAMES = [
    "### [Instruction|Task]\n{ask}\n\n### [Text|Input]\n{text}",
    "<instruction>\n{ask}\n</instruction>\n<document>\n{text}\n</document>",
    "[Task|Instruction]: {ask}\n\n[Text|Document|Mail|Source]:\n{text}",
    "{ask}\n\n---\n{text}\n---",
    "<document>\n{text}\n</document>\n\n{ask}",
    '{ask}\n"""\n{text}\n"""',
    "[Document|Source|Mail|Note]:\n```\n{text}\n```\n{ask}",
    "{text}\n---\n{ask}",
    "[Hi|Hello][,|!] {ask}\n\n{text}\n\n[Thanks|Thank you][!|.|]",
    "# [Text|Source]\n{text}\n# [Task|Question]\n{ask}",
]  # fmt: skip


def written(value):
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{compact(key)}: {written(item)}" for key, item in value.items()) + "}"
    return compact(value)


def key_of(said):
    """The key that stands for the user's words."""
    return said.removeprefix("the ").lower().replace("e-mail", "email").replace(" ", "_").replace("-", "_")


def asked_fields(rng, found):
    """[(kind, name, value or None)]: some of what is there, sometimes one that is not."""
    chosen = rng.sample(found, min(len(found), rng.choice([1, 2, 2, 3, 3, 4, 5])))
    asked = [(kind, name_for(rng, kind, key, found), value) for kind, key, value in chosen]
    if isinstance(found[0][1], Key):
        asked = split_money(rng, asked, found)
        lacking = missing_of_domain(rng, found) if rng.random() < 0.17 else None
        if lacking:
            asked.insert(rng.randrange(len(asked) + 1), (*lacking, None))
    elif rng.random() < 0.17:
        kinds = {kind for kind, _, _ in found} | {key for _, key, _ in found}
        taken = kinds | {name for kind in kinds for name in other_names(kind)} | {name.replace(" ", "_") for key in kinds for name in NAMES.get(key, ())}
        missing = rng.choice(list(MAKERS) if rng.random() < 0.6 else NEVER_SAID)
        if missing in CERTAIN and not CERTAIN[missing] & kinds or missing in NEVER_SAID and missing not in taken:
            asked.insert(rng.randrange(len(asked) + 1), (missing, missing, None))
    return asked if len({name for _, name, _ in asked}) == len(asked) else asked_fields(rng, found)


def split_money(rng, asked, found):
    """The only amount of a text as a number, and its currency, as somebody may ask for both."""
    place = next((place for place, (kind, _, _) in enumerate(asked) if kind == "money"), None)
    if place is None or rng.random() > 0.2 or sum(kind == "money" for kind, _, _ in found) > 1:
        return asked
    parts = MONEY.fullmatch(asked[place][2])
    if not parts or (parts[1] is None) == (parts[3] is None):
        return asked
    return [*asked[:place], ("amount", asked[place][1], number_in(parts[2])), ("currency", "currency", parts[1] or parts[3]), *asked[place + 1 :]]


def with_their_currency(asked, found):
    """An amount keeps its currency where that is not asked for itself."""
    currency = next((value for kind, _, value in found if kind == "currency"), None)
    if currency is None or any(kind == "currency" for kind, _, _ in asked):
        return asked
    return [("price", name, f"{value} {currency}") if kind == "amount" else (kind, name, value) for kind, name, value in asked]


# A field of this kind is missing for sure when none of these is there.
CERTAIN = {
    "email": {"email"}, "phone": {"phone"}, "date": {"date", "weekday", "birth", "year"}, "time": {"time", "logtime"}, "city": {"city", "address", "station"}, "country": {"country", "nationality"},
    "company": {"company", "name", "person", "bank", "airline", "restaurant", "hotel", "team"}, "order_id": {"order_id", "invoice", "flight", "issue", "serial", "tracking", "sku"},
    "invoice": {"invoice", "order_id"},
    "url": {"url"}, "price": {"price", "quantity", "number", "amount", "count"}, "address": {"address", "city"}, "ip": {"ip"}, "version": {"version", "os", "browser"},
    "age": {"age", "birth", "small"},
    "color": {"color", "product", "breed"}, "job": {"job", "department", "plan"}, "room": {"room", "address", "number", "room_number", "venue"}, "priority": {"priority", "level"},
    "username": {"username", "name", "email", "person"}, "flight": {"flight", "order_id"}, "weight": {"weight", "dose"}, "postcode": {"postcode", "order_id"},
    "percent": {"percent"}, "port": {"port", "number"}, "rating": {"rating", "number", "quantity", "stars", "score"},
    "name": {"name", "company", "username", "person", "first", "last", "doctor", "pet", "service", "event", "hotel", "product", "project"},
}  # fmt: skip


def in_words(rng, name, several):
    """A field as one says it in a sentence."""
    said = name.replace("_", " ") if rng.random() < 0.75 else name
    if "email" in said and rng.random() < 0.55:
        said = said.replace("email", "e-mail")
    if said in ("ip", "url", "id") and rng.random() < 0.6:
        said = said.upper()
    draw = rng.random()
    if draw < 0.1:
        said = said[0].upper() + said[1:]
    elif draw < 0.13:
        said = said.title()
    return f"the {said}" if several and rng.random() < 0.5 else said


def joined(rng, names):
    draw = rng.random()
    if len(names) == 1:
        return names[0]
    if draw < 0.35:
        return ", ".join(names)
    if draw < 0.75:
        return ", ".join(names[:-1]) + rng.choice([" and ", " and ", ", and ", " & ", " plus ", " as well as "]) + names[-1]
    if draw < 0.83:
        return "".join(f"\n{rng.choice('-*')} {name}" for name in names)
    if draw < 0.87:
        return "".join(f"\n{number}. {name}" for number, name in enumerate(names, 1))
    return rng.choice([" / ", " | ", "; ", " + ", " and ", "/"]).join(names)


def camel(name):
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def kebab(name):
    return name.replace("_", "-")


def titled(name):
    return name.replace("_", " ").title()


def listed_keys(rng, names):
    """Keys that are to be taken as they are."""
    mark = rng.choice(QUOTES)
    shown = [mark.format(name) for name in names]
    draw = rng.random()
    if draw < 0.15:
        return "[" + ", ".join(shown) + "]"
    return "{" + ", ".join(shown) + "}" if draw < 0.25 else joined(rng, shown)


def request(rng, asked):
    """(the instruction, the keys, {place: type}): types only where they are told."""
    names = [name for _, name, _ in asked]
    draw = rng.random()
    if draw < 0.45:
        several = rng.random() < 0.3
        shown = [in_words(rng, name, several) for name in names]
        named, keys = joined(rng, shown), [key_of(name) for name in shown]
        if len(names) > 1 and rng.random() < 0.12:
            return say(rng, ASK["bare"], f=named), keys, {}
        return wordings.request(rng, named) if rng.random() < 0.6 else say(rng, ASK["fields"], f=named), keys, {}
    if rng.random() < 0.14:
        names = [rng.choice([camel, camel, camel, str.upper, kebab, titled])(name) for name in names] if rng.random() < 0.2 else [camel(name) for name in names]
    if draw < 0.68:
        listed = listed_keys(rng, names)
        if rng.random() < 0.4:
            listed = rng.choice(["the keys ", "keys ", "the fields ", "the keys: ", "fields named ", ""]) + listed
            return wordings.request(rng, listed), names, {}
        return say(rng, ASK["keys"], f=listed), names, {}
    types = {place: type_of(rng, *field) for place, field in enumerate(asked)}
    fields = [(name, types[place], sample(rng, asked[place][0], types[place])) for place, name in enumerate(names)]
    if draw < 0.72:
        example = [(name, kind, Number("12.50") if kind == "number" else value) for name, kind, value in fields]
        return say(rng, ASK["example"], s=example_of(rng, example, written)), names, types
    if draw < 0.8:
        return say(rng, ASK["types"], s=typed_list(rng, fields)), names, types
    return say(rng, ASK["shape"], s=schema_of(rng, fields)), names, types


def sample(rng, kind, wanted):
    """Another value of the kind, for an example."""
    make = KINDS.get(kind) or MAKERS.get(kind)
    value = make(rng) if make else "..."
    if wanted == "boolean":
        return rng.random() < 0.5
    return value if wanted in ("integer", "array") else str(value)


def type_of(rng, kind, name, value):
    if kind in WHOLE_NUMBERS:
        return "integer" if rng.random() < 0.93 else "string"
    if kind in LISTS:
        return "array"
    if kind == "yesno":
        return "boolean" if rng.random() < 0.6 else "string"
    return "number" if kind in ("amount", "stars") or kind in ("price", "money") and rng.random() < 0.5 else "string"


def typed(value, wanted):
    if value is None or wanted in (None, "integer", "array"):
        return value
    if wanted == "number":
        return number_in(value)
    return value.lower() == "yes" if wanted == "boolean" else str(value)


def arranged(rng, ask, text):
    """The instruction and the text, in one message or in two."""
    if rng.random() < 0.35:
        return framed(rng, ask, text, 0.12)
    draw = rng.random()
    if draw < 0.13:
        return [system(ask), user(text)]
    if draw < 0.2:
        return [system(say(rng, ASK["system"])), *arranged_plainly(rng, ask, text)]
    return arranged_plainly(rng, ask, text)


def arranged_plainly(rng, ask, text):
    if rng.random() < 0.75:
        return [user(pair(rng, ask, text))]
    return [user(fill(choose(rng, rng.choice(FRAMES)), {"ask": ask, "text": text}))]


def as_json(rng):
    text, found = source(rng)
    asked = with_their_currency(asked_fields(rng, found), found)
    ask, keys, types = request(rng, asked)
    if len(set(keys)) < len(keys):
        return as_json(rng)
    answer = {key: typed(value, types.get(place)) for place, (key, (_, _, value)) in enumerate(zip(keys, asked))}
    if rng.random() < 0.35:
        ask = ask.rstrip(".: ") + say(rng, ASK["brief"])
    messages = arranged(rng, ask, text)
    return Task("extract", messages, written(answer), is_json=True, response_format={"type": "json_object"})


def nested(rng):
    """Fields in groups, as a shape shows them."""
    text, found = source(rng)
    if len(found) < 2:
        return as_json(rng)
    asked = with_their_currency(asked_fields(rng, found), found)
    at = rng.randrange(1, len(asked) + 1)
    group = rng.choice(["details", "data", "contact", "order", "info", "customer", "record", "entry", "meta", values.made_word(rng, 2)])
    if any(name == group for _, name, _ in asked):
        return as_json(rng)
    blank = rng.choice(["string", "...", "", None, "value"])
    shape = {name: blank for _, name, _ in asked[at:]}
    answer = {name: value for _, name, value in asked[at:]}
    inner = {name: value for _, name, value in asked[:at]}
    if rng.random() < 0.5:
        shape, answer = {group: {name: blank for name in inner}, **shape}, {group: inner, **answer}
    else:
        shape[group], answer[group] = {name: blank for name in inner}, inner
    shown = json.dumps(shape, indent=2) if rng.random() < 0.4 else json.dumps(shape)
    messages = arranged(rng, say(rng, ASK["shape"], s=shown), text)
    return Task("extract", messages, written(answer), is_json=True, response_format={"type": "json_object"})


ASKED_AS = {"person": "who", "money": "price", "path": "file"} | {name: name for name in "email phone date time city company url ip version color address".split()}


BY_KIND = {
    "date": ["When is the {f}?", "[What|Which] day is the {f}?", "[What|Which] date is [given|named|stated] [as|for] the {f}?", "the date of the {f}[?|]"],
    "money": ["How [much|high] is the {f}?", "[What|Which] amount is the {f}?", "how much [money |]is the {f}[?|]", "How much is it[:| -] the {f}?"],
    "person": ["Who is [named|given] as [the |]{f}?", "[What|Which] name is given [for|as] the {f}?", "name of the {f}[?|]", "[What is|Give me] the name of the {f}[?|]"],
    "duration": ["How long is the {f}?", "how long [exactly |]is the {f}"], "percent": ["How high is the {f}?", "How many percent is the {f}?"], "temperature": ["How [high|many degrees] is the {f}?"],
    "phone": ["[Which|What] number is the {f}?", "Which number do they give as [the |]{f}?"], "count": ["[What|Which] number is given [for|as] the {f}?"],
    "number": ["[What|Which] number is given [for|as] the {f}?"],
}  # fmt: skip


def plain(value):
    return ", ".join(value) if isinstance(value, list) else str(value)


def single(rng):
    text, found = source(rng)
    kind, key, value = rng.choice(found)
    if kind == "amount":
        return single(rng)
    if isinstance(key, Key) and key.alone and kind in ASKED_AS and rng.random() < 0.2:
        return Task("extract", arranged(rng, say(rng, ASK[ASKED_AS[kind]]), text), plain(value))
    if isinstance(key, Key) and kind in BY_KIND and "time" not in key and rng.random() < 0.15:
        ask = say(rng, BY_KIND[kind], f=other_name(rng, key, found).replace("_", " ") if rng.random() < 0.5 else key.replace("_", " "))
        return Task("extract", arranged(rng, ask, text), plain(value))
    if isinstance(key, Key) and rng.random() < 0.6:
        return Task("extract", arranged(rng, say(rng, key.questions), text), plain(value))
    alone = sum(other == kind for other, _, _ in found) == 1 and not isinstance(key, Key)
    if alone and rng.random() < 0.4 and (kind in ASK or kind == "name"):
        if kind == "price" and sum(k in ("number", "quantity") for k, _, _ in found) or kind == "date" and any(k == "birth" for k, _, _ in found):
            return single(rng)
        ask = say(rng, ASK["who" if kind == "name" else kind])
    else:
        ask = say(rng, ASK["single"], f=in_words(rng, name_for(rng, kind, key, found), False))
    return Task("extract", arranged(rng, ask, text), plain(value))
