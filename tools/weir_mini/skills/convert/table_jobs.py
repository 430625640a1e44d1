"""More with tables: HTML, SQL, arrays, columns, without header; and changes that keep the notation: columns, rows, order."""

from ...task import Task, compact
from ..shared import everyday
from ..shared.sheets import sheet
from ..shared.table_notations import SOURCES, csv, json_lines, key_value, markdown, plain, quoted_csv, spaced_csv, yaml
from .asking import asked
from .tables import CALLED

VERBS = ["convert {x} to {t}", "convert {x} to {t}", "convert {x} into {t}", "turn {x} into {t}", "write {x} as {t}", "change {x} to {t}", "transform {x} into {t}", "make {t} [of|from|out of] {x}",
    "rewrite {x} as {t}", "format {x} as {t}", "export {x} as {t}", "output {t}", "return {x} as {t}", "show {x} as {t}", "give me {x} as {t}", "translate {x} to {t}", "render {x} as {t}",
    "create {t} from {x}", "put {x} into {t}", "reformat {x} as {t}"]
OTHERS = ["as {t}", "{t}", "{t} please", "to {t}", "into {t}", "{s} to {t}", "{s} -> {t}", "{x} as {t}", "I need {t}", "{t}, please", "how does {x} look as {t}?", "{s} 2 {t}", "from {s} to {t}",
    "{x} in {t}", "{s} => {t}", "I need {x} as {t}", "{s} into {t}"]
NOUNS = ["this", "this", "this table", "the table", "this data", "the data", "these rows", "the following", "the {s}", "this {s}", "the {s} below", "my table", "my data", "the following {s}",
    "the rows"]
HEADS = ["Data", "Table", "Rows", "Input", "data", "table", "Records", "The table", "Source", "File", "input"]


def html(rows):
    lines = ["<table>", "<tr>" + "".join(f"<th>{name}</th>" for name in rows[0]) + "</tr>"]
    return "\n".join([*lines, *("<tr>" + "".join(f"<td>{plain(v)}</td>" for v in row.values()) + "</tr>" for row in rows), "</table>"])


def html_line(rows):
    return html(rows).replace("\n", "")


def html_nested(rows):
    """As editors indent it; only read."""
    lines = ["<table>", "  <tr>", *(f"    <th>{name}</th>" for name in rows[0]), "  </tr>"]
    for row in rows:
        lines += ["  <tr>", *(f"    <td>{plain(v)}</td>" for v in row.values()), "  </tr>"]
    return "\n".join([*lines, "</table>"])


def arrays(rows):
    return compact([list(rows[0]), *(list(row.values()) for row in rows)])


def value_arrays(rows):
    return compact([list(row.values()) for row in rows])


def columns(rows):
    return compact({name: [row[name] for row in rows] for name in rows[0]})


def python_literal(value):
    if isinstance(value, bool):
        return str(value)
    return repr(value)


def python_rows(rows):
    return "[" + ", ".join("{" + ", ".join(f"{python_literal(k)}: {python_literal(v)}" for k, v in row.items()) + "}" for row in rows) + "]"


def sql_literal(value):
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return str(value) if isinstance(value, (int, float)) else "'" + value.replace("'", "''") + "'"


def sql(rows, name="items"):
    return f"INSERT INTO {name} ({', '.join(rows[0])}) VALUES " + ", ".join("(" + ", ".join(map(sql_literal, row.values())) + ")" for row in rows) + ";"


def bare_csv(rows):
    return csv(rows, header=False)


def sentences(rows):
    """name=..., age=...: one row a line; only read."""
    return "\n".join(", ".join(f"{name}: {plain(v)}" for name, v in row.items()) for row in rows)


def assigned(rows):
    return "\n".join("; ".join(f"{name}={plain(v)}" for name, v in row.items()) for row in rows)


def spaced(rows):
    """Columns parted by several spaces, as terminals print them; only read."""
    lines = [list(rows[0]), *([plain(v) for v in row.values()] for row in rows)]
    widths = [max(len(line[at]) for line in lines) + 2 for at in range(len(rows[0]))]
    return "\n".join("".join(text.ljust(width) for text, width in zip(line, widths)).rstrip() for line in lines)


