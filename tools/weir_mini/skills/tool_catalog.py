"""Tools that a request may need: their names, parameters and how people ask for them."""

from .. import values
from ..phrasing import choose

LANGUAGES = [
    "German",
    "French",
    "Spanish",
    "Italian",
    "English",
    "Dutch",
    "Polish",
    "Japanese",
    "Portuguese",
    "Turkish",
]
FREE_TEXT = [
    "the build is green",
    "I will be late",
    "lunch is at noon",
    "the report is ready",
    "please call me back",
    "happy birthday",
    "the door code changed",
    "see you tomorrow",
    "the meeting is cancelled",
    "thanks for the help",
    "buy milk",
    "water the plants",
    "pay the rent",
    "call the dentist",
    "book the flight",
    "renew the passport",
    "send the invoice",
    "feed the cat",
    "charge the car",
    "return the library books",
]


def free_text(rng):
    if rng.random() < 0.5:
        return rng.choice(FREE_TEXT)
    return f"{values.pick(rng, 'verb')} the {values.pick(rng, 'adjective')} {values.pick(rng, 'object')}"


def topic(rng):
    return rng.choice(
        [
            f"{values.pick(rng, 'adjective')} {values.pick(rng, 'object')}",
            values.pick(rng, "tech_noun"),
            values.company(rng),
            f"{values.pick(rng, 'object')} repair",
            f"{values.pick(rng, 'fruit')} recipes",
            values.made_word(rng, 2),
        ]
    )


def room(rng):
    return rng.choice(
        [
            "kitchen",
            "bedroom",
            "living room",
            "bathroom",
            "hall",
            "garage",
            "office",
            "garden",
            "basement",
            "attic",
        ]
    )


def small(rng):
    return rng.randrange(2, 60)


def plain_time(rng):
    return f"{rng.randrange(24):02}:{rng.choice([0, 15, 30, 45, rng.randrange(60)]):02}"


def iso_day(rng):
    return values.near_day(rng).isoformat()


def amount(rng):
    return rng.randrange(1, 2000)


