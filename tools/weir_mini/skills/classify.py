"""(a) Classify into given labels: sentiment, topic, intent, priority, spam, language, kind, yes or no."""

from .. import values
from ..phrasing import fill, listing, pair, say
from ..task import Task, compact, system, user
from ..words import read
from . import yes_no

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

ASK = [
    "[Classify|Categorize|Label|Tag] [the|this|the following] {thing} as {labels}[.|]",
    "[Classify|Categorize|Sort] [the|this] {thing} into one of [these|the following|the] [labels|categories|classes]: {labels}[.|]",
    "[Which|What] [label|category|class|{kind}] [fits|describes|matches] [the|this] {thing} best: {labels}?",
    "[What|Which] {kind} [is this|does this {thing} have|fits]? [Options|Choices|Labels|Choose from|Possible answers|Pick one of]: {labels}[.|]",
    "[Choose|Pick|Select] [one|the right|the best] [label|{kind}|category] for [the|this] {thing}: {labels}[.|]",
    "[Is|Would you say] this {thing} [is |]{labels}?",
    "[Labels|Categories|Classes|Options]: {labels}[.|] [Classify|Which one is] [this {thing}|the {thing} below|it][.|]",
    "[Determine|Detect|Identify|Find] the {kind} of [the|this] {thing}: {labels}[.|]",
    "[Assign|Give] [one of|] the [labels|tags] {labels} to [the|this] {thing}[.|]",
    "[Tell me|Say|Decide|Check] [whether|if] [this|the|it is a] {thing} is {labels}[.|]",
    "{labels}?",
    "{labels} - [which|what] [is it|one fits|one][?|]",
    "{kind}[?|:] {labels}",
    "[I|We] [have|got|received] [this|a] {thing}[. Is it|, is it|. Would you call it] {labels}?",
    "[Sort|Put|File|Route|Move] [it|this|the {thing}|this {thing}] [under|into|to] [one of|] {labels}[, please|][.|]",
    "[How|As what] would you [label|rate|tag|mark|file] [this|the following] {thing}? {labels}[.|]",
    "[Set|Give me|Name|State|Return|Output] the {kind}[ of this {thing}|] ({labels})[.|]",
    "[Rate|Judge|Score|Assess] [this|the|following] {thing}: {labels}[.|]",
    "[Allowed|Possible|Valid] [labels|answers|values]: {labels}[.|] [Answer|Reply] with [one of them|one|the right one][.|]",
    "[Reply|Answer|Respond] with [exactly one|one|a single one] of[:|] {labels}[.|]",
    "[I need|I want|Give me] [a|the] {kind} for [this|the following] {thing}, [one of|either] {labels}[.|]",
    "[A|The] [user|customer|client|reader] [writes|wrote|says|said] [the following|this][:|.] {kind}? {labels}[.|]",
    "{kind} ({labels}) of [this|the] {thing}[?|:|]",
    "[Tag|Tags|Label|Class|Queue]: {labels}",
    "[Look at|Read] [this|the] {thing} and [choose|pick|decide] between {labels}[.|]",
]
BRIEF = [
    "",
    "",
    "",
    " [Answer|Reply|Respond] with [one word|the label only|just the label|only the label|one label][.|]",
    " [Just|Only] the label[, please|][.|]",
    " One word.",
]
ROLE = [
    "You are a [text |]classifier. ",
    "You [classify|label] {thing}s. ",
    "",
    "You are a helpful assistant. ",
]


def labels_in_order(rng, labels):
    labels = list(labels)
    if rng.random() < 0.5:
        rng.shuffle(labels)
    return labels


def dress(rng, label):
    """Labels of more than one word come as people name them in code and forms."""
    style = rng.randrange(5)
    if style == 0:
        return label.replace(" ", "_").upper()
    if style == 1:
        return label.replace("_", " ").replace(" ", "-")
    if style == 2:
        return label.replace("_", " ").capitalize()
    return label.replace(" ", "_") if style == 3 else label.replace("_", " ")


def topic_text(rng, topic):
    if rng.random() < 0.6:
        text = fill(rng.choice(TOPICS[topic]), values.common_slots(rng))
        if rng.random() < 0.25:
            text += " " + fill(rng.choice(TOPICS[topic]), values.common_slots(rng))
        return text
    a, b, c = rng.sample(NOUNS[topic], 3)
    text = say(rng, NOUN_FRAMES, a=a, b=b, c=c, first=values.first_name(rng))
    return text[0].upper() + text[1:] if rng.random() < 0.7 else text


