"""What people say of food, hotels, films, phones, staff ...: good, bad, plain or both, in one or several sentences."""

import re

from ... import values
from ...phrasing import choose, fill
from ...words import read

PARTS = read("reviews", by_line=True)
DOMAINS = list(dict.fromkeys(section.split(":")[0] for section in PARTS if ":" in section))
WORDS = read("sentiment")
OLDER = read("sentiment_sentences", by_line=True)
SHORT = {"positive": "pos", "negative": "neg", "neutral": "neu"}
PRAISE, BLAME = ([w for line in PARTS[key] for w in line.split(", ")] for key in ("pos_word", "neg_word"))
HEAD = ["The {thing} ", "The {thing} ", "The {thing} ", "[This|Their|Your|Our|My] {thing} ", "[Honestly|In short|To be fair|Overall|Frankly], the {thing} "]
JUDGED = {
    "pos": [
        "The {thing} [is|was] [very |really |so |truly |quite |absolutely |]{word}", "The {thing} [isn't|wasn't|is not|was not] [bad at all|boring for a minute|a disappointment]",
        "[I|We] [found|thought|consider] the {thing} {word}", "{Word} {thing}", "{Word}, [simply|just] {word2}", "The {thing}: {word}",
        "[I have|We've] [never|rarely] [seen|had] a better {thing}", "[There is nothing|Nothing] wrong with the {thing}", "[I|We] [love|adore|like|enjoyed] the {thing}",
        "[Big|Huge] fan of the {thing}", "[No problems|No issues|No trouble] with the {thing}[ at all| so far|]", "The {thing} is {word} and {word2}",
        "The {thing} [never disappoints|did not disappoint|couldn't be better|is far from bad]",
    ],
    "neg": [
        "The {thing} [is|was] [very |really |so |truly |just |absolutely |]{word}", "The {thing} [isn't|wasn't|is not|was not] [good|great|worth it|what I hoped for|up to scratch|acceptable]",
        "[I|We] [found|thought|consider] the {thing} {word}", "{Word} {thing}", "{Word}, [simply|just] {word2}", "The {thing}: {word}",
        "[I have|We've] [never|rarely] [seen|had] a worse {thing}", "[There is nothing|Nothing] good about the {thing}", "[I|We] [hate|dislike|can't stand|did not enjoy|regret] the {thing}",
        "[No fan|Not a fan] of the {thing}", "[Nothing but problems|Only trouble] with the {thing}", "The {thing} is {word} and {word2}",
        "[I|We] did not like the {thing}[ at all| one bit|]", "The {thing} [disappoints|let me down|could not be worse|is far from good|left much to be desired]",
    ],
}  # fmt: skip
LENGTHS = [1] * 8 + [2] * 5 + [3, 3, 4, 5]
LINKS = [", but", ", but", " but", ", yet", ", and yet", ". However,", ". But", ". Still,", " - but"]
ARTICLE = re.compile(r"\b([Aa]) (?=[aeio](?!ne[ -]))")
ENDS = [".", ".", ".", ".", "!", "!", "", "!!", "..."]


def filled(rng, pattern, domain):
    pattern = choose(rng, pattern)
    slots = values.common_slots(rng, pattern)
    slots["thing"] = rng.choice(PARTS[f"{domain}:thing"])
    return fill(pattern, slots)


def judged(rng, pole, domain):
    """A clause with an adjective."""
    word, word2 = rng.sample(PRAISE if pole == "pos" else BLAME, 2)
    pattern = choose(rng, rng.choice(JUDGED[pole]))
    thing = rng.choice(PARTS[f"{domain}:thing"])
    return fill(pattern, {"thing": thing, "word": word, "word2": word2, "Word": word[0].upper() + word[1:]})


def clause(rng, pole, domain):
    """What somebody says of a thing, without a last stop."""
    if pole != "neu" and rng.random() < 0.35:
        return judged(rng, pole, domain)
    return filled(rng, rng.choice(HEAD[:3] if pole == "neu" else HEAD) + rng.choice(PARTS[f"{domain}:{pole}"]), domain)


def sentence(rng, pole, domain):
    draw = rng.random()
    if draw < 0.24:
        return filled(rng, rng.choice(PARTS[f"{domain}:{pole}line"]), domain)
    if draw < (0.34 if pole == "neu" else 0.47):
        return filled(rng, rng.choice(PARTS[f"verdict_{pole}"]), domain)
    return clause(rng, pole, domain) + (rng.choice(ENDS) if pole != "neu" else ".")


def lowered(text):
    return text if text.startswith("I ") or text.startswith("I'") or text[:2].isupper() else text[0].lower() + text[1:]


def mixed(rng, domain):
    one, other = rng.choice([("pos", "neg"), ("neg", "pos")])
    first, second = clause(rng, one, domain), clause(rng, other, domain)
    return f"{first}{rng.choice(LINKS)} {lowered(second)}."


def in_spite(rng, pole, domain):
    """A small thing for the other side, and then what counts."""
    small = choose(rng, rng.choice(PARTS["small_fault" if pole == "pos" else "small_merit"]))
    verdict = rng.choice(PARTS[f"verdict_{pole}"][11:])
    main = clause(rng, pole, domain) if rng.random() < 0.5 else filled(rng, verdict, domain)
    return f"{small}, but {lowered(main)}" + ("" if main.endswith((".", "!", "?")) else rng.choice([".", "!"]))


def cased(rng, text):
    draw = rng.random()
    if draw < 0.1:
        return text.lower()
    return text.upper() if draw < 0.115 else text


def review(rng, pole, plain=False):
    """plain: nothing that speaks for the other side."""
    domain = rng.choice(DOMAINS)
    if pole == "mixed":
        return cased(rng, mixed(rng, domain))
    short = SHORT[pole]
    if not plain and short != "neu" and rng.random() < 0.1:
        return cased(rng, in_spite(rng, short, domain))
    said = [sentence(rng, short, domain) for _ in range(rng.choice(LENGTHS))]
    text = said[0]
    for more in said[1:]:
        text += (" " if text.endswith((".", "!", "?", "…")) else ". ") + more
    return cased(rng, text)


def older(rng, pole):
    pattern = choose(rng, rng.choice(OLDER[pole]))
    slots = values.common_slots(rng, pattern)
    slots["noun"], slots["noun2"] = rng.sample(WORDS["review_noun"], 2)
    slots["link"] = rng.choice(WORDS["mixed_link"])
    for key, section in [("pos", "positive_adj"), ("neg", "negative_adj"), ("neu", "neutral_adj")]:
        if "{" + key in pattern:
            slots[key], slots[key + "2"] = rng.sample(WORDS[section], 2)
    return fill(pattern, slots)


def sentiment_text(rng, pole, plain=False):
    if rng.random() < 0.68:
        return ARTICLE.sub(r"\1n ", review(rng, pole, plain))
    count = 1 if pole == "mixed" else rng.choice([1, 1, 1, 2, 2, 3])
    return ARTICLE.sub(r"\1n ", " ".join(older(rng, pole) for _ in range(count)))
