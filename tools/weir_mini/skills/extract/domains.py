"""Texts of many domains, composed of facts in any order: sentences, forms, tables, mails, chats, with what they say.

words/extract_domains.txt holds for every fact its key, kind, other names, sentences and questions.
"""

import html
import re
import unicodedata

from ... import values
from ...phrasing import SLOT, choose
from ...words import read
from .field_values import KINDS, WORDS, first_name, spoken, with_article

ALIKE = [
    set("person first last doctor people username name person_other person_third handle first_name_only".split()),
    {"date", "birth", "weekday", "day_phrase", "date_other"}, {"company", "company_other"}, {"money", "amount"}, {"time", "logtime"}, {"temperature", "temperature_max", "oven"},
    {"city", "city_to"}, {"address", "address_to"}, {"product", "product_old"}, {"team", "team_away"},
]  # fmt: skip
GENERIC = {
    "date": ["date", "day"], "time": ["time"], "money": ["amount", "price"], "person": ["name", "full name", "person"], "email": ["email", "email address"], "phone": ["phone", "phone number"],
    "city": ["city", "place"], "company": ["company", "firm", "company name"], "address": ["address", "street"], "url": ["link", "url"], "id": ["id", "reference"], "product": ["product", "item"],
    "percent": ["percentage", "percent"], "duration": ["duration"], "country": ["country"], "version": ["version"], "temperature": ["temperature"], "weight": ["weight"], "color": ["color"],
    "path": ["file", "path"], "ip": ["ip", "ip address"], "job": ["job", "job title"], "count": ["quantity", "number"], "distance": ["distance"], "event": ["event"], "status": ["status"],
}  # fmt: skip


class Key(str):
    """A key that knows its other names and the questions that ask for it."""

    others = questions = ()
    alone = False  # whether no other value of its kind is in the text


class Fact:
    def __init__(self, line):
        head, others, clauses, questions = (part.strip() for part in line.split(" ## "))
        self.key, self.kind = head.split(":")
        self.make = KINDS[self.kind]
        self.others = [name.strip() for name in others.split(",")]
        self.clauses = split(clauses)
        self.questions = split(questions)


class Domain:
    def __init__(self, lines):
        self.facts = {fact.key: fact for fact in (Fact(line) for line in lines if line[:2] not in ("& ", "@ "))}
        self.sentences = [(line[2:].replace("\\n", "\n"), SLOT.findall(line)) for line in lines if line.startswith("& ")]
        self.fillers = [filler for line in lines if line.startswith("@ ") for filler in split(line[2:])]
        self.is_story = any("<S>" in sentence for fact in self.facts.values() for sentence in fact.clauses)
        self.names = {name for fact in self.facts.values() for name in (fact.key.replace("_", " "), *fact.others)}


def split(text):
    return [part.strip() for part in text.split(" ; ")]


DOMAINS = {name: Domain(lines) for name, lines in read("extract_domains", by_line=True).items()}
LIST = list(DOMAINS.values())


def family(kind):
    return next((kinds for kinds in ALIKE if kind in kinds), {kind})


def ascii_name(name):
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().replace("'", "").replace(".", "")


def linked_email(rng, kinds, made):
    """Addresses mostly look like the name of the only person."""
    people = [key for key in made if kinds[key] == "person"]
    mails = [key for key in made if kinds[key] == "email"]
    if len(people) == 1 and len(mails) == 1 and rng.random() < 0.6:
        name = ascii_name(made[people[0]])
        if len(name.split()) > 1:
            made[mails[0]] = values.email(rng, name)


def low(text):
    """A sentence that goes on after a comma."""
    first, _, _ = text.partition(" ")
    return text[0].lower() + text[1:] if first in LOWERED else text


LOWERED = frozenset("The It We You Our My Please Call Your This Check-in Go Boarding In Payment From By Take There One Their He She They His Her".split())


SHE = {"<S>": "She", "<s>": "she", "<h>": "her", "<H>": "Her", "<m>": "her"}
HE = {"<S>": "He", "<s>": "he", "<h>": "his", "<H>": "His", "<m>": "him"}
PRONOUN = re.compile(r"<[SshHm]>")


def about(pronouns, pattern):
    """The pattern with the pronouns of one person."""
    return PRONOUN.sub(lambda match: pronouns[match.group()], pattern) if "<" in pattern else pattern


