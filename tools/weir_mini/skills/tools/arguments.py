"""What the arguments of tools are made of, and how people say them."""

from ... import values
from ...words import read
from ..shared.subjects import topic

SAID = read("tool_words")
NUMBER_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty"
).split()
TENS = {30: "thirty", 40: "forty", 50: "fifty", 60: "sixty", 70: "seventy", 80: "eighty", 90: "ninety"}
HOUR_WORDS = NUMBER_WORDS[1:13]
SEASONS = ["Christmas Eve", "Easter Sunday", "New Year's Eve", "Christmas Day", "Good Friday", "Halloween", "Valentine's Day"]
WITHOUT_ON = ("today", "tomorrow", "tonight", "the day after", "next ", "this ", "yesterday")


def of(section):
    entries = SAID[section]
    return lambda r: r.choice(entries)


def day(rng):
    """A day as people say it. Half of them are dates of the usual form."""
    if rng.random() < 0.42:
        return values.near_day(rng).isoformat()
    kind, weekday = rng.randrange(9), values.pick(rng, "weekday")
    if kind <= 1:
        return rng.choice(["tomorrow", "tomorrow", "today", "the day after tomorrow"])
    if kind <= 3:
        return rng.choice([weekday, f"next {weekday}", f"this {weekday}", weekday])
    if kind == 4:
        return values.spoken_date(rng)
    if kind == 5:
        return rng.choice(SEASONS) if rng.random() < 0.5 else f"the {values.ordinal(rng.randrange(1, 32))}"
    month, number = values.pick(rng, "month"), rng.randrange(1, 29)
    if kind == 6:
        return rng.choice([f"{month} {number}", f"{number} {month}", f"{month[:3]} {number}"])
    if kind == 7:
        return f"{month} {values.ordinal(number)}"
    return rng.choice([f"{number}/{rng.randrange(1, 13)}", weekday[:3], f"{weekday}, {month} {number}", f"the {values.ordinal(number)} of {month}"])


def on(value):
    """The day with the word before it, where one is needed."""
    return value if value.startswith(WITHOUT_ON) else f"on {value}"


def plain_time(rng):
    return f"{rng.randrange(24):02}:{rng.choice([0, 15, 30, 45, rng.randrange(60)]):02}"


def time(rng):
    """A time of day as people say it; "at" fits before all of them."""
    if rng.random() < 0.45:
        return plain_time(rng)
    hour, half = rng.randrange(1, 13), rng.choice(["am", "pm"])
    minute = rng.choice([15, 30, 45, rng.randrange(1, 60)])
    forms = [
        f"{hour} {half}", f"{hour}{half}", f"{hour}:{minute:02} {half}", f"{hour}:{minute:02}{half}", f"{hour}:{minute:02}", f"{hour} {half.upper()}",
        rng.choice(["noon", "midnight", f"{hour} o'clock", f"{HOUR_WORDS[hour - 1]} o'clock", f"{hour} in the {rng.choice(['morning', 'evening'])}"]),
        f"{rng.choice(['half past', 'quarter past', 'quarter to'])} {HOUR_WORDS[hour - 1]}", f"{hour}.{minute:02}",
    ]  # fmt: skip
    return rng.choice(forms)


def message(rng):
    """What one person says to another."""
    draw = rng.random()
    if draw < 0.6:
        return rng.choice(SAID["message"])
    thing, adjective = values.pick(rng, rng.choice(["object", "tech_noun"])), values.pick(rng, "adjective")
    forms = [
        f"the {thing} is {adjective}", f"the {thing} arrived", f"we need {rng.randrange(2, 20)} more {thing}s", f"{values.first_name(rng)} has the {thing}",
        f"the {thing} is at the {values.pick(rng, 'department')} desk", f"I found a {adjective} {thing}", f"I'm in {values.city(rng)} now",
        f"meet me at {time(rng)}", f"{values.first_name(rng)} says hello", f"call {values.first_name(rng)}", f"the code is {values.digits(rng, 4)}",
        f"I lost my {thing}", f"the {thing} costs {rng.randrange(5, 300)} euros", f"my flight lands at {time(rng)}", f"order {values.code(rng)} is ready",
        f"{values.first_name(rng)} and I will be there", f"the {thing} in the {rng.choice(SAID['room'])} is gone", f"please bring the {thing}",
    ]  # fmt: skip
    return rng.choice(forms)


