"""First messages of conversations about code and daily life, with their titles; or, more often, of any subject."""

import re

from ... import values
from ...phrasing import choose, fill
from . import subjects
from .chat_cores import is_word

# (what is said, its title); the slots are the same on both sides, {said} is the word of SAID in it, and a wish
# without a title is its own.
WISHES = [
    ("[fix|repair|solve|debug|investigate|track down] {bug} in {thing}", ""),
    ("[add|implement|build|create] {feature} [to|for|in] {thing}", ""),
    ("[refactor|clean up|restructure|tidy|simplify|rewrite|format] {thing}", ""),
    ("[write|add|create|fix|update] [unit |integration |]tests for {thing}", ""),
    ("[explain|describe|understand|find out|document] how {thing} works", ""),
    ("[update|upgrade|bump|pin|downgrade] {package} to {version}", ""),
    ("[remove|delete|drop|extract|copy] {thing} from {place}", ""),
    ("[rename|change] {old} to {new}", ""),
    ("[optimize|speed up|profile|benchmark] {thing}", ""),
    ("improve the speed of {thing}", ""),
    ("[document|write docs for|write documentation for|comment] {thing}", ""),
    ("[move|migrate|port|copy] {thing} to {place}", ""),
    ("[review|check|look over|inspect|test] {thing}", ""),
    ("[plan|organize|prepare|book] a trip to {city}", ""),
    ("[find|suggest|recommend|choose] a gift for my {person}", ""),
    ("[write|draft|compose|send] [an email|a letter|a message|a mail] to {whom} about {topic}", ""),
    ("[write|reply] to {whom} about {topic}", ""),
    ("[translate|put] {text} [into|to] {language}", ""),
    ("[summarize|sum up|shorten|proofread|rewrite|review|print] {text}", ""),
    ("[cook|make|prepare|bake|freeze] {dish}", ""),
    ("[choose|pick|buy|sell|return|draw|paint|clean] a [new |used |]{object}", ""),
    ("[repair|fix|sell|replace|clean] my [old |broken |]{object}", ""),
    ("[learn|start learning|practice|teach] {skill}", ""),
    ("[compare|decide between|choose between] {a} and {b}", ""),
    ("[convert|turn] {text} [to|into] {format}", ""),
    ("[install|set up|configure|run] {package} on {place}", ""),
    ("[design|sketch|draw|build] a {object} for {whom}", ""),
    ("[calculate|work out|compute|estimate|reduce] {sum}", ""),
    ("[deploy|release|ship] {thing} to {place}", ""),
    ("[handle|catch|prevent|reproduce] {bug} in {thing}", ""),
    ("[read|parse|load|validate] {text} in {codelang}", ""),
    ("[log|track|measure] {sum}", ""),
]
COMPLAINTS = [
    ("{thing} [crashes|fails|breaks|dies|hangs|freezes] [when|whenever|every time] [I|we|users] {action}", ""),
    ("[I get|I see|there is|we have] {bug} in {thing}", "{bug} in {thing}"),
    ("{thing} is [very |too |so |]slow", "{thing} is slow"),
    ("[the |]tests for {thing} [fail|are failing|are red|break]", ""),
    ("{thing} [does not|doesn't|won't] {verb}", ""),
    ("my {object} [is broken|does not work|stopped working]", ""),
    ("I [have|got] a question about {topic}", "Question about {topic}"),
]
QUESTIONS = [
    ("how [do|can] I {do} [a |]{object}", "How to {do} {object}"),
    ("what is the [best|easiest|cheapest|fastest] way to {do} a {object}", "{said} way to {do} a {object}"),
    ("what is {topic}", "What is {topic}"),
    ("what is the difference between {a} and {b}", "Difference between {a} and {b}"),
    ("why is {thing} [so |]slow", "Why {thing} is slow"),
    ("where [can I|do I|to] buy a {object}", "Where to buy a {object}"),
    ("which {object} should I buy", "Which {object} to buy"),
    ("which {object} is best", "Which {object} is best"),
    ("how [can|do|could] I make {thing} {better}", "How to make {thing} {better}"),
    ("how [can|do|should] I speed up {thing}", "How to speed up {thing}"),
    ("[is there|do you know] a way to make {thing} {better}", "Make {thing} {better}"),
    ("how [can|do] I debug {bug} in {thing}", "How to debug {bug} in {thing}"),
    ("how [can|do|should] I test {thing}", "How to test {thing}"),
    ("[should I|is it better to] use {a} or {b}", "{a} or {b}"),
    ("how [can|do] I connect {thing} to {place}", "How to connect {thing} to {place}"),
    ("what does {old} do", "What {old} does"),
    ("where is {old} [defined|called]", "Where {old} is"),
    ("how long does it take to {do} a {object}", "How long to {do} {object}"),
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
    "[Is it possible|Would it be possible] to {w}?",
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
ACTIONS = ["open the settings", "log in", "upload a file", "click save", "start the app", "print a page", "delete a row", "search for a name", "press enter", "close the window",
    "open a link", "add a user", "change the language", "export a report", "scroll down", "go offline", "import data", "refresh the page"]  # fmt: skip
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
        "action": rng.choice(ACTIONS),
        "verb": rng.choice(["start", "load", "respond", "compile", "open", "save", "stop", "update", "work"]),
        "do": rng.choice(DO),
        "path": values.path(rng),
        "better": rng.choice(["faster", "smaller", "safer", "shorter", "cheaper", "simpler", "more readable", "easier to test"]),
    }


SAID = ["best", "easiest", "cheapest", "fastest"]
DROPPED = {"a", "an", "the", "this", "these", "my"}
WHEN = re.compile(r" (?:when|whenever|every time) .*")


def title_case(title):
    """Without articles; only the first letter is raised, names stay as they are. When it happens is left out where it does not fit."""
    words = [word for word in title.split() if word not in DROPPED]
    if len(words) > 6:
        words = [word for word in WHEN.sub("", title).split() if word not in DROPPED]
    title = " ".join(words)
    return title[0].upper() + title[1:] if is_word(words[0]) else title


def message(rng):
    if rng.random() < 0.6:
        said, title = subjects.message(rng)
        return said, title_case(title)
    values_of = slots(rng)
    draw = rng.random()
    said, title = rng.choice(WISHES if draw < 0.6 else COMPLAINTS if draw < 0.8 else QUESTIONS)
    said = choose(rng, said)
    values_of["said"] = next((word for word in SAID if word in said.split()), "")
    title = title or said
    if draw < 0.6:
        said = choose(rng, rng.choice(OPENERS)).replace("{w}", said)
    else:
        said += rng.choice([".", "", "!"] if draw < 0.8 else ["?", "?", ""])
    said = fill(said, values_of)
    if rng.random() < 0.4:
        said += " " + fill(choose(rng, rng.choice(EXTRAS)), values_of)
    if rng.random() < 0.8 and is_word(said.split()[0]):
        said = said[0].upper() + said[1:]
    return said, title_case(fill(title, values_of))
