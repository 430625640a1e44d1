"""Tables and records from one notation into another: CSV, JSON, key-value lines, Markdown."""

from .. import values
from ..phrasing import pair, say
from ..task import Task, compact, user

COLUMNS = {
    "name": values.first_name,
    "full_name": values.full_name,
    "city": values.city,
    "age": lambda r: r.randrange(2, 99),
    "id": lambda r: r.randrange(1, 10000),
    "email": values.email,
    "price": lambda r: float(f"{r.randrange(1, 900)}.{r.randrange(1, 10)}{r.choice([5, 9, 1])}"),
    "qty": lambda r: r.randrange(1, 500),
    "color": lambda r: values.pick(r, "color"),
    "country": lambda r: values.pick(r, "country"),
    "item": lambda r: values.pick(r, "object"),
    "date": lambda r: values.near_day(r).isoformat(),
    "score": lambda r: r.randrange(100),
    "status": lambda r: r.choice(["open", "closed", "new", "done", "active", "pending"]),
    "code": values.code,
    "product": values.product,
    "team": lambda r: values.pick(r, "department"),
    "year": lambda r: r.randrange(1950, 2031),
    "role": lambda r: values.pick(r, "job"),
    "fruit": lambda r: values.pick(r, "fruit"),
    "version": values.version,
    "file": values.path,
    "user": lambda r: values.made_word(r, 2),
    "total": lambda r: r.randrange(1000),
}


def written(value):
    """Text that looks like a number would come back as one: not here."""
    return f"v{value}" if isinstance(value, str) and value.replace(".", "").isdigit() else value


def table(rng, rows=None):
    names = rng.sample(list(COLUMNS), rng.randrange(2, 5))
    shown = [n if rng.random() < 0.85 else values.made_word(rng, 2) for n in names]
    count = rows or rng.choice([1, 1, 2, 2, 3, 4])
    return [dict(zip(shown, [written(COLUMNS[n](rng)) for n in names])) for _ in range(count)]


def csv(rows, sign=","):
    lines = [sign.join(rows[0])] + [sign.join(str(v) for v in row.values()) for row in rows]
    return "\n".join(lines)


def markdown(rows):
    names = list(rows[0])
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    lines += ["| " + " | ".join(str(v) for v in row.values()) + " |" for row in rows]
    return "\n".join(lines)


def key_value(rows, sign=": "):
    return "\n\n".join("\n".join(f"{k}{sign}{v}" for k, v in row.items()) for row in rows)


def json_text(rows):
    return compact(rows)


WRITERS = {"CSV": csv, "JSON": json_text, "Markdown": markdown, "key-value": key_value}
NAMES = {
    "CSV": ["CSV", "csv", "comma separated values", "CSV with a header"],
    "JSON": ["JSON", "JSON", "json", "a JSON array", "an array of JSON objects", "a JSON list"],
    "Markdown": ["a Markdown table", "a markdown table", "Markdown", "a table in Markdown"],
    "key-value": ["key: value lines", "key-value pairs", "key: value"],
}
ASK = [
    "[Convert|Turn|Transform|Change] [this|the|the following|this data] [{source} |][to|into] {target}[.|]",
    "[Rewrite|Write|Give me|Return] [this|the {source}] as {target}[.|]",
    "{source} to {target}[, please|]:",
    "[Make|Please make|Can you make] {target} [from|out of|of] [this|this {source}|the {source}][.|]",
    "[Format|Output|Show] [this|the data] as {target}[.|]",
    "[I need|I want] this as {target}[.|]",
    "[To|As] {target}:",
    "{source} [->|=>|-->|into] {target}",
    "{target} [please|from this|for this data|instead]",
    "[I have|Here is|I got] [this|a|some] {source}[, make it|. Make it|. I need|, I want|, turn it into] {target}[.|]",
    "[This|The] {source} [should be|has to be|must become|needs to be] {target}[.|]",
    "[How|What] [does|would] [this|it] look [as|like as] {target}?",
    "[Show|Print|Display|Export|Render] [me |][these rows|this|the rows|the data|everything] [as|in] {target}[.|]",
    "[Can|Could|Would] you [write|convert|turn|put] [this|it|these rows] [into|as|in] {target}[?|, please?]",
    "as {target}[, please|]",
]
PLAIN = {"CSV": "CSV", "JSON": "JSON", "Markdown": "Markdown table", "key-value": "key-value"}


def one_record(rng):
    """A single record: a JSON object rather than an array."""
    row = table(rng, rows=1)
    sign = rng.choice([": ", ": ", "=", " = "])
    text, answer = key_value(row, sign), compact(row[0])
    if rng.random() < 0.25:
        ask = say(
            rng,
            [
                "[Convert|Turn] this JSON [object |][to|into] key[-|: ]value [lines|pairs][.|]",
                "[Write|Give me|Show] [this|the] [object|JSON] as key: value [lines|pairs][.|]",
                "[One|Every|Each] [pair|key] [on its own line|a line], key: value[.|]",
                "[as|to|into] key: value lines",
            ],
        )
        return Task("convert", [user(pair(rng, ask, answer))], key_value(row))
    if rng.random() < 0.3:
        text = text.replace(
            "\n", rng.choice(["; ", ", "]) if not any("," in str(v) for v in row[0].values()) else "; "
        )
    ask = say(
        rng,
        [
            "[Convert|Turn|Parse] [this|these lines|these key-value pairs] [to|into] [JSON|a JSON object|json][.|]",
            "[Make|Write|Give me] [a |]JSON object [of|from] this[.|]",
            "[As|To] JSON[ object|]:",
            "[as a JSON object|as JSON][ please|, please|]",
            "[I need|I want|Give me] [a |one |]JSON object[ out of this| of this|][.|]",
            "[These lines|This|It] [should be|as|to] [a |]JSON[ object|][.|]",
            "key[-| ]value to JSON:",
        ],
    )
    return Task(
        "convert", [user(pair(rng, ask, text))], answer, is_json=True, response_format={"type": "json_object"}
    )


def make(rng):
    if rng.random() < 0.3:
        return one_record(rng)
    rows = table(rng)
    source, target = rng.sample(["CSV", "CSV", "JSON", "JSON", "Markdown", "key-value"], 2)
    if source == target or "key-value" in (source, target) and len(rows) > 2:
        source, target = rng.choice(
            [
                ("CSV", "JSON"),
                ("JSON", "CSV"),
                ("CSV", "Markdown"),
                ("Markdown", "JSON"),
                ("JSON", "Markdown"),
                ("Markdown", "CSV"),
            ]
        )
    ask = say(rng, ASK, source=PLAIN[source], target=rng.choice(NAMES[target]))
    return Task(
        "convert",
        [user(pair(rng, ask, WRITERS[source](rows)))],
        WRITERS[target](rows),
        is_json=target == "JSON",
    )