# (names, descriptions, {slot: (parameter names, JSON type, maker)}, requests). A slot in a request
# that is optional stands in a choice; what the request does not say is not in the call.
TOOLS = [
    (
        ["get_weather", "weather", "current_weather", "get_forecast"],
        "Get the weather in a city",
        {
            "city": (["city", "location", "place"], "string", values.city),
            "date": (["date", "day"], "string", iso_day),
        },
        [
            "[What is|How is|What's|Tell me|Check] the weather [in|for] {city}[ on {date}|][?|]",
            "[Will it rain|Is it cold|Do I need an umbrella|How warm is it] in {city}[ on {date}|]?",
            "[Forecast|Weather] for {city}[ on {date}|][, please|]",
        ],
    ),
    (
        ["send_email", "email", "send_mail"],
        "Send an email",
        {
            "to": (["to", "recipient", "address"], "string", values.email),
            "body": (["body", "text", "message"], "string", free_text),
        },
        [
            "[Send|Write] an e[-|]mail to {to} [saying|that says]: {body}",
            "[Mail|Email] {to}: {body}",
            "[Tell|Let] {to} [know |]by mail: {body}",
        ],
    ),
    (
        ["send_sms", "text_message", "send_message"],
        "Send a text message to a phone number",
        {
            "to": (["number", "phone", "to"], "string", values.phone),
            "body": (["text", "message", "content"], "string", free_text),
        },
        ["[Text|Message] {to}: {body}", "Send [a text|an SMS|a message] to {to}: {body}"],
    ),
    (
        ["create_event", "add_calendar_event", "schedule_meeting", "book_meeting"],
        "Add an event to the calendar",
        {
            "title": (
                ["title", "name", "subject"],
                "string",
                lambda r: r.choice(
                    [
                        "dentist",
                        "team lunch",
                        "project review",
                        "yoga",
                        "job interview",
                        f"call with {values.first_name(r)}",
                        f"{values.made_word(r, 2)} meeting",
                    ]
                ),
            ),
            "date": (["date", "day"], "string", iso_day),
            "time": (["time", "start", "start_time"], "string", plain_time),
        },
        [
            "[Schedule|Add|Plan|Put] {title} on {date}[ at {time}|][.|]",
            "[Create|Make] [an event|a calendar entry] for {title} on {date}[ at {time}|]",
            "I have {title} on {date}[ at {time}|], [add it to my calendar|put it in the calendar].",
        ],
    ),
    (
        ["set_alarm", "create_alarm"],
        "Set an alarm",
        {"time": (["time", "at"], "string", plain_time)},
        [
            "[Set|Make] an alarm [for|at] {time}[.|]",
            "Wake me [up |]at {time}[.|]",
            "[Alarm|Alarm clock] at {time}[, please|]",
        ],
    ),
    (
        ["set_timer", "start_timer"],
        "Start a timer",
        {"minutes": (["minutes", "duration_minutes"], "integer", small)},
        [
            "[Set|Start] a timer [for|of] {minutes} minutes[.|]",
            "Timer, {minutes} minutes[, please|]",
            "[Tell|Remind] me [when|after] {minutes} minutes [are over|have passed][.|]",
        ],
    ),
    (
        ["add_reminder", "create_reminder", "remind"],
        "Remind the user of something",
        {
            "text": (["text", "what", "task"], "string", free_text),
            "time": (["time", "when", "at"], "string", plain_time),
        },
        [
            "Remind me at {time}: {text}",
            "[Set|Add] a reminder[ for {time}|]: {text}",
            "[Don't let me forget|Do not let me forget]: {text}",
        ],
    ),
    (
        ["add_todo", "create_task", "add_task"],
        "Add an item to the to-do list",
        {"text": (["title", "task", "item"], "string", free_text)},
        ["[Add|Put] to my [to-do list|todo list|tasks]: {text}", "[New|Another] [task|todo]: {text}"],
    ),
    (
        ["translate", "translate_text"],
        "Translate a text",
        {
            "text": (["text", "input"], "string", free_text),
            "language": (["target_language", "language", "to"], "string", lambda r: r.choice(LANGUAGES)),
        },
        [
            '[Translate|Put] "{text}" [to|into] {language}[.|]',
            'How do you say "{text}" in {language}?',
            '"{text}" in {language}, please',
        ],
    ),
    (
        ["web_search", "search", "search_web", "google"],
        "Search the web",
        {"query": (["query", "q", "terms"], "string", topic)},
        [
            "[Search|Look] [the web |online |]for {query}[.|]",
            "[Google|Find me something about|Look up|Search] {query}[.|]",
            "[What does the web say|Find pages] about {query}[?|]",
        ],
    ),
    (
        ["get_stock_price", "stock_quote", "share_price"],
        "Get the price of a share",
        {"symbol": (["symbol", "ticker"], "string", lambda r: values.letters(r, r.randrange(3, 5)))},
        [
            "[What is|How much is|Check|Get] the [stock|share] price of {symbol}[?|]",
            "[Quote|Price] for {symbol}[, please|]",
            "How [does|is] {symbol} [trade|doing] [today|now]?",
        ],
    ),
    (
        ["convert_currency", "exchange"],
        "Convert an amount between currencies",
        {
            "amount": (["amount", "value"], "number", amount),
            "from": (["from", "from_currency", "source"], "string", lambda r: values.pick(r, "currency")),
            "to": (["to", "to_currency", "target"], "string", lambda r: values.pick(r, "currency")),
        },
        [
            "[Convert|Change|Exchange] {amount} {from} [to|into] {to}[.|]",
            "How [much|many {to}] [is|are] {amount} {from} in {to}?",
            "{amount} {from} in {to}[?|]",
        ],
    ),
    (
        ["calculate", "calculator", "evaluate"],
        "Evaluate an arithmetic expression",
        {
            "expression": (
                ["expression", "formula", "input"],
                "string",
                lambda r: f"{r.randrange(1, 999)} {r.choice('+-*/')} {r.randrange(1, 999)}",
            )
        },
        ["[Calculate|Compute|What is|Evaluate] {expression}[?|]", "{expression} = ?"],
    ),
    (
        ["read_file", "open_file", "cat"],
        "Read a file",
        {"path": (["path", "file", "file_path", "filename"], "string", values.path)},
        [
            "[Read|Open|Show me|Print|Look at] [the file |]{path}[.|]",
            "What [is in|does] {path}[ contain|][?|]",
            "[Content|Contents] of {path}[, please|]",
        ],
    ),
    (
        ["write_file", "save_file", "create_file"],
        "Write text to a file",
        {
            "path": (["path", "file", "file_path"], "string", values.path),
            "text": (["content", "text", "data"], "string", free_text),
        },
        [
            '[Write|Save|Put] "{text}" [to|into|in] {path}[.|]',
            '[Create|Make] [a file |]{path} with [the text |]"{text}"[.|]',
        ],
    ),
    (
        ["delete_file", "remove_file"],
        "Delete a file",
        {"path": (["path", "file", "file_path"], "string", values.path)},
        ["[Delete|Remove|Get rid of] [the file |]{path}[.|]", "{path} can go, [delete|remove] it[.|]"],
    ),
    (
        ["list_files", "ls", "list_directory"],
        "List the files of a folder",
        {
            "path": (
                ["path", "directory", "folder"],
                "string",
                lambda r: f"{r.choice(['src', 'docs', 'lib', 'app'])}/{values.made_word(r, 2)}",
            )
        },
        [
            "[List|Show] [the |all |]files in {path}[.|]",
            "[What|Which files] [is|are] in [the folder |]{path}?",
        ],
    ),
    (
        ["run_command", "bash", "shell"],
        "Run a shell command",
        {
            "command": (
                ["command", "cmd"],
                "string",
                lambda r: r.choice(
                    [
                        f"ls {values.path(r)}",
                        "git status",
                        "make test",
                        f"npm run {values.made_word(r, 2)}",
                        f"cat {values.path(r)}",
                        f"pytest {values.path(r)}",
                        "df -h",
                        f"docker stop {values.made_word(r, 2)}",
                    ]
                ),
            )
        },
        [
            "[Run|Execute] {command}",
            "[Run|Execute|Start] the command `{command}`[.|]",
            "[Please |]run `{command}` [for me|in the shell]",
        ],
    ),
    (
        ["grep", "search_code", "find_in_files"],
        "Search the code for a pattern",
        {
            "pattern": (["pattern", "query", "text"], "string", values.identifier),
            "path": (
                ["path", "folder"],
                "string",
                lambda r: r.choice(["src", "lib", "tests", values.made_word(r, 2)]),
            ),
        },
        [
            "[Find|Search for|Grep] {pattern} in {path}[.|]",
            "[Where is|Where do we use|Who calls] {pattern}[ in {path}|]?",
        ],
    ),
    (
        ["turn_on_light", "light_on", "switch_light"],
        "Turn on the light in a room",
        {"room": (["room", "location"], "string", room)},
        [
            "[Turn|Switch] on the [light|lights|lamp] in the {room}[.|]",
            "[Light|Lights] on in the {room}[, please|]",
            "It is dark in the {room}[, do something about it|].",
        ],
    ),
    (
        ["set_temperature", "set_thermostat", "heat"],
        "Set the temperature of a room",
        {
            "room": (["room", "zone"], "string", room),
            "degrees": (["temperature", "degrees", "value"], "integer", lambda r: r.randrange(14, 28)),
        },
        [
            "[Set|Put|Heat] the {room} to {degrees} [degrees|°C][.|]",
            "[Make it|I want it] {degrees} degrees in the {room}[.|]",
        ],
    ),
    (
        ["play_music", "play_song", "play"],
        "Play a song",
        {
            "song": (
                ["song", "title", "track"],
                "string",
                lambda r: f"{values.made_word(r, 2).capitalize()} {values.pick(r, 'object').capitalize()}",
            ),
            "artist": (["artist", "by", "band"], "string", values.full_name),
        },
        ["[Play|Put on] {song}[ by {artist}|][.|]", "I want to hear {song}[ by {artist}|][.|]"],
    ),
    (
        ["book_flight", "search_flights", "find_flights"],
        "Find a flight",
        {
            "from": (["from", "origin", "from_city"], "string", values.city),
            "to": (["to", "destination", "to_city"], "string", values.city),
            "date": (["date", "departure_date", "day"], "string", iso_day),
        },
        [
            "[Find|Book|Search] [me |][a flight|flights] from {from} to {to}[ on {date}|][.|]",
            "I [need|want] to fly from {from} to {to}[ on {date}|][.|]",
            "[Flights|Flight] {from} to {to}[, {date}|]",
        ],
    ),
    (
        ["book_hotel", "find_hotel", "reserve_room"],
        "Book a hotel room",
        {
            "city": (["city", "location"], "string", values.city),
            "nights": (["nights", "number_of_nights"], "integer", lambda r: r.randrange(1, 15)),
            "date": (["check_in", "date", "arrival"], "string", iso_day),
        },
        [
            "[Book|Find|Reserve] [me |]a [hotel|room|hotel room] in {city} for {nights} nights[ from {date}|][.|]",
            "I need a [hotel|place to sleep] in {city}[ from {date}|], {nights} nights[.|]",
        ],
    ),
    (
        ["order_status", "track_order", "get_order"],
        "Get the status of an order",
        {"id": (["order_id", "id", "order"], "string", values.code)},
        [
            "[Where is|What is the status of|Track|Check] [my |]order {id}[?|]",
            "[Has|Did] [my |]order {id} [shipped|arrive] [yet|already]?",
            "[Order|Status of] {id}[?|]",
        ],
    ),
    (
        ["cancel_order", "stop_order"],
        "Cancel an order",
        {"id": (["order_id", "id", "order"], "string", values.code)},
        ["[Cancel|Stop] [my |the |]order {id}[.|]", "I [do not|don't] want {id} anymore, cancel it[.|]"],
    ),
    (
        ["refund", "refund_order", "create_refund"],
        "Refund money for an order",
        {
            "id": (["order_id", "id"], "string", values.code),
            "amount": (["amount", "value"], "number", amount),
        },
        [
            "Refund [order |]{id}[ with {amount} euros|][.|]",
            "[Give the money back|Pay back] for [order |]{id}[, {amount} euros|][.|]",
        ],
    ),
    (
        ["get_user", "find_customer", "lookup_user"],
        "Look up a user by email",
        {"email": (["email", "mail"], "string", values.email)},
        [
            "[Find|Look up|Get|Show] the [user|customer|account] [with the email|of|for] {email}[.|]",
            "Who is {email}?",
        ],
    ),
    (
        ["create_user", "add_user", "register"],
        "Create a user",
        {
            "name": (["name", "full_name"], "string", values.full_name),
            "email": (["email", "mail"], "string", values.email),
        },
        [
            "[Create|Add|Register|Make] [a|an|] [user|account] for {name}[ with|,] [email |]{email}[.|]",
            "[New user|Sign up]: {name}, {email}",
        ],
    ),
    (
        ["create_ticket", "open_issue", "report_bug"],
        "Open a ticket",
        {
            "title": (
                ["title", "summary", "subject"],
                "string",
                lambda r: (
                    f"{values.pick(r, 'tech_noun')} {r.choice(['is slow', 'crashes', 'is broken', 'does not load', 'shows wrong data'])}"
                ),
            ),
            "priority": (
                ["priority", "severity"],
                "string",
                lambda r: r.choice(["low", "medium", "high", "urgent"]),
            ),
        },
        [
            "[Open|Create|File] [a|an] [ticket|issue|bug][ with priority {priority}|]: {title}",
            "[Report|Note]: {title}[, priority {priority}|]",
        ],
    ),
    (
        ["get_definition", "define", "dictionary"],
        "Define a word",
        {
            "word": (
                ["word", "term"],
                "string",
                lambda r: r.choice([values.made_word(r, 2), values.pick(r, "object")]),
            )
        },
        [
            "[What does|What is the meaning of|Define|Look up the word] {word}[ mean|][?|]",
            "[Definition|Meaning] of {word}[, please|]",
        ],
    ),
    (
        ["get_time", "current_time", "world_clock"],
        "Get the time in a city",
        {"city": (["city", "timezone", "location"], "string", values.city)},
        ["What time is it in {city}[ now|]?", "[Time|Local time|Clock] in {city}[?|]"],
    ),
    (
        ["get_directions", "route", "navigate"],
        "Get directions between two places",
        {
            "from": (["from", "origin", "start"], "string", values.city),
            "to": (["to", "destination", "end"], "string", values.city),
        },
        [
            "[How do I get|Show me the way|Navigate|Route] from {from} to {to}[?|]",
            "[Directions|The way] from {from} to {to}[, please|]",
        ],
    ),
    (
        ["order_food", "order_pizza", "place_order"],
        "Order food",
        {
            "item": (
                ["item", "dish", "food"],
                "string",
                lambda r: r.choice(
                    ["pizza", "sushi", "burger", "salad", "noodles", "curry", "soup", "sandwich"]
                ),
            ),
            "count": (["quantity", "count", "number"], "integer", lambda r: r.randrange(2, 9)),
        },
        ["[Order|Get me|I want|I would like] {count} {item}[s|][.|, please.]", "{count} x {item} please"],
    ),
    (
        ["transfer_money", "send_money", "pay"],
        "Transfer money to somebody",
        {
            "to": (["to", "recipient", "name"], "string", values.full_name),
            "amount": (["amount", "value", "sum"], "number", amount),
        },
        [
            "[Send|Transfer|Pay] {amount} [euros|dollars] to {to}[.|]",
            "[Pay|Send] {to} {amount} [euros|dollars][.|]",
        ],
    ),
    (
        ["sql_query", "query_database", "run_sql"],
        "Run an SQL query",
        {
            "sql": (
                ["query", "sql"],
                "string",
                lambda r: f"SELECT {r.choice(['*', 'id', 'name', 'count(*)'])} FROM {values.made_word(r, 2)}",
            )
        },
        ["[Run|Execute] [the query |the SQL |]{sql}", "[Query|Ask] the database: {sql}"],
    ),
]
# verbs for tools made of a verb and a thing
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
]
THINGS = [
    "invoice",
    "ticket",
    "user",
    "server",
    "device",
    "document",
    "report",
    "contract",
    "product",
    "project",
    "job",
    "container",
    "database",
    "backup",
    "subscription",
    "account",
    "car",
    "machine",
    "door",
    "printer",
    "customer",
    "robot",
    "task",
    "branch",
    "cluster",
    "sensor",
]


