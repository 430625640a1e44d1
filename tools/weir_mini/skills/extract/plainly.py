"""Fields asked for plainly, and the sources that they usually come from: contacts, log lines, agendas, recipes,
advertisements with large numbers, addresses in several parts, posts with hashtags.

A field is (key, type, value). Keys that stand in braces or a schema are kept; a told type is obeyed.
"""

import json
import re

from ... import values
from ...phrasing import choose, fill
from ...task import Task, compact, system, user
from ...words import read
from ..shared import everyday
from ..shared.addresses import email, word
from .domains import composed
from .field_values import KINDS, Number

ASK = read("plain_extract", by_line=True)
PHONES = [
    "020 7### ####", "01## ### ####", "07### ######", "+44 7### ### ###", "+44 20 #### ####", "0## ########", "0### #######", "+49 ### #######", "+49 (0)## ######", "0#/#######", "0###-######",
    "06 ## ## ## ##", "+33 6 ## ## ## ##", "01.##.##.##.##", "06-########", "+31 6 ########", "6## ### ###", "+34 6## ### ###", "3## ### ####", "+39 3## ### ####", "+41 79 ### ## ##", "07#-### ## ##",
    "+46 7# ### ## ##", "+91 9#### #####", "04## ### ###", "+61 4## ### ###", "090-####-####", "+81 90 #### ####", "(11) 9####-####", "+55 11 9####-####",
    "(###) ###-####", "###-###-####", "###.###.####",
    "+1 ### ### ####", "+1 (###) ###-####", "1-800-###-####", "+48 ### ### ###", "+353 8# ### ####", "+7 9## ###-##-##", "+27 8# ### ####", "0#########", "## ## ## ##", "+45 ## ## ## ##", "555-####",
]  # fmt: skip
ROADS = "Street Road Lane Avenue Close Drive Way Court Place Gardens Terrace Hill Crescent Square Row Grove Walk Mews Park Rise".split()
SERVICES = "billing cart checkout mailer search gateway orders payments worker scheduler session upload export cache profile notify report sync webhook".split()
EVENTS = [
    "Session closed", "Connection refused", "Payment accepted", "Invalid signature", "Cache miss", "Password changed", "File not found", "Retrying request",
    "Queue is full", "Login failed", "Upload finished",
    "Rate limit reached", "Disk almost full", "Job started", "Timeout while reading", "Permission denied", "Backup completed", "Certificate renewed", "User created", "Unexpected end of input",
]  # fmt: skip
PAIRS = [
    ("user", "user_id", "user id", lambda r: r.randrange(1, 99999)), ("status", "status", "status", lambda r: r.choice([200, 201, 204, 301, 400, 401, 403, 404, 409, 429, 500, 502, 503])),
    ("ms", "duration_ms", "duration", lambda r: r.randrange(1, 9000)), ("port", "port", "port", lambda r: r.randrange(80, 65000)),
    ("req", "request_id", "request id", lambda r: f"{r.choice('abcdef')}{r.randrange(10)}{r.choice('abcdef')}{r.randrange(10)}"),
    ("ip", "ip", "ip", values.ip), ("path", "path", "path", lambda r: f"/{values.made_word(r, 2)}/{values.made_word(r, 1)}"), ("retries", "retries", "retries", lambda r: r.randrange(1, 9)),
    ("host", "host", "host", lambda r: f"node-{r.randrange(1, 40)}"), ("size", "size", "size", lambda r: r.randrange(10, 99999)),
    ("method", "method", "method", lambda r: r.choice(["GET", "POST", "PUT", "DELETE"])),
]  # fmt: skip
INTEGERS = {"count", "number", "small", "age", "year", "milliseconds", "http_status", "port", "party"}
AMOUNTS = ["{n} g", "{n} ml", "{n} kg", "{k} tbsp", "{k} tsp", "{k} cups", "{k}", "{k}", "{n}g", "{k} slices", "{k} cloves", "half a cup", "a pinch", "{k} litres", "{n} cl"]
UNCOUNTED = "flour sugar butter milk salt rice water oil cream honey pasta cheese yeast cocoa oats vinegar mustard stock yoghurt basil".split()
COUNTED = "eggs onions carrots apples lemons potatoes tomatoes bananas peppers leeks limes pears shallots mushrooms radishes".split()


