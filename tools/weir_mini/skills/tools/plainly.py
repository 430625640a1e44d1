"""Tools as assistants mostly have them, with short descriptions, asked for in ordinary words: what is said is brought
into the form that the schema tells: a currency code, a value of an enum, a 24-hour time, an ISO date."""

from dataclasses import dataclass

from ... import values
from ...phrasing import choose, fill
from ...task import Task, system, user
from ..shared import everyday
from ..shared.addresses import email
from .arguments import NUMBER_WORDS, SAID, TENS, command, free_text, message, song

ROOMS = "kitchen,bedroom,living room,bathroom,hall,office,garage,cellar,attic,study,dining room,nursery,guest room,hallway,balcony,laundry room,kids' room,basement,conservatory,porch".split(",")
CURRENCIES = {
    "USD": ["dollars", "US dollars", "bucks", "dollars", "USD", "$"], "EUR": ["euros", "euros", "euro", "EUR", "€"],
    "GBP": ["pounds", "pounds", "British pounds", "GBP", "£", "quid"], "JPY": ["yen", "Japanese yen", "JPY"],
    "CHF": ["Swiss francs", "francs", "CHF"], "SEK": ["Swedish kronor", "Swedish crowns", "SEK"], "NOK": ["Norwegian kroner", "Norwegian crowns", "NOK"],
    "DKK": ["Danish kroner", "Danish crowns", "DKK"], "PLN": ["zloty", "Polish zloty", "PLN"],
    "CZK": ["Czech crowns", "Czech koruna", "CZK"], "HUF": ["forints", "forint", "HUF"], "CNY": ["yuan", "Chinese yuan", "CNY"],
    "INR": ["rupees", "Indian rupees", "INR"], "CAD": ["Canadian dollars", "CAD"], "AUD": ["Australian dollars", "AUD"],
    "TRY": ["Turkish lira", "lira", "TRY"], "MXN": ["Mexican pesos", "MXN"], "BRL": ["Brazilian reais", "reais", "BRL"], "ZAR": ["rand", "South African rand", "ZAR"],
    "KRW": ["won", "Korean won", "KRW"], "NZD": ["New Zealand dollars", "NZD"],
    "THB": ["baht", "Thai baht", "THB"], "RON": ["Romanian lei", "RON"], "UAH": ["hryvnia", "UAH"], "ILS": ["shekels", "ILS"],
}  # fmt: skip
SIGNS = {"$": "USD", "€": "EUR", "£": "GBP"}
MODES = {
    "driving": ["by car", "by car", "driving", "with the car"], "walking": ["on foot", "on foot", "walking", "by foot"], "cycling": ["by bike", "by bicycle", "cycling", "on my bike"],
    "transit": ["by public transport", "by bus", "by train", "by tram", "with public transport"],
}  # fmt: skip
LANGUAGES = "French,German,Spanish,Italian,Dutch,Polish,Swedish,Japanese,Portuguese,Danish,Greek,Turkish,Finnish,Czech".split(",")
PLACES = ["{w} Station", "the {w} Museum", "{w} Park", "{w} Street", "the {w} Hotel", "{w} Airport", "the town hall", "the harbour", "{w} Square", "the {w} Theatre",
    "the library", "{c}", "{c}", "the {w} Garden", "{w} Hospital", "{w} Bridge"]
UNITS = ["km", "miles", "kg", "pounds", "metres", "feet", "litres", "gallons", "inches", "cm", "grams", "ounces", "yards", "stone"]
TROUBLES = ["came broken", "came in pieces", "never arrived", "is the wrong size", "has a scratch", "came without the lid", "does not work", "is too small",
    "is the wrong colour", "leaks", "fell apart", "came too late", "smells bad", "is damaged", "was not what I ordered"]


@dataclass
class Plain:
    names: list
    about: list
    parameters: dict  # name: (names shown, type, descriptions, is required, enum)
    make: object  # rng -> (what is said, {name: value})
    group: str = ""


def said(rng, patterns, **slots):
    return fill(choose(rng, rng.choice(patterns)), slots)


def number(rng, value):
    """In digits, mostly."""
    if rng.random() < 0.12 and isinstance(value, int):
        return NUMBER_WORDS[value] if 0 <= value <= 20 else TENS.get(value, value)
    return value


def town(rng):
    return rng.choice(everyday.KINDS["town"]) if rng.random() < 0.7 else values.city(rng)


def place(rng):
    return fill(rng.choice(PLACES), {"w": everyday.word(rng).capitalize(), "c": town(rng)})


