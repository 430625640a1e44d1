"""One record between JSON and lines: key: value, key=value, bullets, query strings, named CSV fields."""

from ... import values
from ...framing import about
from ...task import Task, compact
from ..shared.table_notations import key_value, plain, table

TO_OBJECT = [
    "[Convert|Turn|Parse|Change|Transform] [this|these lines|these key-value pairs|it|the following] [to|into] [JSON|a JSON object|json|one JSON object][.|]",
    "[Make|Write|Give me|Return|Create|Build] [a |]JSON object [of|from|out of] [this|these lines|the lines][.|]",
    "[As|To|Into] [a |]JSON[ object|]:",
    "[as a JSON object|as JSON|to JSON|json][ please|, please|]",
    "[I need|I want|Give me|I'd like] [a |one |]JSON object[ out of this| of this| from this|][.|]",
    "[These lines|This|It|The text] [should be|as|to|must become] [a |]JSON[ object|][.|]",
    "key[-| ]value to JSON[:|]",
    "[Can|Could] you [turn|make|convert] [this|it|these lines] [into|to] [a JSON object|JSON]?",
    "[Parse|Read] [this|these lines|the settings] and [return|output|print] [a JSON object|JSON|one object][.|]",
    "[What|How] would [this|it] [be|look] [as|like as|like in] JSON?",
    "[Represent|Express|Write] [this|the lines|the record] [as|in] JSON[.|]",
    "[text|lines|config|properties] [->|to|=>] [JSON|json][ object|]",
    "[My|The] [script|program|API|server] [needs|expects|wants] [a JSON object|JSON]. Convert[ this| it|].",
]
TO_LINES = [
    "[Convert|Turn|Change|Transform] this JSON [object |][to|into] key[-|: ]value [lines|pairs][.|]",
    "[Write|Give me|Show|Print|Return] [this|the] [object|JSON] as key: value [lines|pairs][.|]",
    "[One|Every|Each] [pair|key] [on its own line|a line], [as |]key: value[.|]",
    "[as|to|into] key: value lines",
    "JSON to key: value[ lines| pairs|][, please|]",
    "[Unfold|Flatten|Expand] [this|the] [JSON|object] into key: value lines[.|]",
    "[I need|I want] [one line per key|a line for each key], key: value[.|]",
    "[JSON|object] [to|->] [YAML|yaml][, please|.|]",
    "[Convert|Turn|Change|Rewrite] this [JSON|JSON object|object] [to|into|as] YAML[.|]",
    "[Write|Give me|Show] [this|the object] [as|in] YAML[.|]",
]
TO_BULLETS = [
    "[Convert|Turn|Change] this [JSON|object|JSON object] [to|into] [a bullet list|bullet points|Markdown bullets][.|]",
    "[Write|Give me|Show|List] [this|the object|the JSON] as [bullet points|a bulleted list|a Markdown list][.|]",
    "JSON to [bullets|bullet points|a bullet list][, please|]",
    "[A|One] bullet [for|per] key[.|, please.|]",
]
TO_ASSIGNMENTS = [
    "[Convert|Turn|Change] this [JSON|object|JSON object] [to|into] key=value [lines|pairs][.|]",
    "[Write|Give me|Print] [this|the object] as key=value lines[.|]",
    "JSON to [key=value|.env lines|properties|env file lines][, please|]",
    "[Make|Write] [an .env file|env lines|a properties file] [of|from|out of] [this|this JSON][.|]",
]
TO_QUERY = [
    "[Convert|Turn|Change] [this|this JSON|the object] [to|into] [a URL |a ]query string[.|]",
    "[Make|Build|Write] a query string [from|of] [this|the object|this JSON][.|]",
    "JSON to query string[, please|]",
]
FROM_QUERY = [
    "[Convert|Turn|Parse|Decode] [this|the] [URL |]query string [to|into] [JSON|a JSON object][.|]",
    "[Parse|Read] [the|these|this] [URL |]query [parameters|string] as JSON[.|]",
    "query string to JSON[, please|][:|]",
]
KEYED = [
    "[Convert|Turn] [this|this line|this CSV line|the record] [to|into] [JSON|a JSON object] with the [keys|fields] {keys}[.|]",
    "[Make|Write|Give me] a JSON object with [the |]keys {keys} [from|of] [this|this line][.|]",
    "[The|These] [columns|fields] are {keys}. [Write|Return|Give me] [the row|it|this] as JSON[.|]",
    "JSON with {keys}[ as keys|], [please|from this line|from this row][.|]",
    "[Header|Columns|Fields]: {keys}. [To JSON|As a JSON object|Convert to a JSON object][.|]",
]
SEPARATORS = [": ", ": ", ": ", "=", "=", " = ", ":", " - ", "\t", " -> "]


def joint_for(rng, row):
    """What stands between pairs in a line: a sign that no value holds."""
    text = "".join(plain(v) for v in row.values())
    return rng.choice([sign for sign in ("; ", ", ", " | ", " / ") if sign.strip() not in text])


def lines_of(rng, row):
    sign = rng.choice(SEPARATORS)
    text = key_value([row], sign)
    if rng.random() < 0.3:
        return text.replace("\n", joint_for(rng, row))
    return text.replace("\n", "\n- ").join(["- ", ""]) if rng.random() < 0.1 else text


def object_task(messages, row):
    return Task("convert", messages, compact(row), is_json=True, response_format={"type": "json_object"})


def to_object(rng, row):
    messages = about(rng, TO_OBJECT, lines_of(rng, row))
    task = object_task(messages, row)
    if rng.random() < 0.4:
        task.response_format = None
    return task


def from_object(rng, row):
    text = key_value([row])
    patterns, answer = rng.choice(
        [
            (TO_LINES, text),
            (TO_LINES, text),
            (TO_BULLETS, "- " + text.replace("\n", "\n- ")),
            (TO_ASSIGNMENTS, key_value([row], "=")),
        ]
    )
    return Task("convert", about(rng, patterns, compact(row)), answer)


def query(rng, row):
    """Words and numbers only: nothing needs an escape."""
    row = {
        values.made_word(rng, 1): rng.choice([values.made_word(rng, 2), rng.randrange(1000)])
        for _ in range(rng.randrange(2, 5))
    }
    text = "&".join(f"{k}={v}" for k, v in row.items())
    if rng.random() < 0.4:
        return Task("convert", about(rng, TO_QUERY, compact(row)), text)
    return Task("convert", about(rng, FROM_QUERY, rng.choice(["", "?"]) + text), compact(row), is_json=True)


def keyed(rng, row):
    keys = rng.choice([", ".join(row), ", ".join(list(row)[:-1]) + " and " + list(row)[-1]])
    cells = [plain(v) for v in row.values()]
    sign = rng.choice([s for s in (",", ", ", ";", "\t", " | ") if s.strip() not in "".join(cells) or s == "\t"])
    text = sign.join(cells)
    return Task("convert", about(rng, KEYED, text, keys=keys), compact(row), is_json=True)


KINDS = [(to_object, 5), (from_object, 3), (query, 0.6), (keyed, 1.2)]


def make(rng):
    kind = rng.choices([kind for kind, _ in KINDS], [weight for _, weight in KINDS])[0]
    return kind(rng, table(rng, rows=1, most=5)[0])