def piped(rows):
    """Bars without the line below the header; only read."""
    return "\n".join(" | ".join(line) for line in [list(rows[0]), *([plain(v) for v in row.values()] for row in rows)])


READ = {
    "HTML": [html, html_line, html_nested], "arrays": [arrays], "columns": [columns], "Python": [python_rows], "SQL": [sql], "labelled": [sentences, assigned], "spaced": [spaced], "piped": [piped],
    **SOURCES,
}  # fmt: skip
CALLED_AS = {
    "HTML": ["HTML", "HTML table", "html"], "arrays": ["array", "nested array", "JSON"], "columns": ["JSON", "object"], "Python": ["Python list", "list of dicts", "python"],
        "SQL": ["SQL", "INSERT statement", "sql"], "labelled": ["text", "lines", "records"], "spaced": ["table", "text table", "output"], "piped": ["table", "text", "rows"],
    **CALLED,
}  # fmt: skip
WRITE = {
    "HTML": (html, ["an HTML table", "HTML", "html", "an html table", "a HTML table", "HTML table markup"]),
    "arrays": (arrays, ["a JSON array of arrays, header first", "a nested JSON array with the header row first", "JSON arrays, one per row, header included"]),
    "rows": (value_arrays, ["a JSON array of arrays without the header", "a JSON array of rows without the header", "nested JSON arrays, only the values"]),
    "columns": (columns, ["a JSON object of columns", "a JSON object with one list per column", "column-oriented JSON", "JSON with a list for each column"]),
    "bare": (bare_csv, ["CSV without a header", "CSV without header", "CSV, no header", "headerless CSV", "csv without the header line"]),
    "Python": (python_rows, ["a Python list of dicts", "Python dicts", "a list of Python dictionaries", "a Python list of dictionaries"]),
    "CSV": (csv, ["CSV", "CSV", "csv", "a CSV", "comma separated values", "CSV format"]),
    "TSV": (lambda rows: csv(rows, "\t"), ["TSV", "tab separated values", "tsv"]),
    "JSON": (compact, ["JSON", "JSON", "json", "a JSON array", "a JSON array of objects", "JSON objects", "a list of JSON objects", "JSON format"]),
    "JSON lines": (json_lines, ["JSON lines", "JSONL", "one JSON object per line", "ndjson"]),
    "Markdown": (markdown, ["a Markdown table", "a markdown table", "Markdown", "markdown", "a md table"]),
    "YAML": (yaml, ["YAML", "yaml", "a YAML list"]),
    "key-value": (key_value, ["key: value lines", "key: value pairs"]),
}  # fmt: skip
JSON_TARGETS = frozenset(("arrays", "rows", "columns", "JSON"))
PAIRS = [
    ("HTML", "CSV", 2), ("HTML", "JSON", 2.5), ("HTML", "Markdown", 2), ("CSV", "HTML", 2.5), ("JSON", "HTML", 2), ("Markdown", "HTML", 2), ("TSV", "HTML", 0.4), ("CSV", "arrays", 0.7),
        ("CSV", "rows", 0.7), ("CSV", "columns", 0.8), ("JSON", "columns", 0.6), ("columns", "JSON", 0.6),
    ("columns", "CSV", 0.6), ("arrays", "CSV", 0.8), ("arrays", "JSON", 0.8), ("arrays", "Markdown", 0.5), ("JSON", "bare", 0.8), ("CSV", "bare", 0.4), ("Markdown", "bare", 0.4),
    ("Python", "JSON", 1), ("JSON", "Python", 0.8), ("CSV", "Python", 0.5), ("Python", "CSV", 0.5), ("SQL", "CSV", 0.5),
    ("SQL", "JSON", 0.7), ("labelled", "CSV", 1.5), ("labelled", "JSON", 2), ("labelled", "Markdown", 1.5), ("spaced", "CSV", 1.5), ("spaced", "JSON", 1), ("spaced", "Markdown", 1.2),
    ("piped", "CSV", 0.8), ("piped", "JSON", 0.8), ("piped", "Markdown", 0.8), ("labelled", "YAML", 0.3), ("YAML", "CSV", 0.7), ("YAML", "Markdown", 0.5),
    ("CSV", "JSON", 5), ("JSON", "CSV", 4), ("CSV", "Markdown", 3), ("JSON", "Markdown", 3), ("Markdown", "JSON", 2), ("Markdown", "CSV", 2), ("TSV", "JSON", 1), ("TSV", "CSV", 0.8),
    ("TSV", "Markdown", 0.7), ("Markdown", "YAML", 0.4), ("Markdown", "TSV", 0.5), ("JSON", "TSV", 0.6), ("JSON lines", "CSV", 0.6), ("CSV", "YAML", 0.7), ("Markdown", "key-value", 0.4),
]  # fmt: skip
PAIR_WEIGHTS = [weight for *_, weight in PAIRS]
KEEPING = [("CSV", csv, csv, 5), ("CSV", spaced_csv, csv, 1), ("CSV", quoted_csv, csv, 0.2), ("Markdown table", markdown, markdown, 2.5), ("JSON", compact, compact, 3),
    ("TSV", lambda rows: csv(rows, "\t"), lambda rows: csv(rows, "\t"), 0.6)]