def bare(name):
    return name.removeprefix("the ") if name[4:5].isupper() else name


def weather(rng):
    city, arguments = town(rng), {}
    if rng.random() < 0.25:
        unit = rng.choice(["celsius", "fahrenheit"])
        arguments["unit"] = unit
        text = said(rng, ["[What's|what is] the [weather|temperature] in {c} in {u}?", "[weather|Weather] in {c}, {u}[ please|]", "How [warm|cold] is it in {c}, in {u}?"], c=city, u=unit)
    else:
        text = said(rng, ["[What's|What is|what's|How's|how is] the weather [like |]in {c}[ now| right now| today|]?", "weather {c}",
            "[weather|Weather] in {c}[ please|?|]", "[Is it|is it] [raining|cold|sunny|windy|snowing] in {c}[ now| right now|]?", "How [warm|cold|hot] is it in {c}?",
            "Do I need [a coat|an umbrella] in {c}?", "What's it like outside in {c}?"], c=city)
    return text, {"city": city, **arguments}


def timer(rng):
    minutes = rng.choice([3, 5, 7, 8, 10, 12, 15, 20, 25, 30, 40, 45, 50, 60, 90, rng.randrange(2, 120)])
    if rng.random() < 0.3:
        label = rng.choice(["eggs", "pasta", "tea", "laundry", "pizza", "break", "nap", "rice", "cake", "bread", "workout", everyday.word(rng)])
        return said(rng, ["[set|Set|Start] a [{n} minute|{n} min] timer [called|named] {l}", "[Timer|timer] for the {l}, {n} minutes",
            "{n} [minutes|min] timer for the {l}[ please|]", "[Start|Set] a timer for the {l}: {n} minutes"], n=minutes, l=label), {"minutes": minutes, "label": label}
    return said(rng, ["[set|Set|start|Start] a timer [for|of] {n} [minutes|mins|min][ please|.|]", "{n} [minute|min] timer[ please|]", "timer {n} min",
        "[Can you|Could you] [set|start] a timer for {n} minutes?", "[remind me|wake me|ping me] in {n} [minutes|mins]", "[Count|count] down {n} minutes[.|]"],
        n=number(rng, minutes)), {"minutes": minutes}


def light(rng):
    room, state = rng.choice(ROOMS), rng.choice(["on", "off"])
    return said(rng, [
        "[Turn|turn|Switch|switch|put] {s} the [light|lights|lamp] in the {r}[ please|.|]", "[Turn|turn|Switch] the {r} [light|lights|lamp] {s}[ please|.|]",
        "{r} [light|lights|lamp] {s}[ please|]", "[light|lights|Lights] {s} in the {r}[, please|]",
        "[Could you|Can you|Would you kindly] [turn|switch] {s} the [light|lights|lamp] in the {r}?", "[I'd like|I want] the [light|lamp] in the {r} {s}[.|]",
        "[it's dark in the {r}, light please|I can't see anything in the {r}, switch the lamp on]" if state == "on" else "[nobody is in the {r}, lights out|I'm done in the {r}, switch the light off please]",
    ], s=state, r=room), {"room": room, "state": state}  # fmt: skip


def heating(rng):
    room, degrees = rng.choice(ROOMS), rng.choice([rng.randrange(14, 27), rng.randrange(16, 24) + 0.5])
    return said(rng, [
        "{r} to {n} degrees", "{r} {n} degrees[ please|]", "[Set|set|Put] the {r} to {n}[ degrees|°C|°|]", "[Make|make] it {n} degrees in the {r}[.|]",
        "[heat|Heat|warm|cool] the {r} to {n}[ degrees|]", "[I want|I'd like] {n} degrees in the {r}[ please|.|]",
        "[temperature|Temperature] in the {r}: {n}", "[It's cold in the {r}|I'm freezing in the {r}], {n} degrees please",
        "[Can you|Could you] set the [heating|thermostat] in the {r} to {n}[ degrees|]?", "{n} degrees in the {r}",
    ], r=room, n=degrees), {"room": room, "temperature": degrees}  # fmt: skip


def music(rng):
    what = rng.choice([song(rng), values.full_name(rng), everyday.full_name(rng),
        rng.choice(["jazz", "rock", "classical music", "something calm", "the Beatles", "blues", "folk songs", "techno", "piano music"])])
    return said(rng, ["[play|Play|put on|Put on] {q}[ please|]",
        "[put on|Play me|play] [a song|some music|a bit of music] by {q}" if what[:1].isupper() and " " in what else "[I feel like|how about] {q}",
        "[Can you|could you] play {q}?", "[I want to|let me|I'd like to] [hear|listen to] {q}", "[play|Play] [some |a bit of |]{q}"], q=what), {"query": what}


