"""Tools built of a verb and a thing, a property, a place ...: as many as there are combinations."""

from ...words import read
from .arguments import MAKERS
from .catalog import Slot, Tool, slot_of

# verb, what people say, what the schema says, the family of verbs that may mean the same
ACTIONS = [
    ("get", "[Show|Get|Give me|Find|Fetch|Pull up]", "Get a {thing} by its id", "see"),
    ("delete", "[Delete|Remove|Drop|Get rid of|Erase]", "Delete a {thing}", "end"),
    ("start", "[Start|Launch|Boot|Kick off]", "Start a {thing}", "go"),
    ("stop", "[Stop|Halt|Shut down]", "Stop a {thing}", "stop"),
    ("archive", "[Archive|Put away|Move to the archive:]", "Archive a {thing}", "end"),
    ("approve", "[Approve|Accept|Give the green light for]", "Approve a {thing}", "yes"),
    ("print", "[Print|Print out|I need on paper:]", "Print a {thing}", "print"),
    ("lock", "[Lock|Block]", "Lock a {thing}", "lock"),
    ("restart", "[Restart|Reboot]", "Restart a {thing}", "go"),
    ("download", "[Download|Save]", "Download a {thing}", "out"),
    ("update", "[Update|Refresh]", "Update a {thing}", "update"),
    ("close", "[Close|Wrap up]", "Close a {thing}", "end"),
    ("open", "[Open|Bring up]", "Open a {thing}", "see"),
    ("unlock", "[Unlock|Unblock|Free]", "Unlock a {thing}", "unlock"),
    ("check", "[Check|Inspect|Verify|Have a look at]", "Check a {thing}", "see"),
    ("reset", "[Reset|Set back]", "Reset a {thing}", "go"),
    ("copy", "[Copy|Duplicate|Clone|Make a copy of]", "Copy a {thing}", "copy"),
    ("export", "[Export|Write out]", "Export a {thing}", "out"),
    ("publish", "[Publish|Put online]", "Publish a {thing}", "publish"),
    ("reject", "[Reject|Decline|Refuse|Turn down]", "Reject a {thing}", "no"),
    ("pause", "[Pause|Suspend|Put on hold:]", "Pause a {thing}", "stop"),
    ("resume", "[Resume|Continue]", "Resume a {thing}", "go"),
    ("sign", "Sign", "Sign a {thing}", "yes"),
    ("restore", "[Restore|Bring back|Undelete]", "Restore a {thing}", "restore"),
    ("renew", "[Renew|Extend|Prolong]", "Renew a {thing}", "update"),
    ("cancel", "[Cancel|Call off]", "Cancel a {thing}", "end"),
    ("track", "[Track|Follow|Trace]", "Track a {thing}", "see"),
    ("subscribe_to", "[Subscribe to|Follow|Watch]", "Subscribe to a {thing}", "see"),
    ("validate", "[Validate|Test]", "Validate a {thing}", "see"),
    ("merge", "[Merge|Combine]", "Merge a {thing}", "merge"),
    ("hide", "[Hide|Conceal]", "Hide a {thing}", "hide"),
    ("mark", "[Mark|Flag|Star|Bookmark]", "Mark a {thing} as important", "mark"),
    ("scan", "Scan", "Scan a {thing}", "see"),
    ("activate", "[Activate|Enable|Switch on]", "Activate a {thing}", "go"),
    ("deactivate", "[Deactivate|Disable|Switch off]", "Deactivate a {thing}", "stop"),
    ("ship", "[Ship|Dispatch|Send off]", "Ship a {thing}", "ship"),
    ("escalate", "[Escalate|Raise]", "Escalate a {thing}", "escalate"),
    ("calibrate", "Calibrate", "Calibrate a {thing}", "update"),
    ("clean", "Clean", "Clean a {thing}", "clean"),
    ("repair", "[Repair|Fix]", "Repair a {thing}", "repair"),
    ("summarize", "[Summarize|Sum up]", "Summarize a {thing}", "see"),
    ("pay", "Pay", "Pay a {thing}", "pay"),
    ("sync", "[Sync|Synchronize]", "Synchronize a {thing}", "update"),
    ("encrypt", "Encrypt", "Encrypt a {thing}", "encrypt"),
    ("migrate", "[Migrate|Move over]", "Migrate a {thing}", "ship"),
]  # fmt: skip
WORDS = read("tool_things")
THINGS = WORDS["thing"]
DEVICES = read("tool_words")["device"]
PROPERTIES = {
    "status": "=open|closed|active|paused|done", "owner": "full_name", "priority": "=low|medium|high", "color": "color", "price": "amount", "city": "city",
    "email": "email", "language": "language", "limit": "large", "department": "department", "phone": "phone", "country": "country", "address": "address",
    "size": "=small|medium|large", "category": "word", "version": "version", "quantity": "small", "deadline": "day", "name": "word", "currency": "currency",
    "visibility": "=public|private|internal", "level": "percent", "manager": "full_name", "role": "=admin|editor|viewer|guest", "type": "=standard|premium|basic",
    "assignee": "person", "port": "port", "url": "url", "weight": "kilos", "budget": "amount", "location": "place", "title": "topic",
}  # fmt: skip
TYPES = {"price": "number", "limit": "integer", "quantity": "integer", "level": "integer", "port": "integer", "weight": "number", "budget": "number"}
FILTERS = ["status", "owner", "city", "department", "priority", "country", "color", "type", "category", "role", "size", "manager", "language", "assignee"]