def clause(rng, fact, value, pronouns):
    pattern = about(pronouns, choose(rng, rng.choice(fact.clauses)).strip())
    shown = spoken(rng, value)
    if rng.random() < 0.03 and not isinstance(value, list) and '"' not in pattern:
        other = fact.make(rng)
        if other != value:
            shown += rng.choice([f" (not {other})", f", not {other}", f" instead of {other}"])
    text = with_article(pattern, "{v}", shown).replace("{v}", shown)
    return text if pattern.startswith("{v}") else text[0].upper() + text[1:]


def ended(sentence):
    return sentence if sentence[-1] in ".?!:,\n" else sentence + "."


def in_sentences(rng, domain, keys, made, whole, pronouns):
    parts = [about(pronouns, choose(rng, whole[0]))] if whole else []
    parts = [SLOT.sub(lambda m: spoken(rng, made[m.group(1)]), part) for part in parts]
    parts += [clause(rng, domain.facts[key], made[key], pronouns) for key in keys if not whole or key not in whole[1]]
    if rng.random() < 0.3 and not domain.is_story:
        rng.shuffle(parts)
    extra = rng.choice([0, 0, 0, 1, 1, 2])
    for _ in range(extra):
        filler = rng.choice(domain.fillers) if domain.fillers and rng.random() < 0.6 else rng.choice(WORDS["chatter"])
        parts.insert(rng.randrange(len(parts) + 1), about(pronouns, filler))
    draw = rng.random()
    if draw < 0.55:
        return " ".join(ended(part) for part in parts)
    if draw < 0.65:
        return ended(", ".join([parts[0], *map(low, parts[1:])]))
    if draw < 0.72 and len(parts) > 1:
        return ended(", ".join([parts[0], *map(low, parts[1:-1])]) + rng.choice([" and ", ", and ", ". "]) + low(parts[-1]))
    if draw < 0.8:
        return "\n".join(ended(part) for part in parts)
    if draw < 0.87:
        mark = rng.choice(["- ", "* ", "• ", "– ", "> "])
        return "\n".join(mark + part for part in parts)
    if draw < 0.92:
        return "\n".join(f"{number}. {part}" for number, part in enumerate(parts, 1))
    return rng.choice(["; ", " / ", " - ", " | ", ". ", "\n\n", " ... "]).join(parts)


def label(rng, fact):
    words = rng.choice([fact.key.replace("_", " "), *fact.others[:3]]) if rng.random() < 0.6 else fact.key.replace("_", " ")
    draw = rng.random()
    return words.title() if draw < 0.2 else words.upper() if draw < 0.25 else words if draw < 0.35 else words[0].upper() + words[1:]


def in_lines(rng, domain, keys, made):
    """Forms, tables and lines of a log."""
    facts = [domain.facts[key] for key in keys]
    shown = [spoken(rng, made[key]) for key in keys]
    draw = rng.random()
    if draw < 0.15:
        sign, joint = rng.choice([("=", " "), ("=", ", "), (": ", ", "), ("=", ";"), ("=", "&"), (":", " "), (" = ", "\n"), ("=", "\n")])
        shown = [f'"{value}"' if " " in value and joint in (" ", ", ") else value for value in shown]
        return joint.join(f"{fact.key}{sign}{value}" for fact, value in zip(facts, shown))
    labels = [label(rng, fact) for fact in facts]
    if draw < 0.62:
        sign, joint = rng.choice([": ", ": ", ": ", " - ", ":\t", ": ", " = ", ":"]), rng.choice(["\n", "\n", "\n", " | ", "; ", ", ", " / ", "\n\n"])
        mark = rng.choice(["", "", "", "- ", "* ", "**"]) if "\n" in joint else ""
        if mark == "**":
            return "\n".join(f"**{name}**{sign}{value}" for name, value in zip(labels, shown))
        return joint.join(f"{mark}{name}{sign}{value}" for name, value in zip(labels, shown))
    if draw < 0.74:
        lines = [f"| {' | '.join(labels)} |", "|" + "---|" * len(labels), f"| {' | '.join(shown)} |"]
        if rng.random() < 0.4:
            lines = ["| Field | Value |", "|---|---|", *(f"| {name} | {value} |" for name, value in zip(labels, shown))]
        return "\n".join(lines)
    if draw < 0.82 and not any("," in value for value in shown):
        joint = rng.choice([",", ", ", ";", "\t"])
        return joint.join(labels) + "\n" + joint.join(shown)
    if draw < 0.9:
        tag, inner = rng.choice([("tr", "<td>{}</td><td>{}</td>"), ("li", "<b>{}:</b> {}"), ("p", "{}: {}"), ("li", "{}: {}")])
        safe = [html.escape(value, quote=False) for value in shown]
        if safe == shown:
            return rng.choice(["", "\n"]).join(f"<{tag}>{inner.format(name, value)}</{tag}>" for name, value in zip(labels, shown))
    width = max(map(len, labels)) + 2
    return "\n".join(f"{name + ':':<{width}}{value}" if draw < 0.95 else f"{name.upper()}\n{value}" for name, value in zip(labels, shown))


