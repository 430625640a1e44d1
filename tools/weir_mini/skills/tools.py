"""(e) Choose a tool from a short list and fill its arguments; read a result; say when none fits."""

from ..phrasing import careless, choose, fill, slots_of
from ..task import Task, compact, system, user
from . import tool_catalog as catalog

NO_TOOL = "None of my tools can do that."
SYSTEMS = [
    "You are a helpful assistant.",
    "You are an assistant with tools.",
    "Use the tools when they help.",
    "You help with small jobs.",
    "Call a tool if one fits.",
    "You are an assistant in an app.",
]
RESULT_KEYS = [
    "status",
    "result",
    "temperature",
    "price",
    "count",
    "state",
    "message",
    "owner",
    "due",
    "size",
]
NONE_FITS = 0.08
RESULTS = 0.06


def offered_tools(rng):
    """Tools that do different things, each with its schema: the first is the one that is needed."""
    count = rng.choice([1, 2, 2, 3])
    tools, said = [], set()
    while len(tools) < count:
        tool = catalog.any_tool(rng)
        schema, parameter = catalog.instantiate(rng, tool)
        marks = {tool.about[0], schema["function"]["name"]}
        if not marks & said:
            said |= marks
            tools.append((tool, schema, parameter))
    return tools


def request(rng, tool, parameter):
    """(what the user says, the arguments)"""
    pattern = choose(rng, rng.choice(tool.requests)).strip()
    said = set(slots_of(pattern))
    found = {slot: tool.slots[slot].make(rng) for slot in tool.slots if slot in said}
    return fill(careless(rng, pattern), found), {parameter[slot]: value for slot, value in found.items()}


def with_result(rng, task):
    """The tool has answered; the model tells what it said."""
    result = {
        key: rng.choice([rng.randrange(1, 500), catalog.topic(rng), catalog.plain_time(rng)])
        for key in rng.sample(RESULT_KEYS, rng.randrange(1, 4))
    }
    said = ", ".join(f"{key}: {value}" for key, value in result.items())
    messages = [*task.messages, task.answer_message(), {"role": "tool", "content": compact(result)}]
    return Task("tools", messages, said[0].upper() + said[1:] + ".", tools=task.tools)


def make(rng):
    tools = offered_tools(rng)
    tool, schema, parameter = tools[0]
    text, arguments = request(rng, tool, parameter)
    messages = [user(text)]
    if rng.random() < 0.3:
        messages.insert(0, system(rng.choice(SYSTEMS)))
    if len(tools) > 1 and rng.random() < NONE_FITS:
        return Task("tools", messages, NO_TOOL, tools=[schema for _, schema, _ in tools[1:]])
    schemas = [schema for _, schema, _ in tools]
    rng.shuffle(schemas)
    call = {"name": schema["function"]["name"], "arguments": arguments}
    task = Task("tools", messages, call=call, tools=schemas)
    return with_result(rng, task) if rng.random() < RESULTS else task