ARTICLE = re.compile(r"\ba (?=[aeio])")


def phone(rng):
    return "".join(str(rng.randrange(10)) if sign == "#" else sign for sign in rng.choice(PHONES))


def person(rng):
    name = everyday.full_name(rng) if rng.random() < 0.5 else values.full_name(rng)
    return f"{rng.choice(['Mr', 'Ms', 'Mrs', 'Dr', 'Dr.', 'Prof.'])} {name.split()[-1]}" if rng.random() < 0.15 else name


def town(rng):
    return everyday.of_kind(rng, "town") if rng.random() < 0.6 else values.city(rng)


def postcode(rng):
    return KINDS["postcode"](rng)


def address(rng):
    """Of one to three parts."""
    road = f"{word(rng).capitalize()} {rng.choice(ROADS)}"
    head = rng.choice([f"{rng.randrange(1, 200)} {road}", f"{rng.randrange(1, 200)} {road}", f"Flat {rng.randrange(1, 30)}, {rng.randrange(1, 200)} {road}",
        f"{rng.randrange(1, 99)}{rng.choice('abc')} {road}", values.address(rng)])
    return head + rng.choice(["", f", {town(rng)}", f", {town(rng)} {postcode(rng)}", f", {town(rng)} {postcode(rng)}", f", {town(rng)}, {postcode(rng)}", f", {postcode(rng)} {town(rng)}"])


def told(rng, section, **slots):
    """One of the texts of a section, with more slots filled."""
    pattern = choose(rng, rng.choice(ASK[section])).replace("\\n", "\n")
    text = fill(pattern, {**values.common_slots(rng, pattern), **slots})
    return ARTICLE.sub("an ", text).replace(" .", ".").strip()


def contact(rng):
    name = person(rng)
    mail, tel = email(rng, name if " " in name and "." not in name else None), phone(rng)
    text = told(rng, "contact", name=name, mail=mail, tel=tel)
    return text, [("name", "string", name)] + [field for field in [("email", "string", mail), ("phone", "string", tel)] if field[2] in text]


def log(rng):
    stamp = f"{rng.randrange(2018, 2030)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}"
    stamp += rng.choice(["T{c}Z", " {c}", "T{c}", " {c},###", "T{c}.###Z", "T{c}+00:00"]).replace("{c}",
        f"{rng.randrange(24):02}:{rng.randrange(60):02}:{rng.randrange(60):02}").replace("###", values.digits(rng, 3))
    level, service, event = rng.choice(["ERROR", "WARN", "INFO", "DEBUG", "FATAL", "WARNING"]), rng.choice(SERVICES), rng.choice(EVENTS)
    if rng.random() < 0.5:
        service += rng.choice(["-service", "-api", "-worker", f"-{rng.randrange(1, 9)}", "d"])
    pairs = [(sign, key, make(rng)) for sign, key, _, make in rng.sample(PAIRS, rng.randrange(0, 4))]
    shown = " ".join(f"{sign}={value}" for sign, _, value in pairs)
    line = rng.choice(["{t} {l} [{s}] {p} {m}", "{t} {l} [{s}] {p} {m}", "{t} [{l}] {s}: {m} {p}", "{t} {s} {l} {m} {p}", "[{t}] {l} {s} - {m} {p}",
        "{t} {l} {s} {p}: {m}", "{l} {t} [{s}] {m} ({p})", "{t} | {l} | {s} | {m} {p}"])
    text = " ".join(line.format(t=stamp, l=level, s=service, m=event, p=shown).replace("()", "").split())
    text = text.replace(" :", ":")
    fields = [("timestamp", "string", stamp), ("level", "string", level), ("service", "string", service), ("message", "string", event)]
    return text, fields + [(key, "integer" if isinstance(value, int) else "string", value) for _, key, value in pairs]


