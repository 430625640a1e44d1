"""Random values from spaces too large to memorise: names, ids, dates, amounts, addresses ..."""

import datetime

from .phrasing import choose, fill
from .words import read, vocabulary

ONSETS = [
    "b",
    "c",
    "d",
    "f",
    "g",
    "h",
    "j",
    "k",
    "l",
    "m",
    "n",
    "p",
    "r",
    "s",
    "t",
    "v",
    "w",
    "z",
    "br",
    "ch",
    "cl",
    "cr",
    "dr",
    "fl",
    "gr",
    "kl",
    "pl",
    "pr",
    "sh",
    "sk",
    "st",
    "tr",
    "th",
]
NUCLEI = ["a", "e", "i", "o", "u", "a", "e", "i", "o", "ai", "ea", "io", "ou", "ee"]
CODAS = ["", "", "", "n", "r", "s", "l", "t", "m", "x", "nd", "rk", "st"]
BASIC = read("basic")
MONTHS = BASIC["month"]
UPPER = "ABCDEFGHJKLMNPQRSTUVWXYZ"
HEX = "0123456789abcdef"


def pick(rng, section):
    return rng.choice(BASIC[section])


def any_word(rng):
    """Any word of the language, not only of those that name things."""
    return rng.choice(vocabulary())


def odd_word(rng):
    """Letters in an order that no rule of syllables allows, or parts of two words."""
    draw = rng.random()
    if draw < 0.3:
        return "".join(rng.choice("aabcdeefghiijklmnoopqrsttuuvwxyz") for _ in range(rng.randrange(3, 7)))
    one, other = any_word(rng), any_word(rng)
    if draw < 0.6:
        return one + other if len(one) + len(other) < 12 else one
    return one[: rng.randrange(2, 5)] + other[-rng.randrange(2, 5) :]


def made_word(rng, syllables=None):
    if rng.random() < 0.25:
        return odd_word(rng)
    count = syllables or rng.choice([1, 2, 2, 2, 3])
    return "".join(rng.choice(ONSETS) + rng.choice(NUCLEI) + rng.choice(CODAS) for _ in range(count))


def first_name(rng):
    return pick(rng, "first_name") if rng.random() < 0.65 else made_word(rng, 2).capitalize()


def last_name(rng):
    return pick(rng, "last_name") if rng.random() < 0.55 else made_word(rng).capitalize()


def full_name(rng):
    middle = f" {rng.choice(UPPER)}." if rng.random() < 0.06 else ""
    return f"{first_name(rng)}{middle} {last_name(rng)}"


def city(rng):
    return pick(rng, "city") if rng.random() < 0.75 else made_word(rng).capitalize()


def company(rng):
    name = pick(rng, "company_word") if rng.random() < 0.6 else made_word(rng).capitalize()
    style = rng.randrange(4)
    if style == 0:
        return f"{name} {pick(rng, 'company_suffix')}"
    if style == 1:
        return f"{name}{made_word(rng, 1)}"
    return f"{name} {pick(rng, 'company_kind')}"


def product(rng):
    thing = pick(rng, "object")
    style = rng.randrange(4)
    if style == 0:
        return f"{pick(rng, 'adjective')} {thing}"
    if style == 1:
        return f"{made_word(rng, 2).capitalize()} {thing}"
    if style == 2:
        return f"{pick(rng, 'color')} {thing}"
    return thing


def domain(rng):
    name = rng.choice(
        [made_word(rng, 2), pick(rng, "company_word").lower(), made_word(rng, 1) + made_word(rng, 1)]
    )
    if rng.random() < 0.15:
        name += "-" + made_word(rng, 1)
    return f"{name}.{pick(rng, 'tld')}"


def email(rng, name=None):
    first, last = (name or full_name(rng)).lower().replace(".", "").split()[0::1][:2]
    local = rng.choice(
        [
            f"{first}.{last}",
            f"{first}{last}",
            f"{first[0]}.{last}",
            f"{first}_{last}",
            first,
            last,
            f"{first}{rng.randrange(100)}",
            f"{made_word(rng, 2)}{rng.randrange(1000)}",
            rng.choice(["info", "sales", "support", "office", "hello", "jobs"]),
        ]
    )
    return f"{local}@{domain(rng)}"


