"""Questions about a text, a number or a word that are answered by yes or no, or by true or false."""

from .. import values
from ..framing import framed
from ..phrasing import say
from ..task import Task, user
from ..words import read
from .class_sources import LANGUAGES, MESSAGES, SENTIMENT_WORDS, sentence_in, sentiment_text
from .records import claim_about, text_with_record

TOPICS = read("topic_sentences", by_line=True)
ASK = read("yes_no", by_line=True)
KINDS = ["fruit", "vegetable", "animal", "color", "country", "city", "instrument", "vehicle"]
FAR = "sports food politics weather travel technology health music animals cars crime finance space gardening".split()
ARTICLE = {"animal": "an", "instrument": "an"}
CONTENTS = [
    (["an email address", "an e-mail address", "an email"], values.email),
    (["a phone number", "a telephone number", "a number to call"], values.phone),
    (["a date", "a calendar date"], values.spoken_date),
    (["a price", "an amount of money", "a sum of money"], values.money),
    (["a URL", "a link", "a web address"], values.url),
    (["a time", "a time of day"], lambda r: f"{r.randrange(1, 13)}:{r.randrange(10, 60)} pm"),
    (["an IP address", "an IP"], values.ip),
]


def statement(rng):
    topic = rng.choice(FAR)
    return topic, values.filled(rng, rng.choice(TOPICS[topic]))


def about_topic(rng, truth):
    right, text = statement(rng)
    topic = right if truth else rng.choice([name for name in FAR if name != right])
    return say(rng, ASK["about_topic"], topic=topic), text


def mentions(rng, truth):
    """Does the text contain a value of some kind?"""
    names, make = rng.choice(CONTENTS)
    _, text = statement(rng)
    if "http" in text or "@" in text or "{" in text:
        return None
    others = [maker for other, maker in CONTENTS if other is not names]
    added = make(rng) if truth else rng.choice(others)(rng) if rng.random() < 0.4 else None
    if not truth and added and any(part in names[0] for part in ("price", "phone", "date", "time")):
        return None  # a number of one kind may look like one of another
    if added:
        text += " " + say(rng, "[Contact|See|Note|More|Details|Ref]: {value}[.|]", value=added)
    return say(rng, ASK["mentions"], name=rng.choice(names)), text


def names_word(rng, truth):
    """Is a word or a name in a list?"""
    section = rng.choice(["object", "first_name", "city", "fruit", "color", "animal"])
    items = rng.sample(values.BASIC[section], rng.randrange(3, 9))
    outside = values.pick(rng, section)
    if outside in items:
        return None
    item = rng.choice(items) if truth else outside
    joint = rng.choice([", ", ", ", "\n", " ", "; ", "\n- "])
    return say(rng, ASK["names_word"], item=item), joint.join(items)


def has_word(rng, truth):
    """Does a word stand in the sentence?"""
    _, text = statement(rng)
    words = [word.strip(".,!?:;") for word in text.split() if len(word.strip(".,!?:;")) > 4]
    if not words:
        return None
    word = rng.choice(words) if truth else values.pick(rng, "object")
    if not truth and word in text:
        return None
    return say(rng, ASK["has_word"], word=word), text


def is_pleased(rng, truth):
    """Is the writer satisfied?"""
    happy = rng.random() < 0.5
    text = sentiment_text(rng, "positive" if happy else "negative")
    section = "happy" if happy == truth else "unhappy"
    return say(rng, ASK[section], noun=rng.choice(SENTIMENT_WORDS["review_noun"])), text


def claim(rng, truth):
    """A statement about a passage that agrees with it or does not."""
    text, found = text_with_record(rng)
    said = claim_about(rng, found, truth)
    return None if said is None else (say(rng, ASK["claim"], claim=said), text)


def compares(rng, truth):
    a, b = rng.sample(range(1, rng.choice([20, 100, 1000])), 2)
    words = ["greater", "larger", "bigger", "more"] if (a > b) == truth else ["less", "smaller", "lower"]
    return say(rng, ASK["compares"], a=a, b=b, word=rng.choice(words)), None


def is_kind(rng, truth):
    kind = rng.choice(KINDS)
    word = values.pick(rng, kind if truth else rng.choice([k for k in KINDS if k != kind]))
    if not truth and word in values.BASIC[kind]:
        return None
    return say(rng, ASK["is_kind"], word=word, article=ARTICLE.get(kind, "a"), kind=kind), None


def parity(rng, truth):
    number = rng.randrange(1, rng.choice([30, 1000, 100000]))
    even = number % 2 == 0
    return say(rng, ASK["parity"], n=number, word="even" if even == truth else "odd"), None


def is_spam(rng, truth):
    text = values.filled(rng, rng.choice(MESSAGES["spam" if truth else "ham"]))
    return say(rng, ASK["is_spam"]), text


def is_urgent(rng, truth):
    rank = rng.choice(["urgent", "urgent", "high"] if truth else ["low"])
    return say(rng, ASK["is_urgent"]), values.filled(rng, rng.choice(MESSAGES[f"priority_{rank}"]))


def is_language(rng, truth):
    named = rng.choice(list(LANGUAGES))
    spoken = named if truth else rng.choice([name for name in LANGUAGES if name != named])
    return say(rng, ASK["is_language"], name=named), sentence_in(rng, spoken)


def answer_style(rng):
    """(how the answer is asked for, the answers for yes and no); its spelling follows the request."""
    draw = rng.random()
    if draw < 0.66:
        return say(rng, ASK["brief"]), ("yes", "no")
    if draw < 0.86:
        yes, no = rng.choice([("Yes", "No"), ("YES", "NO"), ("true", "false"), ("True", "False"), ("Y", "N"), ("true", "false")])
        first, second = (yes, no) if rng.random() < 0.8 else (no, yes)
        return say(rng, ASK["spelled"], a=first, b=second), (yes, no)
    return "", ("yes", "no")


QUESTIONS = [is_spam, is_spam, is_urgent, is_language, about_topic, mentions, mentions, names_word, has_word, is_pleased, claim, claim, compares, is_kind, parity]


def make(rng):
    while True:
        truth = rng.random() < 0.5
        question = rng.choice(QUESTIONS)(rng, truth)
        if question is not None:
            break
    ask, text = question
    brief, (yes, no) = answer_style(rng)
    ask += f" {brief}" if brief and not brief.startswith((",", "/")) else brief
    messages = [user(ask)] if text is None else framed(rng, ask, text)
    return Task("classify", messages, yes if truth else no)
