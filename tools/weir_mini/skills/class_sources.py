"""Texts of known classes: of topics, sentiments, intents, priorities, spam, languages, kinds of words.

A source is source(rng) -> Sample.
"""

from dataclasses import dataclass

from .. import values
from ..labels import dressed, shuffled
from ..phrasing import choose, fill, say
from ..words import read



@dataclass
class Sample:
    text: str
    labels: list
    right: str
    kind: str  # of label: sentiment, topic ...
    thing: str  # that the text is: review, ticket ...
    meanings: dict = None  # what each label stands for
    must_explain: bool = False  # the names alone do not say it


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


LABEL_SETS = [label_set_of(lines) for lines in read("label_sets", by_line=True).values()]
NOUNS = read("topic_nouns")
TOPICS = read("topic_sentences", by_line=True)
SENTIMENT_WORDS = read("sentiment")
SENTIMENTS = read("sentiment_sentences", by_line=True)
INTENTS = read("intents", by_line=True)
MESSAGES = read("spam", by_line=True)
LANGUAGES = read("languages", by_line=True)
LANGUAGE_PARTS = read("language_parts")

TOPIC_NAMES = {
    "technology": ["technology", "tech", "IT", "computers"],
    "politics": ["politics", "government"],
    "sports": ["sports", "sport"],
    "movies": ["movies", "film", "cinema", "entertainment"],
    "health": ["health", "medicine", "healthcare"],
    "business": ["business", "economy"],
    "finance": ["finance", "money", "banking"],
    "travel": ["travel", "tourism"],
    "food": ["food", "cooking", "cuisine"],
    "education": ["education", "school"],
    "cars": ["cars", "automotive", "autos"],
    "animals": ["animals", "pets", "wildlife"],
    "home": ["home", "household", "home improvement"],
    "crime": ["crime", "law", "police"],
    "space": ["space", "astronomy"],
    "environment": ["environment", "climate", "nature"],
    "family": ["family", "relationships"],
    "jobs": ["jobs", "career", "work"],
    "real estate": ["real estate", "housing", "property"],
    "books": ["books", "literature"],
    "art": ["art", "arts"],
    "gaming": ["gaming", "video games", "games"],
    "gardening": ["gardening", "garden"],
}
CLOSE = [
    {"business", "finance", "jobs", "real estate"},
    {"environment", "weather", "gardening", "animals"},
    {"technology", "science", "space", "gaming"},
    {"books", "art", "movies", "history", "education", "music"},
    {"home", "real estate", "family", "gardening"},
    {"politics", "crime", "history"},
    {"health", "science", "food"},
]
NOUN_FRAMES = [
    "[I read an article|Here is a story|A long report|We talked|The podcast|Our discussion was] about {a} and {b}",
    "[Does anyone know|I want to know|Who can tell me] more about {a}, {b} and {c}[?|]",
    "{a}, {b}, {c}",
    "[The|This] {a} [has|needs|got] a new {b}[.|!|]",
    "[Everything|All you need to know|News|Questions] about {a} and {b}.",
    "[My|Our] {a} and the {b}: [what I learned|a short story|ten tips|the truth]",
    "[Today|Yesterday|Last week] it was all about the {a}, then came the {b}.",
    "[How|Why|When] does {a} [change|affect|need] {b}?",
    "{first} [likes to talk|wrote to me|asked] about {a}[, mostly {b}|].",
]
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
    "mixed": 3,
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
    "normal": [1, 2],
    "minor": [3],
}
LANGUAGE_CODES = {
    "English": "en",
    "German": "de",
    "French": "fr",
    "Spanish": "es",
    "Italian": "it",
    "Dutch": "nl",
    "Portuguese": "pt",
}
KINDS = [
    "fruit",
    "vegetable",
    "animal",
    "color",
    "country",
    "city",
    "job",
    "instrument",
    "vehicle",
    "month",
    "weekday",
]
TOPIC_THINGS = "text headline article sentence message post paragraph story snippet".split()
SENTIMENT_THINGS = "review text comment message sentence tweet feedback post opinion remark rating".split()
INTENT_THINGS = ["message", "request", "query", "utterance", "customer message", "chat message", "sentence"]
GREETINGS = ["Hi,", "Hello,", "Hey,", "Good morning.", "Dear team,", "Sorry to bother you.", "Hi there!", "hello"]
SPAM_LABELS = [
    ("spam", "ham"), ("spam", "not spam"), ("Spam", "Ham"), ("spam", "legitimate"), ("spam", "ok"), ("SPAM", "NOT_SPAM"), ("junk", "normal"),
    ("spam", "not_spam"), ("spam", "ham"), ("Spam", "Not spam"), ("scam", "genuine"), ("phishing", "safe"), ("suspicious", "harmless"), ("SPAM", "OK"),
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


def topic_text(rng, topic):
    if rng.random() < 0.6:
        text = values.filled(rng, rng.choice(TOPICS[topic]))
        if rng.random() < 0.25:
            text += " " + values.filled(rng, rng.choice(TOPICS[topic]))
        return text
    a, b, c = rng.sample(NOUNS[topic], 3)
    text = say(rng, NOUN_FRAMES, a=a, b=b, c=c, first=values.first_name(rng))
    return text[0].upper() + text[1:] if rng.random() < 0.7 else text


def topic(rng):
    right = rng.choice(list(TOPICS))
    near = set().union(*(group for group in CLOSE if right in group)) - {right}
    others = [name for name in TOPICS if name != right and name not in near]
    topics = shuffled(rng, [*rng.sample(others, rng.choice([1, 2, 2, 3, 3, 4, 5, 7])), right])
    name = {t: rng.choice(TOPIC_NAMES.get(t, [t])) for t in topics}
    if rng.random() < 0.3:
        style = rng.choice([str.upper, str.capitalize])
        name = {t: style(n) for t, n in name.items()}
    meanings = {name[t]: ", ".join(rng.sample(NOUNS[t], rng.randrange(2, 4))) for t in topics}
    kind, thing = rng.choice(["topic", "category", "subject"]), rng.choice(TOPIC_THINGS)
    return Sample(topic_text(rng, right), list(name.values()), name[right], kind, thing, meanings)


def sentiment_sentence(rng, pole):
    pattern = choose(rng, rng.choice(SENTIMENTS[pole]))
    slots = values.common_slots(rng, pattern)
    slots["noun"], slots["noun2"] = rng.sample(SENTIMENT_WORDS["review_noun"], 2)
    slots["link"] = rng.choice(SENTIMENT_WORDS["mixed_link"])
    for key, section in [("pos", "positive_adj"), ("neg", "negative_adj"), ("neu", "neutral_adj")]:
        if "{" + key in pattern:
            slots[key], slots[key + "2"] = rng.sample(SENTIMENT_WORDS[section], 2)
    return fill(pattern, slots)


def sentiment_text(rng, pole):
    count = 1 if pole == "mixed" else rng.choice([1, 1, 1, 2, 2, 3])
    return " ".join(sentiment_sentence(rng, pole) for _ in range(count))


def explained(rng, labels, meaning_of):
    """{label: what it means}, when every label has a meaning."""
    found = {label: meaning_of.get(label.lower()) for label in labels}
    return {label: rng.choice(m) for label, m in found.items()} if all(found.values()) else None


def sentiment(rng):
    labels = rng.choices([s for s, _ in SENTIMENT_LABELS], [w for _, w in SENTIMENT_LABELS])[0]
    right = rng.choice(labels)
    text = sentiment_text(rng, POLES[POLE[right.lower()]])
    kind, thing = rng.choice(["sentiment", "tone", "opinion", "polarity"]), rng.choice(SENTIMENT_THINGS)
    meanings = explained(rng, labels, SENTIMENT_MEANINGS)
    return Sample(text, labels_in_order(rng, labels), right, kind, thing, meanings)


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
    return Sample(text, list(shown.values()), shown[right], kind, rng.choice(INTENT_THINGS), meanings)


def priority(rng):
    labels = rng.choice(PRIORITY_LABELS)
    right = rng.choice(labels)
    ranks = PRIORITY_RANKS.get(right) or PRIORITY_RANKS[right.lower()]
    rank = ["urgent", "high", "medium", "low"][rng.choice(ranks)]
    text = values.filled(rng, rng.choice(MESSAGES["priority_" + rank]))
    kind = rng.choice(["priority", "urgency", "severity", "priority level"])
    thing = rng.choice(["ticket", "issue", "request", "message", "incident", "case"])
    return Sample(text, labels_in_order(rng, labels), right, kind, thing)


def spam(rng):
    labels = rng.choice(SPAM_LABELS)
    right = rng.randrange(2)
    text = values.filled(rng, rng.choice(MESSAGES[["spam", "ham"][right]]))
    meanings = {labels[0]: rng.choice(SPAM_MEANINGS[0]), labels[1]: rng.choice(SPAM_MEANINGS[1])}
    thing = rng.choice(["message", "email", "mail", "text message", "e-mail", "SMS"])
    return Sample(text, labels_in_order(rng, labels), labels[right], "label", thing, meanings)


def sentence_in(rng, language):
    if rng.random() < 0.4:
        return rng.choice(LANGUAGES[language])
    parts = [rng.choice(LANGUAGE_PARTS[f"{language}:{part}"]) for part in ("who", "does", "what", "when")]
    return " ".join(parts) + rng.choice([".", ".", "!", ""])


def language(rng):
    names = rng.sample(list(LANGUAGES), rng.randrange(2, 6))
    right = rng.choice(names)
    style = rng.choice([str, str, str, str.lower, LANGUAGE_CODES.get])
    thing = rng.choice(["text", "sentence", "message", "line"])
    return Sample(sentence_in(rng, right), [style(n) for n in names], style(right), "language", thing)


def kind(rng):
    names = rng.sample(KINDS, rng.randrange(2, 6))
    right = rng.choice(names)
    word = values.pick(rng, right)
    if any(word in values.BASIC[other] for other in names if other != right):
        return kind(rng)
    about = rng.choice(["category", "kind", "type", "group"])
    return Sample(word, names, right, about, rng.choice(["word", "term", "item", "thing"]))


def label_set(rng):
    """One of the sets that words/label_sets.txt describes, whole or in part, under some of its names."""
    chosen = rng.choice(LABEL_SETS)
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
    text = values.filled(rng, rng.choice(right.texts))
    kind, thing = rng.choice(chosen.kinds), rng.choice(chosen.things)
    only_explained = shown[0] in CODES or style is None and rng.random() < 0.15
    right_name = shown[labels.index(right)]
    return Sample(text, shuffled(rng, shown), right_name, kind, thing, meanings, only_explained)


def codes(rng, count):
    """Names that mean nothing but by their description."""
    return list(rng.choice([CODES[:8], CODES[8:16], CODES[16:]])[:count])


SOURCES = [
    (topic, 4), (sentiment, 5), (intent, 4), (priority, 3), (spam, 2.5), (language, 2), (kind, 1.5), (label_set, 8),
]  # fmt: skip


def sample(rng):
    return rng.choices([s for s, _ in SOURCES], [w for _, w in SOURCES])[0](rng)
