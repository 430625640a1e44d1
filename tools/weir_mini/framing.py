"""Puts an instruction and its text together in the many ways in which people do that.

framed() decides what is said in the system message, what stands around the instruction, and how the
text is set apart from it; arrived() gives a text the form in which it came: a mail, a chat line ...
"""

from . import values
from .phrasing import careless, choose, fill, pair, say
from .task import system, user
from .wishes import wished
from .words import read

WORDS = read("framing")
LINES = read("framing", by_line=True)
QUOTES = [
    '"{}"', '"{}"', '"{}"', "'{}'", "“{}”", "«{}»", "`{}`", "```\n{}\n```", "```\n{}\n```", "```text\n{}\n```", '"""{}"""',
    '"""\n{}\n"""', "'''\n{}\n'''", "---\n{}\n---", "===\n{}\n===", ">>>\n{}\n<<<", "[{}]", "({})", "<<{}>>", "***\n{}\n***",
    "[BEGIN]\n{}\n[END]", "--- start ---\n{}\n--- end ---", "--\n{}",
]  # fmt: skip
NAMED = [
    "{name}: {text}", "{name}: {text}", "{name}:\n{text}", "{name}:\n\n{text}", "### {name}\n{text}", "## {name}\n\n{text}", "**{name}:** {text}",
    "[{name}] {text}", "{name} = {quoted}", "{name}: {quoted}", "{name}:\n{quoted}", "# {name}\n{text}", "{name} -> {text}", "{name} - {text}",
]  # fmt: skip
LAYOUTS = [
    "{bare}: {text}", "{bare}:\n{text}", "{bare}:\n\n{text}", "{ask}\n\n{text}", "{ask}\n{text}", "{ask} {text}", "{text}\n\n{ask}", "{text}\n{ask}",
    "{ask}\n\n{block}", "{ask}\n{block}", "{ask} {block}", "{bare}: {block}", "{bare}:\n{block}", "{block}\n\n{ask}", "{block}\n{ask}", "{block} {ask}",
    "{block} {arrow} {ask}", "{ask} {arrow} {block}", "{here} {text}\n{ask}", "{here}\n\n{text}\n\n{ask}", "{here}\n{block}\n\n{ask}", "{here} {block} {ask}",
    "{text}\n\n^ {ask}", "{text}\n\n---\n{ask}", "{ask}\n---\n{text}", "{bare} - {text}", "{bare} >> {text}", "{text} | {ask}", "{text} ({ask})",
    "{ask}\n\n{here} {text}", "{ask}\n{here}\n{block}", "{bare}:\n\n{block}",
]  # fmt: skip
ARROWS = ["<-", "->", "--", "//", "=>", "|", "::", "<<", ">", "-", "…"]


def word(rng, section):
    return rng.choice(WORDS[section])


def line(rng, section):
    return choose(rng, rng.choice(LINES[section]))


def arrived(rng, text):
    """The text as it came in. Nothing around it says more about it."""
    slots = {"first": values.first_name(rng), "last": values.last_name(rng)}
    kind = rng.randrange(9)
    if kind == 0:
        return fill(f"{line(rng, 'mail_open')}\n\n{{}}\n\n{line(rng, 'mail_close')}\n{{first}}", slots).replace("{}", text)
    if kind == 1:
        sender = rng.choice([values.email(rng), f"{slots['first']} {slots['last']}"])
        return f"From: {sender}\nSubject: {word(rng, 'subject')}\n\n{text}"
    if kind == 2:
        return f"[{rng.randrange(24):02}:{rng.randrange(60):02}] {slots['first'].lower()}: {text}"
    if kind == 3:
        return f"{slots['first']}: {text}"
    if kind == 4:
        return f"{rng.choice(['Ticket', 'Case', 'Issue', 'Request', 'Comment', 'Entry'])} {values.code(rng)}: {text}"
    if kind == 5:
        return f"{rng.choice(['Comment', 'Message', 'Your message', 'Remarks', 'Description', 'Feedback'])}: {text}"
    if kind == 6:
        return f"<{slots['first'].lower()}> {text}"
    if kind == 7:
        return f"{rng.choice(['-', '*', '>', '•', '1.'])} {text}"
    return f"{text}\n{rng.choice(['-', '--', '~', '—'])} {slots['first']}"


def set_apart(rng, text):
    """Between marks, below a heading, or in a tag."""
    draw = rng.random()
    if draw < 0.45:
        return rng.choice(QUOTES).replace("{}", text)
    if draw < 0.6:
        tag = word(rng, "tag")
        return f"<{tag}>{text}</{tag}>" if rng.random() < 0.4 else f"<{tag}>\n{text}\n</{tag}>"
    quoted = rng.choice(QUOTES[:8]).replace("{}", text)
    return fill(rng.choice(NAMED), {"name": word(rng, "name"), "text": text, "quoted": quoted})


def spoken(rng, ask):
    """The instruction with the words that people put around it."""
    ask = wished(rng, ask)
    if rng.random() < 0.2:
        opener = careless(rng, line(rng, "opener").replace("{k}", str(rng.randrange(1, 9))))
        ask = opener + ("\n" if opener.startswith("#") else " ") + ask
    if rng.random() < 0.14:
        ask += ("" if ask.endswith((".", "?", "!", ":")) else ".") + " " + careless(rng, line(rng, "closer"))
    return ask


def joined(rng, ask, text):
    """One message with both."""
    if rng.random() < 0.3:
        return pair(rng, ask, text)
    layout = rng.choice(LAYOUTS)
    return fill(
        layout,
        {
            "ask": ask,
            "bare": ask.rstrip(".:!? "),
            "text": text,
            "block": set_apart(rng, text) if "{block}" in layout else "",
            "here": careless(rng, line(rng, "here")) if "{here}" in layout else "",
            "arrow": rng.choice(ARROWS),
        },
    )


def role(rng):
    return say(rng, line(rng, "role"))


def with_role(rng, text):
    """The messages of a request that holds its data itself."""
    return [system(role(rng)), user(text)] if rng.random() < 0.08 else [user(text)]


def framed(rng, ask, text, system_share=0.2):
    """The messages of a conversation that asks this about that text."""
    ask = spoken(rng, ask)
    draw = rng.random()
    if draw < system_share * 0.55:
        rule = ask if rng.random() < 0.6 else f"{role(rng)} {ask}"
        return [system(rule), user(text if rng.random() < 0.8 else set_apart(rng, text))]
    message = user(joined(rng, ask, text).strip())
    return [system(role(rng)), message] if draw < system_share else [message]
