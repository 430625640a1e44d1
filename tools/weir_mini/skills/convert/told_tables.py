"""Rows told in words, "Ann is 34 and lives in Riga; Bo is 29 ...", to a table or to objects whose columns are named."""

from ... import values
from ...task import Task, compact
from ..shared import everyday
from ..shared.sheets import amount, cell, date, number, time
from .asking import asked
from .table_jobs import JSON_TARGETS, WRITE


def kind(name):
    return lambda rng: everyday.of_kind(rng, name)


VALUES = {
    "name": kind("given"), "full": everyday.full_name, "age": number(3, 95), "city": kind("town"), "other": kind("town"), "job": lambda r: values.pick(r, "job"), "score": number(1, 101),
        "qty": number(2, 60), "item": lambda r: everyday.plural(everyday.of_kind(r, "food")), "thing": kind("household"),
    "price": amount(200), "country": lambda r: values.pick(r, "country"), "temp": number(-15, 40), "animal": kind("creature"), "legs": number(2, 9), "km": number(5, 2000),
    "day": lambda r: values.pick(r, "weekday"), "hours": number(1, 13), "year": number(1900, 2027), "color": lambda r: values.pick(r, "color"),
    "title": lambda r: f"The {everyday.of_kind(r, 'descriptive').capitalize()} {everyday.of_kind(r, 'nature').title()}", "date": date, "time": time, "task": kind("phrase"), "sport": kind("sport"),
    "place": kind("place"), "email": values.email, "room": number(1, 400), "people": number(1000, 900000, 100),
}  # fmt: skip
# The columns, and the ways to tell a row.
STORIES = [
    ("name age city", ["{name} is {age} and lives in {city}", "{name} ({age}) from {city}", "{name} from {city} is {age}", "{name}, {age}, {city}", "{name} is {age} years old and comes from {city}"]),
    ("name age", ["{name} is {age}", "{name} is {age} years old", "{name} ({age})", "{name}, {age}", "{name} - {age}", "{name}: {age}"]),
    ("name score", ["{name} scored {score}", "{name} has {score} points", "{name} got {score}", "{name}: {score}", "{score} points for {name}", "{name} with {score} points"]),
    ("name job", ["{name} is a {job}", "{name} works as {job}", "{name} ({job})", "{name}: {job}", "{name}, {job}"]),
    ("name job city", ["{name} works as {job} in {city}", "{name} ({job}, {city})", "{name} is a {job} from {city}"]),
    ("qty item", ["{qty} {item}", "{qty} x {item}", "{item}: {qty}", "{item} ({qty})", "{item} x {qty}"]),
    ("item qty price", ["{qty} {item} for {price}", "{qty} x {item} at {price}", "{item}: {qty} at {price} each", "{item} ({qty}) {price}"]),
    ("thing price", ["{thing} costs {price}", "{thing}: {price}", "{thing} - {price}", "a {thing} for {price}", "{thing} ({price})"]),
    ("thing color price", ["a {color} {thing} for {price}", "{thing} in {color}: {price}", "{thing} ({color}) {price}"]),
    ("city country", ["{city} is in {country}", "{city} ({country})", "{city} - {country}", "{city}: {country}"]),
    ("city temp", ["{city} {temp} degrees", "{temp} degrees in {city}", "{city}: {temp}", "in {city} it is {temp} degrees"]),
    ("city country people", ["{city} in {country} has {people} people", "{city} ({country}): {people}"]),
    ("animal legs", ["a {animal} has {legs} legs", "{animal}: {legs}", "{animal} ({legs} legs)"]),
    ("city other km", ["{city} to {other}: {km} km", "from {city} to {other} it is {km} km", "{city} - {other} {km} km", "{city} to {other} is {km} km"]),
    ("day hours", ["{day}: {hours} hours", "{hours} hours on {day}", "{day} {hours}h", "on {day} {hours} hours"]),
    ("title full year", ["{title} by {full} ({year})", "{full} wrote {title} in {year}", "{title}, {full}, {year}", "{title} ({full}, {year})"]),
    ("task name date", ["{name} will {task} by {date}", "{task}: {name}, due {date}", "{task} ({name}) until {date}"]),
    ("name sport", ["{name} likes {sport}", "{name} plays {sport}", "{name}: {sport}", "{name} - {sport}"]),
    ("name email", ["{name} <{email}>", "{name}: {email}", "{name} has {email}", "{name} ({email})"]),
    ("time place name", ["{time} {place} with {name}", "at {time} in the {place} with {name}", "{name} at {time} in the {place}"]),
    ("name room", ["{name} is in room {room}", "{name}: room {room}", "{name} has room {room}", "room {room} is for {name}"]),
    ("full city email", ["{full} from {city}, {email}", "{full} ({city}) {email}", "{full} in {city}: {email}"]),
]  # fmt: skip
# How the columns may be called.
CALLED = {
    "full": ["name", "author", "person"], "other": ["to"], "item": ["item", "product", "food"], "thing": ["item", "product", "thing"], "qty": ["qty", "quantity", "amount", "count"],
        "score": ["score", "points"], "people": ["population", "people"], "temp": ["temp", "temperature"], "title": ["title", "book"],
    "job": ["job", "role", "profession"], "task": ["task", "todo"], "date": ["due", "date", "deadline"], "name": ["name", "name", "person"], "km": ["km", "distance"], "city": ["city", "city", "town"],
    "place": ["place", "where"], "hours": ["hours"], "day": ["day", "weekday"],
}  # fmt: skip
IMPERATIVES = [
    "make {t} with [the |]columns {k}", "make {t} [from|of|out of] {x}, columns {k}", "turn {x} into {t} with [the |]columns {k}", "convert {x} to {t} ({k})", "write {x} as {t} with {k}",
        "put {x} into {t} with the [columns|headers|fields] {k}", "create {t} with the [columns|fields|keys] {k}",
    "give me {t} with {k}", "convert {x} to {t} with the [keys|fields|columns] {k}", "build {t} from {x} with [columns|fields] {k}", "format {x} as {t}, columns {k}", "make {t}: {k}",
]  # fmt: skip
OTHERS = ["{t}, columns {k}", "{t} with {k}", "{t} ({k})", "as {t} with columns {k}", "as {t}: {k}", "I need {t} with the columns {k}", "{x} as {t}, columns {k}", "columns: {k}. Format: {t}"]
NOUNS = ["this", "this", "the text", "these", "the following", "this text", "this list", "my notes", "these notes", "it"]
TARGETS = [("CSV", 4), ("JSON", 4), ("Markdown", 4), ("TSV", 0.4), ("YAML", 0.7), ("HTML", 0.5), ("JSON lines", 0.5)]


