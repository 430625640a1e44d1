"""A second wish about the same text: another field, all in JSON, one value in place of a list."""

from ...phrasing import choose, say
from ...task import Task
from .domains import composed, missing, other_name
from .formats import as_object, row, shown

MORE = [
    "[And|and] the {f}?", "[And|What about|How about] the {f}?", "[Now|And now|Next][:|,|] the {f}[.|, please.|]", "[And|Also|Now] [give me|tell me|I need] the {f}[.|, please.|]",
    "[the|and] {f}[?|]", "[Thanks|Thank you|OK|Great|Good|Perfect][,|.|!] [and|now] the {f}[?|.|]", "[What is|Which is] the {f}?", "[Same for|Same with|Same again for] the {f}[.|]", "{f}[?|]",
    "[And|Now] what is the {f}?", "[I also|We also] need the {f}[.|]",
]  # fmt: skip
IN_JSON = [
    "[Now|And now|Please] [both|all of it|that|everything so far] as JSON[ with the keys| with| using the keys|:] {f}[.|]", "[as JSON|in JSON|JSON][, please|]: {f}",
    "[Make|Put|Turn] that [in|into|to] JSON: {f}",
    "[And|Now] {f} as [JSON|a JSON object|json][.|, please.|]", "[Give me|I need] {f} as JSON [now|too|as well][.|]",
]  # fmt: skip
FIRST = ["[What is|Give me|Find|Extract|Tell me] the {f}[?|.|]", "{f}?", "[Extract|Get] the {f} from this[.|]", "[Only|Just] the {f}[, please|][.|]", "[I need|I want] the {f}[.|]"]
GONE = ["[If|When] [something|a field] is missing, say none[.|]", "[Write|Say] none [if|when] [there is none|it is missing|it is not given][.|]"]


def make(rng, arranged):
    text, found = composed(rng)
    if len(found) < 2:
        return make(rng, arranged)
    (_, one, first), (_, other, second) = rng.sample(found, 2)
    names = [other_name(rng, key, found).replace("_", " ") for key in (one, other)]
    if names[0] == names[1]:
        return make(rng, arranged)
    ask = say(rng, one.questions) if rng.random() < 0.4 else say(rng, FIRST, f=names[0])
    lacking = missing(rng, found) if rng.random() < 0.15 else None
    if lacking:
        ask += ("" if ask.endswith((".", "?")) else ".") + " " + say(rng, GONE)
    messages = [*arranged(rng, ask, text), {"role": "assistant", "content": shown(first)}]
    if lacking:
        return Task("extract", [*messages, asked(rng, MORE, lacking[1].replace("_", " "))], "none")
    draw = rng.random()
    if draw < 0.55:
        return Task("extract", [*messages, asked(rng, MORE, names[1])], shown(second))
    if draw < 0.75:
        return Task("extract", [*messages, {"role": "user", "content": choose(rng, rng.choice(other.questions))}], shown(second))
    pairs = [(name.replace(" ", "_").replace("-", "_"), value) for name, value in zip(names, (first, second))]
    if draw < 0.82:
        third = next(((key, value) for _, key, value in found if key not in (one, other)), None)
        pairs += [(str(third[0]), third[1])] if third and str(third[0]) not in dict(pairs) else []
    fields = row(rng, [name.replace("_", " ") for name, _ in pairs])
    return Task("extract", [*messages, asked(rng, IN_JSON, fields)], as_object(pairs), is_json=True)


def asked(rng, patterns, fields):
    return {"role": "user", "content": say(rng, patterns, f=fields)}
