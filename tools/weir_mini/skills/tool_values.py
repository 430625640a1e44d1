"""What the arguments of tools are made of."""

from .. import values

LANGUAGES = "German French Spanish Italian English Dutch Polish Japanese Portuguese Turkish".split()
DISHES = "pizza sushi burger salad noodles curry soup sandwich pasta taco".split()
ROOMS = "kitchen, bedroom, living room, bathroom, hall, garage, office, garden, basement, attic".split(", ")
EVENTS = "dentist, team lunch, project review, yoga, job interview, haircut, parents evening, car inspection".split(
    ", "
)
TROUBLES = "is slow, crashes, is broken, does not load, shows wrong data, is gone, freezes".split(", ")
FREE_TEXT = [
    "the build is green", "I will be late", "lunch is at noon", "the report is ready", "please call me back",
    "happy birthday", "the door code changed", "see you tomorrow", "the meeting is cancelled", "thanks for the help",
    "buy milk", "water the plants", "pay the rent", "call the dentist", "book the flight", "renew the passport",
    "send the invoice", "feed the cat", "charge the car", "return the library books", "good morning",
]  # fmt: skip


def free_text(rng):
    if rng.random() < 0.4:
        return rng.choice(FREE_TEXT)
    thing = values.pick(rng, rng.choice(["object", "tech_noun"]))
    patterns = [
        f"{values.pick(rng, 'verb')} the {values.pick(rng, 'adjective')} {thing}",
        f"the {thing} is {values.pick(rng, 'adjective')}",
        f"{values.pick(rng, 'verb')} {values.first_name(rng)}",
        f"the {thing} arrived",
    ]
    return rng.choice(patterns)


def topic(rng):
    makers = [
        lambda: f"{values.pick(rng, 'adjective')} {values.pick(rng, 'object')}",
        lambda: values.pick(rng, "tech_noun"),
        lambda: values.company(rng),
        lambda: f"{values.pick(rng, 'object')} repair",
        lambda: f"{values.pick(rng, 'fruit')} recipes",
        lambda: f"{values.pick(rng, 'object')} for {values.pick(rng, 'job')}s",
        lambda: values.made_word(rng, 2),
    ]
    return rng.choice(makers)()


def command(rng):
    makers = [
        lambda: f"ls {values.path(rng)}",
        lambda: "git status",
        lambda: f"git log -{rng.randrange(1, 20)}",
        lambda: f"make {values.made_word(rng, 2)}",
        lambda: f"npm run {values.made_word(rng, 2)}",
        lambda: f"cat {values.path(rng)}",
        lambda: f"pytest {values.path(rng)}",
        lambda: f"docker stop {values.made_word(rng, 2)}",
    ]
    return rng.choice(makers)()


def plain_time(rng):
    return f"{rng.randrange(24):02}:{rng.choice([0, 15, 30, 45, rng.randrange(60)]):02}"


def several(make, most=4):
    """Different values of one kind."""
    return lambda r: list(dict.fromkeys(make(r) for _ in range(r.randrange(2, most))))


MAKERS = {
    "address": values.address,
    "emails": several(values.email),
    "first_names": several(values.first_name),
    "flag": lambda r: True,
    "fruits": several(lambda r: values.pick(r, r.choice(["fruit", "vegetable"])), 5),
    "glob": lambda r: f"{r.choice(['*', '**/*', 'src/*', 'test_*'])}.{values.pick(r, 'file_ext')}",
    "ip": values.ip,
    "kilos": lambda r: r.choice([r.randrange(1, 40), round(r.uniform(0.5, 20), 1)]),
    "large": lambda r: r.choice([60, 80, 100, 120, 200, 250, 500, r.randrange(60, 1000)]),
    "minutes": lambda r: r.choice([15, 20, 30, 45, 60, 90, r.randrange(5, 180)]),
    "numbers": several(lambda r: r.randrange(1, 500), 6),
    "port": lambda r: r.choice([80, 443, 3000, 5432, 8000, 8080, r.randrange(1024, 65000)]),
    "product": values.product,
    "stars": lambda r: r.randrange(1, 6),
    "url": values.url,
    "version": values.version,
    "words": several(lambda r: values.pick(r, r.choice(["adjective", "department", "color"]))),
    "company": values.company,
    "amount": lambda r: r.randrange(1, 2000),
    "city": values.city,
    "code": values.code,
    "command": command,
    "currency": lambda r: values.pick(r, "currency"),
    "degrees": lambda r: r.randrange(14, 28),
    "department": lambda r: values.pick(r, "department"),
    "dish": lambda r: r.choice(DISHES),
    "email": values.email,
    "event": lambda r: r.choice(
        [*EVENTS, f"call with {values.first_name(r)}", f"{values.made_word(r, 2)} meeting"]
    ),
    "expression": lambda r: f"{r.randrange(1, 999)} {r.choice('+-*/')} {r.randrange(1, 999)}",
    "few": lambda r: r.randrange(2, 9),
    "folder": lambda r: f"{r.choice(['src', 'docs', 'lib', 'app'])}/{values.made_word(r, 2)}",
    "free_text": free_text,
    "full_name": values.full_name,
    "identifier": values.identifier,
    "iso_day": lambda r: values.near_day(r).isoformat(),
    "language": lambda r: r.choice(LANGUAGES),
    "nights": lambda r: r.randrange(2, 15),
    "path": values.path,
    "percent": lambda r: r.randrange(1, 101),
    "phone": values.phone,
    "plain_time": plain_time,
    "priority": lambda r: r.choice(["low", "medium", "high", "urgent"]),
    "room": lambda r: r.choice(ROOMS),
    "short_folder": lambda r: r.choice(["src", "lib", "tests", values.made_word(r, 2)]),
    "small": lambda r: r.randrange(2, 60),
    "song": lambda r: f"{values.made_word(r, 2).capitalize()} {values.pick(r, 'object').capitalize()}",
    "sql": lambda r: f"SELECT {r.choice(['*', 'id', 'name', 'count(*)'])} FROM {values.made_word(r, 2)}",
    "ticker": lambda r: values.letters(r, r.randrange(3, 5)),
    "topic": topic,
    "trouble": lambda r: f"{values.pick(r, 'tech_noun')} {r.choice(TROUBLES)}",
    "word": lambda r: r.choice([values.made_word(r, 2), values.pick(r, "object")]),
}
