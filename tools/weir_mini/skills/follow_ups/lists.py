"""A list that is changed from turn to turn: the other way round, only the first two, in capitals, with commas."""

from dataclasses import dataclass, replace

from ... import values
from ...phrasing import choose, fill
from ...task import compact
from ..shared import everyday

KIND_OF = {entry: kind for kind in reversed(everyday.LIST_KINDS) for entry in everyday.KINDS[kind]}
SMALL = ["zero", "one", "two", "three", "four", "five", "six"]


@dataclass(frozen=True)
class State:
    items: tuple
    is_number: bool
    shape: str
    order: str = ""  # up, down or neither
    dressed: bool = False  # with signs around the items
    result: str = None  # an answer that is no list


def written(state):
    if state.result is not None:
        return state.result
    items = state.items
    if state.shape == "array":
        return "[" + ", ".join(items) + "]" if state.is_number else compact(list(items))
    if state.shape == "numbered":
        return "\n".join(f"{place}. {item}" for place, item in enumerate(items, 1))
    if state.shape in ("dashes", "stars"):
        return "\n".join(("- " if state.shape == "dashes" else "* ") + item for item in items)
    return {"commas": ", ", "lines": "\n", "semicolons": "; ", "pipes": " | ", "spaces": " ", "tight": ","}[state.shape].join(items)  # fmt: skip


def key_of(state):
    return float if state.is_number else str.casefold


def sorted_items(state, down):
    return tuple(sorted(state.items, key=key_of(state), reverse=down))


def said(rng, patterns, **slots):
    return fill(choose(rng, rng.choice(patterns)), slots)


REVERSE = ["[now |]the other way [round|around]", "[the |]other way round", "reverse [it|that|them|the order|the list]", "[now |]reversed", "backwards", "in reverse[ order|]",
    "turn it around", "flip [it|the order]", "[now |]in the opposite order", "from the [end|last] to the [start|first]", "upside down"]  # fmt: skip
DOWN_WORDS = ["[now |]from Z to A", "[now |]Z to A", "[now |]descending", "in descending order", "[I meant |no, ]descending", "in reverse alphabetical order",
    "sort [it |]descending", "[make it|and] z-a"]  # fmt: skip
UP_WORDS = ["[now |]from A to Z", "[now |]alphabetically", "sort [it|them|that] [alphabetically|from A to Z]", "in alphabetical order", "sorted", "sort [it|them|the list]",
    "A to Z", "[put|bring] it in alphabetical order", "[now |]sort it"]  # fmt: skip
DOWN_NUMBERS = ["[now |]descending", "largest first", "biggest first", "from high to low", "from largest to smallest", "[no, |I meant ]descending", "highest first",
    "sort [it |them |]descending", "[now |]in descending order"]  # fmt: skip
UP_NUMBERS = ["[now |]ascending", "smallest first", "from low to high", "sort [it|them|the list]", "sorted", "from smallest to largest", "lowest first",
    "sort [it |them |]ascending", "[now |]in ascending order"]  # fmt: skip


def reverse(rng, state):
    order = {"up": "down", "down": "up"}.get(state.order, "")
    return said(rng, REVERSE), replace(state, items=state.items[::-1], order=order)


def sort(rng, state):
    down = state.order == "up" or state.order == "" and rng.random() < 0.3
    words = {(True, True): DOWN_NUMBERS, (True, False): UP_NUMBERS, (False, True): DOWN_WORDS, (False, False): UP_WORDS}[state.is_number, down]  # fmt: skip
    if not state.order:
        words = [word for word in words if "I meant" not in word]
    return said(rng, words), replace(state, items=sorted_items(state, down), order="down" if down else "up")


CASES = [
    (["uppercase[ please|]", "[now |]in capitals", "[now |]in upper case", "make [them|it|everything] uppercase", "all caps", "in all caps", "capital letters",
    "write [them|it] in capitals"], str.upper),
    (["lowercase[ please|]", "[now |]in lower case", "[now |]all lowercase", "small letters", "make [them|it|everything] lowercase"], str.lower),
    (["[with|start each with] a capital letter", "capitalize [them|each|every word|each one]", "first letters [big|in upper case]", "capitalized"],
    lambda item: item[:1].upper() + item[1:]),
]  # fmt: skip