def note(rng):
    text = free_text(rng)
    return said(rng, ["[note down|Note down|note|Note|make a note|write down|Write down]: {t}", "[add a note|Add a note|new note|save a note][:| that says:] {t}",
        "[take a note|Take a note|remember this]: {t}", "[jot down|Jot down] that {t}"], t=text), {"text": text}


def shopping(rng):
    items = list(dict.fromkeys(rng.choice([rng.choice(SAID["grocery"]), rng.choice(everyday.KINDS["food"]),
        rng.choice(everyday.KINDS["household"])]).lower() for _ in range(rng.choice([1, 2, 2, 3, 3, 4]))))
    if any(" and " in item or "," in item for item in items):
        return shopping(rng)
    listed = items[0] if len(items) == 1 else ", ".join(items[:-1]) + rng.choice([" and ", " and ", ", ", " & "]) + items[-1]
    return said(rng, ["[add|Add|put|Put] {l} [to|on] [the|my] shopping list[ thx| please|.|]",
        "[we need|We need|We're out of|I need to buy] {l}, [put it on the list|add to the list|shopping list please]", "shopping list: {l}",
        "[shopping list|Shopping list], add {l}", "[Can you|could you] [add|put] {l} [to|on] the [shopping |]list?"] , l=listed), {"items": items}


def day(rng):
    """(as it is said, in ISO form)"""
    at = values.near_day(rng)
    month = values.MONTHS[at.month - 1]
    return rng.choice([at.isoformat(), at.isoformat(), at.isoformat(), f"{at.day} {month} {at.year}", f"{month} {at.day}, {at.year}", f"{month} {values.ordinal(at.day)}, {at.year}"]), at.isoformat()


def moment(rng):
    """(as it is said, in 24-hour form)"""
    hour, minute = rng.randrange(6, 23), rng.choice([0, 0, 15, 30, 45, rng.randrange(60)])
    half = "am" if hour < 12 else "pm"
    full = f"{hour:02}:{minute:02}"
    forms = [full, full, full, f"{hour % 12 or 12}:{minute:02} {half}", f"{hour % 12 or 12}:{minute:02}{half}"]
    return rng.choice(forms + ([f"{hour % 12 or 12} {half}", f"{hour % 12 or 12}{half}"] if minute == 0 else [])), full


def event(rng):
    what = rng.choice([rng.choice(SAID["event"]), rng.choice(["dentist", "haircut", "yoga", "parents' evening", "team lunch", "piano lesson", "vet", "car service",
        "book club", "swimming"]), f"{rng.choice(['lunch', 'dinner', 'call', 'coffee', 'meeting'])} with {values.first_name(rng)}"])
    (date_said, date), (time_said, time) = day(rng), moment(rng)
    return said(rng, ["[Add|add|Enter] {w} to [my|the] calendar[,|:] {d} at {t}[.|]", "[put|Put] {w} into the calendar on {d}, {t}[.|]",
        "[Schedule|schedule|Book|Plan] {w} [for|on] {d} at {t}[.|]", "{w} on {d} at {t}[, put it in the calendar|, calendar please]",
        "[calendar|new event|Calendar]: {w}, {d}, {t}", "[I have|We have] {w} on {d} at {t}, [please add it|add that to my calendar]",
        "[create|Create] an event: {w} on {d}, {t}"], w=what, d=date_said, t=time_said), {"title": what, "date": date, "time": time}


def alarm(rng):
    time_said, time = moment(rng)
    return said(rng, ["[wake me up|Wake me|Wake me up] at {t}[ please|]", "[set|Set] an alarm for {t}[.|]", "alarm {t}", "alarm at {t}[ please|]",
        "I [have|need] to get up at {t}", "[Can you|could you] wake me at {t}?"], t=time_said), {"time": time}


def mail(rng):
    to, subject, body = email(rng), rng.choice([everyday.word(rng).capitalize(), f"{values.pick(rng, 'adjective').capitalize()} {everyday.word(rng)}",
        rng.choice(["Hello", "Question", "Tomorrow", "Invoice", "Meeting", "Your order", "Thank you", "News", "Sunday"])]), everyday.ended(rng, everyday.sentence(rng))
    return said(rng, [
        "[Write|Send] an email to {a}, subject ['{s}'|\"{s}\"|{s}], [saying|that says|with the text|body]: {b}",
        "[Email|Mail|email] {a}, subject ['{s}'|\"{s}\"|{s}]: {b}", "[Send|Write] a mail to {a}. Subject: {s}. [Text|Body|Message]: {b}",
        "[mail|email] to {a}, subject {s}, [text|body]: {b}",
    ], a=to, s=subject, b=body), {"to": to, "subject": subject, "body": body}  # fmt: skip


