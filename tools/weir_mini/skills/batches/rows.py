"""Rows of numbers that are added up or looked over one by one, and lists of sums."""

from ...framing import with_system
from ...phrasing import say
from ...task import Task, compact

OVER_ROWS = [
    (["add the numbers in {each}", "add up the numbers of {each}", "sum {each}", "give me the sum of {each}", "calculate the total of {each}", "total {each}",
    "compute the sum for {each}"], ["sum of {each}", "totals of {each}", "the sum of {each}"], sum, 5),
    (["give me the largest number in {each}", "find the maximum of {each}", "pick the biggest number in {each}", "write the highest number of {each}"], ["largest number in {each}",
    "maximum of {each}", "highest value in {each}"], max, 2.5),
    (["give me the smallest number in {each}", "find the minimum of {each}", "pick the lowest number in {each}"], ["smallest number in {each}", "minimum of {each}",
    "lowest value in {each}"], min, 2),
    (["count the numbers in {each}", "tell me how many numbers {each} has"], ["number of values in {each}"], len, 1.2),
    (["give me the first number of {each}", "write the first number in {each}"], ["first number of {each}"], lambda row: row[0], 0.6),
    (["give me the last number of {each}", "write the last number in {each}"], ["last number of {each}"], lambda row: row[-1], 0.6),
    (["give me the difference between the largest and the smallest number in {each}", "calculate the range (max minus min) of {each}"], ["max minus min of {each}"],
    lambda row: max(row) - min(row), 0.7),
    (["give me the average of {each}", "calculate the mean of {each}", "work out the average of {each}"], ["average of {each}", "mean of {each}"], "mean", 1.5),
    (["multiply the numbers in {each}", "give me the product of {each}"], ["product of {each}"], "product", 1),
]  # fmt: skip
EACH = ["each row", "each row", "each line", "every row", "every line", "each of these rows", "each line below"]
ASKS = ["[Please |]{ask}[.|:|]", "{Ask}[.|:|]", "{Ask}[.|:|]", "[Can|Could] you {ask}?", "{Ask}, [please|pls][.|]", "[I need you to|I want you to] {ask}[.|]"]  # fmt: skip
NOUN_ASKS = ["{Noun}[:|?|]", "{noun}[, please|?|:]", "[Give me|I need|Show me] the {noun}[.|]", "[What is|What's] the {noun}?"]  # fmt: skip
FORMS = [("", "plain", 6), ("one per line", "plain", 2), ("as a JSON array", "json", 2), ("as a JSON list", "json", 1), ("separated by commas", "commas", 1), ("numbered",
    "numbered", 1), ("one result per line", "plain", 1)]  # fmt: skip
SIGNS = ["+", "+", "-", "*", "x", "/", "×"]
SOLVE = ["[Solve|Calculate|Compute|Work out|Do|Answer] [these|the following|each of these|all of these|each line][:|.|]", "[Solve|Calculate] each[ one|]:",
    "[My|Some|The] [maths homework|sums|exercises][, please|]:", "[What are|Give me] the [results|answers][?|:|.]", "[Results|Answers][ please|]:",
    "[Can|Could] you [solve|calculate] these[ for me|]?"]  # fmt: skip


def row_of(rng, operation):
    size = rng.choice([2, 3, 3, 3, 4])
    if operation == "product":
        return [rng.randrange(2, 10) for _ in range(rng.choice([2, 2, 2, 3]))]
    top = rng.choice([10, 20, 50, 100])
    row = [rng.randrange(1, top) for _ in range(size)]
    if operation == "mean":
        row[-1] += -sum(row) % size
    return row


def result(operation, row):
    if operation == "mean":
        return sum(row) // len(row)
    if operation == "product":
        product = 1
        for number in row:
            product *= number
        return product
    return operation(row)


def over_rows(rng):
    imperatives, nouns, operation, _ = rng.choices(OVER_ROWS, [weight for *_, weight in OVER_ROWS])[0]
    count = rng.choice([2, 3, 3, 4, 4, 5])
    table = [row_of(rng, operation) for _ in range(count)]
    answers = [result(operation, row) for row in table]
    sign = rng.choice([" ", " ", ", ", ", ", ",", " | ", "; ", "\t"] + ([" + "] if operation is sum else []))
    lines = [sign.join(map(str, row)) for row in table]
    each = rng.choice(EACH)
    form, style, _ = rng.choices(FORMS, [weight for *_, weight in FORMS])[0]
    draw = rng.random()
    if draw < 0.12:
        names = rng.sample(["A", "B", "C", "D", "E", "north", "south", "east", "west", "home", "Monday", "Tuesday", "Friday", "January", "March", "red", "blue"], count)  # fmt: skip
        lines = [f"{name}: {line}" for name, line in zip(names, lines)]
    elif draw < 0.3:
        lines = [f"{place}. {line}" for place, line in enumerate(lines, 1)]
        style = "numbered" if not form else style
    tail = f", {form}" if form else ""
    if rng.random() < 0.7:
        ask = rng.choice(imperatives).replace("{each}", each) + tail
        text = say(rng, ASKS, ask=ask, Ask=ask[0].upper() + ask[1:])
    else:
        noun = rng.choice(nouns).replace("{each}", each).removeprefix("the ") + tail
        text = say(rng, NOUN_ASKS, noun=noun, Noun=noun[0].upper() + noun[1:])
    return text, lines, answers, style


def exercise(rng):
    sign = rng.choice(SIGNS)
    if sign == "/":
        b, answer = rng.randrange(2, 13), rng.randrange(1, 13)
        return f"{b * answer} / {b}", answer
    if sign in "*x×":
        a, b = rng.randrange(2, 13), rng.randrange(2, 13)
        return f"{a} {sign} {b}", a * b
    a, b = rng.randrange(1, 100), rng.randrange(1, 100)
    if sign == "-":
        a, b = max(a, b), min(a, b)
        return f"{a} - {b}", a - b
    return f"{a} + {b}", a + b


def exercises(rng):
    found = [exercise(rng) for _ in range(rng.choice([2, 3, 3, 4, 4, 5, 6]))]
    tight = rng.random() < 0.2
    lines = [(text.replace(" ", "") if tight else text) + rng.choice(["", " ="]) * (not tight) for text, _ in found]
    form, style, _ = rng.choices(FORMS, [weight for *_, weight in FORMS])[0]
    text = say(rng, SOLVE)
    if form:
        text = text.rstrip(":.") + (", " if not text.endswith("?") else " ") + form + ":"
    if rng.random() < 0.45:
        lines = [f"{place}. {line}" for place, line in enumerate(lines, 1)]
        style = "numbered" if not form else style
    return text, lines, [answer for _, answer in found], style


def make(rng):
    text, lines, answers, style = over_rows(rng) if rng.random() < 0.68 else exercises(rng)
    data = "\n".join(lines)
    if style == "json":
        answer = compact(answers)
    elif style == "commas":
        answer = ", ".join(map(str, answers))
    elif style == "numbered":
        answer = "\n".join(f"{place}. {number}" for place, number in enumerate(answers, 1))
    else:
        answer = "\n".join(map(str, answers))
    joint = rng.choice(["\n", "\n", "\n\n"])
    whole = f"{text}{joint}{data}" if rng.random() < 0.8 else f"{data}\n\n{text.rstrip(':')}"
    return Task("arithmetic", with_system(rng, whole), answer, is_json=style == "json")
