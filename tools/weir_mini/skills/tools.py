"""(e) Choose a tool from a short list and fill its arguments; read a result; say when none fits."""

from ..phrasing import careless, choose, fill
from ..task import Task, compact, system, user
from . import tool_catalog as catalog

NO_TOOL = "None of my tools can do that."
SYSTEMS = [
    "You are a helpful assistant.",
    "You are an assistant with tools.",
    "Use the tools when they help.",
    "You help with small jobs.",
    "Call a tool if one fits.",
]


def pick_specs(rng):
    """Tools that do different things; the first is the one that is needed."""
    count = rng.choice([1, 2, 2, 3, 3, 4, 5])
    specs, said = [], set()
    while len(specs) < count:
        spec = catalog.built_tool(rng) if rng.random() < 0.3 else rng.choice(catalog.TOOLS)
        if spec[1] not in said:
            said.add(spec[1])
            specs.append(spec)
    return specs


def request(rng, spec, parameter):
    """(what the user says, the arguments)"""
    _, _, slots, patterns = spec
    pattern = choose(rng, rng.choice(patterns))
    used = [slot for slot in slots if "{" + slot + "}" in pattern]
    found = {slot: slots[slot][2](rng) for slot in used}
    text = careless(rng, pattern)
    return fill(text, found), {parameter[slot]: found[slot] for slot in slots if slot in found}


def result_turn(rng, task):
    """The tool has answered; the model tells what it said."""
    keys = rng.sample(
        ["status", "result", "temperature", "price", "count", "state", "message", "owner", "due", "size"],
        rng.randrange(1, 4),
    )
    result = {
        key: rng.choice([rng.randrange(1, 500), catalog.topic(rng), catalog.plain_time(rng)]) for key in keys
    }
    said = ", ".join(f"{key}: {value}" for key, value in result.items())
    messages = task.messages + [task.answer_message(), {"role": "tool", "content": compact(result)}]
    return Task("tools", messages, said[0].upper() + said[1:] + ".", tools=task.tools)


def make(rng):
    specs = pick_specs(rng)
    needed = specs[0]
    made = [catalog.instantiate(rng, spec) for spec in specs]
    if len({m[0]["function"]["name"] for m in made}) < len(made):
        return make(rng)
    schema, parameter = made[0]
    text, arguments = request(rng, needed, parameter)
    offered = [m[0] for m in made]
    none_fits = rng.random() < 0.08 and len(offered) > 1
    if none_fits:
        offered = offered[1:]
    rng.shuffle(offered)
    messages = [user(text)]
    if rng.random() < 0.3:
        messages.insert(0, system(rng.choice(SYSTEMS)))
    if none_fits:
        return Task("tools", messages, NO_TOOL, tools=offered)
    task = Task(
        "tools", messages, call={"name": schema["function"]["name"], "arguments": arguments}, tools=offered
    )
    return result_turn(rng, task) if rng.random() < 0.06 else task
