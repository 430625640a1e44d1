"""Small changes to JSON: keep, drop, rename, add and set keys; sort, filter and count objects; read a value."""

from ... import values
from ...framing import about
from ...task import Task, compact
from ..shared.table_notations import plain, pretty, table

KEEP = [
    "[Keep|Leave|Return|Take|Select|Pick|Show|Output] [only |just |]{the_keys} [of|from|in] [this|the] [JSON|object|JSON object|record][.|]",
    "[Reduce|Filter|Shrink|Strip|Limit] [this|the] [JSON|object] to {the_keys}[.|]",
    "[Remove|Drop|Delete] [everything|all|all keys] [but|except] {keys}[ from this JSON|][.|]",
    "[I|We] only need {the_keys} [of|from] [this|the JSON][.|]",
    "[Only|Just] {the_keys}[, please|][.|]",
]
DROP = [
    "[Remove|Drop|Delete|Strip|Leave out|Take out|Cut out|Erase] {the_keys} [from|in|out of] [this|the] [JSON|object|JSON object|record][.|]",
    "[Remove|Drop|Delete] {the_keys}[, please|][.|]",
    "[The same|This|This JSON|The object] without {the_keys}[.|]",
    "[Return|Give me|Print] [this|the] [JSON|object] without {the_keys}[.|]",
    "[We|I] don't need {the_keys}[ any more|]. [Remove them.|Drop it.|Clean it up.|Return the rest.]",
]
RENAME = [
    "[Rename|Change] [the |][key |field |]{old} [to|into|as] {new}[ in this JSON| in the object|][.|]",
    "[The|Our] key {old} [should be called|is now called|must be|should be] {new}[.|]",
    "[Replace|Swap] the key {old} [by|with|for] {new}[.|]",
    "[Call|Name] [the key |the field |]{old} {new} [instead|from now on][.|]",
    "{old} [->|=>] {new}",
]
ADD = [
    "[Add|Insert|Append|Put in] [the key |a key |a field |]{key} with [the value |value |]{value}[ to this JSON| to the object|][.|]",
    "[Add|Insert|Append] {key}: {value}[ to this JSON| to the object|][.|]",
    "[Put|Write|Set] {key} = {value} [at the end of|into] [this|the] [JSON|object][.|]",
]
SET = [
    "[Set|Change|Update] [the |]{key} to {value}[ in this JSON| in the object|][.|]",
    "[Make|Let] [the |]{key} {value}[.|]",
    "[Replace|Overwrite] the [value of |]{key} [by|with] {value}[.|]",
    "[The|Our] {key} is [now|really|in fact] {value}[. Update it.|, fix it.|. Correct the JSON.]",
]
SORT_KEYS = [
    "[Sort|Order|Arrange] the keys [of this JSON|of the object|alphabetically|by name|from a to z|][.|]",
    "[Sort|Order] [this JSON|this object|the object] by [key|its keys|key name][.|]",
    "[Keys|The keys] in alphabetical order[, please|][.|]",
]
SORT_ROWS = [
    "[Sort|Order|Arrange|Rank] [these objects|this array|this JSON|the rows|the list|it] by {key}[, {way}| ({way})| in {way} order][.|]",
    "[Sort|Order] by {key}[:| -|,] {way}[.|]",
    "[I need|I want|Give me] [these|the objects|the array] [sorted|ordered] by {key}, {way}[.|]",
]
WAYS = {False: ["ascending", "ascending", "lowest first", "from low to high", "smallest first"], True: ["descending", "descending", "highest first", "from high to low", "largest first"]}
WHERE = [
    "[Keep|Return|Select|Show|Give me|List] [only |][the |][objects|entries|rows|items|records] [where|whose|with] {key} [is|=|equal to] {value}[.|]",
    "[Filter|Reduce] [this array|the list|these objects] [by|to|on] {key} = {value}[.|]",
    "[Which|What] [objects|entries|items] have [the |]{key} {value}? [As JSON|Return a JSON array|JSON].",
]
PLUCK = [
    "[List|Collect|Return|Give me|Extract|Get|Show] [all |][the |][values of |]{key} [values |][as|in] a JSON [array|list][.|]",
    "[Only|Just] the {key} of [each|every] [object|entry|row][, as|, in|as] [a JSON array|JSON][.|]",
    "[Map|Reduce|Turn] [this|the array] to [a JSON array|an array] of {key}[ values|][.|]",
]
READ = [
    "[What is|What's|Give me|Return|Tell me|Read|Print|Show] the [value of |]{key}[ in this JSON| here|][?|.|]",
    "[Value of|The value of] {key}[?|:|]",
    "{key}?",
    "[Get|Fetch|Look up|Find] [the |]{key}[ from this JSON| in this JSON|][.|]",
]
KEYS = [
    "[List|Return|Give me|Show|Name] [all |]the keys [of|in] [this|the] [JSON|object][ as a JSON array| as JSON array|, JSON array please][.|]",
    "[Which|What] keys does [this|the] [object|JSON] have? [Return|Answer with|As] a JSON array[.|]",
]
LENGTH = [
    "[How many|Count the] [objects|entries|items|elements|records] [are|there are] [in|inside] [this|the] [JSON array|array|JSON|list][?|.|]",
    "[Count|Number of] [objects|entries|items|elements][:|?|]",
]
MARKS = ["{}", "{}", "{}", '"{}"', "`{}`", "'{}'"]