def text_message(rng):
    who, what = rng.choice([values.first_name(rng), rng.choice(everyday.KINDS["given"])]), message(rng)
    patterns = ["[text|Text|message|Message] {w}: {m}", "[send|Send] {w} a [message|text]: {m}", "[tell|Tell] {w}: {m}", "[write|Write] to {w}: {m}",
        "[let|Let] {w} know: {m}", "[message|text] to {w}[:|,] {m}"]
    return said(rng, patterns, w=who, m=what), {"to": who, "message": what}


def currency(rng):
    amount = rng.choice([rng.randrange(1, 100), rng.randrange(1, 60) * 10, rng.randrange(1, 100) * 50, round(rng.uniform(1, 300), 2), rng.randrange(1, 2000)])
    codes = list(CURRENCIES)
    weights = [6, 6, 4, 2, 2] + [1] * (len(codes) - 5)
    source = rng.choices(codes, weights)[0]
    target = rng.choice([code for code in rng.choices(codes, weights, k=12) if code != source] or ["EUR" if source != "EUR" else "USD"])
    one, other = rng.choice(CURRENCIES[source]), rng.choice([name for name in CURRENCIES[target] if name not in SIGNS])
    money = f"{one}{amount}" if one in SIGNS and rng.random() < 0.7 else f"{amount}{'' if one in SIGNS else ' '}{one}"
    return said(rng, ["[how much is|How much is|what is|What's] {m} in {o}[?|]", "{m} in {o}[?|]", "[convert|Convert|change|Change] {m} [to|into] {o}[.|]", "{m} to {o}",
        "[How many|how many] {o} [are|is|do I get for] {m}?", "[What's|what would] {m} [worth |]in {o}?", "I have {m}, how much is that in {o}?"], m=money,
        o=other), {"amount": amount, "from": source, "to": target}


def order_id(rng):
    return rng.choice([f"{values.letters(rng, 2)}-{values.digits(rng, 4)}", values.digits(rng, 5), values.digits(rng, 6),
        f"{values.letters(rng, 1)}{values.digits(rng, 4)}", f"{values.letters(rng, 3)}{values.digits(rng, 3)}", f"{rng.randrange(100, 999)}-{values.digits(rng, 3)}"])


def status(rng):
    order = order_id(rng)
    return said(rng, ["[where's|Where is|where is] my order[?|,] [no.|number|it's|order number] {o}", "[status of|Status of] order {o}[?|]",
        "[Has|has] order {o} [shipped|been sent|left] [yet|already|]?", "[when|When] will order {o} [arrive|come|get here]?", "[track|Track] order {o}[ please|.|]",
        "[I'm still waiting for|What happened to|Any news about] order {o}[.|?]", "order {o}, where is it?"], o=order), {"order_id": order}


def refund(rng):
    order = order_id(rng)
    if rng.random() < 0.55:
        reason = rng.choice(TROUBLES)
        return said(rng, ["[Order|order|My order] {o} {w}, [I'd like a refund|please refund it|refund please|give me my money back|I want to be paid back].",
            "[Refund|refund|Please refund] order {o}, it {w}[.|]", "[I want|I'd like] [my money back|a refund] for order {o}, it {w}[.|]",
            "{o} {w}. [Refund it please|Please pay me back|Money back please]."], o=order, w=reason), {"order_id": order, "reason": reason}
    return said(rng, ["[Refund|refund|Please refund] order {o}[.|, please.|]", "[I want|I'd like|Can I have] my money back for order {o}[.|]",
        "[I'd like|Can I get] a refund for {o}[.|?]", "[give me|Give me] the money for order {o} back"], o=order), {"order_id": order}


def cancel(rng):
    order = order_id(rng)
    return said(rng, ["[cancel|Cancel|Please cancel|Stop] order {o}[.|, please.|]",
        "[I don't want|I no longer need] order {o}[ any more|], [please cancel it|cancel it|call it off].", "[Can I|I'd like to] [still |]cancel {o}[?|.]"], o=order), {"order_id": order}