def large(rng):
    """(a whole number, how it is written)"""
    number = rng.choice([rng.randrange(1, 100) * 1000, rng.randrange(10, 999) * 100, rng.randrange(1000, 99999), rng.randrange(1, 90) * 10000])
    return number, rng.choice([f"{number:,}", f"{number:,}", f"{number:,}", f"{number}", f"{number:,}".replace(",", " ")])


def span(rng):
    (low, _), (high, _) = large(rng), large(rng)
    low, high = sorted([low, high]) if low != high else (low, high + 1000)
    mark = rng.choice([",", ",", ",", "", " "])
    return low, high, *(f"{number:,}".replace(",", mark) for number in (low, high))


def advertisement(rng):
    low, high, low_said, high_said = span(rng)
    title, company, place = KINDS["job"](rng), KINDS["company"](rng), town(rng)
    text = told(rng, "job_ad", title=title, company=company, place=place, low=low_said, high=high_said)
    return text, [(rng.choice(["title", "job_title", "position"]), "string", title), (rng.choice(["company", "employer"]), "string", company),
        (rng.choice(["location", "city", "place"]), "string", place),
                  (rng.choice(["salary_min", "min_salary", "salary_from"]), "integer", low), (rng.choice(["salary_max", "max_salary", "salary_to"]), "integer", high)]  # fmt: skip


def house(rng):
    (price, price_said), rooms, area, place = large(rng), rng.randrange(2, 9), rng.randrange(30, 300), town(rng)
    text = told(rng, "house", price=price_said, rooms=rooms, area=area, place=place)
    return text, [("city", "string", place), ("rooms", "integer", rooms), (rng.choice(["area", "square_meters", "size"]), "integer", area), ("price", "integer", price)]


def figures(rng):
    (people, people_said), (visitors, visitors_said), year, place = large(rng), large(rng), rng.randrange(1850, 2026), town(rng)
    text = told(rng, "figures", people=people_said, visitors=visitors_said, year=year, place=place)
    return text, [("place", "string", place), ("year", "integer", year), (rng.choice(["inhabitants", "population"]), "integer", people), ("visitors", "integer", visitors)]


def order(rng):
    """A number of things at a price each."""
    count, price, currency = rng.randrange(2, 200), values.price(rng), rng.choice(["EUR", "USD", "GBP", "CHF", "SEK", "euros", "dollars", "pounds"])
    things = everyday.plural(values.pick(rng, "object"))
    thing = rng.choice([f"{values.pick(rng, 'adjective')} {things}", things, f"{values.pick(rng, 'color')} {things}", f"{word(rng)} {things}"])
    text = told(rng, "order", count=count, price=price, currency=currency, thing=thing)
    return text, [(rng.choice(["product", "item", "article"]), "string", thing), (rng.choice(["quantity", "count", "amount_ordered"]), "integer", count),
        (rng.choice(["unit_price", "price", "price_each"]), "number", Number(price)), ("currency", "string", currency)]


def travel(rng):
    number, start, end, leaves = KINDS["flight"](rng), place_of_travel(rng), place_of_travel(rng), values.clock(rng)
    text = told(rng, "travel", number=number, start=start, end=end, leaves=leaves)
    return text, [(rng.choice(["flight", "flight_number"]), "string", number), (rng.choice(["from", "origin"]), "string", start),
        (rng.choice(["to", "destination"]), "string", end), (rng.choice(["departs", "departure", "time"]), "string", leaves)]


def place_of_travel(rng):
    return f"{town(rng)} {rng.choice(['Airport', 'Central', 'North', 'Main Station', 'International', 'Harbour'])}" if rng.random() < 0.3 else town(rng)


