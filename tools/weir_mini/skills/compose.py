"""(g) Fill templates: a commit message from a change list, a short reply, a form with blanks."""

from .. import values
from ..phrasing import fill, pair, say, slots_of
from ..task import Task, user
from ..words import read

CHANGES = [
    ("added", "Add"),
    ("removed", "Remove"),
    ("fixed", "Fix"),
    ("renamed", "Rename"),
    ("updated", "Update"),
    ("moved", "Move"),
    ("refactored", "Refactor"),
    ("tested", "Test"),
    ("documented", "Document"),
    ("deleted", "Delete"),
]
COMMIT = [
    "[I need|We need|Need|I want] a [git |]commit message[. What I did|. My changes|. Changes| for]:",
    "[git |]commit [msg|message|text|line] [for|from][ this| these|][:| please:|]",
    "[These are my changes|This is what I did|Here is what changed], [write|give me|make] the commit [line|message|text][.|:]",
    "[What do I write|What should I put|How do I say this] [as|in a|in the] commit message?",
    "[One[-| ]line|Short] commit [message |] for[ this|]:",
    "[commit message|commit msg|commit][ please|, please|]:",
    "[Turn|Make|Put] [my notes|the list|this list|the changes] into a commit message[.|:]",
    "[Write|Give me|Generate|Make|Create] a [short |one[-| ]line |]commit message for [this change|these changes|the change|this diff|this][.|:]",
    "Commit message[, please|]:",
    "[Summarize|Turn] [this|these changes] [as|into] a commit message[.|]",
    "[What|Which] commit message [fits|would you write][ here|]?",
]
REPLY_GOALS = [
    (
        "[accept|say yes to|agree to|I accept|say yes about|yes to|take up]",
        "Hi {name}, that works for me. See you {when}.",
    ),
    (
        "[decline|say no to|turn down|refuse|I decline|no to|I have no time for|I can't come to]",
        "Hi {name}, sorry, I cannot make it {when}.",
    ),
    (
        "[ask to move|postpone|ask for another time for]",
        "Hi {name}, could we find another time? {When} does not work for me.",
    ),
    ("[confirm|confirm that we come to]", "Hi {name}, I confirm {what} {when}."),
    ("[thank for|say thanks for]", "Hi {name}, thank you for {what}."),
]
REPLY_ASK = [
    "[Write|Draft|Give me|Send] [a|me a|] [short |brief |]reply to {name} [and|to|that we|:] ",
    "[Answer|Reply to|Write to|Write back to] {name}[:| and|, please] ",
    "Reply to {name}: ",
    "[Tell|Let] {name} [know |]in a [short |]reply: ",
    "{name} [wrote to me|asked|invited me]. [Reply|Answer|Write a reply] and ",
    "[Short|Brief] [reply|answer|note] to {name}[,|:] ",
    "[I want to answer|I need a reply to|I must reply to] {name}[:| and] ",
]
OCCASIONS = [
    "the meeting",
    "lunch",
    "dinner",
    "the call",
    "the workshop",
    "the party",
    "coffee",
    "the interview",
    "the demo",
    "the trip",
    "the review",
    "the visit",
]
FORMS = [
    "Dear {name}, your {thing} is ready. Please collect it on {day}.",
    "Hello {name}, welcome to {place}!",
    "{name} ordered {count} {thing} for {money}.",
    "Meet {name} in {place} on {day}.",
    "Invoice for {name}: {count} x {thing}, total {money}.",
    "{thing}: {money}",
    "To: {name}\nSubject: {thing}\n\nYour {thing} arrives on {day}.",
    "Hi {name}, the price of the {thing} is {money}. Kind regards, {place}",
    "Ticket for {name}, {place}, {day}",
    "{name} from {place} has {count} open orders.",
    "Reminder: {thing} for {name} on {day}",
    "Thank you, {name}, for buying {count} {thing}.",
]
MAKERS = {
    "name": values.full_name,
    "thing": values.product,
    "place": values.city,
    "day": values.spoken_date,
    "money": values.money,
    "count": lambda r: r.randrange(2, 100),
}
SLOT_STYLES = ["{{{}}}", "{{{{{}}}}}", "<{}>", "[{}]", "${}", "%{}%"]
OTHER_NAMES = {
    "name": ["customer", "user", "guest"], "first": ["name", "user", "person"], "last": ["surname", "name"], "thing": ["item", "product"],
    "place": ["city", "town"], "city": ["place", "town", "location"], "day": ["date"], "weekday": ["day"], "money": ["total", "price", "amount"],
    "count": ["qty", "number"], "n": ["number", "count", "x"], "k": ["hours", "value", "y"], "id": ["order", "no", "ref"], "company": ["firm"],
    "object": ["item", "thing"],
}  # fmt: skip
SENTENCES = [
    line
    for name in ("topic_sentences", "spam", "intents")
    for lines in read(name, by_line=True).values()
    for line in lines
    if 1 <= len(set(slots_of(line))) <= 4
]
FORM = [
    "[Fill|Fill in|Complete|Fill out] [this|the] [template|form|text][.|:|, please.]",
    "[Fill in|Replace|Fill] the [blanks|placeholders|variables|gaps][.|:]",
    "[Put|Insert|Write] the [values|data] into the [template|text][.|:]",
    "[Use|Take] the template[.|:]",
    "[Insert|Put in] the values[.|:]",
    "[fill it in|fill in|complete it][ for me| please|][.|:]",
]


