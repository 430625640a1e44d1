"""(d) Title a conversation in at most six words.

The title follows from the first message by a rule that a reader would accept: the verb of the wish
and its object, both in the words of the message.
"""

from .. import values
from ..framing import framed
from ..phrasing import choose, fill
from ..task import Task, system, user
from ..wishes import wished

# (what is said, its title); the slots are the same on both sides.
WISHES = [
    ("[fix|repair|solve|debug] {bug} in {thing}", "Fix {bug} in {thing}"),
    ("[add|implement|build|create] {feature} [to|for] {thing}", "Add {feature} to {thing}"),
    ("[refactor|clean up|restructure|tidy] {thing}", "Refactor {thing}"),
    ("[write|add|create] [unit |]tests for {thing}", "Write tests for {thing}"),
    ("[explain|tell me|describe] how {thing} works", "Explain how {thing} works"),
    ("[update|upgrade|bump] {package} to [version |]{version}", "Update {package} to {version}"),
    ("[remove|delete|drop] {thing} from {place}", "Remove {thing} from {place}"),
    ("rename {old} to {new}", "Rename {old} to {new}"),
    ("[optimize|speed up|improve the speed of|make faster] {thing}", "Speed up {thing}"),
    ("[document|write docs for|write documentation for] {thing}", "Document {thing}"),
    ("[move|migrate|port] {thing} to {place}", "Move {thing} to {place}"),
    ("[review|check|look over] {thing}", "Review {thing}"),
    ("[plan|organize|prepare] a trip to {city}", "Plan a trip to {city}"),
    ("[find|suggest|recommend] a [good |]gift for my {person}", "Find a gift for {person}"),
    (
        "[write|draft|compose] [an email|a letter|a message|a mail] to {whom} about {topic}",
        "Write to {whom} about {topic}",
    ),
    ("[translate|put] {text} [into|to] {language}", "Translate {text} into {language}"),
    ("[summarize|sum up|give me a summary of] {text}", "Summarize {text}"),
    ("[cook|make|prepare] {dish}", "Make {dish}"),
    ("[choose|pick|buy] a [new |]{object}", "Choose a {object}"),
    ("[repair|fix] my [old |broken |]{object}", "Repair my {object}"),
    ("[learn|start learning|practice] {skill}", "Learn {skill}"),
    ("[compare|decide between] {a} and {b}", "Compare {a} and {b}"),
    ("[convert|turn] {text} [to|into] {format}", "Convert {text} to {format}"),
    ("[install|set up|configure] {package} on {place}", "Set up {package} on {place}"),
    ("[design|sketch|draw] a {object} for {whom}", "Design a {object} for {whom}"),
    ("[calculate|work out|compute] {sum}", "Calculate {sum}"),
    ("[deploy|release|ship] {thing} to {place}", "Deploy {thing} to {place}"),
    ("[handle|catch] {bug} in {thing}", "Handle {bug} in {thing}"),
    ("[read|parse|load] {text} in {codelang}", "Parse {text} in {codelang}"),
    ("[log|track|measure] {sum}", "Track {sum}"),
]
COMPLAINTS = [
    (
        "{thing} [crashes|fails|breaks|dies] [when|whenever|every time] [I|we|users] {action}",
        "{thing} crashes on {act}",
    ),
    ("[I get|I see|there is|we have] {bug} in {thing}", "{bug} in {thing}"),
    ("{thing} [is|has become|got] [very |too |so |]slow", "{thing} is slow"),
    ("[the |]tests [for|of] {thing} [fail|are failing|are red|break]", "Failing tests for {thing}"),
    ("{thing} [does not|doesn't|won't] {verb}", "{thing} does not {verb}"),
    ("my {object} [is broken|does not work|stopped working|makes noises]", "Broken {object}"),
    ("I [have|got] a question about {topic}", "Question about {topic}"),
]
QUESTIONS = [
    ("how [do|can] I {do} [a |]{object}", "How to {do} {object}"),
    ("what is the [best|easiest|cheapest] way to {do} a {object}", "Best way to {do} a {object}"),
    ("what is {topic}", "What is {topic}"),
    ("what is the difference between {a} and {b}", "Difference between {a} and {b}"),
    ("why [is|does] {thing} [so |]slow", "Why {thing} is slow"),
    ("where [can I|do I|to] buy a [cheap |good |]{object}", "Where to buy a {object}"),
    ("which {object} [should I buy|is best|do you recommend]", "Which {object} to buy"),
    ("how [can|do|could] I make {thing} {better}", "Make {thing} {better}"),
    ("how [can|do|should] I [speed up|make faster] {thing}", "How to speed up {thing}"),
    ("[is there|do you know] a way to make {thing} {better}", "Make {thing} {better}"),
    ("how [can|do] I [debug|find] {bug} in {thing}", "Find {bug} in {thing}"),
    ("how [can|do|should] I test {thing}", "How to test {thing}"),
    ("[should I|is it better to] use {a} or {b}", "{a} or {b}"),
    ("how [can|do] I connect {thing} to {place}", "Connect {thing} to {place}"),
    ("what does {old} do", "What {old} does"),
    ("[where|in which file] is {old} [defined|called]", "Where {old} is"),
    ("how long does it take to {do} a {object}", "Time to {do} a {object}"),
]
OPENERS = [
    "{w}",
    "{w}",
    "{w}[.|!|, please| please|, thanks]",
    "[I'd like|I am trying|I plan|My plan is|We want] to {w}[.|]",
    "[Hey|Hi][,|!] {w} [please|for me|with me][.|]",
    "[Now|Then|First|Next,] {w}[.|]",
    "[Can|Could|Would] you [please |]{w}?",
    "[Please |]{w}[.|]",
    "I [want|need|would like|have] to {w}[.|]",
    "[Help|Please help] me [to |]{w}[.|]",
    "Let's {w}[.|]",
    "We [should|need to|must] {w}[.|]",
    "[Hi|Hello|Hey], [can you|could you|please] {w}[?|]",
    "[I'm trying|I try|Trying] to {w}[.|]",
    "[Your task is to|Task:|Next:] {w}[.|]",
    "[Is it possible to|Any idea how to] {w}?",
]
EXTRAS = [
    "[Thanks|Thank you|Thx][!|.| in advance.]",
    "It is [urgent|important|not urgent].",
    "I [have no idea|do not know] where to [start|begin].",
    "[Keep|Make] it [short|simple].",
    "The [error|log|problem] [is|came] [from|since] yesterday.",
    "[Use|Keep] the existing style.",
    "My boss asked for it.",
    "See {path}.",
    "I use {package} {version}.",
    "[This|It] [worked|was fine] last week.",
    "[Do not|Don't] change anything else.",
]
FEATURES = [
    "dark mode",
    "pagination",
    "logging",
    "a retry option",
    "caching",
    "rate limiting",
    "a search box",
    "CSV export",
    "user roles",
    "type hints",
    "a timeout",
    "metrics",
    "input validation",
    "a login page",
    "email alerts",
    "sorting",
    "an undo button",
    "a config flag",
    "error handling",
    "two factor login",
    "a progress bar",
    "keyboard shortcuts",
    "a health check",
    "drag and drop",
    "file upload",
    "webhooks",
    "batch mode",
    "a dry run option",
    "autocomplete",
    "infinite scroll",
]
BUGS = [
    "a memory leak",
    "the null pointer crash",
    "a race condition",
    "the timeout",
    "a typo",
    "the off-by-one error",
    "the broken link",
    "a deadlock",
    "an encoding error",
    "the import error",
    "a wrong total",
    "the layout bug",
    "duplicate rows",
    "a 500 error",
    "the infinite loop",
    "a segfault",
    "missing translations",
    "a type error",
    "stale data",
    "the flaky test",
    "a permission error",
    "the failing build",
    "a syntax error",
    "wrong dates",
    "a merge conflict",
]
SKILLS = [
    "Spanish",
    "the guitar",
    "chess",
    "Rust",
    "Python",
    "SQL",
    "swimming",
    "French cooking",
    "yoga",
    "photography",
    "knitting",
    "German grammar",
    "piano",
    "public speaking",
    "Go",
    "juggling",
    "calligraphy",
    "C++",
    "drawing",
    "first aid",
]
DISHES = [
    "a lasagna",
    "sourdough bread",
    "vegetable soup",
    "an apple pie",
    "pancakes",
    "fried rice",
    "chicken curry",
    "tomato sauce",
    "a birthday cake",
    "potato salad",
    "sushi",
    "pumpkin soup",
    "an omelette",
    "lentil stew",
    "banana bread",
    "cheese fondue",
    "a risotto",
    "fish tacos",
]
PERSONS = [
    "mother",
    "father",
    "sister",
    "brother",
    "wife",
    "husband",
    "boss",
    "teacher",
    "best friend",
    "grandmother",
    "neighbour",
    "daughter",
    "son",
    "colleague",
]
WHOM = [
    "my landlord",
    "the team",
    "a customer",
    "the bank",
    "my boss",
    "the school",
    "a friend",
    "the city",
    "the supplier",
    "the doctor",
    "our users",
    "the neighbours",
]
TOPICS = [
    "the broken heating",
    "next week's meeting",
    "a late delivery",
    "the new prices",
    "my holidays",
    "the contract",
    "the invoice",
    "parking rules",
    "compound interest",
    "the water cycle",
    "photosynthesis",
    "inflation",
    "black holes",
    "recursion",
    "binary search",
    "garbage collection",
    "mortgage rates",
    "sleep",
    "vitamins",
    "tax returns",
    "electric cars",
    "climate change",
    "jet lag",
    "public transport",
    "the warranty",
    "rent increases",
    "noise at night",
    "the new policy",
]
TEXTS = [
    "this article",
    "the report",
    "this poem",
    "the meeting notes",
    "the README",
    "this paragraph",
    "the CSV file",
    "the JSON response",
    "this chapter",
    "the log file",
    "these tables",
    "the menu",
    "the contract",
    "this letter",
]
ACTIONS = [
    ("open the settings", "opening settings"),
    ("log in", "login"),
    ("upload a file", "file upload"),
    ("click save", "saving"),
    ("start the app", "startup"),
    ("print a page", "printing"),
    ("delete a row", "deleting rows"),
    ("search for a name", "search"),
    ("press enter", "pressing enter"),
    ("close the window", "closing"),
]
SUMS = [
    "the monthly budget",
    "the tax",
    "the average grade",
    "the mortgage rate",
    "the request latency",
    "memory usage",
    "the shipping cost",
    "my calories",
    "the error rate",
    "the distance",
]
DO = [
    "clean",
    "paint",
    "repair",
    "sell",
    "fold",
    "install",
    "store",
    "replace",
    "wash",
    "build",
    "choose",
    "connect",
    "open",
    "carry",
    "measure",
]
ASK = [
    "[Title|Short title|Title please|A title][, max six words|, at most 6 words| (6 words)|][:|, please:|]",
    "[Make|Create|Find|Think of] a [title|heading|name|headline] [from|for|out of] this [first message|message|request|chat][.|:|, six words at most.]",
    "[Summarize|Sum up|Name] [the request below|the following chat|this request|what the user wants] [as a heading|in a few words|in a title][ of no more than six words|, max 6 words|][.|:]",
    "[What title would fit|Which title fits|How would you call this chat|What should this chat be called]? [Keep it short.|Under 7 words.|Six words at most.|]",
    "[Reply|Answer|Respond] with a [title|short title][ (<= 6 words)| of six words or less|] for[ this|]:",
    "[Chat title|Session title|Conversation title] [generator|wanted|needed][.|:] [No quotes.|Six words max.|Only the title.|]",
    "[Give|Write] [the|this] [chat|session|conversation] a [name|title], [six words at most|max 6 words|short and plain][.|]",
    "[You write titles for conversations|You are naming a chat|Your job is to title chats][. Six words max|, at most six words|][.|, nothing more.]",
    "[Write|Give|Create|Generate] a [short |concise |brief |]title [for|of] [this|the] [conversation|chat|task|session|message][ in|,| with| of] [at most|max|up to|no more than] [6|six|5|five] words[.|]",
    "[Title|Name] this [conversation|chat] in [6|six] words or [less|fewer][.|]",
    "[Summarize|Sum up] [this|the] [conversation|chat|coding session|task|message] in [under|less than|at most] [7|6|seven|six|8] words[.|]",
    "[You are a title generator.|Generate a title.|You name conversations.] [Answer|Reply|Output] [only |just |]with [a|the] title of [at most|up to] [6|six|5] words[.|]",
    "[Analyze if this message starts a new topic and give|Come up with|Suggest] a [short |][3-6 word|short|brief] title[ for it|][.|]",
    "[What would be|What is] a good [short |]title for this [chat|conversation]?",
    "[Based on the message below|From the following message|For this conversation], [write|give] a [short |]title[ (max 6 words)| of a few words|, no quotes|][.|]",
]


