"""Small jobs around labels: options by letter or number, this if it is so and that if not, several texts at once,
which one is it, how many, the odd one out."""

from ...framing import framed
from ...phrasing import say
from ...task import Task, compact, system, user
from ...words import read
from ..shared import word_kinds
from ..shared.class_sources import intent, label_set, language, priority, sentiment, spam, topic

ASK = read("classify_ask", by_line=True)
MARKS = ["{}) ", "{}. ", "({}) ", "{}: ", "{} - ", "[{}] "]
SOURCES = [sentiment, sentiment, sentiment, spam, spam, topic, topic, label_set, label_set, intent, priority, language]
ANSWERS = [
    ("1", "0"), ("1", "0"), ("0", "1"), ("1", "2"), ("yes", "no"), ("Yes", "No"), ("true", "false"), ("Y", "N"), ("A", "B"), ("X", "O"), ("keep", "drop"), ("pass", "fail"),
    ("accept", "reject"), ("OK", "NOT OK"), ("stop", "go"), ("left", "right"), ("red", "green"), ("in", "out"), ("+", "-"), ("match", "no match"), ("hit", "miss"),
    ("flag", "skip"), ("show", "hide"), ("alert", "ignore"), ("on", "off"), ("10", "20"), ("true", "false"), ("MATCH", "OTHER"),
]  # fmt: skip
PLURAL = {"reply": "replies", "mail": "mails", "SMS": "messages", "feedback": "comments", "entry": "entries", "opinion": "opinions", "story": "stories",
          "query": "queries", "inquiry": "inquiries", "code": "snippets", "e-mail": "e-mails", "piece of code": "snippets"}  # fmt: skip


def plural(thing):
    return PLURAL.get(thing) or thing + ("es" if thing.endswith(("s", "ch")) else "s")


def before_or_after(rng, ask, data):
    return rng.choice([f"{ask}\n\n{data}", f"{ask}\n{data}", f"{data}\n\n{ask}"])


def lettered(rng):
    """Options with a letter or a number each, and the answer is that."""
    wanted = rng.choice(SOURCES)(rng)
    by_letter = rng.random() < 0.6
    marks = ("ABCDEFGHIJ" if rng.random() < 0.7 else "abcdefghij") if by_letter else "1234567890"
    mark = rng.choice(MARKS)
    joint = "\n" if rng.random() < 0.6 else rng.choice([" ", ", ", "; "])
    explained = wanted.must_explain and wanted.meanings
    shown = [f"{label} ({wanted.meanings[label]})" if explained else label for label in wanted.labels]
    options = joint.join(mark.format(marks[i]) + label for i, label in enumerate(shown))
    answer = marks[wanted.labels.index(wanted.right)]
    what = "letter" if by_letter else "number"
    if rng.random() < 0.2:
        what, answer = "label", wanted.right
    ask = say(rng, ASK["lettered"], thing=wanted.thing, kind=wanted.kind)
    close = say(rng, ASK["answer_by"], what=what)
    if rng.random() < 0.5:
        return Task("classify", framed(rng, f"{ask}\n{options}\n{close}", wanted.text), answer)
    text = wanted.text
    body = rng.choice([f"{ask} {close}\n\n{text}\n\n{options}", f"{ask}\n{text}\n{options}\n{close}", f'"{text}"\n{ask}\n{options}\n{close}'])
    return Task("classify", [user(body)], answer)


def several(rng, least=2, most=6):
    """(a source's sample, (text, label) of several texts)"""
    wanted = rng.choice(SOURCES)(rng)
    found = [(wanted.text, wanted.right)]
    for _ in range(rng.randrange(least, most) - 1):
        label = rng.choice(wanted.labels)
        found.append((wanted.another(rng, label), label))
    found = [(text.replace("\n", " "), label) for text, label in dict(found).items()]
    rng.shuffle(found)
    return wanted, found


def listed(rng, texts, style=None):
    style = rng.randrange(5) if style is None else style
    if style == 0:
        return "\n".join(f"- {text}" for text in texts)
    if style == 1:
        return "\n".join(texts)
    if style == 2:
        return "\n".join(f"{i}) {text}" for i, text in enumerate(texts, 1))
    return "\n".join(f"{i}. {text}" for i, text in enumerate(texts, 1))


def batch(rng):
    """Several texts, a label for each."""
    wanted, found = several(rng)
    slots = {"things": plural(wanted.thing), "kind": wanted.kind, "labels": ", ".join(wanted.labels)}
    ask = say(rng, ASK["batch"], **slots)
    if wanted.must_explain:
        ask += " " + "; ".join(f"{label}: {wanted.meanings[label]}" for label in wanted.labels) + "."
    labels, form = [label for _, label in found], rng.randrange(4)
    numbered = [f"{i}. {label}" for i, label in enumerate(labels, 1)]
    answer = ["\n".join(labels), "\n".join(numbered), ", ".join(labels), compact(labels)][form]
    ask += " " + say(rng, ASK[["batch_lines", "batch_numbered", "batch_commas", "batch_json"][form]])
    texts = listed(rng, [text for text, _ in found], 3 if form == 1 else None)
    if rng.random() < 0.15:
        return Task("classify", [system(ask), user(texts)], answer, is_json=form == 3)
    return Task("classify", [user(before_or_after(rng, ask, texts))], answer, is_json=form == 3)


