"""(c) Convert formats: tables, records, dates, numbers, case, lists, short texts."""

from . import (
    casing, date_jobs, dates, inline_tables, json_edits, json_jobs, list_jobs, list_sets, lists, notations, number_jobs, numbers, plainly, single_records,
    string_jobs, table_jobs, tables, text_jobs, texts, told_tables,
)  # fmt: skip

KINDS = [
    (tables, 4), (table_jobs, 6), (single_records, 1.5), (notations, 2.5), (inline_tables, 2), (json_edits, 2.5), (json_jobs, 2), (dates, 2.5), (date_jobs, 4), (numbers, 2.5), (number_jobs, 5),
        (casing, 2), (lists, 3.5), (list_jobs, 9.5), (list_sets, 1.2), (texts, 2), (string_jobs, 2.5), (told_tables, 2),
    (text_jobs, 6.5), (plainly, 14),
]  # fmt: skip
MAKE, WEIGHTS = [kind.make for kind, _ in KINDS], [weight for _, weight in KINDS]


def make(rng):
    return rng.choices(MAKE, WEIGHTS)[0](rng)
