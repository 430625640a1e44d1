"""The four operations, chains, percentages, averages, the largest of several: (question, answer)."""

from ...phrasing import say

ASK = [
    "[What is|What's|How much is|Calculate|Compute|Work out|Give me|Evaluate] {e}[?|]",
    "{e} = ?",
    "{e}[?|=| =| equals| is| makes| equals what?| is?]",
    "[Please |]calculate {e}[.|]",
    "[Result|Value] of {e}[?|]",
    "[Can you tell me|Tell me|I need|Do you know] {e}[?|.|]",
    "Solve {e}[.|]",
    "[Quick question|Quick one|Maths|Math question|Homework]: [what is |how much is |]{e}[?|]",
    "[Could you|Can you|Would you] [calculate|compute|work out|do] {e}[ for me|]?",
    "[I have to|I need to|Let's|Help me] [calculate|compute|work out] {e}[.|]",
    "{e}[, please|: how much is that?|. What do I get?|, what is it?]",
    "[So|Then|OK,] {e} [is|makes|gives][?|...|]",
    "[Please |]evaluate[:|] {e}[.|]",
    "[What's|What is] the [result|answer|value|outcome] of {e}?",
    "[The |]answer to {e}[?|]",
    "[What do I get for|What does|How much does|What number does] {e} [make|give|equal][?|]",
    "[number|the number|result|answer][ please|]: {e}",
    "{e} [is how much|makes how much|is what][?|]",
    "[whats|Whats|what's|wats] {e}[?|]",
    "[Quick math|Quick maths|Do the math|Maths please|Sum|Mental arithmetic]: {e}",
    "[How much would|What would] {e} be?",
    "[I need|Give me|I want] the [result|answer|value] [of|for] {e}[.|, please.|]",
    "[Tell me|Do you know|Can you tell me|I wonder] [what|how much] {e} is[.|?|]",
    "[can u|can you|could you] [do|work out|figure out] {e}[?|]",
    "[My calculator is broken.|For my homework:|My son asks:|I can't do this in my head:|Check this for me:] {e}[?| = ?]",
    "[What does|what does] {e} come to?",
    "[Work|Figure] out {e} for me[.|, please.]",
    "{e}[?|] [Answer|Result]:",
    "{e} =",
    "{e}",
]
BRIEF = ["", "", "", "", " [Just|Only] the number[.|, please.]", " [Answer|Reply] with [a|the] number only."]
SUMS = [
    "{a} + {b}", "{a} + {b}", "{a}+{b}", "{a} plus {b}", "the sum of {a} and {b}", "{a} and {b} together",
    "{a} added to {b}", "{b} more than {a}", "{a} and {b} added up", "the total of {a} and {b}", "adding {a} and {b}", "{a} & {b} together",
]  # fmt: skip
DIFFERENCES = [
    "{a} - {b}", "{a} - {b}", "{a}-{b}", "{a} minus {b}", "the difference between {a} and {b}", "{b} less than {a}",
    "{b} subtracted from {a}", "{a} take away {b}",
]  # fmt: skip
PRODUCTS = [
    "{a} * {b}", "{a} x {b}", "{a} times {b}", "{a}*{b}", "the product of {a} and {b}", "{a} × {b}",
    "{a} multiplied by {b}", "{a}x{b}", "{a}×{b}", "{a} X {b}", "multiplying {a} by {b}", "{a} · {b}",
]  # fmt: skip
QUOTIENTS = [
    "{a} / {b}", "{a} divided by {b}", "{a}/{b}", "{a} : {b}", "{a} ÷ {b}", "{a} split into {b} equal parts",
    "{a} over {b}", "{a}÷{b}", "the quotient of {a} and {b}", "{a} shared by {b}", "dividing {a} by {b}",
]  # fmt: skip
PARTS = [("half", 2), ("a half", 2), ("a third", 3), ("a quarter", 4), ("one fifth", 5), ("a tenth", 10)]
MULTIPLES = [
    ("twice", 2),
    ("double", 2),
    ("two times", 2),
    ("three times", 3),
    ("triple", 3),
    ("ten times", 10),
]
PERCENTS = [5, 10, 15, 20, 25, 30, 40, 50, 60, 75, 80, 90]
PERCENTAGE = [
    "[What is|How much is|Calculate|Tell me] {p}[%| %| percent] of {b}?",
    "{p}[%| percent] of {b}[?|]",
    "[Take|I need] {p}[%| percent] of {b}[.|]",
    "{b}, [and of that|of which] {p}%[?| is?]",
    "{p}[%| %| pct| per cent] [of|from] {b}[?| =| = ?| is| is?|]",
    "[Work out|Compute|Find|Give me|Tell me] {p}[%| percent] of {b}[.|, please.|]",
    "[How much|What] is {p}[%| percent|% out] of {b}[?|]",
    "{p}[%| percent] of {b} [people|points|euros|dollars|votes|pages], how many[?| is that?]",
    "[If|When] I take {p}[%| percent] of {b}, [what do I get|how much is that]?",
]
EXTREMES = [
    ("largest", max), ("biggest", max), ("smallest", min), ("maximum", max), ("minimum", min), ("highest", max),
    ("lowest", min), ("greatest", max), ("larger", max), ("smaller", min), ("bigger", max),
]  # fmt: skip
EXTREME = [
    "[What is|Which is|What's|Give me] the {w} [of|number in|number of][:|] {l}?",
    "[Find the|The|] {w} of {l}[.|?|]",
    "[Which|What] [number |one |]is {w}[:|,] {l}?",
    "{l}: [which|what] is the {w}[?|]",
    "[Pick|Take|Return|Tell me|Show me|Name] the {w} [of these|number|one|of these numbers][:|] {l}",
    "{w}: {l}",
    "{l}. [Which one is the|The|Give me the] {w}[?| number?|, please.]",
    "[Which|What] of {l} is the {w}?",
]
AVERAGE = [
    "[What is|What's|Give me|Calculate|Find|] [the |]average of {l}[?|.|]",
    "[What is|Compute|] the mean of {l}[?|.|]",
    "{l}: [what is |][the |]average[?|]",
    "[Average|average|Mean|mean]: {l}",
    "[My grades|The scores|The temperatures|My times|The prices] are {l}. [What is the average|Average|What's the mean]?",
    "avg of {l}[?|]",
]
ADD_UP = [
    "[What is|Give me] the sum of {l}?",
    "[Add|Sum up|Add up] {l}[.|]",
    "{l} [all together|in total]?",
    "total of {l}[?|]",
    "[Sum|sum|Total|total]: {l}",
    "[Add|add] [these|these numbers|the numbers|the following][:| together:] {l}",
    "[What do|What does] {l} [add up to|come to|make together]?",
    "{l}: [sum|total|add them|add them up|what's the total][?|]",
    "sum({l})",
    "[I bought things for|The bills are|The items cost] {l}. [Total|How much is that in total|What's the total]?",
]


