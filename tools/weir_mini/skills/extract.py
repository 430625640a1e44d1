"""(b) Extract fields into JSON by given names or a schema; single values as plain text."""

from .. import values
from ..phrasing import listing, pair, say
from ..task import Task, compact, system, user
from .records import FIELDS, text_with_record

ASK = [
    "[Extract|Get|Pull out|Find|Pick out] [the |]{fields} [from|in|out of] [the|this] [text|message|mail|note|sentence][ as JSON| as a JSON object| and return JSON]{brief}",
    "[Extract|Get|Return|Give me] [the |]{fields} as JSON [from|out of|of][ the text| this| this message| the following|]{brief}",
    "[Return|Give me|Write|Produce|Output] [a |]JSON [object |]with [the keys |the fields |keys |]{fields}{brief}",
    "JSON with {fields}[, please|]{brief}",
    "[Turn|Convert|Parse] [this|the text|the message] into JSON with [the fields |the keys |]{fields}{brief}",
    "[What are|Tell me] the {fields}? [Answer|Reply|Respond] [in|as|with] JSON{brief}",
    "[Fields|Keys]: {fields}. [Extract them as JSON|Return JSON|JSON only]{brief}",
    "[Read|Look at] the [text|message] and [fill in|return|give] {fields} as JSON{brief}",
]
SCHEMA_ASK = [
    "[Extract|Fill|Return] [the data|JSON|the fields] [by|for|that fits|according to] this [JSON |]schema: {schema}",
    "[Answer|Reply] as JSON with this schema: {schema}",
    "[JSON schema|Schema|Format]: {schema}",
    "[Use|Follow] the schema {schema} and [extract|return] the [data|JSON]",
    "[Extract|Return] JSON like {schema}",
]
BRIEF = [
    "",
    "",
    "",
    ". [Use null|Null|null] [if|for what|when] [missing|something is missing|not given|is not there]",
    ". [No|Without any] [other|extra] text",
    ". JSON only",
]
SINGLE = [
    "[What is|Give me|Find|Tell me|Extract|Return] the {field}[, nothing else| only|]?",
    "[Extract|Copy|Return] [just |only |]the {field}[.|]",
    "[Which|What] {field} [is given|is mentioned|appears|do you see][ here| in the text|]?",
    "{field}?",
]
ALL_OF = [
    ("email", "[Extract|List|Find|Get|Return] all [the |]e[-|]mail[s| addresses]", values.email),
    ("phone", "[Extract|List|Find|Get] all [the |]phone numbers", values.phone),
    ("name", "[Extract|List|Find|Get] all [the |][names|people|persons]", values.full_name),
    ("url", "[Extract|List|Find|Get] all [the |][links|URLs]", values.url),
    ("price", "[Extract|List|Find|Get] all [the |][prices|amounts]", values.money),
    ("date", "[Extract|List|Find|Get] all [the |]dates", values.spoken_date),
    ("number", "[Extract|List|Find|Get] all [the |]numbers", lambda r: str(r.randrange(2, 9999))),
]
CARRIERS = [
    "[Please write to|Contact|Ask|See|Note|Use] {v}",
    "{v} [is new|is old|came in today|was wrong|is fine|is mine]",
    "[we also have|there is also|then came|do not forget] {v}",
    "[the first was|yesterday it was|before that] {v}",
    "{w}: {v}",
    "{w} [and|or] {v}",
]


def alias(rng, name):
    other, _, kind = FIELDS[name]
    shown = rng.choice(other) if rng.random() < 0.45 else name
    draw = rng.random()
    if draw < 0.08:
        parts = shown.replace("-", "_").split("_")
        shown = parts[0] + "".join(p.capitalize() for p in parts[1:])
    return shown


def asked_fields(rng, found):
    """[(shown name, value or None, JSON type)]: some of what is there, sometimes one that is not."""
    names = list(found)
    rng.shuffle(names)
    names = names[: rng.randrange(1, min(5, len(names)) + 1)]
    asked = [(alias(rng, name), found[name], FIELDS[name][2]) for name in names]
    if rng.random() < 0.15:
        missing = rng.choice([name for name in FIELDS if name not in found])
        asked.insert(rng.randrange(len(asked) + 1), (alias(rng, missing), None, FIELDS[missing][2]))
    if len({shown for shown, _, _ in asked}) < len(asked):
        return asked_fields(rng, found)
    return asked


def schema_of(rng, asked):
    if rng.random() < 0.5:
        return compact({shown: kind for shown, _, kind in asked})
    properties = {shown: {"type": kind} for shown, _, kind in asked}
    schema = {"type": "object", "properties": properties}
    if rng.random() < 0.6:
        schema["required"] = [shown for shown, _, _ in asked]
    return compact(schema)


def spoken(rng, asked):
    """The names as one says them in a request."""
    style, names = rng.random(), [shown for shown, _, _ in asked]
    if style < 0.25:
        return ", ".join(f'"{name}"' for name in names)
    if style < 0.35:
        return "{" + ", ".join(names) + "}"
    if style < 0.7:
        return listing(rng, names, "and") if len(names) > 1 else names[0]
    return " and ".join(", ".join(names).rsplit(", ", 1))


def as_json(rng):
    text, found = text_with_record(rng)
    asked = asked_fields(rng, found)
    answer = compact({shown: value for shown, value, _ in asked})
    if rng.random() < 0.25:
        ask = say(rng, SCHEMA_ASK, schema=schema_of(rng, asked))
    else:
        ask = say(rng, say_brief(rng, rng.choice(ASK)), fields=spoken(rng, asked))
    if rng.random() < 0.1:
        messages = [system(ask), user(text)]
    else:
        messages = [user(pair(rng, ask, text))]
    return Task("extract", messages, answer, is_json=True, response_format={"type": "json_object"})


def say_brief(rng, pattern):
    return pattern.replace("{brief}", rng.choice(BRIEF))


def single(rng):
    text, found = text_with_record(rng)
    name = rng.choice(list(found))
    ask = say(rng, SINGLE, field=alias(rng, name).replace("_", " "))
    return Task("extract", [user(pair(rng, ask, text))], str(found[name]))


def all_of_kind(rng):
    """Every value of one kind, among others, as a JSON array or a list."""
    name, ask, make = rng.choice(ALL_OF)
    wanted = [make(rng) for _ in range(rng.randrange(1, 5))]
    as_array = [int(value) for value in wanted] if name == "number" else wanted
    others = [values.pick(rng, "object") for _ in wanted]
    sentences = [say(rng, CARRIERS, v=value, w=word) for value, word in zip(wanted, others)]
    text = rng.choice([". ", "\n", ", "]).join(sentences)
    if rng.random() < 0.7:
        ask = say(rng, ask + " [as a JSON array|as JSON array|as a JSON list|as JSON list][.|]")
        return Task("extract", [user(pair(rng, ask, text))], compact(as_array), is_json=True)
    ask = say(rng, ask + "[, one per line|, each on its own line|, one a line][.|]")
    return Task("extract", [user(pair(rng, ask, text))], "\n".join(wanted))


def make(rng):
    draw = rng.random()
    if draw < 0.68:
        return as_json(rng)
    return single(rng) if draw < 0.85 else all_of_kind(rng)
