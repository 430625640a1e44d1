"""Texts of known classes: of topics, sentiments, intents, priorities, spam, languages, kinds of words.

A source is source(rng) -> Sample.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ... import values
from ...labels import dressed, shuffled
from ...words import read
from . import word_kinds
from . import topics as topic_texts
from .reviews import sentiment_text
from .topics import NOUNS, RIVALS, TOPICS, topic_text


@dataclass
class Sample:
    text: str
    labels: list
    right: str
    kind: str  # of label: sentiment, topic ...
    thing: str  # that the text is: review, ticket ...
    meanings: dict = None  # what each label stands for
    must_explain: bool = False  # the names alone do not say it
    another: Callable = None  # another(rng, label) -> a text of this label


@dataclass
class Label:
    names: list
    meanings: list
    texts: list


@dataclass
class LabelSet:
    kinds: list
    things: list
    labels: list


def label_set_of(lines):
    kinds, things, labels = [], [], []
    for line in lines:
        word, rest = line.split(" ", 1)
        if word == "kind":
            kinds = rest.split(", ")
        elif word == "things":
            things = rest.split(", ")
        elif word == "label":
            names, meanings = rest.split(" : ")
            labels.append(Label(names.split(" / "), meanings.split(" / "), []))
        else:
            labels[-1].texts.append(rest.replace("\\n", "\n"))
    return LabelSet(kinds, things, labels)


NAMED_SETS = {
    set_name: label_set_of(lines) for name in ("label_sets", "label_sets_more") for set_name, lines in read(name, by_line=True).items()
}
LABEL_SETS = list(NAMED_SETS.values())
OFTEN = [NAMED_SETS[name] for name in "support_category emotion_wide message_purpose toxic_wide politeness urgency_of_mail".split()]
OFTEN += [chosen for chosen in LABEL_SETS if chosen.kinds[0] in "emotion category type label tone department style".split()]
INTENTS = read("intents", by_line=True)
MESSAGES = read("spam", by_line=True)
LANGUAGES = read("languages", by_line=True)
LANGUAGE_PARTS = read("language_parts")
LANGUAGE_LINES = read("language_parts", by_line=True)

SENTIMENT_LABELS = [
    (("positive", "negative"), 4),
    (("positive", "negative", "neutral"), 5),
    (("good", "bad"), 1),
    (("pos", "neg"), 1),
    (("POSITIVE", "NEGATIVE", "NEUTRAL"), 1),
    (("Positive", "Negative"), 1),
    (("happy", "unhappy"), 1),
    (("positive", "neutral", "negative", "mixed"), 2),
    (("Positive", "Neutral", "Negative"), 1),
    (("satisfied", "dissatisfied"), 1),
    (("praise", "complaint"), 1),
    (("positive", "negative", "mixed"), 1),
    (("positive", "negative"), 3), (("good", "neutral", "bad"), 1), (("happy", "angry"), 0.5), (("thumbs up", "thumbs down"), 0.5), (("👍", "👎"), 0.3),
    (("like", "dislike"), 0.5), (("recommended", "not recommended"), 0.5), (("favorable", "unfavorable"), 0.4), (("promoter", "detractor"), 0.3),
    (("5 stars", "1 star"), 0.3), (("POS", "NEG"), 0.4), (("pos", "neg", "neu"), 0.6), (("happy", "neutral", "unhappy"), 0.5), (("good review", "bad review"), 0.5),
    (("POSITIVE", "NEGATIVE"), 0.6), (("satisfied", "unsatisfied"), 0.5), (("content", "annoyed"), 0.2), (("liked it", "did not like it"), 0.3), (("negative", "positive"), 0.5),
    (("approval", "criticism"), 0.3), (("fan", "hater"), 0.2), (("pleased", "disappointed"), 0.4), (("positive", "neutral"), 0.4), (("negative", "neutral"), 0.4),
]
POLE = {
    "positive": 0,
    "good": 0,
    "pos": 0,
    "happy": 0,
    "satisfied": 0,
    "praise": 0,
    "negative": 1,
    "bad": 1,
    "neg": 1,
    "unhappy": 1,
    "dissatisfied": 1,
    "complaint": 1,
    "neutral": 2,
    "neu": 2,
    "mixed": 3,
    **dict.fromkeys(["thumbs up", "👍", "like", "recommended", "favorable", "promoter", "5 stars", "good review", "content", "liked it", "approval", "fan", "pleased"], 0),
    **dict.fromkeys(["angry", "thumbs down", "👎", "dislike", "not recommended", "unfavorable", "detractor", "1 star", "bad review", "unsatisfied"], 1),
    **dict.fromkeys(["annoyed", "did not like it", "criticism", "hater", "disappointed"], 1),
}
POLES = ["positive", "negative", "neutral", "mixed"]
PRIORITY_LABELS = [
    ("low", "medium", "high", "urgent"),
    ("low", "medium", "high"),
    ("P1", "P2", "P3", "P4"),
    ("urgent", "not urgent"),
    ("LOW", "MEDIUM", "HIGH"),
    ("critical", "high", "medium", "low"),
    ("Low", "Medium", "High", "Urgent"),
    ("critical", "normal", "minor"),
    ("high", "low"),
    ("high", "normal", "low"),
    ("high priority", "low priority"), ("urgent", "normal"), ("urgent", "high", "normal", "low"), ("important", "not important"), ("emergency", "routine"),
    ("blocker", "minor"), ("urgent", "can wait"), ("critical", "major", "minor", "trivial"), ("sev1", "sev2", "sev3", "sev4"), ("URGENT", "NORMAL", "LOW"),
    ("low", "medium", "high", "critical"), ("High", "Medium", "Low"), ("now", "later"),
]
PRIORITY_RANKS = {
    "low": [3],
    "medium": [2],
    "high": [1],
    "urgent": [0],
    "P1": [0],
    "P2": [1],
    "P3": [2],
    "P4": [3],
    "not urgent": [2, 3],
    "critical": [0],
    "normal": [2],
    "minor": [3],
    "high priority": [0, 1], "low priority": [3], "important": [0, 1], "not important": [3], "emergency": [0], "routine": [2, 3], "blocker": [0], "can wait": [3],
    "major": [1], "trivial": [3], "sev1": [0], "sev2": [1], "sev3": [2], "sev4": [3], "now": [0], "later": [3],
}
LANGUAGE_CODES = {
    "English": "en", "German": "de", "French": "fr", "Spanish": "es", "Italian": "it", "Dutch": "nl", "Portuguese": "pt", "Danish": "da",
    "Swedish": "sv", "Norwegian": "no", "Polish": "pl", "Czech": "cs", "Finnish": "fi", "Turkish": "tr", "Romanian": "ro", "Hungarian": "hu",
    "Russian": "ru", "Greek": "el", "Japanese": "ja", "Chinese": "zh", "Arabic": "ar", "Korean": "ko",
}  # fmt: skip
TAUGHT = ["English", "German", "French", "Spanish", "Italian", "Dutch", "Portuguese"]
ALIKE = [
    ["French", "Spanish", "Italian", "Portuguese", "Romanian"],
    ["Dutch", "German", "English", "Danish"],
    ["Danish", "Swedish", "Norwegian"],
    ["Spanish", "Italian", "Portuguese"],
    ["Polish", "Czech"],
    ["Finnish", "Hungarian", "Turkish"],
]
USUAL = "sports politics technology science health business finance travel food music movies education weather gaming cars fashion".split()
TOPIC_THINGS = "text headline article sentence message post paragraph story snippet".split()
SENTIMENT_THINGS = "review review text comment message sentence tweet feedback post opinion remark rating statement".split()
SENTIMENT_THINGS += ["customer review", "product review", "online review", "customer comment", "user comment"]
INTENT_THINGS = ["message", "request", "query", "utterance", "customer message", "chat message", "sentence"]
GREETINGS = ["Hi,", "Hello,", "Hey,", "Good morning.", "Dear team,", "Sorry to bother you.", "Hi there!", "hello"]
SPAM_LABELS = [
    ("spam", "ham"), ("spam", "not spam"), ("Spam", "Ham"), ("spam", "legitimate"), ("spam", "ok"), ("SPAM", "NOT_SPAM"), ("junk", "normal"),
    ("spam", "not_spam"), ("spam", "ham"), ("Spam", "Not spam"), ("scam", "genuine"), ("phishing", "safe"), ("suspicious", "harmless"), ("SPAM", "OK"),
    ("phishing", "legit"), ("fraud", "no fraud"), ("spam", "no spam"), ("scam", "not a scam"), ("scam", "legit"), ("junk", "inbox"), ("dangerous", "safe"), ("spam", "real"),
    ("Phishing", "Legitimate"), ("spam", "ham"), ("spam", "not spam"), ("fake", "real"),
]  # fmt: skip
SPAM_MEANINGS = [
    ["unwanted advertising or fraud", "tries to cheat or sell", "scam, phishing or ads"],
    ["an ordinary message", "written by a real person", "anything else"],
]
SENTIMENT_MEANINGS = {
    "positive": ["the writer likes it", "praise", "a happy customer"],
    "negative": ["the writer dislikes it", "complaints", "an unhappy customer"],
    "neutral": ["no opinion", "only facts", "neither good nor bad"],
    "mixed": ["good and bad together", "both praise and complaint"],
}
CODES = tuple("ABCDEFGH") + tuple("12345678") + tuple(f"class_{i}" for i in range(1, 9))


def labels_in_order(rng, labels):
    return shuffled(rng, labels) if rng.random() < 0.5 else list(labels)


def topic(rng):
    right = rng.choice(TOPICS) if rng.random() < 0.6 else rng.choice(USUAL)
    others = RIVALS[right]
    if rng.random() < 0.5:
        others = [name for name in others if name in USUAL]
    topics = shuffled(rng, [*rng.sample(others, min(len(others), rng.choice([1, 2, 2, 3, 3, 4, 5, 7]))), right])
    name = {t: rng.choice(topic_texts.NAMES.get(t, [t])) for t in topics}
    if rng.random() < 0.3:
        style = rng.choice([str.upper, str.capitalize])
        name = {t: style(n) for t, n in name.items()}
    meanings = {name[t]: ", ".join(rng.sample(NOUNS[t], rng.randrange(2, 4))) for t in topics}
    kind, thing = rng.choice(["topic", "topic", "category", "subject", "section", "theme"]), rng.choice(TOPIC_THINGS)
    of = {shown: t for t, shown in name.items()}
    another = lambda r, label: topic_text(r, of[label])
    return Sample(topic_text(rng, right), list(name.values()), name[right], kind, thing, meanings, another=another)


def explained(rng, labels, meaning_of):
    """{label: what it means}, when every label has a meaning."""
    found = {label: meaning_of.get(label.lower()) for label in labels}
    return {label: rng.choice(m) for label, m in found.items()} if all(found.values()) else None


def sentiment(rng):
    labels = rng.choices([s for s, _ in SENTIMENT_LABELS], [w for _, w in SENTIMENT_LABELS])[0]
    right = rng.choice(labels)
    plain = len(labels) > 2 and "mixed" in labels
    another = lambda r, label: sentiment_text(r, POLES[POLE[label.lower()]], plain)
    kind, thing = rng.choice(["sentiment", "sentiment", "tone", "opinion", "polarity"]), rng.choice(SENTIMENT_THINGS)
    meanings = explained(rng, labels, SENTIMENT_MEANINGS)
    return Sample(another(rng, right), labels_in_order(rng, labels), right, kind, thing, meanings, another=another)


def intent(rng):
    names = rng.sample(list(INTENTS), rng.choice([2, 3, 3, 4, 4, 5, 6, 8]))
    right = rng.choice(names)
    style = rng.choice([None, None, *range(7)])
    shown = {name: name if style is None else dressed(rng, name, style) for name in names}
    said = rng.sample(INTENTS[right], 2)
    text = values.filled(rng, said[0])
    if rng.random() < 0.25 and right not in ("greeting", "goodbye"):
        text = f"{rng.choice(GREETINGS)} {text}"
    examples = {name: said[1] if name == right else rng.choice(INTENTS[name]) for name in names}
    meanings = {shown[name]: values.filled(rng, example) for name, example in examples.items()}
    kind = rng.choice(["intent", "intent", "intention", "request type", "purpose"])
    of = {label: name for name, label in shown.items()}
    another = lambda r, label: values.filled(r, r.choice(INTENTS[of[label]]))
    return Sample(text, list(shown.values()), shown[right], kind, rng.choice(INTENT_THINGS), meanings, another=another)


def priority(rng):
    labels = rng.choice(PRIORITY_LABELS)
    right = rng.choice(labels)
    def another(r, label):
        ranks = PRIORITY_RANKS.get(label) or PRIORITY_RANKS[label.lower()]
        return values.filled(r, r.choice(MESSAGES["priority_" + ["urgent", "high", "medium", "low"][r.choice(ranks)]]))

    kind = rng.choice(["priority", "urgency", "severity", "priority level"])
    thing = rng.choice(["ticket", "issue", "request", "message", "incident", "case"])
    return Sample(another(rng, right), labels_in_order(rng, labels), right, kind, thing, another=another)


def spam(rng):
    labels = rng.choice(SPAM_LABELS)
    right = rng.randrange(2)

    def another(r, label):
        lines = MESSAGES[["spam", "ham"][label == labels[1]]]
        text = values.filled(r, r.choice(lines))
        return f"{text} {values.filled(r, r.choice(lines))}" if r.random() < 0.1 and text.endswith((".", "!", "?")) else text

    meanings = {labels[0]: rng.choice(SPAM_MEANINGS[0]), labels[1]: rng.choice(SPAM_MEANINGS[1])}
    thing = rng.choice(["message", "email", "mail", "text message", "e-mail", "SMS"])
    return Sample(another(rng, labels[right]), labels_in_order(rng, labels), labels[right], "label", thing, meanings, another=another)


def sentence_in(rng, language):
    if rng.random() < 0.3 and f"{language}:rest" in LANGUAGE_LINES:
        text = rng.choice(LANGUAGE_LINES[f"{language}:rest"])
        if rng.random() < 0.6:
            text = f"{rng.choice(LANGUAGE_LINES[f'{language}:opening'])}, {text}"
        text += rng.choice([".", ".", "", "!"])
        return text[0].upper() + text[1:] if rng.random() < 0.75 else text
    if rng.random() < 0.6 or f"{language}:who" not in LANGUAGE_PARTS:
        text = rng.choice(LANGUAGES[language])
        if rng.random() < 0.12:
            text += " " + rng.choice(LANGUAGES[language])
        return text.lower() if rng.random() < 0.08 else text
    parts = [rng.choice(LANGUAGE_PARTS[f"{language}:{part}"]) for part in ("who", "does", "what", "when")]
    return " ".join(parts) + rng.choice([".", ".", "!", ""])


def any_language(rng):
    return rng.choice(TAUGHT) if rng.random() < 0.6 else rng.choice(list(LANGUAGES))


def language(rng):
    if rng.random() < 0.45:
        names = rng.choice(ALIKE)
        names = rng.sample(names, rng.randrange(2, min(len(names), 5) + 1))
    else:
        names = rng.sample(TAUGHT if rng.random() < 0.5 else list(LANGUAGES), rng.randrange(2, 6))
    right = rng.choice(names)
    style = rng.choice([str, str, str, str.lower, LANGUAGE_CODES.get])
    thing = rng.choice(["text", "sentence", "message", "line"])
    of = {style(name): name for name in names}
    another = lambda r, label: sentence_in(r, of[label])
    return Sample(another(rng, style(right)), list(of), style(right), "language", thing, another=another)


def kind(rng):
    names = word_kinds.kinds_apart(rng, rng.choice([2, 2, 3, 3, 4, 5]))
    style = rng.choice([str, str, str, str.lower, str.upper, str.capitalize])
    of = {style(word_kinds.shown(rng, name)): name for name in names}
    right = rng.choice(list(of))

    def another(r, label):
        others = [name for name in names if name != of[label]]
        word = word_kinds.word_of(r, of[label], others)
        return word.lower() if r.random() < 0.1 else word

    text = another(rng, right)
    if rng.random() < 0.15:
        text = ", ".join(dict.fromkeys([text, *(another(rng, right) for _ in range(rng.randrange(1, 4)))]))
    about = rng.choice(["category", "kind", "type", "group"])
    return Sample(text, shuffled(rng, of), right, about, rng.choice(["word", "term", "item", "thing"]), another=another)


def label_set(rng):
    """One of the sets that words/label_sets.txt describes, whole or in part, under some of its names."""
    chosen = rng.choice(OFTEN) if rng.random() < 0.35 else rng.choice(LABEL_SETS)
    labels = chosen.labels
    if len(labels) > 2:
        labels = rng.sample(labels, rng.randrange(2, min(len(labels), 6) + 1))
    right = rng.choice(labels)
    style = rng.choice([None, None, *range(8)])
    shown = [rng.choice(label.names) for label in labels]
    if style is not None:
        shown = [dressed(rng, name, style) for name in shown]
    if rng.random() < 0.04:
        shown = codes(rng, len(labels))
    meanings = dict(zip(shown, (rng.choice(label.meanings) for label in labels)))
    of = dict(zip(shown, labels))
    another = lambda r, label: values.filled(r, r.choice(of[label].texts))
    text = values.filled(rng, rng.choice(right.texts))
    kind, thing = rng.choice(chosen.kinds), rng.choice(chosen.things)
    only_explained = shown[0] in CODES or style is None and rng.random() < 0.15
    right_name = shown[labels.index(right)]
    return Sample(text, shuffled(rng, shown), right_name, kind, thing, meanings, only_explained, another)


def codes(rng, count):
    """Names that mean nothing but by their description."""
    return list(rng.choice([CODES[:8], CODES[8:16], CODES[16:]])[:count])


SOURCES = [
    (topic, 5), (sentiment, 6), (intent, 3.5), (priority, 3), (spam, 3), (language, 2.5), (kind, 2), (label_set, 9),
]  # fmt: skip


def sample(rng):
    return rng.choices([s for s, _ in SOURCES], [w for _, w in SOURCES])[0](rng)