def topic(rng):
    right = rng.choice(list(TOPICS))
    near = set().union(*(group for group in CLOSE if right in group)) - {right}
    others = [name for name in TOPICS if name != right and name not in near]
    names = rng.sample(others, rng.randrange(1, 6)) + [right]
    rng.shuffle(names)
    name = {t: rng.choice(TOPIC_NAMES.get(t, [t])) for t in names}
    if rng.random() < 0.3:
        style = rng.choice([str.upper, str.capitalize])
        name = {t: style(n) for t, n in name.items()}
    return (
        topic_text(rng, right),
        list(name.values()),
        name[right],
        rng.choice(["topic", "category", "subject"]),
        rng.choice(["text", "headline", "article", "sentence", "message", "post"]),
    )


def sentiment_text(rng, pole):
    adjectives = {
        p: rng.sample(SENTIMENT_WORDS[f"{s}_adj"], 2)
        for p, s in [("pos", "positive"), ("neg", "negative"), ("neu", "neutral")]
    }
    noun, noun2 = rng.sample(SENTIMENT_WORDS["review_noun"], 2)
    slots = {
        **values.common_slots(rng),
        "noun": noun,
        "noun2": noun2,
        "link": rng.choice(SENTIMENT_WORDS["mixed_link"]),
    }
    for key, (one, two) in adjectives.items():
        slots[key], slots[key + "2"] = one, two
    count = 1 if pole == "mixed" else rng.choice([1, 1, 2])
    return " ".join(fill(s, slots) for s in rng.sample(SENTIMENTS[pole], count))


def sentiment(rng):
    labels = rng.choices([s for s, _ in SENTIMENT_LABELS], [w for _, w in SENTIMENT_LABELS])[0]
    right = rng.choice(labels)
    text = sentiment_text(rng, POLES[POLE[right.lower()]])
    return (
        text,
        labels_in_order(rng, labels),
        right,
        rng.choice(["sentiment", "tone", "opinion"]),
        rng.choice(["review", "text", "comment", "message", "sentence", "tweet", "feedback"]),
    )


def intent(rng):
    names = rng.sample(list(INTENTS), rng.randrange(2, 7))
    right = rng.choice(names)
    style = rng.random()
    seed = rng.randrange(1000)
    shown = {name: name if style < 0.5 else dress(type(rng)(seed), name) for name in names}
    text = fill(rng.choice(INTENTS[right]), values.common_slots(rng))
    if rng.random() < 0.25:
        text = (
            rng.choice(["Hi, ", "Hello, ", "Hey, ", "Good morning. ", "Dear team, ", "Sorry to bother you. "])
            + text
        )
    return (
        text,
        list(shown.values()),
        shown[right],
        "intent",
        rng.choice(["message", "request", "query", "utterance", "customer message"]),
    )


def priority(rng):
    labels = rng.choice(PRIORITY_LABELS)
    right = rng.choice(labels)
    ranks = PRIORITY_RANKS.get(right) or PRIORITY_RANKS[right.lower()]
    rank = ["urgent", "high", "medium", "low"][rng.choice(ranks)]
    text = fill(rng.choice(MESSAGES["priority_" + rank]), values.common_slots(rng))
    return (
        text,
        labels_in_order(rng, labels),
        right,
        rng.choice(["priority", "urgency", "severity"]),
        rng.choice(["ticket", "issue", "request", "message"]),
    )


def spam(rng):
    labels = rng.choice(
        [
            ("spam", "ham"),
            ("spam", "not spam"),
            ("Spam", "Ham"),
            ("spam", "legitimate"),
            ("spam", "ok"),
            ("SPAM", "NOT_SPAM"),
            ("junk", "normal"),
        ]
    )
    right = rng.randrange(2)
    text = fill(rng.choice(MESSAGES[["spam", "ham"][right]]), values.common_slots(rng))
    return (
        text,
        labels_in_order(rng, labels),
        labels[right],
        "label",
        rng.choice(["message", "email", "mail", "text message"]),
    )