def digits(rng, count):
    return "".join(str(rng.randrange(10)) for _ in range(count))


def phone(rng):
    return rng.choice(
        [
            f"+{rng.randrange(1, 99)} {digits(rng, 3)} {digits(rng, 7)}",
            f"({digits(rng, 3)}) {digits(rng, 3)}-{digits(rng, 4)}",
            f"{digits(rng, 3)}-{digits(rng, 3)}-{digits(rng, 4)}",
            f"0{digits(rng, 3)} {digits(rng, 6)}",
            f"+{rng.randrange(1, 99)}-{digits(rng, 2)}-{digits(rng, 4)}-{digits(rng, 4)}",
            f"555-{digits(rng, 4)}",
        ]
    )


def letters(rng, count):
    return "".join(rng.choice(UPPER) for _ in range(count))


def code(rng):
    """An identifier of some kind: an order, an invoice, a ticket."""
    return rng.choice(
        [
            f"{letters(rng, 2)}-{digits(rng, 4)}",
            f"{letters(rng, 3)}-{digits(rng, 5)}",
            f"#{digits(rng, 5)}",
            f"{letters(rng, 1)}{digits(rng, 6)}",
            f"{rng.choice(['INV', 'ORD', 'REF', 'PO', 'TCK', 'RMA'])}-{digits(rng, rng.randrange(3, 7))}",
            f"{rng.randrange(2015, 2031)}-{digits(rng, 4)}",
            f"{letters(rng, 2)}{digits(rng, 2)}{letters(rng, 2)}",
            digits(rng, rng.randrange(5, 9)),
            "".join(rng.choice(HEX) for _ in range(8)),
            f"{rng.choice(['INV', 'ORD', 'REF'])}-{rng.randrange(2018, 2030)}-{digits(rng, 3)}",
        ]
    )


def day(rng):
    return datetime.date(1950, 1, 1) + datetime.timedelta(days=rng.randrange(31000))


def near_day(rng):
    return datetime.date(2018, 1, 1) + datetime.timedelta(days=rng.randrange(4300))


def ordinal(number):
    suffix = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


DATE_STYLES = {
    "YYYY-MM-DD": lambda d: d.isoformat(),
    "DD.MM.YYYY": lambda d: f"{d.day:02}.{d.month:02}.{d.year}",
    "MM/DD/YYYY": lambda d: f"{d.month:02}/{d.day:02}/{d.year}",
    "DD/MM/YYYY": lambda d: f"{d.day:02}/{d.month:02}/{d.year}",
    "YYYY/MM/DD": lambda d: f"{d.year}/{d.month:02}/{d.day:02}",
    "YYYYMMDD": lambda d: f"{d.year}{d.month:02}{d.day:02}",
    "D Month YYYY": lambda d: f"{d.day} {MONTHS[d.month - 1]} {d.year}",
    "Month D, YYYY": lambda d: f"{MONTHS[d.month - 1]} {d.day}, {d.year}",
    "D Mon YYYY": lambda d: f"{d.day} {MONTHS[d.month - 1][:3]} {d.year}",
    "Mon D, YYYY": lambda d: f"{MONTHS[d.month - 1][:3]} {d.day}, {d.year}",
}


def spoken_date(rng, date=None):
    """A date as people write it; never one that can be read in two ways."""
    date = date or near_day(rng)
    style = rng.choice(
        [
            "YYYY-MM-DD",
            "YYYY-MM-DD",
            "DD.MM.YYYY",
            "D Month YYYY",
            "Month D, YYYY",
            "D Mon YYYY",
            "Mon D, YYYY",
            "nth",
        ]
    )
    if style == "nth":
        return f"{MONTHS[date.month - 1]} {ordinal(date.day)}, {date.year}"
    return DATE_STYLES[style](date)