def case(rng, state):
    words, change = rng.choices(CASES, [5, 2, 2])[0]
    return None if state.is_number else (said(rng, words), replace(state, items=tuple(map(change, state.items))))


SHAPES = {
    "commas": ["[now |]as a comma[-| ]separated list", "comma[-| ]separated", "separated by commas", "[all |]on one line[,| and] separated by commas", "with commas",
    "in one line with commas", "as one line, comma separated"],
    "lines": ["one per line", "[now |]one [item |]per line", "each on its own line", "line by line", "as lines", "put each on a new line"],
    "dashes": ["as bullet points", "[now |]as a bullet list", "bullets[ please|]", "with bullets", "make it a bullet list", "as a bulleted list", "as a markdown list"],
    "numbered": ["numbered", "[now |]as a numbered list", "number [them|it]", "with numbers", "add numbers", "as an ordered list", "make it a numbered list"],
    "array": ["as JSON", "[now |]as a JSON array", "[in|as] JSON[ please|]", "as a JSON list", "make it JSON", "as json array"],
    "semicolons": ["with semicolons", "separated by semicolons", "semicolons instead"],
    "pipes": ["separated by |", "with | between"],
}  # fmt: skip
SHAPE_NAMES, SHAPE_WEIGHTS = list(SHAPES), [4, 3, 3, 3, 3, 0.8, 0.3]


def shape(rng, state):
    name = rng.choices(SHAPE_NAMES, SHAPE_WEIGHTS)[0]
    pattern = rng.choice(SHAPES[name])
    return pattern if name == "pipes" else choose(rng, pattern), replace(state, shape=name)


def counted(rng, count):
    return str(count) if count > 6 or rng.random() < 0.4 else SMALL[count]


def some(rng, state):
    """The first or the last ones."""
    if len(state.items) < 3:
        return None
    count, front = rng.randrange(1, min(4, len(state.items))), rng.random() < 0.7
    where = rng.choice(["first", "first", "top"]) if front else "last"
    which = f"the {where} {counted(rng, count)}" if count > 1 else f"the {where} one"
    words = ["only {w}", "just {w}", "keep [only |]{w}", "only {w}[, please|]", "give me {w}", "show [only|me] {w}", "I only need {w}",
        "{w} [only|are enough]" if count > 1 else "{w} only"]  # fmt: skip
    return said(rng, words, w=which), replace(state, items=state.items[:count] if front else state.items[-count:])


def less(rng, state):
    """Without the first, the last, or one that is named."""
    if len(state.items) < 3:
        return None
    place = rng.choice([0, -1, None])
    if place is None:
        item = rng.choice(state.items)
        items, which = tuple(one for one in state.items if one != item), item
    else:
        items, which = (state.items[1:] if place == 0 else state.items[:-1]), f"the {'first' if place == 0 else 'last'} [one|item|]"  # fmt: skip
    words = ["drop {w}", "remove {w}", "without {w}", "leave out {w}", "delete {w}", "take {w} out", "[but |]not {w}", "skip {w}", "cross out {w}",
        "everything but {w}"]  # fmt: skip
    return choose(rng, rng.choice(words).replace("{w}", which)).strip(), replace(state, items=items)


def another(rng, state):
    """One more of the kind that the list has."""
    if state.is_number:
        return str(rng.randrange(1, 100))
    first = state.items[0]
    if "@" in first:
        return values.email(rng)
    if "/" in first:
        return values.path(rng)
    if " " in first and first.istitle():
        return everyday.full_name(rng)
    return rng.choice(everyday.KINDS[KIND_OF.get(first, KIND_OF.get(first.lower(), "food"))])


def more(rng, state):
    item = another(rng, state)
    if item in state.items:
        return None
    if not state.is_number and state.items[0].isupper():
        item = item.upper()
    if rng.random() < 0.7:
        words, items = ["add {i} at the end", "append {i}", "put {i} at the end", "add {i} to the end", "add {i} as the last [one|item]"], (*state.items,
            item)  # fmt: skip
    else:
        words, items = ["put {i} first", "add {i} at the [top|start|beginning|front]", "prepend {i}"], (item, *state.items)  # fmt: skip
    return said(rng, words, i=item), replace(state, items=items, order="")


