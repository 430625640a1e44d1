"""Small tables as people have them: people, products, cities, scores, stock, logs, bills; each with columns that belong together."""

from ... import values
from . import everyday


def named(section):
    return lambda rng: everyday.of_kind(rng, section)


def titled(section):
    return lambda rng: everyday.of_kind(rng, section).capitalize()


def number(low, high, step=1):
    return lambda rng: rng.randrange(low, high, step)


def amount(high, places=2):
    """A float whose last digit is no zero, as all notations write it alike."""
    return lambda rng: float(f"{rng.randrange(high)}.{values.digits(rng, places - 1)}{rng.randrange(1, 10)}")


def one_of(text):
    choices = text.split(", ")
    return lambda rng: rng.choice(choices)


def flag(rng):
    return rng.random() < 0.5


def date(rng):
    return values.near_day(rng).isoformat()


def time(rng):
    return f"{rng.randrange(24):02}:{rng.choice([0, 15, 30, 45, rng.randrange(60)]):02}"


def money(rng):
    return f"{rng.choice('$€£')}{rng.randrange(1, 900)}{rng.choice(['', '.99', '.50', '.25'])}"


def with_comma(rng):
    """Cells that need quotes in CSV."""
    word = everyday.of_kind
    return rng.choice([
        lambda: f"{word(rng, 'family')}, {word(rng, 'given')}", lambda: f"{word(rng, 'town')}, {values.pick(rng, 'country')}", lambda: f"{word(rng, 'food')}, {word(rng, 'food')}",
            lambda: f"{word(rng, 'descriptive')}, {word(rng, 'descriptive')}",
        lambda: f"{rng.randrange(1, 90)} {values.street(rng)}, {word(rng, 'town')}", lambda: f"{everyday.sentence(rng)}, {word(rng, 'phrase')}",
    ])()  # fmt: skip


GIVEN, FAMILY, TOWN = named("given"), named("family"), named("town")
PEOPLE = [
    ("name|first_name|firstname|person", GIVEN), ("last_name|surname|lastname|family_name", FAMILY), ("age|years", number(3, 95)), ("city|town|hometown|location", TOWN),
        ("country|nation", lambda r: values.pick(r, "country")), ("email|mail|e-mail", values.email),
    ("phone|tel|mobile", lambda r: f"555-{values.digits(r, 4)}"), ("job|role|profession|occupation", lambda r: values.pick(r, "job")), ("hobby|sport|interest", named("sport")),
    ("member|active|student|married|admin", flag), ("height|height_cm", number(140, 205)), ("score|points", number(0, 101)),
    ("birthday|born|birth_date|dob", lambda r: values.day(r).isoformat()), ("favorite_food|food|dish", named("food")), ("pet|animal", named("creature")), ("address", with_comma),
]  # fmt: skip
PRODUCTS = [
    ("id|sku|product_id|no", number(1, 9999)), ("product|item|name|article|title", titled("household")), ("price|unit_price|cost", amount(300)),
        ("qty|quantity|stock|count|amount|units", number(0, 500)), ("color|colour", lambda r: values.pick(r, "color")), ("size", one_of("S, M, L, XL, XXL, small, medium, large")),
    ("category|type|kind", one_of("kitchen, garden, office, toys, books, clothes, electronics, food, sports, tools, bath, home")), ("in_stock|available|sold_out|active", flag),
    ("weight|weight_kg", amount(40, 1)), ("rating|stars", amount(5, 1)), ("brand|maker|vendor|supplier", values.company), ("material", named("material")),
    ("description|notes", with_comma),
]  # fmt: skip
GROCERIES = [("item|food|product|ingredient|name", named("food")), ("qty|amount|quantity|count", number(1, 30)), ("unit", one_of("kg, g, l, ml, pcs, cup, tbsp, tsp, can, bag, box")),
    ("price|cost", amount(30)), ("aisle|shelf", number(1, 20)), ("organic|bought|done", flag), ("calories|kcal", number(20, 700)),
    ("store|shop", one_of("Market, Corner Shop, Bakery, Butcher, Online")), ("notes|comment", with_comma)]
CITIES = [("city|name|town|place", TOWN), ("country|state|region", lambda r: values.pick(r, "country")), ("population|inhabitants|people", number(1000, 9000000, 500)),
    ("area|area_km2", number(10, 2000)), ("founded|year", number(800, 1990)), ("temp|temperature|high", number(-20, 42)),
    ("weather|sky", one_of("sunny, rain, cloudy, snow, fog, windy, clear, storm")), ("capital|coastal|visited", flag), ("elevation|altitude", number(0, 3500)), ("rank|position", number(1, 50)),
    ("river", titled("nature"))]