def sentence_in(rng, language):
    if rng.random() < 0.5:
        return rng.choice(LANGUAGES[language])
    parts = [rng.choice(LANGUAGE_PARTS[f"{language}:{part}"]) for part in ("who", "does", "what", "when")]
    return " ".join(parts) + "."


def language(rng):
    names = rng.sample(list(LANGUAGES), rng.randrange(2, 6))
    right = rng.choice(names)
    style = rng.choice([str, str, str.lower, LANGUAGE_CODES.get])
    return (
        sentence_in(rng, right),
        [style(n) for n in names],
        style(right),
        "language",
        rng.choice(["text", "sentence", "message"]),
    )


def kind(rng):
    names = rng.sample(KINDS, rng.randrange(2, 6))
    right = rng.choice(names)
    return (
        values.pick(rng, right),
        names,
        right,
        rng.choice(["category", "kind", "type"]),
        rng.choice(["word", "term", "item"]),
    )


SOURCES = [(topic, 5), (sentiment, 5), (intent, 5), (priority, 3), (spam, 2.5), (language, 2.5), (kind, 2)]


def open_language(rng):
    """The language asked for without labels."""
    right = rng.choice(list(LANGUAGES))
    ask = say(
        rng,
        [
            "[What|Which] language is this?",
            "[Detect|Identify|Name] the language[.|]",
            "[In|] which language is [this|the text|it] written?",
        ],
    )
    return Task("classify", [user(pair(rng, ask, sentence_in(rng, right)))], right)


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
    ask = say(
        rng,
        [
            "Is [a |the word |]{w} [a |]{a} or [a |]{b}?",
            "{w}: {a} or {b}?",
            "{a} or {b}: {w}",
            "[Does|Would] {w} [belong to|go with] {a} or {b}?",
        ],
        w=word if rng.random() < 0.6 else f'"{word}"',
        a=names[0],
        b=names[1],
    )
    return Task("classify", [user(ask)], one)


def open_sentiment(rng):
    """The sentiment asked for without labels."""
    pole = rng.choice(POLES[:3])
    ask = say(
        rng,
        [
            "[What is|Tell me] the sentiment of this [review|text|comment][?|.|]",
            "Sentiment?",
            "[Classify|Detect|Give] the sentiment[.|]",
            "Is this positive or negative or neutral?",
        ],
    )
    return Task("classify", [user(pair(rng, ask, sentiment_text(rng, pole)))], pole)


def shots(rng, source, labels):
    """Examples in front of the question, all for the same labels."""
    lines, wanted = [], rng.randrange(1, 4)
    for _ in range(40):
        text, _, right, _, _ = source(rng)
        if right in labels and len(lines) < wanted:
            lines.append((text, right))
    return lines


def make(rng):
    draw = rng.random()
    if draw < 0.22:
        return yes_no.make(rng)
    if draw < 0.28:
        return rng.choice([open_language, open_sentiment, open_kind])(rng)
    source = rng.choices([s for s, _ in SOURCES], [w for _, w in SOURCES])[0]
    text, labels, right, kind_word, thing = source(rng)
    ask = say(
        rng,
        rng.choice(ASK) + rng.choice(BRIEF),
        labels=listing(rng, labels, "or"),
        thing=thing,
        kind=kind_word,
    )
    response_format, answer = None, right
    if rng.random() < 0.08:
        key = rng.choice(["label", "category", "class", kind_word])
        ask += " " + say(
            rng, '[Answer|Reply|Respond] [as|in|with] JSON[ with the key|:] "{key}"[.|]', key=key
        )
        response_format, answer = {"type": "json_object"}, compact({key: right})
    draw = rng.random()
    if draw < 0.15:
        messages = [system(say(rng, rng.choice(ROLE), thing=thing) + " " + ask), user(text)]
    elif draw < 0.22 and source in (sentiment, spam, priority, language):
        examples = shots(rng, source, labels)
        body = "\n".join(f"{t} -> {r}" for t, r in examples) + f"\n{text} ->"
        answer, response_format = right, None
        messages = [user(f"{ask}\n\n{body}")]
    else:
        messages = [user(pair(rng, ask, text))]
    messages = [{**m, "content": m["content"].strip()} for m in messages]
    return Task(
        "classify", messages, answer, response_format=response_format, is_json=response_format is not None
    )