def how_many(rng):
    """How many of the texts have that label?"""
    wanted, found = several(rng, 3, 7)
    count = sum(label == wanted.right for _, label in found)
    texts = listed(rng, [text for text, _ in found], rng.choice([2, 3]))
    ask = say(rng, ASK["how_many"], things=plural(wanted.thing), label=f'"{wanted.right}"', kind=wanted.kind)
    if wanted.must_explain:
        ask += f" ({wanted.right}: {wanted.meanings[wanted.right]})"
    return Task("classify", [user(before_or_after(rng, ask, texts))], str(count))


def which_one(rng):
    """One of two to four texts has the label."""
    wanted = rng.choice(SOURCES)(rng)
    if wanted.must_explain:
        return which_one(rng)
    others = [label for label in wanted.labels if label != wanted.right]
    texts = [wanted.text, *(wanted.another(rng, rng.choice(others)) for _ in range(rng.randrange(1, 4)))]
    texts = [text.replace("\n", " ") for text in dict.fromkeys(texts)]
    rng.shuffle(texts)
    at = texts.index(wanted.text.replace("\n", " "))
    by_letter = rng.random() < 0.5
    marks = "ABCDE" if by_letter else "12345"
    mark = rng.choice(MARKS)
    shown = "\n".join(mark.format(marks[i]) + text for i, text in enumerate(texts))
    slots = {"things": plural(wanted.thing), "thing": wanted.thing, "kind": wanted.kind}
    ask = say(rng, ASK["which_one"], label=f'"{wanted.right}"', **slots)
    ask += " " + say(rng, ASK["answer_by"], what="letter" if by_letter else "number")
    return Task("classify", [user(before_or_after(rng, ask, shown))], marks[at])


def conditional(rng):
    """One answer if the text has a label, another if not."""
    wanted = rng.choice(SOURCES)(rng)
    if wanted.must_explain:
        return conditional(rng)
    asked = wanted.right if rng.random() < 0.5 else rng.choice(wanted.labels)
    yes, no = rng.choice(ANSWERS)
    others = [label for label in wanted.labels if label != asked]
    section = "if_other" if len(others) == 1 and rng.random() < 0.5 else "if_not"
    slots = {"a": yes, "b": no, "thing": wanted.thing, "kind": wanted.kind, "label": asked, "other": others[0]}
    return Task("classify", framed(rng, say(rng, ASK[section], **slots), wanted.text), yes if asked == wanted.right else no)


def words_in_line(rng, words):
    return rng.choice([", ", ", ", ", ", " / ", " | ", "; ", " - ", "\n"]).join(words)


def odd_one_out(rng):
    common, other = word_kinds.kinds_apart(rng, 2)
    words = list(dict.fromkeys(word_kinds.word_of(rng, common, [other]) for _ in range(rng.randrange(3, 6))))
    if len(words) < 2:
        return odd_one_out(rng)
    odd = word_kinds.word_of(rng, other, [common])
    words.append(odd)
    rng.shuffle(words)
    if rng.random() < 0.4:
        words = [word.lower() for word in words]
        odd = odd.lower()
    ask = say(rng, ASK["odd_one"])
    shown = words_in_line(rng, words)
    joint = "\n" if "\n" in shown else rng.choice([" ", ": ", "\n"])
    if joint == ": ":
        return Task("classify", [user(f"{ask.rstrip('?.:')}: {shown}")], odd)
    return Task("classify", [user(f"{shown}{joint}{ask}" if rng.random() < 0.25 else f"{ask}{joint}{shown}")], odd)


def word_of_kind(rng):
    """Which of the words is a fruit?"""
    right, *others = word_kinds.kinds_apart(rng, rng.choice([2, 3, 4]))
    word = word_kinds.word_of(rng, right, others)
    wrong = [word_kinds.word_of(rng, other, [right]) for other in others for _ in range(rng.choice([1, 1, 2]))]
    words = list(dict.fromkeys([word, *wrong]))
    rng.shuffle(words)
    shown = words_in_line(rng, words)
    ask = say(rng, ASK["word_of_kind"], kind=word_kinds.shown(rng, right), a_kind=word_kinds.counted(right))
    text = f"{shown}\n{ask}" if rng.random() < 0.3 else f"{ask.rstrip('?.')}{rng.choice([':', '?', ':'])} {shown}"
    return Task("classify", [user(text)], word)


KINDS = [(conditional, 4), (lettered, 4), (batch, 4), (which_one, 3), (how_many, 1), (odd_one_out, 2), (word_of_kind, 2)]


def make(rng):
    return rng.choices([k for k, _ in KINDS], [w for _, w in KINDS])[0](rng)
