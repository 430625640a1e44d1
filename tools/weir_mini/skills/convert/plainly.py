"""Small conversions asked for as people mostly do: few words, no decoration, ordinary data."""

from ... import values
from ...phrasing import choose, fill
from ...task import Task, compact, system, user
from ..shared import everyday
from ..shared.number_forms import roman

LONG_BELOW = ["{ask}\n\n{data}", "{ask}\n\n{data}", "{ask}\n{data}", "{ask}:\n{data}", "{ask}:\n\n{data}", "{ask}:\n\n{data}", "{data}\n\n{ask}", "{data}\n\n{ask}",
    "{data}\n\n^ {ask}", "{data}\n{ask}"]
SHORT_BESIDE = ["{ask}: {data}", "{ask}: {data}", "{ask}: {data}", "{ask} {data}", "{ask}:\n{data}", "{ask}\n\n{data}", "{data}\n\n{ask}", "{data} - {ask}", "{data} -> {ask}"]
TITLES = ["Item Price", "Name Amount", "Product Stock", "Drink Price", "Dish Price", "City Population", "Name Age", "Country Capital", "Key Value", "Word Count",
    "Day Hours", "Player Points", "Tool Weight", "Room Size", "Month Sales"]
LETTERS = {
    "camelCase": lambda w: w[0] + "".join(part.capitalize() for part in w[1:]), "snake_case": "_".join, "kebab-case": "-".join, "PascalCase": lambda w: "".join(part.capitalize() for part in w),
    "CONSTANT_CASE": lambda w: "_".join(w).upper(),
}  # fmt: skip
SPELLED = {
    "camelCase": ["camelCase", "camelCase", "camel case", "camelcase"], "snake_case": ["snake_case", "snake_case", "snake case"], "kebab-case": ["kebab-case", "kebab case"],
    "PascalCase": ["PascalCase", "PascalCase", "pascal case"], "CONSTANT_CASE": ["CONSTANT_CASE", "SCREAMING_SNAKE_CASE"],
}  # fmt: skip
NAME_PARTS = (
    "user order item price total first last name date time id list count max min page file path key value email phone address city state street zip code order invoice payment account start end is has get set "
    "update delete create new old next previous shipping billing product category index size width height color image url token session request response error message status type default config"
).split()


def said(rng, patterns, **slots):
    return fill(choose(rng, rng.choice(patterns)), slots)


def about(rng, patterns, data, **slots):
    """An instruction and its data, plainly."""
    ask = said(rng, patterns, **slots)
    if rng.random() < 0.06:
        return [system(ask), user(data)]
    layout = rng.choice(LONG_BELOW if "\n" in data or len(data) > 90 else SHORT_BESIDE)
    if layout.startswith("{ask}:") or layout in ("{ask} {data}",):
        ask = ask.rstrip(".?")
    more = rng.choice(["", "", "", "", "", " Only the result.", " please", ", please", " Output nothing else."])
    if more and "please" not in ask and not layout.startswith("{ask}:") and layout != "{ask} {data}":
        ask = ask.rstrip(".?") + (more if more[1].islower() or more[0] == "," else "." + more)
    return [user(layout.format(ask=ask, data=data))]


def romans(rng):
    number = rng.choice([rng.randrange(1, 60), rng.randrange(1, 500), rng.randrange(500, 4000), rng.randrange(1400, 2040), rng.randrange(1400, 2040)])
    if rng.random() < 0.55:
        ask = said(rng, ["[write|put|give me] {n} in [roman|Roman] numerals", "{n} in [roman|Roman] numerals", "[What is|what's] {n} in [Roman|roman] numerals?",
            "{n} as a Roman numeral[, please|]", "[Convert|Change] {n} to Roman numerals[.|]", "Roman numeral for {n}[?|]", "the year {n} in roman numerals"], n=number)
        return Task("convert", [user(ask)], roman(number))
    ask = said(rng, ["[What number is|what is|what's] {r}?", "{r} as a [normal |]number", "{r} in digits",
        "[Convert|Change] {r} to [a number|Arabic numerals|digits][.|]", "[Which|What] year is {r}?", "the number {r} in [normal|arabic] digits"], r=roman(number))
    return Task("convert", [user(ask)], str(number))


