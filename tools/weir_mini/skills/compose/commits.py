"""Commit messages from notes, lists, git's own lists of files and diffs.

Each change becomes an imperative in the words of the note; several are joined by commas and "and".
"""

from ... import values
from ...framing import framed
from ...phrasing import careless, choose, pair, say
from ...task import Task, system, user
from ...wishes import wished
from ...words import read

WORDS = read("changes")


def forms_of(section):
    """(past, base, -ing) of each line."""
    return [tuple(form.strip() for form in line.split(",")) for line in read("changes", by_line=True)[section]]


VERBS, TO_VERBS, VERSION_VERBS = forms_of("verb"), forms_of("to_verb"), forms_of("version_verb")
FIX = ("fixed", "fix", "fixing")
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
    "[Write|Suggest|Give me] a [title|name] for [the|this|my] [pull request|PR|merge request][.|:]", "[PR|Pull request|Merge request] title[ for this|][:|, please:|]",
    "[Imperative|Imperative mood|In the imperative], [one line|short]: [write|give me] the commit message[.|]",
    "[Rephrase|Reword|Rewrite|Put] [my note|my notes|this|the change] as a [proper |good |]commit [message|subject][.|:]",
    "[Commit subject|Git message|Git subject|Commit title|Commit summary][ line|][ for this| for my changes|][:|, please:|?]", "[How would you|How should I] commit this[ work|]?",
    "[I am about to commit|I am committing|Ready to commit]. [Message|What message|Write the message][?|, please.|.]",
    "[Make|Write|Create] [one|a single] commit message [out of|from|of|for] [these notes|this list|these lines|these points|the following][.|:]",
    "[Summarize|Sum up|Condense] [my work|what I did|the changes below|this change list|the staged files] [in one|for a|as a] commit[ message| line|][.|:]",
]  # fmt: skip
CONVENTIONAL = {
    "add": "feat", "fix": "fix", "document": "docs", "test": "test", "refactor": "refactor", "update": "chore", "introduce": "feat", "implement": "feat", "simplify": "refactor",
    "clean up": "refactor",
    "extract": "refactor", "optimize": "perf", "speed up": "perf", "format": "style", "remove": "chore", "delete": "chore", "repair": "fix", "correct": "fix",
}  # fmt: skip
PAST_OF = {base: past for past, base, _ in VERBS if base in CONVENTIONAL}
CONVENTIONAL = {base: kind for base, kind in CONVENTIONAL.items() if base in PAST_OF} | {"add": "feat", "fix": "fix", "update": "chore"}
PAST_OF |= {"add": "added", "fix": "fixed", "update": "updated"}
IN_STYLE = [
    "[commit message|Commit message|commit msg|git commit message|Commit] ([conventional commits|conventional commits style|conventional|Conventional Commits format|conventional "
        "style][, one line|, subject only|])[:| please:|]",
    "[Write|Give me|Make|I need|Suggest|Generate] a [one-line |short |]commit message [in|using|following|with] [the |][conventional commits|Conventional Commits|conventional commit] "
        "[style|format|convention|spec][.|:| for this:]",
    "[Conventional commits|Conventional commit format|conventional commits style|Conventional commit subject|conventional commit one-liner][, one line|][, please|][:|.]",
    "[Write|Give me] [the|a] commit [subject|line] with a [type prefix|conventional type|type like feat or fix][.|:]",
    "[Commit message|Commit subject] with [the right type (feat, fix, docs, chore ...)|the right type|its conventional type] in front[.|:]",
]  # fmt: skip
RULES = [
    "You write git commit [subjects|messages|lines]. [Imperative mood|Imperative|Use the imperative][, max {n} characters|, at most {n} characters|][, no full stop|, no period|, "
        "capital letter first|, one line|][.|, nothing else.]",
    "[The user sends|You get|You receive] a list of changes. [Write|Answer with|Reply with|Output] [one|a|the] [commit message|commit subject|git commit line][ in the imperative|][, "
        "max {n} characters|].",
    "You are a [commit message|git] [generator|assistant|bot]. [One line, imperative mood.|Only the message.|Answer with the commit message only.|Subject line only, no body.]",
    "[Write commit messages for the changes of the user|Turn the user's notes into a commit message|For each message: write the git commit subject]. [No quotes.|No explanations.|One line.|]",
]  # fmt: skip
BEFORE = ["", "", "", "", "Changes:\n", "Changes: ", "What I did: ", "Diff summary:\n", "Notes:\n", "Staged:\n", "My changes:\n", "Done: ", "Work:\n"]
AFTER = ["One-line commit message, please.", "One line please.", "commit message?", "Commit message, one line.", "Now the commit message.", "-> commit message", "Write the commit message.",
    "Commit subject?",
    "A single commit message for all of it.", "short commit message please", "Commit msg in one line pls", "One commit line."]  # fmt: skip
