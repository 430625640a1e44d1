"""(g) Fill templates: a commit message from a change list, a short reply, a form with blanks."""

from .. import values
from ..phrasing import pair, say
from ..task import Task, user

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
    "[Write|Give me|Generate|Make|Create] a [short |one[-| ]line |]commit message for [this change|these changes|the change|this diff|this][.|:]",
    "Commit message[, please|]:",
    "[Summarize|Turn] [this|these changes] [as|into] a commit message[.|]",
    "[What|Which] commit message [fits|would you write][ here|]?",
]
REPLY_GOALS = [
    ("[accept|say yes to|agree to]", "Hi {name}, that works for me. See you {when}."),
    ("[decline|say no to|turn down|refuse]", "Hi {name}, sorry, I cannot make it {when}."),
    (
        "[ask to move|postpone|ask for another time for]",
        "Hi {name}, could we find another time? {when} does not work for me.",
    ),
    ("[confirm|confirm that we come to]", "Hi {name}, I confirm {what} {when}."),
    ("[thank for|say thanks for]", "Hi {name}, thank you for {what}."),
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


def reply(rng):
    goal, form = rng.choice(REPLY_GOALS)
    name, what = values.first_name(rng), rng.choice(OCCASIONS)
    when = rng.choice(
        [
            f"on {values.pick(rng, 'weekday')}",
            "tomorrow",
            f"at {values.clock(rng)}",
            f"on {values.pick(rng, 'weekday')} at {values.clock(rng)}",
            f"on {values.spoken_date(rng)}",
        ]
    )
    said_when = when if "{when}" in form else ""
    ask = say(
        rng,
        "[Write|Draft|Give me] a [short |brief |]reply to {name} [and|to|that we|:] "
        + goal
        + " {what} {when}[.|]",
        name=name,
        what=what,
        when=said_when,
    )
    shown = when[0].upper() + when[1:] if form.startswith("Hi {name}, could") else when
    return Task(
        "compose",
        [user(" ".join(ask.split()).replace(" .", "."))],
        form.format(name=name, what=what, when=shown),
    )


def form(rng):
    template = rng.choice(FORMS)
    names = [n for n in MAKERS if "{" + n + "}" in template]
    found = {n: str(MAKERS[n](rng)) for n in names}
    style = rng.choice(SLOT_STYLES)
    shown = template
    for n in names:
        shown = shown.replace("{" + n + "}", style.format(n))
    separator = rng.choice([": ", " = ", "="])
    given = rng.choice(["\n", ", ", "; "]).join(f"{n}{separator}{v}" for n, v in found.items())
    ask = say(
        rng,
        [
            "[Fill|Fill in|Complete] [this|the] template[.|:]",
            "[Fill in|Replace] the [blanks|placeholders][.|:]",
            "[Put|Insert] the values into the template[.|:]",
        ],
    )
    body = rng.choice(
        [
            f"{ask}\n\n{shown}\n\n{given}",
            f"{ask}\nTemplate: {shown}\nValues: {given}",
            f"{ask}\n{given}\n\n{shown}",
        ]
    )
    return Task("compose", [user(body)], template.format(**found))


KINDS = [(commit, 5), (conventional, 1), (reply, 3), (form, 4)]


def make(rng):
    return rng.choices([k for k, _ in KINDS], [w for _, w in KINDS])[0](rng)
