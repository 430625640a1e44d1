"""Puts an instruction and its text together in the many ways in which people do that.

framed() decides what is said in the system message, what stands around the instruction, and how the
text is set apart from it; arrived() gives a text the form in which it came: a mail, a chat line ...
about() and inline() do the same for patterns whose data must stay as it is: tables, lists, numbers.
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
OPENERS = [
    "Please ", "please ", "Hi, ", "Hello, ", "Hey, ", "Hi! ", "Quick one: ", "Quick question: ", "Can you help? ",
    "Small job: ", "Next: ", "Now ", "And now: ", "I need help: ", "Task: ", "One more: ", "Ok, ", "So, ",
]  # fmt: skip
CLOSERS = [
    " Thanks!", " Thanks.", " Thank you.", " thx", " Only the result.", " Just the result, please.", " No explanation.",
    " Nothing else.", " Output only the result.", " Return only the result.", " Reply with the result only.",
    " Just give me the answer.", " Do not explain.", " Don't add anything.", " No comments, please.", " Be brief.",
]  # fmt: skip
SYSTEMS = [
    "You are a helpful assistant.",
    "You are [a precise|a careful|an obedient|a brief] [assistant|helper|tool].",
    "You [convert|transform|reformat] data. [Answer|Reply] with the result only.",
    "You are a [converter|data tool|command line tool|text processor]. [No explanations.|Output the result only.|]",
    "Answer [briefly|with the result only|without explanations].",
    "[Only|Just] [output|return|print] the result.",
    "Be [brief|precise|exact].",
    "Follow the instruction exactly.",
]
RULES = [
    "{ask}",
    "{ask} Answer with the result only.",
    "The user sends data. {ask}",
    "For each message: {ask}",
    "You are a tool with one job. {ask} No explanations.",
    "Your task: {ask}",
    "{ask} The user gives the input.",
]
# {bare} is the instruction without its last stop.
AROUND = [
    "{ask}\n\n{data}",
    "{ask}\n{data}",
    "{bare}:\n{data}",
    "{bare}:\n\n{data}",
    "{data}\n\n{ask}",
    "{data}\n{ask}",
    "{ask}\n\n```\n{data}\n```",
    "{bare}:\n```\n{data}\n```",
    "```\n{data}\n```\n{ask}",
    "```\n{data}\n```\n\n{ask}",
    "{ask}\n\n---\n{data}",
    "{ask}\n\n---\n{data}\n---",
    "{ask}\n<data>\n{data}\n</data>",
    "<input>\n{data}\n</input>\n\n{ask}",
    '{ask}\n\n"""\n{data}\n"""',
    "{ask}\n\n[Input|Data|Text|Here it is|Here you go|This is it|The data|input]:\n{data}",
    "[Input|Data|Text|Given|I have this|Here is my data|Look at this|Here is what I have]:\n{data}\n\n{ask}",
    "[Here's|Here is|This is] [the data|the input|what I have|what I got|some data|my input].\n\n{data}\n\n{ask}",
    "[Instruction|Task|Job|Todo|What to do]: {ask}\n[Input|Data|Text]:\n{data}",
    "### [Instruction|Task]\n{ask}\n\n### [Input|Data]\n{data}",
    "[Input|Data]:\n{data}\n\n[Task|Wanted|Goal|Instruction]: {ask}",
    "{data}\n\n^ {bare}",
    "{data}\n\n[The above|What is above]: {ask}",
    "{ask}\n\n{data}\n\n[Thanks!|Thank you|No explanation.|Only the result.|Just the output, please.]",
]


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


def addressed(rng, ask):
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
    ask = addressed(rng, ask)
    draw = rng.random()
    if draw < system_share * 0.55:
        rule = ask if rng.random() < 0.6 else f"{role(rng)} {ask}"
        return [system(rule), user(text if rng.random() < 0.8 else set_apart(rng, text))]
    message = user(joined(rng, ask, text).strip())
    return [system(role(rng)), message] if draw < system_share else [message]


def dressed(rng, pattern):
    """A pattern, sometimes with a greeting, sometimes with a word on how to answer."""
    if rng.random() < 0.2:
        pattern = rng.choice(OPENERS) + pattern
    if rng.random() < 0.2:
        stop = "" if pattern.rstrip("]|").endswith((".", "?", "!", ":")) else "."
        pattern = pattern + stop + rng.choice(CLOSERS)
    return pattern


def placed(rng, ask, data):
    """One message of both. Short data may stand in the same line."""
    if "\n" not in data and rng.random() < 0.6:
        return pair(rng, ask, data)
    return say_around(rng, ask, data)


def say_around(rng, ask, data):
    pattern = rng.choice(AROUND)
    start = pattern.find("[")
    while start >= 0:  # only the layout's own choices, never what the data holds
        end = pattern.index("]", start)
        pattern = pattern[:start] + rng.choice(pattern[start + 1 : end].split("|")) + pattern[end + 1 :]
        start = pattern.find("[")
    return pattern.format(ask=ask, bare=ask.rstrip(".:!?, "), data=data)


def about(rng, patterns, data, **slots):
    """The messages that ask to do something with data."""
    if rng.random() < 0.1:
        ask = worded(rng, rng.choice(patterns), **slots)
        return [system(rng.choice(RULES).format(ask=ask)), user(data)]
    ask = worded(rng, dressed(rng, rng.choice(patterns)), **slots)
    return with_system(rng, placed(rng, ask, data))


def inline(rng, patterns, **slots):
    """The messages of a question that holds its values itself."""
    return with_system(rng, worded(rng, dressed(rng, rng.choice(patterns)), **slots))


def with_system(rng, text):
    if rng.random() < 0.06:
        return [system(say(rng, SYSTEMS)), user(text)]
    return [user(text)]


def worded(rng, pattern, **slots):
    """Empty choices leave double spaces, which go before the values come in."""
    return say(rng, wished(rng, " ".join(choose(rng, pattern).split())), **slots)