def with_article(thing):
    return f"{'an' if thing[0] in 'aeio' else 'a'} {thing}"


def plural(thing):
    if thing.endswith("y") and thing[-2] not in "aeiou":
        return thing[:-1] + "ies"
    return thing + ("es" if thing.endswith(("s", "x", "ch", "sh")) else "s")


def snake(text):
    return text.replace(" ", "_").replace("-", "_").lower()


def property_slot(named, names):
    return slot_of(TYPES.get(named, "string"), PROPERTIES[named], names)


def action_tool(rng, thing=None, action=None):
    verb, said, about, family = action or rng.choice(ACTIONS)
    thing = thing or rng.choice(THINGS)
    word = snake(thing)
    requests = [
        f"{said} [the |]{thing} {{id}}[.|, please.]",
        f"{said} {thing} [with the id |number |no. |]{{id}}[.|?]",
        f"[The |]{thing} {{id}}: {said.lower()} it[.|, please|]" if not said.endswith(":]") else f"{said} {thing} {{id}}",
        f"[I want to|We need to|You should|I need you to|I have to|Let's] {said.lower()} [the |]{thing} {{id}}[.|]" if ":" not in said else f"{said} [the |]{thing} {{id}}",
    ]
    slot = Slot("string", MAKERS["code"], [f"{word}_id", "id", f"{word}_id", word, f"{word}_number"], maker="code")
    about = about.replace("a {thing}", with_article(thing))
    names = [f"{verb}_{word}", f"{verb}_{word}", f"{word}_{verb}"]
    return Tool(names, [about, about.replace(" by its id", "")], {"id": slot}, requests, "built", "built", [f"{thing} {family}"])


def setting_tool(rng, thing=None):
    """Sets one property of a thing."""
    thing, named = thing or rng.choice(THINGS), rng.choice(list(PROPERTIES))
    verb, word = rng.choice(["set", "update", "change", "edit", "modify"]), snake(thing)
    requests = [
        f"[Set|Change|Update] the {named} of [the |]{thing} {{id}} to {{value}}[.|]",
        f"[{thing[0].upper()}{thing[1:]}|{thing}|The {thing}] {{id}} [gets|should get|needs|has] the {named} {{value}}[.|]",
        f"[Set|Put] {named} {{value}} [for|on] [the |]{thing} {{id}}[.|]",
        f"The {named} of {thing} {{id}} [is now|should be|must be|changes to] {{value}}[.|]",
        f"{thing} {{id}}[:|,] {named} [=|->|:|to] {{value}}",
    ]
    names = [f"{verb}_{word}_{named}", f"{verb}_{named}", f"{word}_{verb}_{named}"]
    slots = {"id": Slot("string", MAKERS["code"], [f"{word}_id", "id"], maker="code"), "value": property_slot(named, [named, f"new_{named}", "value"])}
    return Tool(names, [f"[Set|Change|Update] the {named} of {with_article(thing)}"], slots, requests, "built", "built", [f"{thing} set"])