def parcel(rng):
    name, where = person(rng), address(rng)
    text = told(rng, "parcel", name=name, address=where)
    return text, [("name", "string", name), (rng.choice(["address", "delivery_address"]), "string", where)] if name in text else [("address", "string", where)]


def domain(rng):
    """A text of any domain, with types where the values have them."""
    text, found = composed(rng)
    fields = []
    for kind, key, value in rng.sample(found, min(len(found), 5)):
        named = "array" if isinstance(value, list) else "integer" if kind in INTEGERS else "number" if isinstance(value, Number) else "string"
        fields.append((str(key), named, value))
    return text, fields


SOURCES = [(contact, 4), (log, 3), (advertisement, 2), (house, 1), (figures, 1), (order, 2), (travel, 2), (parcel, 1.5), (domain, 7)]
LACKING = "fax,website,gender,vat_id,birthday,nationality,blood_type,shoe_size,hair_color,signature,middle_name,twitter,warranty,discount".split(",")
TYPE_WORDS = {"integer": ["integer", "int", "whole number"], "number": ["number", "float", "decimal"], "string": ["string", "text"], "array": ["list", "array"]}


def written(value):
    return str(value) if isinstance(value, Number) else compact(value)


def as_object(fields):
    return "{" + ", ".join(f"{compact(key)}: {written(value)}" for key, _, value in fields) + "}"


def sourced(rng):
    text, fields = rng.choices([source for source, _ in SOURCES], [weight for _, weight in SOURCES])[0](rng)
    if rng.random() < 0.6 and len(fields) > 1:
        fields = rng.sample(fields, rng.randrange(1 if rng.random() < 0.2 else 2, len(fields) + 1))
    return text, fields


def spoken(key):
    return key.replace("_", " ")


def row(rng, names):
    if len(names) == 1:
        return names[0]
    return ", ".join(names[:-1]) + rng.choice([" and ", " and ", ", ", ", and ", " & "]) + names[-1] if rng.random() < 0.8 else rng.choice([", ", " / ", ","]).join(names)


def shape(rng, fields):
    """Names in braces: with nothing behind them, with dots, or alone."""
    names = [compact(key) for key, _, _ in fields]
    style = rng.randrange(6)
    if style == 0:
        return "{" + ", ".join(f"{name}: " for name in names) + "}"
    if style == 1:
        return "{" + ", ".join(names) + "}"
    if style == 2:
        return "{" + ", ".join(f"{name}: ..." for name in names) + "}"
    if style == 3:
        return "{" + ", ".join(f'{name}: "..."' for name in names) + "}"
    if style == 4:
        return "{" + ",".join(key for key, _, _ in fields) + "}"
    return "{" + ", ".join(f"{name}: {rng.choice(['null', '_', '?'])}" for name in names) + "}"


def schema(rng, fields):
    """A JSON schema, mostly written without spaces as programs do."""
    properties = {key: {"type": kind, **({"items": {"type": "string"}} if kind == "array" else {})} for key, kind, _ in fields}
    whole = {"type": "object", "properties": properties}
    if rng.random() < 0.7:
        whole["required"] = [key for key, _, _ in fields]
    if rng.random() < 0.15:
        whole["additionalProperties"] = False
    return json.dumps(whole, separators=(",", ":")) if rng.random() < 0.6 else json.dumps(whole, indent=2) if rng.random() < 0.3 else json.dumps(whole)


def keys_with_types(rng, fields):
    """The keys, the last of them with what they are; or each that is no text with its type."""
    at = next((place for place, (_, kind, _) in enumerate(fields) if kind == "integer"), None)
    names = [key for key, _, _ in fields]
    if at is not None and all(kind == "integer" for _, kind, _ in fields[at:]) and at < len(fields) - 1 and rng.random() < 0.6:
        return ", ".join(names[:at] + names[at:-1]) + rng.choice([", ", " and "]) + names[-1] + rng.choice([" (integers)",
            " (both integers)" if len(fields) - at == 2 else " (as integers)", " (whole numbers)", " as integers"])
    return ", ".join(key if kind == "string" and rng.random() < 0.8 else f"{key} ({rng.choice(TYPE_WORDS[kind])})" for key, kind, _ in fields)


