"""(a) Classify into given labels: sentiment, topic, intent, priority, spam, language, kind, yes or no, or any other."""

from ...framing import arrived, framed
from ...labels import in_line, in_lines
from ...phrasing import say
from ...task import Task, compact, system, user
from ...words import read
from ..shared import word_kinds
from ..shared.class_sources import POLES, any_language, language, priority, sample, sentence_in, sentiment, spam
from ..shared.reviews import sentiment_text
from . import label_tasks, plainly, yes_no

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
    right = any_language(rng)
    return Task("classify", framed(rng, say(rng, ASK["open_language"]), sentence_in(rng, right)), right)


def open_kind(rng):
    """A word between two kinds, in one sentence."""
    one, other = word_kinds.kinds_apart(rng, 2)
    word = word_kinds.word_of(rng, one, [other])
    name = {kind: word_kinds.shown(rng, kind) for kind in (one, other)}
    names = list(name.values())
    rng.shuffle(names)
    shown = word if rng.random() < 0.6 else f'"{word}"'
    ask = say(rng, OPEN_KIND, w=shown, a=names[0], b=names[1])
    return Task("classify", [user(ask)], name[one])


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


def shots(rng, wanted):
    """Examples in front of the question, all for the same labels."""
    labels = [rng.choice(wanted.labels) for _ in range(rng.randrange(1, 4))]
    if rng.random() < 0.4:
        labels = wanted.labels[:4]
    return [(wanted.another(rng, label), label) for label in labels]


def with_examples(rng):
    wanted = rng.choice([sentiment, spam, priority, language])(rng) if rng.random() < 0.5 else sample(rng)
    arrow, joint = rng.choice(ARROWS), rng.choice(["\n", "\n", "\n\n"])
    body = joint.join(f"{text}{arrow}{right}" for text, right in shots(rng, wanted))
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
    if rng.random() < 0.3:
        return plainly.make(rng)
    draw = rng.random()
    if draw < 0.2:
        return yes_no.make(rng)
    if draw < 0.27:
        return rng.choice([open_language, open_sentiment, open_sentiment, open_kind])(rng)
    if draw < 0.37:
        return label_tasks.make(rng)
    return with_examples(rng) if draw < 0.41 else plain(rng)