def identifier(rng):
    words = [rng.choice(NAME_PARTS) if rng.random() < 0.7 else everyday.word(rng) for _ in range(rng.choice([2, 2, 3, 3, 4]))]
    source, target = rng.sample(list(LETTERS), 2)
    shown = LETTERS[source](words) if rng.random() < 0.8 else " ".join(words)
    ask = said(rng, ["{x} -> {t}[?|]", "{x} -> {t}", "{x} to {t}[?|, please|]", "{x} in {t}[?|]", "[convert|Convert] {x} to {t}[.|]",
        "[Rename|Rewrite|Change] {x} to {t}[.|]", "{t}: {x}", "what's {x} in {t}?", "{x} as {t}", "make {x} {t}"], x=shown, t=rng.choice(SPELLED[target]))
    return Task("convert", [user(ask)], LETTERS[target](words))


def capitals(rng):
    text = everyday.sentence(rng)
    if rng.random() < 0.4:
        text = everyday.ended(rng, text)
    kind, patterns = rng.choice([
        (str.upper, ["ALL CAPS[ please|]", "all caps[, please|]", "[Write|Put|Make] this in capitals", "[Uppercase|UPPERCASE|uppercase][ this| please|]",
        "upper case[ please|]", "in capital letters[, please|]", "[Convert|Change] to upper case"]),
        (str.lower, ["[lowercase|Lowercase] [this|please]", "all lower case[ please|]", "[Write|Put|Make] this in small letters", "no capitals[ please|]",
        "[Convert|Change] to lower case", "in lower case"]),
    ])  # fmt: skip
    text = text.upper() if kind is str.lower and rng.random() < 0.5 else text
    return Task("convert", about(rng, patterns, text), kind(text))


def things(rng, low=3, high=8):
    kind = rng.choices(everyday.LIST_KINDS, everyday.LIST_WEIGHTS)[0]
    return list(dict.fromkeys(everyday.of_kind(rng, kind) for _ in range(rng.randrange(low, high + 1))))


def lines_table(rng):
    """Pairs in lines as a Markdown table with the columns that are wished."""
    names = things(rng, 2, 6)
    style = rng.randrange(4)
    shown = [[f"{rng.randrange(1, 60)}.{values.digits(rng, 2)}", str(rng.randrange(1, 500)), f"{rng.randrange(1, 30)}.{rng.choice(['50', '20', '80', '99', '10', '00'])}",
        everyday.word(rng)][style] for _ in names]
    columns = rng.choice(TITLES).split() if rng.random() < 0.6 else [everyday.word(rng).capitalize(), everyday.word(rng).capitalize()]
    if rng.random() < 0.2:
        columns = [column.lower() for column in columns]
    joint = rng.choice([": ", ": ", ": ", " - ", " = ", ", ", " ", "; ", ":"]) if not any(" " in name for name in names) else rng.choice([": ", " - ", " = "])
    data = "\n".join(f"{name}{joint}{value}" for name, value in zip(names, shown))
    a, b = columns
    if rng.random() < 0.7:
        patterns = [
            "[Turn|Convert|Make|Change] [this|these lines|the list|the following] [into|to] a [Markdown|markdown] table with [the |]columns {a} and {b}[.|]",
            "[Markdown|markdown] table[,| with] columns {a} and {b}", "as a markdown table ({a}, {b})",
            "[Make|Give me|I need] a Markdown table, [headers|columns|header] {a} and {b}[.|]", "Markdown table, header: {a} | {b}",
            "[Write|Format|Put] this as a [Markdown|markdown] table. [Columns|Headers]: {a}, {b}[.|]",
        ]  # fmt: skip
        answer = f"| {a} | {b} |\n|---|---|\n" + "\n".join(f"| {name} | {value} |" for name, value in zip(names, shown))
    elif any("," in name for name in names):
        return lines_table(rng)
    else:
        patterns = ["[Turn|Convert|Make|Change] [this|these lines|the list] [into|to] CSV with [the |]columns {a} and {b}[.|]", "as CSV, header {a},{b}",
            "CSV with the header {a},{b}[.|]", "csv please, columns {a} and {b}"]
        answer = f"{a},{b}\n" + "\n".join(f"{name},{value}" for name, value in zip(names, shown))
    return Task("convert", about(rng, patterns, data, a=a, b=b), answer)