HEADINGS = ["Changes:", "Changes:", "Changed:", "What changed:", "Done:", "My changes:", "Today:", "Changelog:", "Notes:", "In this commit:", "Diff:"]


def target(rng):
    draw = rng.random()
    if draw < 0.4:
        return rng.choice(WORDS["thing"])
    if draw < 0.43:
        return f"{rng.choice(['a', 'the'])} --{values.any_word(rng)} {rng.choice(['flag', 'option', 'switch', 'argument', 'parameter'])}"
    if draw < 0.45:
        return f"{rng.choice(['unused ', 'old ', 'the ', ''])}{rng.choice(['function', 'method', 'class', 'helper'])} {values.identifier(rng)}{rng.choice(['()', '()', ''])}"
    if draw < 0.46:
        return rng.choice(["its tests", "their tests", "its docs", "its callers", "the tests for it"])
    if draw < 0.55:
        return f"the {values.pick(rng, 'tech_noun')}"
    if draw < 0.67:
        return values.identifier(rng)
    if draw < 0.77:
        return values.path(rng)
    if draw < 0.85:
        return f"{values.made_word(rng, 2)} {values.pick(rng, 'code_thing')}"
    if draw < 0.93:
        return f"{values.pick(rng, 'code_thing')} {values.pick(rng, 'code_thing')}"
    return f"{rng.choice(['the', 'the', 'a new', 'the old', 'some'])} {values.any_word(rng)} {values.pick(rng, 'code_thing')}"


def place(rng):
    return rng.choice(WORDS["where"]) if rng.random() < 0.6 else target(rng)


ADJUSTED = [("changed", "change", "changing"), ("changed", "change", "changing"), ("set", "set", "setting"), ("switched", "switch", "switching"), ("adjusted", "adjust", "adjusting")]


def some_values(rng):
    """A value before and after."""
    draw = rng.random()
    if draw < 0.3:
        return rng.sample(values.BASIC["color"], 2)
    if draw < 0.5:
        return values.any_word(rng), values.made_word(rng, 2)
    unit = rng.choice(["", "", " seconds", "s", " ms", " px", "%", " minutes", " MB", " days"])
    return [f"{number}{unit}" for number in rng.sample(range(1, 600), 2)]


def change(rng):
    """((past, base, -ing), what, tail)"""
    draw = rng.random()
    if draw < 0.1:
        name = rng.choice(WORDS["package"]) if rng.random() < 0.6 else values.made_word(rng, 2)
        old = f" from {values.version(rng)}" if rng.random() < 0.2 else ""
        return rng.choice(VERSION_VERBS), name, f"{old} to {values.version(rng)}"
    if draw < 0.28:
        verb = rng.choice(TO_VERBS[:7])
        what = target(rng)
        if verb[1] == "rename":
            what, tail = rng.choice([values.identifier(rng), values.path(rng), target(rng)]), f" to {values.identifier(rng)}"
        elif verb[1] in ("move", "port", "migrate"):
            tail = f" to {rng.choice([values.path(rng), place(rng), rng.choice(WORDS['convert_to'])])}"
        else:
            tail = f" to {rng.choice(WORDS['convert_to'])}"
        return verb, what, tail
    if draw < 0.34:
        return TO_VERBS[-1], target(rng), f" {rng.choice(['with', 'by'])} {target(rng)}"
    if draw < 0.42:
        bug = rng.choice(["a bug", "the bug", "bugs", "an issue", "a crash", "a typo", "typos", "a regression", "an error", "a glitch", "crash", "bug", "leak", "wrong result", "timeout"])
        return FIX, bug, f" in {place(rng)}"
    if draw < 0.48:
        old, new = some_values(rng)
        return rng.choice(ADJUSTED), rng.choice(WORDS["adjustable"]), f" from {old} to {new}"
    verb = rng.choice(VERBS)
    tail = ""
    if rng.random() < 0.4:
        tail = f" {rng.choice(['in', 'in', 'from' if verb[1] in ('remove', 'delete', 'extract', 'drop') else 'for', 'of'])} {place(rng)}"
    if rng.random() < 0.15:
        tail += f" {rng.choice(WORDS['tail'])}"
    elif rng.random() < 0.07:
        tail += f" because {rng.choice(WORDS['because'])}"
    return verb, target(rng), tail


