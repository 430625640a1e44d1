"""(e) Choose a tool from a short list and fill its arguments; read a result; say when none fits."""

from .. import values
from ..phrasing import careless, choose, fill, slots_of
from ..task import Task, compact, system, user
from . import tool_catalog as catalog
from .tool_values import plain_time, topic

NO_TOOL = "None of my tools can do that."
SYSTEMS = [
    "You are a helpful assistant.",
    "You are an assistant with tools.",
    "Use the tools when they help.",
    "You help with small jobs.",
    "Call a tool if one fits.",
    "You are an assistant in an app.",
    "You are [a coding agent|a home assistant|an office assistant|a support bot|a shop assistant|a travel assistant][.| with tools.]",
    "[You have|You can use] [tools|functions][.|, use them.]",
    "[Answer with a tool call|Use a tool] [when|if] one fits[.|, else say so.]",
    "[Be brief|Keep it short|Do not explain].",
    "You are {}, [an AI assistant|a bot|a voice assistant].".replace("{}", "[Milo|Ada|Rex|Nora|Pixel]"),
]
BEFORE = [
    "[Hi|Hello|Hey][,|!] ", "[Please|Pls]: ", "[Quick one|One thing|Next|Now|Also|OK|Okay][:|,] ", "[Hey|Hi] [there|assistant|bot], ", "[Good morning|Good evening]. ",
    "[My next question|A question|Another thing]: ", "[I am in a hurry|I am busy]. ", "[Thanks|Great|Fine]. ",
]  # fmt: skip
AFTER = ["[Thanks|Thank you|Thx][.|!]", "[It is urgent|It is important].", "[I am in a hurry|As soon as you can].", "[Please|Now, please]."]
PLAIN_RESULTS = [
    "[done|ok|saved|sent|created|updated|deleted]", "{n} [files|rows|results|items|orders] [found|changed|deleted]", "[sunny|cloudy|rainy|windy], {n} degrees",
    "[no results|nothing found|no entry]", "[the order is on its way|it arrives tomorrow|it was delivered yesterday]", "{t} is [ready|gone|closed|open|on|off]",
    "[error|failed]: [not found|no permission|timeout|unknown id]", "[all|{n}] tests passed", "it is {n}",
]  # fmt: skip
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
    "size", "city", "title", "name", "id", "level", "humidity", "total", "updated", "next", "speed", "version", "place", "author",
]  # fmt: skip
NONE_FITS = 0.08
RESULTS = 0.06


def offered_tools(rng):
    """Tools that do different things, each with its schema: the first is the one that is needed."""
    count = rng.choice([1, 1, 2, 2, 2, 3, 3, 4, 5, 6])
    tools, said = [], set()
    while len(tools) < count:
        tool = catalog.any_tool(rng)
        schema, parameter = catalog.instantiate(rng, tool)
        marks = {tool.about[0], schema["function"]["name"]}
        if not marks & said and not any(catalog.alike(tool.group, other.group) for other, _, _ in tools):
            said |= marks
            tools.append((tool, schema, parameter))
    return tools


def request(rng, tool, parameter):
    """(what the user says, the arguments)"""
    pattern, *implied = choose(rng, rng.choice(tool.requests)).strip().split(" => ")
    said = set(slots_of(pattern))
    found = {slot: tool.slots[slot].make(rng) for slot in tool.slots if slot in said}
    shown = {slot: together(rng, value) if isinstance(value, list) else value for slot, value in found.items()}
    for one in implied:
        slot, value = one.split("=")
        found[slot] = {"true": True, "false": False}.get(value, value)
    arguments = {name: found[slot] for slot, name in parameter.items() if slot in found}
    return fill(careless(rng, polite(rng, pattern.strip())), shown), arguments


def together(rng, items):
    joint = rng.choice([" and ", " and ", ", ", " & ", ", and "])
    return joint.join([", ".join(str(item) for item in items[:-1]), str(items[-1])])


def polite(rng, pattern):
    """What people put around a wish."""
    draw = rng.random()
    if draw < 0.1:
        return choose(rng, rng.choice(BEFORE)) + pattern
    if draw < 0.16 and pattern.endswith((".", "?")):
        return pattern + " " + choose(rng, rng.choice(AFTER))
    return pattern


def exchange(rng, tools):
    """An earlier wish that is done."""
    tool, schema, parameter = rng.choice(tools)
    text, arguments = request(rng, tool, parameter)
    call = {"name": schema["function"]["name"], "arguments": arguments}
    reply, result = outcome(rng)
    return [user(text), Task("tools", [], call=call).answer_message(), {"role": "tool", "content": result}, {"role": "assistant", "content": reply}]


def outcome(rng):
    """(what the assistant says, what the tool said)"""
    if rng.random() < 0.25:
        result = choose(rng, rng.choice(PLAIN_RESULTS)).replace("{n}", str(rng.randrange(2, 90))).replace("{t}", topic(rng))
        return result[0].upper() + result[1:].rstrip(".") + ".", result
    result = {
        key: rng.choice([rng.randrange(1, 500), topic(rng), plain_time(rng), values.full_name(rng), values.city(rng)])
        for key in rng.sample(RESULT_KEYS, rng.randrange(1, 4))
    }
    said = ", ".join(f"{key}: {value}" for key, value in result.items())
    return said[0].upper() + said[1:] + ".", compact(result)


def with_result(rng, task):
    """The tool has answered; the model tells what it said."""
    reply, result = outcome(rng)
    messages = [*task.messages, task.answer_message(), {"role": "tool", "content": result}]
    return Task("tools", messages, reply, tools=task.tools)


def make(rng):
    tools = offered_tools(rng)
    tool, schema, parameter = tools[0]
    text, arguments = request(rng, tool, parameter)
    messages = [user(text)]
    if rng.random() < 0.05:
        messages = exchange(rng, tools[1:] or tools) + messages
    if rng.random() < 0.3:
        messages.insert(0, system(choose(rng, rng.choice(SYSTEMS))))
    if len(tools) > 1 and rng.random() < NONE_FITS:
        return Task("tools", messages, NO_TOOL, tools=[schema for _, schema, _ in tools[1:]])
    schemas = [schema for _, schema, _ in tools]
    rng.shuffle(schemas)
    call = {"name": schema["function"]["name"], "arguments": arguments}
    task = Task("tools", messages, call=call, tools=schemas)
    return with_result(rng, task) if rng.random() < RESULTS else task