def rows_for(rng, most=5):
    return sheet(rng, rng.choice([1, 2, 2, 2, 3, 3, 3, 4, 5, 6]), 2, most)


def request(rng, steps, text, source, answer, is_json=False):
    nouns = [noun.replace("{s}", source) for noun in NOUNS]
    return Task("convert", asked(rng, steps, text, nouns, heads=HEADS), answer, is_json=is_json)


def between(rng):
    source, target, _ = rng.choices(PAIRS, PAIR_WEIGHTS)[0]
    rows, read = rows_for(rng), rng.choice(READ[source])
    if source == "labelled" and any(sign in plain(v) for row in rows for v in row.values() for sign in (", ", ": ", "; ", "=")):
        return None
    if (source in ("spaced", "Python", "SQL") or target == "Python") and any("'" in plain(v) or "  " in plain(v) for row in rows for v in row.values()):
        return None
    if source == "spaced" and any(" " in name for name in rows[0]):
        return None
    write, names = WRITE[target]
    called = rng.choice(CALLED_AS[source])
    steps = [(VERBS, [other.replace("{s}", called) for other in OTHERS], {"t": rng.choice(names)})]
    return request(rng, steps, read(rows), called, write(rows), target in JSON_TARGETS)


def sql_statement(rng):
    rows, name = rows_for(rng, 4), rng.choice([everyday.plural(everyday.word(rng)), "users", "items", "orders", "people", "products"])
    if any(" " in key or "-" in key for key in rows[0]):
        return None
    source, read = rng.choice([("CSV", csv), ("CSV", csv), ("JSON", compact), ("Markdown table", markdown)])
    imperatives = ["write an INSERT statement for {x}, table {n}", "convert {x} to [an SQL INSERT|one INSERT statement] for [the |]table {n}",
        "make [an SQL|a SQL|one] INSERT [statement |]for the table {n} [from|of] {x}", "turn {x} into [an|one] INSERT INTO {n}"]
    return request(rng, [(imperatives, ["SQL INSERT for table {n}", "one INSERT INTO {n}", "insert statement, table {n}"], {"n": name})], read(rows), source, sql(rows, name))


def headless(rng):
    """Rows without a header, its names in the instruction."""
    rows = rows_for(rng, 4)
    names = list(rows[0])
    sign = rng.choice([",", ",", ", ", ";", "\t", " | "])
    text = "\n".join(sign.join(plain(v) for v in row.values()) for row in rows)
    if any(sign.strip() and sign.strip() in plain(v) for row in rows for v in row.values()):
        return None
    said = rng.choice([", ".join(names), ", ".join(names[:-1]) + " and " + names[-1], ",".join(names), " / ".join(names)])
    target = rng.choice(["JSON", "JSON", "Markdown", "CSV", "YAML", "JSON lines", "HTML"])
    write, called = WRITE[target]
    imperatives = ["convert {x} to {t}[,| with the] columns {k}", "make {t} with the [columns|keys|fields|headers] {k}", "turn {x} into {t} with [columns|keys|fields] {k}",
        "write {x} as {t}, [the |]columns are {k}", "create {t} from {x}, using {k} as [column names|keys|header]", "convert {x} to {t} (columns: {k})", "convert {x} to {t}, header {k}"]
    others = ["{t}, columns: {k}", "{t} with [columns|keys] {k}", "columns are {k}, make it {t}", "to {t} ({k})", "{k} - as {t}", "no header in there, it is {k}. I need {t}"]
    return request(rng, [(imperatives, others, {"t": rng.choice(called), "k": said})], text, "rows", write(rows), target == "JSON")