def noted(rng, verb, what, tail):
    """How people note a change."""
    past, base, doing = verb
    rest = f"{what}{tail}"
    draw = rng.random()
    if draw < 0.36:
        return f"{past} {rest}"
    if draw < 0.5:
        return f"{base} {rest}"
    if draw < 0.64:
        return f"{'I' if past in IRREGULAR else rng.choice(WHO)} {past} {rest}"
    if draw < 0.7:
        return f"{doing} {rest}"
    if past in IRREGULAR or " " in past:
        return f"{past} {rest}"
    if draw < 0.76:
        return f"{what} {past}{tail}"
    if draw < 0.83:
        return f"{what} {'were' if what in PLURALS else rng.choice(['was', 'is now', 'has been', 'got'])} {past}{tail}"
    if draw < 0.87:
        return f"{rng.choice(['this commit', 'it', 'the change', 'my patch', 'the diff'])} {third(base)} {rest}"
    if base == "add" and draw < 0.95:
        return f"+ {rest}" if draw < 0.91 else f"new: {rest}"
    if base == "remove" and draw < 0.95:
        return f"- {rest}" if draw < 0.91 else f"no more {rest}"
    return f"{past} {rest}"


PLURALS = {thing for thing in WORDS["thing"] if thing.endswith("s") and not thing.endswith("ss")}
WHO = [
    "I", "I", "I", "we", "i", "We", "I have", "I just", "We have", "I've", "we've", "then I", "today I", "also", "I also", "finally", "then", "just",
]  # fmt: skip
IRREGULAR = {"rewrote", "hid", "showed", "wrote"}


STARTS = {form.split()[0] for verb in [*VERBS, *TO_VERBS, *VERSION_VERBS] for form in verb} | {who.split()[0] for who in WHO}


def third(base):
    verb, _, rest = base.partition(" ")
    if verb.endswith("y") and verb[-2] not in "aeiou":
        verb = verb[:-1] + "ies"
    elif verb.endswith(("s", "sh", "ch", "x", "z")):
        verb += "es"
    else:
        verb += "s"
    return f"{verb} {rest}".strip()


def raised(text):
    return text[0].upper() + text[1:]


def joined(parts):
    """The message of several changes, each given as an imperative in lower case."""
    first, *others = parts
    return raised(" and ".join([", ".join([first, *others[:-1]]), others[-1]]) if others else first)


def listed(rng, notes):
    if len(notes) == 1:
        return notes[0] if rng.random() < 0.85 else f"{rng.choice(['- ', '* ', '• '])}{notes[0]}"
    if any(note.startswith(("+", "-")) for note in notes):
        return "\n".join(notes)
    draw = rng.random()
    if draw < 0.4:
        bullet = rng.choice(["- ", "- ", "* ", "• ", "+ ", "> "])
        return "\n".join(f"{bullet}{note}" for note in notes)
    if draw < 0.48:
        return "\n".join(f"{i}. {note}" for i, note in enumerate(notes, 1))
    if draw < 0.58:
        return "\n".join(notes)
    if draw < 0.68 and all(note.split()[0] in STARTS for note in notes):
        return ". ".join(map(raised, notes)) + "."
    if draw < 0.82:
        return ", ".join(notes[:-1]) + rng.choice([" and ", ", and ", " and then "]) + notes[-1]
    return rng.choice([", ", "; ", " / ", " + ", " & ", ", then "]).join(notes)


def asking(rng, ask, text):
    """The messages that ask to make something of a text."""
    return framed(rng, ask, text, 0.1) if rng.random() < 0.5 else [user(pair(rng, wished(rng, ask), text))]


