"""Tables that people type into a sentence, in one line: "Ann is 3, Bo is 5" with the columns named, "name: Ann, age: 3; ..."."""

from ...framing import with_role
from ...phrasing import choose, say
from ...task import Task
from ...wishes import wished
from ..shared.table_notations import WRITERS, plain, table
from .tables import NAMES

TARGETS = [("Markdown", 4), ("JSON", 4), ("CSV", 3), ("YAML", 0.7), ("key-value", 0.7)]
HEADED = [
    "[Make|Create|Build|Write|Give me|I need] {target}[ with the columns| with columns|, columns] {names}: {rows}",
    "[Make|Create|Build|Write] {target} [of|from|out of] {rows}[. The columns are|. Columns:|, columns] {names}[.|]",
    "{target}, [columns|header|fields] {names}: {rows}",
    "[Columns|Header|Fields]: {names}. [Rows|Data|Values]: {rows}. [Make|Write|Give me|Convert to] {target}[.|]",
    "[I have|There are|We have] [these rows|the following|some data] ({names}): {rows}. [Make|Write|Turn it into|Convert to] {target}[, please|][.|]",
    "[Turn|Convert] {rows} into {target} with [the columns|the keys|the fields] {names}[.|]",
    "{names}: {rows} [->|=>|to|as] {target}",
    "[Put|Bring] [this|these] into {target} ({names}): {rows}",
]
LABELLED = [
    "[Make|Create|Build|Write|Give me|I need] {target}[: | from: | of: | for: | out of this: ]{rows}",
    "[Turn|Convert|Transform|Change|Put|Bring|Reformat] [this|the following|the data|these] [into|to] {target}: {rows}",
    "[Turn|Convert|Transform|Reformat] {rows} [into|to] {target}[.|]",
    "{rows} [->|=>|to|as|into|in] {target}[, please|]",
    "{target}[ please|, please|]: {rows}",
    "[I have|Here is|Given|Data:|Take] {rows}. [I need|Make|Write|Return|Now] {target}[, please|][.|]",
    "[Show|Write|Print|Format|Return] [this|these|the data] as {target}: {rows}",
    "{rows}\n[as|to|into] {target}[, please|]",
    "[What|How] does this look [as|in] {target}: {rows}?",
]


def in_words(rng, names):
    return rng.choice([", ".join(names), ", ".join(names[:-1]) + " and " + names[-1]])


def signs(rng, text, choices):
    """A sign that no value holds, or None."""
    free = [sign for sign in choices if sign.strip() not in text]
    return rng.choice(free) if free else None


def headed(rng, rows):
    """Values alone: the columns are named elsewhere."""
    text = "".join(plain(value) for row in rows for value in row.values())
    inner = signs(rng, text, [", ", ",", " - ", " / ", ": "] + ([] if " " in text else [" ", " "]))
    outer = signs(rng, text + (inner or ""), ["; ", "; ", " | ", " / ", ", ", ", "])
    if inner is None or outer is None or inner.strip() == outer.strip():
        return None
    return HEADED, outer.join(inner.join(plain(value) for value in row.values()) for row in rows)


def labelled(rng, rows):
    """Every value with its name."""
    text = "".join(plain(value) for row in rows for value in row.values())
    joint = signs(rng, text, [": ", ": ", "=", " = ", ":"])
    inner = signs(rng, text, [", ", ", ", " ", ","]) if " " not in text else signs(rng, text, [", ", ","])
    outer = signs(rng, text, ["; ", "; ", " | ", " / "])
    if joint is None or inner is None or outer is None:
        return None
    return LABELLED, outer.join(inner.join(f"{name}{joint}{plain(value)}" for name, value in row.items()) for row in rows)


def csv_in_line(rng, rows):
    """Lines of a table joined into one."""
    text = "".join(plain(value) for row in rows for value in row.values())
    inner, outer = signs(rng, text, [",", ",", ", ", "|"]), signs(rng, text, ["; ", ";", " / ", " | "])
    if inner is None or outer is None or inner.strip() == outer.strip():
        return None
    lines = [inner.join(rows[0]), *(inner.join(plain(value) for value in row.values()) for row in rows)]
    return LABELLED, outer.join(lines)


def make(rng):
    while True:
        rows = table(rng, rows=rng.choice([1, 2, 2, 2, 3, 3]), most=3)
        made = rng.choice([headed, labelled, labelled, csv_in_line])(rng, rows)
        if made is not None:
            break
    patterns, line = made
    target = rng.choices([name for name, _ in TARGETS], [weight for _, weight in TARGETS])[0]
    slots = {"target": rng.choice(NAMES[target]), "rows": line, "names": in_words(rng, list(rows[0]))}
    ask = say(rng, wished(rng, choose(rng, rng.choice(patterns))), **slots)
    return Task("convert", with_role(rng, ask), WRITERS[target](rows), is_json=target == "JSON")