def listing_tool(rng, thing=None):
    """Lists things, all or some."""
    thing, named, other = thing or rng.choice(THINGS), *rng.sample(FILTERS, 2)
    things = plural(thing)
    few = rng.choice([["limit", "max", "count"], ["max_results", "top", "n"]])
    slots = {
        named: property_slot(named, [named, f"{named}_filter", f"by_{named}"]), other: property_slot(other, [other, f"{other}_filter"]),
        "few": Slot("integer", MAKERS["few"], few, maker="few"),
    }  # fmt: skip
    requests = [
        f"[List|Show|Get|Give me] [me |][all |the |]{things}[.|]",
        f"[List|Show|Find|Get] [me |][the |all |]{things} with [the |]{named} {{{named}}}[.|]",
        f"[List|Show|Find|Get] [the |all |]{things} with {named} {{{named}}} and {other} {{{other}}}[.|]",
        f"[Show|List|Give me|Get] [me |][the first |the last |up to |]{{few}} {things}[ with {named} {{{named}}}| where {other} is {{{other}}}|][.|]",
        f"[Which|What] {things} [have|are there with] the {other} {{{other}}}?",
        f"{things}[,|:] {named} {{{named}}}[, {other} {{{other}}}|]",
        f"[Do we have|Are there] [any |]{things} [with|whose] {named} [is |]{{{named}}}?",
    ]
    names = [f"{verb}_{snake(things)}" for verb in ("list", "get", "search", "find", "query")]
    return Tool(names, [f"[List|Find|Search] {things}", f"[List|Get] {things}, [filtered|by {named} or {other}]"], slots, requests, "built", "built", [f"{thing} see"])


def creating_tool(rng, thing=None):
    """Makes a thing with one to four properties."""
    thing, named = thing or rng.choice(THINGS), rng.sample(list(PROPERTIES), rng.choice([1, 2, 2, 3, 4]))
    word = snake(thing)
    slots = {name: property_slot(name, [name, name, f"{word}_{name}"]) for name in named}
    first, rest = named[0], named[1:]
    said = rng.choice(["{n} {v}", "{n} {v}", "{n}: {v}", "{n} = {v}"])
    tell = [said.replace("{n}", name).replace("{v}", "{" + name + "}") for name in named]
    maybe = "".join(f"[, {part}|]" for part in tell[1:])
    joined = tell[0] if not rest else ", ".join(tell[:-1]) + rng.choice([" and ", ", "]) + tell[-1]
    requests = [
        f"[Create|Add|Make|Register|Set up] [a|another|a new|one more] {thing} with {joined}[.|]",
        f"[New|Another|Add] {thing}: {joined}",
        f"[Create|Add|Make] a [new |]{thing}[,| with] {tell[0]}{maybe}[.|]",
        f"[We need|I need|Please add] a new {thing}[:|,] {joined}[.|]",
        f"[Create|Register] {thing} - {', '.join(tell)}",
    ]
    names = [f"{verb}_{word}" for verb in ("create", "add", "new", "register", "insert")]
    about = [f"[Create|Add|Register] a [new |]{thing}", f"[Create|Add] {with_article(thing)}[ with its {first}|]"]
    return Tool(names, about, slots, requests, "built", "built", [f"{thing} create"])


