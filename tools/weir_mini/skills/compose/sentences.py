"""Simple sentences of parts: who, does, what, where; said in every tense and person, denied, asked and turned round."""

from dataclasses import dataclass, replace

from ... import values
from ...words import read
from . import clauses
from .clauses import capital, plural

LINES = read("rewrites", by_line=True)
WORDS = read("rewrites")
DOUBLED = {"plan", "stop", "drop", "knit", "wrap", "shop", "cut", "run", "swim", "sit", "hit", "win", "shut", "dig", "forget", "cancel", "travel", "put", "get", "begin", "chat", "hug"}
VOWELS = "aeiou"


def third_of(verb):
    if verb.endswith(("s", "x", "ch", "sh", "z", "o")):
        return verb + "es"
    return verb[:-1] + "ies" if verb.endswith("y") and verb[-2] not in VOWELS else verb + "s"


def past_of(verb):
    if verb in DOUBLED:
        return verb + verb[-1] + "ed"
    if verb.endswith("e"):
        return verb + "d"
    return verb[:-1] + "ied" if verb.endswith("y") and verb[-2] not in VOWELS else verb + "ed"


def ing_of(verb):
    if verb in DOUBLED:
        return verb + verb[-1] + "ing"
    return verb[:-1] + "ing" if verb.endswith("e") and not verb.endswith("ee") else verb + "ing"


@dataclass(frozen=True)
class Verb:
    base: str
    third: str
    past: str
    participle: str
    ing: str


@dataclass(frozen=True)
class Noun:
    """A subject or an object. person is 1, 2 or 3; him is how an object is said."""

    text: str
    person: int = 3
    is_plural: bool = False
    him: str = ""
    his: str = ""


def verb_lines(section):
    found = []
    for line in LINES[section]:
        forms, _, rest = line.partition(":")
        base, *other = forms.split()
        past, participle = other if other else (past_of(base),) * 2
        found.append((Verb(base, third_of(base), past, participle, ing_of(base)), [entry.strip() for entry in rest.split(",")]))
    return found


TRANSITIVE = verb_lines("verbs")
INTRANSITIVE = verb_lines("intransitive")
PRONOUNS = {
    "I": Noun("I", 1, False, "me", "my"), "you": Noun("you", 2, True, "you", "your"), "he": Noun("he", 3, False, "him", "his"), "she": Noun("she", 3, False, "her", "her"),
    "we": Noun("we", 1, True, "us", "our"), "they": Noun("they", 3, True, "them", "their"),
}  # fmt: skip
MASS = {"coffee", "tea", "water", "juice", "milk", "lemonade", "rice", "pasta", "bread", "soup", "salad", "dinner", "breakfast", "lunch", "money", "treasure", "grass", "hair", "paper",
    "wood", "toast", "dishes", "news", "butter", "software", "piano",
        "guitar", "party", "sun", "street", "stew", "wind", "pain"}  # fmt: skip


@dataclass(frozen=True)
class Sentence:
    who: Noun
    verb: Verb
    what: Noun = None
    tail: str = ""
    tense: str = "past"
    denied: bool = False


def subject(rng):
    draw = rng.random()
    if draw < 0.3:
        name = rng.choice(clauses.GIVEN) if rng.random() < 0.8 else values.first_name(rng)
        his = "his" if name in MALE else "her" if name in FEMALE else "their"
        return Noun(name, 3, False, name, his)
    if draw < 0.55:
        word = f"the {rng.choice(WORDS['subject'])}"
        return Noun(word, 3, False, word, "the")
    if draw < 0.67:
        word = f"the {plural(rng.choice(WORDS['subject']))}"
        return Noun(word, 3, True, word, "their")
    if draw < 0.75:
        word = f"{rng.choice(['my', 'our', 'his', 'her', 'their'])} {rng.choice(WORDS['subject'])}"
        return Noun(word, 3, False, word, "the")
    if draw < 0.79:
        one, other = rng.sample(clauses.GIVEN, 2)
        return Noun(f"{one} and {other}", 3, True, f"{one} and {other}", "their")
    return PRONOUNS[rng.choice(["I", "he", "she", "we", "they", "you"])]


MALE, FEMALE = set(clauses.WORDS["he_names"]), set(clauses.WORDS["she_names"])


