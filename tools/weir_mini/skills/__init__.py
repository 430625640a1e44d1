"""The skills, one a room or a file: make(rng) -> Task. What several rooms use is in shared/."""

from . import arithmetic, batches, beyond, classify, compose, convert, echo, extract, follow_ups, talk, title, tools

# What is measured, in the order of the README's table.
SKILLS = {
    "classify": classify.make,
    "extract": extract.make,
    "convert": convert.make,
    "title": title.make,
    "tools": tools.make,
    "arithmetic": arithmetic.make,
    "compose": compose.make,
    "talk": talk.make,
    "beyond": beyond.make,
}
# Jobs of these skills in later turns and several at once, and copying tasks.
AUXILIARY = {"follow_ups": follow_ups.make, "batches": batches.make, "echo": echo.make}