def place_fact_tool(rng, thing=None):
    """Looks up one fact of a place, or of a thing."""
    if rng.random() < 0.6:
        fact, maker, name = rng.choice(WORDS["fact_of_place"]), rng.choice(["city", "city", "country"]), "place"
        slot = slot_of("string", maker, [maker, "place", "location", "where"])
        requests = [
            f"[What is|What's|Tell me|Give me|Look up|Check|Get] the {fact} [in|of|for] {{place}}[?|.|]",
            f"{fact} [in|of|for] {{place}}[, please|?|]",
            f"[I want to know|Do you know|Can you tell me|I need] the {fact} [in|of] {{place}}[.|?|]",
            f"{{place}}[:|,] {fact}[?|]",
            f"[I'm going to|I'm moving to|I am in] {{place}}[, what is the {fact} there|. Tell me the {fact}|, {fact}]?",
        ]
        about = [f"[Get|Look up|Find] the {fact} of a [place|{maker}]", f"{fact[0].upper()}{fact[1:]} of a {maker}"]
        names = [f"get_{snake(fact)}", snake(fact), f"lookup_{snake(fact)}", f"{snake(fact)}_by_{maker}"]
        return Tool(names, about, {name: slot}, requests, "built", "built", [f"place {fact}"])
    fact, thing = rng.choice(WORDS["fact_of_thing"]), thing or rng.choice(THINGS)
    word = snake(thing)
    requests = [
        f"[What is|What's|Tell me|Look up|Check|Get] the {fact} of [the |]{thing} {{id}}[?|.|]",
        f"{fact} of {thing} {{id}}[?|, please|]",
        f"[I need|Do you have|Give me] the {fact} [of|for] {thing} {{id}}[.|?|]",
        f"{thing} {{id}}[:|,] {fact}?",
    ]
    slot = Slot("string", MAKERS["code"], [f"{word}_id", "id", f"{word}"], maker="code")
    names = [f"get_{word}_{snake(fact)}", f"{word}_{snake(fact)}", f"get_{snake(fact)}"]
    return Tool(names, [f"[Get|Look up|Read] the {fact} of {with_article(thing)}"], {"id": slot}, requests, "built", "built", [f"{thing} see", f"fact {fact}"])


def booking_tool(rng, thing=None):
    thing = rng.choice(WORDS["bookable"])
    word = snake(thing)
    slots = {
        "city": slot_of("string", "city", ["city", "location", "where"]), "day": slot_of("string", "day", ["date", "day", "on"]),
        "time": slot_of("string", "plain_time", ["time", "start_time", "at"]), "people": slot_of("integer", "few", ["people", "persons", "group_size", "participants"]),
        "hours": slot_of("integer", "few", ["hours", "duration_hours"]),
    }  # fmt: skip
    keep = {"day", *rng.sample(["city", "time", rng.choice(["people", "hours"])], rng.choice([1, 2, 2, 3]))}
    slots = {name: slot for name, slot in slots.items() if name in keep}
    part = {"city": " in {city}", "time": " at {time}", "people": " for {people} people", "hours": " for {hours} hours", "day": " {on_day}"}
    some = "".join(f"[{part[name]}|]" if rng.random() < 0.5 else part[name] for name in slots)
    whole = "".join(part[name] for name in rng.sample(list(slots), len(slots)))
    a = with_article(thing)
    requests = [
        f"[Book|Reserve|Get|Organize|Arrange] [me |us |]{a}{whole}[.|]",
        f"[Book|Reserve|Find] {a}{some}[.|]",
        f"[I need|We want|I'd like|We would like|Can we get|I am looking for] {a}{whole}[.|]",
        f"{thing}{whole}[, please|]",
        f"[Is there|Do you have] {a} [free |available |]{whole.strip()}? [Book it.|Then book it.|]",
    ]
    names = [f"book_{word}", f"reserve_{word}", f"{word}_booking", f"schedule_{word}"]
    return Tool(names, [f"[Book|Reserve] {a}", f"[Make a booking|Make a reservation] for {a}"], slots, requests, "built", "built", [f"book {thing}"])