def commit(rng):
    changes = [change(rng) for _ in range(rng.choice([1, 1, 1, 2, 2, 2, 3, 3, 4]))]
    text = listed(rng, [noted(rng, *one) for one in changes])
    parts = [f"{verb[1]} {what}{tail}" for verb, what, tail in changes]
    message, ask = joined(parts), say(rng, COMMIT)
    draw = rng.random()
    if draw < 0.1:
        wish, message = shaped(rng, parts, message)
        ask = ask.rstrip(":") + ("" if ask.endswith((".", "?")) else ".") + " " + wish
    elif draw < 0.17:
        limit = max(len(message) + rng.randrange(3, 15), rng.choice([50, 60, 72]))
        rule = choose(rng, rng.choice(RULES)).replace("{n}", str((limit + 4) // 5 * 5))
        return Task("compose", [system(rule), user(rng.choice(BEFORE) + text)], message)
    elif draw < 0.27:
        between = "\n" if "\n" in text or rng.random() < 0.5 else " "
        return Task("compose", [user(f"{rng.choice(HEADINGS)}{between}{text}\n\n{careless(rng, rng.choice(AFTER))}")], message)
    return Task("compose", asking(rng, ask, text), message)


def shaped(rng, parts, message):
    """(a word on the form, the message in it)"""
    ticket = rng.choice([values.code(rng), f"{values.letters(rng, 3)}-{rng.randrange(1, 3000)}", f"#{rng.randrange(1, 900)}"])
    number = rng.randrange(1, 3000)
    kind = rng.choice(["feat", "fix", "docs", "chore", "test", "refactor", "perf", "style", "ci", "build"])
    forms = [
        ("[Start with|Begin with|Prefix it with|Put] the ticket {x}[ and a colon|: ticket, colon, message].", f"{ticket}: {message}"),
        ("[Prefix|Start] with [{x}] in [square brackets|brackets].", f"[{ticket}] {message}"),
        ("[Add|Put|End with] (#{n})[ at the end|].", f"{message} (#{number})"),
        ("[All lower case|Begin in lower case|Start with a small letter|lower case first letter][, please|].", message[0].lower() + message[1:]),
        ("[End with|With] a [period|full stop].", f"{message}."),
        ("[Prefix|Type]: {k}.", f"{kind}: {message[0].lower()}{message[1:]}"),
        ("[Use|Take] the type {k}.", f"{kind}: {message[0].lower()}{message[1:]}"),
        ("[As a list|One line for each change|A bullet for each change|Bullet points][, each beginning with a hyphen|, with hyphens].", "\n".join(f"- {raised(part)}" for part in parts)),
        ("[In double quotes|Put it in double quotes].", f'"{message}"'),
        ("[As a git command|Give me the whole git command|The whole command].", f'git commit -m "{message}"'),
    ]  # fmt: skip
    wish, message = rng.choice(forms)
    return choose(rng, wish.replace("[{x}]", "\0")).replace("\0", f"[{ticket}]").replace("{x}", ticket).replace("{n}", str(number)).replace("{k}", kind), message


def conventional(rng):
    """type(scope): subject"""
    base = rng.choice(["add", "add", "add", "add", "fix", "fix", "fix", "fix", "update", "update", *CONVENTIONAL])
    kind = CONVENTIONAL[base]
    scope = rng.choice([values.pick(rng, "code_thing"), values.pick(rng, "code_thing"), values.made_word(rng, 1), "api", "ui", "docs", "auth", "core", "cli", "db"])
    what = rng.choice([values.identifier(rng), target(rng), f"{target(rng)} {rng.choice(['in', 'for', 'to' if kind == 'feat' else 'of'])} {place(rng)}"])
    verb = rng.choice([base, base, PAST_OF[base]])
    draw = rng.random()
    if draw < 0.4:
        ask = say(
            rng,
            [
                "[Write|Give me|Make] a conventional commit[ message|]: type {kind}, scope {scope}, {base} {what}",
                "[Conventional commit|Commit]: {kind}, scope {scope}, subject: {base} {what}",
                "[Conventional commit|Conventional commit message], type {kind}, scope {scope}: {verb} {what}",
                "[type|Type]: {kind}\n[scope|Scope]: {scope}\n[change|Change|what|subject]: {verb} {what}\n\n[Write|Make] the conventional commit[.|]",
                "{verb} {what}. [Make|Write] it a conventional commit with type {kind} and scope {scope}.",
            ],
            kind=kind, scope=scope, base=base, verb=verb, what=what,
        )  # fmt: skip
        return Task("compose", [user(ask)], f"{kind}({scope}): {base} {what}")
    is_scoped = draw < 0.7
    text = f"{rng.choice(['', '', 'I ', 'we ']) if verb != base else ''}{verb} {what}"
    if rng.random() < 0.5:
        return Task("compose", asking(rng, say(rng, IN_STYLE), text), f"{kind}: {base} {what}")
    ask = say(
        rng,
        "[[Write|Give me|Make|Create] a conventional commit[ message|] for|Conventional commit[ message|] for|Conventional commit|Put it as a conventional commit|Use conventional commits]"
        + (" (scope {scope}):" if is_scoped else ":"),
        scope=scope,
    )  # fmt: skip
    return Task("compose", asking(rng, ask, text), f"{kind}({scope}): {base} {what}" if is_scoped else f"{kind}: {base} {what}")


STATUS = {
    "A": ("add", ["A\t{}", "A  {}", "new file:   {}", "added: {}", "+ {}", "create mode 100644 {}"]),
    "M": ("update", ["M\t{}", " M {}", "modified:   {}", "modified: {}", "changed: {}", "M {}"]),
    "D": ("delete", ["D\t{}", "D  {}", "deleted:    {}", "deleted: {}", "delete mode 100644 {}", "D {}"]),
}
RENAMED = ["R\t{} -> {}", "R  {} -> {}", "renamed:    {} -> {}", "renamed: {} -> {}", "rename {} => {}", "R100\t{}\t{}"]


def from_status(rng):
    """What git says of files: added, modified, deleted, renamed."""
    style = rng.randrange(6)
    lines, parts = [], []
    for _ in range(rng.choice([1, 1, 2, 2, 3])):
        path = values.path(rng) if rng.random() < 0.8 else rng.choice(["README.md", "package.json", "Makefile", "Dockerfile", "LICENSE", ".gitignore", "setup.py", "index.html", "main.go"])
        letter = rng.choice("AAMMDR")
        if letter == "R":
            new = values.path(rng)
            lines.append(RENAMED[style].format(path, new))
            parts.append(f"rename {path} to {new}")
        else:
            verb, styles = STATUS[letter]
            lines.append(styles[style].format(path))
            parts.append(f"{verb} {path}")
    ask = say(rng, COMMIT if rng.random() < 0.6 else ["[Commit message|Write a commit message|Message] [for|from] [this git status|git status|these files|the staged files|this file "
        "list|git diff --name-status][.|:]"])
    return Task("compose", asking(rng, ask, "\n".join(lines)), joined(parts))


def from_diff(rng):
    """One value in a file has changed."""
    key = rng.choice(WORDS["setting"]) if rng.random() < 0.7 else values.identifier(rng)
    old, new = rng.sample(range(1, 1000), 2) if rng.random() < 0.7 else rng.sample(["true", "false", "info", "debug", "red", "blue", "small", "large", "en", "de", "fast", "auto",
    "strict"], 2)
    path = values.path(rng)
    template = rng.choice(["{}: {}", "{} = {}", "{}={}", "  {}: {},", '"{}": {},', "const {} = {};", "    {} = {}"])
    lines = f"-{template.format(key, old)}\n+{template.format(key, new)}"
    head = rng.choice([f"--- a/{path}\n+++ b/{path}\n", f"diff --git a/{path} b/{path}\n--- a/{path}\n+++ b/{path}\n@@ -{(at := rng.randrange(1, 80))},1 +{at},1 @@\n", f"{path}\n",
        f"{path}:\n"])
    ask = say(rng, COMMIT if rng.random() < 0.6 else ["[Commit message|Write a commit message|Message] [for|from] [this|the] [diff|patch][.|:]"])
    return Task("compose", asking(rng, ask, head + lines), f"Change {key} from {old} to {new} in {path}")


KINDS = [(commit, 10), (conventional, 3), (from_status, 1.5), (from_diff, 1)]


def make(rng):
    return rng.choices([k for k, _ in KINDS], [w for _, w in KINDS])[0](rng)