def mark(rng, name):
    return rng.choice(["{}", "{}", "{}", '"{}"', "'{}'", "`{}`"]).format(name)


def in_words(rng, names):
    shown = [mark(rng, name) for name in names] if rng.random() < 0.2 else names
    return shown[0] if len(shown) == 1 else rng.choice([", ".join(shown[:-1]) + " and " + shown[-1], ", ".join(shown)])


def chosen_columns(rng, rows):
    names = list(rows[0])
    if len(names) < 2:
        return None
    drawn = rng.sample(names, rng.randrange(1, len(names)))
    some = [name for name in names if name in drawn]
    column = rng.choice(["column", "field"]) + ("s" if len(some) > 1 else "")
    if rng.random() < 0.5:
        kept = some
        imperatives = [f"keep only the {column} {{k}}", "keep only {k}", f"select the {column} {{k}}", f"show only the {column} {{k}}", f"reduce {{x}} to the {column} {{k}}",
            f"give me only the {column} {{k}}", f"drop all columns except {{k}}", f"remove all columns but {{k}}", "take only {k}"]
        others = ["only {k}", f"only the {column} {{k}}", f"just the {column} {{k}}", f"{{x}} with only {{k}}", "select {k}"]
    else:
        kept = [name for name in names if name not in some]
        imperatives = [f"remove the {column} {{k}}", f"drop the {column} {{k}}", f"delete the {column} {{k}}", "drop {k}", "remove {k}", f"leave out the {column} {{k}}",
            f"strip the {column} {{k}} from {{x}}", f"get rid of the {column} {{k}}", f"hide the {column} {{k}}"]
        others = [f"without the {column} {{k}}", "{x} without {k}", "without {k}", "no {k} please"]
    return (imperatives, others, {"k": in_words(rng, some)}), [{name: row[name] for name in kept} for row in rows]


def reordered(rng, rows):
    names = list(rows[0])
    order = rng.sample(names, len(names))
    if order == names:
        return None
    if rng.random() < 0.4:
        moved = rng.choice(names[1:])
        order = [moved, *(name for name in names if name != moved)]
        imperatives = ["put the column {k} first", "move {k} to the front", "make {k} the first column", "move the column {k} to the beginning"]
        return (imperatives, ["{k} first", "{k} as the first column"], {"k": mark(rng, moved)}), [{name: row[name] for name in order} for row in rows]
    imperatives = ["reorder the columns[ as|:| to] {k}", "put the columns in the order {k}", "arrange the columns as {k}", "change the column order to {k}"]
    return (imperatives, ["column order {k}", "columns in the order {k}"], {"k": ", ".join(order)}), [{name: row[name] for name in order} for row in rows]


def renamed(rng, rows):
    old, new = rng.choice(list(rows[0])), everyday.word(rng)
    if new in rows[0]:
        return None
    imperatives = ["rename {a} to {b}", "rename the column {a} to {b}", "call the column {a} {b}", "change the header {a} to {b}", "replace the column name {a} with {b}", "rename column {a} as {b}"]
    return (imperatives, ["{a} should be called {b}", "column {a} -> {b}", "{b} instead of {a} in the header"], {"a": mark(rng, old), "b": mark(rng, new)}), [{new if name == old else name: v for name,
        v in row.items()} for row in rows]


def value_orders(value, down):
    if isinstance(value, (int, float)):
        return ["descending", "highest first", "from high to low", "largest first", "desc"] if down else ["", "", "ascending", "lowest first", "from low to high", "smallest first"]
    return ["descending", "from Z to A", "in reverse alphabetical order", "desc"] if down else ["", "", "alphabetically", "ascending", "from A to Z"]


