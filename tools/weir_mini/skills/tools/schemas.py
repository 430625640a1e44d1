"""The schema of a tool as a client sends it: names in many styles, descriptions terse or long, in any order."""

from ... import values
from ...phrasing import choose
from ...words import read
from .arguments import MAKERS
from .catalog import required_of

UNUSED = [
    ("dry_run", "boolean"), ("debug", "boolean"), ("timeout_ms", "integer"), ("request_id", "string"), ("use_cache", "boolean"), ("trace", "boolean"),
    ("verbose", "boolean"), ("api_version", "string"), ("locale", "string"), ("max_retries", "integer"), ("format", "string"), ("page", "integer"),
    ("session_id", "string"), ("callback_url", "string"), ("quiet", "boolean"), ("user_agent", "string"), ("include_metadata", "boolean"), ("page_size", "integer"),
    ("confirm", "boolean"), ("tenant", "string"), ("encoding", "string"), ("sort_by", "string"), ("offset", "integer"), ("reason", "string"),
]  # fmt: skip
DOINGS = frozenset(
    "Get Show Look Fetch Send Write Add Create Put Schedule Set Start Remind Translate Search Convert Evaluate Calculate Read Save Delete Remove List Run Execute Turn Switch "
    "Play Find Book Reserve Check Cancel Stop Refund Pay Register Open File Define Explain Tell Plan Order Transfer Invite Assign Take Make Move Rename Copy Replace Commit "
    "Install Download Ping Scale Deploy Release Tag Label Sum Draw Pick Ship Change Apply Give Call Dial Log Record Rate Request Enter Update Lock Unlock Pause Resume Print "
    "Archive Approve Reject Reset Restart Export Publish Sign Restore Close Report Track Compare Generate Book Buy Rent Renew Count Control Enable Disable Estimate Ask".split()
)
ABOUTS = ["{A}", "{A}", "{A}", "{A}.", "{A}."]
DOING_ABOUTS = [
    "Use this [tool |function |]to {a}[.|]", "[Call|Use] this [tool |function |]when the user wants to {a}.", "{A}. Returns [the result|JSON|a status|text].",
    "[Lets you|Allows you to|Can|Helps to|Used to] {a}[.|]", "[Tool|Function|Endpoint|API] to {a}[.|]", "{A} [for|on behalf of] the user[.|]", "{A}. [Needs permission|Works offline|Fast|Beta].",
]  # fmt: skip
SLOT_TEXTS = ["[the |The |]{s}", "[the |The |]{s}[ to use| of it|]", "{s}[ as given by the user| as the user said it|]", "[Required|Optional]: {s}"]


def parameter_lists():
    found = {}
    for maker, lines in read("tool_params", by_line=True).items():
        names, texts = [], []
        for line in lines:
            word, rest = line.split(" ", 1)
            if word == "names":
                names = rest.split(", ")
            else:
                texts.append(rest)
        found[maker] = (names, texts)
    return found


SAME_AS = {
    "iso_day": "day", "date": "day", "name": "person", "nights": "few", "sentence": "free_text", "app": "word", "large": "few", "short_folder": "folder",
    "artist": "full_name", "object": "product", "time": "plain_time",
}  # fmt: skip
# Values whose names say what they are, whatever stands beside them.
CLEAR = frozenset("city day iso_day date plain_time time message email phone path minutes percent room language url event dish degrees task".split())
PARAMETERS = parameter_lists()


def known(tool, slot):
    """Other names and texts for the parameter of a slot, where they cannot mean another slot."""
    others = [other for other in tool.slots.values() if other is not slot]
    alone = not any(other.kind == slot.kind for other in others)
    if not alone and (slot.maker not in CLEAR or any(other.maker == slot.maker for other in others)):
        return None
    return PARAMETERS.get(SAME_AS.get(slot.maker, slot.maker))


def parameter_names(rng, tool):
    """{slot: what the schema calls it}, in the order of the tool's lines."""
    while True:
        found, place = {}, rng.randrange(12) if rng.random() < 0.7 else None
        for name, slot in tool.slots.items():
            if place is not None and len(tool.slots) > 1 and any(o.maker == slot.maker and o is not slot for o in tool.slots.values()):
                found[name] = slot.names[place % len(slot.names)]  # from and to, not from and destination
                continue
            lists = known(tool, slot) if rng.random() < 0.3 else None
            found[name] = rng.choice(lists[0] if lists else slot.names)
        if len(set(found.values())) == len(found):
            return found