def make(rng):
    columns, ways = rng.choice(STORIES)
    columns, way, count = columns.split(), rng.choice(ways), rng.choice([1, 2, 2, 3, 3, 4, 5])
    names = [rng.choice(CALLED.get(column, [column])) for column in columns]
    if columns[:2] == ["city", "other"]:
        names[0] = "from"
    if len(set(names)) < len(names):
        return make(rng)
    style = rng.choice([str, str, str, str.capitalize])
    names = [style(name) for name in names]
    if rng.random() < 0.2:
        order = rng.sample(range(len(names)), len(names))
        names, columns = [names[at] for at in order], [columns[at] for at in order]
    rows, told = [], []
    for _ in range(count):
        row = {column: cell(VALUES[column](rng)) for column in columns}
        told.append(everyday.ARTICLE.sub(r"\1n \2", (way if rng.random() < 0.85 else rng.choice(ways)).format(**row)))
        rows.append(dict(zip(names, row.values())))
    joint = rng.choice(["; ", "; ", "\n", "\n", ". ", "\n- ", ", "])
    if joint == ", " and any("," in one for one in told):
        joint = "; "
    if joint == "\n- ":
        told[0] = "- " + told[0]
    if joint == ". ":
        told = [one[0].upper() + one[1:] if columns[0] in ("name", "full", "city") else one for one in told]
        told[-1] += "."
    said = rng.choice([", ".join(names), ", ".join(names), ", ".join(names[:-1]) + " and " + names[-1], ",".join(names), "/".join(names)])
    target = rng.choices([name for name, _ in TARGETS], [weight for _, weight in TARGETS])[0]
    write, called = WRITE[target]
    if count == 1 and target == "JSON":
        called, write = ["a JSON object", "one JSON object", "a json object", "JSON (one object)"], lambda found: compact(found[0])
    steps = [(IMPERATIVES, OTHERS, {"t": rng.choice(called), "k": said})]
    return Task("convert", asked(rng, steps, joint.join(told), NOUNS, ["{data}", '"{data}"'], ["Data", "Notes", "Text", "Input", "notes"]), write(rows), is_json=target in JSON_TARGETS)
