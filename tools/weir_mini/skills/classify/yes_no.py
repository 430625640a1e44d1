"""Questions about a text, a number or a word that are answered by yes or no, or by true or false."""

from ... import values
from ...framing import framed
from ...phrasing import say
from ...task import Task, user
from ...words import read
from ..shared import word_kinds
from ..shared.class_sources import ALIKE, LANGUAGES, MESSAGES, NAMED_SETS as SETS, any_language, intent, label_set, sentence_in
from ..shared.records import claim_about, text_with_record
from ..shared.reviews import sentiment_text
from ..shared.reviews import WORDS as SENTIMENT_WORDS
from ..shared.topics import NAMES, RIVALS, TOPICS, topic_text
from .true_false import event_question, known_question, true_or_false

ASK = read("yes_no", by_line=True)
IN_SET = {
    # a question: (a set of label_sets, the label that means yes)
    "question_form": ("sentence_kind", 0), "polite": ("politeness", 0), "rude": ("politeness", 1), "toxic": ("toxic_wide", 0), "formal": ("formality", 0),
    "informal": ("formality", 1), "opinion": ("fact_or_opinion", 1), "fact": ("fact_or_opinion", 0), "wants_refund": ("support_category", 1),
    "login_trouble": ("support_category", 2), "reports_bug": ("support_category", 4), "wants_feature": ("support_category", 5),
    "wants_cancel": ("support_category", 6), "complains": ("support_category", 7), "gives_thanks": ("support_category", 8),
    "is_tense_past": ("tense", 0), "is_tense_future": ("tense", 2),
}  # fmt: skip
FEELINGS = {0: ["happy", "glad"], 1: ["angry", "furious"], 2: ["sad", "unhappy"], 3: ["afraid", "scared"], 4: ["surprised"]}
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
    name = rng.choice(TOPICS)
    return name, topic_text(rng, name)


def about_topic(rng, truth):
    right, text = statement(rng)
    asked = right if truth else rng.choice(RIVALS[right])
    return say(rng, ASK["about_topic"], topic=rng.choice(NAMES.get(asked, [asked]))), text


def in_set(rng, truth):
    """Is it a question, polite, toxic, a complaint ...?"""
    asked = rng.choice(list(IN_SET))
    name, place = IN_SET[asked]
    labels = SETS[name].labels
    label = labels[place] if truth else rng.choice([other for other in labels if other is not labels[place]])
    return say(rng, ASK[asked]), values.filled(rng, rng.choice(label.texts))


def feels(rng, truth):
    """Is the writer angry, sad ...?"""
    labels = SETS["emotion_wide"].labels
    right = rng.choice(list(FEELINGS))
    asked = right if truth else rng.choice([other for other in FEELINGS if other != right])
    return say(rng, ASK["feels"][:2], label=rng.choice(FEELINGS[asked])), values.filled(rng, rng.choice(labels[right].texts))


def is_label(rng, truth):
    """Is the label of a text this one?"""
    wanted = rng.choice([intent, label_set, label_set])(rng)
    if wanted.must_explain:
        return None
    label = wanted.right if truth else rng.choice([other for other in wanted.labels if other != wanted.right])
    return say(rng, ASK["is_label"][2:], label=label, thing=wanted.thing, kind=wanted.kind), wanted.text


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
    kind, other = word_kinds.kinds_apart(rng, 2)
    word = word_kinds.word_of(rng, kind if truth else other, [other if truth else kind])
    article, name = word_kinds.counted(kind).split(" ", 1)
    return say(rng, ASK["is_kind"], word=word, article=article, kind=name), None


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
    named = any_language(rng)
    near = [name for group in ALIKE if named in group for name in group if name != named]
    others = near if near and rng.random() < 0.5 else [name for name in LANGUAGES if name != named]
    spoken = named if truth else rng.choice(others)
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


QUESTIONS = [
    is_spam, is_spam, is_urgent, is_language, about_topic, about_topic, mentions, mentions, names_word, has_word, is_pleased, is_pleased, claim, claim, compares,
    is_kind, parity, in_set, in_set, in_set, feels, is_label, event_question, event_question, known_question, known_question,
]  # fmt: skip


def make(rng):
    if rng.random() < 0.06:
        return true_or_false(rng)
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