def clock(rng):
    hour, minute = rng.randrange(1, 13), rng.choice([0, 0, 15, 30, 45, rng.randrange(60)])
    return rng.choice(
        [
            f"{hour:02}:{minute:02}",
            f"{rng.randrange(24):02}:{minute:02}",
            f"{hour}:{minute:02} {rng.choice(['am', 'pm', 'AM', 'PM'])}",
            f"{hour} {rng.choice(['am', 'pm'])}",
        ]
    )


def price(rng):
    whole = rng.choice([rng.randrange(1, 20), rng.randrange(1, 200), rng.randrange(1, 5000)])
    return rng.choice(
        [
            f"{whole}",
            f"{whole}.{rng.choice(['99', '50', '00', '95', digits(rng, 2)])}",
            f"{whole}.{digits(rng, 2)}",
        ]
    )


def money(rng):
    amount = price(rng)
    return rng.choice(
        [
            f"${amount}",
            f"{amount} {pick(rng, 'currency')}",
            f"€{amount}",
            f"£{amount}",
            f"{amount} euros",
            f"{amount} dollars",
        ]
    )


def street(rng):
    name = pick(rng, "street") if rng.random() < 0.6 else made_word(rng, 2).capitalize()
    return f"{name} {pick(rng, 'street_kind')}"


def address(rng):
    return f"{rng.randrange(1, 250)} {street(rng)}"


def url(rng):
    path = rng.choice(
        [
            "",
            f"/{made_word(rng, 2)}",
            f"/{made_word(rng, 1)}/{digits(rng, 3)}",
            "/login",
            f"/docs/{made_word(rng, 2)}",
        ]
    )
    return f"{rng.choice(['https://', 'https://www.', 'http://'])}{domain(rng)}{path}"


def ip(rng):
    return ".".join(str(rng.randrange(1, 255)) for _ in range(4))


def version(rng):
    return f"{rng.choice(['', 'v'])}{rng.randrange(12)}.{rng.randrange(30)}" + rng.choice(
        ["", f".{rng.randrange(20)}"]
    )


def identifier(rng):
    name = [pick(rng, "code_name"), pick(rng, "code_thing")]
    return rng.choice(["_".join(name), name[0] + name[1].capitalize(), f"{name[0]}_{made_word(rng, 2)}"])


def path(rng):
    folder = rng.choice(["src", "lib", "app", "tests", "docs", "core", "server", made_word(rng, 2)])
    return f"{folder}/{rng.choice([pick(rng, 'code_thing'), made_word(rng, 2)])}.{pick(rng, 'file_ext')}"


COMMON = {
    "first": first_name,
    "last": last_name,
    "city": city,
    "city2": city,
    "country": lambda r: pick(r, "country"),
    "n": lambda r: r.randrange(2, 99),
    "k": lambda r: r.randrange(2, 10),
    "weekday": lambda r: pick(r, "weekday"),
    "weekday2": lambda r: pick(r, "weekday"),
    "month": lambda r: pick(r, "month"),
    "object": lambda r: pick(r, "object"),
    "company": company,
    "id": code,
    "street": street,
    "color": lambda r: pick(r, "color"),
    "job": lambda r: pick(r, "job"),
    "email": email,
    "url": url,
    "phone": phone,
    "ext": lambda r: pick(r, "file_ext"),
    "department": lambda r: pick(r, "department"),
}


def common_slots(rng, pattern=None):
    """Values for the slots of the sentence lists: for those of a pattern, or for all."""
    found = {
        name: make(rng) for name, make in COMMON.items() if pattern is None or "{" + name + "}" in pattern
    }
    if pattern is None or "{m}" in pattern:
        found["m"] = max(1, found.setdefault("n", rng.randrange(2, 99)) - rng.randrange(1, 9))
    return found


def filled(rng, pattern):
    """A pattern of the sentence lists with its choices made and its slots filled."""
    return fill(pattern := choose(rng, pattern), common_slots(rng, pattern))