def setting(rng):
    draw = rng.random()
    if draw < 0.35:
        return str(number := rng.choice([rng.randrange(1, 10), rng.randrange(10, 70000)])), number
    if draw < 0.5:
        flag = rng.random() < 0.5
        return str(flag).lower(), flag
    text = rng.choice([everyday.word(rng), values.made_word(rng, 2), "localhost", values.ip(rng), f"/{everyday.word(rng)}/{everyday.word(rng)}", values.domain(rng)])
    return text, text


def settings(rng):
    """Lines of key=value as a JSON object."""
    keys = list(dict.fromkeys("_".join(rng.choice(NAME_PARTS + ["host", "port", "ssl", "debug", "timeout", "level", "mode", "db", "retries",
        "lang"]) for _ in range(rng.choice([1, 1, 2]))) for _ in range(rng.randrange(2, 7))))
    found = [setting(rng) for _ in keys]
    joint = rng.choice(["=", "=", "=", ": ", " = ", ":"])
    data = "\n".join(f"{key}{joint}{text}" for key, (text, _) in zip(keys, found))
    patterns = ["as a JSON object[ please|]", "as JSON[ please|]", "[Convert|Turn] this [to|into] JSON[.|]", "[make this|put this into|give me] [JSON|a json object][.|]",
        "to json", "JSON[ please|]", "[Write|Format] this as a JSON object[.|]"]
    return Task("convert", about(rng, patterns, data), compact(dict(zip(keys, (value for _, value in found)))), is_json=True)


CELLS = {
    "name": lambda r: r.choice(everyday.KINDS["given"]), "age": lambda r: r.randrange(5, 90), "city": lambda r: r.choice(everyday.KINDS["town"]),
    "id": lambda r: r.randrange(1, 900), "sku": lambda r: f"{values.letters(r, 1)}{r.randrange(1, 99)}",
    "qty": lambda r: r.randrange(0, 60), "status": lambda r: r.choice(["open", "closed", "done", "new", "paid", "late"]),
    "price": lambda r: r.choice([r.randrange(1, 300), r.randrange(101, 9999) / 100]), "item": lambda r: values.pick(r, "object"),
    "color": lambda r: values.pick(r, "color"), "points": lambda r: r.randrange(0, 100), "active": lambda r: r.random() < 0.5,
    "country": lambda r: values.pick(r, "country"), "team": lambda r: values.pick(r, "color"),
}  # fmt: skip


def cell(value):
    return str(value).lower() if isinstance(value, bool) else str(value)


