"""Small tables of every kind, and how they are written: CSV, TSV, JSON, JSON lines, Markdown, YAML, key-value lines."""

import json

from ... import values
from ...task import compact
from .sheets import sheet

COLUMNS = {
    "name": values.first_name,
    "full_name": values.full_name,
    "city": values.city,
    "age": lambda r: r.randrange(2, 99),
    "id": lambda r: r.randrange(1, 10000),
    "email": values.email,
    "price": lambda r: float(f"{r.randrange(1, 900)}.{r.randrange(0, 10)}{r.choice([5, 9, 1])}"),
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
    "animal": lambda r: values.pick(r, "animal"),
    "version": values.version,
    "file": values.path,
    "user": lambda r: values.made_word(r, 2),
    "total": lambda r: r.randrange(1000),
    "active": lambda r: r.random() < 0.5,
    "month": lambda r: values.pick(r, "month"),
    "weight": lambda r: r.randrange(1, 200),
    "host": values.domain,
    "port": lambda r: r.randrange(80, 10000),
    "title": values.product,
    "points": lambda r: r.randrange(200),
    "phone": lambda r: f"555-{values.digits(r, 4)}",
    "department": lambda r: values.pick(r, "department"),
}
HEADS = [str.capitalize, str.upper, lambda n: n.replace("_", " ").title(), lambda n: n.replace("_", " ")]


def is_numeric(text):
    try:
        return float(text) is not None
    except ValueError:
        return False


def written(value):
    """Text that would come back as a number, or begin a comment, stands otherwise."""
    if not isinstance(value, str):
        return value
    value = value.lstrip("#")
    return f"v{value}" if is_numeric(value) else value


def table(rng, rows=None, most=4):
    if rng.random() < 0.55:
        return sheet(rng, rows or rng.choice([1, 1, 2, 2, 2, 3, 3, 4, 5, 6]), 2, most)
    names = rng.sample(list(COLUMNS), rng.randrange(2, most + 1))
    style = rng.choice(HEADS) if rng.random() < 0.12 else str
    shown = [style(n) if rng.random() < 0.88 else values.made_word(rng, 2) for n in names]
    count = rows or rng.choice([1, 1, 2, 2, 2, 3, 3, 4, 5])
    return [dict(zip(shown, [written(COLUMNS[n](rng)) for n in names])) for _ in range(count)]


def plain(value):
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def csv_cell(text, sign):
    """In quotes where it must be."""
    return '"' + text.replace('"', '""') + '"' if sign in text or '"' in text else text


def csv(rows, sign=",", header=True):
    lines = [sign.join(csv_cell(plain(v), sign) for v in row.values()) for row in rows]
    return "\n".join([sign.join(rows[0]), *lines] if header else lines)


def spaced_csv(rows):
    """A space behind each comma; only read."""
    text = csv(rows, ", ")
    return text if all("," not in plain(v) for row in rows for v in row.values()) else csv(rows)


def quoted_csv(rows):
    """All texts in quotes; only read."""
    lines = [",".join(f'"{v}"' if isinstance(v, str) else plain(v) for v in row.values()) for row in rows]
    return "\n".join([",".join(f'"{name}"' for name in rows[0]), *lines])


def markdown(rows):
    names = list(rows[0])
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    lines += ["| " + " | ".join(plain(v) for v in row.values()) + " |" for row in rows]
    return "\n".join(lines)


def loose_markdown(rows):
    """As other hands write it; only read, never answered."""
    return markdown(rows).replace("---|", " --- |")


def aligned_markdown(rows):
    """Cells padded to the width of their column; only read."""
    lines = [list(rows[0]), *([plain(v) for v in row.values()] for row in rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(rows[0]))]
    drawn = ["| " + " | ".join(text.ljust(width) for text, width in zip(line, widths)) + " |" for line in lines]
    return "\n".join([drawn[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *drawn[1:]])


def key_value(rows, sign=": "):
    return "\n\n".join("\n".join(f"{k}{sign}{plain(v)}" for k, v in row.items()) for row in rows)


def yaml(rows):
    return "\n".join("- " + key_value([row]).replace("\n", "\n  ") for row in rows)


def json_lines(rows):
    return "\n".join(compact(row) for row in rows)


def pretty(rows):
    """Objects over several lines; only read here, never answered."""
    return json.dumps(rows, ensure_ascii=False, indent=2)


SOURCES = {
    "CSV": [csv, csv, csv, csv, lambda rows: csv(rows, ";"), spaced_csv, quoted_csv],
    "TSV": [lambda rows: csv(rows, "\t")],
    "JSON": [compact, compact, compact, pretty],
    "JSON lines": [json_lines],
    "Markdown": [markdown, markdown, loose_markdown, aligned_markdown],
    "YAML": [yaml],
    "key-value": [key_value],
}
WRITERS = {
    "CSV": csv,
    "semicolons": lambda rows: csv(rows, ";"),
    "TSV": lambda rows: csv(rows, "\t"),
    "JSON": compact,
    "JSON lines": json_lines,
    "Markdown": markdown,
    "YAML": yaml,
    "key-value": key_value,
}
