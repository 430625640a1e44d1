"""(c) Convert formats: tables, key-value lines, dates, numbers, case; sort, dedupe, count."""

from .. import values
from ..phrasing import say
from ..task import Task, compact, user
from . import tables

NUMBER_WORDS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
ROMAN = [
    (1000, "M"),
    (900, "CM"),
    (500, "D"),
    (400, "CD"),
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
]


def in_words(number):
    if number < 20:
        return NUMBER_WORDS[number]
    if number < 100:
        tail = number % 10
        return TENS[number // 10 - 2] + (f"-{NUMBER_WORDS[tail]}" if tail else "")
    if number < 1000:
        tail = number % 100
        return f"{NUMBER_WORDS[number // 100]} hundred" + (f" {in_words(tail)}" if tail else "")
    tail = number % 1000
    return f"{in_words(number // 1000)} thousand" + (f" {in_words(tail)}" if tail else "")


def roman(number):
    out = ""
    for value, sign in ROMAN:
        out, number = out + sign * (number // value), number % value
    return out


def task(ask, text, answer, is_json=False):
    return Task(
        "convert",
        [user(f"{ask} {text}" if text and not ask.endswith("\n") else ask + text)],
        answer,
        is_json=is_json,
    )


def date(rng):
    day = values.day(rng) if rng.random() < 0.4 else values.near_day(rng)
    styles = ["YYYY-MM-DD"] * 6 + list(values.DATE_STYLES)
    target = rng.choice(styles)
    source = rng.choice(
        [
            s
            for s in [
                "YYYY-MM-DD",
                "DD.MM.YYYY",
                "D Month YYYY",
                "Month D, YYYY",
                "D Mon YYYY",
                "Mon D, YYYY",
                "YYYY/MM/DD",
                "nth",
            ]
            if s != target
        ]
    )
    text = (
        f"{values.MONTHS[day.month - 1]} {values.ordinal(day.day)}, {day.year}"
        if source == "nth"
        else values.DATE_STYLES[source](day)
    )
    name = rng.choice(["ISO 8601", "ISO", "ISO format", "YYYY-MM-DD"]) if target == "YYYY-MM-DD" else target
    ask = say(
        rng,
        [
            "[Convert|Change|Rewrite|Put|Bring] {text} [to|into] {name}[.|]",
            "[Convert|Change|Format] [the|this] date [to|as|into] {name}: {text}",
            "[Write|Give] {text} [as|in] {name}[.|]",
            "{text} [in|as] {name}[, please|]?",
            "[Format|Date format]: {name}. Date: {text}",
            "[What is|How do I write] {text} [in|as] {name}?",
        ],
        text=text,
        name=name,
    )
    return task(ask, "", values.DATE_STYLES[target](day))


def number(rng):
    draw = rng.randrange(7)
    n = rng.choice([rng.randrange(21), rng.randrange(100), rng.randrange(1000), rng.randrange(10000)])
    if draw == 0:
        return task(
            say(
                rng,
                [
                    "[Write|Spell|Give me|Convert] {n} [in words|as words|as text][.|]",
                    "{n} in words",
                    "[Spell out|How do you write] {n}[ in words|]?",
                ],
                n=n,
            ),
            "",
            in_words(n),
        )
    if draw == 1:
        return task(
            say(
                rng,
                [
                    "[Write|Convert] {w} [as a number|in digits|to digits][.|]",
                    "{w} [as a number|in digits|in figures]",
                    "[What number is|Which number is] {w}?",
                ],
                w=in_words(n),
            ),
            "",
            str(n),
        )
    if draw == 2:
        n = rng.randrange(1, 200)
        return task(
            say(
                rng, ["[Write|Convert] {n} [as a|to|in] Roman numeral[s|][.|]", "{n} in Roman numerals"], n=n
            ),
            "",
            roman(n),
        )
    if draw == 3:
        big = rng.randrange(1000, 10 ** rng.randrange(4, 9))
        return task(
            say(
                rng,
                [
                    "[Write|Format] {n} with [thousands separators|commas][.|]",
                    "[Add|Put] [thousands separators|commas] [to|into] {n}[.|]",
                ],
                n=big,
            ),
            "",
            f"{big:,}",
        )
    if draw == 4:
        big = rng.randrange(1000, 10 ** rng.randrange(4, 9))
        return task(
            say(
                rng,
                [
                    "[Remove|Drop] the [commas|thousands separators] [from|in] {n}[.|]",
                    "[Write|Give] {n} without commas[.|]",
                ],
                n=f"{big:,}",
            ),
            "",
            str(big),
        )
    if draw == 5:
        value = f"{rng.randrange(200)}.{values.digits(rng, 4)}"
        places = rng.randrange(0, 3)
        shown = f"{round(int(value.replace('.', '')) / 10 ** (4 - places) + 1e-9):d}"
        shown = shown.zfill(places + 1)
        answer = shown if places == 0 else f"{shown[:-places]}.{shown[-places:]}"
        word = "the nearest integer" if places == 0 else f"{places} decimal{'s' if places > 1 else ''}"
        return task(
            say(
                rng,
                ["Round {v} to {word}[.|]", "[What is|Give me] {v} rounded to {word}?"],
                v=value,
                word=word,
            ),
            "",
            answer,
        )
    cents = rng.randrange(1, 100)
    return task(
        say(
            rng,
            ["[Write|Convert] {p}% [as a|to a|to] decimal[.|]", "{p}% as a decimal [number|fraction]"],
            p=cents,
        ),
        "",
        f"{cents / 100:.2f}".rstrip("0"),
    )


def words_for_case(rng):
    count = rng.randrange(2, 5)
    return [
        rng.choice(
            [
                values.made_word(rng, 2),
                values.pick(rng, "code_thing"),
                values.pick(rng, "code_name"),
                values.pick(rng, "adjective"),
            ]
        )
        for _ in range(count)
    ]


CASES = {
    "snake_case": lambda w: "_".join(w),
    "camelCase": lambda w: w[0] + "".join(x.capitalize() for x in w[1:]),
    "PascalCase": lambda w: "".join(x.capitalize() for x in w),
    "kebab-case": lambda w: "-".join(w),
    "CONSTANT_CASE": lambda w: "_".join(w).upper(),
    "Title Case": lambda w: " ".join(x.capitalize() for x in w),
    "UPPERCASE": lambda w: " ".join(w).upper(),
    "lowercase": lambda w: " ".join(w),
    "upper case": lambda w: " ".join(w).upper(),
    "lower case": lambda w: " ".join(w),
}


def case(rng):
    words = words_for_case(rng)
    target = rng.choice(list(CASES))
    source = rng.choice(
        [
            s
            for s in [
                "snake_case",
                "camelCase",
                "PascalCase",
                "kebab-case",
                "lowercase",
                "Title Case",
                "UPPERCASE",
            ]
            if CASES[s](words) != CASES[target](words)
        ]
    )
    ask = say(
        rng,
        [
            "[Convert|Change|Rewrite|Turn|Put] {text} [to|into|in] {target}[.|]",
            "{text} [in|to|as] {target}",
            "[Write|Give me] {text} in {target}[.|]",
            "[Make|Convert] this {target}: {text}",
            "[To|In] {target}: {text}",
        ],
        text=CASES[source](words),
        target=target,
    )
    return task(ask, "", CASES[target](words))


def item_list(rng, repeats=False):
    make = rng.choice(
        [
            lambda r: values.pick(r, "object"),
            lambda r: values.pick(r, "fruit"),
            values.first_name,
            values.city,
            lambda r: values.pick(r, "animal"),
            lambda r: values.made_word(r, 2),
            lambda r: str(r.randrange(1, 100)),
            lambda r: str(r.randrange(1, 1000)),
            values.code,
        ]
    )
    items = list(dict.fromkeys(make(rng) for _ in range(rng.randrange(3, 8))))
    if repeats:
        items += [rng.choice(items) for _ in range(rng.randrange(1, 4))]
        rng.shuffle(items)
    return items


def shown_list(rng, items):
    """(the list as it stands in the prompt, how to write the answer the same way)"""
    style = rng.randrange(5)
    if style <= 1:
        return ", ".join(items), ", ".join
    if style == 2:
        return "\n" + "\n".join(items), "\n".join
    if style == 3:
        return "\n" + "\n".join(f"- {i}" for i in items), lambda out: "\n".join(f"- {i}" for i in out)
    numbers = all(i.isdigit() for i in items)
    as_array = (lambda out: "[" + ", ".join(out) + "]") if numbers else (lambda out: compact(list(out)))
    return as_array(items), as_array


def sort_key(items):
    return int if all(i.isdigit() for i in items) else str.casefold


def sort(rng):
    items = item_list(rng)
    down = rng.random() < 0.3
    text, write = shown_list(rng, items)
    numbers = all(i.isdigit() for i in items)
    order = (
        rng.choice(
            ["descending", "in descending order"]
            + (
                ["from large to small", "largest first"]
                if numbers
                else ["from Z to A", "in reverse alphabetical order"]
            )
        )
        if down
        else rng.choice(
            ["", "", "ascending", "in ascending order"]
            + (
                ["from small to large", "smallest first", "numerically"]
                if numbers
                else ["alphabetically", "from A to Z", "in alphabetical order"]
            )
        )
    )
    ask = say(
        rng,
        [
            "[Sort|Order] [this list|these|the list|these items|the following|] {order}[, please|]:",
            "[Put|Bring] [these|this list|the items] in order {order}:",
            "[Please |Can you |]sort {order}:",
        ],
        order=order,
    )
    ask = " ".join(ask.split()).replace(" :", ":")
    answer = write(sorted(items, key=sort_key(items), reverse=down))
    return task(ask, text, answer, is_json=answer.startswith("["))


def dedupe(rng):
    items = item_list(rng, repeats=True)
    text, write = shown_list(rng, items)
    ask = say(
        rng,
        [
            "[Remove|Delete|Drop] [the |all |]duplicates[ from this list| from the list| from|]:",
            "[Dedupe|Deduplicate] [this list|the list|these|]:",
            "[Keep|List|Show] [each item only once|only the unique items|only unique values]:",
            "[Unique values|Unique items|Without duplicates]:",
        ],
    )
    answer = write(list(dict.fromkeys(items)))
    return task(ask, text, answer, is_json=answer.startswith("["))


def count(rng):
    repeats = rng.random() < 0.4
    items = item_list(rng, repeats)
    text, _ = shown_list(rng, items)
    if repeats:
        item = rng.choice(items)
        return task(
            say(
                rng,
                [
                    "How [many times|often] [does|is] {item} [appear|occur|there] in [this|the] list:",
                    "[Count|Number of] {item} in [this|the] list:",
                ],
                item=item,
            ),
            text,
            str(items.count(item)),
        )
    return task(
        say(
            rng,
            [
                "How many [items|entries|elements|things] are [in this list|there|in the list]:",
                "Count the [items|entries|elements][ in this list|]:",
                "[Number of|Count of] [items|entries]:",
            ],
        ),
        text,
        str(len(items)),
    )


def rearrange(rng):
    """First, last, n-th, longest, reversed; joined and split by other signs."""
    items = item_list(rng)
    text, write = shown_list(rng, items)
    draw = rng.randrange(6)
    if draw == 0:
        answer = write(items[::-1])
        return task(
            say(
                rng,
                ["Reverse [this list|the list|the order|]:", "[Write|List] [these|this] in reverse order:"],
            ),
            text,
            answer,
            is_json=answer.startswith("["),
        )
    if draw == 1:
        at = rng.randrange(len(items))
        name = {0: "first", 1: "second", 2: "third", 3: "fourth", len(items) - 1: "last"}.get(
            at, values.ordinal(at + 1)
        )
        return task(
            say(
                rng,
                [
                    "[What is|Give me|Return|Show] the {name} [item|entry|element][ of this list| in the list|]:",
                    "{name} item[ only|]:",
                ],
                name=name,
            ),
            text,
            items[at],
        )
    if draw == 2:
        sign = rng.choice([", ", "; ", " | ", " - ", "/", " "])
        name = {
            ", ": "commas",
            "; ": "semicolons",
            " | ": "pipes",
            " - ": "dashes",
            "/": "slashes",
            " ": "spaces",
        }[sign]
        return task(
            say(
                rng,
                [
                    "Join [these lines|the lines|these items|them] with {name}:",
                    "[Put|Write] [these|the lines] [on|in] one line, separated by {name}:",
                ],
                name=name,
            ),
            "\n" + "\n".join(items),
            sign.join(items),
        )
    if draw == 3:
        sign = rng.choice([", ", "; ", " | ", ","])
        return task(
            say(
                rng,
                [
                    "[Put|Write] each item on its own line:",
                    "[One item per line|One per line|Split into lines]:",
                    "[Turn|Convert] this into lines:",
                ],
            ),
            sign.join(items),
            "\n".join(items),
        )
    if draw == 4:
        return task(
            say(
                rng,
                [
                    "[Turn|Convert|Make] this [into|to] a [bullet|bulleted|Markdown] list:",
                    "[As|Make|Write] bullet points:",
                ],
            ),
            ", ".join(items),
            "\n".join(f"- {i}" for i in items),
        )
    numbers = all(i.isdigit() for i in items)
    answer = "[" + ", ".join(items) + "]" if numbers else compact(items)
    source = rng.choice(
        [", ".join(items), "\n" + "\n".join(items), "\n" + "\n".join(f"- {i}" for i in items)]
    )
    return task(
        say(
            rng,
            [
                "[Turn|Convert|Make] this [list |][into|to] a JSON [array|list]:",
                "[As|Write as|Give it as] [a |]JSON [array|list]:",
            ],
        ),
        source,
        answer,
        is_json=True,
    )


KINDS = [
    (tables.make, 5),
    (date, 4),
    (number, 3),
    (case, 3),
    (sort, 2),
    (dedupe, 2),
    (count, 1.5),
    (rearrange, 3),
]


def make(rng):
    return rng.choices([k for k, _ in KINDS], [w for _, w in KINDS])[0](rng)
