"""Values of fields, by kind: people of many cultures, things with names, ids, measures, dates and amounts in many forms.

A Number is written without quotes in JSON, an Amount is money that may be read as a number, a list is an array.
"""

import datetime
import re

from ... import values
from ...words import read

WORDS = read("extract_values")
CULTURES = [name.removeprefix("first_") for name in WORDS if name.startswith("first_")]
NUMERAL = re.compile(r"\d[\d.,]*")
WRITTEN_DATES = [
    (re.compile(r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)"), int),
    (re.compile(r"(?P<d>\d\d?)\.(?P<m>\d\d?)\.(?P<y>\d{4})"), int),
    (re.compile(r"(?:[A-Z][a-z]+day, )?(?P<d>\d\d?)(?:st|nd|rd|th)?[ -](?P<m>[A-Z][a-z]+)[ -](?P<y>\d{4})"), str),
    (re.compile(r"(?P<m>[A-Z][a-z]+) (?P<d>\d\d?)(?:st|nd|rd|th)?,? (?P<y>\d{4})"), str),
]


class Number(str):
    """A number as it stands in the text."""


def of(section):
    words = WORDS[section]
    return lambda r: words[int(r.random() * len(words))]


def mixed(section, share, other):
    """Mostly from a list of the words of this skill, else from the shared ones or made up."""
    listed = of(section)
    return lambda r: listed(r) if r.random() < share else other(r)


def first_name(r):
    return r.choice(WORDS["first_" + r.choice(CULTURES)]) if r.random() < 0.5 else values.first_name(r)


def last_name(r):
    return r.choice(WORDS["last_" + r.choice(CULTURES)]) if r.random() < 0.5 else values.last_name(r)


def person(r):
    """First and last name, mostly of one culture."""
    draw = r.random()
    if draw < 0.35:
        return values.full_name(r)
    culture = r.choice(CULTURES)
    first, last = r.choice(WORDS["first_" + culture]), r.choice(WORDS["last_" + culture])
    if draw < 0.4:
        return f"{first} {r.choice(values.UPPER)}. {last}"
    if draw < 0.44:
        return f"{first} {last}-{r.choice(WORDS['last_' + culture])}" if "-" not in last else f"{first} {last}"
    if draw < 0.48:
        return f"{first} {r.choice(WORDS['last_' + r.choice(CULTURES)])}"
    if draw < 0.51:
        return f"{first[0]}. {last}"
    return f"{first} {last}"


def doctor(r):
    return f"Dr. {last_name(r) if r.random() < 0.7 else person(r)}"


def company(r):
    draw = r.random()
    if draw < 0.4:
        return values.company(r)
    if draw < 0.7:
        return of("firm")(r)
    last = last_name(r)
    if draw < 0.8:
        return f"{last} & {last_name(r)}" if r.random() < 0.5 else f"{last} & {r.choice(['Sons', 'Co', 'Partners', 'Daughters'])}"
    return f"{last if draw < 0.9 else of('place')(r)} {values.pick(r, 'company_kind')}"


def product(r):
    draw = r.random()
    if draw < 0.3:
        return values.product(r)
    if draw < 0.65:
        return of("product_name")(r)
    if draw < 0.8:
        return of("device")(r)
    return f"{of('brand')(r)} {of('product_name')(r)}"


def grouped(number, sign):
    return f"{number:,}".replace(",", sign)


def money(r):
    """An amount with its currency, as it is written somewhere in the world."""
    draw = r.random()
    if draw < 0.5:
        return values.money(r)
    sign, code = r.choice("$€£¥₹$€£"), values.pick(r, "currency")
    big = r.randrange(1000, r.choice([10_000, 100_000, 1_000_000]))
    cents = values.digits(r, 2)
    if draw < 0.6:
        return f"{sign}{grouped(big, ',')}" + (f".{cents}" if r.random() < 0.5 else "")
    if draw < 0.68:
        return f"{grouped(big, ',')}.{cents} {code}" if r.random() < 0.6 else f"{grouped(big, ',')} {code}"
    if draw < 0.74:
        return f"{grouped(big, '.')},{cents} {r.choice(['€', 'EUR'])}"
    if draw < 0.84:
        return f"{values.price(r)} {r.choice('€€£$')}"
    if draw < 0.92:
        return f"{code} {values.price(r)}"
    if draw < 0.96:
        return f"{r.randrange(2, 900)} {r.choice(['euros', 'dollars', 'pounds', 'euro', 'francs', 'kr', 'bucks', 'rupees', 'cents', 'yen'])}"
    return f"{r.choice(['CHF', 'US$', 'C$', 'A$', 'Rs.', 'R$'])} {r.randrange(5, 3000)}"


def date(r):
    draw = r.random()
    if draw < 0.5:
        return values.spoken_date(r)
    day = values.near_day(r)
    month = values.MONTHS[day.month - 1]
    if draw < 0.62:
        return f"{day.day} {month}" if r.random() < 0.6 else f"{day.day} {month[:3]}"
    if draw < 0.74:
        return f"{month} {day.day}" if r.random() < 0.6 else f"{month} {values.ordinal(day.day)}"
    if draw < 0.8:
        return f"{day.month:02}/{day.day:02}/{day.year}" if r.random() < 0.5 else f"{day.day:02}/{day.month:02}/{day.year}"
    if draw < 0.85:
        return f"{values.MONTHS[day.month - 1][:3]} {day.day:02} {day.year}"
    if draw < 0.9:
        return f"{day.day}.{day.month}.{day.year}"
    if draw < 0.95:
        return f"{values.pick(r, 'weekday')}, {day.day} {month}" + (f" {day.year}" if r.random() < 0.5 else "")
    return f"{values.ordinal(day.day)} {month}" if r.random() < 0.3 else f"{day.day:02}-{month[:3]}-{day.year}"


def birth_date(r):
    return values.spoken_date(r, datetime.date(1940, 1, 1) + datetime.timedelta(days=r.randrange(26000)))


def clock(r):
    draw = r.random()
    if draw < 0.7:
        return values.clock(r)
    hour, minute = r.randrange(24), r.choice([0, 5, 10, 15, 20, 30, 40, 45, 50, 55])
    return r.choice(
        [f"{hour:02}h{minute:02}", f"{hour}.{minute:02}", f"{hour:02}:{minute:02} {r.choice(['CET', 'UTC', 'EST', 'GMT'])}", f"{1 + hour % 12}:{minute:02}{r.choice(['am', 'pm'])}",
         f"{1 + hour % 12}{r.choice(['am', 'pm'])}", f"{hour:02}:{minute:02}", "noon", f"{1 + hour % 12} o'clock", f"half past {r.choice(['six', 'seven', 'eight', 'nine', 'ten', 'two', 'three'])}"]
    )  # fmt: skip


def log_time(r):
    return f"{r.randrange(24):02}:{r.randrange(60):02}:{r.randrange(60):02}"


def duration(r):
    return r.choice(
        [f"{r.randrange(5, 120)} minutes", f"{r.randrange(2, 12)} hours", f"{r.randrange(2, 30)} days", f"{r.randrange(2, 12)} weeks", f"{r.randrange(5, 90)} min", f"{r.randrange(1, 9)} h",
         f"{r.randrange(1, 9)}h {r.randrange(1, 59)}m", f"{r.randrange(2, 36)} months", f"{r.randrange(1, 9)}.5 hours", "half an hour", "one hour", f"{r.randrange(2, 9)} years"]
    )  # fmt: skip


def temperature(r):
    return f"{r.choice([r.randrange(-20, 45), round(r.uniform(-20, 90), 1)])}{r.choice([' °C', '°C', ' °F', '°F', ' degrees', ' C'])}"


def measure(units, low, high, fine=0.4):
    def make(r):
        number = round(r.uniform(low, high), r.choice([1, 1, 2])) if r.random() < fine else r.randrange(int(low) + 1, int(high))
        return f"{number}{r.choice([' ', ' ', ' ', ''])}{r.choice(units)}"

    return make


def whole(low, *highs):
    return lambda r: r.randrange(low, r.choice(highs))


def coded(*patterns):
    """Ids by patterns: A a letter, 9 a digit, x a hexadecimal one; a sign after "!" is itself."""

    def make(r):
        out, plain = [], False
        for sign in r.choice(patterns):
            if plain or sign not in "A9x!":
                out.append(sign)
            elif sign != "!":
                out.append(r.choice({"A": values.UPPER, "9": "0123456789", "x": values.HEX}[sign]))
            plain = sign == "!" and not plain
        return "".join(out)

    return make


def username(r):
    first, last = values.first_name(r).lower(), values.last_name(r).lower()
    made = values.made_word(r, 2)
    return r.choice([first, f"{first}{r.randrange(99)}", f"{first[0]}{last}", f"{first}.{last}", f"{last}_{first[0]}", made, f"{made}_{r.randrange(2030)}", f"{first}_dev"])


def address(r):
    draw = r.random()
    if draw < 0.5:
        return values.address(r)
    if draw < 0.75:
        return f"{of('street_long')(r)} {r.randrange(1, 200)}" + r.choice(["", "", "", "a", "b"])
    if draw < 0.85:
        return f"{r.randrange(1, 999)} {of('street_long')(r)}"
    return f"{values.made_word(r, 2).capitalize()}{r.choice(['straße', 'weg', 'gata', 'straat', 'gasse', ' Road', ' St', ' Blvd'])} {r.randrange(1, 150)}"


def book_title(r):
    return f"{of('book_head')(r)} {of('book_tail')(r)}"


def event(r):
    draw = r.random()
    if draw < 0.6:
        return of("event")(r)
    return f"{of('place')(r) if draw < 0.8 else r.randrange(2019, 2032)} {of('event')(r)}"


def several(section, low=2, high=4):
    return lambda r: r.sample(WORDS[section], r.randrange(low, high + 1))


def people(r):
    return [person(r) if r.random() < 0.6 else first_name(r) for _ in range(r.randrange(2, 5))]


def commit_hash(r):
    return "".join(r.choice(values.HEX) for _ in range(r.choice([7, 7, 7, 8, 10, 40])))


def path(r):
    name = r.choice([values.pick(r, "code_thing"), values.made_word(r, 2), f"{values.pick(r, 'code_name')}_{values.pick(r, 'code_thing')}"])
    folder = r.choice(["src/", "", "", "lib/", "app/models/", "/var/log/", "/etc/", "tests/", "./", "/home/" + values.made_word(r, 2) + "/", "pkg/", "C:\\temp\\", "docs/"])
    return f"{folder}{name}.{values.pick(r, 'file_ext')}"


def phone(r):
    if r.random() < 0.6:
        return values.phone(r)
    return coded("+99 999 999 9999", "0999/999999", "(999) 999 9999", "999.999.9999", "+99 (0)99 999 99 99", "0999-99 99 99", "+999 99 999999", "1-800-999-9999", "99 99 99 99 99", "07999 999999")(r)


def ordered_id(r):
    if r.random() < 0.55:
        return values.code(r)
    return coded("A9999999", "AA-9999-99", "999-9999999", "A99-999A", "#999", "#9999", "99999999", "AAA9999", "9999/99", "AA/99/9999", "!B!K-99999", "999 999 999", "A-9999", "xx99x9x9")(r)


def route(r):
    if r.random() < 0.3:
        return r.choice(["/", "/login", "/health", "/cart"])
    head = r.choice(["api", "v1", "users", "orders", values.made_word(r, 2)])
    return f"/{head}/{values.made_word(r, 2) if r.random() < 0.5 else r.randrange(999)}"


def team_score(r):
    return f"{r.randrange(0, 6)}{r.choice([':', '-', ':', ' - '])}{r.randrange(0, 6)}"


def quantity(r):
    return r.randrange(2, r.choice([6, 12, 30, 100, 500]))


KINDS = {
    "person": person, "first": first_name, "last": last_name, "doctor": doctor, "company": company, "product": product, "money": money, "date": date,
    "birth": birth_date, "time": clock, "logtime": log_time, "duration": duration, "temperature": temperature, "username": username, "address": address,
    "book": book_title, "event": event, "hash": commit_hash, "path": path, "phone": phone, "id": ordered_id, "score": team_score, "count": quantity,
    "email": values.email, "url": values.url, "ip": values.ip, "version": values.version, "people": people, "weekday": lambda r: values.pick(r, "weekday"),
    "city": mixed("place", 0.5, values.city), "country": mixed("land", 0.5, lambda r: values.pick(r, "country")), "job": mixed("job_long", 0.7, lambda r: values.pick(r, "job")),
    "color": mixed("shade", 0.4, lambda r: values.pick(r, "color")), "department": mixed("department", 0.7, lambda r: values.pick(r, "department")),
    "skills": several("skill"), "languages": several("language_spoken", 2, 3), "ingredients": several("ingredient", 2, 5), "symptoms": several("symptom", 2, 3),
    "reason": of("reason"), "number": whole(2, 10, 100, 1000, 10000), "small": whole(2, 10, 20),
    "percent": lambda r: f"{r.choice([r.randrange(1, 100), r.randrange(1, 100), round(r.uniform(0, 99), 1)])}{r.choice(['%', '%', '%', ' %'])}",
    "age": whole(3, 20, 60, 99), "stars": lambda r: Number(r.choice([str(r.randrange(1, 6)), f"{r.randrange(1, 5)}.{r.randrange(1, 10)}"])), "year": whole(1950, 2030),
    "weight": measure(["kg", "kg", "g", "lb", "tons"], 0.2, 90), "length": measure(["cm", "m", "mm", "inches", "ft"], 1, 300), "distance": measure(["km", "miles", "km", "m"], 1, 900),
    "area": measure(["m²", "sqm", "sq ft", "square meters"], 18, 400, 0.1), "size_bytes": measure(["MB", "GB", "KB", "MB"], 1, 900), "speed": measure(["km/h", "mph", "m/s", "knots"], 3, 200, 0.2),
    "pressure": measure(["hPa", "bar", "psi", "mbar"], 900, 1100), "volume": measure(["l", "ml", "litres", "cl"], 1, 500), "milliseconds": whole(2, 100, 5000, 30000),
    "dose": measure(["mg", "ml", "mg", "tablets"], 1, 500, 0), "voltage": measure(["V", "kV", "mV", "W", "A"], 1, 240), "calories": measure(["kcal", "calories"], 90, 900, 0),
    "dimensions": lambda r: f"{r.randrange(5, 200)} x {r.randrange(5, 200)} {r.choice(['cm', 'mm', 'm'])}", "pressure_blood": lambda r: f"{r.randrange(100, 180)}/{r.randrange(60, 110)}",
    "iban": coded("!D!E99 9999 9999 9999 9999 99", "!N!L99!I!N!G!B9999999999", "!F!R99 9999 9999 9999 9999 9999 999", "!G!B99!N!W!B!K99999999999999", "!C!H99 9999 9999 9999 9999 9"),
    "vat_id": coded("!D!E999999999", "!A!T!U99999999", "!G!B999999999", "!F!R99999999999", "!I!E9999999!A", "!N!L999999999!B99"), "bic": coded("AAAA!D!E!F!F", "AAAAGB99", "AAAAFRPP999"),
    "tracking": coded("1!Z999AA99999999", "AA999999999!D!E", "999999999999", "JD9999999999", "RR999999999AA", "9999 9999 9999"),
    "serial": coded("!S!N-999999", "AA99A9999", "9A99-9999-AA", "AAA99999999", "A9A9A9A9"),
    "plate": coded("AA-A 999", "AAA 999", "AA99 AAA", "A-AA 9999", "999-AAA", "AA 999 AA", "9AAA999", "!B AA 9999"), "seat": coded("9A", "99A", "A99", "99"), "gate": coded("A9", "A99", "99", "B9"),
    "flight": coded("AA 999", "AA9999", "AA999", "AA 9999"), "train": coded("!I!C!E 999", "!I!C 9999", "!R!E 9", "!T!G!V 9999", "!E!C 99", "!S9"), "platform": coded("9", "99", "9a", "9b"),
    "postcode": coded("99999", "99999", "9999 AA", "AA9 9AA", "A9A 9A9", "9999", "999 99", "99-999"), "isbn": coded("!9!7!8-9-99-999999-9", "!9!7!89999999999"),
    "uuid": coded("xxxxxxxx-xxxx-4xxx-xxxx-xxxxxxxxxxxx"),
    "mac": coded("xx:xx:xx:xx:xx:xx"), "hex_color": coded("#xxxxxx"), "issue": coded("AAA-999", "AA-9999", "AAAA-99", "#9999", "#999"), "sku": coded("AA-999-AA", "AAA-9999", "9999-AA", "AA99999"),
    "vin": coded("AAA9AA9A9AA999999"), "pin": coded("9999", "999999"), "card": coded("9999"), "promo": coded("!S!A!V!E99", "!W!E!L!C!O!M!E99", "AAAA99", "!S!P!R!I!N!G99"),
    "room_number": coded("999", "9.99", "A999", "A9", "99"),
    "coordinates": lambda r: f"{r.uniform(-89, 89):.4f}, {r.uniform(-179, 179):.4f}",
    "http_status": lambda r: r.choice([200, 201, 204, 301, 302, 400, 401, 403, 404, 409, 422, 429, 500, 502, 503, 504]),
    "port": whole(20, 9999, 65536), "method": lambda r: r.choice(["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"]),
    "route": route,
    "level": lambda r: r.choice(["ERROR", "WARN", "INFO", "DEBUG", "FATAL", "WARNING", "CRITICAL", "error", "warn", "info"]),
    "error_code": coded("E999", "!E!R!R-99", "0x99", "A9999", "999", "!E-999"),
    "yesno": lambda r: r.choice(["yes", "no", "Yes", "No"]), "party": whole(2, 5, 12), "hashtags": lambda r: ["#" + word for word in r.sample(WORDS["hashword"], r.randrange(1, 4))],
    "quote": lambda r: f"{of('topic')(r)}", "amount": lambda r: Number(values.price(r)), "currency": lambda r: values.pick(r, "currency"),
    "grade": lambda r: r.choice(["A", "B+", "B", "C", "A-", "1.7", "2.3", "85/100", "9/10", "pass"]),
}  # fmt: skip
for section in WORDS:
    if not section.startswith(("first_", "last_")) and section not in KINDS:
        KINDS[section] = of(section)
KINDS["service"] = mixed("service", 0.7, lambda r: f"{values.made_word(r, 2)}-{r.choice(['api', 'service', 'db', 'worker', '01', '02'])}")
KINDS["person_other"] = KINDS["person_third"] = person
KINDS["temperature_max"], KINDS["company_other"], KINDS["date_other"] = temperature, company, date
KINDS["product_old"], KINDS["city_to"], KINDS["first_name_only"], KINDS["address_to"] = of("product_name"), KINDS["city"], first_name, address
KINDS["energy"] = measure(["kWh", "kWh", "MWh", "m³"], 20, 9000, 0.1)
KINDS["handle"] = lambda r: "@" + username(r)
KINDS["oven"] = lambda r: f"{r.randrange(12, 26) * 10}{r.choice([' °C', '°C', ' degrees', '°F', ' C'])}"
KINDS["rain"] = measure(["mm", "l/m²"], 1, 60)
KINDS["project"] = mixed("project", 0.8, lambda r: values.made_word(r, 2).capitalize())
WHOLE = {"count", "number", "small", "age", "year", "milliseconds", "http_status", "port", "party"}
LISTS = {"people", "skills", "languages", "ingredients", "symptoms", "hashtags"}


def spoken(r, value):
    """A value as a text says it; the items of a list in a row."""
    if not isinstance(value, list):
        return str(value)
    if len(value) == 1:
        return value[0]
    return ", ".join(value[:-1]) + r.choice([" and ", " and ", ", "]) + value[-1]


def number_in(text):
    """The number of an amount, read as its separators say."""
    digits = NUMERAL.search(text).group().rstrip(".,")
    if re.fullmatch(r"\d{1,3}(\.\d{3})+,\d\d", digits):
        digits = digits.replace(".", "").replace(",", ".")
    return Number(digits.replace(",", ""))


def with_article(pattern, slot, value):
    """"a" becomes "an" before a vowel."""
    start = pattern.find("a " + slot)
    if start < 0 or value[:1].lower() not in "aeio" or start > 0 and pattern[start - 1] != " ":
        return pattern
    return pattern.replace("a " + slot, "an " + slot)


def day_in(text):
    """The day that a date with its year names, or None."""
    for pattern, kind in WRITTEN_DATES:
        found = pattern.fullmatch(text)
        if found:
            month = int(found["m"]) if kind is int else 1 + [name[:3] for name in values.MONTHS].index(found["m"][:3])
            return datetime.date(int(found["y"]), month, int(found["d"]))
    return None
