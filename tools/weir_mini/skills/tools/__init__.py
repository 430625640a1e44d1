"""(e) Choose a tool from a short list and fill its arguments; read a result; say when none fits."""

import re

from ... import values
from ...phrasing import careless, choose, fill, slots_of
from ...task import Task, compact, system, user
from ...wishes import VERBS as WISHED
from ..shared.subjects import topic
from . import plainly
from . import catalog
from .arguments import SAID, on, plain_time, spoken
from .builders import built_tool, sibling
from .schemas import instantiate

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
    "[Only use|Use] the [tools|functions] [below|given|you have][.|, nothing else.]",
    "Never [ask back|guess|make up values].",
    "[The user is called|You work for|The customer is] [Maria|Tom Berger|Acme|Dr. Lee|the support team|a family of four].",
    "You are [a voice assistant in a car|a smart speaker|a phone assistant|a chat bot in a shop|a helper in the terminal|the concierge of a hotel|a bank assistant|an operations bot][.|, with tools.]",
    "[Pick|Choose|Select] the [right|best|one fitting] [tool|function] and [call it|fill in its arguments][.|, no talk.]",
    "[Keep|Leave] [names|values|texts] as the user wrote them.",
    "# Role\n[Assistant|Agent|Helper]\n# Rules\n[Be brief.|Use tools.|No small talk.]",
    "You are {}, [an AI assistant|a bot|a voice assistant].".replace("{}", "[Milo|Ada|Rex|Nora|Pixel]"),
]
BEFORE = [
    "[Hi|Hello|Hey][,|!] ", "[Please|Pls]: ", "[Quick one|One thing|Next|Now|Also|OK|Okay][:|,] ", "[Hey|Hi] [there|assistant|bot], ", "[Good morning|Good evening]. ",
    "[My next question|A question|Another thing]: ", "[I am in a hurry|I am busy]. ", "[Thanks|Great|Fine]. ",
]  # fmt: skip
AFTER = ["[Thanks|Thank you|Thx][.|!]", "[It is urgent|It is important].", "[I am in a hurry|As soon as you can].", "[Please|Now, please]."]
CHATS = [
    ("[Hi|Hello|hey|Good morning|Hey there][.|!|]", "[Hello|Hi][!|.] [What can I do for you?|How can I help?|What do you need?|]"),
    ("[Are you there?|Can you help me?|You there?]", "[Yes|Sure|Of course][.|!] [What is it?|What do you need?|Go ahead.]"),
    ("[Thanks|Thank you|Great, thanks|Perfect]!", "[You're welcome|My pleasure|Gladly][.|!] [Anything else?|]"),
    ("[I need your help|I have a request|One more thing][.|]", "[Go ahead|Sure|Tell me][.|, what is it?]"),
    ("[What can you do?|What are you good for?]", "[I can call the tools that I have|I use my tools for you|Small jobs with my tools]."),
    ("[How are you?|How's it going?]", "[Fine|Good|Very well], [thanks|thank you][.|!] [What can I do for you?|]"),
]  # fmt: skip
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
NONE_FITS = 0.07
NOTHING_FITS = 0.015
RESULTS = 0.06
COUNTS = [1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4, 4, 5, 6, 7, 8]
VERBS = WISHED | frozenset(
    "book reserve order set play start stop cancel schedule plan turn switch lock unlock open close search check run execute read save remind text call ring ping mail email "
    "message log track lower raise dim mute pause resume skip buy pay transfer wire refund ship share invite schedule reschedule move deploy restart install commit push fetch "
    "download upload look list post reply forward archive approve reject delete erase rate review define calculate compute convert translate navigate note enter wake".split()
)
WISHES = [
    "[Please|please|Pls|Kindly] {}", "{}, please", "{} please", "[Can|Could|Would|Will] you {}?", "[Can|Could] you please {}?", "I [need|want|would like] you to {}",
    "I'd like you to {}", "[Go ahead and|Be so kind and|Quickly|Now|Then|Just] {}", "[Hey|Hi|Hello], {}", "[Hey|Hi|Hello], [can|could] you {}?", "[can|could] u {}",
    "[Would you be so kind as to|Is it possible to|May I ask you to|Are you able to] {}?", "{} [for me|now|right away|if you can|if possible|asap]", "Let's {}",
    "[I want to|I need to|I'd like to|I have to|We should|We need to] {}", "[Help me|Try to|Don't forget to|Remember to] {}", "[ok|okay|so|alright|well], {}",
    "Yes, {}", "[My wife|My boss|He|She|Mum|The client] [wants|asked|told] me to {}"
]  # fmt: skip
OUT_OF_REACH = SAID["no_tool"]
# These can do almost everything, or at least try.
VERSATILE = frozenset("web_search ask ask_wiki run_command fetch_url faq http".split())
AMUSING = VERSATILE | frozenset("joke quiz image_make recipe_find recipe news sports_score order_meal order_food taxi_call taxi coffee video_record audiobook".split())


def any_tool(rng):
    draw = rng.random()
    if draw < 0.3:
        return built_tool(rng)
    return rng.choice(catalog.FREQUENT if draw < 0.52 else catalog.TOOLS)


