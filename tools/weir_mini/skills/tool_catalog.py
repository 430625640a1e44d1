"""Tools that a request may need: read from words/tools.txt, or built of a verb and a thing."""

from dataclasses import dataclass

from .. import values
from ..phrasing import choose, slots_of
from ..words import read

LANGUAGES = "German French Spanish Italian English Dutch Polish Japanese Portuguese Turkish".split()
DISHES = "pizza sushi burger salad noodles curry soup sandwich pasta taco".split()
ROOMS = "kitchen, bedroom, living room, bathroom, hall, garage, office, garden, basement, attic".split(", ")
EVENTS = "dentist, team lunch, project review, yoga, job interview, haircut, parents evening, car inspection".split(
    ", "
)
TROUBLES = "is slow, crashes, is broken, does not load, shows wrong data, is gone, freezes".split(", ")
FREE_TEXT = [
    "the build is green", "I will be late", "lunch is at noon", "the report is ready", "please call me back",
    "happy birthday", "the door code changed", "see you tomorrow", "the meeting is cancelled", "thanks for the help",
    "buy milk", "water the plants", "pay the rent", "call the dentist", "book the flight", "renew the passport",
    "send the invoice", "feed the cat", "charge the car", "return the library books", "good morning",
]  # fmt: skip


def free_text(rng):
    if rng.random() < 0.4:
        return rng.choice(FREE_TEXT)
    thing = values.pick(rng, rng.choice(["object", "tech_noun"]))
    patterns = [
        f"{values.pick(rng, 'verb')} the {values.pick(rng, 'adjective')} {thing}",
        f"the {thing} is {values.pick(rng, 'adjective')}",
        f"{values.pick(rng, 'verb')} {values.first_name(rng)}",
        f"the {thing} arrived",
    ]
    return rng.choice(patterns)


def topic(rng):
    makers = [
        lambda: f"{values.pick(rng, 'adjective')} {values.pick(rng, 'object')}",
        lambda: values.pick(rng, "tech_noun"),
        lambda: values.company(rng),
        lambda: f"{values.pick(rng, 'object')} repair",
        lambda: f"{values.pick(rng, 'fruit')} recipes",
        lambda: f"{values.pick(rng, 'object')} for {values.pick(rng, 'job')}s",
        lambda: values.made_word(rng, 2),
    ]
    return rng.choice(makers)()


def command(rng):
    makers = [
        lambda: f"ls {values.path(rng)}",
        lambda: "git status",
        lambda: f"git log -{rng.randrange(1, 20)}",
        lambda: f"make {values.made_word(rng, 2)}",
        lambda: f"npm run {values.made_word(rng, 2)}",
        lambda: f"cat {values.path(rng)}",
        lambda: f"pytest {values.path(rng)}",
        lambda: f"docker stop {values.made_word(rng, 2)}",
    ]
    return rng.choice(makers)()


def plain_time(rng):
    return f"{rng.randrange(24):02}:{rng.choice([0, 15, 30, 45, rng.randrange(60)]):02}"


MAKERS = {
    "amount": lambda r: r.randrange(1, 2000),
    "city": values.city,
    "code": values.code,
    "command": command,
    "currency": lambda r: values.pick(r, "currency"),
    "degrees": lambda r: r.randrange(14, 28),
    "department": lambda r: values.pick(r, "department"),
    "dish": lambda r: r.choice(DISHES),
    "email": values.email,
    "event": lambda r: r.choice(
        [*EVENTS, f"call with {values.first_name(r)}", f"{values.made_word(r, 2)} meeting"]
    ),
    "expression": lambda r: f"{r.randrange(1, 999)} {r.choice('+-*/')} {r.randrange(1, 999)}",
    "few": lambda r: r.randrange(2, 9),
    "folder": lambda r: f"{r.choice(['src', 'docs', 'lib', 'app'])}/{values.made_word(r, 2)}",
    "free_text": free_text,
    "full_name": values.full_name,
    "identifier": values.identifier,
    "iso_day": lambda r: values.near_day(r).isoformat(),
    "language": lambda r: r.choice(LANGUAGES),
    "nights": lambda r: r.randrange(2, 15),
    "path": values.path,
    "percent": lambda r: r.randrange(1, 101),
    "phone": values.phone,
    "plain_time": plain_time,
    "priority": lambda r: r.choice(["low", "medium", "high", "urgent"]),
    "room": lambda r: r.choice(ROOMS),
    "short_folder": lambda r: r.choice(["src", "lib", "tests", values.made_word(r, 2)]),
    "small": lambda r: r.randrange(2, 60),
    "song": lambda r: f"{values.made_word(r, 2).capitalize()} {values.pick(r, 'object').capitalize()}",
    "sql": lambda r: f"SELECT {r.choice(['*', 'id', 'name', 'count(*)'])} FROM {values.made_word(r, 2)}",
    "ticker": lambda r: values.letters(r, r.randrange(3, 5)),
    "topic": topic,
    "trouble": lambda r: f"{values.pick(r, 'tech_noun')} {r.choice(TROUBLES)}",
    "word": lambda r: r.choice([values.made_word(r, 2), values.pick(r, "object")]),
}
ACTIONS = [
    ("get", "[Show|Get|Give me|Find|Fetch]", "Get a {thing} by its id"),
    ("delete", "[Delete|Remove|Drop]", "Delete a {thing}"),
    ("start", "[Start|Launch|Boot]", "Start a {thing}"),
    ("stop", "[Stop|Halt|Shut down]", "Stop a {thing}"),
    ("archive", "[Archive|Put away]", "Archive a {thing}"),
    ("approve", "[Approve|Accept|Confirm]", "Approve a {thing}"),
    ("print", "Print", "Print a {thing}"),
    ("lock", "[Lock|Block]", "Lock a {thing}"),
    ("restart", "[Restart|Reboot]", "Restart a {thing}"),
    ("download", "[Download|Save]", "Download a {thing}"),
    ("update", "[Update|Refresh|Renew]", "Update a {thing}"),
    ("close", "[Close|End]", "Close a {thing}"),
]
THINGS = (
    "invoice ticket user server device document report contract product project job container database backup "
    "subscription account car machine door printer customer robot task branch cluster sensor"
).split()