def ordered(rng, rows):
    keys = [name for name in rows[0] if not isinstance(rows[0][name], bool) and len({str(row[name]).casefold() for row in rows}) == len(rows) and all(str(row[name]).isascii() for row in rows)]
    if len(rows) < 2 or not keys:
        return None
    numbers = [name for name in keys if isinstance(rows[0][name], (int, float))]
    name, down = rng.choice(numbers if numbers and rng.random() < 0.7 else keys), rng.random() < 0.45
    if isinstance(rows[0][name], str) and any(sign in rows[0][name] for sign in "$€£."):
        return None
    after = sorted(rows, key=lambda row: row[name] if isinstance(row[name], (int, float)) else row[name].casefold(), reverse=down)
    imperatives = ["sort {x} by {k} {o}", "sort {x} by {k} {o}", "sort by {k} {o}", "order {x} by {k} {o}", "order the rows by {k} {o}", "sort the rows by {k} {o}", "arrange {x} by {k} {o}",
        "rank {x} by {k} {o}", "reorder the rows by {k} {o}", "sort {x} by the column {k} {o}"]
    return (imperatives, ["sorted by {k} {o}", "by {k} {o}", "order by {k} {o}", "{x} sorted by {k} {o}"], {"k": mark(rng, name), "o": rng.choice(value_orders(rows[0][name], down))}), after


def filtered(rng, rows):
    name = rng.choice(list(rows[0]))
    value = rng.choice(rows)[name]
    if len(rows) < 2:
        return None
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    slots = {"k": mark(rng, name), "v": plain(value) if number or rng.random() < 0.6 else f'"{plain(value)}"'}
    if number and rng.random() < 0.8:
        up = rng.random() < 0.5
        after = [row for row in rows if (row[name] > value if up else row[name] < value)]
        slots["how"] = rng.choice(["above", "over", "greater than", "more than", ">", "higher than"] if up else ["below", "under", "less than", "<", "lower than"])
        imperatives = ["keep [only |][the |]rows [where|with] {k} {how} {v}", "filter {x}: {k} {how} {v}", "show [only |]the rows [with|where] {k} {how} {v}",
            "select the [rows|entries] with {k} {how} {v}", "list the rows [with|where] {k} {how} {v}", "find the rows with {k} {how} {v}", "filter rows with {k} {how} {v}"]
        others = ["only rows [with|where] {k} {how} {v}", "which rows have {k} {how} {v}?", "where {k} {how} {v}", "only {k} {how} {v}"]
    elif rng.random() < 0.65:
        after = [row for row in rows if row[name] == value]
        imperatives = ["keep [only |][the |]rows where {k} is {v}", "keep only the rows with {k} {v}", "filter {x} by {k} = {v}", "show [only |]the rows where {k} is {v}",
            "select rows with {k} = {v}", "list the rows where {k} is {v}", "find the rows with {k} {v}", "filter for {k} = {v}", "filter {k} = {v}"]
        others = ["only rows [with|where] {k} [is|=] {v}", "which rows have {k} {v}?", "where {k} = {v}", "only {k} {v}"]
    else:
        after = [row for row in rows if row[name] != value]
        imperatives = ["remove [the |all |]rows where {k} is {v}", "drop [the |all |]rows with {k} {v}", "delete the row[s|] where {k} is {v}", "exclude rows with {k} = {v}",
            "filter out rows with {k} {v}", "remove the row[s|] with {k} {v}"]
        others = ["without the rows where {k} is {v}", "all rows where {k} is not {v}"]
    return ((imperatives, others, slots), after) if after and len(after) < len(rows) else None


def some_rows(rng, rows):
    if len(rows) < 3:
        return None
    n, front = rng.randrange(1, len(rows)), rng.random() < 0.65
    count = "" if n == 1 else rng.choice([str(n), ["", "", "two", "three", "four", "five"][n]])
    which = f"the {'first' if front else 'last'} {count} row{'s' if n > 1 else ''}".replace("  ", " ")
    if rng.random() < 0.35:
        after = rows[n:] if front else rows[:-n]
        return (["remove {w}", "drop {w}", "delete {w}", "leave out {w}", "remove {w} of {x}"], ["without {w}", "{x} without {w}"], {"w": which}), after
    after = rows[:n] if front else rows[-n:]
    return (["keep only {w}", "show only {w}", "give me {w}", "return {w}", "keep {w}", "cut {x} to {w}", "limit {x} to {w}"], ["only {w}", "{w} please", "just {w}"], {"w": which}), after


