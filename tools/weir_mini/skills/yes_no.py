"""Questions about a text, a number or a word that are answered by yes or no."""

from .. import values
from ..phrasing import fill, pair, say
from ..task import Task, user
from ..words import read

TOPICS = read("topic_sentences", by_line=True)
KINDS = ["fruit", "vegetable", "animal", "color", "country", "city", "instrument", "vehicle"]
FAR = [
    "sports",
    "food",
    "politics",
    "weather",
    "travel",
    "technology",
    "health",
    "music",
    "animals",
    "cars",
    "crime",
    "finance",
    "space",
    "gardening",
]
ARTICLE = {"animal": "an", "instrument": "an"}
BRIEF = [
    "",
    "",
    ", yes or no[?|]",
    " yes/no",
    " [Just|Only] yes or no[.|, please.]",
    " [Answer|Reply] [yes or no|with yes or no|only yes or no][.|]",
    " (yes/no)",
    " Yes or no?",
]


def about_topic(rng, truth):
    right, wrong = rng.sample(FAR, 2)
    text = fill(rng.choice(TOPICS[right]), values.common_slots(rng))
    topic = right if truth else wrong
    return pair(
        rng,
        say(
            rng,
            "[Is|Does] this [text|message|sentence] [about|deal with|talk about] {topic}?"
            + rng.choice(BRIEF),
            topic=topic,
        ),
        text,
    )


def mentions(rng, truth):
    """Does the text contain a value of some kind?"""
    name, make = rng.choice(
        [
            ("an email address", values.email),
            ("a phone number", values.phone),
            ("a date", values.spoken_date),
            ("a price", values.money),
            ("a URL", values.url),
            ("a time", lambda r: f"{r.randrange(1, 13)}:{r.randrange(10, 60)} pm"),
        ]
    )
    text = fill(rng.choice(TOPICS[rng.choice(FAR)]), {**values.common_slots(rng)})
    if truth:
        text += " " + say(rng, "[Contact|See|Note|More|Details|Ref]: {value}[.|]", value=make(rng))
    return pair(
        rng,
        say(
            rng,
            rng.choice(
                [
                    "Does [the|this|the following] [text|message|note|mail] [contain|mention|include|have|give] {name}[ in it|]?",
                    "Is there {name} in [here|it|this|the text]?",
                    "[Can you see|Do you see|Do you find] {name} [here|in it|in this text]?",
                ]
            )
            + rng.choice(BRIEF),
            name=name,
        ),
        text,
    )


def names_word(rng, truth):
    """Is a word or a name in a list or in a text?"""
    items = [
        values.pick(rng, rng.choice(["object", "first_name", "city", "fruit"]))
        for _ in range(rng.randrange(3, 8))
    ]
    outside = values.pick(rng, rng.choice(["object", "first_name", "city", "fruit"]))
    if not truth and outside in items:
        return None
    item = rng.choice(items) if truth else outside
    return pair(
        rng,
        say(
            rng,
            [
                "Is {item} [in|on|part of] [the|this] list?",
                "Does [the|this] list [contain|include|have] {item}?",
                "Is {item} [among|one of] [these|them]?",
                "Do you see {item} [here|in there]?",
            ],
            item=item,
        )
        + say(rng, rng.choice(BRIEF)),
        ", ".join(items),
    )


def compares(rng, truth):
    a, b = rng.sample(range(1, rng.choice([20, 100, 1000])), 2)
    bigger = a > b
    word = rng.choice(
        ["greater", "larger", "bigger", "more"] if bigger == truth else ["less", "smaller", "lower"]
    )
    return say(
        rng,
        rng.choice(
            [
                "Is {a} {word} than {b}?",
                "{a} is {word} than {b}, [right|true|correct]?",
                "[True or not|Check]: is {a} {word} than {b}?",
            ]
        )
        + rng.choice(BRIEF),
        a=a,
        b=b,
        word=word,
    )


def is_kind(rng, truth):
    kind = rng.choice(KINDS)
    other = rng.choice([k for k in KINDS if k != kind])
    word = values.pick(rng, kind if truth else other)
    if not truth and word in values.BASIC[kind]:
        return None
    return say(
        rng,
        "Is [a |]{word} {article} {kind}?" + rng.choice(BRIEF),
        word=word,
        article=ARTICLE.get(kind, "a"),
        kind=kind,
    )


def parity(rng, truth):
    number = rng.randrange(1, rng.choice([30, 1000, 100000]))
    even = number % 2 == 0
    return say(
        rng,
        "Is {n} [an |]{word}[ number|]?" + rng.choice(BRIEF),
        n=number,
        word="even" if even == truth else "odd",
    )


def make(rng):
    while True:
        truth = rng.random() < 0.5
        question = rng.choice([about_topic, mentions, mentions, names_word, compares, is_kind, parity])(
            rng, truth
        )
        if question is not None:
            return Task("classify", [user(question)], "yes" if truth else "no")
