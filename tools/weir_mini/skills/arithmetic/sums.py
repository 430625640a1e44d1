"""Small computations beside the four operations: powers, remainders, sequences, percentages, comparisons ..."""

from ...phrasing import say

SMALL = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()
ASK = ["[What is|What's|How much is|Calculate|Compute|Work out|Tell me|Give me|] {e}[?|]"]
ORDERS = [
    ("[Add|add] {b} to {a}[.|]", lambda a, b: a + b), ("[Add|add] {a} and {b}[.|]", lambda a, b: a + b), ("[Add|Put] {a} and {b} together[.|]", lambda a, b: a + b),
    ("[Subtract|subtract|Take|take] {b} from {a}[.|]", lambda a, b: a - b), ("[Increase|Raise] {a} by {b}[.|]", lambda a, b: a + b),
    ("[Decrease|Reduce|Lower] {a} by {b}[.|]", lambda a, b: a - b), ("[Take|Start with] {a}[, add {b}|. Add {b}|, then add {b}][.|]", lambda a, b: a + b),
    ("[Take|Start with] {a}[, subtract {b}|. Subtract {b}|, then take away {b}][.|]", lambda a, b: a - b), ("[Take away|Deduct|Remove] {b} from {a}[.|]", lambda a, b: a - b),
    ("[How much|How many] is left [if I take|when you take|after taking] {b} from {a}?", lambda a, b: a - b), ("What must I add to {b} to get {a}?", lambda a, b: a - b),
    ("How [much|many] more is {a} than {b}?", lambda a, b: a - b), ("How [far|much] [apart are|lies between] {a} and {b}?", lambda a, b: a - b), ("How much less is {b} than {a}?", lambda a, b: a - b),
    ("By how much is {a} [bigger|larger|greater|higher] than {b}?", lambda a, b: a - b), ("What is the difference between {b} and {a}?", lambda a, b: a - b),
    ("What [do I get|comes out|is the result] [if|when] I add {a} and {b}?", lambda a, b: a + b), ("{a} increased by {b}[?|]", lambda a, b: a + b), ("{a} reduced by {b}[?|]", lambda a, b: a - b),
    ("[Sum|sum][:| of] {a} and {b}[?|]", lambda a, b: a + b), ("[Difference|difference][:| of| between] {a} and {b}[?|]", lambda a, b: a - b), ("{a} less {b}[?|]", lambda a, b: a - b),
]  # fmt: skip
TIMES = [
    "[Multiply|multiply] {a} [by|with|and] {b}[.|]", "[Product|product][:| of] {a} and {b}[?|]", "{a} multiplied with {b}[?|]", "What [do I get|is the result] [if|when] I multiply {a} by {b}?",
    "[Take|Start with] {a} and multiply [it |]by {b}[.|]", "How much are {a} {b}s?", "{a} by {b}[?|]", "{a} [·|⋅|∙] {b}", "{a} lots of {b}[?|]", "What do {a} times {b} make?",
]  # fmt: skip
DIVIDE = [
    "[Divide|divide] {a} by {b}[.|]", "[Split|Divide] {a} [into|in] {b} equal parts[.|]", "How [often|many times] does {b} [go into|fit into|fit in] {a}?",
    "What [do I get|is the result] [if|when] I divide {a} by {b}?",
    "[Quotient|quotient] of {a} and {b}[?|]", "{b} into {a}[?|]", "How many {b}s are in {a}?", "[Take|Start with] {a} and divide [it |]by {b}[.|]",
]  # fmt: skip
SINGLE = [
    ("[Double|double|Twice|Double of] {a}[?|.|]", lambda a: 2 * a), ("[Triple|triple|Three times] {a}[?|.|]", lambda a: 3 * a), ("[What is|What's] {a} doubled?", lambda a: 2 * a),
    ("[What is|What's|How much is] [double|twice] {a}?", lambda a: 2 * a), ("[The number|What comes] after {a}[?|]", lambda a: a + 1), ("[The number|What comes] before {a}[?|]", lambda a: a - 1),
    ("[Quadruple|quadruple|Four times] {a}[?|.|]", lambda a: 4 * a), ("One more than {a}[?|]", lambda a: a + 1), ("One less than {a}[?|]", lambda a: a - 1),
    ("{a} [plus|and] itself[?|]", lambda a: 2 * a),
    ("[What number|Which number] comes [right |]after {a}?", lambda a: a + 1), ("[The|] [opposite|negative] of {a}[?|]", lambda a: -a), ("{a} minus itself[?|]", lambda a: 0),
]  # fmt: skip
SQUARES = [
    "[the |]square of {a}", "{a} squared", "{a}^2", "{a}²", "{a} to the power of 2", "{a} to the second power", "{a} ** 2", "{a} times itself", "{a} to the power of two",
]  # fmt: skip
ROOTS = ["[the |]square root of {a}", "[the |]root of {a}", "sqrt({a})", "√{a}", "sqrt {a}", "sqrt of {a}"]
CUBES = ["{a} cubed", "{a}^3", "{a}³", "[the |]cube of {a}", "{a} to the power of 3", "{a} to the third power"]
POWERS = ["{a}^{b}", "{a} to the power of {b}", "{a} ** {b}", "{a} to the {b}th power"]
REMAINDERS = [
    "[What is|What's|Give me|] the remainder [of|when dividing] {a} [divided by|by] {b}[?|]", "{a} mod {b}[?|]", "{a} % {b}", "{a} modulo {b}[?|]", "remainder of {a} / {b}[?|]",
    "[What is left|What remains|What's left over] [when|if] [I|you] divide {a} by {b}?", "Divide {a} by {b}[.|:] [What is the remainder?|Remainder?]",
    "[Remainder|remainder]: {a} [divided by|/|:] {b}",
]  # fmt: skip
COMPARE = [
    ("[Is|is] {a} [bigger|larger|greater|more|higher] than {b}?", lambda a, b: a > b), ("[Is|is] {a} [smaller|less|lower|fewer] than {b}?", lambda a, b: a < b), ("{a} > {b}?", lambda a, b: a > b),
    ("{a} < {b}?", lambda a, b: a < b), ("[Is|is] {a} [equal to|the same as] {b}?", lambda a, b: a == b), ("[Does|does] {a} equal {b}?", lambda a, b: a == b),
    ("[Is it true that|True or not:|yes or no:] {a} [is bigger than|is more than|is greater than] {b}?", lambda a, b: a > b), ("[yes or no|Yes or no], is {a} less than {b}?", lambda a, b: a < b),
]  # fmt: skip
ABOUT = [
    ("[Is|is] {a} [even|an even number]?", lambda a: a % 2 == 0), ("[Is|is] {a} [odd|an odd number]?", lambda a: a % 2 == 1), ("[Is|is] {a} divisible by 5?", lambda a: a % 5 == 0),
    ("[Is|is] {a} divisible by 10?", lambda a: a % 10 == 0), ("[Is|is] {a} divisible by 2?", lambda a: a % 2 == 0), ("[Can|can] [you|I] divide {a} by 5 without remainder?", lambda a: a % 5 == 0),
    ("[Is|is] {a} a multiple of 10?", lambda a: a % 10 == 0), ("[Is|is] {a} [positive|above zero]?", lambda a: a > 0), ("[Is|is] {a} negative?", lambda a: a < 0),
]  # fmt: skip
SEQUENCE = [
    "[What is|What's|Which is] the next number[:| in| in the sequence|?] {l}[?|, ...|...|]", "{l}, ?", "{l}, ...[ what comes next?| next?|]", "[Continue|continue][:|] {l}",
    "[What|Which number] comes next[:|?] {l}[?|]",
    "[Next|next] [number|in line|in the series|in the sequence]: {l}", "{l}, __", "{l} - [what's|what is] next?", "[Complete|Continue] the [sequence|series|row]: {l}", "{l}, what is the next number?",
]  # fmt: skip
MISSING = [
    ("{a} + ? = {c}", "+"), ("? + {a} = {c}", "+"), ("{a} + x = {c}[, x = ?|. What is x?|, find x|, solve for x]", "+"), ("x + {a} = {c}[, x = ?|. What is x?|. Solve for x.|, x?]", "+"),
    ("{a} + __ = {c}", "+"),
    ("[What|How much] [must|do] [I|you] add to {a} to [get|reach|make] {c}?", "+"), ("{a} plus what [is|makes|equals] {c}?", "+"), ("[Which|What] number plus {a} [is|makes|gives] {c}?", "+"),
    ("How [much|many] [is|are] missing from {a} to {c}?", "+"), ("How far is it from {a} to {c}?", "+"), ("{a} * ? = {c}", "*"), ("{a} x ? = {c}", "*"), ("{a} times what is {c}?", "*"),
    ("{a} * x = {c}[, x = ?|. What is x?|, find x]", "*"), ("{a}x = {c}[, x = ?|. What is x?|, solve for x]", "*"), ("[Which|What] number times {a} [is|makes|gives] {c}?", "*"),
    ("solve for x: {a}x = {c}", "*"),
]  # fmt: skip
MISSING_PERCENT = [
    "[What|How many] percent of {b} is {a}?", "{a} [is|are] [what|how many] percent of {b}?", "{a} of {b} in percent[?|]", "[What|Which] percentage of {b} is {a}?",
    "[Give|Express|Write] {a} out of {b} as a percentage[.|]",
    "{a} out of {b}[,|:] [how many percent|what percentage][ is that|]?", "I got {a} of {b} points. [How many percent is that|What percentage is that|In percent]?", "{a}/{b} as percent[?|]",
]  # fmt: skip
CHANGED = [
    ("[Increase|Raise] {b} by {p}[%| percent][.|]", 1), ("[Decrease|Reduce|Lower] {b} by {p}[%| percent][.|]", -1), ("{b} plus {p}%[?|]", 1), ("{b} minus {p}%[?|]", -1), ("{b} + {p}%", 1),
    ("{b} - {p}%", -1),
    ("[What is|How much is] {b} [increased|raised] by {p}[%| percent]?", 1), ("[What is|How much is] {b} [reduced|lowered|decreased] by {p}[%| percent]?", -1), ("Add {p}[%| percent] to {b}[.|]", 1),
    ("[Take|Subtract] {p}[%| percent] [off|from] {b}[.|]", -1), ("{b} with {p}[%| percent] off[?|]", -1), ("{p}% more than {b}[?|]", 1), ("{p}% less than {b}[?|]", -1),
]  # fmt: skip
FRACTION_WORDS = {
    (1, 2): "one half", (1, 3): "one third", (2, 3): "two thirds", (1, 4): "one quarter", (3, 4): "three quarters", (1, 5): "a fifth", (2, 5): "two fifths", (3, 5): "three fifths",
    (1, 8): "an eighth",
    (1, 10): "one tenth", (3, 10): "three tenths", (4, 5): "four fifths",
}  # fmt: skip
RECTANGLES = [
    ("[What is|Calculate|] the area of a rectangle [of|with] {a} [by|x|times] {b}[?|.|]", lambda a, b: a * b),
    ("A [room|garden|field|wall|carpet|sheet] is {a} m long and {b} m wide. [What is its area in square meters|How many square meters is it]?", lambda a, b: a * b),
    ("[What is|Calculate|] the perimeter of a rectangle [of|with] {a} [by|x|times] {b}[?|.|]", lambda a, b: 2 * (a + b)),
    ("A [garden|field|yard] is {a} m long and {b} m wide. How many meters of fence [go around it|do I need]?", lambda a, b: 2 * (a + b)),
    ("A rectangle has the sides {a} and {b}. [What is its area|Area]?", lambda a, b: a * b), ("A rectangle has the sides {a} and {b}. [What is its perimeter|Perimeter]?", lambda a, b: 2 * (a + b)),
]  # fmt: skip
RANGES = ["[What is|Give me|Find|] the range of {l}[?|.|]", "{l}: range[?|]", "[Difference|The difference] between the largest and the smallest of {l}[?|]"]
MEDIANS = ["[What is|Give me|Find|] the median of {l}[?|.|]", "{l}: [what is the |]median[?|]", "[Median|median]: {l}", "[Which|What] is the middle one of {l} [by size|in order]?"]
COUNTED = [
    "How many numbers are [here|in this list|there][:|?] {l}", "How many of {l} are [bigger|greater|larger|more] than {k}?", "How many of {l} are [smaller|less] than {k}?",
    "How many even numbers are in {l}?", "How many odd numbers are in {l}?",
]  # fmt: skip


