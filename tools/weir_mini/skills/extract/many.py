"""All values of one kind out of sentences: as lines, a row, an array; the first, the last; how many."""

from ... import values
from ...phrasing import say
from ...task import Task, compact
from ...words import read
from . import field_values
from .field_values import KINDS, Number, with_article


def split(lines):
    return [part.strip() for line in lines for part in line[2:].split(" ; ")]


SENTENCES = {name: split(lines) for name, lines in read("extract_many", by_line=True).items()}


def number(r):
    draw = r.random()
    return Number(str(r.randrange(2, 100)) if draw < 0.5 else str(r.randrange(100, 10000)) if draw < 0.8 else f"{r.randrange(1, 99)}.{r.randrange(1, 10)}")


def order_code(r):
    return f"{r.choice(['ORD', 'PO', 'SO', 'A', 'B', 'ORDER', 'WEB'])}-{values.digits(r, r.randrange(3, 7))}"


def hashtag(r):
    return "#" + (r.choice(field_values.WORDS["hashword"]) if r.random() < 0.6 else values.made_word(r, 2))


# kind: (several, one, how it is made, kinds that hold none of it)
MANY = {
    "email": ("e-mail addresses|emails|e-mails|email addresses|mail addresses|email ids", "e-mail address|email|e-mail|email address", values.email, "url phone price"),
    "phone": ("phone numbers|telephone numbers|numbers to call|phone nos", "phone number|telephone number", KINDS["phone"], "email url"),
    "url": ("URLs|links|web addresses|urls|hyperlinks", "URL|link|web address|url", values.url, "email price name"),
    "date": ("dates|dates mentioned|calendar dates", "date|date mentioned", values.spoken_date, "email name city price"),
    "time": ("times|clock times|times of day", "time|clock time", values.clock, "email city name"),
    "price": ("prices|amounts of money|amounts|money amounts|sums", "price|amount|amount of money", KINDS["money"], "email name city"),
    "number": ("numbers|numerals|numeric values", "number", number, ""),
    "name": ("names|people|persons|names of people|full names|person names|people's names", "name|person|full name", KINDS["person"], "price date url"),
    "city": ("cities|city names|towns|places", "city|town", KINDS["city"], "price email date"),
    "country": ("countries|country names|nations", "country", KINDS["country"], "price email date"),
    "company": ("companies|company names|firms|organizations|businesses", "company|firm", KINDS["company"], "price date email"),
    "hashtag": ("hashtags|tags|hash tags|#tags", "hashtag|tag", hashtag, "email price mention"),
    "mention": ("mentions|@mentions|@-mentions|user mentions|handles|@ handles|usernames", "mention|handle|@mention", lambda r: "@" + KINDS["username"](r), "url price hashtag"),
    "percent": ("percentages|percent values|percentage values", "percentage|percent value", KINDS["percent"], "email name price"),
    "ip": ("IP addresses|IPs|ips|IP numbers|ip addresses", "IP address|IP|ip", values.ip, "email price name"),
    "code": ("order numbers|order ids|order codes", "order number|order id", order_code, "email price name"),
    "version": ("versions|version numbers", "version|version number", lambda r: f"{r.choice(['', 'v'])}{r.randrange(9)}.{r.randrange(30)}.{r.randrange(20)}", "email name"),
    "file": ("files|file names|file paths|paths|filenames", "file|file name|path", KINDS["path"], "email price name"),
    "color": ("colors|colours|color names", "color|colour", lambda r: values.pick(r, "color"), "price email date"),
    "weekday": ("weekdays|days of the week|days", "weekday|day of the week|day", lambda r: values.pick(r, "weekday"), "price email city"),
    "language": ("languages", "language", KINDS["language_spoken"], "price email"),
    "hex": ("hex colors|color codes|hex codes|hex color codes", "hex color|color code", KINDS["hex_color"], "email price"),
    "ingredient": ("ingredients|foods|food items", "ingredient", KINDS["ingredient"], "price email"),
    "animal": ("animals|kinds of animals", "animal", lambda r: values.pick(r, "animal"), "price date"),
    "job": ("jobs|professions|job titles|occupations", "job|profession|occupation", lambda r: values.pick(r, "job"), "price date"),
    "uuid": ("UUIDs|uuids|ids|IDs", "UUID|uuid", KINDS["uuid"], "email"),
}  # fmt: skip
PLAIN = ["email", "email", "phone", "url", "date", "price", "number", "name", "name", "hashtag", "mention", "city"]
KINDS_OF = [*MANY, *PLAIN]
WHICH = "[all |all the |all |the |every one of the |]"
WHERE = "[ in the text| in this text| from this| you find| from the text| mentioned| in here| from the message| below| in this message| in it|||]"
VERBS = "[Extract|List|Find|Get|Return|Collect|Give me|Show|Pull out|Pick out|Show me|Write down|Grab|Identify|Copy|Fetch|Output|Print]"
ASKS = [
    f"{VERBS} {WHICH}{{n}}{WHERE}{{form}}[.|]",
    f"{VERBS} {WHICH}{{n}}{WHERE}{{form}}[.|]",
    f"[Which|What] {{n}} [are there|are mentioned|are in the text|does it mention|do you see|appear|can you find|occur|are named]{{form}}?",
    f"[What are|Which are] the {{n}}{WHERE}{{form}}?",
    "{n}{form}",
    "[all|just the|only the|the] {n}{form}[, please|]",
    f"[I need|I want|I only need|We need] {WHICH}{{n}}{WHERE}{{form}}[.|]",
    f"[Can|Could] you [list|find|extract|give me] {WHICH}{{n}}{WHERE}{{form}}?",
    f"[Please|pls] [list|extract|find] {WHICH}{{n}}{WHERE}{{form}}[.|]",
    f"[Go through|Scan|Read|Search] the text and [list|return|give me|write down] {WHICH}{{n}}{{form}}[.|]",
]  # fmt: skip
FORMS = {
    "plain": "",
    "lines": "[, one per line|, each on its own line|, one a line| line by line|, one on each line| as a plain list, one per line| (one per line)]",
    "row": "[, comma separated|, separated by commas| as a comma-separated list|, comma-separated| separated by commas| in one line, separated by commas| (comma separated)]",
    "bullets": "[ as bullet points| as a bullet list| as a bulleted list| as bullets| as a markdown list, with dashes|, as a list with dashes]",
    "numbered": "[ as a numbered list| in a numbered list|, numbered|, as a numbered list]",
    "array": "[ as a JSON array| as JSON| as a JSON list| as JSON array| in a JSON array|, JSON array|, as JSON array of strings| as an array| in JSON| -> JSON array| (JSON array)| as json]",
    "semicolon": "[, separated by semicolons| with ; between them|, semicolon separated]",
}  # fmt: skip
PLACES = [(0, "first"), (0, "first"), (-1, "last"), (-1, "last"), (1, "second"), (2, "third")]
ONE = [
    "[What is|Give me|Find|Extract|Return|Show|Tell me|Which is] the {p} {o}{w}[?|.|]",
    "[Only|Just] the {p} {o}[, please|]",
    "the {p} {o}[ in the text| only|]",
    "[Which|What] {o} [comes|is mentioned|is named|appears] {p}?",
]
COUNTS = [
    "How many {n} [are there|are mentioned|are in the text|does it mention|do you see|are named][ in total|]?",
    "[Count|Give me the number of] the {n}[ in the text| in this|][.|]",
    "number of {n}[ in the text|]?",
    "how many {n}[?|]",
]