def thing(rng):
    draw = rng.random()
    if draw < 0.3:
        return f"the {values.pick(rng, 'tech_noun')}"
    if draw < 0.5:
        return f"the {made_thing(rng)} {rng.choice(['service', 'module', 'page', 'class', 'app', 'script', 'tool', 'parser', 'client'])}"
    return values.identifier(rng) if draw < 0.75 else values.path(rng)


def made_thing(rng):
    return rng.choice(
        [values.made_word(rng, 2), values.pick(rng, "tech_noun"), values.pick(rng, "code_thing")]
    )


def slots(rng):
    action, act = rng.choice(ACTIONS)
    a, b = rng.sample(values.BASIC["object"], 2)
    return {
        "bug": rng.choice(BUGS),
        "feature": rng.choice(FEATURES),
        "thing": thing(rng),
        "package": rng.choice([values.made_word(rng, 2), values.pick(rng, "company_word").lower()]),
        "version": values.version(rng),
        "place": rng.choice(
            [
                "the server",
                "staging",
                "production",
                "the cloud",
                "a new repo",
                values.made_word(rng, 2),
                "Linux",
                "macOS",
                "Windows",
                f"the {values.pick(rng, 'tech_noun')}",
            ]
        ),
        "old": values.identifier(rng),
        "new": values.identifier(rng),
        "city": values.city(rng),
        "person": rng.choice(PERSONS),
        "whom": rng.choice(WHOM),
        "topic": rng.choice(TOPICS),
        "text": rng.choice(TEXTS),
        "language": rng.choice(["German", "French", "Spanish", "Italian", "English", "Dutch", "Polish"]),
        "dish": rng.choice(DISHES),
        "object": values.pick(rng, "object"),
        "skill": rng.choice(SKILLS),
        "a": a,
        "b": b,
        "format": rng.choice(["JSON", "YAML", "PDF", "CSV", "Markdown", "HTML"]),
        "sum": rng.choice(SUMS),
        "codelang": rng.choice(["Python", "Rust", "Go", "Java", "C++", "TypeScript", "Ruby", "Kotlin"]),
        "action": action,
        "act": act,
        "verb": rng.choice(["start", "load", "respond", "compile", "open", "save", "stop", "update", "work"]),
        "do": rng.choice(DO),
        "path": values.path(rng),
        "better": rng.choice(["faster", "smaller", "safer", "shorter", "cheaper", "simpler", "more readable", "easier to test"]),
    }


