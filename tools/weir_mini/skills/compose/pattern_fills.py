"""Patterns of marked places, filled with values that stand in their order: one row of them, several, or one more a turn later."""

from ... import values
from ...phrasing import careless, choose
from ...task import Task, user
from ..shared import everyday

# (names of the place, what makes its value)
PLACES = [
    (["city", "town", "place", "location", "where"], values.city), (["country", "land"], lambda r: values.pick(r, "country")), (["name", "first name", "person", "who"], values.first_name),
    (["name", "full name", "customer", "guest"], values.full_name), (["temp", "temperature", "degrees"], lambda r: r.randrange(-12, 40)), (["number", "count", "qty", "n",
    "amount"], lambda r: r.randrange(1, 500)),
    (["sky", "weather"], lambda r: r.choice("sunny, cloudy, rain, snow, fog, windy, clear, storm, hail, showers, overcast, drizzle".split(", "))),
    (["day", "weekday"], lambda r: values.pick(r, "weekday")), (["month"], lambda r: values.pick(r, "month")), (["time", "hour", "start"], values.clock), (["color",
    "colour"], lambda r: values.pick(r, "color")),
    (["item", "product", "thing", "object"], lambda r: values.pick(r, "object")), (["item", "article", "word"], lambda r: everyday.word(r)), (["id", "code", "ref", "order"], values.code),
    (["price", "cost", "total"], lambda r: r.choice([f"{r.randrange(1, 90)}.{r.randrange(10, 100)}", str(r.randrange(1, 400))])), (["job", "role", "title"], lambda r: values.pick(r, "job")),
    (["year"], lambda r: r.randrange(1950, 2035)), (["version"], values.version), (["file", "path"], values.path), (["email", "mail"], values.email),
    (["score"], lambda r: f"{r.randrange(8)}:{r.randrange(8)}"),
    (["word", "tag", "label", "topic"], values.any_word), (["team", "brand", "company"], lambda r: values.made_word(r, 2).capitalize()), (["title",
    "subject"], lambda r: f"{values.pick(r, 'adjective')} {values.any_word(r)}"),
    (["surname", "last name"], values.last_name), (["room", "seat", "gate"], lambda r: f"{r.choice('ABCDEF')}{r.randrange(1, 60)}"),
]  # fmt: skip
STYLES = ["[{}]"] * 6 + ["<{}>"] * 3 + ["{{{}}}"] * 4 + ["{{{{{}}}}}"] * 3 + ["%{}%", "__{}__", "«{}»", "({})", "*{}*", "${{{}}}", "<<{}>>", "[[{}]]"]
JOINTS = [" – ", " - ", ", ", ", ", ": ", " / ", " | ", " (", "; ", " -> ", " * ", " @ ", " in ", " from ", " for ", " with ", " at ", " is ", " and ", "_", "-", "\n", ". ", " = ", " costs ",
    " lives in ", " → ", " • ", " & "]