def beside(rng, ask, text):
    draw = rng.random()
    if draw < 0.5:
        return f"{ask}\n\n{text}"
    if draw < 0.62:
        return f"{ask.rstrip('.:')}: {text}" if "\n" not in text and not ask.endswith("?") else f"{ask}\n{text}"
    if draw < 0.8:
        return f"{text}\n\n{ask}"
    return rng.choice(['{ask}\n\n"{text}"', "{ask}\n{text}", '"{text}"\n{ask}', "{text}\n\n^ {ask}", "{ask}\n\nText: {text}", "{ask}\n```\n{text}\n```"]).replace("{ask}", ask).replace("{text}", text)


def as_json(rng):
    text, fields = sourced(rng)
    lacking = ""
    if rng.random() < 0.14:
        name = rng.choice(LACKING)
        if not any(name in key or key in name for key, _, _ in fields) and name.replace("_", " ") not in text.lower():
            fields.insert(rng.randrange(len(fields) + 1), (name, "string", None))
            lacking = rng.choice([" Use null when missing.", " null if missing.", " Write null for what is not there.", " If something is not mentioned, null.", ""])
    draw = rng.random()
    if draw < 0.4:
        names = [spoken(key) if rng.random() < 0.8 else key for key, _, _ in fields]
        ask = fill(choose(rng, rng.choice(ASK["ask"])), {"f": row(rng, names)})
    elif draw < 0.6:
        ask = fill(choose(rng, rng.choice(ASK["shape"])), {"s": shape(rng, fields)})
    elif draw < 0.78:
        ask = fill(choose(rng, rng.choice(ASK["keys"])), {"f": keys_with_types(rng, fields)})
    else:
        rule = fill(choose(rng, rng.choice(ASK["schema"])).replace("\\n", "\n"), {"s": schema(rng, fields)})
        messages = [system(rule), user(text)] if rng.random() < 0.75 else [user(f"{rule}\n\n{text}")]
        return Task("extract", messages, as_object(fields), is_json=True, response_format={"type": "json_object"} if rng.random() < 0.4 else None)
    ask += ("" if ask[-1] in ".:?!" or not lacking else ".") + lacking
    if rng.random() < 0.12:
        messages = [system(ask), user(text)]
    else:
        messages = [user(beside(rng, ask, text))]
    return Task("extract", messages, as_object(fields), is_json=True, response_format={"type": "json_object"} if rng.random() < 0.4 else None)


def one(rng):
    """One value, in plain text."""
    text, fields = sourced(rng)
    key, kind, value = rng.choice(fields)
    if isinstance(value, list):
        return one(rng)
    said = {"string": "", "integer": rng.choice(["", " just the number", " only the number"]), "number": rng.choice(["", " just the number"])}[kind]
    ask = " ".join(fill(choose(rng, rng.choice(ASK["one"])), {"f": spoken(key)}).split()).replace(" ?", "?")
    if kind == "string" and key.endswith(("number", "id")) and rng.random() < 0.4:
        said = rng.choice([" just the number", " only the number"])
    if said or rng.random() < 0.3:
        said = said or rng.choice([" just the value", " nothing else", " only that", f" {spoken(key)} only", f" just the {spoken(key)}"])
        ask = ask.rstrip(".") + ("" if ask[-1] in "?:" else ".") + said + rng.choice(["", ".", ", please."])
    if kind == "integer" and f"{value}" not in text:
        ask = ask.rstrip(".") + (", no separators" if said else " Just the digits.")
    return Task("extract", [user(beside(rng, ask, text))], written(value) if isinstance(value, Number) else str(value))


