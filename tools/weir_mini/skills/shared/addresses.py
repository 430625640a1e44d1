"""E-mail addresses as people have them, and the words of which such names are made."""

from ... import values
from . import everyday

TLDS = "example test org com net de fr es it nl eu co.uk io dev app shop museum info biz me tv ca ch at se no dk fi pl jp com.au in br edu gov online store email work cloud".split()


def word(rng):
    return values.made_word(rng, 2) if rng.random() < 0.4 else everyday.word(rng)


def email(rng, name=None):
    first, last = (name or values.full_name(rng)).lower().split()[0], (name or values.full_name(rng)).lower().split()[-1]
    first, last = ("".join(sign for sign in part if sign.isascii() and sign.isalpha()) or "info" for part in (first, last))
    local = rng.choice([f"{first}.{last}", f"{first}.{last}", first, f"{first[0]}{last}", f"{first}_{last}", f"{last}{rng.randrange(100)}",
        rng.choice(["info", "office", "hello", "team", "support", "post"])])
    host = rng.choice([word(rng), f"{word(rng)}-{word(rng)}", f"mail.{word(rng)}"])
    return f"{local}@{host}.{rng.choice(TLDS)}"
