"""Words by kind: fruit, bird, tool ... for labels, for yes or no, and for the odd one out."""

from ... import values
from ...words import read

WORDS = read("kinds")
KINDS = list(WORDS)
SETS = {kind: {word.lower() for word in words} for kind, words in WORDS.items()}
COMMON = [
    "fruit", "vegetable", "animal", "color", "country", "city", "profession", "instrument", "vehicle", "clothing", "furniture", "sport", "tool",
    "body part", "drink",
]  # fmt: skip
NAMES = {
    "profession": ["profession", "job", "occupation"],
    "color": ["color", "colour", "color"],
    "instrument": ["instrument", "musical instrument"],
    "clothing": ["clothing", "clothes"],
    "relative": ["relative", "family member", "family"],
    "feeling": ["feeling", "emotion"],
    "drink": ["drink", "beverage"],
    "kitchenware": ["kitchenware", "kitchen item", "kitchen utensil"],
    "disease": ["disease", "illness"],
    "unit": ["unit", "unit of measurement"],
    "first name": ["first name", "name", "given name"],
    "stationery": ["stationery", "office supply"],
    "device": ["device", "electronic device", "appliance"],
    "gemstone": ["gemstone", "gem"],
}
COUNTABLE = {
    "clothing": "piece of clothing",
    "furniture": "piece of furniture",
    "weather": "kind of weather",
    "kitchenware": "kitchen utensil",
    "stationery": "stationery item",
}
CLOSE = [
    {"animal", "bird", "fish", "insect"},
    {"flower", "tree", "spice", "vegetable", "fruit"},
    {"dessert", "dish", "cheese", "drink", "fruit", "vegetable"},
    {"tool", "kitchenware", "stationery", "device", "toy", "instrument"},
    {"metal", "material", "gemstone"},
    {"sport", "dance", "toy"},
    {"furniture", "device", "kitchenware"},
    {"landform", "building"},
    {"language", "school subject", "programming language"},
    {"shape", "school subject"},
    {"weather", "disease"},
    {"color", "gemstone", "metal", "flower"},
]
PAIRS = [("fruit", "vegetable"), ("bird", "fish"), ("fish", "insect"), ("bird", "insect"), ("flower", "tree"), ("dessert", "drink"), ("metal", "gemstone"),
         ("dish", "drink"), ("country", "city"), ("fruit", "drink"), ("vegetable", "drink")]  # fmt: skip


def far(kind, others):
    """Those of the others that no word of this kind belongs to, too."""
    near = set().union(*(group for group in CLOSE if kind in group))
    return [other for other in others if other != kind and other not in near]


FAR = {kind: far(kind, KINDS) for kind in KINDS}


def kinds_apart(rng, count):
    """That many kinds, of which no two are close."""
    if count == 2 and rng.random() < 0.3:
        return rng.sample(rng.choice(PAIRS), 2)
    found = [rng.choice(COMMON if rng.random() < 0.45 else KINDS)]
    left = FAR[found[0]]
    while len(found) < count:
        usual = [kind for kind in left if kind in COMMON]
        found.append(rng.choice(usual if usual and rng.random() < 0.45 else left))
        left = [kind for kind in left if kind in FAR[found[-1]]]
    return found


def word_of(rng, kind, others=()):
    """A word of the kind that none of the others holds."""
    while True:
        word = rng.choice(WORDS[kind])
        if rng.random() < 0.15 and kind in values.BASIC:
            word = values.pick(rng, kind)
        if not any(word.lower() in SETS[other] for other in others):
            return word


def shown(rng, kind):
    return rng.choice(NAMES.get(kind, [kind]))


def counted(kind):
    """As it stands behind a or an."""
    name = COUNTABLE.get(kind, kind)
    return ("an " if name[0] in "aeio" else "a ") + name
