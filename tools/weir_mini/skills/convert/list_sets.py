"""Two lists compared, lists counted out, lists in groups."""

from ...framing import with_system
from ...phrasing import careless, choose, fill
from ...task import Task
from ..shared import everyday
from .asking import HEADS, asked, dressed, wish
from .list_jobs import COMMAS, LINES, array, dashes, items_of

LETTERS = "abcdefghijklmnopqrstuvwxyz"
NAMES = [("A", "B"), ("List 1", "List 2"), ("list 1", "list 2"), ("first", "second"), ("a", "b"), ("1", "2"), ("X", "Y"), ("left", "right"), ("old", "new"), ("yesterday", "today"), ("mine", "yours")]
OPERATIONS = [
    (["find [the |]common [items|entries|elements]", "list what is in both lists", "give me the items that are in both", "show [only |]what both lists share",
        "tell me which items appear in both lists", "return the intersection"], ["what is in both?", "which items are in both lists?", "common items?", "intersection", "in both"], lambda a,
        b: [one for one in a if one in b]),
    (["list what is only in {a}", "give me the items of {a} that are not in {b}", "find [the items|what is] in {a} but not in {b}", "show [the items|those] that are in {a} and not in {b}",
    "return {a} without the items of {b}"], ["what is in {a} but not in {b}?", "which items of {a} are missing in {b}?", "only in {a}?", "{a} minus {b}"], lambda a,
    b: [one for one in a if one not in b]),
    (["list what is only in {b}", "find [the items|what is] in {b} but not in {a}", "give me the items of {b} that {a} does not have", "show what is new in {b}"],
    ["what is in {b} but not in {a}?", "which items of {b} are missing in {a}?", "only in {b}?"], lambda a, b: [one for one in b if one not in a]),
    (["merge the lists without duplicates", "combine both lists, each item once", "join both lists and remove the duplicates", "make one list of both, without duplicates", "return the union"],
    ["one list, no duplicates", "union", "both lists together, each item once"], lambda a, b: list(dict.fromkeys(a + b))),
    (["put {b} after {a} in one list", "append {b} to {a}", "concatenate the lists", "join the two lists one after the other"], ["one list, first {a}, then {b}"], lambda a, b: a + b),
]  # fmt: skip
FORMS = [(COMMAS, "{a}: {x}\n{b}: {y}", 5), (LINES, "{a}:\n{x}\n\n{b}:\n{y}", 2), (dashes, "{a}:\n{x}\n\n{b}:\n{y}", 1), (array, "{a} = {x}\n{b} = {y}", 2), (COMMAS, "{a}: {x}; {b}: {y}", 1),
    (array, "{a}: {x}\n{b}: {y}", 1)]


def two_lists(rng):
    items, _, _ = items_of(rng)
    if len(items) < 4:
        return None
    shared = rng.randrange(1, len(items) - 1)
    left, right = items[: rng.randrange(shared, len(items))], items[:shared]
    right = right[: rng.randrange(1, len(right) + 1)] + items[len(left) :]
    rng.shuffle(left)
    rng.shuffle(right)
    imperatives, others, work = rng.choice(OPERATIONS)
    result = work(left, right)
    if not result:
        return None
    write, form, _ = rng.choices(FORMS, [weight for *_, weight in FORMS])[0]
    a, b = rng.choice(NAMES)
    data = fill(form, {"a": a, "b": b, "x": write(left), "y": write(right)})
    if a.startswith(("List", "list")):
        names = {"a": a.lower(), "b": b.lower()}
    elif len(a) == 1:
        names = {"a": rng.choice([a, f"list {a}"]) if a.isalpha() and a.isupper() else f"list {a}", "b": rng.choice([b, f"list {b}"]) if b.isalpha() and b.isupper() else f"list {b}"}
    else:
        names = {"a": f"the {a} list" if a not in ("mine", "yours") else a, "b": f"the {b} list" if b not in ("mine", "yours") else b}
    return Task("convert", asked(rng, [(imperatives, others, names)], data, ["this"], heads=HEADS), write(result), is_json=write is array)


