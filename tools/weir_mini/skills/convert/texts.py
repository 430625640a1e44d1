"""Short texts: count words and letters, take some words, replace, trim, change letters' size, names and slugs."""

from ... import values
from ...framing import about, inline
from ...task import Task
from ..shared import everyday
from . import text_phrases as ask

SENTENCES = [
    "the {adjective} {animal} {verb}s the {object}",
    "{name} can {verb} the {object} in {city}",
    "please {verb} the {adjective} {thing} on {weekday}",
    "we {verb} {n} {fruit} trees near {city}",
    "my {color} {object} is {adjective}",
    "{name} and {name2} {verb} a {adjective} {object}",
    "a {adjective} {color} {animal}",
    "the {thing} {word} is {adjective} and {adjective2}",
    "{word} {word2} {object}",
    "did the {job} {verb} the {thing}",
    "every {weekday} {name} {verb}s {n} {color} {thing}s",
    "{city} {object} {verb} {animal} {color}",
    "no {thing} for {name} today",
    "the {job} from {city} has {n} {adjective} {object}s and a {animal}",
]
COUNT_WORDS_OF = [2, 3, 4, 5, 6, 7, 8, 9]
CHARACTERS = {
    ",": ["commas", "comma"],
    ";": ["semicolons", "semicolon"],
    "-": ["dashes", "dash"],
    "_": ["underscores", "underscore"],
    " ": ["spaces", "space"],
    ".": ["dots", "dot"],
    "/": ["slashes", "slash"],
}


def sentence(rng):
    draw = rng.random()
    if draw < 0.3:
        return everyday.sentence(rng)
    if draw < 0.6:
        return " ".join(values.any_word(rng) if rng.random() < 0.85 else values.odd_word(rng) for _ in range(rng.randrange(2, 9)))
    pick = values.pick
    slots = {
        section: pick(rng, section)
        for section in ("adjective", "animal", "verb", "object", "weekday", "fruit", "color", "job")
    }
    return rng.choice(SENTENCES).format(
        **slots,
        adjective2=pick(rng, "adjective"),
        thing=pick(rng, "code_thing"),
        name=values.first_name(rng),
        name2=values.first_name(rng),
        city=values.city(rng),
        word=values.made_word(rng),
        word2=values.made_word(rng),
        n=rng.randrange(2, 100),
    )


def written(rng, text):
    """As a line, or as a sentence with a capital letter and a stop."""
    return text if rng.random() < 0.5 else text[0].upper() + text[1:] + rng.choice([".", ".", "!", ""])


def word(rng):
    if rng.random() < 0.6:
        return everyday.word(rng) if rng.random() < 0.6 else values.any_word(rng)
    section = rng.choice(["animal", "fruit", "color", "vegetable", "verb", "adjective", "code_thing", "instrument"])
    found = values.pick(rng, section)
    return found if found.isalpha() else word(rng)


def task(messages, answer):
    return Task("convert", messages, answer)


def count_words(rng):
    words = written(rng, sentence(rng)).split()
    if rng.random() < 0.5:
        words = words[: rng.choice(COUNT_WORDS_OF)]
    return task(about(rng, ask.COUNT_WORDS, " ".join(words)), str(len(words)))


def count_letters(rng):
    text = word(rng)
    if rng.random() < 0.5:
        return task(inline(rng, ask.LENGTH, w=quoted(rng, text)), str(len(text)))
    letter = rng.choice(text) if rng.random() < 0.9 else rng.choice("aeioulnrst")
    messages = inline(rng, ask.COUNT_LETTER, w=quoted(rng, text), c=rng.choice([letter, f"'{letter}'", f'"{letter}"']))
    return task(messages, str(text.lower().count(letter.lower())))


def quoted(rng, text):
    return rng.choice([text, text, f'"{text}"', f"'{text}'"])


def spell(rng):
    text, sign = word(rng), rng.choice(["-", " "])
    name = {"-": "dashes", " ": "spaces"}[sign]
    return task(inline(rng, ask.SPELL, w=quoted(rng, text), name=name), sign.join(text))


def replace_word(rng):
    text = written(rng, sentence(rng))
    inner = [w for w in text.split()[1:-1] if w.isalpha()] or [text.split()[0]]
    old, new = rng.choice(inner), rng.choice([word, values.first_name, values.city])(rng)
    answer = " ".join(new if w == old else w for w in text.split())
    return task(about(rng, ask.REPLACE, text, old=quoted(rng, old), new=quoted(rng, new)), answer)


