"""The skills, one a file: make(rng) -> Task."""

from . import arithmetic, beyond, classify, compose, convert, echo, extract, talk, titles, tools

# What is measured, in the order of the README's table.
SKILLS = {
    "classify": classify.make,
    "extract": extract.make,
    "convert": convert.make,
    "title": titles.make,
    "tools": tools.make,
    "arithmetic": arithmetic.make,
    "compose": compose.make,
    "talk": talk.make,
    "beyond": beyond.make,
}
AUXILIARY = {"echo": echo.make}
