"""Claims that are right or wrong: about a short text of somebody's deeds, about capitals, about what everybody knows."""

from ... import values
from ...framing import framed
from ...phrasing import say
from ...task import Task, user
from ...words import read

ASK = read("yes_no", by_line=True)
EVENTS = read("event_facts")
FACTS = read("known_facts", by_line=True)
CAPITALS = [line.split(" = ") for line in FACTS["capital"]]
HAS = [line.split(" = ") for line in FACTS["property"]]  # subjects, what is true of them, what is false
TRUE_OR_FALSE = [
    "{words}: {claim}.", "{words}? {claim}.", "{claim}. {words}?", "{claim} - {words}?", "{words}: {claim}", "Is this statement {words}? {claim}.",
    "Is it {words} that {claim_}?", "Answer {words}: {claim}.", "{claim}. Answer with {words}.", "Decide: {words}. {claim}.", "Statement: {claim}. {words}?",
]  # fmt: skip
SHAPES = ["{who} {did} {thing}", "{who} {did} {thing} {place}", "{who} {did} {thing} {time}", "{who} was {place} {time}"]
PARTS = ["did", "thing", "place", "time"]


def event(rng):
    return {"who": values.first_name(rng), **{part: rng.choice(EVENTS[part]) for part in PARTS}}


def told(rng, parts):
    said = "{who} {did} {thing} {place} {time}." if rng.random() < 0.7 else "{time_}, {who} {did} {thing} {place}."
    return said.format(**parts, time_=parts["time"][0].upper() + parts["time"][1:])


def event_claim(rng, truth):
    """A statement about one of some events; a wrong one has one thing of it changed."""
    events = [event(rng) for _ in range(rng.choice([1, 1, 2, 2, 3]))]
    text = " ".join(told(rng, parts) for parts in events)
    if any(len({parts[part] for parts in events}) < len(events) for part in ("who", "thing")):
        return None
    said = dict(rng.choice(events))
    shape = rng.choice(SHAPES)
    if not truth:
        part = rng.choice([part for part in ("who", *PARTS) if "{" + part + "}" in shape])
        other = rng.choice(events)
        changed = other[part] if other[part] != said[part] and part != "time" else event(rng)[part]
        if changed == said[part]:
            return None
        said[part] = changed
        if any(all(known[p] == said[p] for p in ("who", *PARTS) if "{" + p + "}" in shape) for known in events):
            return None
        if part == "time" and (changed in text or not clashes(changed, [known["time"] for known in events])):
            return None
    return shape.format(**said), text


def span(time):
    if time.endswith("day") and time != "yesterday":
        return "day"
    return "month" if time.startswith("in ") and time != "in the morning" else None


def clashes(time, known):
    """A day of the week is no other day, a month no other month; all else may be true at once."""
    return span(time) is not None and all(span(other) == span(time) for other in known)


def capital_claim(rng, truth):
    country, city = rng.choice(CAPITALS)
    other = city if truth else rng.choice(CAPITALS)[1]
    if not truth and other == city:
        return None
    return rng.choice([f"the capital of {country} is {other}", f"{other} is the capital of {country}"]), None


def known_claim(rng, truth):
    """What a thing is or does, as every child knows."""
    subjects, right, wrong = rng.choice(HAS)
    return f"{rng.choice(subjects.split(', '))} {rng.choice((right if truth else wrong).split(', '))}", None


def raised(text):
    return text[0].upper() + text[1:]


def event_question(rng, truth):
    found = event_claim(rng, truth)
    return found and (say(rng, ASK["claim"], claim=found[0]), found[1])


def known_question(rng, truth):
    said, _ = rng.choice([known_claim, known_claim, capital_claim])(rng, truth) or (None, None)
    return said and (say(rng, ASK["known"], claim=raised(said), claim_=said), None)


def true_or_false(rng):
    """A claim to be answered by true or false, written as the question writes it."""
    truth = rng.random() < 0.5
    found = None
    while found is None:
        found = rng.choice([event_claim, known_claim, capital_claim])(rng, truth)
    said, text = found
    words = rng.choice(["True or False", "true or false", "True or false", "True/False", "true/false"])
    ask = rng.choice(TRUE_OR_FALSE).format(words=words, claim=raised(said), claim_=said)
    answers = ("True", "False") if "False" in words else ("true", "false")
    messages = [user(ask)] if text is None else framed(rng, ask, text)
    return Task("classify", messages, answers[0] if truth else answers[1])