SCORES = [("player|name|student|team|runner", GIVEN), ("score|points|goals|grade|mark", number(0, 101)), ("rank|place|position", number(1, 20)),
    ("subject|class|course", one_of("math, physics, history, art, music, biology, English, chemistry, sports, French")), ("wins", number(0, 40)), ("losses", number(0, 40)),
    ("passed|winner|final", flag), ("level|round", number(1, 30)), ("date|played", date), ("time", lambda r: f"{r.randrange(1, 5)}:{r.randrange(60):02}"), ("team|club", titled("creature")),
    ("average|avg", amount(10, 1))]
LOGS = [("time|timestamp|at", time), ("date|day", date), ("level|severity", one_of("INFO, WARN, ERROR, DEBUG, info, warning, error")),
    ("service|module|source|app", one_of("api, auth, db, web, worker, cache, mail, cron, billing, search, proxy, gateway")),
    ("message|msg|event", lambda r: f"{everyday.of_kind(r, 'computing')} {r.choice(['started', 'failed', 'stopped', 'not found', 'ready', 'timeout', 'connected', 'restarted'])}"),
    ("status|code", lambda r: r.choice([200, 201, 204, 301, 302, 400, 401, 403, 404, 409, 429, 500, 502, 503])), ("ms|duration|latency", number(1, 3000)),
    ("user|username", lambda r: everyday.of_kind(r, "given").lower()), ("ip|host|client", values.ip), ("method", one_of("GET, POST, PUT, DELETE, PATCH")),
    ("path|url|route", lambda r: f"/{everyday.word(r)}"), ("bytes|size", number(10, 90000)), ("ok|cached|retry", flag)]
TASKS = [("id|no|task_id|ticket", number(1, 900)), ("task|title|todo|what|summary", named("phrase")), ("owner|assignee|who|person", GIVEN),
    ("status|state", one_of("open, done, in progress, blocked, closed, todo, waiting, review")), ("priority|prio", one_of("low, medium, high, urgent, P1, P2, P3")),
    ("due|deadline|due_date|date", date), ("hours|estimate|effort", number(1, 60)), ("done|finished|blocked", flag), ("tag|label|area", named("office")), ("comment|note|notes", with_comma),
    ("sprint|week", number(1, 53))]
BILLS = [("invoice|invoice_id|number|ref", lambda r: f"{r.choice(['INV', 'R', 'A', 'ORD'])}-{values.digits(r, 4)}"), ("customer|client|company|vendor|payee", values.company),
    ("amount|total|sum|net", amount(3000)), ("currency", lambda r: values.pick(r, "currency")), ("date|issued|paid_on|due", date), ("paid|open|overdue", flag),
    ("category|purpose", one_of("rent, food, travel, office, fuel, phone, insurance, gifts, taxes, salary")), ("tax|vat", number(0, 26)),
    ("account|method", one_of("card, cash, bank, paypal, check, transfer")), ("price|cost", money), ("description|memo", with_comma)]
TRIPS = [("from|origin|departure", TOWN), ("to|destination|arrival", TOWN), ("date|day", date), ("time|departs|start", time), ("km|distance|miles", number(3, 4000)), ("price|fare|cost", amount(400)),
    ("seats|passengers|people", number(1, 60)), ("vehicle|by|transport", lambda r: values.pick(r, "vehicle")), ("gate|platform|track", lambda r: f"{r.choice('ABCDE')}{r.randrange(1, 40)}"),
    ("direct|booked|delayed", flag), ("hotel|stay", lambda r: f"Hotel {everyday.of_kind(r, 'nature').capitalize()}")]
EVENTS = [("event|title|what|name", titled("phrase")), ("day|weekday", lambda r: values.pick(r, "weekday")), ("date", date), ("start|time|begin", time), ("end|until", time),
    ("room|place|where|venue", titled("place")), ("host|speaker|organizer|with", everyday.full_name), ("guests|attendees|capacity", number(2, 300)), ("online|public|free", flag),
    ("month", lambda r: values.pick(r, "month")), ("topic|subject", named("abstract"))]
