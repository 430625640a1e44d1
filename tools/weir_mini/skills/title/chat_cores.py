"""What an ordinary chat begins with, composed so that its title is known.

A core is a list of phrases in the words of the message: verb and object, thing and trouble, what is sought, what "I"
did; after the first phrase come those that a title leaves out when they do not fit.
"""

import re

from ... import values
from ...phrasing import SLOT, careless, choose
from ...words import read

LINES = read("chat_title_lines", by_line=True)
LISTS = {
    name: [entry.strip() for line in lines for entry in line.split(",") if entry.strip()]
    for name, lines in LINES.items()
    if name.startswith(("free_", "fill_"))
}
EVERYDAY = read("everyday")
NOUNS = [
    word
    for kind in ("food", "tool", "creature", "household", "clothing", "place", "nature", "person")
    for word in EVERYDAY[kind]
    if not word.endswith("s") or word.endswith("ss")
]
ADJECTIVES = EVERYDAY["descriptive"]
LANGUAGES = (
    "German, French, Spanish, Italian, English, Dutch, Polish, Greek, Turkish, Japanese, Latin, Welsh, Arabic, Czech, "
    "Finnish, Korean, Thai, Swedish, Danish, Hindi, Portuguese, Russian"
).split(", ")
ARTICLE = re.compile(r"\b([Aa]) (?=[aeiouAEIOU](?!ni[^nm]|u|ne\b|s[ei]))")
ASKING = re.compile(
    r"(?:(?:hi|hey|hello|morning|quick question|silly question|stupid question|another question)\W+)?"
    r"(?:can|could|would|is|do|should|may|must|what|what's|how|when|where|any|got|has|which|why|am)\b",
    re.IGNORECASE,
)
DROPPED = {"a", "an", "the", "this", "these", "my"}
# What "I" is followed by that no title begins with.
SELF = ("have to ", "want to ", "need to ", "have ", "had ", "am ", "was ", "want ", "need ", "get ", "see ")
CONTRACTED = {"am ": "'m ", "have ": "'ve got "}


def noun(rng):
    draw = rng.random()
    if draw < 0.7:
        return rng.choice(NOUNS)
    return values.any_word(rng) if draw < 0.85 else values.made_word(rng, rng.choice([2, 2, 3]))


def nouns(rng):
    one = noun(rng)
    if one.endswith("y") and one[-2] not in "aeiou":
        return one[:-1] + "ies"
    return one + ("es" if one.endswith(("s", "x", "ch", "sh", "z")) else "s")


def identifier(rng):
    """A name from a program that does not look like a word."""
    one, other = values.any_word(rng), values.pick(rng, "code_thing")
    draw = rng.randrange(5)
    if draw == 0:
        return values.identifier(rng)
    if draw == 1:
        return f"{one}_{other}"
    if draw == 2:
        return f"{one}{other.capitalize()}"
    return f"{one.capitalize()}{other.capitalize()}" if draw == 3 else f"{one}.{other}"


MAKERS = {
    **values.COMMON,
    "made": lambda r: values.made_word(r, 2),
    "Brand": lambda r: values.made_word(r, 2).capitalize() if r.random() < 0.7 else values.pick(r, "company_word"),
    "word": values.any_word,
    "word2": values.any_word,
    "code": identifier,
    "code2": identifier,
    "path": values.path,
    "version": values.version,
    "place": lambda r: f"{r.choice(['Lake', 'Mount', 'Cape', 'Fort', 'Port'])} {values.made_word(r, 2).capitalize()}",
    "language": lambda r: r.choice(LANGUAGES),
    "noun": noun,
    "creature": lambda r: r.choice(EVERYDAY["creature"]),
    "food": lambda r: r.choice(EVERYDAY["food"]),
    "nouns": nouns,
    "adj": lambda r: r.choice(ADJECTIVES),
}


def filled(rng, pattern, **given):
    """The pattern with its slots filled, each on its own."""
    return SLOT.sub(lambda found: given[found[1]] if found[1] in given else str(MAKERS[found[1]](rng)), pattern)


def line(rng, section):
    return filled(rng, careless(rng, choose(rng, rng.choice(LINES[section]))))


def domains():
    """The lists of each section, by the letter that their line begins with."""
    found = []
    for section in read("chat_titles", by_line=True).values():
        parted = {entry[0]: entry[2:].split(";" if entry[0] in "edaf" else ",") for entry in section}
        found.append({letter: [part.strip() for part in parts if part.strip()] for letter, parts in parted.items()})
    return found


DOMAINS = domains()
FREE = {
    "a": [],
    "f": [],
    "d": [],
    "e": [", any ideas?", "and I need it today", "but nobody can help me", ", what now?", "since {weekday}", ", why?"],
}


