"""Units of length, weight, time, volume, data, money ...; temperatures; clock times."""

from fractions import Fraction

from ...phrasing import say

# (sign, names, how many of the smallest unit). The first name is what "how many ..." asks for.
SCALES = [
    [("mm", ["millimeters", "millimetres"], 1), ("cm", ["centimeters", "centimetres"], 10), ("m", ["meters", "metres"], 1000), ("km", ["kilometers", "kilometres"], 10**6)],
    [("mg", ["milligrams"], 1), ("g", ["grams", "grammes"], 1000), ("kg", ["kilograms", "kilos", "kgs"], 10**6), ("t", ["tons", "tonnes", "metric tons"], 10**9)],
    [("s", ["seconds", "sec", "secs"], 1), ("min", ["minutes", "mins"], 60), ("h", ["hours", "hrs", "hr"], 3600), ("d", ["days"], 86400), ("weeks", ["weeks"], 604800)],
    [("ml", ["milliliters", "millilitres", "mL"], 1), ("cl", ["centiliters", "centilitres"], 10), ("dl", ["deciliters", "decilitres"], 100), ("l", ["liters", "litres", "L"], 1000)],
    [("KB", ["kilobytes", "kB"], 1), ("MB", ["megabytes", "megs"], 1000), ("GB", ["gigabytes", "gigs"], 10**6), ("TB", ["terabytes"], 10**9)],
    [("cents", ["cents", "ct"], 1), ("euros", ["euros", "EUR"], 100)],
    [("pieces", ["pieces"], 1), ("dozen", ["dozens"], 12)],
    [("ml", ["milliliters", "millilitres", "mL"], 1), ("l", ["liters", "litres", "L"], 1000)],
    [("mm", ["millimeters", "millimetres"], 1), ("cm", ["centimeters", "centimetres"], 10), ("dm", ["decimeters", "decimetres"], 100), ("m", ["meters", "metres"], 1000)],
]  # fmt: skip
RARE_SCALES = [
    [("in", ["inches", "inch"], 1), ("ft", ["feet", "foot"], 12), ("yd", ["yards"], 36)],
    [("oz", ["ounces"], 1), ("lb", ["pounds", "lbs"], 16)],
    [("lb", ["pounds", "lbs"], 1), ("st", ["stone"], 14)],
    [("tsp", ["teaspoons"], 1), ("tbsp", ["tablespoons"], 3), ("cups", ["cups"], 48)],
    [("cups", ["cups"], 1), ("pt", ["pints"], 2), ("qt", ["quarts"], 4), ("gal", ["gallons"], 16)],
    [("bits", ["bits"], 1), ("bytes", ["bytes", "B"], 8)],
    [("bytes", ["bytes", "B"], 1), ("KB", ["kilobytes", "kB"], 1000), ("MB", ["megabytes"], 10**6)],
    [("KiB", ["kibibytes"], 1), ("MiB", ["mebibytes"], 1024), ("GiB", ["gibibytes"], 1024**2)],
    [("ms", ["milliseconds", "millis"], 1), ("s", ["seconds", "secs"], 1000)],
    [("µs", ["microseconds"], 1), ("ms", ["milliseconds"], 1000)],
    [("months", ["months"], 1), ("years", ["years"], 12)],
    [("years", ["years"], 1), ("decades", ["decades"], 10), ("centuries", ["centuries"], 100)],
    [("cents", ["cents"], 1), ("dollars", ["dollars", "USD", "bucks"], 100)],
    [("pence", ["pence"], 1), ("pounds", ["pounds sterling", "GBP"], 100)],
    [("µg", ["micrograms"], 1), ("mg", ["milligrams"], 1000)],
    [("cm²", ["square centimeters", "cm2", "sq cm"], 1), ("m²", ["square meters", "m2", "sqm"], 10**4)],
    [("m²", ["square meters", "m2", "square metres"], 1), ("ha", ["hectares"], 10**4), ("km²", ["square kilometers", "km2", "sq km"], 10**6)],
    [("l", ["liters", "litres"], 1), ("m³", ["cubic meters", "m3"], 1000)],
    [("Wh", ["watt hours"], 1), ("kWh", ["kilowatt hours"], 1000), ("MWh", ["megawatt hours"], 10**6)],
    [("W", ["watts"], 1), ("kW", ["kilowatts"], 1000), ("MW", ["megawatts"], 10**6)],
    [("Hz", ["hertz"], 1), ("kHz", ["kilohertz"], 1000), ("MHz", ["megahertz"], 10**6), ("GHz", ["gigahertz"], 10**9)],
    [("J", ["joules"], 1), ("kJ", ["kilojoules"], 1000)],
    [("mV", ["millivolts"], 1), ("V", ["volts"], 1000)],
    [("mA", ["milliamps"], 1), ("A", ["amps", "amperes"], 1000)],
    [("Mbit", ["megabits"], 1), ("Gbit", ["gigabits"], 1000)],
    [("pairs", ["pairs"], 2), ("pieces", ["pieces"], 1)],
]  # fmt: skip
# Across systems, with the exact factor; results to two places.
ACROSS = [
    (("in", ["inches", "inch"]), ("cm", ["centimeters", "centimetres"]), Fraction(254, 100)), (("ft", ["feet", "foot"]), ("cm", ["centimeters"]), Fraction(3048, 100)),
    (("ft", ["feet"]), ("m", ["meters", "metres"]), Fraction(3048, 10000)), (("mi", ["miles"]), ("km", ["kilometers", "kilometres"]), Fraction(1609344, 10**6)),
    (("lb", ["pounds", "lbs"]), ("kg", ["kilograms", "kilos"]), Fraction(45359237, 10**8)), (("oz", ["ounces"]), ("g", ["grams"]), Fraction(28349523, 10**6)),
    (("m/s", ["meters per second"]), ("km/h", ["kilometers per hour", "kph"]), Fraction(36, 10)),
    (("mph", ["miles per hour"]), ("km/h", ["kilometers per hour", "kph"]), Fraction(1609344, 10**6)),
]  # fmt: skip
CONVERT = [
    "[Convert|Change] {s} [to|into] {t}[.|]",
    "{s} [in|to|as|->] {t}[?|]",
    "{s} [in|to] {t}[?|, please|]",
    "How many {u} [are|is|are in|make|is in] {s}?",
    "How many {u} [are there|do I have|do I get] in {s}?",
    "[What is|What are|What's|How much is|How much are] {s} in {t}[?|]",
    "[Express|Write|Give me|Turn|Put|Show|State] {s} [in|into] {t}[.|]",
    "{s} = ? {t}",
    "{s} = how many {u}[?|]",
    "{s}, [how many|in] {u}[?| is that?]",
    "[I have|I need|The recipe says|The sign says|The label says|It weighs or measures] {s}. [How many {u} is that|What is that in {t}|In {t}]?",
    "[convert|units]: {s} -> {t}",
    "{t} [from|for] {s}[?|]",
    "[Can you|Could you|Please] [convert|change] {s} [to|into] {t}[?| for me?]",
    "{s} [is|equals|makes] how [many|much] {u}?",
]
TO_FAHRENHEIT = [
    "[Convert|Change|Turn] {v} [°C|degrees Celsius|C|celsius] [to|into] [Fahrenheit|F|°F|fahrenheit][.|]",
    "{v} [°C|C|degrees Celsius|degrees centigrade|celsius] [in|to|->] [Fahrenheit|F|°F|degrees Fahrenheit][?|]",
    "[What is|What's|How much is] {v} [°C|degrees Celsius|celsius] in [Fahrenheit|°F|F]?",
    "[How many|What] degrees Fahrenheit [are|is] {v} [°C|degrees Celsius]?",
    "It's {v} [°C|degrees Celsius] [here|outside]. [What is that in Fahrenheit|In Fahrenheit]?",
]
TO_CELSIUS = [
    "[Convert|Change|Turn] {v} [°F|degrees Fahrenheit|F|fahrenheit] [to|into] [Celsius|C|°C|celsius][.|]",
    "{v} [°F|F|degrees Fahrenheit|fahrenheit] [in|to|->] [Celsius|C|°C|degrees Celsius][?|]",
    "[What is|What's|How much is] {v} [°F|degrees Fahrenheit|fahrenheit] in [Celsius|°C|C]?",
    "[How many|What] degrees Celsius [are|is] {v} [°F|degrees Fahrenheit]?",
    "[The oven|The recipe|The forecast] says {v} [°F|degrees Fahrenheit]. [What is that in Celsius|In Celsius]?",
]
LATER = [
    "What time is it {m} after {t}?",
    "{t} plus {m}[?|]",
    "[It is|It's] {t}[.|,] [What time is it|what time will it be|what's the time] [in {m}|{m} later]?",
    "{m} after {t}[?|]",
    "[A film|The train|The meeting|The lesson|The concert|The flight|My shift|The match] [starts|leaves|begins] at {t} and takes {m}. When does it [end|arrive|finish]?",
    "[I start|We start|I leave] at {t} and [need|take] {m}. [When am I done|When do I finish|What time is it then]?",
    "[Add|add] {m} to {t}[.|]",
    "[The cake goes in|I put the bread in] at {t} for {m}. When [is it ready|do I take it out]?",
    "[If it's|If it is|When it's] {t} now, what time is it in {m}?",
]
EARLIER = [
    "What time [is|was] it {m} before {t}?",
    "{t} minus {m}[?|]",
    "{m} before {t}[?|]",
    "[It is|It's] {t}. What time was it {m} ago?",
    "[The train|The bus|My flight|The film] [leaves|starts] at {t}. I want to be there {m} [earlier|before]. When[ is that|]?",
    "I have to be there at {t} and [it takes|the drive takes|I need] {m}. When do I [leave|have to leave|go]?",
]
SPANS = [
    (10, "10 minutes"), (15, "15 minutes"), (20, "20 minutes"), (30, "30 minutes"), (30, "half an hour"), (45, "45 minutes"), (5, "5 minutes"), (25, "25 minutes"),
    (60, "an hour"), (60, "60 minutes"), (90, "90 minutes"), (120, "2 hours"), (120, "two hours"), (180, "3 hours"), (15, "a quarter of an hour"), (60, "one hour"),
    (40, "40 minutes"), (35, "35 minutes"), (50, "50 minutes"), (75, "1 hour 15 minutes"), (90, "an hour and a half"), (90, "1 h 30 min"), (240, "4 hours"),
    (105, "1 hour and 45 minutes"), (300, "5 hours"), (150, "2 and a half hours"), (360, "six hours"), (480, "8 hours"), (55, "55 min"), (20, "20 min"),
]  # fmt: skip
BETWEEN = [
    "How many minutes [are there |]between {a} and {b}?",
    "How many minutes [is it |]from {a} to {b}?",
    "[The meeting|The film|The lesson|The trip|The train ride] [starts|begins] at {a} and ends at {b}. How [long is it in minutes|many minutes does it take]?",
    "{a} to {b} in minutes[?|]",
    "[Minutes|Time in minutes] from {a} [to|until] {b}[?|]",
    "[It's|It is] {a}. [The bus leaves|The shop closes|Lunch is|My call is] at {b}. [How many minutes do I have|How many minutes are left]?",
]
HOURS_BETWEEN = [
    "How many hours [are there |]between {a} and {b}?",
    "How many hours [is it |]from {a} to {b}?",
    "I [work|worked|am there|was there] from {a} to {b}. How many hours[ is that|]?",
    "[The shop|The museum|The pool|The library] is open from {a} to {b}. [How many hours|For how many hours]?",
    "{a} until {b}, [how many hours|hours]?",
]
MIXED = ["{h} [h|hours] {m} [min|minutes]", "{h} h {m} min", "{h} hours and {m} minutes", "{h}h{m}m"]
TO_MINUTES = [
    "[Convert|Change] {s} to minutes[.|]", "{s} in minutes[?|]", "How many minutes [are|is] {s}?", "[What is|What's] {s} in minutes?", "{s} = ? minutes",
    "[The film|The drive|The flight] takes {s}. How many minutes is that?",
]  # fmt: skip
HALVES = [("km", "a kilometer", "m", "meters", 500), ("kg", "a kilo", "g", "grams", 500), ("l", "a liter", "ml", "milliliters", 500), ("h", "an hour", "min", "minutes", 30),
          ("m", "a meter", "cm", "centimeters", 50), ("min", "a minute", "s", "seconds", 30), ("d", "a day", "h", "hours", 12), ("t", "a ton", "kg", "kilograms", 500),
          ("GB", "a gigabyte", "MB", "megabytes", 500), ("dozen", "a dozen", "pieces", "pieces", 6), ("years", "a year", "months", "months", 6)]  # fmt: skip