def in_letter(rng, text):
    """With the first names of those who write, or who are written to."""
    close, greeting = rng.choice(WORDS["closing"]), rng.choice(WORDS["greeting"])
    draw = rng.random()
    if draw < 0.5:
        space = rng.choice(["\n\n", "\n"])
        return f"{greeting} {first_name(rng)},{space}{text}{space}{close}{rng.choice([',', '', '!'])}\n{first_name(rng)}"
    if draw < 0.7:
        return f"{rng.choice(['Hi', 'Hello', 'Hey', 'Dear'])} {rng.choice(['all', 'team', 'everyone', 'folks', first_name(rng)])}, {low(text)}"
    if draw < 0.85:
        return f"{text}\n{rng.choice(['- ', '-- ', '~', ''])}{first_name(rng)}"
    one, other = first_name(rng), first_name(rng)
    lines = [part for part in text.replace(". ", ".\n").split("\n") if part.strip()]
    return "\n".join(f"{one if place % 2 == 0 or len(lines) < 3 else other}: {line}" for place, line in enumerate(lines))


def composed(rng, domain=None, may_be_letter=True):
    """(text, [(kind, key, value)])"""
    domain = domain or LIST[int(rng.random() * len(LIST))]
    whole = rng.choice(domain.sentences) if domain.sentences and (domain.is_story or rng.random() < 0.6) else None
    keys = list(whole[1]) if whole else []
    others = [key for key in domain.facts if key not in keys]
    keys += rng.sample(others, min(len(others), rng.choice([0, 0, 1, 1, 2, 3] if whole else [1, 2, 3, 3, 4, 4, 5, 6])))
    keys = list(dict.fromkeys(keys))
    kinds = {key: domain.facts[key].kind for key in keys}
    made = {key: domain.facts[key].make(rng) for key in keys}
    linked_email(rng, kinds, made)
    named, pronouns = False, rng.choice([SHE, HE])
    if rng.random() < (0.12 if domain.is_story else 0.3):
        rng.shuffle(keys)
        text = in_lines(rng, domain, keys, made)
        if rng.random() < 0.15:
            text = rng.choice(WORDS["chatter"]) + ".\n\n" + text
    else:
        text = in_sentences(rng, domain, keys, made, whole, pronouns)
        if may_be_letter and rng.random() < 0.22 and "\n" not in (whole[0] if whole else ""):
            letter = in_letter(rng, text)
            if all(isinstance(value, list) or str(value) in letter for value in made.values()):
                text, named = letter, True
    return text, [(kinds[key], key_for(domain, key, kinds, named, pronouns), made[key]) for key in keys]


def key_for(domain, key, kinds, named, pronouns):
    kind, fact = kinds[key], domain.facts[key]
    known = Key(key)
    alike = family(kind)
    alone = sum(other in alike for other in kinds.values()) == 1 and not (named and "person" in alike)
    known.others = fact.others + (GENERIC.get(kind, []) if alone else [])
    known.alone = alone
    known.questions, known.domain = [about(pronouns, question) for question in fact.questions], domain
    return known


def other_name(rng, key, found):
    """A name of this field that no other field of the text has."""
    if rng.random() < 0.4:
        return key
    name = rng.choice(key.others)
    for _, other, _ in found:
        if other != key and (name == other.replace("_", " ") or isinstance(other, Key) and name in other.others):
            return key
    return name.replace("e-mail", "email").replace("-", "_").replace(" ", "_").replace("'", "").replace(".", "")


def missing(rng, found):
    """(kind, name) of a field that the text surely lacks."""
    domain, kinds = found[0][1].domain, [kind for kind, _, _ in found]
    taken = {name for _, key, _ in found for name in (key.replace("_", " "), *key.others)}
    if rng.random() < 0.6:
        fact = domain.facts[rng.choice(list(domain.facts))]
        alike = family(fact.kind)
        is_near = any(kind in alike for kind in kinds)
        if fact.key.replace("_", " ") not in taken and (not is_near or rng.random() < 0.15):
            return fact.kind, fact.key
    name = rng.choice(WORDS["field_never"])
    words = set(name.split()) - {"number", "code", "id"}
    if any(words & set(known.split()) for known in domain.names):
        return None
    return "text", name.replace(" ", "_").replace("'", "")