def table(rng):
    """A small table from one of three forms to another."""
    columns = rng.sample(list(CELLS), rng.choice([2, 2, 3, 3, 4]))
    rows = [[CELLS[column](rng) for column in columns] for _ in range(rng.choice([1, 2, 2, 3, 3, 4]))]
    forms = {
        "csv": "\n".join([",".join(columns), *(",".join(map(cell, row)) for row in rows)]),
        "json": compact([dict(zip(columns, row)) for row in rows]),
        "md": "\n".join([f"| {' | '.join(columns)} |", "|" + "---|" * len(columns), *(f"| {' | '.join(map(cell, row))} |" for row in rows)]),
    }
    source, target = rng.sample(list(forms), 2)
    data = forms[source]
    if source == "json" and rng.random() < 0.5:
        data = data.replace('": ', '":').replace(', "', ',"').replace("}, {", "},{")
    if source == "md" and rng.random() < 0.4:
        data = data.replace("---", "----") if rng.random() < 0.5 else data.replace("|---", "| --- ")
    said_source = {"csv": "CSV", "json": "JSON", "md": "table"}[source]
    patterns = {
        "csv": ["[Convert|Turn|Change] [this|the] {s} [to|into] CSV[ with a header|, header included|][.|]", "make this {s} into csv[ with a header|]",
        "as CSV[, with header|]", "to csv", "{s} to CSV", "CSV please", "[Convert|Turn] the {s} [above|below|here] to CSV. Output only the CSV."],
        "json": ["[Convert|Turn|Change] [this|the] {s} [to|into] JSON[.|]", "make this {s} into json", "as JSON", "to json", "{s} to JSON", "JSON [array |]please",
        "[Convert|Turn] this {s} into a JSON array of objects[.|]"],
        "md": ["[Convert|Turn|Change] [this|the] {s} [to|into] a [Markdown|markdown] table[.|]", "make this {s} into a markdown table", "as a Markdown table",
        "to markdown table", "{s} to Markdown table", "Markdown table please"],
    }[target]  # fmt: skip
    return Task("convert", about(rng, patterns, data, s=said_source), forms[target], is_json=target == "json")


def listing(rng):
    """One thing done to a list of words or numbers."""
    is_number = rng.random() < 0.35
    items = [str(number) for number in rng.sample(range(1, rng.choice([50, 200])), rng.randrange(3, 9))] if is_number else things(rng)
    lines = rng.random() < 0.4
    job = rng.choice(["sort", "sort", "down", "dedupe", "dedupe", "count", "count", "reverse", "lines", "commas", "number", "bullets"])
    if job == "dedupe":
        for _ in range(rng.randrange(1, 4)):
            items.insert(rng.randrange(1, len(items) + 1), rng.choice(items))
    if len({item.casefold() for item in items}) < len(items) and job != "dedupe":
        items = list({item.casefold(): item for item in items}.values())
    mark = rng.choice(["", "- ", "* ", ""]) if job == "count" else ""
    data = "\n".join(mark + item for item in items) if lines or mark or job == "commas" else ", ".join(items)
    joint = "\n" if lines or job == "commas" else ", "
    key = int if is_number else str.casefold
    if job == "count":
        ask = ["How many [items|entries|things] are in this list?[ Just the number.|]", "how many [items|entries] are there[?|, just the number]",
            "Count the [items|entries] in this list[.|. Only the number.|]", "[count|number of items][, please|]"]
        return Task("convert", about(rng, ask, data), str(len(items)))
    if job in ("sort", "down"):
        down = job == "down"
        order = sorted(items, key=key, reverse=down)
        words = ["descending", "largest first", "from largest to smallest"] if down and is_number else ["from Z to A", "in reverse alphabetical order",
            "descending"] if down else ["ascending", "from smallest to largest", "smallest first"] if is_number else ["alphabetically", "from A to Z", "alphabetically", "in alphabetical order"]
        ask = [f"[Sort|sort|Order] [these |this list |the list |]{rng.choice(words)}", f"[sort|Sort|Order|Arrange] {rng.choice(words)}"]
    elif job == "dedupe":
        order = list(dict.fromkeys(items))
        ask = ["[Remove|remove|Delete|drop] [the |]duplicates[ and keep the order|, keep the order|]", "no duplicates[ please|]",
            "[dedupe|Dedupe|Deduplicate] this[ list|]", "each [one |item |]only once[, same order|]", "unique items only"]
    elif job == "reverse":
        order, ask = items[::-1], ["[Reverse|reverse] [this list|the order|the list]", "backwards", "in reverse order", "the other way round"]
    elif job == "lines":
        order, joint, data, ask = items, "\n", ", ".join(items), ["one per line", "[Put|Write] each on its own line", "one item per line[, please|]", "as lines", "each item on a new line"]
        return Task("convert", about(rng, ask, data), joint.join(order))
    elif job == "commas":
        ask = ["[as a |]comma separated[ list| in one line|]", "[Put|Write] [them|these] in one line, separated by commas", "in one line with commas", "[Join|join] with commas"]
        return Task("convert", about(rng, ask, data), ", ".join(items))
    elif job == "number":
        return Task("convert", about(rng, ["[Number|number] [these|them|the items]", "as a numbered list", "[Make|make] a numbered list[ of this|]"], data),
            "\n".join(f"{i}. {item}" for i, item in enumerate(items, 1)))
    else:
        return Task("convert", about(rng, ["as bullet points", "[Make|make] a bullet list[ of this|]", "[bulleted|bullet] list with dashes", "bullet points with -"],
            data), "\n".join(f"- {item}" for item in items))
    if rng.random() < 0.2:
        form = rng.choice([(", one per line", "\n"), (", comma separated", ", "), (", as a JSON array", None)])
        answer = compact([int(item) if is_number else item for item in order]) if form[1] is None else form[1].join(order)
        return Task("convert", about(rng, [pattern + form[0] for pattern in ask], data), answer, is_json=form[1] is None)
    return Task("convert", about(rng, ask, data), joint.join(order))