def agenda(rng):
    """With whom, when, where: one entry of a day among others."""
    entries, people, spots = [], [], set()
    for _ in range(rng.randrange(2, 5)):
        at = f"{rng.randrange(7, 21)}:{rng.choice(['00', '15', '30', '45', '10'])}"
        if at in spots:
            continue
        spots.add(at)
        who = person(rng)
        what = rng.choice(ASK["appointment"])
        people.append((at, who, what))
        entries.append(at)
    held = rng.randrange(len(people))
    kind = [what for _, _, what in people]
    parts = [f"{at} {what}" + (f" {rng.choice(['with', 'with'])} {who}" if place == held else "") + (f" {rng.choice(['about', 're'])} the {values.pick(rng, 'object')}" if rng.random() < 0.25 else "") for place, (at, who, what) in enumerate(people)]
    if kind.count(kind[held]) > 1:
        return agenda(rng)
    text = rng.choice(["Reminder: ", "Today: ", "", "My day: ", f"{values.pick(rng, 'weekday')}: "]) + rng.choice([", ", ", ", "; ", "\n"]).join(parts)
    at, who, what = people[held]
    draw = rng.random()
    if draw < 0.5:
        ask = choose(rng, f"[Who is the {what} with|who is the {what} with|With whom is the {what}|Name of the person I meet]?") + rng.choice(["",
            " Answer with the name only.", " just the name", " Name only."])
        answer = who
    elif draw < 0.8:
        at, _, what = rng.choice(people)
        if kind.count(what) > 1:
            return agenda(rng)
        ask = choose(rng, f"[When is the {what}|what time is the {what}|At what time is the {what}]?") + rng.choice(["", " just the time", " Only the time."])
        answer = at
    else:
        ask = choose(rng, f"[What is at {at}|what do I have at {at}|Which appointment is at {at}]?") + rng.choice([" One or two words.", " Just the kind of appointment.",
            " just what it is, not with whom"])
        answer = what
    return Task("extract", [user(beside(rng, ask, text))], answer)


def recipe(rng):
    """Things with their amounts, as objects."""
    chosen = rng.sample(UNCOUNTED, rng.randrange(1, 4)) + rng.sample(COUNTED, rng.randrange(0, 3))
    rng.shuffle(chosen)
    items = []
    for thing in chosen:
        amount = str(rng.randrange(2, 9)) if thing in COUNTED else rng.choice([form for form in AMOUNTS if form != "{k}"]).replace("{n}",
            str(rng.randrange(1, 20) * 50)).replace("{k}", str(rng.randrange(2, 7)))
        items.append((thing, amount))
    shown = [f"{amount} {'of ' if amount[0] in 'ha' or rng.random() < 0.1 and amount[-1].isalpha() else ''}{thing}" for thing, amount in items]
    text = told(rng, "recipe", l=", ".join(shown[:-1]) + " and " + shown[-1] if len(shown) > 1 else shown[0])
    item, amount = rng.choice([("item", "amount"), ("name", "amount"), ("ingredient", "quantity"), ("name", "quantity"), ("ingredient", "amount")])
    ask = fill(choose(rng, rng.choice(ASK["recipe_ask"])), {"a": item, "b": amount})
    return Task("extract", [user(beside(rng, ask, text))], compact([{item: thing, amount: much} for thing, much in items]), is_json=True)


def hashtags(rng):
    tags = list(dict.fromkeys(word(rng) for _ in range(rng.randrange(1, 5))))
    text = f"{everyday.ended(rng, everyday.sentence(rng))} " + " ".join("#" + tag for tag in tags)
    sign = rng.random() < 0.35
    ask = choose(rng, rng.choice(ASK["hashtags"])) + choose(rng,
        rng.choice(["[, with the # sign|]" if sign else "[, without the # sign|, without #|, without the hash| and leave out the #| (no # sign)]"]))
    form = rng.choice(["json", "json", "lines", "commas"])
    ask += {"json": rng.choice([" as a JSON array", " as a JSON list", ", JSON list please"]), "lines": rng.choice([", one per line", ", each on its own line"]),
        "commas": rng.choice([", separated by commas", " as a comma separated list"])}[form] + rng.choice([".", "", ":"])
    found = ["#" + tag for tag in tags] if sign else tags
    answer = compact(found) if form == "json" else {"lines": "\n", "commas": ", "}[form].join(found)
    return Task("extract", [user(beside(rng, ask, text))], answer, is_json=form == "json")


