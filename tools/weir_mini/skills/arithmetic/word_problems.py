"""Arithmetic inside a little story: (question, answer)."""

from ... import values
from ...phrasing import say
from . import story_patterns as stories

PLURALS = {"person": "people", "octopus": "octopuses", "mouse": "mice", "goose": "geese", "ox": "oxen", "fish": "fish", "sheep": "sheep", "deer": "deer", "bison": "bison"}
SHE = frozenset(
    "Anna Carla Elena Grace Hannah Julia Laura Nina Paula Rosa Tara Ursula Wanda Yara Zoe Alice Astrid Bella Camille Carmen Chloe Clara Daria Dora Edith Emma Esther Eva Fatima Fiona Frida Gina Greta "
    "Heidi Helen Ida Ines Irene Jana Jasmine Joan Judith Karen Katya Lara Lea Lina Linda Lisa Lucy Magda Maja Maria Marta Mary Maya Mei Mia Mila Monica Nadia Naomi Natalie Nora Olga".split()
)  # fmt: skip
HE = frozenset(
    "Ben David Felix Ivan Karl Marco Oliver Samuel Victor Xavier Adam Amir Anton Arthur Boris Bruno Carlos Cedric Daniel Diego Dmitri Edgar Emil Erik Frank Gabriel George Gustav Hassan "
    "Henry Hugo Igor "
    "Isaac Jack Jakob James Johan John Jonas Jorge Joseph Kenji Kevin Lars Leo Liam Louis Lucas Luis Malik Mark Martin Matteo Michael Mohammed Nathan Nico Noah Omar Oscar".split()
)  # fmt: skip
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def plural(thing):
    if thing in PLURALS:
        return PLURALS[thing]
    if thing.endswith("y") and thing[-2] not in "aeiou":
        return thing[:-1] + "ies"
    if thing.endswith(("s", "x", "ch", "sh")):
        return thing if thing.endswith("s") and not thing.endswith("ss") else thing + "es"
    return thing + "s"


def people(rng):
    first, other = values.first_name(rng), values.first_name(rng)
    while other == first:
        other = values.first_name(rng)
    he = "she" if first in SHE else "he" if first in HE else rng.choice(["he", "she"])
    return {"first": first, "other": other, "he": he, "weekday": values.pick(rng, "weekday")}


def told(rng, patterns, how, **numbers):
    thing, animal, another = values.pick(rng, rng.choice(["object", "fruit", "animal", "vegetable", "instrument", "vehicle"])), values.pick(rng, "animal"), values.pick(rng, "animal")
    slots = {**people(rng), "thing": thing, "things": plural(thing), "animal": animal, "animals": plural(animal), "animals2": plural(another), **numbers}
    return say(rng, rng.choice(patterns).replace("{how}", how), **slots)


def story(rng):
    kind = rng.randrange(4)
    if kind <= 1:
        a, b = rng.randrange(2, rng.choice([15, 30, 60])), rng.randrange(2, rng.choice([12, 20, 50]))
        if kind == 0:
            return told(rng, stories.ADDED, stories.HOW_MANY, a=a, b=b), str(a + b)
        return told(rng, stories.TAKEN, stories.HOW_LEFT, sum=a + b, b=b), str(a)
    a, b = rng.randrange(2, 13), rng.randrange(2, 13)
    if rng.random() < 0.2:
        a, b = rng.randrange(2, 10), rng.choice([rng.randrange(13, 60), rng.randrange(2, 10) * 10])
    if kind == 2:
        return told(rng, stories.MULTIPLIED, stories.HOW_MANY, a=a, b=b), str(a * b)
    a, b = max(a, b), min(a, b)
    return told(rng, stories.SHARED, "", product=a * b, b=b), str(a)


def price(rng):
    count, each = rng.randrange(2, 13), rng.randrange(1, 51)
    thing = values.pick(rng, "object")
    question = say(rng, stories.PRICES, c=count, e=each, t=thing, ts=plural(thing), first=values.first_name(rng))
    if rng.random() < 0.15:
        cents = rng.choice([50, 20, 80, 25, 75, 99, 90])
        count = rng.randrange(2, 7)
        question = say(rng, stories.PRICES, c=count, e=f"{each}.{cents:02}", t=thing, ts=plural(thing), first=values.first_name(rng))
        total = count * (each * 100 + cents)
        return question, f"{total // 100}.{total % 100:02}"
    return question, str(count * each)


def change(rng):
    """What comes back from a note."""
    bill = rng.choice([5, 10, 10, 20, 20, 50, 50, 100])
    thing = values.pick(rng, "object")
    slots = {**people(rng), "t": thing, "bill": bill}
    if rng.random() < 0.5:
        item = rng.randrange(1, bill)
        return say(rng, stories.CHANGE, item=item, **slots), str(bill - item)
    cents = rng.randrange(1, bill * 20) * 5 if rng.random() < 0.7 else rng.randrange(1, bill) * 100 - 1
    rest = bill * 100 - cents
    return say(rng, stories.CHANGE, item=f"{cents // 100}.{cents % 100:02}", **slots), f"{rest // 100}.{rest % 100:02}"


def decimal(value):
    return f"{value:.4f}".rstrip("0").rstrip(".")


def percent_off(rng):
    """Discounts, tips and taxes."""
    percent = rng.choice([5, 10, 10, 15, 20, 20, 25, 30, 40, 50])
    base = rng.choice([20, 40, 50, 60, 80, 100, 120, 150, 200, 300, 400, 500, rng.randrange(1, 40) * 10, rng.randrange(1, 25) * 20])
    thing = values.pick(rng, "object")
    part = base * percent / 100
    patterns, value = rng.choice([(stories.DISCOUNT, base - part), (stories.DISCOUNT, base - part), (stories.SAVED, part), (stories.TIP, part), (stories.WITH_TIP, base + part)])
    return say(rng, patterns, b=base, p=percent, t=thing), decimal(value)


def years(rng):
    y, n = rng.randrange(1930, 2021), rng.randrange(2, 60)
    thing = values.pick(rng, rng.choice(["object", "vehicle"]))
    if rng.random() < 0.6:
        return say(rng, stories.BORN, y=y, now=y + n, thing=thing, **people(rng)), str(n)
    pattern = rng.choice(stories.WHEN)
    return say(rng, pattern, y=y, now=y + n, n=n, **people(rng)), str(y if "{now}" in pattern else y + n)


def weekday(rng):
    day, days = rng.randrange(7), rng.choice([1, 2, 2, 3, 3, 4, 5, 6, 7, 8, 10])
    if rng.random() < 0.3:
        return say(rng, stories.BACK, d=DAYS[day], n=days), DAYS[(day - days) % 7]
    return say(rng, stories.WEEKDAYS, d=DAYS[day], n=days), DAYS[(day + days) % 7]


def parts(rng):
    """How many legs three dogs have."""
    named, owners = rng.choice(stories.PARTS)
    owner = rng.choice(list(owners))
    n = rng.randrange(2, 11)
    return say(rng, rng.choice(stories.PARTS_ASKED).replace("{parts}", named), n=n, owners=plural(owner)), str(n * owners[owner])


KINDS = {story: 4, price: 1.5, change: 1, percent_off: 1, years: 0.7, weekday: 0.5, parts: 0.5}
MAKERS, WEIGHTS = list(KINDS), list(KINDS.values())


def any_problem(rng):
    return rng.choices(MAKERS, WEIGHTS)[0](rng)
