"""Ordinary words as people have them in lists and texts: single words of a kind, phrases, names, sentences."""

import re

from ... import values
from ...phrasing import choose
from ...words import read

KINDS = {name: [entry for entry in entries if entry not in ("true", "false", "null")] for name, entries in read("everyday").items()}
SINGLE = {name: [entry for entry in entries if entry.isalpha()] for name, entries in KINDS.items()}
WORDS = [entry for name, entries in SINGLE.items() if name not in ("given", "family", "town") for entry in entries]
SENTENCES = read("everyday_sentences", by_line=True)["plain"]
ARTICLE = re.compile(r"\b([Aa]) ([aeiouAEIO])")
PLURAL = re.compile(r"\{([a-z_]+?)\d?\}s\b")
SLOT = re.compile(r"\{([a-z_]+?)\d?\}")
# What such things are called, for "sort these {called}".
CALLED = {
    "food": ["foods", "ingredients", "groceries", "items"],
    "tool": ["tools", "things", "items"],
    "creature": ["animals", "creatures", "words"],
    "household": ["objects", "things", "household items"],
    "clothing": ["clothes", "items", "garments"],
    "nature": ["words", "terms", "nouns"],
    "body": ["body parts", "words", "parts of the body"],
    "place": ["places", "locations", "buildings"],
    "sport": ["sports", "activities", "hobbies"],
    "person": ["people", "professions", "words"],
    "abstract": ["words", "nouns", "concepts", "terms"],
    "descriptive": ["adjectives", "words"],
    "action": ["verbs", "words", "actions"],
    "function": ["words", "terms"],
    "given": ["names", "first names", "people", "names"],
    "family": ["names", "surnames", "last names", "names"],
    "town": ["cities", "places", "towns", "cities"],
    "phrase": ["phrases", "items", "entries", "lines"],
    "band_of_time": ["words", "terms"],
    "material": ["materials", "words"],
    "general": ["words", "nouns", "terms", "items"],
    "inflected": ["words", "words", "terms"],
    "adverb": ["adverbs", "words"],
    "office": ["words", "terms", "office words"],
    "computing": ["terms", "keywords", "tags", "words"],
}
LIST_KINDS = list(CALLED)
LIST_WEIGHTS = [2 if name in ("food", "given", "town", "creature") else 1 for name in LIST_KINDS]


def word(rng):
    """One lower-case word of letters."""
    return rng.choice(WORDS)


def of_kind(rng, kind):
    return rng.choice(KINDS[kind])


def full_name(rng):
    return f"{rng.choice(KINDS['given'])} {rng.choice(KINDS['family'])}"


def drawn(rng, kind):
    """A value for a slot of a sentence."""
    if kind in SINGLE:
        return rng.choice(KINDS[kind] if kind == "phrase" else SINGLE[kind])
    if kind == "n":
        return str(rng.randrange(2, 100))
    return values.pick(rng, kind)


def plural(word):
    """Of a noun, or a verb's third person."""
    if word.endswith(("s", "x", "ch", "sh", "z")):
        return word + "es"
    if word.endswith("y") and word[-2] not in "aeiou":
        return word[:-1] + "ies"
    return word[:-3] + "men" if word.endswith("man") and word != "woman" else word + "s"


def sentence(rng):
    """A sentence without its stop."""
    pattern = choose(rng, SENTENCES[int(rng.random() * len(SENTENCES))])
    pattern = PLURAL.sub(lambda match: plural(drawn(rng, match.group(1))), pattern)
    text = " ".join(SLOT.sub(lambda match: drawn(rng, match.group(1)), pattern).split())
    return ARTICLE.sub(r"\1n \2", text)


def ended(rng, text):
    """With a capital letter and a stop, as in a text of several sentences."""
    question = text.lower().startswith(("can ", "could ", "should ", "where ", "when ", "is ", "was ", "are "))
    return text[0].upper() + text[1:] + ("?" if question else "!" if rng.random() < 0.1 else ".")


def paragraph(rng, count):
    return " ".join(ended(rng, sentence(rng)) for _ in range(count))
