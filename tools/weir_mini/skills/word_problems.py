"""Arithmetic inside a little story: (question, answer)."""

from .. import values
from ..phrasing import say

ADDED = [
    "{first} [has|owns|holds] {a} {things} and [gets|buys|finds|receives] {b} more. {how}",
    "[There are|We have|On the table are] {a} {things}. {first} [brings|adds] {b} [more|others]. {how}",
    "I [had|have|own] {a} {things} and [bought|got|found] {b} [more|others]. {how}",
    "{a} {things} [here|in one box] and {b} {things} [there|in another]. {how}",
]
TAKEN = [
    "{first} [has|owns|had] {a} {things} and [gives away|loses|sells|breaks|eats] {b}. {how}",
    "I had {a} {things} and [lost|sold|ate|gave away] {b}. {how}",
    "[Of|Out of] {a} {things}, {b} [are broken|were sold|are gone]. {how}",
    "[There were|A shop had] {a} {things}, [then|and] {b} [were taken|were sold]. {how}",
]
MULTIPLIED = [
    "[There are|{first} has|We have|I have] {a} boxes with {b} {things} [each|in each]. {how}",
    "[Each|Every] [box|bag|shelf] [holds|has] {b} {things}. [There are|I have|We have] {a} [boxes|bags|shelves]. {how}",
    "{first} [reads|makes|sells|packs] {b} {things} a day. How many in {a} days?",
    "{a} [rows|teams|packs] of {b} {things}[.| each.] {how}",
]
SHARED = [
    "{first} [shares|divides|splits] {a} {things} [equally |evenly |]among {b} [friends|people|kids]. How many does each get?",
    "{b} [friends|people|kids|teams] [share|split|divide] {a} {things} [evenly|equally][. How many does each get|, how many for each|, how many each]?",
    "{a} {things} [are packed|go] into {b} [equal |]boxes. How many are in [each|one]?",
    "[We|I] [need to|must] put {a} {things} on {b} shelves, the same on each. How many per shelf?",
]
HOW_MANY = (
    "How many {things} [does {first} have|are there|is that|are there in total|do I have|have we got][ now|]?"
)
HOW_LEFT = "How many [are left|{things} are left|remain|{things} remain|are still there|do I have now]?"
PRICES = [
    "[What|How much] do {c} {t} cost at {e} [euros|dollars] each?",
    "One {t} [costs|is] {e} [dollars|euros]. [What|How much] [do|are] {c}[ of them|]?",
    "[A|One] {t} [costs|is] {e} [euros|dollars]. [What|How much] [do|would] {c} {t} cost?",
    "{c} x {t} at {e} each, total?",
    "{first} buys {c} {t} for {e} [euros|dollars] each. [What is the total|How much does {first} pay]?",
]


def things_for(rng):
    thing = values.pick(rng, rng.choice(["object", "fruit", "animal"]))
    return thing if thing.endswith("s") else thing + "s"


def told(rng, patterns, how, a, b):
    slots = {"first": values.first_name(rng), "things": things_for(rng), "a": a, "b": b}
    pattern = rng.choice(patterns).replace("{how}", how)
    return say(rng, pattern, **slots)


def story(rng):
    a, b = rng.randrange(2, 30), rng.randrange(2, 20)
    kind = rng.randrange(4)
    if kind == 0:
        return told(rng, ADDED, HOW_MANY, a, b), str(a + b)
    if kind == 1:
        return told(rng, TAKEN, HOW_LEFT, a + b, b), str(a)
    a, b = rng.randrange(2, 13), rng.randrange(2, 13)
    if kind == 2:
        return told(rng, MULTIPLIED, HOW_MANY, a, b), str(a * b)
    return told(rng, SHARED, "", a * b, b), str(a)


def price(rng):
    count, each = rng.randrange(2, 13), rng.randrange(1, 51)
    question = say(rng, PRICES, c=count, e=each, t=values.pick(rng, "object"), first=values.first_name(rng))
    return question, str(count * each)
