"""(a) Classify into given labels: sentiment, topic, intent, priority, spam, language, kind, yes or no, or any other."""

from .. import values
from ..framing import arrived, framed
from ..labels import in_line, in_lines
from ..phrasing import say
from ..task import Task, compact, system, user
from ..words import read
from . import yes_no
from .class_sources import LANGUAGES, POLES, language, priority, sample, sentence_in, sentiment, sentiment_text, spam

ASK = read("classify_ask", by_line=True)
OPEN_KIND = [
    "Is [a |the word |]{w} [a |]{a} or [a |]{b}?",
    "{w}: {a} or {b}?",
    "{a} or {b}: {w}",
    "[Does|Would] {w} [belong to|go with] {a} or {b}?",
    "[What|Which] is {w}, {a} or {b}?",
    "[{a}/{b}|{a} or {b}]? {w}",
]
MAIL_LIKE = {
    "message", "ticket", "mail", "email", "e-mail", "request", "review", "comment", "feedback", "customer message", "issue", "report", "inquiry",
    "case", "chat message", "query", "post",
}  # fmt: skip
ABOUT_FORM = {"style", "register", "tone", "level of formality", "language"}
ARROWS = [" -> ", " => ", ": ", " | ", " = ", "\nLabel: "]


def open_language(rng):
    """The language asked for without labels."""
    right = rng.choice(list(LANGUAGES))
    return Task("classify", framed(rng, say(rng, ASK["open_language"]), sentence_in(rng, right)), right)


def open_kind(rng):
    """A word between two kinds, in one sentence."""
    one, other = rng.sample(
        ["fruit", "vegetable", "animal", "color", "country", "city", "instrument", "vehicle"], 2
    )
    word = values.pick(rng, one)
    if word in values.BASIC[other]:
        return open_kind(rng)
    names = [one, other]
    rng.shuffle(names)
    shown = word if rng.random() < 0.6 else f'"{word}"'
    return Task("classify", [user(say(rng, OPEN_KIND, w=shown, a=names[0], b=names[1]))], one)


def open_sentiment(rng):
    """The sentiment asked for without labels."""
    pole = rng.choice(POLES[:3])
    ask = say(rng, ASK["open_sentiment"])
    return Task("classify", framed(rng, ask, sentiment_text(rng, pole)), pole)


def instruction(rng, wanted):
    """What to do, with the labels in it or in lines of their own."""
    slots = {"thing": wanted.thing, "kind": wanted.kind, "count": len(wanted.labels)}
    explained = wanted.meanings is not None and (wanted.must_explain or rng.random() < 0.12)
    if not explained and rng.random() < 0.8:
        ask = say(rng, ASK["ask"], labels=in_line(rng, wanted.labels), **slots)
    else:
        labels = in_lines(rng, wanted.labels, wanted.meanings if explained else None)
        ask = say(rng, ASK["ask_block"], **slots) + rng.choice(["\n", "\n", "\n\n"]) + labels
        if rng.random() < 0.5:
            ask += rng.choice(["\n", "\n\n"]) + say(rng, ASK["after_block"], **slots)
    if rng.random() < 0.5:
        ask += rng.choice([" ", " ", "\n", ". "]) + say(rng, ASK["brief"], **slots)
    return ask


def shots(rng, source, labels):
    """Examples in front of the question, all for the same labels."""
    found, wanted = [], rng.randrange(1, 4)
    for _ in range(40):
        example = source(rng)
        if example.right in labels and len(found) < wanted:
            found.append((example.text, example.right))
    return found


def with_examples(rng):
    source = rng.choice([sentiment, spam, priority, language])
    wanted = source(rng)
    arrow, joint = rng.choice(ARROWS), rng.choice(["\n", "\n", "\n\n"])
    body = joint.join(f"{text}{arrow}{right}" for text, right in shots(rng, source, wanted.labels))
    ask = instruction(rng, wanted)
    question = f"{body}{joint}{wanted.text}{arrow.rstrip()}".strip()
    if rng.random() < 0.15:
        return Task("classify", [system(ask), user(question)], wanted.right)
    return Task("classify", [user(f"{ask}\n\n{question}")], wanted.right)


def as_it_came(rng, wanted):
    """Some texts keep the form of a mail, a ticket or a chat line, where that does not change their class."""
    fits = wanted.thing in MAIL_LIKE and wanted.kind not in ABOUT_FORM and len(wanted.text) > 25
    return arrived(rng, wanted.text) if fits and rng.random() < 0.25 else wanted.text


def plain(rng):
    wanted = sample(rng)
    ask = instruction(rng, wanted)
    answer, as_json = wanted.right, rng.random() < 0.1
    if as_json:
        key = rng.choice(["label", "category", "class", "result", "answer", wanted.kind.replace(" ", "_")])
        ask += rng.choice([" ", "\n", ". "]) + say(rng, ASK["as_json"], key=key)
        answer = compact({key: wanted.right})
    if rng.random() < 0.06:
        ask = f"{say(rng, ASK['role'], thing=wanted.thing, kind=wanted.kind)} {ask}"
    return Task(
        "classify",
        framed(rng, ask, as_it_came(rng, wanted)),
        answer,
        response_format={"type": "json_object"} if as_json else None,
        is_json=as_json,
    )


def make(rng):
    draw = rng.random()
    if draw < 0.2:
        return yes_no.make(rng)
    if draw < 0.26:
        return rng.choice([open_language, open_sentiment, open_kind])(rng)
    return with_examples(rng) if draw < 0.3 else plain(rng)
