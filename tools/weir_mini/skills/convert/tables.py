"""Tables and records from one notation into another: CSV, TSV, JSON, JSON lines, Markdown, YAML, key-value lines."""

from ...framing import about
from ...task import Task
from ..shared.sheets import sheet
from ..shared.table_notations import SOURCES, WRITERS, csv, table

NAMES = {
    "CSV": [
        "CSV", "CSV", "csv", "comma separated values", "CSV with a header", "CSV format", "a CSV file", "comma-separated lines",
    ],
    "semicolons": ["semicolon separated CSV", "CSV with semicolons", "CSV, delimiter ;", "semicolon-separated values"],
    "TSV": ["TSV", "tsv", "tab separated values", "tab-separated text", "CSV with tabs"],
    "JSON": [
        "JSON", "JSON", "json", "a JSON array", "an array of JSON objects", "a JSON list", "JSON format", "a list of JSON objects",
        "a JSON array of objects", "an array of objects",
    ],
    "JSON lines": ["JSON lines", "JSONL", "jsonl", "one JSON object per line", "newline-delimited JSON", "NDJSON"],
    "Markdown": [
        "a Markdown table", "a markdown table", "Markdown", "a table in Markdown", "a md table", "Markdown table format", "a table",
    ],
    "YAML": ["YAML", "yaml", "a YAML list", "YAML format", "yml"],
    "key-value": ["key: value lines", "key-value pairs", "key: value", "lines of key: value", "key: value pairs, one a line"],
}  # fmt: skip
CALLED = {
    "CSV": ["CSV", "CSV", "csv", "CSV data", "comma separated data"],
    "TSV": ["TSV", "tab separated text", "tsv"],
    "JSON": ["JSON", "JSON", "json", "JSON array", "JSON data"],
    "JSON lines": ["JSON lines", "JSONL", "jsonl"],
    "Markdown": ["Markdown table", "markdown table", "Markdown", "table"],
    "YAML": ["YAML", "yaml", "YAML list"],
    "key-value": ["key-value", "key: value", "text"],
}
ASK = [
    "[Convert|Turn|Transform|Change|Translate|Reformat] [this|the|the following|this data|these rows] [{source} |][to|into] {target}[.|]",
    "[Convert|Turn|Transform|Change] [it|this|the data|what follows|the rows] [to|into] {target}[.|]",
    "[Rewrite|Write|Give me|Return|Output|Print] [this|the {source}|the data|these rows] as {target}[.|]",
    "{source} to {target}[, please|]:",
    "{source} to {target}",
    "[from |]{source} [to|into] {target}",
    "[Make|Please make|Can you make|Build|Create|Generate|Produce] {target} [from|out of|of] [this|this {source}|the {source}|the rows][.|]",
    "[Format|Output|Show] [this|the data|the rows|it] as {target}[.|]",
    "[I need|I want|I'd like|We need] [this|it|the data|this {source}] as {target}[.|]",
    "[To|As|Into] {target}:",
    "{source} [->|=>|-->|into|2|to] {target}",
    "{target} [please|from this|for this data|instead|, please|out of this]",
    "[I have|Here is|I got|There is] [this|a|some] {source}[, make it|. Make it|. I need|, I want|, turn it into|. Turn it into] {target}[.|]",
    "[This|The] {source} [should be|has to be|must become|needs to be|ought to be] {target}[.|]",
    "[How|What] [does|would] [this|it|the {source}] look [as|like as] {target}?",
    "[Show|Print|Display|Export|Render|Dump] [me |][these rows|this|the rows|the data|everything] [as|in] {target}[.|]",
    "[Can|Could|Would] you [write|convert|turn|put|change|transform] [this|it|these rows|the {source}] [into|as|in|to] {target}[?|, please?]",
    "as {target}[, please|]",
    "[Input|Source]: {source}. [Output|Target|Wanted]: {target}.",
    "[What I have|The input] is {source}[, what I need is|. I need] {target}.",
    "[Parse|Read|Take] [this|the] {source} and [write|return|give me|output|print] {target}[.|]",
    "[The same|Same data|The same rows] [as|in] {target}[, please|][.|]",
    "[Target|Output|Wanted] format: {target}[.|]",
    "[My|Our] [boss|colleague|script|program|importer|team] [wants|needs|expects] {target}[. Convert this.|, convert it.|. Please convert the {source}.]",
    "[Represent|Express|Encode] [this|the {source}|these rows] [as|in] {target}[.|]",
    "[Help me|I have to|Let's] [convert|turn|change] [this|the {source}] [into|to] {target}[.|]",
]  # fmt: skip
PAIRS = [
    ("CSV", "JSON", 7), ("JSON", "CSV", 6), ("CSV", "Markdown", 4), ("Markdown", "CSV", 3), ("Markdown", "JSON", 3),
    ("JSON", "Markdown", 3), ("TSV", "CSV", 1), ("CSV", "TSV", 1), ("TSV", "JSON", 1), ("JSON", "YAML", 1.5),
    ("YAML", "JSON", 1.5), ("CSV", "YAML", 0.7), ("JSON lines", "JSON", 0.7), ("JSON", "JSON lines", 0.7),
    ("CSV", "JSON lines", 0.5), ("CSV", "semicolons", 0.7), ("key-value", "CSV", 1), ("CSV", "key-value", 1),
    ("JSON", "key-value", 0.7), ("key-value", "JSON", 0.7), ("TSV", "Markdown", 0.7), ("key-value", "Markdown", 0.5),
]  # fmt: skip


def rewritten(rng, source, target, rows):
    """The task to write rows, given as source, as target."""
    read = csv if target == "semicolons" else rng.choice(SOURCES[source])
    names = {"source": rng.choice(CALLED[source]), "target": rng.choice(NAMES[target])}
    return Task(
        "convert", about(rng, ASK, read(rows), **names), WRITERS[target](rows), is_json=target == "JSON"
    )


def make(rng):
    source, target, _ = rng.choices(PAIRS, [weight for _, _, weight in PAIRS])[0]
    few = "key-value" in (source, target)
    if not few and rng.random() < 0.12:
        return rewritten(rng, source, target, sheet(rng, rng.choice([1, 2, 2, 3, 4]), 2, 5, commas=True))
    return rewritten(rng, source, target, table(rng, rows=rng.randrange(1, 3) if few else None, most=rng.choice([3, 4, 4, 5])))
