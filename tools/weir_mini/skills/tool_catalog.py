"""Tools that a request may need: read from words/tools.txt, or built of a verb and a thing."""

from dataclasses import dataclass

from .. import values
from ..phrasing import choose, slots_of
from ..words import read
from .tool_values import MAKERS

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
    ("open", "[Open|Bring up]", "Open a {thing}"),
    ("unlock", "[Unlock|Unblock|Free]", "Unlock a {thing}"),
    ("check", "[Check|Inspect|Verify]", "Check a {thing}"),
    ("reset", "[Reset|Set back]", "Reset a {thing}"),
    ("copy", "[Copy|Duplicate|Clone]", "Copy a {thing}"),
    ("export", "[Export|Write out]", "Export a {thing}"),
    ("publish", "[Publish|Put online]", "Publish a {thing}"),
    ("reject", "[Reject|Decline|Refuse]", "Reject a {thing}"),
    ("pause", "[Pause|Suspend]", "Pause a {thing}"),
    ("resume", "[Resume|Continue]", "Resume a {thing}"),
    ("sign", "Sign", "Sign a {thing}"),
    ("restore", "[Restore|Bring back|Undelete]", "Restore a {thing}"),
]
THINGS = (
    "invoice ticket user server device document report contract product project job container database backup "
    "subscription account car machine door printer customer robot task branch cluster sensor "
    "campaign course playlist article photo album folder event booking reservation shipment claim policy loan "
    "patient student lesson exam camera drone pump valve elevator channel webhook token certificate domain mailbox image"
).split()


@dataclass
class Slot:
    kind: str  # of JSON
    make: object  # rng -> value
    names: list  # of the parameter
    choices: list = None  # the words that it may be


@dataclass
class Tool:
    names: list
    about: list
    slots: dict
    requests: list
    group: str = ""  # of one group, one tool is offered at a time


def slot_of(kind, maker, names):
    if not maker.startswith("="):
        return Slot(kind, MAKERS[maker], names)
    choices = maker[1:].split("|")
    return Slot(kind, lambda r: r.choice(choices), names, choices)


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
            name, kind, maker = head.split(" ", 2)
            tool.slots[name] = slot_of(kind, maker, names.split(", "))
        else:
            tool.requests.append(rest)
    return tool


# What a request may fit both of.
ALIKE = [
    "light lamp_state", "weather weather_unit", "currency fx", "calculator sum_up", "send_email bulk_mail", "send_sms group_message",
    "create_event meeting", "run_command run_tests", "web_search news fetch_url", "glob search_code list_files", "order_food shopping",
    "taxi directions", "status_change built", "door built", "docker scale", "write_file edit_file", "move_file edit_file", "install deploy",
]  # fmt: skip


SAME = {(a, b) for names in ALIKE for a in names.split() for b in names.split()}


def alike(a, b):
    return a == b != "built" or (a, b) in SAME


def all_tools():
    for group, lines in {**read("tools", by_line=True), **read("more_tools", by_line=True)}.items():
        tool = parsed(lines)
        tool.group = group
        yield tool


TOOLS = list(all_tools())


def with_article(thing):
    return f"{'an' if thing[0] in 'aeio' else 'a'} {thing}"


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
    return Tool([name], [about.replace("a {thing}", with_article(thing))], {"id": slot}, requests, "built")


PROPERTIES = {
    "status": "=open|closed|active|paused|done", "owner": "full_name", "priority": "=low|medium|high", "color": "=red|green|blue|yellow|black",
    "price": "amount", "city": "city", "email": "email", "language": "language", "limit": "large", "department": "department", "phone": "phone",
}  # fmt: skip
WHOLE = {"price", "limit"}


def setting_tool(rng):
    """Sets one property of a thing."""
    thing, named = rng.choice(THINGS), rng.choice(list(PROPERTIES))
    verb = rng.choice(["set", "update", "change"])
    value = slot_of("integer" if named in WHOLE else "string", PROPERTIES[named], [named, f"new_{named}", "value"])
    requests = [
        f"[Set|Change|Update] the {named} of {thing} {{id}} to {{value}}[.|]",
        f"[{thing.capitalize()}|{thing}] {{id}} [gets|should get|needs] the {named} {{value}}[.|]",
        f"[Please |Can you |]set {named} {{value}} [for|on] [the |]{thing} {{id}}[.|]",
    ]
    names = [f"{verb}_{thing}_{named}", f"{verb}_{named}", f"{thing}_{verb}_{named}"]
    slots = {"id": Slot("string", values.code, [f"{thing}_id", "id"]), "value": value}
    return Tool(names, [f"[Set|Change] the {named} of {with_article(thing)}"], slots, requests, "built")


