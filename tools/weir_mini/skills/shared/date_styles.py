"""The ways in which dates and clock times are written, and what people call them."""

from ... import values

MONTHS = values.MONTHS
STYLES = {
    **values.DATE_STYLES,
    "DD-MM-YYYY": lambda d: f"{d.day:02}-{d.month:02}-{d.year}",
    "YYYY.MM.DD": lambda d: f"{d.year}.{d.month:02}.{d.day:02}",
    "D Mon YY": lambda d: f"{d.day} {MONTHS[d.month - 1][:3]} {d.year % 100:02}",
    "DD Mon YYYY": lambda d: f"{d.day:02} {MONTHS[d.month - 1][:3]} {d.year}",
    "nth": lambda d: f"{MONTHS[d.month - 1]} {values.ordinal(d.day)}, {d.year}",
    "the nth": lambda d: f"{values.ordinal(d.day)} of {MONTHS[d.month - 1]} {d.year}",
    "nth Month": lambda d: f"{values.ordinal(d.day)} {MONTHS[d.month - 1]} {d.year}",
    "Month D YYYY": lambda d: f"{MONTHS[d.month - 1]} {d.day} {d.year}",
    "D. Month YYYY": lambda d: f"{d.day}. {MONTHS[d.month - 1]} {d.year}",
    "D.M.YYYY": lambda d: f"{d.day}.{d.month}.{d.year}",
    "small": lambda d: f"{d.day} {MONTHS[d.month - 1].lower()} {d.year}",
}
# Sources that can be read in one way only.
SOURCES = [
    "YYYY-MM-DD", "YYYY-MM-DD", "DD.MM.YYYY", "DD.MM.YYYY", "D Month YYYY", "Month D, YYYY", "D Mon YYYY", "Mon D, YYYY",
    "YYYY/MM/DD", "YYYYMMDD", "nth", "the nth", "nth Month", "Month D YYYY", "D. Month YYYY", "D.M.YYYY", "small",
    "DD Mon YYYY",
]  # fmt: skip
AMBIGUOUS = ["MM/DD/YYYY", "DD/MM/YYYY", "DD-MM-YYYY"]
TARGETS = ["YYYY-MM-DD"] * 7 + [
    "DD.MM.YYYY", "DD.MM.YYYY", "MM/DD/YYYY", "MM/DD/YYYY", "DD/MM/YYYY", "YYYY/MM/DD", "YYYYMMDD", "D Month YYYY",
    "Month D, YYYY", "D Mon YYYY", "Mon D, YYYY", "DD-MM-YYYY",
]  # fmt: skip
NAMES = {
    "YYYY-MM-DD": [
        "ISO 8601", "ISO", "ISO format", "YYYY-MM-DD", "YYYY-MM-DD", "yyyy-mm-dd", "ISO date format", "the ISO format",
        "an ISO date", "ISO 8601 format", "year-month-day",
    ],
    "DD.MM.YYYY": ["German format", "German style", "DD.MM.YYYY", "DD.MM.YYYY", "dd.mm.yyyy", "the German date format"],
    "MM/DD/YYYY": ["US format", "US style", "American format", "MM/DD/YYYY", "MM/DD/YYYY", "mm/dd/yyyy", "the US date format"],
    "DD/MM/YYYY": ["DD/MM/YYYY", "dd/mm/yyyy", "British format", "UK format"],
    "YYYYMMDD": ["YYYYMMDD", "yyyymmdd", "basic ISO format"],
    "DD-MM-YYYY": ["DD-MM-YYYY", "dd-mm-yyyy"],
}  # fmt: skip


def twelve(hour, minute, sign="{} {}"):
    return sign.format(f"{(hour + 11) % 12 + 1}:{minute:02}", "AM" if hour < 12 else "PM")