def thing(rng, nouns, who=None):
    """An object with its article."""
    noun = rng.choice(nouns)
    if noun in MASS or noun == "dishes":
        return Noun(f"the {noun}", 3, noun == "dishes")
    draw = rng.random()
    adjective = f"{rng.choice(ADJECTIVES)} " if rng.random() < 0.3 else ""
    if draw < 0.5:
        return Noun(f"the {adjective}{noun}")
    if draw < 0.72:
        return Noun(clauses.AN.sub(r"\1n ", f"a {adjective}{noun}"))
    if draw < 0.9:
        count = rng.choice(["the", "two", "three", "the", "five", "many", "some", "all the"])
        return Noun(f"{count} {adjective}{plural(noun)}", 3, True)
    return Noun(f"{rng.choice(['this', 'that', 'our', 'every'])} {adjective}{noun}")


ADJECTIVES = ["old", "new", "big", "small", "red", "blue", "green", "heavy", "broken", "expensive", "beautiful", "wooden", "little", "long", "yellow", "cheap", "strange", "dirty", "empty",
    "round", "white", "black", "famous", "first", "second",
              "last", "large", "tiny", "modern", "ancient", "simple", "German", "French", "Italian", "Spanish", "brown", "golden", "shiny", "soft", "nice", "bright", "dark", "huge",
                  "important", "missing", "interesting", "lost", "favourite", "grey"]  # fmt: skip


def sentence(rng, transitive=None, tense=None, who=None):
    is_transitive = rng.random() < 0.75 if transitive is None else transitive
    verb, rest = rng.choice(TRANSITIVE if is_transitive else INTRANSITIVE)
    who = who or subject(rng)
    tense = tense or rng.choice(["past", "past", "present", "future"])
    if is_transitive:
        return Sentence(who, verb, thing(rng, rest), rng.choice(WORDS["where"]) if rng.random() < 0.3 else "", tense)
    return Sentence(who, verb, None, rng.choice(rest), tense)


def auxiliary(s):
    """(the verb that is turned round in a question, what follows it)"""
    is_third = s.who.person == 3 and not s.who.is_plural
    if s.tense == "past":
        return "did", s.verb.base
    if s.tense == "present":
        return "does" if is_third else "do", s.verb.base
    if s.tense == "future":
        return "will", s.verb.base
    if s.tense == "perfect":
        return "has" if is_third else "have", s.verb.participle
    if s.tense in ("can", "must", "should"):
        return s.tense, s.verb.base
    being = be(s.who, "past" if s.tense == "was doing" else "present")
    return being, s.verb.ing


def be(who, tense):
    if tense == "past":
        return "were" if who.is_plural else "was"
    if who.text == "I":
        return "am"
    return "are" if who.is_plural else "is"


def predicate(s):
    aux, verb = auxiliary(s)
    if s.denied:
        return f"cannot {verb}" if aux == "can" else f"{aux} not {verb}"
    if s.tense == "past":
        return s.verb.past
    if s.tense == "present":
        return s.verb.third if aux == "does" else s.verb.base
    return f"{aux} {verb}"


def after(s):
    return " ".join(filter(None, (s.what.text if s.what else "", s.tail)))


def said(s):
    """Without its stop, and without a capital that it does not have within a sentence."""
    return f"{s.who.text} {predicate(s)} {after(s)}".strip()


def stated(s):
    return capital(said(s)) + "."


def asked(s):
    aux, verb = auxiliary(s)
    return capital(f"{aux} {s.who.text} {'not ' if s.denied else ''}{verb} {after(s)}".strip()) + "?"


def passive(s):
    """The letter was written by Anna in Rome."""
    what, participle = s.what, s.verb.participle
    verb = {
        "past": f"{be(what, 'past')} {participle}",
        "present": f"{be(what, 'present')} {participle}",
        "future": f"will be {participle}",
        "perfect": f"{'have' if what.is_plural else 'has'} been {participle}",
        "can": f"can be {participle}",
        "must": f"must be {participle}",
        "should": f"should be {participle}",
        "is doing": f"{be(what, 'present')} being {participle}",
        "was doing": f"{be(what, 'past')} being {participle}",
    }[s.tense]
    if s.denied:
        head, _, rest = verb.partition(" ")
        verb = f"cannot {rest}" if head == "can" else f"{head} not {rest}"
    return capital(f"{what.text} {verb} by {s.who.him} {s.tail}".strip()) + "."


def order(s):
    """As an instruction."""
    return capital(("do not " if s.denied else "") + f"{s.verb.base} {after(s)}".strip()) + "."


def other(s, **changes):
    return replace(s, **changes)