def logging_tool(rng, thing=None):
    what, unit = rng.choice(WORDS["loggable"]).split("|")
    kind = rng.choice(["integer", "number"])
    slots = {
        "value": slot_of(kind, "number", ["value", "amount", unit.lower(), snake(what)]),
        "day": slot_of("string", "day", ["date", "day", "when"]),
    }
    u = f"{{value}} {unit}"
    requests = [
        f"[Log|Record|Note|Track|Enter] {u} of {what}[ {{on_day}}|][.|]",
        f"[Log|Record|Enter|Save] my {what}[:|,| as] {u}[ {{on_day}}|][.|]",
        f"{what}[:|,| today:] {u}",
        f"[I had|It was|That makes] {u} of {what}[, write it down|, log it|. Please record it|]",
        f"[My |The ]{what} [is|was] {u}[ {{on_day}}|][.|, note that.]",
    ]
    names = [f"log_{snake(what)}", f"record_{snake(what)}", f"track_{snake(what)}", f"add_{snake(what)}_entry"]
    return Tool(names, [f"[Log|Record] {what} in {unit}", f"Record [an entry for|a value of] {what}"], slots, requests, "built", "built", [f"log {what}"])


def device_tool(rng, thing=None):
    """Turns a device on or off, or sets one of its numbers."""
    device = rng.choice(DEVICES)
    word = snake(device)
    room = slot_of("string", "room", ["room", "location", "where"])
    if rng.random() < 0.5:
        slots = {"state": slot_of("string", "=on|off", ["state", "power", "mode"]), "room": room}
        if rng.random() < 0.5:
            slots["state"] = slot_of("boolean", "flag", ["on", "enabled", "power", "active"])
            requests = [
                f"[Turn|Switch] on the {device}[ in the {{room}}|][.|, please.] => state=true",
                f"[Turn|Switch] off the {device}[ in the {{room}}|][.|, please.] => state=false",
                f"{device} off[ in the {{room}}|] => state=false",
                f"{device} on[ in the {{room}}|] => state=true",
                f"[Kill|Stop] the {device}[ in the {{room}}|][.|] => state=false",
                f"[Start|Put on] the {device}[ in the {{room}}|][.|] => state=true",
            ]
        else:
            requests = [
                f"[Turn|Switch] {{state}} the {device}[ in the {{room}}|][.|]",
                f"[Turn|Switch] the {device}[ in the {{room}}|] {{state}}[.|, please.]",
                f"{device} {{state}}[, {{room}}|]",
                f"[Kill|Stop] the {device}[ in the {{room}}|][.|] => state=off",
                f"[Start|Run|Put on] the {device}[ in the {{room}}|][.|] => state=on",
            ]
        names = [f"set_{word}", f"toggle_{word}", f"{word}_power", f"switch_{word}", f"control_{word}"]
        return Tool(names, [f"[Turn|Switch] the {device} on or off", f"Control the {device}"], slots, requests, "built", "built", [f"device {device}"])
    named = rng.choice(WORDS["device_property"])
    slots = {"value": slot_of("integer", "percent", [named, "value", "level"]), "room": room}
    requests = [
        f"[Set|Put|Change] the {named} of the {device}[ in the {{room}}|] to {{value}}[.|]",
        f"{device} {named} [to|at|:] {{value}}[, {{room}}|]",
        f"[Set|Put] the {device}[ in the {{room}}|] to {named} {{value}}[.|]",
        f"[I want|Please,] {named} {{value}} [on|for] the {device}[ in the {{room}}|][.|]",
    ]
    names = [f"set_{word}_{named}", f"{word}_{named}", f"set_{named}"]
    return Tool(names, [f"Set the {named} of the {device}"], slots, requests, "built", "built", [f"device {device}"])


BUILDERS = [action_tool] * 5 + [setting_tool, listing_tool, creating_tool, creating_tool, place_fact_tool, place_fact_tool, booking_tool, logging_tool, device_tool]
OF_A_THING = [action_tool, action_tool, action_tool, setting_tool, listing_tool, creating_tool]


def built_tool(rng):
    return rng.choice(BUILDERS)(rng)


def sibling(rng, tool):
    """Another tool for the thing of this one, if it acts on things."""
    thing = tool.marks[0].rsplit(" ", 1)[0]
    return rng.choice(OF_A_THING)(rng, thing if thing in THINGS else None)