def reversed_rows(rng, rows):
    if len(rows) < 2:
        return None
    return (["reverse the rows", "reverse the order of the rows", "turn the row order around", "put the rows in reverse order", "flip the rows"], ["rows in reverse order", "rows reversed"],
        {}), rows[::-1]


def more_rows(rng, rows):
    if len(rows) < 2:
        return None
    *rest, new = rows
    values = ", ".join(plain(v) for v in new.values())
    pairs = ", ".join(f"{name}: {plain(v)}" for name, v in new.items())
    return (["add a row[:| with] {r}", "add the row {r}", "append a row[:| with] {r}", "append {r}", "insert a row at the end: {r}", "add {r} as a new row", "add another row: {r}"],
        ["one more row: {r}", "plus the row {r}"], {"r": rng.choice([values, values, pairs])}), rows, rest


def constant_column(rng, rows):
    name, value = everyday.word(rng), rng.choice([everyday.word(rng), rng.randrange(1, 100), "yes", "no", "new", 0, 1])
    if name in rows[0]:
        return None
    imperatives = ["add a column {k} with [the value |]{v} in [every|each] row", "add a column {k} with {v} everywhere", "append a column {k}, always {v}", "add a last column {k} = {v}",
        "add the column {k} with the value {v}"]
    return (imperatives, ["one more column, {k}, always {v}"], {"k": mark(rng, name), "v": value}), [{**row, name: value} for row in rows]


def changed_cell(rng, rows):
    """One cell, found by another one of its row."""
    names = list(rows[0])
    if len(names) < 2 or len(rows) < 2:
        return None
    key, name = names[0], rng.choice(names[1:])
    row = rng.choice(rows)
    new = rng.choice(rows)[name] if isinstance(row[name], str) else row[name]
    if isinstance(row[name], int) and not isinstance(row[name], bool):
        new = row[name] + rng.randrange(1, 20)
    if new == row[name] or [other[key] for other in rows].count(row[key]) > 1 or isinstance(row[key], bool):
        return None
    imperatives = ["change the {k} of {w} to {v}", "set the {k} of {w} to {v}", "update {k} of {w} to {v}", "change {k} to {v} for {w}", "set {k} to {v} where {kk} is {w}", "make the {k} of {w} {v}"]
    return (imperatives, ["{k} of {w} is now {v}", "{w} has {k} {v} now"], {"k": name, "w": plain(row[key]), "v": plain(new), "kk": key}), [{**one, name: new} if one is row else one for one in rows]