ROUND = ["{}"] * 30 + ["#{}", "{}°", "{}%", "€{}", "{} km", "No. {}", "{} pcs", "{}!", "v{}", "'{}'", "x{}", "~{}", "{}?", "Mr {}", "the {}", "{} left", "{}:"]
OPENS = [""] * 7 + ["Hello ", "Dear ", "Note: ", "Ticket ", "> ", "- ", "Order ", "Today: ", "Welcome ", "INFO ", "From ", "Weather ", "Match: ", "Seat for ", "Re: ", "Job: ", "* "]
ENDS = [""] * 8 + [".", "!", " :)", " (new)", ". Thanks!", "...", ";", " - done", " [ok]", ". Bye"]
SIGNS = [", ", ", ", ", ", ", ", "; ", " / ", " | ", " - "]
QUOTES = ['"{}"', '"{}"', '"{}"', "'{}'", "`{}`", "“{}”"]
ASK = [
    "[Use|With|Take|By] this [pattern|format|template]: {p}[,| and] fill in {v}", "[Using|Use|With] the [pattern|format|template] {p}, fill in {v}",
    "[Using|Following|With] the [pattern|format|template] {p}[:|, write] {v}",
    "[Pattern|Format|Template]: {p}\n[Values|Data|Fill in|Input]: {v}", "[Fill|Put|Insert|Write] {v} into [the pattern |this pattern: |the template |]{p}", "[Fill in|Complete] {p} with {v}",
    "{p} [with|<-|←] {v}",
    "[Format|Write] {v} [as|like] {p}", "[Put|Bring] {v} [in|into] this [format|form]: {p}", "[Follow|Keep to] the [pattern|format] {p}: {v}",
    "{p}\n[Fill in|fill in|Values in order|In this order]: {v}",
    "[The|My] [pattern|format|template] is {p}. [The values are|Fill in|Values, in order:|Insert] {v}", "[Given|For] {v}, fill in {p}", "{v}\n\n[Fill in|Pattern|Format|Put it in this form]: {p}",
    "[Replace the placeholders in|Replace the brackets in|Fill the placeholders of|Fill in the blanks of] {p} [with|by|in order with] {v}", "[In order|one after the other], fill {v} into {p}",
    "{v} -> {p}",
    "[Can you fill|Could you fill|please fill|fill] {v} into {p}[?|]", "Use {p}. {v}", "[Write|Make] [a|one] line like {p} for {v}",
]  # fmt: skip
ROWS = [
    "[Using|Use|With] [this|the] [pattern|format|template] {p}, [one line each|one line for each row|write a line for each|fill in each row]:\n{v}", "[Fill in|Fill] {p} for each [line|row][.|:]\n{v}",
    "[Pattern|Format|Template]: {p}\n[Rows|Values|Data]:\n{v}", "{v}\n\n[Write each line as|Format every line as|One line each, like this:|Each row as] {p}",
    "[Format|Rewrite|Write] each [line|row] as {p}:\n{v}",
]  # fmt: skip
MORE = ["[same|the same] for {v}", "[now|next|then|and|and now|and for|ok, now]: {v}", "{v}", "[and|now|next] {v}", "[another one|one more|next one]: {v}",
    "[thanks|great|perfect|ok], [now|and] {v}", "do {v} too", "[what about|how about] {v}?"]


def pattern(rng):
    """(the pattern with numbered places, its places)"""
    places = rng.sample(PLACES, rng.choice([2, 2, 2, 3, 3, 3, 4]))
    text = rng.choice(OPENS)
    opened = False
    for at in range(len(places)):
        if at:
            joint = rng.choice(JOINTS)
            if opened:
                text, opened = text + ")", False
                joint = " " + joint.lstrip() if joint == " (" else joint
            opened = joint == " ("
            text += joint
        text += rng.choice(ROUND).replace("{}", f"\0{at}\1")
    return text + ")" * opened + rng.choice(ENDS), places


def named(rng, places):
    names = [rng.choice(names) for names, _ in places]
    if len(set(names)) < len(names):
        return named(rng, places)
    draw = rng.random()
    names = [name.replace(" ", rng.choice(["_", " "])) for name in names]
    if draw < 0.35:
        return [name.upper() for name in names]
    return names if draw < 0.8 else [name.capitalize() for name in names]


def filled(text, found):
    for at, value in enumerate(found):
        text = text.replace(f"\0{at}\1", str(value))
    return text


def row(rng, places):
    return [str(maker(rng)) for _, maker in places]


def make(rng):
    text, places = pattern(rng)
    style = rng.choice(STYLES)
    while any(sign in text for sign in style if sign not in "{} "):
        style = rng.choice(STYLES)
    shown = filled(text, [style.format(name) for name in named(rng, places)])
    count = rng.choice([1, 1, 1, 1, 1, 1, 2, 2, 3])
    rows = [row(rng, places) for _ in range(count)]
    sign = rng.choice([sign for sign in SIGNS if not any(sign.strip() in value for found in rows for value in found)] or ["; "])
    given = [sign.join(found) for found in rows]
    answers = [filled(text, found) for found in rows]
    has_rows = count > 1 and rng.random() < 0.5 and "\n" not in text
    ask = careless(rng, choose(rng, rng.choice(ROWS if has_rows else ASK)))
    is_plain = ask.endswith("{p}") or "{p}\n" in ask  # so that its end is seen
    quoted = shown if is_plain and rng.random() < 0.35 or "\n" in shown else rng.choice(QUOTES).replace("{}", shown)
    if has_rows:
        return Task("compose", [user(ask.replace("{p}", quoted).replace("{v}", "\n".join(given)))], "\n".join(answers))
    if count == 1 and sign == ", " and rng.random() < 0.12:
        given[0] = ", ".join(rows[0][:-1]) + " and " + rows[0][-1]
    messages = [user(ask.replace("{p}", quoted).replace("{v}", given[0]))]
    for before, facts in zip(answers, given[1:]):
        messages += [{"role": "assistant", "content": before}, user(careless(rng, choose(rng, rng.choice(MORE))).replace("{v}", facts))]
    return Task("compose", messages, answers[-1])