def swap(rng, state):
    old, new = rng.choice(state.items), another(rng, state)  # fmt: skip
    if new in state.items:
        return None
    if old.isupper():
        new = new.upper()
    return said(rng, ["replace {o} with {n}", "change {o} to {n}", "use {n} instead of {o}", "swap {o} for {n}"], o=old, n=new), replace(state,
        items=tuple(new if item == old else item for item in state.items), order="")  # fmt: skip


def threshold(rng, state):
    if not state.is_number:
        return None
    limit = rng.choice([5, 10, 10, 20, 20, 50, 100])
    amounts = {item: float(item) for item in state.items}
    tests = [
        (["drop [anything|everything|all] [under|below|less than] {l}", "remove [everything|all] [below|under] {l}", "without those below {l}", "leave out everything under {l}"],
        lambda n: n >= limit), (["only [those|the ones] [over|above|greater than] {l}", "just those above {l}", "keep only those over {l}", "only numbers above {l}"],
        lambda n: n > limit),
        (["only [those|the ones] [under|below] {l}", "just those below {l}", "keep the ones under {l}"], lambda n: n < limit), (["drop [anything|everything] [over|above] {l}",
        "remove [everything|all] above {l}"], lambda n: n <= limit),
        (["only the even ones", "just the even numbers", "keep the even ones"], lambda n: n % 2 == 0), (["only the odd ones", "just the odd numbers", "drop the even ones"],
        lambda n: n % 2 == 1),
    ]  # fmt: skip
    words, test = rng.choice(tests)
    items = tuple(item for item in state.items if test(amounts[item]))
    return (said(rng, words, l=limit), replace(state, items=items)) if 0 < len(items) < len(state.items) else None


def by_letters(rng, state):
    if state.is_number:
        return None
    item = rng.choice(state.items)
    size = rng.choice([4, 5, 6])
    tests = [
        (["only [those|the ones] that start with {c}", "just those starting with {c}", "keep [only |]the ones beginning with {c}"], lambda w: w[0].lower() == item[0].lower()),
        (["drop [those|the ones] that start with {c}", "without those starting with {c}"], lambda w: w[0].lower() != item[0].lower()),
        (["only [those|words|the ones] with more than {s} letters", "only those longer than {s} letters", "drop everything with {s} letters or less"], lambda w: len(w) > size),
        (["drop [those|the ones|all] with more than {s} letters", "remove those longer than {s} letters"], lambda w: len(w) <= size),
    ]  # fmt: skip
    words, test = rng.choice(tests)
    if any(not one.isalpha() for one in state.items):
        return None
    items = tuple(one for one in state.items if test(one))
    return (said(rng, words, c=item[0].lower(), s=size), replace(state, items=items)) if 0 < len(items) < len(state.items) else None  # fmt: skip


def dedupe(rng, state):
    items = tuple(dict.fromkeys(state.items))
    words = ["remove [the |]duplicates", "without duplicates", "no duplicates", "each only once", "dedupe [it|the list]", "only the unique ones", "drop the duplicates",
        "remove repeated ones"]  # fmt: skip
    return (said(rng, words), replace(state, items=items)) if items != state.items else None


def by_length(rng, state):
    if state.is_number or len({len(item) for item in state.items}) < len(state.items):
        return None
    down = rng.random() < 0.4
    words = ["by length, longest first", "longest first", "from longest to shortest"] if down else ["[sort |sorted |]by length", "shortest first", "from shortest to longest",
        "sort by length, shortest first"]  # fmt: skip
    return said(rng, words), replace(state, items=tuple(sorted(state.items, key=len, reverse=down)), order="")


def ends_swapped(rng, state):
    words = ["swap the first and the last[ one|]", "exchange the first and the last[ one|]", "put the last one first and the first one last"]  # fmt: skip
    return (said(rng, words), replace(state, items=(state.items[-1], *state.items[1:-1], state.items[0]), order="")) if len(state.items) > 2 else None  # fmt: skip


def change_all(rng, state):
    if not state.is_number or any("." in item for item in state.items):
        return None
    k = rng.choice([1, 2, 5, 10])
    words, change = rng.choice([(["double [them|each|all of them]", "times two", "multiply [each|all|them] by 2"], lambda n: 2 * n), (["add {k} to each", "{k} more for each",
        "increase each by {k}"], lambda n: n + k), (["subtract {k} from each", "take {k} off each"], lambda n: n - k)])  # fmt: skip
    return said(rng, words, k=k), replace(state, items=tuple(str(change(int(item))) for item in state.items))