def carried(rng, kind, wanted):
    """Sentences that hold the values in this order."""
    sentences, place = [], 0
    while place < len(wanted):
        pattern = rng.choice(SENTENCES[kind])
        if "{w}" in pattern and place + 1 >= len(wanted):
            continue
        for slot, value in zip(("{v}", "{w}"), wanted[place : place + 2]):
            pattern = with_article(pattern, slot, str(value))
        sentences.append(pattern.replace("{v}", str(wanted[place])).replace("{w}", str(wanted[place + 1]) if "{w}" in pattern else ""))
        place += 2 if "{w}" in pattern else 1
    return sentences


def text_of(rng, kind, wanted):
    sentences = carried(rng, kind, wanted)
    if len(wanted) > 1 and rng.random() < 0.15:
        row = ", ".join(map(str, wanted[:-1])) + rng.choice([" and ", ", ", " or "]) + str(wanted[-1])
        sentences = [rng.choice(["We have {}", "Today: {}", "There are {}", "The list: {}", "I noted {}", "In question are {}", "{}"]).replace("{}", row)]
    for _ in range(rng.choice([0, 1, 1, 2]) if sentences else 2):
        sentences.insert(rng.randrange(len(sentences) + 1), rng.choice(SENTENCES["empty"]))
    others = MANY[kind][3].split()
    if others and rng.random() < 0.35:
        other = rng.choice(others)
        made = [MANY[other][2](rng), MANY[other][2](rng)]
        sentences.insert(rng.randrange(len(sentences) + 1), rng.choice(carried(rng, other, made)))
    joint = rng.choice([". ", ". ", ". ", ". ", "\n", "; ", ".\n", "\n- ", ", ", "! "])
    text = joint.join(sentences)
    return ("- " + text if joint == "\n- " else text) + ("." if joint.startswith(".") and rng.random() < 0.8 else "")


def make(rng, arranged):
    kind = rng.choice(KINDS_OF)
    several, one, maker, _ = MANY[kind]
    wanted = []
    for _ in range(rng.choice([1, 2, 2, 3, 3, 4, 5, 6])):
        value = maker(rng)
        if not any(str(value) in str(other) or str(other) in str(value) for other in wanted):
            wanted.append(value)
    draw = rng.random()
    names = rng.choice(several.split("|"))
    if draw < 0.12 and len(wanted) > 1:
        index, place = rng.choice([(index, place) for index, place in PLACES if index < len(wanted)])
        text = text_of(rng, kind, wanted)
        ask = say(rng, ONE, p=place, o=rng.choice(one.split("|")), w=rng.choice(["", " in the text", " mentioned", " in this"]))
        return Task("extract", arranged(rng, ask, text), str(wanted[index]))
    if draw < 0.18:
        return Task("extract", arranged(rng, say(rng, COUNTS, n=names), text_of(rng, kind, wanted)), str(len(wanted)))
    form = rng.choice(["plain", "plain", "plain", "lines", "lines", "row", "row", "bullets", "numbered", "array", "array", "array", "array", "array", "semicolon"])
    if form == "array" and rng.random() < 0.06:
        wanted = []
    texts = list(map(str, wanted))
    if form == "row" and any("," in text for text in texts):
        form = "lines"
    ask = say(rng, rng.choice(ASKS).replace("{form}", FORMS[form]), n=names)
    messages = arranged(rng, ask, text_of(rng, kind, wanted))
    if form == "array":
        answer = "[" + ", ".join(text if isinstance(value, Number) else compact(text) for text, value in zip(texts, wanted)) + "]"
        return Task("extract", messages, answer, is_json=True)
    if form == "row":
        return Task("extract", messages, ", ".join(texts))
    if form == "semicolon":
        return Task("extract", messages, "; ".join(texts))
    marks = {"bullets": "- {}", "numbered": "{n}. {}"}.get(form, "{}")
    return Task("extract", messages, "\n".join(marks.replace("{n}", str(place)).replace("{}", text) for place, text in enumerate(texts, 1)))