@dataclass
class Slot:
    kind: str  # of JSON
    make: object  # rng -> value
    names: list  # of the parameter


@dataclass
class Tool:
    names: list
    about: list
    slots: dict
    requests: list


def parsed(lines):
    tool = Tool([], [], {}, [])
    for line in lines:
        word, rest = line.split(" ", 1)
        if word == "names":
            tool.names = rest.split(", ")
        elif word == "about":
            tool.about.append(rest)
        elif word == "slot":
            head, names = rest.split(": ")
            name, kind, maker = head.split()
            tool.slots[name] = Slot(kind, MAKERS[maker], names.split(", "))
        else:
            tool.requests.append(rest)
    return tool


TOOLS = [parsed(lines) for lines in read("tools", by_line=True).values()]


def built_tool(rng):
    """Of a verb and a thing: as many tools as there are pairs."""
    verb, said, about = rng.choice(ACTIONS)
    thing = rng.choice(THINGS)
    name = rng.choice([f"{verb}_{thing}", f"{verb}{thing.capitalize()}", f"{thing}_{verb}"])
    requests = [
        f"{said} [the |]{thing} {{id}}[.|, please.]",
        f"[Please |Can you |Could you ]{said.lower()} {thing} [with the id |number |]{{id}}[.|?]",
        f"[The |]{thing} {{id}}: {said.lower()} it[.|, please|]",
        f"[I want to|We need to|You should|I need you to] {said.lower()} [the |]{thing} {{id}}[.|]",
    ]
    slot = Slot("string", values.code, [f"{thing}_id", "id", f"{thing}Id", thing])
    return Tool([name], [about.format(thing=thing)], {"id": slot}, requests)


def any_tool(rng):
    return built_tool(rng) if rng.random() < 0.3 else rng.choice(TOOLS)


def without_choices(pattern):
    """The pattern without anything that may be left out."""
    out, depth = "", 0
    for sign in pattern:
        depth += sign == "["
        out += sign if depth == 0 else ""
        depth -= sign == "]"
    return out


def always_said(tool):
    """The slots that no request leaves out."""
    return [slot for slot in tool.slots if all(slot in slots_of(without_choices(r)) for r in tool.requests)]


def instantiate(rng, tool):
    """(its schema as the prompt shows it, {slot: parameter name})"""
    parameter = {slot: rng.choice(tool.slots[slot].names) for slot in tool.slots}
    if len(set(parameter.values())) < len(parameter):
        return instantiate(rng, tool)
    explained = rng.random() < 0.2
    properties = {}
    for slot, name in parameter.items():
        properties[name] = {"type": tool.slots[slot].kind}
        if explained:
            properties[name]["description"] = f"the {slot}"
    function = {"name": rng.choice(tool.names)}
    if rng.random() < 0.85:
        function["description"] = choose(rng, rng.choice(tool.about)).strip()
    function["parameters"] = {"type": "object", "properties": properties}
    required = [parameter[slot] for slot in always_said(tool)]
    if required and rng.random() < 0.7:
        function["parameters"]["required"] = required
    return {"type": "function", "function": function}, parameter