BOOKS = [("title|book|movie|film|song", lambda r: f"The {everyday.of_kind(r, 'descriptive').capitalize()} {everyday.of_kind(r, 'nature').title()}"), ("author|director|artist|by", everyday.full_name),
    ("year|published|released", number(1900, 2027)), ("pages|minutes|length", number(40, 900)),
    ("genre|type", one_of("fantasy, crime, drama, comedy, poetry, history, sci-fi, horror, romance, jazz, rock")), ("rating|stars", amount(5, 1)), ("read|seen|owned|lent", flag),
    ("language|lang", one_of("English, German, French, Spanish, Polish, Italian, Japanese, Dutch")), ("copies|sold", number(1, 9000)), ("subtitle|tags", with_comma)]
ANIMALS = [("animal|species|name|pet", named("creature")), ("legs", number(0, 9)), ("weight|weight_kg|kg", amount(300, 1)), ("color|colour", lambda r: values.pick(r, "color")), ("age", number(1, 30)),
    ("habitat|lives_in|found", named("nature")), ("food|eats|diet", named("food")), ("sound|call", named("action")), ("wild|can_fly|endangered|tame|vaccinated", flag), ("owner|keeper", GIVEN),
    ("speed|max_speed", number(1, 120))]
SERVERS = [("host|server|name|hostname", lambda r: f"{r.choice(['web', 'db', 'app', 'mail', 'cache', 'node', 'srv', 'proxy'])}{r.randrange(1, 40):02}"), ("ip|address", values.ip),
    ("port", number(80, 9999)), ("os|system", one_of("Linux, Windows, Debian, Ubuntu, macOS, FreeBSD")), ("cpu|cores", number(1, 129)), ("ram|memory|ram_gb", number(1, 513)),
    ("disk|disk_gb", number(10, 4000)), ("up|online|backup|enabled", flag), ("region|zone|location", TOWN), ("version|release", lambda r: f"{r.randrange(1, 12)}.{r.randrange(20)}.{r.randrange(10)}"),
    ("load|usage", amount(8)), ("owner|team", named("computing"))]
WORDY = [("word|term|key|english|en", everyday.word), ("kind|type|pos", one_of("noun, verb, adjective, adverb")), ("count|freq|frequency|n", number(1, 5000)), ("letters|length|len", number(2, 15)),
    ("example|note|text", everyday.sentence), ("other|opposite|synonym|value", everyday.word), ("known|easy|used", flag), ("label|tag|class", everyday.word), ("score|weight", amount(1)),
    ("rank|id|nr", number(1, 300))]
THEMES = [(PEOPLE, 4), (PRODUCTS, 3), (GROCERIES, 1.5), (CITIES, 1.5), (SCORES, 2), (LOGS, 1.5), (TASKS, 2), (BILLS, 1.5), (TRIPS, 1), (EVENTS, 1), (BOOKS, 1), (ANIMALS, 1), (SERVERS, 1.2),
    (WORDY, 1.5)]
THEMES = [([(name.split("|"), make) for name, make in columns], weight) for columns, weight in THEMES]
COLUMNS = [columns for columns, _ in THEMES]
WEIGHTS = [weight for _, weight in THEMES]


def camel(name):
    head, *rest = name.replace("-", "_").split("_")
    return head + "".join(part.capitalize() for part in rest)


HEADS = [str] * 6 + [str.capitalize, str.capitalize, str.upper, lambda n: n.replace("_", " ").title(), lambda n: n.replace("_", " "), camel]


def numeric(text):
    try:
        return float(text) is not None
    except ValueError:
        return False


def sheet(rng, rows, least=2, most=5, commas=False):
    """Rows of one theme; cells with commas only where they may stand."""
    columns = rng.choices(COLUMNS, WEIGHTS)[0]
    if not commas or rng.random() < 0.6:
        columns = [column for column in columns if column[1] is not with_comma]
    count = min(rng.randrange(least, most + 1), len(columns))
    chosen = sorted(rng.sample(range(len(columns)), count))
    if rng.random() < 0.15:
        rng.shuffle(chosen)
    style, made = rng.choice(HEADS), {}
    for at in chosen:
        names, make = columns[at]
        made.setdefault(style(names[0] if rng.random() < 0.5 else rng.choice(names)), make)
    return [{name: cell(make(rng)) for name, make in made.items()} for _ in range(rows)]


def cell(value):
    """Text that reads as a number or a truth value would come back as one."""
    return f"v{value}" if isinstance(value, str) and (numeric(value) or value in ("true", "false", "null")) else value