def title_case(title):
    """Only the first letter is raised; names stay as they are."""
    for article in ("a ", "an ", "the "):
        title = title.replace(f" {article}", " ")
        title = title.removeprefix(article)
    title = title.replace("this ", "").replace("these ", "").replace("my ", "")
    return title[0].upper() + title[1:] if title.split()[0].isalpha() else title


def message(rng):
    values_of = slots(rng)
    draw = rng.random()
    if draw < 0.6:
        said, title = rng.choice(WISHES)
        said = choose(rng, rng.choice(OPENERS)).replace("{w}", choose(rng, said))
    elif draw < 0.8:
        said, title = rng.choice(COMPLAINTS)
        said = choose(rng, said) + rng.choice([".", "", "!"])
    else:
        said, title = rng.choice(QUESTIONS)
        said = choose(rng, said) + rng.choice(["?", "?", ""])
    said = fill(said, values_of)
    if rng.random() < 0.4:
        said += " " + fill(choose(rng, rng.choice(EXTRAS)), values_of)
    if rng.random() < 0.8 and said.split()[0].isalpha():
        said = said[0].upper() + said[1:]
    return said, title_case(fill(title, values_of))


def quoted(text):
    return f'"{text}"'


def make(rng):
    while True:
        said, title = message(rng)
        if len(title.split()) <= 6:
            break
    ask = wished(rng, choose(rng, rng.choice(ASK)))
    layout = rng.randrange(11)
    if layout >= 8:
        return Task("title", framed(rng, ask, said, 0.1), title)
    if layout <= 1:
        messages = [system(ask), user(said)]
    elif layout == 2:
        messages = [user(f"{ask}\n\n{said}")]
    elif layout == 3:
        messages = [
            user(
                f"{ask}\n\n{rng.choice(['User', 'user', 'Human', 'Message', 'Conversation', 'First message'])}: {said}"
            )
        ]
    elif layout == 4:
        messages = [user(f"{ask}\n<conversation>\n{said}\n</conversation>")]
    elif layout == 5:
        messages = [user(f"{said}\n\n{ask}")]
    elif layout == 6:
        messages = [user(f"{ask} {rng.choice([said, quoted(said)])}")]
    else:
        messages = [user(f"{rng.choice(['conversation', 'chat', 'message'])}:\n{quoted(said)}\n\n{ask}")]
    return Task("title", messages, title)