def all_mails(rng):
    """Every address or number in a text, in the form that is wished."""
    make, name = rng.choice([(email, "email addresses"), (email, "e-mail addresses"), (email, "emails"), (phone, "phone numbers"), (values.url, "links")])
    found = list(dict.fromkeys(make(rng) for _ in range(rng.randrange(2, 5))))
    text = " ".join(told(rng, "holding", v=value) for value in found)
    form = rng.choice([(", one per line", "\n"), (", one per line", "\n"), (" one per line", "\n"), (", separated by commas", ", "), (" as a JSON array", None)])
    ask = choose(rng, f"[List|Find|Get|Extract|Give me|list|get|Pull out] [all |all the |the |every one of the |]{name} [in this|from this|in the text|from the text below|here]{form[0]}[.|:|]")
    answer = compact(found) if form[1] is None else form[1].join(found)
    return Task("extract", [user(beside(rng, ask, text))], answer, is_json=form[1] is None)


def amount_alone(rng):
    """The number of an amount, without what it counts."""
    number, thing = rng.choice([large(rng), (rng.randrange(2, 900),) * 2, (Number(f"{rng.randrange(2, 900)}.{values.digits(rng, 2)}"),) * 2]), rng.choice(["pounds",
        "euros", "dollars", "boxes", "people", "kilos", "hours", "tickets", "pages"])
    other = rng.randrange(2, 12)
    text = told(rng, "total", v=number[1], t=thing, o=other)
    ask = choose(rng, rng.choice(ASK["total_ask"]))
    return Task("extract", [user(beside(rng, ask, text))], str(number[0]))


def in_turns(rng):
    """What to take out is agreed first, the texts come afterwards."""
    make = rng.choice([lambda r: ("delivery address", *with_address(r)), lambda r: ("phone number", *held(r, phone)), lambda r: ("email address", *held(r, email)), with_field])
    what, text, value = make(rng)
    messages = [user(fill(choose(rng, rng.choice(ASK["turn_ask"])), {"f": what})),
        {"role": "assistant", "content": rng.choice(["Sure, send them over.", "OK, send the first one.", "Sure.", "Ready.", "Of course, go ahead.", "Understood.", "Yes, please paste them."])}]
    if rng.random() < 0.4:
        _, text_before, value_before = make(rng) if make is not with_field else (what, *again(rng, what))
        messages += [user(text_before), {"role": "assistant", "content": value_before}]
    return Task("extract", [*messages, user(text)], value)


def with_address(rng):
    where = address(rng)
    return told(rng, "parcel", name=person(rng), address=where), where


def held(rng, make):
    value = make(rng)
    return told(rng, "holding", v=value), value


def with_field(rng):
    what = rng.choice(["order number", "city", "name"])
    return what, *again(rng, what)


def again(rng, what):
    make = {"order number": lambda r: values.code(r), "city": town, "name": person}[what]
    value = make(rng)
    return told(rng, f"holding {what}", v=value), value


KINDS_OF_JOB = [(as_json, 9), (one, 3), (agenda, 1.2), (recipe, 1.2), (hashtags, 0.8), (all_mails, 1.5), (amount_alone, 0.8), (in_turns, 1.2)]
MAKERS, WEIGHTS = [make for make, _ in KINDS_OF_JOB], [weight for _, weight in KINDS_OF_JOB]


def make(rng):
    return rng.choices(MAKERS, WEIGHTS)[0](rng)