def task(rng):
    """What one has to do: begins with a verb."""
    draw = rng.random()
    if draw < 0.6:
        return rng.choice(SAID["task"])
    thing = values.pick(rng, rng.choice(["object", "tech_noun", "instrument", "fruit"]))
    forms = [
        f"{values.pick(rng, 'verb')} the {values.pick(rng, 'adjective')} {thing}", f"call {values.first_name(rng)}", f"buy a {thing}", f"clean the {rng.choice(SAID['room'])}",
        f"{values.pick(rng, 'verb')} the {thing}", f"write to {values.full_name(rng)}", f"check order {values.code(rng)}", f"bring {values.first_name(rng)} the {thing}",
        f"buy {rng.choice(SAID['grocery'])}", f"meet {values.first_name(rng)} in {values.city(rng)}", f"pay {values.company(rng)}", f"text {values.first_name(rng)} back",
        f"return the {thing} to {values.first_name(rng)}", f"cancel the {thing}", f"ask {values.first_name(rng)} about the {thing}", f"get {rng.randrange(2, 13)} {thing}s",
    ]  # fmt: skip
    return rng.choice(forms)


def free_text(rng):
    return message(rng) if rng.random() < 0.5 else task(rng)


def sentence(rng):
    return rng.choice(SAID["sentence"]).rstrip("?") if rng.random() < 0.6 else message(rng)


def command(rng):
    word, file = values.made_word(rng, 2), values.path(rng)
    forms = [
        f"ls {file}", "git status", f"git log -{rng.randrange(1, 20)}", f"make {word}", f"npm run {word}", f"cat {file}", f"pytest {file}", f"docker stop {word}", "df -h",
        "uptime", "whoami", "ps aux", f"tail -n {rng.randrange(5, 200)} {file}", f"chmod +x {file}", f"kubectl get pods -n {word}", f"cargo test {word}", "git pull --rebase",
        f"head {file}", f"wc -l {file}", f"python {word}.py", f"go build ./{word}", f"systemctl restart {word}", f"curl {values.url(rng)}", f"du -sh {word}", "npm install",
        f"ssh {word}@{values.ip(rng)}", "free -m", f"grep -r {word} src", f"git checkout {word}", f"mkdir -p {word}/{values.made_word(rng, 1)}", "docker ps", "env",
    ]  # fmt: skip
    return rng.choice(forms)


def song(rng):
    draw = rng.random()
    if draw < 0.5:
        return rng.choice(SAID["song"])
    thing = values.pick(rng, "object").capitalize()
    if draw < 0.75:
        return f"{values.made_word(rng, 2).capitalize()} {thing}"
    return f"{values.pick(rng, 'adjective').capitalize()} {thing}"


PLACES = [values.city, values.address, of("landmark"), values.street, of("world_city")]


def place(rng):
    draw = rng.random()
    if draw < 0.4:
        return rng.choice(SAID["place"])
    return rng.choice(PLACES)(rng)


def event(rng):
    if rng.random() < 0.6:
        return rng.choice(SAID["event"])
    kind = rng.choice(SAID["event"]) if rng.random() < 0.4 else rng.choice(["call", "lunch", "dinner", "meeting", "interview", "coffee"])
    return rng.choice([f"{kind} with {values.first_name(rng)}", f"{values.made_word(rng, 2)} meeting", f"{values.pick(rng, 'department')} {kind}"])


def amount(rng):
    """Mostly whole, sometimes with a short rest."""
    if rng.random() < 0.8:
        return rng.choice([rng.randrange(1, 2000), rng.randrange(1, 30) * 10, rng.randrange(1, 100) * 50, rng.randrange(1, 100)])
    return rng.choice([rng.randrange(1, 200) + 0.5, rng.randrange(1, 100) + 0.99, rng.randrange(100, 20000) / 100])


def expression(rng):
    a, b, c = (rng.randrange(1, rng.choice([20, 100, 1000])) for _ in range(3))
    sign, other = rng.choice("+-*/"), rng.choice("+-*")
    forms = [f"{a} {sign} {b}", f"{a}{sign}{b}", f"{a} {sign} {b}", f"({a} {other} {b}) {sign} {c}", f"{a} {other} {b} {sign} {c}", f"sqrt({a})", f"{a}^2", f"{a}.5 {sign} {b}", f"{a}% of {b}"]
    return rng.choice(forms)


def sql(rng):
    table, column = values.made_word(rng, 2), rng.choice(["id", "name", "email", "total", "status", "city"])
    rest = rng.choice(["", "", f" LIMIT {rng.randrange(1, 100)}", f" WHERE {column} = {rng.randrange(100)}", f" ORDER BY {column}", f" WHERE {column} IS NULL"])
    return f"SELECT {rng.choice(['*', 'id', 'name', 'count(*)', column, 'max(total)'])} FROM {rng.choice([table, 'users', 'orders', 'invoices'])}{rest}"


def several(make, most=4):
    """Different values of one kind."""
    return lambda r: list(dict.fromkeys(make(r) for _ in range(r.randrange(2, most))))


def spoken(rng, value):
    """A number as it may be said: in digits, mostly; an amount with a comma, a small one in words."""
    if isinstance(value, list):
        return together(rng, value)
    if isinstance(value, bool) or not isinstance(value, int):
        return value
    if value >= 1000:
        return f"{value:,}" if rng.random() < 0.06 else value
    if rng.random() < 0.15:
        return NUMBER_WORDS[value] if 0 <= value <= 20 else TENS.get(value, value)
    return value