def looked_up(rng):
    """One value, a count, the best of all, or a column: no table any more."""
    rows = sheet(rng, rng.choice([2, 3, 3, 4, 5, 6]), 2, 5)
    names = list(rows[0])
    source, show, _, _ = rng.choices(KEEPING, [weight for *_, weight in KEEPING])[0]
    kind = rng.random()
    numbers = [name for name in names[1:] if isinstance(rows[0][name], (int, float)) and not isinstance(rows[0][name], bool) and len({row[name] for row in rows}) == len(rows)]
    unique = not isinstance(rows[0][names[0]], (bool, float)) and len({row[names[0]] for row in rows}) == len(rows)
    if kind < 0.35 and unique and len(names) > 1:
        row, name = rng.choice(rows), rng.choice(names[1:])
        imperatives = ["give me the {k} of {w}", "tell me the {k} of {w}", "find the {k} of {w}", "look up the {k} of {w}", "return the {k} for {w}", "read the {k} of {w}"]
        step = imperatives, ["[what is|what's] the {k} of {w}?", "{k} of {w}?", "{w}: {k}?", "which {k} does {w} have?", "{k} for {w}"], {"k": name, "w": plain(row[names[0]])}
        return request(rng, [step], show(rows), source, plain(row[name]))
    if kind < 0.55:
        step = ["count the rows", "count the [data |]rows in {x}", "tell me how many rows there are[, without the header|]",
            "count the [records|entries]"], ["how many [rows|records|entries] are [there|in {x}|in this]?", "number of [rows|records|entries]?", "how many [rows|entries]?",
            "row count without header"], {}
        return request(rng, [step], show(rows), source, str(len(rows)))
    if kind < 0.75 and numbers and unique:
        name, up = rng.choice(numbers), rng.random() < 0.6
        best = (max if up else min)(rows, key=lambda row: row[name])
        how = rng.choice(["highest", "largest", "biggest"] if up else ["lowest", "smallest"])
        step = ["find the {f} with the {how} {k}", "tell me which {f} has the {how} {k}", "give me the {f} with the {how} {k}", "name the {f} with the {how} {k}"], ["which {f} has the {how} {k}?",
            "{f} with the {how} {k}?", "who or what has the {how} {k}? Give the {f}"], {"f": names[0], "how": how, "k": name}
        return request(rng, [step], show(rows), source, plain(best[names[0]]))
    if kind < 0.8:
        step = ["list the column names[, separated by commas|]", "list the headers, separated by commas", "give me the column names, comma separated"], ["which columns are there? comma separated",
            "column names, separated by commas"], {}
        return request(rng, [step], show(rows), source, ", ".join(names))
    name = rng.choice(names)
    cells = [row[name] for row in rows]
    if any("," in plain(v) for v in cells):
        return None
    way = rng.randrange(3)
    how = [rng.choice(["one per line", "one a line", "each on its own line"]), rng.choice(["separated by commas", "comma separated", "with commas"]),
        rng.choice(["as a JSON array", "as JSON array", "as a JSON list"])][way]
    answer = ["\n".join(map(plain, cells)), ", ".join(map(plain, cells)), compact(cells)][way]
    step = ["list [all |]the {k} values {how}", "extract the column {k} {how}", "give me the column {k} {how}", "list the {k} of each row {how}", "return [all |]values of {k} {how}",
        "get [all |]the {k} values {how}", "print the {k} column {how}"], ["only the {k} column, {how}", "all {k} values, {how}", "{k} values {how}"], {"k": mark(rng, name), "how": how}
    return request(rng, [step], show(rows), source, answer, way == 2)


CHANGES = [(chosen_columns, 4), (reordered, 1), (renamed, 1.2), (ordered, 4), (filtered, 4), (some_rows, 1.5), (reversed_rows, 0.6), (more_rows, 1.2), (constant_column, 0.7), (changed_cell, 1.2)]
CHANGE, CHANGE_WEIGHTS = [change for change, _ in CHANGES], [weight for _, weight in CHANGES]
THEN = [("Markdown", 1), ("JSON", 1.2), ("CSV", 1), ("HTML", 0.4), ("YAML", 0.3)]


def kept(rng):
    """A change to a table that stays in its notation, or goes into another one afterwards."""
    rows = sheet(rng, rng.choice([2, 3, 3, 4, 4, 5, 6]), 2, 5)
    source, show, write, _ = rng.choices(KEEPING, [weight for *_, weight in KEEPING])[0]
    found = rng.choices(CHANGE, CHANGE_WEIGHTS)[0](rng, rows)
    if found is None:
        return None
    step, after, *shown = found
    rows, steps = shown[0] if shown else rows, [step]
    if rng.random() < 0.15:
        second = rng.choices(CHANGE[:6], CHANGE_WEIGHTS[:6])[0](rng, after)
        if second is not None and second[1] != after:
            steps.append(second[0])
            after = second[1]
    is_json = write is compact
    if rng.random() < 0.2:
        target = rng.choices([name for name, _ in THEN], [weight for _, weight in THEN])[0]
        if target not in source:
            write, names = WRITE[target]
            steps.append((["convert it to {t}", "return {t}", "turn it into {t}", "write it as {t}", "output {t}", "give me {t}", "make it {t}"], None, {"t": rng.choice(names)}))
            is_json = target == "JSON"
    return request(rng, steps, show(rows), source, write(after), is_json)


KINDS = [(between, 6), (headless, 1.5), (kept, 4), (looked_up, 1.8), (sql_statement, 0.4)]
MAKE, MAKE_WEIGHTS = [kind for kind, _ in KINDS], [weight for _, weight in KINDS]


def make(rng):
    while True:
        task = rng.choices(MAKE, MAKE_WEIGHTS)[0](rng)
        if task is not None:
            return task