def listing_tool(rng):
    """Lists things, all or some."""
    thing, named = rng.choice(THINGS), rng.choice(["status", "owner", "city", "department", "priority"])
    things = thing[:-1] + "ies" if thing.endswith("y") and thing[-2] not in "aeiou" else thing + "s"
    slots = {"value": slot_of("string", PROPERTIES[named], [named, f"{named}_filter"]), "few": Slot("integer", MAKERS["few"], ["limit", "max", "count"])}
    requests = [
        f"[List|Show|Get|Give me] [all |the |]{things}[.|]",
        f"[List|Show|Find|Get] [me |][the |]{things} with {named} {{value}}[.|]",
        f"[Show|List|Give me|Get] [me |][the first |the last |]{{few}} {things}[ with {named} {{value}}|][.|]",
        f"[Which|What] {things} [have|are there with] the {named} {{value}}?",
    ]
    return Tool([f"list_{things}", f"get_{things}", f"search_{things}", f"find_{things}"], [f"[List|Find|Search] {things}"], slots, requests, "built")


def any_tool(rng):
    draw = rng.random()
    if draw < 0.3:
        return rng.choice([built_tool, built_tool, setting_tool, listing_tool])(rng)
    return rng.choice(TOOLS)


def without_choices(pattern):
    """The pattern without anything that may be left out."""
    out, depth = "", 0
    for sign in pattern:
        depth += sign == "["
        out += sign if depth == 0 else ""
        depth -= sign == "]"
    return out


def says(request, slot):
    return slot in slots_of(without_choices(request)) or f" => {slot}=" in request


def always_said(tool):
    """The slots that no request leaves out."""
    return [slot for slot in tool.slots if all(says(r, slot) for r in tool.requests)]


UNUSED = [("dry_run", "boolean"), ("debug", "boolean"), ("timeout_ms", "integer"), ("request_id", "string"), ("use_cache", "boolean"), ("trace", "boolean")]


def property_of(rng, slot):
    if slot.choices:
        return {"type": slot.kind, "enum": slot.choices} if rng.random() < 0.75 else {"type": slot.kind}
    if slot.kind == "array":
        return {"type": "array", "items": {"type": "integer" if slot.make is MAKERS["numbers"] else "string"}}
    return {"type": slot.kind}


def spelled(rng, name):
    """As programs name functions."""
    draw = rng.random()
    if draw < 0.1:
        first, *rest = name.split("_")
        return first + "".join(part.capitalize() for part in rest)
    return f"mcp__{values.made_word(rng, 2)}__{name}" if draw < 0.13 else name


def instantiate(rng, tool):
    """(its schema as the prompt shows it, {slot: parameter name})"""
    parameter = {slot: rng.choice(tool.slots[slot].names) for slot in tool.slots}
    if len(set(parameter.values())) < len(parameter):
        return instantiate(rng, tool)
    explained = rng.random() < 0.25
    properties = {}
    for slot, name in in_some_order(rng, parameter):
        properties[name] = property_of(rng, tool.slots[slot])
        if explained:
            properties[name]["description"] = choose(rng, f"[the|The|] {slot}[ to use| of it|]").strip()
    if rng.random() < 0.12:
        extra, kind = rng.choice(UNUSED)
        if not parameter.keys() & {extra} and extra not in properties:
            properties[extra] = {"type": kind}
    function = {"name": spelled(rng, rng.choice(tool.names))}
    if rng.random() < 0.85:
        function["description"] = choose(rng, rng.choice(tool.about)).strip()
    function["parameters"] = {"type": "object", "properties": properties}
    required = [parameter[slot] for slot in always_said(tool)]
    if required and rng.random() < 0.7:
        function["parameters"]["required"] = required
    if rng.random() < 0.1:
        function["parameters"]["additionalProperties"] = False
    places = {name: place for place, name in enumerate(properties)}
    parameter = dict(sorted(parameter.items(), key=lambda pair: places[pair[1]]))
    return {"type": "function", "function": reordered(rng, function)}, parameter


def in_some_order(rng, parameter):
    """The parameters as they were written down, by name, or in any order."""
    pairs, draw = list(parameter.items()), rng.random()
    if draw < 0.25:
        return sorted(pairs, key=lambda pair: pair[1])
    if draw < 0.55:
        rng.shuffle(pairs)
    return pairs


def reordered(rng, function):
    """Some clients sort the keys of all objects."""
    if rng.random() < 0.8:
        return function
    parameters = dict(sorted(function["parameters"].items()))
    return dict(sorted({**function, "parameters": parameters}.items()))