def together(rng, items):
    joint = rng.choice([" and ", " and ", ", ", " & ", ", and "])
    return joint.join([", ".join(str(item) for item in items[:-1]), str(items[-1])])


def city(rng):
    return rng.choice(SAID["world_city"]) if rng.random() < 0.35 else values.city(rng)


def person(rng):
    draw = rng.random()
    if draw < 0.3:
        return rng.choice(SAID["caller"])
    return values.first_name(rng) if draw < 0.75 else values.full_name(rng)


def app_word(rng):
    return values.made_word(rng, 2) if rng.random() < 0.6 else f"{values.pick(rng, 'code_thing')}-{rng.choice(['service', 'api', 'worker', 'gateway', 'app', 'web'])}"


def group_thing(rng):
    return values.pick(rng, rng.choice(["fruit", "vegetable"])) if rng.random() < 0.3 else rng.choice(SAID["grocery"])


MAKERS = {
    "address": values.address,
    "amount": amount,
    "app": app_word,
    "artist": lambda r: r.choice(SAID["artist"]) if r.random() < 0.5 else values.full_name(r),
    "city": city,
    "code": values.code,
    "color": lambda r: values.pick(r, "color"),
    "command": command,
    "company": values.company,
    "country": lambda r: values.pick(r, "country"),
    "date": day,
    "day": day,
    "degrees": lambda r: r.randrange(14, 28),
    "department": lambda r: values.pick(r, "department"),
    "email": values.email,
    "emails": several(values.email),
    "event": event,
    "expression": expression,
    "few": lambda r: r.randrange(2, 9),
    "first_names": several(values.first_name),
    "flag": lambda r: True,
    "folder": lambda r: f"{r.choice(['src', 'docs', 'lib', 'app', 'home', 'Documents', 'assets'])}/{values.made_word(r, 2)}",
    "free_text": free_text,
    "fruits": several(group_thing, 5),
    "full_name": values.full_name,
    "glob": lambda r: f"{r.choice(['*', '**/*', 'src/*', 'test_*'])}.{values.pick(r, 'file_ext')}",
    "identifier": values.identifier,
    "ingredients": several(of("ingredient"), 5),
    "ip": values.ip,
    "iso_day": day,
    "kilos": lambda r: r.choice([r.randrange(1, 40), round(r.uniform(0.5, 20), 1)]),
    "large": lambda r: r.choice([60, 80, 100, 120, 200, 250, 500, r.randrange(60, 1000)]),
    "message": message,
    "minutes": lambda r: r.choice([5, 10, 15, 20, 30, 45, 60, 90, r.randrange(5, 180)]),
    "name": values.first_name,
    "nights": lambda r: r.randrange(2, 15),
    "number": lambda r: r.randrange(1, 500),
    "numbers": several(lambda r: r.randrange(1, 500), 6),
    "object": lambda r: values.pick(r, "object"),
    "path": values.path,
    "percent": lambda r: r.choice([r.randrange(1, 101), r.randrange(1, 11) * 10]),
    "person": person,
    "phone": values.phone,
    "photo": lambda r: f"{r.choice([values.made_word(r, 2), 'IMG_' + values.digits(r, 4), values.pick(r, 'animal')])}.{r.choice(['jpg', 'png', 'webp', 'jpeg', 'gif'])}",
    "place": place,
    "plain_time": time,
    "port": lambda r: r.choice([80, 443, 3000, 5432, 8000, 8080, r.randrange(1024, 65000)]),
    "priority": lambda r: r.choice(["low", "medium", "high", "urgent"]),
    "product": values.product,
    "sentence": sentence,
    "short_folder": lambda r: r.choice(["src", "lib", "tests", values.made_word(r, 2)]),
    "small": lambda r: r.randrange(2, 60),
    "song": song,
    "sql": sql,
    "stars": lambda r: r.randrange(1, 6),
    "task": task,
    "time": time,
    "ticker": lambda r: values.letters(r, r.randrange(3, 5)),
    "topic": topic,
    "trouble": lambda r: f"{values.pick(r, 'tech_noun')} {r.choice(SAID['trouble'])}",
    "url": values.url,
    "version": values.version,
    "weekday": lambda r: values.pick(r, "weekday"),
    "word": lambda r: r.choice([values.made_word(r, 2), values.pick(r, "object"), r.choice(SAID["word"])]),
    "words": several(lambda r: values.pick(r, r.choice(["adjective", "department", "color"]))),
    "years": lambda r: r.randrange(1, 90),
    **{
        name: of(name)
        for name in (
            "book country currency device dish film food genre grocery image ingredient kind_of_place landmark language medicine podcast question room sport symptom"
        ).split()
        if name in SAID
    },
}