def replace_sign(rng):
    old, new = rng.sample([s for s in CHARACTERS if s != "."], 2)
    text = old.join(word(rng) for _ in range(rng.randrange(2, 6)))
    slots = {"old": rng.choice([CHARACTERS[old][0], f"'{old}'"]), "new": rng.choice([CHARACTERS[new][0], f"'{new}'"])}
    return task(about(rng, ask.REPLACE_SIGN, text, **slots), text.replace(old, new))


def some_words(rng):
    words = sentence(rng).split()
    count, first = rng.randrange(1, min(5, len(words))), rng.random() < 0.6
    where = "first" if first else "last"
    name = f"{where} {count} words" if count > 1 else f"{where} word"
    if count > 1 and rng.random() < 0.5:
        name = f"{where} {['two', 'three', 'four'][count - 2]} words"
    return task(about(rng, ask.SOME_WORDS, " ".join(words), name=name), " ".join(words[:count] if first else words[-count:]))


def trim(rng):
    words = sentence(rng).split()
    ragged = "".join(w + " " * rng.choice([1, 1, 2, 3]) for w in words[:-2])
    ragged += words[-2] + "  " + words[-1]
    return task(about(rng, ask.TRIM, ragged), " ".join(words))


def without_signs(rng):
    """Digits grouped by signs, or words with one sign between them: take the sign away."""
    sign = rng.choice([" ", "-", "."])
    text = sign.join(values.digits(rng, rng.randrange(2, 4)) for _ in range(rng.randrange(2, 5)))
    return task(inline(rng, ask.WITHOUT_SIGN, t=text, name=CHARACTERS[sign][0]), text.replace(sign, ""))


def backwards(rng):
    if rng.random() < 0.7:
        words = sentence(rng).split()[:6]
        return task(about(rng, ask.REVERSE_WORDS, " ".join(words)), " ".join(words[::-1]))
    text = rng.choice([word(rng)[:7], values.digits(rng, rng.randrange(3, 7))])
    return task(inline(rng, ask.REVERSE_LETTERS, w=quoted(rng, text)), text[::-1])


def sized(rng):
    text = written(rng, sentence(rng))
    patterns, change = rng.choice(
        [
            (ask.UPPER, str.upper),
            (ask.LOWER, str.lower),
            (ask.TITLE, lambda t: " ".join(w[:1].upper() + w[1:] for w in t.split())),
            (ask.FIRST_UPPER, lambda t: t[0].upper() + t[1:]),
        ]
    )
    if change is str.lower and text.islower():
        text = text.upper() if rng.random() < 0.5 else text.title()
    return task(about(rng, patterns, text), change(text))


def slug(rng):
    title = sentence(rng)
    if not (title.isascii() and title.replace(" ", "").isalnum()):
        return slug(rng)
    title = " ".join(w.capitalize() for w in title.split()) if rng.random() < 0.7 else title
    return task(about(rng, ask.SLUG, title), "-".join(title.lower().split()))


def name(rng):
    first, last = values.first_name(rng), values.last_name(rng)
    kind = rng.randrange(4)
    if kind == 0:
        return task(inline(rng, ask.LAST_FIRST, n=f"{first} {last}"), f"{last}, {first}")
    if kind == 1:
        return task(inline(rng, ask.FIRST_LAST, n=f"{last}, {first}"), f"{first} {last}")
    if kind == 2:
        middle = [values.first_name(rng)] if rng.random() < 0.2 else []
        parts = [first, *middle, last]
        return task(inline(rng, ask.INITIALS, n=" ".join(parts)), "".join(p[0] for p in parts))
    which = rng.randrange(2)
    return task(inline(rng, [ask.FIRST_NAME, ask.LAST_NAME][which], n=f"{first} {last}"), [first, last][which])


KINDS = [
    (count_words, 2), (count_letters, 1.5), (spell, 1), (replace_word, 2), (replace_sign, 1), (some_words, 1.5),
    (trim, 1), (without_signs, 0.8), (backwards, 1), (sized, 2), (slug, 1.2), (name, 1.5),
]  # fmt: skip


def make(rng):
    return rng.choices([kind for kind, _ in KINDS], [weight for _, weight in KINDS])[0](rng)