MOST = 10**8


def amount_for(rng, ratio):
    """An amount that converts to a short number; ratio = how many of the target one source is."""
    draw = rng.randrange(5)
    short = rng.randrange(1, 13) if draw < 2 else rng.randrange(1, 100) if draw < 4 else Fraction(rng.randrange(1, 20), 2)
    if ratio >= 1:
        return Fraction(rng.randrange(1, 100), 10) if ratio % 10 == 0 and rng.random() < 0.15 else short
    return short / ratio


def shown(number):
    return str(number) if number.denominator == 1 else f"{float(number):.6f}".rstrip("0")


def unit_said(rng, sign, names, amount=2):
    name = sign if rng.random() < 0.5 else rng.choice(names)
    if amount == 1 and name.endswith("s") and name == names[0] and name not in ("cups",) and "feet" not in name:
        return {"inches": "inch", "centuries": "century"}.get(name, name[:-1])
    return name


def asked(rng, source, sign, names, result):
    target = sign if rng.random() < 0.5 else rng.choice(names)
    question = say(rng, CONVERT, s=source, t=target, u=names[0])
    return question, f"{result} {sign}"


def convert(rng):
    scale = rng.choice(SCALES if rng.random() < 0.7 else RARE_SCALES)
    a = rng.randrange(len(scale))
    b = rng.choice([i for i in range(len(scale)) if i != a and (abs(i - a) == 1 or rng.random() < 0.3)] or [a - 1 if a else 1])
    (sign_a, names_a, factor_a), (sign_b, names_b, factor_b) = scale[a], scale[b]
    amount = Fraction(amount_for(rng, Fraction(factor_a, factor_b)))
    result = amount * factor_a / factor_b
    if amount > MOST or result > MOST or amount.denominator not in (1, 2, 5, 10):
        return convert(rng)
    said = unit_said(rng, sign_a, names_a, amount)
    number = shown(amount)
    if amount >= 1000 and amount.denominator == 1 and rng.random() < 0.15:
        number = f"{int(amount):,}"
    source = f"{number}{said}" if said == sign_a and rng.random() < 0.25 else f"{number} {said}"
    return asked(rng, source, sign_b, names_b, shown(result))