def clock(rng):
    hour, minute = rng.randrange(24), rng.choice([0, 15, 30, 45, rng.randrange(60)])
    half, full = f"{hour % 12 or 12}:{minute:02} {'AM' if hour < 12 else 'PM'}", f"{hour:02}:{minute:02}"
    if rng.random() < 0.5:
        ask = said(rng, ["[What's|what is|What is] {t} in 12-hour [format|time]?", "{t} in am/pm[?|]", "{t} as am/pm",
            "[Convert|Write|Put] {t} [to|in] 12-hour format[.|]", "{t} to 12 hour", "what's {t} in 12h"], t=full)
        return Task("convert", [user(ask)], half)
    shown = rng.choice([half, half.lower(), half.replace(" ", ""), half.lower().replace(" ", "")])
    ask = said(rng, ["[What's|what is|What is] {t} in 24-hour [format|time]?", "{t} in 24h[?|]", "[Convert|Write|Put] {t} [to|in] 24-hour format[.|]", "{t} to 24 hour", "what's {t} in 24h"], t=shown)
    return Task("convert", [user(ask)], full)


def day(rng):
    at = values.near_day(rng) if rng.random() < 0.6 else values.day(rng)
    month, nth = values.MONTHS[at.month - 1], values.ordinal(at.day)
    shown = rng.choice([f"{month} {nth}, {at.year}", f"{month} {at.day}, {at.year}", f"{nth} {month} {at.year}", f"{at.day} {month} {at.year}",
        f"the {nth} of {month} {at.year}", f"{month[:3]} {at.day} {at.year}", f"{at.day}.{at.month}.{at.year}", f"{nth} of {month}, {at.year}"])
    name = rng.choice(["YYYY-MM-DD", "YYYY-MM-DD", "YYYY-MM-DD", "DD.MM.YYYY", "DD/MM/YYYY", "MM/DD/YYYY", "ISO format", "ISO 8601", "yyyy-mm-dd", "YYYYMMDD", "D Month YYYY"])
    written = values.DATE_STYLES.get(name, values.DATE_STYLES["YYYY-MM-DD"])(at)
    patterns = [
        "[Write|Put|Format] [this date |the date |]as {n}: {d}", "[convert|Convert] to {n}: {d}", "{d} as {n}", "{d} in {n}", "{d} -> {n}", "what's {d} as {n}?",
        "{d} to {n}", "{n}: {d}", "date as {n}: {d}",
        "[Write|Put] {d} in {n}[.|]",
    ]  # fmt: skip
    ask = said(rng, patterns, d=shown, n=name)
    return Task("convert", [user(ask)], written)


KINDS = [(romans, 1.2), (identifier, 1.2), (capitals, 1), (lines_table, 1.5), (settings, 1.2), (table, 3), (listing, 5), (clock, 0.8), (day, 1.2)]
MAKERS, WEIGHTS = [make for make, _ in KINDS], [weight for _, weight in KINDS]


def make(rng):
    return rng.choices(MAKERS, WEIGHTS)[0](rng)