def with_prefix(rng, state):
    if state.is_number:
        sign = rng.choice(["€", "$"])
        return said(rng, ["put a {s} in front of each", "with a {s} in front", "add {s} before each [number|one]"], s=sign), replace(state,
            items=tuple(sign + item for item in state.items), is_number=False, dressed=True)  # fmt: skip
    left, right, name = rng.choice([('"', '"', "double quotes"), ("'", "'", "single quotes"), ("#", "", "a #"), ("", "!", "an exclamation mark"), ("**", "**",
        "double asterisks")])  # fmt: skip
    if state.shape == "array" and left == '"':
        return None
    words = ["put {n} in front of each", "with {n} in front"] if not right else ["add {n} to each", "each with {n} at the end"] if not left else ["put {n} around each",
        "each in {n}", "with {n} around each"]  # fmt: skip
    return said(rng, words, n=name), replace(state, items=tuple(left + item + right for item in state.items), dressed=True)  # fmt: skip


def question(rng, state):
    """What ends the talk about the list as it is."""
    items = state.items
    asks = [
        (["how many are [there|left|that|in it]?", "how many [items|entries] [are there|is that]?", "count them", "how many?", "and how many is that?"], str(len(items)), 3),
        (["what's the first one?", "which [one |]is first?", "the first one?"], items[0], 1), (["what's the last one?", "which [one |]is last?", "and the last?"], items[-1], 1),
    ]  # fmt: skip
    if len(items) > 2 and len(set(items)) == len(items):
        place = rng.choice([1, 2])
        asks.append(([f"what is {'second' if place == 1 else 'third'}?", f"the {'second' if place == 1 else 'third'} one?", f"which one is {'second' if place == 1 else 'third'}?"],
            items[place], 1))  # fmt: skip
        at = rng.randrange(len(items) - 1)
        asks.append(([f"what comes after {items[at]}?", f"which one comes after {items[at]}?"], items[at + 1], 0.7))
    if state.is_number and all(item.lstrip("-").isdigit() for item in items) and len(items) > 1:
        numbers = [int(item) for item in items]
        asks += [(["what's the sum?", "add them up", "[and |]the sum?", "what do they add up to?", "total?"], str(sum(numbers)), 2), (["what's the [largest|biggest|highest]?",
            "[and |]the maximum?", "the biggest one?"], str(max(numbers)), 1), (["what's the [smallest|lowest]?", "[and |]the minimum?"], str(min(numbers)),
            1)]  # fmt: skip
        if sum(numbers) % len(numbers) == 0:
            asks.append((["what's the average?", "[and |]the mean?", "[and |]the average?"], str(sum(numbers) // len(numbers)), 3))  # fmt: skip
    longest = sorted(items, key=len)
    if not state.is_number and len(items) > 1 and len(longest[-1]) > len(longest[-2]):
        asks.append((["what's the longest[ word|]?", "which is the longest?", "the longest one?"], longest[-1], 1))
    words, answer, _ = rng.choices(asks, [weight for *_, weight in asks])[0]
    return choose(rng, rng.choice(words)), replace(state, result=answer)


STEPS = [(reverse, 4), (sort, 4), (case, 4), (shape, 7), (some, 4), (less, 4), (more, 2.5), (swap, 1.5), (threshold, 4), (by_letters, 2), (change_all, 1), (with_prefix, 1),
    (question, 3), (dedupe, 5), (by_length, 1), (ends_swapped, 0.5)]  # fmt: skip
ON_BARE = {sort, by_length, more, swap, threshold, by_letters, change_all, with_prefix}  # what wants the items as they are
STEP_WEIGHTS = [weight for _, weight in STEPS]
FIRST_SHAPES, FIRST_WEIGHTS = ["commas", "lines", "dashes", "array", "spaces", "numbered", "semicolons", "tight"], [7, 4, 1.5, 1, 1, 0.5, 0.4, 0.5]  # fmt: skip
OPEN = ["{Do} {noun}: {data}", "{Do} {noun}: {data}", "{Do}: {data}", "{Do} {noun}:\n{data}", "please {do} {noun}: {data}", "Please {do} {noun}:\n{data}", "{data}\n{do} {noun}",
    "{data}\n\n{Do} {noun} please", "Can you {do} {noun}? {data}", "can you {do} {noun}?\n{data}", "I have {noun2}: {data}. {Do} it."]  # fmt: skip
REMEMBER = ["Here is my list: {data}", "This is my list: {data}. Remember it.", "I have a list: {data}. Keep it in mind.", "My list:\n{data}", "Take this list:\n{data}",
    "Here are my items: {data}. I'll ask you to change them.", "Let's work on this list: {data}"]  # fmt: skip
HEARD = ["OK.", "OK, what should I do with it?", "Got it.", "Sure. What next?", "Noted.", "All right.", "OK"]


def drawn(rng):
    if rng.random() < 0.38:  # numbers
        top = rng.choice([20, 50, 100, 100, 1000])
        count = rng.choice([3, 4, 5, 6, 7])
        return tuple(str(number) for number in rng.sample(range(1, top), count)), True
    draw = rng.random()
    if draw < 0.12:
        make = everyday.full_name if draw < 0.06 else values.email if draw < 0.09 else values.path
        items = [make(rng) for _ in range(rng.choice([3, 3, 4]))]
        return (tuple(items), False) if "".join(items).isascii() and len(set(items)) == len(items) else drawn(rng)
    kind = rng.choice(["food", "food", "creature", "given", "town", "clothing", "household", "sport", "person", "place", "tool", "nature"])  # fmt: skip
    pool = everyday.SINGLE[kind] if rng.random() < 0.7 else everyday.KINDS[kind]
    items = rng.sample(pool, rng.choice([3, 4, 4, 5, 6])) if rng.random() < 0.85 else [values.made_word(rng, 2) for _ in range(4)]  # fmt: skip
    return (tuple(items), False) if "".join(items).isascii() and len(set(items)) == len(items) else drawn(rng)


def opening(rng, state):
    """The first request, and the state after it."""
    data = written(state)
    if rng.random() < 0.12:
        return rng.choice([text for text in REMEMBER if ("\n" in text) == ("\n" in data)]).replace("{data}", data), rng.choice(HEARD), state  # fmt: skip
    draw, order = rng.random(), {True: [" ascending", " from low to high", " from smallest to largest", ""], False: [" alphabetically", " from A to Z", " in alphabetical order",
        ""]}[state.is_number]  # fmt: skip
    tail = ""
    if draw < 0.5:
        do, after = rng.choice(["sort", "sort", "sort", "order", "arrange"]), replace(state, items=sorted_items(state, False), order="up")  # fmt: skip
        tail = rng.choice(order) if do == "sort" else order[0]
    elif draw < 0.62:
        do, after = "reverse", replace(state, items=state.items[::-1])
    elif draw < 0.75 and not state.is_number:
        do, after = rng.choice([("uppercase", str.upper), ("capitalize", lambda item: item[:1].upper() + item[1:])])
        after = replace(state, items=tuple(map(after, state.items)))
    elif draw < 0.88:
        shape_, do = rng.choice([named for named in (("numbered", "number"), ("dashes", "make bullet points of"), ("array", "make a JSON array of"), ("lines",
            "put one per line:")) if named[0] != state.shape])  # fmt: skip
        after = replace(state, shape=shape_)
    else:
        item = rng.choice(state.items)
        do, after = f"remove {item} from", replace(state, items=tuple(one for one in state.items if one != item))
    noun = rng.choice(["this list", "the list", "these", "my list", "this", "these items" if not state.is_number else "these numbers"])  # fmt: skip
    pattern = rng.choice([p for p in OPEN if not ("noun2" in p and do.endswith((" of", ":", "from"))) and not (p.startswith("{Do}: ") and do.endswith((" of", "from",
        ":")))] if "\n" not in data else [p for p in OPEN if "\n" in p and p.count("{data}") == 1])  # fmt: skip
    if do.endswith(":"):
        do, noun = "put one per line", ""
    if "{noun}" not in pattern:
        text = pattern.replace("{Do}: ", f"{do[0].upper() + do[1:]}{tail}: ").replace("{Do} it.", f"{do[0].upper() + do[1:]} it{tail}.")  # fmt: skip
    else:
        text = pattern.replace("{noun}", f"{noun}{tail}".strip())
    fixed = {"Do": do[0].upper() + do[1:], "do": do, "noun2": rng.choice(["a list", "these things", "the following list"]), "data": data}  # fmt: skip
    text = fill(text, fixed)
    return " ".join(text.split(" ")).replace("  ", " ").replace(" :", ":").replace(" ?", "?"), written(after), after


SEEN = [
    ("food", ["I bought {l} at the market.", "We need {l} for the party.", "She put {l} into the basket.", "For breakfast I had {l}.", "Please bring {l} on Sunday."], ["foods",
    "items", "groceries"]), ("creature", ["At the zoo we saw {l}.", "On the farm there are {l}.", "The book is about {l}."], ["animals"]),
    ("given", ["{l} came to the party.", "Yesterday I met {l} in town.", "{l} are on the team.", "I sent the invitation to {l}."], ["names", "people"]), ("town",
    ["We have offices in {l}.", "Last year I went to {l}.", "The train stops in {l}."], ["cities", "places"]), ("clothing", ["She packed {l}.", "In the drawer I found {l}."],
    ["clothes", "items"]),
]  # fmt: skip
FIND = ["List the {c} in this sentence, {f}: {t}", "{t}\n\nList the {c}, {f}.", "Which {c} are named here? {F}. {t}", "Extract the {c} from this, {f}: {t}",
    "Get all {c}, {f}: {t}", "Find the {c} ({f}): {t}"]  # fmt: skip


def found_in_text(rng):
    """A list that is first taken out of a sentence."""
    kind, sentences, called = rng.choice(SEEN)
    items = rng.sample(everyday.SINGLE[kind], rng.choice([3, 3, 4, 5]))
    if not "".join(items).isascii():
        return found_in_text(rng)
    text = rng.choice(sentences).replace("{l}", ", ".join(items[:-1]) + " and " + items[-1])
    form, name = rng.choice([("commas", "separated by commas"), ("lines", "one per line"), ("commas", "comma separated"), ("array", "as a JSON array"), ("dashes",
        "as bullet points")])  # fmt: skip
    state = State(tuple(items), False, form)
    ask = fill(rng.choice(FIND), {"c": rng.choice(called), "f": name, "F": name[0].upper() + name[1:], "t": text})
    return ask, written(state), state


def make(rng):
    """Turns of (what the user says, the answer), and whether the last answer is JSON."""
    items, is_number = drawn(rng)
    if rng.random() < 0.1:
        items = [*items[:4], *rng.sample(items, rng.choice([1, 1, 2]))]
        rng.shuffle(items)
        items = tuple(items)
    first_shape = rng.choices(FIRST_SHAPES, FIRST_WEIGHTS)[0]
    if first_shape == "spaces" and any(" " in item for item in items):
        first_shape = "commas"
    text, answer, state = found_in_text(rng) if rng.random() < 0.1 else opening(rng, State(items, is_number, first_shape))  # fmt: skip
    turns, before, wanted = [(text, answer)], [state], rng.choice([2, 2, 3, 3, 4])
    for _ in range(12):
        if len(turns) == wanted or state.result is not None:
            break
        if len(before) > 2 and rng.random() < 0.04:
            before.pop()
            state = before[-1]
            turns.append((rng.choice(["undo that", "undo", "no, back to the previous version", "take that back", "go back one step", "Undo that last change"]),
                written(state)))  # fmt: skip
            continue
        step = rng.choices(STEPS, STEP_WEIGHTS)[0][0]
        made = None if state.dressed and step in ON_BARE else step(rng, state)
        if made is None:
            continue
        said_, after = made
        if after.result is None and rng.random() < 0.1:
            second = rng.choice([case, shape, reverse])(rng, after)
            if second and written(second[1]) != written(after) and "meant" not in said_ + second[0]:
                said_, after = f"{said_} and {second[0].removeprefix('now ')}", second[1]
        if written(after) == written(state) or not after.items:
            continue
        turns.append((said_, written(after)))
        state = after
        before.append(state)
    if len(turns) < 2:
        return make(rng)
    return turns, state.result is None and state.shape == "array"
