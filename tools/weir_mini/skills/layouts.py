"""Where an instruction stands and what surrounds it: before or behind the data, in the system message,
in quotes and fences, with a greeting, with a word on the form of the answer."""

from ..phrasing import choose, pair, say
from ..task import system, user
from ..wishes import wished

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
        ask = spoken(rng, rng.choice(patterns), **slots)
        return [system(rng.choice(RULES).format(ask=ask)), user(data)]
    ask = spoken(rng, dressed(rng, rng.choice(patterns)), **slots)
    return with_system(rng, placed(rng, ask, data))


def inline(rng, patterns, **slots):
    """The messages of a question that holds its values itself."""
    return with_system(rng, spoken(rng, dressed(rng, rng.choice(patterns)), **slots))


def with_system(rng, text):
    if rng.random() < 0.06:
        return [system(say(rng, SYSTEMS)), user(text)]
    return [user(text)]


def spoken(rng, pattern, **slots):
    """Empty choices leave double spaces, which go before the values come in."""
    return say(rng, wished(rng, " ".join(choose(rng, pattern).split())), **slots)
