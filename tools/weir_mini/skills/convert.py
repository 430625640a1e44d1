"""(c) Convert formats: tables, records, dates, numbers, case, lists, short texts."""

from . import casing, dates, inline_tables, json_edits, lists, numbers, single_records, tables, texts

KINDS = [(tables, 5), (single_records, 1.5), (dates, 4), (numbers, 4), (casing, 2.5), (lists, 6.5), (texts, 3), (json_edits, 3), (inline_tables, 2)]


def make(rng):
    return rng.choices([kind for kind, _ in KINDS], [weight for _, weight in KINDS])[0].make(rng)
