"""A small table that is asked for in one notation, then with fewer columns, in another order or in another notation."""

from ...phrasing import choose, fill
from ...task import compact
from ..shared.table_notations import csv, key_value, markdown, plain, table

WRITERS = {"CSV": csv, "JSON": compact, "Markdown": markdown}
FIRST = ["Convert this {s} to {t}:\n{d}", "{s} to {t}:\n\n{d}", "{d}\n\nConvert to {t}.", "Turn this {s} into {t}\n\n{d}", "to {t} please:\n{d}",
    "Please convert the {s} below to {t}.\n\n{d}", "I have this {s}:\n{d}\nMake it {t}.", "{d}\n\nas {t}", "Can you make {t} from this?\n{d}"]  # fmt: skip
NAMES = {"CSV": ["CSV", "csv"], "JSON": ["JSON", "json", "a JSON array"], "Markdown": ["a Markdown table", "a markdown table", "Markdown"]}  # fmt: skip
SOURCES = {"CSV": ["CSV", "csv", "table"], "JSON": ["JSON", "json"], "Markdown": ["table", "markdown table"]}


def said(rng, patterns, **slots):
    return fill(choose(rng, rng.choice(patterns)), slots)


def without_column(rng, rows):
    names = list(rows[0])
    if len(names) < 2:
        return None
    name = rng.choice(names)
    return said(rng, ["without {c}", "drop the column {c}", "remove {c}", "leave out the {c} column", "without the {c} column", "delete the column {c}", "no {c}"],
        c=name), [{k: v for k, v in row.items() if k != name} for row in rows]  # fmt: skip


def one_column(rng, rows):
    names = list(rows[0])
    if len(names) < 3:
        return None
    chosen = rng.sample(names, 2)
    kept = [name for name in names if name in chosen]
    return said(rng, ["only {a} and {b}", "just the columns {a} and {b}", "only the columns {a} and {b}", "keep {a} and {b} only"], a=kept[0],
        b=kept[1]), [{k: row[k] for k in kept} for row in rows]  # fmt: skip


def renamed(rng, rows):
    old = rng.choice(list(rows[0]))
    new = rng.choice(["label", "key", "value", "info", "field", "x", "no", "ref", "title", "what"])
    if new in rows[0]:
        return None
    return said(rng, ["rename {a} to {b}", "call the column {a} {b}", "use {b} instead of {a} as column name", "rename the column {a} to {b}", "change {a} to {b}"], a=old,
        b=new), [{new if k == old else k: v for k, v in row.items()} for row in rows]  # fmt: skip


def ordered(rng, rows):
    numeric = [k for k, v in rows[0].items() if isinstance(v, (int, float)) and not isinstance(v, bool) and len({row[k] for row in rows}) == len(rows)]  # fmt: skip
    if not numeric or len(rows) < 2:
        return None
    name, down = rng.choice(numeric), rng.random() < 0.4
    words = ["sort by {c}, descending", "sorted by {c}, largest first", "by {c}, highest first"] if down else ["sort by {c}", "sorted by {c}", "sort [it|them|the rows] by {c}",
        "order by {c}", "in order of {c}"]  # fmt: skip
    return said(rng, words, c=name), sorted(rows, key=lambda row: row[name], reverse=down)


def turned(rng, rows):
    return (said(rng, ["reverse the rows", "the rows in reverse order", "the other way round", "last row first"]), rows[::-1]) if len(rows) > 1 else None  # fmt: skip


def some(rng, rows):
    if len(rows) < 2:
        return None
    return rng.choice([(said(rng, ["only the first row", "just the first row", "keep only the first row"]), rows[:1]), (said(rng, ["without the last row", "drop the last row",
        "remove the last row"]), rows[:-1]), (said(rng, ["without the first row", "drop the first row"]), rows[1:])])  # fmt: skip


def constant(rng, rows):
    name, value = rng.choice([("status", "new"), ("checked", "no"), ("source", "web"), ("team", "A"), ("year", 2024), ("qty", 1)])  # fmt: skip
    if name in rows[0]:
        return None
    return said(rng, ["add a column {c} with {v} [everywhere|in every row|for all]", "add {c} = {v} to every row", "with an extra column {c}, always {v}"], c=name,
        v=value), [{**row, name: value} for row in rows]  # fmt: skip


STEPS = [(without_column, 3), (one_column, 2), (renamed, 2), (ordered, 4), (turned, 1), (some, 2), (constant, 1)]
STEP_WEIGHTS = [weight for _, weight in STEPS]


def make(rng):
    rows = table(rng, rows=rng.choice([2, 2, 3, 3, 4]))
    source, form = rng.sample(list(WRITERS), 2)
    if any("|" in plain(value) or "," in plain(value) for row in rows for value in row.values()):
        return make(rng)
    turns = [(fill(choose(rng, rng.choice(FIRST)), {"s": rng.choice(SOURCES[source]), "t": rng.choice(NAMES[form]), "d": WRITERS[source](rows)}), WRITERS[form](rows))]  # fmt: skip
    wanted = rng.choice([2, 2, 3, 3, 4])
    for _ in range(12):
        if len(turns) == wanted:
            break
        draw = rng.random()
        if draw < 0.22:
            form = rng.choice([other for other in WRITERS if other != form])
            turns.append((said(rng, ["as {f}[ instead|]", "[now |]as {f}", "in {f}", "make it {f}", "convert that to {f}"], f=rng.choice(NAMES[form])),
                WRITERS[form](rows)))  # fmt: skip
            continue
        if draw < 0.3 and len(turns) + 1 == wanted:
            count = rng.random() < 0.5
            turns.append((said(rng, ["how many rows are [there|that]?", "how many rows?", "count the rows"] if count else ["how many columns are there?", "how many columns?",
                "count the columns"]), str(len(rows) if count else len(rows[0]))))  # fmt: skip
            return turns, False
        if draw < 0.36 and len(rows) == 1 and len(turns) + 1 == wanted:
            turns.append((said(rng, ["as key: value lines"]), key_value(rows)))
            return turns, False
        made = rng.choices(STEPS, STEP_WEIGHTS)[0][0](rng, rows)
        if made is None or made[1] == rows:
            continue
        words, rows = made
        turns.append((words, WRITERS[form](rows)))
    return (turns, form == "JSON") if len(turns) > 1 else make(rng)