def way(rng):
    start, end = place(rng), place(rng)
    if start == end:
        return way(rng)
    arguments = {"origin": bare(start), "destination": bare(end)}
    by = ""
    if rng.random() < 0.6:
        arguments["mode"] = rng.choice(list(MODES))
        by = " " + rng.choice(MODES[arguments["mode"]])
    return said(rng, ["[How do I|how do I|How can I] get from {a} to {b}{m}?", "[directions|Directions|route|Route] from {a} to {b}{m}[ please|]",
        "[the way|Show me the way|Take me] from {a} to {b}{m}[.|]", "{a} to {b}{m}", "[What's|what is] the [best|fastest] way from {a} to {b}{m}?",
        "[I want to|I need to] [go|get] from {a} to {b}{m}[.|]"], a=start, b=end, m=by), arguments


def path(rng):
    return values.path(rng) if rng.random() < 0.5 else f"{rng.choice(['config/', 'docs/', '', 'data/', 'notes/', 'src/', '~/', 'logs/'])}{everyday.word(rng)}{rng.choice(['.yaml', '.txt', '.md', '.json', '.csv', '.py', '.log', '.toml', '.html'])}"


def read(rng):
    file = path(rng)
    return said(rng, ["[open|Open|read|Read|show|Show me|show me|print|Print] {f}[ please|]", "[What's|what is] in {f}?", "[cat|read] {f}",
        "[Can you|could you] [open|read] {f} [for me|]?", "[let me see|I need to see] {f}", "[open|Open|read|Read] {f} and [print it|tell me what it says|show it to me]",
        "[contents of|the content of] {f}[?| please|]"], f=file), {"path": file}


def delete(rng):
    file = path(rng)
    return said(rng, ["[delete|Delete|remove|Remove|erase] {f}[ please|.|]", "[I don't need|we don't need] {f} any more, [delete it|remove it]",
        "[get rid of|Get rid of] {f}", "[Can you|could you] delete {f}?"], f=file), {"path": file}


def files(rng):
    name = everyday.word(rng)
    if rng.random() < 0.5:
        extension = rng.choice(["pdf", "txt", "md", "jpg", "csv", "docx", "png", "py"])
        return said(rng, ["[find|Find|search for|look for] {e} files [named|called] {n}", "[Where are|where are] the {e} files with {n} in the name?",
            "[find|Find] {n}, only {e} files"], e=extension, n=name), {"pattern": name, "extension": extension}
    return said(rng, ["[find|Find|search for|look for] files [named|called] {n}", "[Where is|where is] the file {n}?", "[search|Search] files for {n}",
        "which files have {n} in the name?"], n=name), {"pattern": name}


def translation(rng):
    text, language = everyday.sentence(rng) if rng.random() < 0.4 else rng.choice(["good morning", "where is the station", "thank you", "the bill please", "I am hungry",
        "see you tomorrow", everyday.word(rng), everyday.word(rng)]), rng.choice(LANGUAGES)
    return said(rng, ['[translate|Translate] "{t}" [to|into] {l}[.|]', '[how do I|How do you] say "{t}" in {l}?', "[translate|Translate] [to|into] {l}: {t}",
        '"{t}" in {l}[?| please|]', '[What is|what\'s] "{t}" in {l}?'], t=text, l=language), {"text": text, "target_language": language}


def units(rng):
    one, other = rng.sample(UNITS, 2)
    amount = rng.choice([rng.randrange(1, 100), rng.randrange(1, 100), round(rng.uniform(1, 50), 1)])
    return said(rng, ["[how many|How many] {b} [are|is|in] {n} {a}[?|]", "[convert|Convert] {n} {a} [to|into] {b}[.|]", "{n} {a} in {b}[?|]",
        "[What's|what is] {n} {a} in {b}?"], n=amount, a=one, b=other), {"value": amount, "from_unit": one, "to_unit": other}


def search(rng):
    what = rng.choice([f"{values.pick(rng, 'adjective')} {everyday.word(rng)}", f"{everyday.word(rng)} {everyday.word(rng)}", f"best {everyday.word(rng)} in {town(rng)}",
        f"history of {values.pick(rng, 'country')}", f"{everyday.word(rng)} repair"])
    return said(rng, ["[search|Search|look|google|Google] [the web |online |]for {q}", "[look up|Look up|google] {q}[ please|]", "[find|Find] something about {q} online",
        "[web search|search]: {q}", "[what does the internet say about|What's on the web about] {q}?"], q=what).replace("google for", "google").replace("Google for", "Google"), {"query": what}


def call(rng):
    who = rng.choice([values.first_name(rng), everyday.full_name(rng), rng.choice(["Mum", "Dad", "the office", "Grandma", "the dentist", "Dr. Brown"])])
    return said(rng, ["[call|Call|ring|Ring|phone|Phone] {w}[ please|.|]", "[give|Give] {w} a [call|ring]", "[I need|I want] to [talk|speak] to {w}[.|]",
        "[Can you|could you] [call|ring] {w}[ for me|]?"], w=who), {"contact": who}