def grown(rng, thing):
    """The thing with an adjective, a brand or an owner now and then, so that no list holds it."""
    draw = rng.random()
    head, _, rest = thing.partition(" ")
    if draw > 0.22 or not rest or head not in ("a", "an", "the", "my"):
        return thing
    if draw < 0.05 and head in ("the", "my"):
        return f"{{first}}'s {rest}"
    kind = rng.choice(["{adj}", "{adj}", "{color}", "{Brand}", "{made}", "new", "old"])
    return f"{'a' if head == 'an' else head} {kind} {rest}"


def free_thing(rng):
    return rng.choice([
        "the {adj} {noun}", "my {noun}", "a {noun}", "my {adj} {noun}", "the {noun}", "a {adj} {noun}", "{first}'s {noun}", "the {Brand} {noun}",
        "my {noun} {noun}", "the {made}", "the {noun} from {city}", "a {made} {noun}", "{Brand}", "my {color} {noun}", "the {word} {noun}", "{place}",
    ])  # fmt: skip


def deed(rng, lists):
    """[verb and object, what follows ...]"""
    if lists is FREE:
        phrases = [f"{rng.choice(LISTS['free_verb'])} {free_thing(rng)}"]
        tails = LISTS["free_place"]
    else:
        phrases = [f"{rng.choice(lists['v'])} {grown(rng, rng.choice(lists['o']))}"]
        tails = lists["t"]
    draw = rng.random()
    if draw < 0.4:
        phrases.append(rng.choice(tails))
        if draw < 0.07:
            phrases.append(rng.choice(LISTS["free_place"]))
    return phrases


def trouble(rng, lists):
    """[a thing and what is wrong with it, when ...]"""
    if lists is FREE:
        phrases = [f"{free_thing(rng)} {rng.choice(LISTS['free_trouble'])}"]
    elif "q" in lists and rng.random() < 0.3:
        phrases = [f"{grown(rng, rng.choice(lists['q']))} {rng.choice(lists['r'])}"]
    else:
        fault = rng.choice(lists["p"] if rng.random() < 0.85 else LISTS["free_trouble"])
        phrases = [f"{grown(rng, rng.choice(lists['s']))} {fault}"]
    return [*phrases, rng.choice(LISTS["free_when"])] if rng.random() < 0.2 else phrases


def wanted(rng, lists):
    if lists is FREE:
        thing = rng.choice(["a {noun}", "a {noun}", "a {adj} {noun}", "a {color} {noun}"])
        return [thing, rng.choice(["for {first}", "for a {noun}", "in {city}", "with a {noun}", "from {city}"])]
    return [rng.choice(lists["n"])]


KINDS = ["wish"] * 9 + ["how"] * 4 + ["trouble"] * 8 + ["want"] * 4 + ["self"] * 4 + ["when", "where"] + ["pair"] * 7


ASKED_VERBS = ["find", "buy", "get", "mean", "do", "cost", "weigh"]


def paired(rng, lists):
    """A question that its title words anew: ([said], [title])."""
    said, title = (part.strip() for part in rng.choice(LINES["pair"]).split("=>"))
    said = choose(rng, said)
    names = [name for name in SLOT.findall(said) if "fill_" + name in LISTS]
    chosen = {name: choose(rng, rng.choice(LISTS["fill_" + name])) for name in names}
    if "{w}" in said:
        chosen["w"] = deed(rng, lists)[0]
    if "{topic}" in said:
        chosen["topic"] = rng.choice(lists["o"]) if lists is not FREE and rng.random() < 0.6 else free_thing(rng)
    if "{thing2}" in said and "s" in lists and rng.random() < 0.45:
        chosen["thing2"] = grown(rng, rng.choice(lists["s"]))
    if "{thing3}" in said and lists is not FREE and rng.random() < 0.6:
        chosen["thing3"] = rng.choice(lists["n"])
    if "{either}" in said:
        chosen["either"] = rng.choice(LISTS["fill_two"]).replace(" and ", " or ", 1)
    verb = next((verb for verb in ASKED_VERBS if said.endswith(f" {verb}?") or f"I {verb} " in said), "")
    known = {name: ARTICLE.sub(r"\1n ", filled(rng, value)) for name, value in chosen.items()}
    known |= {"get": verb, "does": third(verb)}
    known |= {name + "_s": third(known[name]) for name in ("last", "hours") if name in known}
    return [filled(rng, said, **known)], [filled(rng, title, **known)]


def third(verb):
    """The verb as it, she or he does it."""
    return verb + ("es" if verb.endswith("o") else "s")


