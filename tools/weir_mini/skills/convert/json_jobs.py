"""More with JSON: keys in another case, merge, swap, flatten, nested values, arrays inside, counts, values in capitals."""

import json

from ...task import Task, compact
from ..shared import everyday
from ..shared.sheets import sheet
from ..shared.table_notations import plain
from .asking import asked
from .notations import settings

NOUNS = ["this JSON", "this JSON", "the JSON", "this object", "the object", "this", "the following JSON", "my JSON"]
HEADS = ["JSON", "Input", "Data", "json", "Object", "Record"]
LATER = ["it", "the result", "that"]


def shown(rng, value):
    draw = rng.random()
    if draw < 0.65:
        return compact(value)
    return json.dumps(value, ensure_ascii=False, indent=2) if draw < 0.85 else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def request(rng, imperatives, others, slots, before, after):
    """A change: JSON before and after."""
    messages = asked(rng, [(imperatives, others, slots)], shown(rng, before), NOUNS, heads=HEADS, later=LATER)
    return Task("convert", messages, compact(after), is_json=True)


def question(rng, imperatives, others, slots, value, answer):
    return Task("convert", asked(rng, [(imperatives, others, slots)], shown(rng, value), NOUNS, heads=HEADS, later=LATER), answer)


def record(rng):
    return sheet(rng, 1, 2, 6)[0] if rng.random() < 0.7 else settings(rng, rng.randrange(2, 6))


def words_of(key):
    return key.replace("-", "_").replace(" ", "_").split("_")


STYLES = [
    (["camelCase", "camel case"], lambda w: w[0].lower() + "".join(part.capitalize() for part in w[1:])), (["snake_case", "snake case"], lambda w: "_".join(w).lower()),
        (["upper case", "uppercase", "capital letters"], lambda w: "_".join(w).upper()), (["lower case", "lowercase"], lambda w: "_".join(w).lower()),
    (["PascalCase"], lambda w: "".join(part.capitalize() for part in w)), (["kebab-case"], lambda w: "-".join(w).lower()),
]  # fmt: skip


def keys_in_case(rng):
    row = {f"{everyday.word(rng)}_{key.lower()}" if "_" not in key and rng.random() < 0.6 and key.isalpha() else key: v for key, v in record(rng).items()}
    names, style = rng.choice(STYLES)
    if any(key != key.lower() or " " in key or "-" in key for key in row):
        return None
    after = {style(words_of(key)): v for key, v in row.items()}
    if after == row:
        return None
    imperatives = ["convert the keys to {t}", "write the keys in {t}", "change all keys to {t}", "put the keys in {t}", "turn the keys of {x} into {t}", "rename the keys to {t}",
        "rewrite {x} with keys in {t}"]
    return request(rng, imperatives, ["keys in {t}", "{t} keys please", "{x} with {t} keys"], {"t": rng.choice(names)}, row, after)


def values_in_case(rng):
    row = record(rng)
    up = rng.random() < 0.6
    after = {key: (v.upper() if up else v.lower()) if isinstance(v, str) else v for key, v in row.items()}
    if after == row:
        return None
    t = rng.choice(["upper case", "uppercase", "capitals"] if up else ["lower case", "lowercase"])
    return request(rng, ["write the values in {t}", "convert [all |the |]text values to {t}", "change the values to {t}", "put all string values in {t}", "turn the values of {x} into {t}"],
        ["values in {t}", "all text values in {t}"], {"t": t}, row, after)


def merged(rng):
    one, other = record(rng), record(rng)
    if set(one) & set(other):
        return None
    data = rng.choice(["{a}\n{b}", "{a}\n\n{b}", "{a} and {b}", "A: {a}\nB: {b}", "first: {a}\nsecond: {b}", "{a} + {b}"]).replace("{a}", "\0").replace("{b}", compact(other)).replace("\0",
        compact(one))
    imperatives = ["merge these objects", "merge the two objects", "combine both into one object", "join the objects into one", "merge these two JSON objects", "make one object of both", "merge"]
    return Task("convert", asked(rng, [(imperatives, ["merged, please", "one object out of both", "as one JSON object"], {})], data, ["this"], heads=["Objects", "Input", "JSON"], later=LATER),
        compact({**one, **other}), is_json=True)


def swapped(rng):
    row = {everyday.word(rng): everyday.word(rng) for _ in range(rng.randrange(2, 6))}
    if len(set(row.values())) < len(row):
        return None
    return request(rng, ["swap keys and values", "swap the keys and [the |]values of {x}", "invert {x}", "exchange keys and values", "turn values into keys and keys into values"],
        ["keys and values swapped", "values as keys"], {}, row, {v: key for key, v in row.items()})


def nested(rng):
    inner_name = rng.choice("address owner meta config options user customer item server stats contact location author product".split())
    row, inner = sheet(rng, 1, 1, 3)[0], sheet(rng, 1, 2, 4)[0]
    return ({**row, inner_name: inner}, inner_name, inner) if inner_name not in row else nested(rng)


def flattened(rng):
    value, name, inner = nested(rng)
    sign, t = rng.choice([(".", "dots"), (".", "dot notation"), ("_", "underscores")])
    flat = {key: v for key, v in value.items() if key != name} | {f"{name}{sign}{key}": v for key, v in inner.items()}
    if rng.random() < 0.65:
        return request(rng, ["flatten {x} with {t}", "flatten {x}, joining keys with {t}", "make {x} flat, with {t} between the keys", "flatten the nested keys with {t}"],
            ["flat, keys joined with {t}"], {"t": t}, value, flat)
    return request(rng, ["unflatten {x}", "nest the keys that have {t}", "turn the keys with {t} into nested objects"], ["nested instead of {t}"], {"t": "dots" if sign == "." else t}, flat,
        value) if sign == "." else None