def built_tool(rng):
    """(tool name, description, slots, requests) of a verb and a thing."""
    verb, said, description = rng.choice(ACTIONS)
    thing = rng.choice(THINGS)
    names = rng.choice([f"{verb}_{thing}", f"{verb}{thing.capitalize()}", f"{thing}_{verb}"])
    slots = {"id": ([f"{thing}_id", "id", f"{thing}Id"], "string", values.code)}
    requests = [
        f"{said} [the |]{thing} {{id}}[.|, please.]",
        f"[Please |Can you |Could you ]{said.lower()} {thing} [with the id |number |]{{id}}[.|?]",
    ]
    return [names], description.format(thing=thing), slots, requests


def instantiate(rng, spec):
    """(schema for the prompt, {slot: parameter name})"""
    names, description, slots, _ = spec
    parameter = {slot: rng.choice(options) for slot, (options, _, _) in slots.items()}
    if len(set(parameter.values())) < len(parameter):
        return instantiate(rng, spec)
    detail = rng.random() < 0.25
    properties = {}
    for slot, (_, kind, _) in slots.items():
        properties[parameter[slot]] = {"type": kind, **({"description": f"the {slot}"} if detail else {})}
    function = {"name": rng.choice(names)}
    if rng.random() < 0.85:
        function["description"] = choose(rng, description)
    always = [parameter[slot] for slot in slots if all("{" + slot + "}" in choose_none(r) for r in spec[3])]
    function["parameters"] = {"type": "object", "properties": properties}
    if rng.random() < 0.7 and always:
        function["parameters"]["required"] = always
    return {"type": "function", "function": function}, parameter


def choose_none(pattern):
    """The pattern without anything that may be left out."""
    out, depth = "", 0
    for sign in pattern:
        depth += sign == "["
        out += sign if depth == 0 else ""
        depth -= sign == "]"
    return out