ORDER = [(" separated by commas", COMMAS), (", separated by commas", COMMAS), (", comma separated", COMMAS), (", one per line", LINES), (" one per line", LINES), (" as a JSON array", array),
    (", as a JSON array", array), ("", COMMAS)]


def counted_out(rng):
    """The numbers from 3 to 8, even numbers, letters, backwards."""
    start, kind = rng.randrange(0, 60), rng.randrange(6)
    end = start + rng.randrange(3, 11)
    numbers = list(range(start, end + 1))
    if kind == 0:
        ask, items = rng.choice(["[list|write|give me|print] the numbers from {i} to {j}", "count from {i} to {j}", "numbers {i} to {j}", "all [whole numbers|integers] from {i} to {j}",
            "give me {i} to {j}"]), numbers
    elif kind == 1:
        ask, items = rng.choice(["count [down|backwards] from {j} to {i}", "[list|write] the numbers from {j} down to {i}", "numbers from {j} down to {i}"]), numbers[::-1]
    elif kind == 2:
        parity = rng.randrange(2)
        items = [n for n in numbers if n % 2 == parity]
        ask = rng.choice(["[list|write|give me] the {p} numbers from {i} to {j}", "{p} numbers between {i} and {j}", "all {p} numbers from {i} to {j}"]).replace("{p}", ["even", "odd"][parity])
        if "between" in ask and (numbers[0] % 2 == parity or numbers[-1] % 2 == parity):
            return None
    elif kind == 3:
        at, length = rng.randrange(20), rng.randrange(3, 7)
        items = list(LETTERS[at : at + length])
        return out(rng, rng.choice(["[list|write|give me] the letters from {i} to {j}", "letters {i} to {j}", "the alphabet from {i} to {j}"]), items, items[0], items[-1])
    elif kind == 4:
        step, first, count = rng.randrange(2, 12), rng.randrange(1, 20), rng.randrange(3, 7)
        items = [step * n for n in range(1, count + 1)]
        ask = f"[list|write|give me] the first {count} multiples of {step}" if rng.random() < 0.6 else f"count in steps of {step} from {first}, {count} numbers"
        if ask.startswith("count"):
            items = [first + step * n for n in range(count)]
    else:
        word, count = everyday.word(rng), rng.randrange(2, 6)
        items = [f"{word}{n}" for n in range(1, count + 1)]
        return out(rng, "[list|write|give me] {i} to {j}", items, items[0], items[-1])
    return out(rng, ask, list(map(str, items)), start, end) if len(items) > 1 else None


def out(rng, ask, items, start, end):
    how, write = rng.choice(ORDER)
    ask = wish(rng, choose(rng, ask)) if ask.startswith(("[", "count", "give")) else choose(rng, ask)
    text = fill(careless(rng, dressed(rng, ask.rstrip("?.") + how)), {"i": start, "j": end})
    return Task("convert", with_system(rng, text), write(items), is_json=write is array)


def grouped(rng):
    """So many a line."""
    items, _, _ = items_of(rng)
    if len(items) < 4:
        return None
    n = rng.choice([2, 2, 3, 3, 4])
    if n >= len(items):
        return None
    word = ["", "", "two", "three", "four"][n]
    imperatives = ["split {x} into groups of {n}, one group per line, separated by commas", "put {n} [items |]on each line, separated by commas", "write {n} [items |]per line, separated by commas",
        "break {x} into lines of {n}, separated by commas"]
    rows = [", ".join(items[at : at + n]) for at in range(0, len(items), n)]
    write = rng.choice([COMMAS, LINES])
    return Task("convert", asked(rng, [(imperatives, ["{n} per line, separated by commas", "groups of {n}, one per line"], {"n": rng.choice([str(n), word])})], write(items),
        ["this list", "the list", "these", "this", "the items"], ["{data}"], ["List", "Items", "Data"]), "\n".join(rows))


KINDS = [(two_lists, 4), (counted_out, 2), (grouped, 1)]
MAKE, WEIGHTS = [kind for kind, _ in KINDS], [weight for _, weight in KINDS]


def make(rng):
    while True:
        task = rng.choices(MAKE, WEIGHTS)[0](rng)
        if task is not None:
            return task