def core(rng):
    """(the lists it is from, the kind of sentence, its phrases as said, its phrases as titled)"""
    lists = FREE if rng.random() < 0.22 else rng.choice(DOMAINS)
    kind = rng.choice(KINDS)
    if kind == "self" and lists is FREE or kind == "trouble" and lists is not FREE and "p" not in lists:
        kind = "wish"
    if kind == "pair":
        return lists, kind, *paired(rng, lists)
    if kind == "self":
        raw = [rng.choice(lists["i"])]
    else:
        raw = {"trouble": trouble, "want": wanted}.get(kind, deed)(rng, lists)
    said = [ARTICLE.sub(r"\1n ", filled(rng, phrase)) for phrase in raw]
    titled = said
    if kind in ("how", "when", "where"):
        titled = [f"{kind} to {said[0]}", *said[1:]]
    elif kind == "self":
        start = next((start for start in SELF if said[0].startswith(start)), "")
        titled = [said[0][len(start) :]]
    return lists, kind, said, titled


def raised(title):
    """With a capital at the start, unless that is a name of its own kind."""
    return title[0].upper() + title[1:] if is_word(title.split()[0]) else title


def is_word(text):
    return text.islower() and text.replace("'", "").replace("-", "").isalpha()


def title_of(phrases, limit):
    """As many phrases as have room, without articles; None where not even the first has."""
    for count in range(len(phrases), 0, -1):
        words = [word for word in " ".join(phrases[:count]).split() if word not in DROPPED]
        if len(words) <= limit:
            return raised(" ".join(words))
    return None


def first_capital(rng, text, share=0.8):
    is_first_word = is_word(text.split()[0].rstrip(",.!?:;"))
    return text[0].upper() + text[1:] if is_first_word and rng.random() < share else text


def without_capital(text):
    head = text.split()[0]
    return text[0].lower() + text[1:] if head[1:].islower() and not head.startswith("I'") else text


def sentence(rng, lists, kind, said, is_last=True):
    """The core as somebody says it."""
    pattern = "{core}" if kind == "pair" else choose(rng, rng.choice(LINES[kind]))
    takes_clause = pattern.endswith("~")
    pattern = pattern.rstrip("~").replace("{w}", "{core}").replace("{x}", "{core}").replace("{i}", "{core}")
    if kind == "want":
        pattern = pattern.replace("{n}", "{core}")
    core_said = " ".join(said)
    asks = kind != "pair" and ASKING.match(pattern) is not None
    if kind == "pair" and rng.random() < 0.15:
        pattern = choose(rng, "[Hi|Hello|Hey|So|Ok|Quick one|Hi there|Umm][,|!|:] {core}")
    if kind == "self" and rng.random() < 0.35:
        start = next((start for start in CONTRACTED if core_said.startswith(start)), None)
        if start and not core_said.startswith("have to") and " I {core}" in " " + pattern:
            core_said, pattern = core_said[len(start) :], pattern.replace("I {core}", f"I{CONTRACTED[start]}{{core}}")
    text = first_capital(rng, filled(rng, careless(rng, pattern), core=core_said))
    if takes_clause and rng.random() < 0.38:
        clause = rng.choice(lists["e"])
        if kind == "trouble" or clause.startswith(("and ", "but ", "because ")):
            text += filled(rng, clause if clause[0] in ",?" else " " + clause)
            asks = text.endswith("?")
    if text.endswith(("?", ".", "!")):
        return text
    draw = rng.random()
    if asks:
        return text + ("?" if draw < 0.85 or not is_last else "")
    return text + ("." if draw < 0.75 or not is_last and draw < 0.9 else "!" if draw < 0.82 or not is_last else "")


def additions(rng, lists, count):
    """What follows the core: of its subject, or of anything."""
    own = rng.sample(lists["d"], min(count, len(lists["d"])))
    if not own:
        return [line(rng, "after") for _ in range(count)]
    return [filled(rng, pattern) if rng.random() < 0.6 else line(rng, "after") for pattern in own]


ASKED = {"wish", "how", "when", "where", "want", "pair"}


def opening(rng):
    """(what the user says first, the phrases of its title, the lists it is from)"""
    lists, kind, said, titled = core(rng)
    after = rng.choice([0, 0, 0, 0, 1, 1, 1, 2, 2, 3])
    parts = [sentence(rng, lists, kind, said, not after)]
    if rng.random() < 0.22:
        before = line(rng, "before")
        parts.insert(0, before if before.endswith((".", "!", "?")) else before + ".")
    for added in dict.fromkeys(additions(rng, lists, after)):
        if not parts[-1].endswith((".", "!", "?", ")", "(")):
            parts[-1] += "."
        parts.append(added)
    if kind in ASKED and lists["d"] and rng.random() < 0.12:
        parts.insert(0, filled(rng, rng.choice(lists["d"])))
    if rng.random() < 0.08:
        parts = [parts[0], *map(without_capital, parts[1:])]
    text = (" " if rng.random() < 0.92 else "\n").join(parts)
    if rng.random() < 0.06:
        text = text.replace("I ", "i ").replace("I'm", "im")
    return text, titled, lists


def another(rng):
    """A further wish, which no title is about."""
    lists, kind, said, _ = core(rng)
    return without_capital(sentence(rng, lists, kind, said))