def across(rng):
    """Inches and the like. Results have two places at most."""
    (sign_a, names_a), (sign_b, names_b), factor = rng.choice(ACROSS)
    amount = rng.choice([rng.randrange(1, 13), rng.randrange(1, 21), rng.randrange(1, 11) * 10])
    if rng.random() < 0.35:
        sign_a, names_a, sign_b, names_b, factor = sign_b, names_b, sign_a, names_a, 1 / factor
    result = shown(Fraction(round(amount * factor * 100), 100))
    return asked(rng, f"{amount} {unit_said(rng, sign_a, names_a, amount)}", sign_b, names_b, result)


def half(rng):
    """Half a kilo in grams."""
    _, name, sign, names, result = rng.choice(HALVES)
    word, share = rng.choice([("half", 1), ("half", 1), ("a quarter of", 2)])
    if result % share:
        return half(rng)
    return asked(rng, f"{word} {name}", sign, [names], str(result // share))


def mixed(rng):
    hours, minutes = rng.randrange(1, 6), rng.choice([5, 10, 15, 20, 25, 30, 40, 45, 50, rng.randrange(1, 60)])
    source = say(rng, rng.choice(MIXED), h=hours, m=minutes) if hours > 1 else f"1 hour {minutes} minutes"
    return say(rng, TO_MINUTES, s=source), f"{hours * 60 + minutes} min"


def temperature(rng):
    celsius = rng.randrange(-4, 21) * 5 if rng.random() < 0.85 else rng.choice([180, 200, 220, 160, 120, 150, 240, 250])
    fahrenheit = celsius * 9 // 5 + 32
    if rng.random() < 0.5:
        return say(rng, TO_FAHRENHEIT, v=celsius), f"{fahrenheit} °F"
    return say(rng, TO_CELSIUS, v=fahrenheit), f"{celsius} °C"


def at(total):
    return f"{total // 60:02}:{total % 60:02}"


def clock(rng):
    start = rng.randrange(24) * 60 + rng.choice([0, 15, 30, 45, rng.randrange(12) * 5])
    minutes, name = rng.choice(SPANS)
    if rng.random() < 0.3:
        return say(rng, EARLIER, t=at(start), m=name), at((start - minutes) % 1440)
    return say(rng, LATER, t=at(start), m=name), at((start + minutes) % 1440)


def between(rng):
    start = rng.randrange(22 * 12) * 5
    if rng.random() < 0.6:
        end = start + rng.randrange(1, min(24, (1439 - start) // 5 + 1)) * 5
        return say(rng, BETWEEN, a=at(start), b=at(end)), str(end - start)
    hours = rng.randrange(1, min(12, (1439 - start) // 60) + 1)
    return say(rng, HOURS_BETWEEN, a=at(start), b=at(start + hours * 60)), str(hours)


KINDS, WEIGHTS = [convert, across, half, mixed, temperature, clock, between], [5.5, 0.8, 0.3, 0.4, 1, 1.3, 0.8]


def any_conversion(rng):
    return rng.choices(KINDS, WEIGHTS)[0](rng)