def decimal(value):
    return f"{value:.4f}".rstrip("0").rstrip(".")


def operation(rng):
    """(text, value) of one operation, spoken or in signs."""
    kind = rng.choices(["sum", "difference", "product", "quotient", "part", "multiple"], [6, 5, 5, 3, 1, 1])[
        0
    ]
    size = rng.choice([10, 10, 20, 50, 100, 100, 100, 1000, 1000, 10000])
    a, b = rng.randrange(size), rng.randrange(size)
    if kind == "sum":
        return rng.choice(SUMS).format(a=a, b=b), a + b
    if kind == "difference":
        if a < b and rng.random() < 0.9:
            a, b = b, a
        return rng.choice(DIFFERENCES if a >= b else DIFFERENCES[:4]).format(a=a, b=b), a - b
    if kind == "product":
        a, b = rng.randrange(rng.choice([13, 13, 13, 13, 100])), rng.randrange(rng.choice([13, 13, 100]))
        return rng.choice(PRODUCTS).format(a=a, b=b), a * b
    if kind == "quotient":
        b, value = rng.randrange(1, 13), rng.randrange(13)
        return rng.choice(QUOTIENTS).format(a=b * value, b=b), value
    name, factor = rng.choice(PARTS if kind == "part" else MULTIPLES)
    value = rng.randrange(1, 60)
    return (f"{name} of {factor * value}", value) if kind == "part" else (f"{name} {value}", factor * value)


def plain(rng):
    text, value = operation(rng)
    return say(rng, rng.choice(ASK) + rng.choice(BRIEF), e=text), str(value)


def chain(rng):
    numbers = [rng.randrange(1, rng.choice([10, 50])) for _ in range(3)]
    return say(rng, rng.choice(ASK) + rng.choice(BRIEF), e=" + ".join(map(str, numbers))), str(sum(numbers))


def percentage(rng):
    percent = rng.choice(PERCENTS)
    base = rng.choice(
        [20, 40, 50, 60, 80, 100, 120, 200, 240, 300, 400, 500, 1000, rng.randrange(1, 60) * 20]
    )
    return say(rng, PERCENTAGE, p=percent, b=base), decimal(percent * base / 100)


def extreme(rng):
    word, choose = rng.choice(EXTREMES)
    count = 2 if word.endswith("er") else rng.randrange(2, 6)
    numbers = rng.sample(range(1, rng.choice([50, 1000])), count)
    text = rng.choice([", ", ", ", " "]).join(map(str, numbers))
    if count == 2:
        text = rng.choice([" or ", " and ", ", "]).join(map(str, numbers))
    return say(rng, EXTREME, l=text, w=word), str(choose(numbers))


def add_up(rng):
    numbers = [rng.randrange(1, 50) for _ in range(rng.randrange(2, 5))]
    return say(rng, ADD_UP, l=", ".join(map(str, numbers))), str(sum(numbers))


def money(rng):
    """Amounts with cents, in signs or spoken."""
    a, b = sorted((rng.randrange(5, rng.choice([1000, 10000])) for _ in range(2)), reverse=True)
    forms, cents = rng.choice([(SUMS, a + b), (DIFFERENCES, a - b)])
    text = rng.choice(forms).format(a=f"{a / 100:.2f}", b=f"{b / 100:.2f}")
    return say(rng, ASK, e=text), f"{cents / 100:.2f}"


def average(rng):
    mean, spread = rng.randrange(3, 60), [rng.randrange(-3, 4) for _ in range(rng.randrange(1, 4))]
    numbers = [mean + off for off in (*spread, -sum(spread))]
    if min(numbers) < 0:
        return average(rng)
    rng.shuffle(numbers)
    return say(rng, AVERAGE, l=", ".join(map(str, numbers))), str(mean)