def reminder(rng):
    what = rng.choice(SAID["task"])
    time_said, time = moment(rng)
    return said(rng, ["[remind me|Remind me] at {t} to {w}[.|]", "[remind me|Remind me] to {w} at {t}[.|]", "reminder {t}: {w}",
        "[Don't let me forget|don't let me forget] to {w} at {t}"], w=what, t=time_said), {"text": what, "time": time}


def volume(rng):
    level = rng.choice([rng.randrange(0, 11) * 10, rng.randrange(1, 100)])
    return said(rng, ["[volume|Volume] [to |at |]{n}[%| percent|]", "[set|Set|turn|Turn] the volume to {n}[%| percent|]", "[make it|Make it] {n} percent loud",
        "[sound|Sound] at {n}[%| percent]"], n=level), {"level": level}


def door(rng):
    where, state = rng.choice(["front door", "back door", "garage", "garden gate", "cellar door", "shed"]), rng.choice(["lock", "unlock"])
    return said(rng, ["{s} the {d}[ please|.|]", "[Can you|could you|please] {s} the {d}[?|]",
        "[I'm|I am] [outside|home], {s} the {d}" if state == "unlock" else "[I'm leaving|going to bed], {s} the {d}"], s=state, d=where), {"door": where, "action": state}


def sum_of(rng):
    a, b = rng.randrange(2, 1000), rng.randrange(2, 100)
    expression = rng.choice([f"{a} + {b}", f"{a} * {b}", f"{a} - {b}", f"{a} / {b}", f"({a} + {b}) * 2", f"{a}*{b}"])
    return said(rng, ["[what is|What's|what's|calculate|Calculate] {e}[?|]", "{e}", "{e} = ?", "[work out|compute] {e}"], e=expression), {"expression": expression}


def meaning(rng):
    word = everyday.word(rng)
    return said(rng, ['[what does|What does] "{w}" mean?', "[define|Define] {w}", "[meaning of|definition of] {w}[?|]",
        "[What is the meaning of|look up the meaning of] {w}[?|]"], w=word), {"word": word}


def table(rng):
    people = rng.randrange(2, 12)
    (date_said, date), (time_said, time) = day(rng), moment(rng)
    return said(rng, ["[book|Book|reserve|Reserve] a table for {n} on {d} at {t}[.|]", "table for {n}, {d}, {t}",
        "[I'd like|We need] a table for {n} [people |]on {d} at {t}[.|]", "[Can you|could you] reserve for {n} on {d} at {t}?"], n=number(rng, people), d=date_said,
        t=time_said), {"people": people, "date": date, "time": time}


def shell(rng):
    line = command(rng)
    return said(rng, ["[run|Run|execute|Execute] {c}", "[run|execute]: {c}", "[run|Run] `{c}`", "[Can you|please] run {c}"], c=line), {"command": line}


def string(names, descriptions=("",), required=True):
    return names, "string", list(descriptions), required, None


