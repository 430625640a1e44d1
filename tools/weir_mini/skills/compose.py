"""(g) Fill templates: a commit message from a change list, a short reply, a form with blanks."""

from .. import values
from ..framing import framed
from ..phrasing import fill, pair, say
from ..task import Task, user
from ..wishes import wished
from . import forms

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
    ("cleaned up", "Clean up"),
    ("simplified", "Simplify"),
    ("improved", "Improve"),
    ("dropped", "Drop"),
    ("rewrote", "Rewrite"),
    ("bumped", "Bump"),
    ("split", "Split"),
    ("replaced", "Replace"),
    ("disabled", "Disable"),
    ("enabled", "Enable"),
    ("changed", "Change"),
    ("introduced", "Introduce"),
    ("sped up", "Speed up"),
    ("reverted", "Revert"),
    ("cached", "Cache"),
    ("checked", "Check"),
    ("handled", "Handle"),
    ("extracted", "Extract"),
    ("merged", "Merge"),
    ("formatted", "Format"),
    ("upgraded", "Upgrade"),
]
DETAILS = ["dead code", "a typo", "missing tests", "unused imports", "old comments", "error messages", "a race", "a memory leak", "retry logic", "logging",
           "a null check", "input validation", "the default timeout", "a flaky test", "duplicate code", "type hints", "an off-by-one error", "wrong units",
           "empty input", "the license header", "a unit test", "debug output", "magic numbers", "global state", "the copyright year", "a deadlock"]  # fmt: skip
WITH_DETAIL = {"bumped", "split", "replaced", "merged", "upgraded", "renamed", "moved"}
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
    "[Write|Make|Draft|Compose|Produce|Suggest] [a|the|one] [git |][commit message|commit line|commit summary][ for me|][.|:]",
    "[Write|Give me|Suggest] [a|the] subject line for [this|my|the next] commit[.|:]",
    "[Commit|Message for the commit|Commit text][:|, please:]",
    "[I did this|I have done this|We did this|Today I did this|Done][:|.] [Commit message|Write the commit message|Now the commit message][?|, please.|.]",
    "[What is|What's|Tell me] a [good|fitting|short] [commit message|commit line] [here|for this|for these changes|for my work]?",
    "[Describe|Sum up|Record] [the changes|what changed|my changes|this work] [in|as] [a|one] commit message[.|:]",
    "[The diff|This diff|My patch|The patch] [does|contains] [this|the following]. [Commit message|Write the commit message|How should I call it in git][?|, please.|]",
    "git commit -m [for this|for these changes|of this][?|:]",
    "[Changelog|Change list|Changes] to [a |]commit message[:|.]",
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
# Said without an occasion.
BARE_GOALS = [
    (
        "[I can't come|I cannot come|I can't make it|say that I can't come|not possible|I have no time|I won't be there|I'm not free|can't do]",
        "Hi {name}, sorry, I cannot make it {when}.",
    ),
    (
        "[I'll be there|I will come|I am coming|yes, see you|that works|say that it works|sounds good, see you|fine with me|say that I come|yes]",
        "Hi {name}, that works for me. See you {when}.",
    ),
    (
        "[another time than|can we meet another time than|ask for another time than|I need another slot than]",
        "Hi {name}, could we find another time? {When} does not work for me.",
    ),
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
    elif past == "replaced":
        tail = f" {rng.choice(['with', 'by'])} {change_target(rng)}"
    elif past in ("bumped", "upgraded"):
        target, tail = values.made_word(rng, 2), f" to {values.version(rng)}"
    elif past not in WITH_DETAIL and rng.random() < 0.35:
        target = rng.choice(DETAILS)
        target += f" {rng.choice(['in', 'in', 'from', 'for'])} {change_target(rng)}" if rng.random() < 0.8 else ""
    elif past == "fixed" and rng.random() < 0.5:
        target = f"{rng.choice(['crash', 'typo', 'leak', 'bug', 'timeout', 'wrong result'])} in {target}"
    noted = rng.choice(
        [
            f"{past} {target}{tail}",
            f"{past} {target}{tail}",
            f"{imperative.lower()} {target}{tail}",
            f"{target} {past}{tail}" if past != "fixed" and " " not in past else f"{past} {target}{tail}",
            f"{rng.choice(['I', 'we', 'i'])} {past} {target}{tail}",
        ]
    )
    return noted, f"{imperative} {target}{tail}"


def commit(rng):
    changes = [one_change(rng) for _ in range(rng.choice([1, 1, 2, 2, 2, 3]))]
    notes = [noted for noted, _ in changes]
    listed = rng.choice(["\n".join(f"- {n}" for n in notes), ", ".join(notes), "; ".join(notes), ", ".join(notes[:-1]) + " and " + notes[-1], "\n".join(notes)])
    if len(notes) == 1:
        listed = notes[0]
    first, *others = [said for _, said in changes]
    others = [said[0].lower() + said[1:] for said in others]
    message = " and ".join([", ".join([first, *others[:-1]]), others[-1]]) if others else first
    return Task("compose", asking(rng, say(rng, COMMIT), listed), message)


def asking(rng, ask, text):
    """The messages that ask to make something of a text."""
    return framed(rng, ask, text, 0.1) if rng.random() < 0.5 else [user(pair(rng, wished(rng, ask), text))]


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
    is_bare = rng.random() < 0.35
    goal, form = rng.choice(BARE_GOALS if is_bare else REPLY_GOALS)
    slots = {"name": values.first_name(rng), "what": rng.choice(OCCASIONS), "when": moment(rng)}
    asked = {**slots, "when": slots["when"] if "{when}" in form or "{When}" in form else ""}
    ask = wished(rng, say(rng, rng.choice(REPLY_ASK) + goal + (" {when}[.|]" if is_bare else " {what} {when}[.|]"), **asked))
    slots["When"] = slots["when"][0].upper() + slots["when"][1:]
    return Task("compose", [user(" ".join(ask.split()).replace(" .", "."))], fill(form, slots))


KINDS = [(commit, 5), (conventional, 1), (reply, 3), (forms.make, 4)]


def make(rng):
    return rng.choices([k for k, _ in KINDS], [w for _, w in KINDS])[0](rng)