def words(number):
    """Up to 99 as one says it."""
    if number < 20:
        return SMALL[number]
    return TENS[number // 10] + (f"-{SMALL[number % 10]}" if number % 10 else "")


def decimal(value):
    return f"{value:.4f}".rstrip("0").rstrip(".")


def two(rng):
    """A larger and a smaller number of like size."""
    size = rng.choice([10, 20, 50, 100, 100, 500, 1000, 1000, 10000])
    a, b = rng.randrange(1, size), rng.randrange(1, size)
    return max(a, b), min(a, b)


def ordered(rng):
    pattern, result = rng.choice(ORDERS)
    a, b = two(rng)
    value = result(a, b)
    if a < 100 and rng.random() < 0.12:
        a, b = words(a), words(b)
    elif a >= 1000 and rng.random() < 0.15:
        a = f"{a:,}"
    return say(rng, pattern, a=a, b=b), str(value)


def multiplied(rng):
    a, b = rng.randrange(2, 13), rng.choice([rng.randrange(2, 13), rng.randrange(2, 13), rng.randrange(2, 100), rng.randrange(1, 10) * 10, 100])
    if rng.random() < 0.2:
        a, b = b, a
    value = a * b
    if a < 100 and b < 100 and rng.random() < 0.1:
        a, b = words(a), words(b)
    return say(rng, TIMES, a=a, b=b), str(value)


def divided(rng):
    b, value = rng.randrange(2, 13), rng.choice([rng.randrange(1, 13), rng.randrange(1, 13), rng.randrange(1, 50), rng.randrange(1, 10) * 10])
    if rng.random() < 0.15:
        b = rng.choice([10, 20, 25, 50, 100])
    return say(rng, DIVIDE, a=b * value, b=b), str(value)


def short_division(rng):
    """With one or two digits behind the point."""
    b = rng.choice([2, 2, 4, 5, 5, 10, 10, 100])
    a = rng.randrange(1, 100)
    form = rng.choice(["{a} / {b}", "{a}/{b}", "{a} divided by {b}", "{a} : {b}", "{a} ÷ {b}"])
    return say(rng, rng.choice(ASK), e=form.format(a=a, b=b)), decimal(a / b)


def spoken(rng):
    """Both numbers in words."""
    sign, value = rng.choice([("plus", 0), ("minus", 1), ("times", 2), ("divided by", 3), ("and", 0), ("take away", 1)])
    a, b = rng.randrange(1, 100), rng.randrange(1, 50)
    if value == 1:
        a, b = max(a, b), min(a, b)
    if value >= 2:
        a, b = rng.randrange(2, 13), rng.randrange(2, 13)
    if value == 3:
        a *= b
    if a > 99:
        return spoken(rng)
    result = [a + b, a - b, a * b, a // b if b else 0][value]
    return say(rng, rng.choice(ASK), e=f"{words(a)} {sign} {words(b)}"), str(result)


def single(rng):
    pattern, result = rng.choice(SINGLE)
    a = rng.choice([rng.randrange(1, 20), rng.randrange(1, 100), rng.randrange(1, 100), rng.randrange(1, 1000)])
    return say(rng, pattern, a=a), str(result(a))


def power(rng):
    kind = rng.randrange(5)
    if kind <= 1:
        a = rng.choice([rng.randrange(0, 13), rng.randrange(2, 21), rng.choice([25, 30, 40, 50, 100])])
        return say(rng, rng.choice(ASK), e=say(rng, rng.choice(SQUARES), a=a)), str(a * a)
    if kind == 2:
        a = rng.choice([rng.randrange(1, 13), rng.randrange(1, 21), rng.choice([25, 30, 50, 100])])
        return say(rng, rng.choice(ASK), e=say(rng, rng.choice(ROOTS), a=a * a)), str(a)
    if kind == 3:
        a = rng.choice([1, 2, 3, 4, 5, 6, 10])
        return say(rng, rng.choice(ASK), e=say(rng, rng.choice(CUBES), a=a)), str(a**3)
    a, b = rng.choice([(2, rng.randrange(1, 11)), (10, rng.randrange(1, 7)), (3, rng.randrange(1, 5)), (5, rng.randrange(1, 4))])
    form = rng.choice(POWERS if b > 3 else POWERS[:3])
    return say(rng, rng.choice(ASK), e=form.format(a=a, b=b)), str(a**b)


def remainder(rng):
    b = rng.choice([2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 12])
    a = rng.randrange(b, b * 13)
    return say(rng, REMAINDERS, a=a, b=b), str(a % b)


def comparison(rng):
    if rng.random() < 0.4:
        pattern, holds = rng.choice(ABOUT)
        a = rng.choice([rng.randrange(1, 100), rng.randrange(1, 1000), rng.randrange(1, 21) * 5, -rng.randrange(1, 50)])
        if a < 0 and "ve" not in pattern[-12:]:
            a = -a
        return say(rng, pattern, a=a), "yes" if holds(a) else "no"
    pattern, holds = rng.choice(COMPARE)
    size = rng.choice([20, 100, 100, 1000, 10000])
    a, b = rng.randrange(size), rng.randrange(size)
    draw = rng.random()
    if draw < 0.15:
        b = a
    elif draw < 0.3 and 10 < a < 100:
        b = int(str(a)[::-1])
    elif draw < 0.4:
        a, b = a / 10, b / 10
    value = holds(a, b)
    return say(rng, pattern, a=a, b=b), "yes" if value else "no"


def sequence(rng):
    kind, count = rng.randrange(8), rng.randrange(3, 6)
    step = rng.choice([1, 2, 2, 3, 4, 5, 5, 6, 7, 8, 9, 10, 10, 20, 25, 50, 100])
    start = rng.choice([step, rng.randrange(1, 20), rng.randrange(1, 100), 0])
    if kind <= 4:
        items = [start + i * step for i in range(count + 1)]
    elif kind <= 6:
        items = [start + (count - i) * step for i in range(count + 1)]
    else:
        factor, start = rng.choice([(2, rng.randrange(1, 8)), (10, rng.randrange(1, 10)), (3, rng.randrange(1, 4))])
        items = [start * factor**i for i in range(count + 1)]
    *shown, last = items
    return say(rng, SEQUENCE, l=rng.choice([", ", ", ", " ", ","]).join(map(str, shown))), str(last)


def missing(rng):
    pattern, sign = rng.choice(MISSING)
    if sign == "+":
        c, a = two(rng)
        return say(rng, pattern, a=a, c=c), str(c - a)
    a, x = rng.randrange(2, 13), rng.randrange(2, 13)
    return say(rng, pattern, a=a, c=a * x), str(x)


def missing_percent(rng):
    b = rng.choice([10, 20, 40, 50, 60, 80, 100, 200, 300, 400, 500, 1000, 8, 4, 5, 25])
    percent = rng.choice([p for p in (5, 10, 20, 25, 30, 40, 50, 60, 70, 75, 80, 90) if p * b % 100 == 0])
    return say(rng, MISSING_PERCENT, a=percent * b // 100, b=b), f"{percent}%"


def changed(rng):
    pattern, sign = rng.choice(CHANGED)
    percent, b = rng.choice([5, 10, 10, 15, 20, 20, 25, 30, 40, 50, 50, 75]), rng.choice([20, 40, 50, 60, 80, 100, 120, 200, 300, 400, 500, 1000, rng.randrange(1, 50) * 20])
    return say(rng, pattern, b=b, p=percent), decimal(b + sign * b * percent / 100)


def fraction(rng):
    (n, d), name = rng.choice(list(FRACTION_WORDS.items()))
    b = d * rng.choice([rng.randrange(1, 13), rng.randrange(1, 26)])
    e = f"{n}/{d} of {b}" if rng.random() < 0.4 else f"{name} of {b}"
    return say(rng, rng.choice(ASK), e=e), str(n * b // d)


def rectangle(rng):
    pattern, result = rng.choice(RECTANGLES)
    a, b = rng.randrange(2, 21), rng.randrange(2, 13)
    return say(rng, pattern, a=max(a, b), b=min(a, b)), str(result(a, b))


def of_a_list(rng):
    kind = rng.randrange(4)
    numbers = rng.sample(range(1, rng.choice([20, 50, 100])), rng.choice([3, 3, 5, 5, 7]) if kind == 1 else rng.randrange(3, 7))
    text = rng.choice([", ", ", ", " "]).join(map(str, numbers))
    if kind == 0:
        return say(rng, RANGES, l=text), str(max(numbers) - min(numbers))
    if kind == 1:
        return say(rng, MEDIANS, l=text), str(sorted(numbers)[len(numbers) // 2])
    place, k = rng.randrange(5), rng.randrange(5, 50)
    counts = [len(numbers), sum(n > k for n in numbers), sum(n < k for n in numbers), sum(n % 2 == 0 for n in numbers), sum(n % 2 for n in numbers)]
    return say(rng, COUNTED[place], l=text, k=k), str(counts[place])


def two_steps(rng):
    """Two operations; times before plus."""
    a, b, c = rng.randrange(1, 30), rng.randrange(2, 11), rng.randrange(2, 11)
    s = rng.choice([" ", " ", ""])
    t = rng.choice(["*", "*", "x", "×"])
    forms = [
        (f"{a}{s}+{s}{b}{s}{t}{s}{c}", a + b * c), (f"{b}{s}{t}{s}{c}{s}+{s}{a}", b * c + a), (f"({b}{s}+{s}{c}){s}{t}{s}{rng.choice([2, 3, 5, 10])}", None), (f"{a}{s}+{s}{b}{s}-{s}{c}", a + b - c),
        (f"{a} plus {b} minus {c}", a + b - c), (f"{b} times {c} plus {a}", b * c + a), (f"{b} times {c} minus {min(a, b)}", b * c - min(a, b)), (f"{a} plus {b} plus {c}", a + b + c),
        (f"{b}{s}{t}{s}{c}{s}-{s}{min(a, b)}", b * c - min(a, b)), (f"{b * c}{s}/{s}{c}{s}+{s}{a}", b + a), (f"{a} more than twice {b}", a + 2 * b),
        (f"{b}{s}{t}{s}{c}{s}{t}{s}2", b * c * 2), (f"{a + b + c}{s}-{s}{b}{s}-{s}{c}", a), (f"{a + b + c} minus {b} minus {c}", a),
    ]  # fmt: skip
    text, value = rng.choice(forms)
    if value is None:
        value = (b + c) * int(text.rsplit(t, 1)[1])
    return say(rng, rng.choice(ASK), e=text), str(value)


def decimals(rng):
    """One digit behind the point."""
    a, b = rng.randrange(1, 200), rng.randrange(1, 100)
    a, b = max(a, b), min(a, b)
    form, value = rng.choice([("{a} + {b}", a + b), ("{a} - {b}", a - b), ("{a} plus {b}", a + b), ("{a} minus {b}", a - b), ("{a}+{b}", a + b), ("{a}-{b}", a - b)])
    if rng.random() < 0.3:
        n = rng.randrange(2, 11)
        form, value = rng.choice([("{a} * {n}", a * n), ("{a} x {n}", a * n), ("{n} times {a}", a * n)])
        return say(rng, rng.choice(ASK), e=form.format(a=decimal(a / 10), n=n)), decimal(value / 10)
    return say(rng, rng.choice(ASK), e=form.format(a=decimal(a / 10), b=decimal(b / 10))), decimal(value / 10)


def negatives(rng):
    a, b = rng.randrange(1, 30), rng.randrange(1, 30)
    form, value = rng.choice([("-{a} + {b}", b - a), ("{a} - {b}", a - b), ("-{a} - {b}", -a - b), ("{a} + (-{b})", a - b), ("minus {a} plus {b}", b - a), ("{a} - (-{b})", a + b)])
    if rng.random() < 0.2:
        a, b = rng.randrange(2, 11), rng.randrange(2, 11)
        form, value = rng.choice([("-{a} * {b}", -a * b), ("{a} * -{b}", -a * b), ("-{a} * -{b}", a * b)])
    return say(rng, rng.choice(ASK), e=form.format(a=a, b=b)), str(value)


KINDS = {
    ordered: 5, multiplied: 2.5, divided: 2, short_division: 1, spoken: 1.5, single: 1.5, power: 1.5, remainder: 0.8, comparison: 1.5, sequence: 1.2, missing: 1.2, missing_percent: 0.8, changed: 1,
    fraction: 0.7, rectangle: 0.4, of_a_list: 0.7, two_steps: 1.5, decimals: 1, negatives: 0.4,
}  # fmt: skip
MAKERS, WEIGHTS = list(KINDS), list(KINDS.values())


def any_sum(rng):
    return rng.choices(MAKERS, WEIGHTS)[0](rng)