def shown(rng, value):
    return pretty(value) if rng.random() < 0.2 else compact(value)


def in_words(rng, keys):
    mark = rng.choice(MARKS)
    named = [mark.format(key) for key in keys]
    joint = rng.choice([" and ", " and ", ", ", " & "])
    return named[0] if len(named) == 1 else joint.join([", ".join(named[:-1]), named[-1]])


def changed(rng, patterns, before, after, **slots):
    return Task("convert", about(rng, patterns, shown(rng, before), **slots), compact(after), is_json=True)


def kept(rng, data):
    """Some of the keys of one object or of each of several."""
    rows, names = data if isinstance(data, list) else [data], list(data[0] if isinstance(data, list) else data)
    chosen = rng.sample(names, rng.randrange(1, max(2, len(names))))
    drop = rng.random() < 0.5
    left = [{key: value for key, value in row.items() if (key in chosen) != drop} for row in rows]
    words = in_words(rng, chosen)
    the = rng.choice(["{}", "{}", "the {}", "the keys {}", "the fields {}", "keys {}"]).format(words)
    patterns = DROP if drop else KEEP
    return changed(rng, patterns, data, left if isinstance(data, list) else left[0], keys=words, the_keys=the)


def renamed(rng, data):
    old, new = rng.choice(list(data)), rng.choice([values.made_word(rng, 2), f"{values.made_word(rng, 1)}_{rng.choice(['id', 'name', 'at'])}", rng.choice("name title label key user".split())])
    if new in data:
        return renamed(rng, data)
    mark = rng.choice(MARKS)
    after = {new if key == old else key: value for key, value in data.items()}
    return changed(rng, RENAME, data, after, old=mark.format(old), new=mark.format(new))


def added(rng, data):
    *others, key = data
    before = {name: data[name] for name in others}
    return changed(rng, ADD, before, data, key=rng.choice(MARKS).format(key), value=literal(rng, data[key]))


def literal(rng, value):
    """Text with quotes or, where it cannot be read as anything else, without."""
    return compact(value) if not isinstance(value, str) or rng.random() < 0.5 else value


def assigned(rng, data, other):
    key = rng.choice(list(data))
    return changed(rng, SET, data, {**data, key: other[key]}, key=rng.choice(MARKS).format(key), value=literal(rng, other[key]))


def sorted_keys(rng, data):
    return changed(rng, SORT_KEYS, data, dict(sorted(data.items())))


def sorted_rows(rng, rows):
    keys = [k for k in rows[0] if len({plain(row[k]) for row in rows}) == len(rows) and isinstance(rows[0][k], (int, float)) and not isinstance(rows[0][k], bool)]
    if not keys:
        return None
    key, down = rng.choice(keys), rng.random() < 0.5
    after = sorted(rows, key=lambda row: row[key], reverse=down)
    return changed(rng, SORT_ROWS, rows, after, key=rng.choice(MARKS).format(key), way=rng.choice(WAYS[down]))


def where(rng, rows):
    key = rng.choice(list(rows[0]))
    value = rng.choice(rows)[key]
    after = [row for row in rows if row[key] == value]
    return changed(rng, WHERE, rows, after, key=rng.choice(MARKS).format(key), value=literal(rng, value))


def plucked(rng, rows):
    key = rng.choice(list(rows[0]))
    return changed(rng, PLUCK, rows, [row[key] for row in rows], key=rng.choice(MARKS).format(key))


def read_value(rng, data):
    key = rng.choice(list(data))
    return Task("convert", about(rng, READ, shown(rng, data), key=rng.choice(MARKS).format(key)), plain(data[key]))


def names_of_keys(rng, data):
    return changed(rng, KEYS, data, list(data))


def length(rng, rows):
    return Task("convert", about(rng, LENGTH, shown(rng, rows)), str(len(rows)))


def make(rng):
    while True:
        rows = table(rng, rows=rng.choice([2, 2, 3, 3, 4]), most=4)
        one, other = rows[:2]
        draw = rng.random()
        if draw < 0.35:
            return kept(rng, one if rng.random() < 0.6 else rows)
        if draw < 0.47:
            return renamed(rng, one)
        if draw < 0.55:
            return added(rng, one)
        if draw < 0.63:
            return assigned(rng, one, other)
        if draw < 0.68:
            return sorted_keys(rng, one)
        task = rng.choice([sorted_rows, sorted_rows, where, plucked, length])(rng, rows) if draw < 0.88 else rng.choice([read_value, read_value, names_of_keys])(rng, one)
        if task is not None:
            return task
