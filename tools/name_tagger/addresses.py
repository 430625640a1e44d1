"""Addresses made up: whole ones as they stand in a sentence, and blocks of lines, whose parts are
labelled each by itself."""

import words

UNITS = ("Apt. ", "Suite ", "Apt ", "Unit ", "Floor ", "#", "Flat ", "Room ", "Bldg ", "Ste. ", "Apartment ", "App. ")
STATES = ("CA CO TX NY PA WA CT FL OH IL GA NC MI NJ VA AZ MA TN IN MO MD WI MN OR OK NV UT KY AL LA BC ON QC NSW "
          "VIC QLD").split()
BREAKS = ("\n", "\n", "\n ", ", ", ",\n", " ", "\n, ", "\n\n")


def number(rng):
    kind = rng.random()
    text = str(rng.randint(1, 9)) if kind < 0.15 else str(rng.randint(10, 999)) if kind < 0.6 \
        else str(rng.randint(1000, 99999))
    return text + (rng.choice("abcABC") if rng.random() < 0.05 else "")


def unit(rng):
    return rng.choice(UNITS) + str(rng.randint(1, 999))


def military(rng):
    state = rng.choice(("AA", "AE", "AP"))
    return rng.choice((f"PSC {rng.randint(1, 9999)}, Box {rng.randint(1, 9999)}\nAPO {state} {rng.randint(10000, 99999)}",
                       f"Unit {rng.randint(1, 9999)} Box {rng.randint(1, 9999)}\nDPO {state} {rng.randint(10000, 99999)}",
                       f"USS {rng.choice(words.SURNAMES).capitalize()}\nFPO {state} {rng.randint(10000, 99999)}"))


def box(rng):
    return rng.choice(("PO Box ", "P.O. Box ", "Postbox ", "Box ", "Postfach ", "Apartado ", "BP ")) + str(rng.randint(1, 99999))


def line(values, place):
    """Street and house in one of the orders that countries have."""
    rng = values.rng
    street = values.street(place)
    kind = rng.random()
    if kind < 0.3:
        return f"{number(rng)} {street}"
    if kind < 0.5:
        return f"{street} {rng.randint(1, 300)}"
    if kind < 0.6:
        return f"{number(rng)} {street} {rng.randint(1, 300)}"
    if kind < 0.65:
        return f"{number(rng)}, {street}"
    if kind < 0.7:
        return f"{street}, {rng.randint(1, 300)}"
    if kind < 0.75:
        return rng.choice(("ul. ", "Calle ", "Rua ", "C/ ", "Via ")) + street + f" {rng.randint(1, 300)}/{rng.randint(1, 40)}"
    if kind < 0.8:
        return box(rng)
    return values.pick(place["address"])


def town(values, place):
    """City, state, zip and country, most of them left out at times."""
    rng = values.rng
    city, zip_, country = values.value("city", place), values.pick(place["zip"]), values.value("country", place)
    state = rng.choice(STATES)
    joint = rng.choice((", ", ",\n", "\n", "\n, ", " "))
    last = rng.choice(("\n ", "\n", " ", ", "))
    return rng.choice((f"{city}", f"{zip_} {city}", f"{city} {zip_}", f"{city}, {state} {zip_}", f"{city} {state} {zip_}",
                       f"{city}, {country}", f"{city}{joint}{state}{last}{country} {zip_}", f"{city}{last}{country} {zip_}",
                       f"{zip_} {city}{last}{country}", f"{city}{joint}{values.pick(values.states)} {zip_}",
                       f"{city}{joint}{state} {zip_}{last}{country}"))


def whole(values, place):
    rng = values.rng
    if rng.random() < 0.04:
        return military(rng)
    text = line(values, place)
    if rng.random() < 0.4:
        text += rng.choice((" ", ", ", "\n ", " ")) + unit(rng)
    if rng.random() < 0.65:
        text += rng.choice(BREAKS) + town(values, place)
    return text


class Block:
    """Text with spans, put together from the left."""

    def __init__(self):
        self.text, self.spans = "", []

    def add(self, text, label=None):
        if label:
            self.spans.append((len(self.text), len(self.text) + len(text), label))
        self.text += text


def block(values, place):
    """A name and an address in lines: number, street, unit, town and country each a part."""
    rng = values.rng
    out = Block()
    mark = rng.choice(("", "", "", "> ", ">", " ", "  ", "\t", "# "))
    feed = lambda: out.add("\n" * (2 if rng.random() < 0.12 else 1) + (mark or rng.choice(("", "", " "))))
    out.add(rng.choice(("", "", "", "To:\n", "Ship to\n", "Send it to\n", "Best regards,\n", "Yours\n\n", "Sender\n",
                        "Here it is:\n", "Please change it to:\n\n", "Address\n")) + mark)
    heads = rng.randint(1, 3)
    for k in range(heads):
        kind = rng.random()
        if k == 0 and kind < 0.65:
            if rng.random() < 0.3:
                out.add(values.value("title", place), "title")
                out.add(" ")
            out.add(values.person(place), "person")
        elif kind < 0.85:
            out.add(values.value("org", place), "organisation")
        else:
            out.add(values.value("job", place), "title")
        if k + 1 < heads:
            out.add("\n" + mark)
    same = rng.random() < 0.12  # all on one line
    joint = rng.choice((" ", ", "))
    step = (lambda: out.add(joint)) if same else feed
    step()
    streets(values, place, out, step)
    step()
    towns(values, place, out, step)
    if rng.random() < 0.2:
        step()
        out.add(rng.choice(("Tel. ", "", "Phone: ")) + values.value("phone", place))
    return out.text, out.spans


def streets(values, place, out, step):
    rng = values.rng
    kind = rng.random()
    if kind < 0.12:
        out.add(unit(rng), "street")
        out.add(rng.choice((", ", " ")))
    if kind < 0.7:
        out.add(number(rng), "street")
        out.add(rng.choice((" ", " ", " ", ", ")))
        out.add(values.value("street", place), "street")
    elif kind < 0.95:
        out.add(values.value("street", place), "street")
    else:
        out.add(box(rng), "street")
    if kind > 0.12 and rng.random() < 0.5:
        step() if rng.random() < 0.6 else out.add(rng.choice((" ", ", ")))
        out.add(unit(rng), "street")


def towns(values, place, out, step):
    rng = values.rng
    zip_ = values.pick(place["zip"])
    kind = rng.random()
    if kind < 0.3:
        out.add(zip_, "street")
        out.add(" ")
    out.add(values.value("city", place), "place")
    if kind > 0.75:
        out.add(rng.choice((" ", ", ")))
        out.add(rng.choice((rng.choice(STATES), values.pick(values.states))), "place")
    if 0.5 < kind < 0.9:
        out.add(rng.choice((" ", ", ")))
        out.add(zip_, "street")
    if rng.random() < 0.6:
        step()
        out.add(values.value("country", place), "place")
        if kind > 0.9 or 0.3 < kind < 0.5:
            out.add(" ")
            out.add(zip_, "street")