def another_tool(rng, first, kin):
    """One more tool to offer, of the same kind as the first or of any."""
    if not kin:
        return any_tool(rng)
    if first.group == "built":
        return sibling(rng, first)
    return rng.choice(catalog.BY_DOMAIN[first.domain])


def offered_tools(rng):
    """Tools that do different things, each with its schema: the first is the one that is needed."""
    count, kin = rng.choice(COUNTS), rng.random() < 0.4
    tools, said, tries = [], set(), 0
    while len(tools) < count:
        tool = another_tool(rng, tools[0][0], kin and tries < 12) if tools else any_tool(rng)
        tries += 1
        if said.intersection(tool.marks) or tool.about[0] in said:
            continue
        schema, parameter = instantiate(rng, tool)
        name = schema["function"]["name"]
        if name not in said:
            said.update(tool.marks)
            said.update((tool.about[0], name))
            tools.append((tool, schema, parameter))
    return tools


def slot_said(tool, name):
    return name[3:] if name.startswith("on_") and name not in tool.slots else name


def implied_value(tool, slot, value):
    if value in ("true", "false"):
        return value == "true"
    return int(value) if tool.slots[slot].kind in ("integer", "number") else value


def request(rng, tool, parameter):
    """(what the user says, the arguments)"""
    pattern, *implied = choose(rng, rng.choice(tool.requests)).strip().split(" => ")
    found, shown = {}, {}
    for name in dict.fromkeys(slots_of(pattern)):
        slot = slot_said(tool, name)
        if slot not in found:
            found[slot] = tool.slots[slot].make(rng)
        shown[name] = on(found[slot]) if slot != name else found[slot]
        if tool.slots[slot].kind != "string":
            is_bare = f"{{{name}}}" in BARE.findall(pattern)
            shown[name] = spoken(rng, found[slot]) if is_bare or isinstance(found[slot], list) else found[slot]
    for one in implied:
        slot, value = one.split("=", 1)
        found[slot] = implied_value(tool, slot, value)
    arguments = {name: found[slot] for slot, name in parameter.items() if slot in found}
    return fill(careless(rng, polite(rng, pattern.strip())), shown), arguments


# A number between blanks may be written in words.
BARE = re.compile(r"(?<= )\{\w+\}(?=[ .?!]|$)")


def polite(rng, pattern):
    """What people put around a wish."""
    draw = rng.random()
    head = pattern.split(" ", 1)[0]
    if draw < 0.3 and head.lower() in VERBS and " " in pattern and ":" not in pattern and "? " not in pattern and ". " not in pattern:
        wish = choose(rng, rng.choice(WISHES))
        bare = pattern.rstrip(".?") if wish[-1] != "}" or wish.endswith("?") else pattern
        return wish.replace("{}", head.lower() + bare[len(head) :])
    if draw < 0.38:
        return choose(rng, rng.choice(BEFORE)) + pattern
    if draw < 0.44 and pattern.endswith((".", "?")):
        return pattern + " " + choose(rng, rng.choice(AFTER))
    if draw < 0.48:
        return rng.choice(SAID["context"]) + " " + pattern
    return pattern


def exchange(rng, tools):
    """An earlier wish that is done."""
    tool, schema, parameter = rng.choice(tools)
    text, arguments = request(rng, tool, parameter)
    call = {"name": schema["function"]["name"], "arguments": arguments}
    reply, result = outcome(rng)
    return [user(text), Task("tools", [], call=call).answer_message(), {"role": "tool", "content": result}, {"role": "assistant", "content": reply}]


def chat(rng):
    """A few words before the wish."""
    said, reply = rng.choice(CHATS)
    return [user(choose(rng, said)), {"role": "assistant", "content": choose(rng, reply).strip()}]


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
    if rng.random() < 0.3:
        return plainly.make(rng)
    tools = offered_tools(rng)
    tool, schema, parameter = tools[0]
    groups = {other.group for other, _, _ in tools[1:]}
    if rng.random() < NOTHING_FITS and not AMUSING & groups and tool.group not in AMUSING:
        return Task("tools", [user(rng.choice(OUT_OF_REACH))], NO_TOOL, tools=[schema for _, schema, _ in tools])
    text, arguments = request(rng, tool, parameter)
    messages = [user(text)]
    if rng.random() < 0.06:
        messages = exchange(rng, tools[1:] or tools) + messages
    elif rng.random() < 0.04:
        messages = chat(rng) + messages
    if rng.random() < 0.3:
        messages.insert(0, system(choose(rng, rng.choice(SYSTEMS))))
    if groups and rng.random() < NONE_FITS and not VERSATILE & groups:
        return Task("tools", messages, NO_TOOL, tools=[schema for _, schema, _ in tools[1:]])
    schemas = [schema for _, schema, _ in tools]
    rng.shuffle(schemas)
    call = {"name": schema["function"]["name"], "arguments": arguments}
    task = Task("tools", messages, call=call, tools=schemas)
    return with_result(rng, task) if rng.random() < RESULTS else task