ISO_DAY, FULL_TIME = ["YYYY-MM-DD", "ISO date, YYYY-MM-DD", "Date as YYYY-MM-DD"], ["HH:MM, 24 hour", "24-hour time, HH:MM", "HH:MM", "Time as HH:MM (24h)"]
ISO_CODE = ["ISO code", "ISO 4217 code", "Currency code, e.g. EUR", "Three-letter currency code", "ISO currency code"]
CATALOG = [
    Plain(["get_weather", "weather", "current_weather", "getWeather"], ["Get the current weather for a city", "Current weather in a city"],
        {"city": string(["city", "location"], ["City name", "The city", ""]), "unit": (["unit", "units"], "string", [""], False, ["celsius", "fahrenheit"])}, weather),
    Plain(["set_timer", "start_timer", "timer"], ["Start a countdown timer", "Set a timer"],
        {"minutes": (["minutes", "duration_minutes"], "integer", ["Length in minutes", "", "Minutes"], True, None),
            "label": string(["label", "name"], ["", "Name of the timer"], False)}, timer, "time"),
    Plain(["set_light", "switch_light", "control_light"], ["Switch a lamp on or off", "Turn a light on or off", "Control the lights"],
        {"room": string(["room"], ["", "Room name"]), "state": (["state", "power"], "string", [""], True, ["on", "off"])}, light),
    Plain(["set_thermostat", "set_temperature", "heating"], ["Set the temperature of a room", "Set the heating"],
        {"room": string(["room"]), "temperature": (["temperature", "degrees", "target"], "number", ["degrees Celsius", "", "Target temperature in °C"], True, None)}, heating),
    Plain(["play_music", "play", "play_song"], ["Play music by artist or song", "Play music"], {"query": string(["query", "what", "search"], ["", "Artist, song or genre"])}, music),
    Plain(["add_note", "save_note", "create_note"], ["Save a note", "Write a note"], {"text": string(["text", "content", "note"])}, note),
    Plain(["add_to_shopping_list", "shopping_list_add", "add_groceries"], ["Add items to the shopping list", "Put things on the shopping list"],
        {"items": (["items", "products"], "array", ["", "Things to buy"], True, None)}, shopping),
    Plain(["create_event", "add_event", "calendar_add"], ["Add an event to the calendar", "Create a calendar event"],
        {"title": string(["title", "name", "summary"]), "date": string(["date", "day"], ISO_DAY), "time": string(["time", "start"], FULL_TIME)}, event),
    Plain(["set_alarm", "alarm", "create_alarm"], ["Set an alarm", "Wake the user at a time"], {"time": string(["time", "at"], FULL_TIME)}, alarm, "time"),
    Plain(["send_email", "email", "send_mail"], ["Send an email", "Write and send an email"],
        {"to": string(["to", "recipient"], ["Recipient address", "", "Email address"]), "subject": string(["subject"]), "body": string(["body", "text", "content"])}, mail),
    Plain(["send_message", "send_text", "text_contact"], ["Send a text message to a contact", "Message a contact"],
        {"to": string(["to", "contact", "name"]), "message": string(["message", "text", "body"])}, text_message),
    Plain(["convert_currency", "currency", "exchange_rate"], ["Convert an amount between currencies", "Convert money"],
        {"amount": (["amount", "value"], "number", [""], True, None), "from": string(["from", "from_currency", "source"], ISO_CODE),
            "to": string(["to", "to_currency", "target"], ISO_CODE)}, currency, "convert"),
    Plain(["get_order_status", "order_status", "track_order"], ["Look up an order by its id", "Get the status of an order"], {"order_id": string(["order_id", "id", "order"])}, status),
    Plain(["refund_order", "refund", "issue_refund"], ["Refund an order", "Give the money for an order back"],
        {"order_id": string(["order_id", "id", "order"]), "reason": string(["reason"], ["", "Why, as the customer says it"], False)}, refund),
    Plain(["cancel_order", "cancelOrder"], ["Cancel an order"], {"order_id": string(["order_id", "id", "order"])}, cancel),
    Plain(["get_directions", "directions", "route"], ["Directions between two places", "Find a route"],
        {"origin": string(["origin", "from", "start"]), "destination": string(["destination", "to", "end"]), "mode": (["mode", "travel_mode"], "string", [""], False, list(MODES))}, way),
    Plain(["read_file", "open_file", "cat_file"], ["Read a file", "Show the contents of a file"], {"path": string(["path", "file", "filename"])}, read),
    Plain(["delete_file", "remove_file"], ["Delete a file"], {"path": string(["path", "file", "filename"])}, delete),
    Plain(["search_files", "find_files"], ["Search files by name", "Find files"],
        {"pattern": string(["pattern", "name", "query"]), "extension": string(["extension", "file_type"], [""], False)}, files, "search"),
    Plain(["translate", "translate_text"], ["Translate a text", "Translate text into another language"],
        {"text": string(["text"]), "target_language": string(["target_language", "language", "to"], ["", "Name of the language"])}, translation),
    Plain(["convert_units", "unit_converter"], ["Convert between units", "Convert a measurement"],
        {"value": (["value", "amount"], "number", [""], True, None), "from_unit": string(["from_unit", "from"]), "to_unit": string(["to_unit", "to"])}, units, "convert"),
    Plain(["web_search", "search_web", "search"], ["Search the web", "Search the internet"], {"query": string(["query", "q"])}, search, "search"),
    Plain(["call_contact", "make_call", "phone_call"], ["Call a contact", "Make a phone call"], {"contact": string(["contact", "name", "who"])}, call),
    Plain(["add_reminder", "set_reminder", "remind"], ["Set a reminder", "Remind the user of something"],
        {"text": string(["text", "title", "what"]), "time": string(["time", "at"], FULL_TIME)}, reminder, "time"),
    Plain(["set_volume", "volume"], ["Set the volume", "Set the loudness in percent"], {"level": (["level", "percent", "volume"], "integer", ["0 to 100", "", "Percent"], True, None)}, volume),
    Plain(["control_door", "door_lock"], ["Lock or unlock a door"], {"door": string(["door", "name"]), "action": (["action"], "string", [""], True, ["lock", "unlock"])}, door),
    Plain(["calculate", "calculator"], ["Evaluate an expression", "Calculate"], {"expression": string(["expression", "input"])}, sum_of),
    Plain(["define_word", "dictionary"], ["Look up the meaning of a word", "Dictionary"], {"word": string(["word", "term"])}, meaning, "search"),
    Plain(["book_table", "reserve_table"], ["Book a table at the restaurant", "Reserve a table"],
        {"people": (["people", "guests", "party_size"], "integer", [""], True, None), "date": string(["date"], ISO_DAY), "time": string(["time"], FULL_TIME)}, table),
    Plain(["run_command", "shell", "execute"], ["Run a shell command"], {"command": string(["command", "cmd"])}, shell),
]  # fmt: skip
WEIGHTS = [2, 2, 2.5, 2, 1.5, 1.5, 1.5, 2, 1, 2, 1, 3, 1.5, 2, 0.7, 2, 1.2, 0.8, 0.8, 1, 0.8, 1, 0.8, 1, 0.6, 0.8, 0.5, 0.5, 1, 0.7]
SYSTEMS = [
    "You are [the|a] [shop|home|travel|office|phone|car] assistant. Use the tools.", "You are a helpful assistant.", "Use the tools.", "You are an assistant with tools.",
    "Help the user with the tools you have.", "You are a [support agent|smart home|voice assistant].",
]
VERSATILE = [search, shell, note, reminder, text_message, mail, call]
NO_TOOL = "None of my tools can do that."
DONE = ["Done.", "OK, done.", "Sure, that's done.", "All set.", "Okay."]
AGAIN = ["nice. and {}", "thanks, now {}", "thanks. {}", "great. {}", "and {}", "ok, {}", "perfect, next: {}", "cool, {}", "and now {}", "also {}", "one more thing: {}"]


