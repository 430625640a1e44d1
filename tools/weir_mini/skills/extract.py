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
    "[Read|Look at|Look into|Go through] [the|this] [text|message|mail|report] and [fill in|return|give me|reply with] {fields} as JSON{brief}",
    "[I need|I want|I'd like|We need|Give me|Get me|Send me] {fields} [as|in] JSON{brief}",
    "{fields} [as|in|->] JSON[, please|]{brief}",
    "[json|JSON][ please|]: {fields}{brief}",
    "[Make|Build|Create] [me |]a JSON [object |]with [the fields |keys |] {fields} [from|out of|of] [this|it|the text]{brief}",
    "[What|Which] {fields} [does the text give|are in here|do you find]? [as JSON|JSON|Use JSON]{brief}",
    "[Put|Bring|Write|Take] [the |]{fields} [of this|from the text|from it|out of this] into [a |]JSON [object|]{brief}",
    "[I'm filling|I fill|We fill] [in |]a form[:| with] {fields}. [Use|As|In] JSON{brief}",
    "[Find|Look for|Search for] {fields} in the [text|line|note] below[, answer in JSON|, reply with JSON| and answer as JSON]{brief}",
    "[Only|Just] {fields}, [as|in] JSON{brief}",
    "{ {fields} } [from|of|for] this[, as JSON|]{brief}",
    "[Keys|Fields|Columns] {fields}, [output|format] JSON{brief}",
]
SCHEMA_ASK = [
    "[Extract|Fill|Return] [the data|JSON|the fields] [by|for|that fits|according to] this [JSON |]schema: {schema}",
    "[Answer|Reply] as JSON with this schema: {schema}",
    "[JSON schema|Schema|Format]: {schema}",
    "[Use|Follow] the schema {schema} and [extract|return] the [data|JSON]",
    "[Extract|Return|Give me|Answer with] [only |]JSON like {schema}",
    "{schema} <- [fill|fill this from|complete it from][ the text|]",
    "{schema}",
    "[Fill|Complete|Fill in] {schema} [from|with|by] [the text|this|the message][.|]",
    "[Target|Output|Wanted|Result]: {schema}",
    "[I need|I want] this [structure|shape|form]: {schema}",
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
    "{field}[ please|, please|]",
    "[Only|Just|I only need|I just want|I only want] the {field}[ from this| here|][, please|][.|]",
    "[What's|What is|Where is|Who is|Which is] the {field} [in here|here|in this text|they mention|they talk about]?",
    "[Copy out|Pick out|Pull out|Show|Read out|Get] the {field}[.|]",
    "[Answer|Reply] with the {field}[ only|].",
    "[Can|Could] you [find|give me|tell me] the {field}?",
]
ALL_OF = [
    (
        "email",
        "[Extract|List|Find|Get|Return] [all [the |]|every |the |]e[-|]mail[s| addresses]",
        values.email,
    ),
    ("phone", "[Extract|List|Find|Get] [all [the |]|every |the |]phone numbers", values.phone),
    ("name", "[Extract|List|Find|Get] [all [the |]|every |the |][names|people|persons]", values.full_name),
    ("url", "[Extract|List|Find|Get] [all [the |]|every |the |][links|URLs]", values.url),
    ("price", "[Extract|List|Find|Get] [all [the |]|every |the |][prices|amounts]", values.money),
    ("date", "[Extract|List|Find|Get] [all [the |]|every |the |]dates", values.spoken_date),
    (
        "number",
        "[Extract|List|Find|Get] [all [the |]|every |the |]numbers",
        lambda r: str(r.randrange(2, 9999)),
    ),
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
        ask = say(
            rng,
            ask
            + " [as a JSON array|as JSON array|as a JSON list|as JSON list|in a JSON array|and give me a JSON array|, JSON list please|-> JSON array|and return a JSON array][.|]",
        )
        return Task("extract", [user(pair(rng, ask, text))], compact(as_array), is_json=True)
    ask = say(rng, ask + "[, one per line|, each on its own line|, one a line][.|]")
    return Task("extract", [user(pair(rng, ask, text))], "\n".join(wanted))


def make(rng):
    draw = rng.random()
    if draw < 0.68:
        return as_json(rng)
    return single(rng) if draw < 0.85 else all_of_kind(rng)
