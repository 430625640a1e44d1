"""Texts about topics: headlines, questions, notes, lists of words."""

from ... import values
from ...phrasing import choose, fill, say
from ...words import read

SENTENCES = read("topic_sentences", by_line=True)
LISTS = read("topic_nouns")
MORE = read("topic_more", by_line=True)
NAMES = {
    "technology": ["technology", "technology", "tech", "IT", "computers"],
    "politics": ["politics", "politics", "government"],
    "sports": ["sports", "sports", "sport"],
    "movies": ["movies", "film", "cinema", "entertainment"],
    "health": ["health", "health", "medicine", "healthcare"],
    "business": ["business", "business", "economy"],
    "finance": ["finance", "finance", "money", "banking"],
    "travel": ["travel", "travel", "tourism"],
    "food": ["food", "food", "cooking", "cuisine"],
    "education": ["education", "education", "school"],
    "cars": ["cars", "automotive", "autos"],
    "animals": ["animals", "pets", "wildlife"],
    "home": ["home", "household", "home improvement"],
    "crime": ["crime", "crime", "police"],
    "space": ["space", "astronomy"],
    "environment": ["environment", "climate", "nature"],
    "family": ["family", "relationships"],
    "jobs": ["jobs", "career", "work"],
    "real estate": ["real estate", "housing", "property"],
    "books": ["books", "literature"],
    "art": ["art", "arts"],
    "gaming": ["gaming", "video games", "games"],
    "gardening": ["gardening", "garden"],
    "religion": ["religion", "religion", "faith"],
    "law": ["law", "law", "legal"],
    "military": ["military", "defense"],
    "farming": ["farming", "agriculture"],
    "transport": ["transport", "traffic", "transportation"],
    "math": ["math", "mathematics", "maths"],
    "theatre": ["theatre", "theater", "performing arts"],
    "fitness": ["fitness", "workout"],
}
CLOSE = [
    {"business", "finance", "jobs", "real estate"},
    {"environment", "weather", "gardening", "animals", "farming", "energy"},
    {"science", "space", "math"},
    {"technology", "gaming"},
    {"education", "science", "math"},
    {"books", "art", "movies", "history", "theatre"},
    {"music", "theatre"},
    {"home", "real estate", "family", "gardening"},
    {"politics", "military", "law"},
    {"crime", "law"},
    {"history", "military", "religion", "politics"},
    {"health", "science", "fitness", "psychology", "food"},
    {"sports", "fitness"},
    {"cars", "transport", "travel"},
    {"energy", "business", "science"},
    {"psychology", "education", "family"},
]
FRAMES = [
    "[I read an article|Here is a story|A long report|We talked|The podcast|Our discussion was|A short talk] about {a} and {b}",
    "[Does anyone know|I want to know|Who can tell me] more about {a}, {b} and {c}[?|]",
    "{a}, {b}, {c}",
    "{a} and {b}",
    "{a}",
    "[The|This] {a} [has|needs|got] a new {b}[.|!|]",
    "[Everything|All you need to know|News|Questions] about {a} and {b}.",
    "[My|Our] {a} and the {b}: [what I learned|a short story|ten tips|the truth]",
    "[Today|Yesterday|Last week] it was all about the {a}, then came the {b}.",
    "[How|Why|When] does {a} [change|affect|need] {b}?",
    "{first} [likes to talk|wrote to me|asked] about {a}[, mostly {b}|].",
    "What is the difference between {a} and {b}?",
    "[A|Our|The] [beginner's|short|complete|new] guide to {a} and {b}",
    "{a} explained in {k} minutes",
    "[Why|How] {a} [matters|is changing|surprised everyone]",
    "[The latest|Breaking news|A question|Some thoughts] on {a} and {b}[.|]",
    "[Can you|Could somebody|Please] explain {a}[ to me|][?|]",
    "[Another|One more] {a}, [and still no|but what about the] {b}[?|]",
]
HEADLINES = [
    "{who} {did}", "{who} {did}", "{who} {did}.", "{who} {did}, [experts say|reports {last}|says {first} {last}|according to a report].",
    "{weekday}: {who} {did}", "[Last week|Yesterday|This morning], {who} {did}.", "[I heard that|They say|It is said that] {who} {did}.",
]  # fmt: skip


def entries(topic, part):
    return [entry.strip() for line in MORE.get(f"{topic}:{part}", []) for entry in line.split(",")]


TOPICS = list(dict.fromkeys([*SENTENCES, *(section.split(":")[0] for section in MORE)]))
LINES = {topic: SENTENCES.get(topic, []) + MORE.get(f"{topic}:lines", []) for topic in TOPICS}
PEOPLE = {topic: entries(topic, "people") for topic in TOPICS}
DEEDS = {topic: entries(topic, "does") for topic in TOPICS}
OWNERS = {}
for _topic in TOPICS:
    for _noun in {*LISTS.get(_topic, []), *entries(_topic, "nouns")}:
        OWNERS.setdefault(_noun.lower(), set()).add(_topic)
ALL_NOUNS = {topic: dict.fromkeys([*LISTS.get(topic, []), *entries(topic, "nouns")]) for topic in TOPICS}
NOUNS = {topic: [noun for noun in nouns if len(OWNERS[noun.lower()]) == 1] for topic, nouns in ALL_NOUNS.items()}


def raised(text):
    return text[0].upper() + text[1:]


def headline(rng, topic):
    pattern = choose(rng, rng.choice(HEADLINES))
    slots = {"who": rng.choice(PEOPLE[topic]), "did": rng.choice(DEEDS[topic])}
    said = fill(pattern, {**values.common_slots(rng, pattern), **slots})
    return values.filled(rng, said) if "{" in said else said


def one_text(rng, topic):
    draw = rng.random()
    if draw < 0.36:
        return values.filled(rng, rng.choice(LINES[topic]))
    if draw < 0.62 and PEOPLE[topic]:
        text = headline(rng, topic)
    else:
        a, b, c = rng.sample(NOUNS[topic], 3)
        text = say(rng, FRAMES, a=a, b=b, c=c, first=values.first_name(rng), k=rng.randrange(2, 10))
    return raised(text) if rng.random() < 0.75 else text


def topic_text(rng, topic):
    text = one_text(rng, topic)
    if rng.random() < 0.2:
        text += ("" if text.endswith((".", "!", "?")) else ".") + " " + raised(one_text(rng, topic))
    return text


def rivals(topic):
    """Topics that nobody takes for this one."""
    near = set().union(*(group for group in CLOSE if topic in group))
    return [name for name in TOPICS if name != topic and name not in near]


RIVALS = {topic: rivals(topic) for topic in TOPICS}