def schema_of(rng, tool):
    """(the tool as it is offered, {parameter: the name shown})"""
    names, properties, required = {}, {}, []
    for key, (shown, kind, descriptions, needed, enum) in tool.parameters.items():
        name = shown[0] if rng.random() < 0.6 else rng.choice(shown)
        names[key] = name
        properties[name] = {"type": kind}
        if kind == "array":
            properties[name]["items"] = {"type": "string"}
        if enum:
            properties[name]["enum"] = enum
        text = rng.choice(descriptions)
        if text:
            properties[name]["description"] = text
        if needed:
            required.append(name)
    function = {"name": tool.names[0] if rng.random() < 0.6 else rng.choice(tool.names), "description": rng.choice(tool.about),
        "parameters": {"type": "object", "properties": properties, "required": required}}
    return {"type": "function", "function": function}, names


def offered(rng):
    """One to five tools that do different things; the first is the one that is needed."""
    chosen, groups, names = [], set(), set()
    for tool in rng.choices(CATALOG, WEIGHTS, k=rng.choice([1, 2, 2, 2, 3, 3, 3, 4, 5])):
        if tool not in chosen and (not tool.group or tool.group not in groups) and not names.intersection(tool.names):
            chosen.append(tool)
            groups.add(tool.group)
            names.update(tool.names)
    return chosen


def make(rng):
    chosen = offered(rng)
    schemas = [schema_of(rng, tool) for tool in chosen]
    text, found = chosen[0].make(rng)
    shown = schemas[0][1]
    call = {"name": schemas[0][0]["function"]["name"], "arguments": {shown[key]: found[key] for key in shown if key in found}}
    messages = []
    if len(chosen) > 1 and rng.random() < 0.1:
        before, _ = chosen[1].make(rng)
        messages = [user(before), {"role": "assistant", "content": rng.choice(DONE)}]
        low = text if text[1:2].isupper() or text[:2] in ("I ", "I'") else text[0].lower() + text[1:]
        text = rng.choice(AGAIN).replace("{}", low)
    if rng.random() < 0.15:
        messages.insert(0, system(choose(rng, rng.choice(SYSTEMS))))
    tools = [schema for schema, _ in schemas]
    if len(tools) > 1 and rng.random() < 0.06 and not any(tool.make in VERSATILE or tool.group == chosen[0].group != "" for tool in chosen[1:]):
        return Task("tools", [*messages, user(text)], NO_TOOL, tools=tools[1:])
    rng.shuffle(tools)
    return Task("tools", [*messages, user(text)], call=call, tools=tools)