def camel(name):
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def pascal(name):
    return "".join(part.capitalize() for part in name.split("_"))


def spelled(rng, name):
    """As programs name functions."""
    draw = rng.random()
    if draw < 0.72:
        return name
    if draw < 0.84:
        return camel(name)
    if draw < 0.88:
        return name.replace("_", "-")
    if draw < 0.9:
        return pascal(name)
    if draw < 0.93:
        return f"mcp__{values.made_word(rng, 2)}__{name}"
    if draw < 0.96:
        return f"{rng.choice(['api', 'tool', 'app', 'fn', 'do', 'my', 'v2', values.made_word(rng, 1)])}_{name}"
    return name + rng.choice(["_tool", "_v2", "_api", "_now", "_for_user", "_action", "_2"])


def property_of(rng, tool, slot, shown, explained):
    """The schema of one parameter. What it is for may be said."""
    found = {"type": slot.kind}
    if slot.choices:
        if rng.random() < 0.75:
            found["enum"] = slot.choices
    elif slot.kind == "array":
        found["items"] = {"type": "integer" if slot.make is MAKERS["numbers"] else "string"}
    if explained:
        lists = known(tool, slot)
        if lists and lists[1] and rng.random() < 0.65:
            text = choose(rng, rng.choice(lists[1]))
            text = text.replace("{v}", str(slot.make(rng))) if "{v}" in text else text
        elif slot.choices and rng.random() < 0.5:
            text = rng.choice(["One of ", "one of: ", "Either ", "Allowed: "]) + rng.choice([", ", " | ", " or "]).join(map(str, slot.choices))
        else:
            text = choose(rng, rng.choice(SLOT_TEXTS)).replace("{s}", shown)
        found["description"] = text + rng.choice(["", "", ".", " (optional)" if "ptional" not in text and rng.random() < 0.2 else ""])
        if rng.random() < 0.15:
            found = {"description": found.pop("description"), **found}
    return found


def described(rng, tool):
    text = choose(rng, rng.choice(tool.about)).strip()
    if text.split(" ", 1)[0] in DOINGS and rng.random() < 0.3:
        return choose(rng, rng.choice(DOING_ABOUTS)).replace("{A}", text).replace("{a}", text[0].lower() + text[1:])
    return rng.choice(ABOUTS).replace("{A}", text)


def instantiate(rng, tool):
    """(its schema as the prompt shows it, {slot: parameter name})"""
    parameter = parameter_names(rng, tool)
    if rng.random() < 0.12:
        parameter = {slot: camel(name) for slot, name in parameter.items()}
    explained = rng.random() < 0.4
    properties = {}
    for slot, name in in_some_order(rng, parameter):
        properties[name] = property_of(rng, tool, tool.slots[slot], slot.replace("_", " "), explained and rng.random() < 0.9)
    if rng.random() < 0.14:
        with_unused(rng, properties, explained)
    function = {"name": spelled(rng, rng.choice(tool.names))}
    if rng.random() < 0.88:
        function["description"] = described(rng, tool)
    function["parameters"] = {"type": "object", "properties": properties}
    required = [parameter[slot] for slot in required_of(tool)]
    if required and rng.random() < 0.7:
        function["parameters"]["required"] = required
    if rng.random() < 0.1:
        function["parameters"]["additionalProperties"] = False
        if rng.random() < 0.3:
            function["strict"] = True
    places = {name: place for place, name in enumerate(properties)}
    parameter = dict(sorted(parameter.items(), key=lambda pair: places[pair[1]]))
    return {"type": "function", "function": reordered(rng, function)}, parameter


def with_unused(rng, properties, explained):
    """A parameter that nobody speaks of, last or first."""
    extra, kind = rng.choice(UNUSED)
    if extra in properties:
        return
    told = {"type": kind, "description": extra.replace("_", " ").capitalize()} if explained else {"type": kind}
    rest = dict(properties)
    if rng.random() < 0.3:
        properties.clear()
        properties.update({extra: told, **rest})
    else:
        properties[extra] = told


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