def deep_value(rng):
    value, name, inner = nested(rng)
    key = rng.choice(list(inner))
    path = rng.choice([f"{name}.{key}", f"the {key} of {name}", f"the {key} in {name}", f"{name} -> {key}", f"{name}.{key}", f"the {name}'s {key}"])
    if rng.random() < 0.2:
        return request(rng, ["return the object {k}", "give me only {k}", "extract {k}", "keep only the content of {k}"], ["only {k}", "the {k} object"], {"k": name}, value, inner)
    return question(rng, ["give me {k}", "return {k}", "read {k}", "tell me {k}", "get {k}", "extract {k}"], ["what is {k}?", "{k}?", "value of {k}?", "{k} please"], {"k": path}, value,
        plain(inner[key]))


def with_array(rng):
    """An array inside an object: its items, their count, one more, in order."""
    row, name = sheet(rng, 1, 1, 2)[0], rng.choice("tags items names colors friends scores notes members roles words files ports".split())
    numbers = name in ("scores", "ports")
    pool = list(dict.fromkeys(rng.randrange(1, 100) if numbers else everyday.word(rng) for _ in range(rng.randrange(3, 7))))
    *items, new = pool
    if name in row or len(items) < 2:
        return None
    value, draw = {**row, name: items}, rng.random()
    if draw < 0.25:
        return question(rng, ["count the {k}", "tell me how many {k} there are", "count the entries in {k}"], ["how many {k} are there?", "number of {k}?", "how many {k}?"], {"k": name}, value,
            str(len(items)))
    if draw < 0.5:
        imperatives = ["add {v} to {k}", "append {v} to {k}", "add {v} to the {k} of {x}", "put {v} at the end of {k}", "push {v} to {k}"]
        return request(rng, imperatives, ["{k} plus {v}"], {"k": name, "v": compact(new) if rng.random() < 0.4 else new}, value, {**row, name: pool})
    if draw < 0.65:
        return request(rng, ["sort the {k}", "sort {k} in {x}", "order the {k}[ ascending|]"], ["{k} sorted"], {"k": name}, value, {**row, name: sorted(items)})
    if draw < 0.85:
        gone = rng.choice(items)
        return request(rng, ["remove {v} from {k}", "delete {v} from the {k}", "drop {v} from {k}", "take {v} out of {k}"], ["{k} without {v}"],
            {"k": name, "v": compact(gone) if rng.random() < 0.4 else gone}, value, {**row, name: [one for one in items if one != gone]})
    return Task("convert", asked(rng, [(["list the {k}, separated by commas", "give me the {k}, comma separated", "extract the {k}, separated by commas"],
        ["{k}, separated by commas", "only the {k}, comma separated"], {"k": name})], shown(rng, value), NOUNS, heads=HEADS), ", ".join(map(str, items)))


def counted(rng):
    row = record(rng)
    return question(rng, ["count the keys", "count the keys of {x}", "tell me how many keys {x} has", "count the fields"],
        ["how many keys[ does {x} have|]?", "number of keys?", "how many fields are there?"], {}, row, str(len(row)))


def numbered_rows(rng):
    """An id for every object, from 1 on."""
    rows = [{key: v for key, v in row.items() if key.lower() not in ("id", "no", "nr")} for row in sheet(rng, rng.randrange(2, 5), 1, 3)]
    if not rows[0]:
        return None
    return request(rng, ["add an id to each object, starting at 1, as the first key", "number the objects with a key id in front, from 1", "give each object an id (1, 2, 3 ...) as its first key"],
        None, {}, rows, [{"id": at, **row} for at, row in enumerate(rows, 1)])


def keyed(rng):
    rows = sheet(rng, rng.randrange(2, 5), 2, 4)
    key = list(rows[0])[0]
    if len({plain(row[key]) for row in rows}) < len(rows) or isinstance(rows[0][key], float):
        return None
    after = {plain(row[key]): {name: v for name, v in row.items() if name != key} for row in rows}
    return request(rng, ["turn {x} into an object keyed by {k}", "key the objects by {k}", "make an object with {k} as the key", "index {x} by {k}"], ["as an object keyed by {k}"], {"k": key}, rows,
        after)


def quoted_numbers(rng):
    row = record(rng)
    numbers = [key for key, v in row.items() if isinstance(v, (int, float)) and not isinstance(v, bool)]
    if not numbers:
        return None
    text = {key: str(v) if key in numbers else v for key, v in row.items()}
    if rng.random() < 0.5:
        return request(rng, ["turn the number strings into numbers", "convert numeric strings to numbers", "make the quoted numbers real numbers", "unquote the numbers in {x}"],
            ["numbers as numbers, not strings"], {}, text, row)
    return request(rng, ["turn the numbers into strings", "convert numbers to strings", "quote the numbers in {x}", "make all numbers strings"], ["numbers as strings"], {}, row, text)


KINDS = [(keys_in_case, 2), (values_in_case, 1), (merged, 1.5), (swapped, 1), (flattened, 1), (deep_value, 2), (with_array, 2.5), (counted, 1), (numbered_rows, 0.4), (keyed, 0.6), (quoted_numbers, 1)]
MAKE, WEIGHTS = [kind for kind, _ in KINDS], [weight for _, weight in KINDS]


def make(rng):
    while True:
        task = rng.choices(MAKE, WEIGHTS)[0](rng)
        if task is not None:
            return task