def change_target(rng):
    return rng.choice(
        [
            f"the {values.pick(rng, 'tech_noun')}",
            values.identifier(rng),
            values.path(rng),
            f"{values.made_word(rng, 2)} {values.pick(rng, 'code_thing')}",
            f"{values.pick(rng, 'code_thing')} {values.pick(rng, 'code_thing')}",
        ]
    )


def one_change(rng):
    """(how it is noted, how the message says it)"""
    past, imperative = rng.choice(CHANGES)
    target = change_target(rng)
    tail = ""
    if past == "renamed":
        tail = f" to {values.identifier(rng)}"
    elif past == "moved":
        tail = f" to {values.path(rng)}"
    elif past == "fixed" and rng.random() < 0.5:
        target = f"{rng.choice(['crash', 'typo', 'leak', 'bug', 'timeout', 'wrong result'])} in {target}"
    noted = rng.choice(
        [
            f"{past} {target}{tail}",
            f"{past} {target}{tail}",
            f"{imperative.lower()} {target}{tail}",
            f"{target} {past}{tail}" if past != "fixed" else f"{past} {target}",
        ]
    )
    return noted, f"{imperative} {target}{tail}"


def commit(rng):
    changes = [one_change(rng) for _ in range(rng.choice([1, 1, 2, 2]))]
    notes = [noted for noted, _ in changes]
    listed = (
        notes[0]
        if len(notes) == 1
        else rng.choice(["\n".join(f"- {n}" for n in notes), ", ".join(notes), " and ".join(notes)])
    )
    message = changes[0][1]
    for _, said in changes[1:]:
        message += " and " + said[0].lower() + said[1:]
    return Task("compose", [user(pair(rng, say(rng, COMMIT), listed))], message)


def conventional(rng):
    """type(scope): subject"""
    kind, verb = rng.choice(
        [
            ("feat", "add"),
            ("fix", "fix"),
            ("docs", "document"),
            ("test", "test"),
            ("refactor", "refactor"),
            ("chore", "update"),
        ]
    )
    scope, target = values.pick(rng, "code_thing"), values.identifier(rng)
    ask = say(
        rng,
        [
            "[Write|Give me] a conventional commit[ message|]: type {kind}, scope {scope}, {verb} {target}",
            "[Conventional commit|Commit]: {kind}, scope {scope}, subject: {verb} {target}",
        ],
        kind=kind,
        scope=scope,
        verb=verb,
        target=target,
    )
    return Task("compose", [user(ask)], f"{kind}({scope}): {verb} {target}")


def moment(rng):
    day = f"on {values.pick(rng, 'weekday')}"
    return rng.choice(
        [
            day,
            day,
            "tomorrow",
            f"at {values.clock(rng)}",
            f"{day} at {values.clock(rng)}",
            f"on {values.spoken_date(rng)}",
        ]
    )


def reply(rng):
    goal, form = rng.choice(REPLY_GOALS)
    slots = {"name": values.first_name(rng), "what": rng.choice(OCCASIONS), "when": moment(rng)}
    asked = {**slots, "when": slots["when"] if "{when}" in form or "{When}" in form else ""}
    ask = say(rng, rng.choice(REPLY_ASK) + goal + " {what} {when}[.|]", **asked)
    slots["When"] = slots["when"][0].upper() + slots["when"][1:]
    return Task("compose", [user(" ".join(ask.split()).replace(" .", "."))], fill(form, slots))


def template_for(rng):
    """(a sentence with slots in braces, {slot: value})"""
    if rng.random() < 0.4:
        template = rng.choice(FORMS)
        return template, {name: MAKERS[name](rng) for name in dict.fromkeys(slots_of(template))}
    template = rng.choice(SENTENCES)
    common = values.common_slots(rng)
    return template, {name: common[name] for name in dict.fromkeys(slots_of(template))}


def renamed(rng, template, found):
    """The slots get other names, so that none is known by heart."""
    names = {
        slot: rng.choice([slot, slot, *OTHER_NAMES.get(slot, []), values.made_word(rng, 2)]) for slot in found
    }
    if len(set(names.values())) < len(names):
        return renamed(rng, template, found)
    return fill(template, {slot: "{" + name + "}" for slot, name in names.items()}), {
        names[s]: v for s, v in found.items()
    }


def form(rng):
    template, found = renamed(rng, *template_for(rng))
    style = rng.choice(SLOT_STYLES)
    shown = fill(template, {name: style.format(name) for name in found})
    given = list(found.items())
    if rng.random() < 0.3:
        rng.shuffle(given)
    separator, joint = rng.choice([": ", " = ", "=", " is ", ": "]), rng.choice(["\n", "\n", ", ", "; "])
    facts = joint.join(f"{name}{separator}{value}" for name, value in given)
    ask = say(rng, FORM)
    quoted = rng.choice(['"{}"', "'{}'", "{}"]).format(shown)
    body = rng.choice(
        [
            f"{ask}\n\n{shown}\n\n{facts}",
            f"{ask}\nTemplate: {shown}\nValues: {facts}",
            f"{ask}\n{facts}\n\n{shown}",
            f"{ask} {quoted}\n{facts}",
            f"{quoted}\n{facts}\n\n{ask}",
            f"{quoted} {rng.choice(['|', '->', 'with', 'where', '<-', '-'])} {facts}",
            f"{ask}: {quoted} ({facts})",
            f"{rng.choice(['Template', 'Text', 'Form'])}: {quoted}\n{rng.choice(['Values', 'Data', 'Fields'])}: {facts}",
        ]
    )
    return Task("compose", [user(body)], fill(template, found))


KINDS = [(commit, 5), (conventional, 1), (reply, 3), (form, 4)]


def make(rng):
    return rng.choices([k for k, _ in KINDS], [w for _, w in KINDS])[0](rng)
