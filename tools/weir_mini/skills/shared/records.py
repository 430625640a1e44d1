"""Records with typed fields, and the sentences, mails, tickets and lines that carry them.

A record is a list of (name, value) where the value stands in the text exactly as it is extracted.
"""

from ... import values
from ...phrasing import choose, fill

# field: (other names of it, how a value is made, JSON type)
FIELDS = {
    "name": (["full_name", "person", "customer", "customer_name", "contact", "contact_person", "contact_name", "first_and_last_name"], values.full_name, "string"),
    "email": (["e-mail", "email_address", "mail", "contact_email", "mail_address"], values.email, "string"),
    "phone": (["phone_number", "telephone", "tel", "mobile", "telephone_number", "number_to_call"], values.phone, "string"),
    "date": (["day", "when", "date_given"], values.spoken_date, "string"),
    "time": (["start_time", "hour", "start"], values.clock, "string"),
    "city": (["location", "town", "place"], values.city, "string"),
    "country": (["nation"], lambda r: values.pick(r, "country"), "string"),
    "company": (["organization", "firm", "business", "company_name", "name_of_the_company"], values.company, "string"),
    "order_id": (
        ["id", "order", "order_number", "reference", "ticket_id", "order_no", "reference_number", "order_code"],
        values.code,
        "string",
    ),
    "invoice": (["invoice_number", "invoice_no", "invoice_id", "bill_number"], values.code, "string"),
    "product": (["item", "product_name", "article"], values.product, "string"),
    "quantity": (
        ["count", "amount", "qty", "number"],
        lambda r: r.randrange(2, r.choice([10, 100, 1000])),
        "integer",
    ),
    "price": (["total", "cost", "amount", "total_price", "total_amount", "sum"], values.money, "string"),
    "address": (["street", "street_address", "street_and_number"], values.address, "string"),
    "url": (["link", "website", "homepage"], values.url, "string"),
    "ip": (["ip_address", "host"], values.ip, "string"),
    "version": (["release", "software_version"], values.version, "string"),
    "job": (["job_title", "position", "role", "title"], lambda r: values.pick(r, "job"), "string"),
    "age": (["years", "age_in_years"], lambda r: r.randrange(3, 99), "integer"),
    "color": (["colour"], lambda r: values.pick(r, "color"), "string"),
    "department": (["team", "unit"], lambda r: values.pick(r, "department"), "string"),
    "file": (["filename", "path", "file_path"], values.path, "string"),
    "room": (["room_number"], lambda r: f"{r.choice(['', 'A', 'B', 'C'])}{r.randrange(1, 500)}", "string"),
}
NUMBERED = {"quantity", "age"}

# Each is one thing that people write; the slots are fields.
SENTENCES = [
    "[My name is|I am|This is|I'm] {name}[, {age} years old|][ from {city}|][.|,] [you can reach me at|my email is|write to|mail me at] {email}[ or call {phone}|].",
    "[Hi|Hello|Dear team], [I am|my name is] {name} [and I ordered|, I bought] {quantity} x {product} [on|dated] {date}[, order {order_id}|].",
    "[Please|Could you] [ship|send|deliver] {quantity} {product} to {address}, {city}[ by {date}|][.|, thanks.]",
    "[Invoice|Bill] {invoice} [from|by|of] {company} [dated|of|from] {date}: [total|amount due|sum] {price}[.|]",
    "[Meeting|Call|Appointment|Lunch|Interview] with {name} [from {company} |][on|at] {date} at {time}[ in room {room}|][.|]",
    "{name} [works|is working] [as a|as] {job} [at|for] {company}[ in {city}|][.|]",
    "{name} ({age}) [lives in|comes from|moved to] {city}[, {country}|][.| and works as a {job}.]",
    "[Order|Ticket|Case] {order_id}: {product}, [qty|quantity] {quantity}, [color {color}, |]{price}[.|]",
    "[The|Our] server {ip} [runs|was updated to|is on] version {version} [since|on] {date}[.|]",
    "[Contact|Reach|Ask for] {name}[, {job},|] at {phone} or {email}[.|]",
    "{company} [is based in|has an office in|moved to] {city}, {country}[; see {url}|][.|]",
    "[Error|Crash|Failure] in {file} [with|on|under] version {version}[, host {ip}|][, see {url}|][.|]",
    "[The event|The party|The workshop|The concert] [takes place|is|starts] on {date} at {time} in {city}[, {address}|][.|]",
    "[Please call|Call back|Ring] {name} [on|at|under] {phone} [after|before|at] {time}[.|]",
    "[I would like to|I want to|Can I] [return|exchange|complain about] the {product} [from|in|of] order {order_id}[, bought for {price}|][.| My number is {phone}.]",
    "[We hired|Welcome|Please welcome] {name} as [our |][new |]{job} in [the |]{department}[ team| department|][ in {city}|][ from {date}|].",
    "{name} [paid|transferred|sent] {price} [to {company} |]on {date}[ for {product}|][, reference {invoice}|][.|]",
    "[Shipment|Package|Parcel] {order_id} [left|leaves|left from] {city} on {date}[ and goes to {address}|][.|]",
    "[Book|Reserve] a [table|room|seat] for {name} on {date} at {time}[, phone {phone}|][.|]",
    "{quantity} {color} {product}[ for {price}|] [ordered by|for|sold to] {name}[, {email}|][.|]",
    "[Visit|See|Go to] {url} [or write to|or mail] {email} [before|until|by] {date}[.|]",
    "[User|Customer|Member] {name} <{email}> [signed up|registered|joined] on {date}[ from {ip}|][.|]",
    "[The {department} team|{department}] [needs|wants|ordered] {quantity} {product} [by|until|before] {date}[.|]",
    "[Dear|Hello] {name}, [your order|your purchase] {order_id} [of|over] {price} [ships|arrives|will arrive] on {date}[.|]",
    "Regards, {name}[, {job}|], {company}, {phone}[, {email}|]",
    "{date} {time} - {name}: {product} x {quantity}[, {price}|]",
    "[Flight|Train|Bus] {order_id} from {city} [leaves|departs] at {time} on {date}[.|]",
    "[Pick up|Collect] {name} at {address} in {city} at {time}[.|]",
    "[Our|The] new {job} [is|will be] {name}[, aged {age}|][, coming from {company}|][.|]",
    "[File|Document] {file} [was changed by|belongs to|is from] {name} [on|at] {date}[.|]",
]
LABELLED = {
    "name": "Name",
    "email": "E-mail",
    "phone": "Phone",
    "date": "Date",
    "time": "Time",
    "city": "City",
    "country": "Country",
    "company": "Company",
    "order_id": "Order",
    "invoice": "Invoice",
    "product": "Product",
    "quantity": "Quantity",
    "price": "Price",
    "address": "Address",
    "url": "Website",
    "ip": "IP",
    "version": "Version",
    "job": "Job title",
    "age": "Age",
    "color": "Color",
    "department": "Department",
    "file": "File",
    "room": "Room",
}
FILLER = [
    "[Thanks|Thank you|Many thanks] [in advance|a lot|for your help][.|!]",
    "[Sorry for the late reply.|Hope you are well.|Hope this helps.]",
    "[I look forward to your answer.|Let me know if anything is missing.|Please confirm.]",
    "[The weather was fine|It was a long day|We had a good time] [today|yesterday][.|]",
    "[As discussed|As promised|As you asked], [here is the information|these are the details].",
    "[It is urgent|No hurry|Take your time][.|]",
    "[Best regards|Kind regards|Cheers|See you soon][,|.|]",
    "[By the way|Also], [the door was open|the coffee is out|parking is free|the elevator is broken].",
]


def record(rng, count=None):
    """{field: value} with `count` different fields."""
    names = rng.sample(list(FIELDS), count or rng.randrange(2, 6))
    return {name: FIELDS[name][1](rng) for name in names}


def linked_email(rng, found):
    """People's addresses mostly look like their names."""
    if "name" in found and "email" in found and rng.random() < 0.7:
        found["email"] = values.email(rng, found["name"])


def sentence(rng):
    """A sentence and the fields that it carries."""
    pattern = choose(rng, rng.choice(SENTENCES))
    found = {name: FIELDS[name][1](rng) for name in FIELDS if "{" + name + "}" in pattern}
    linked_email(rng, found)
    return fill(pattern, found), found


def labelled(rng):
    """The same as a form: one field a line."""
    found = record(rng)
    linked_email(rng, found)
    separator, joint = (
        rng.choice([": ", ": ", " = ", " - ", ":\t"]),
        rng.choice(["\n", "\n", "; ", ", ", " | "]),
    )
    title = rng.choice([str, str.lower, str.upper])
    return joint.join(f"{title(LABELLED[name])}{separator}{value}" for name, value in found.items()), found


def text_with_record(rng):
    """A text with noise around its facts."""
    if rng.random() < 0.2:
        return labelled(rng)
    text, found = sentence(rng)
    if rng.random() < 0.25:
        more, others = sentence(rng)
        if not set(others) & set(found):
            text, found = f"{text} {more}", {**found, **others}
    if rng.random() < 0.3:
        text = choose(rng, rng.choice(FILLER)) + " " + text
    if rng.random() < 0.3:
        text += rng.choice([" ", "\n"]) + choose(rng, rng.choice(FILLER))
    return text, found


CLAIMS = {
    "name": "[The person|The person named|Somebody in the text|The writer or the person meant|The one named] is [called |]{v}|The name is {v}",
    "email": "[The|The given] [e-mail address|email|e-mail] is {v}|{v} is [the|an] e-mail address [in|from] the text",
    "phone": "[The|The given] [phone number|number to call|telephone number] is {v}",
    "date": "[The date|The date given|The day] is {v}|It is [about|dated] {v}",
    "time": "[The time|The time given|The hour] is {v}|It is at {v}",
    "city": "[The city|The place|The town] is {v}|[It is about|The text names] {v}",
    "country": "The country is {v}",
    "company": "The [company|firm|business] is [called |]{v}",
    "order_id": "The [order|order number|reference|ID|id] is {v}",
    "invoice": "The invoice [number |]is {v}",
    "product": "The [product|item|article] is {v}|It is about {v}",
    "quantity": "[The quantity|The count|The amount ordered] is {v}|There are {v} of them",
    "price": "[The price|The amount|The sum|The total] is {v}|It [costs|is about] {v}",
    "address": "The address is {v}|The street is {v}",
    "url": "The [link|URL|website|web address] is {v}",
    "ip": "The [IP address|IP|host] is {v}",
    "version": "The version is {v}|It is version {v}",
    "job": "The [job|job title|position|role] is {v}",
    "age": "The person is {v}[ years old|]|The age is {v}",
    "color": "The colo[u|]r is {v}|It is {v}",
    "department": "The [department|team] is {v}",
    "file": "The [file|path] is {v}",
    "room": "The room is {v}|It is in room {v}",
}


def claim_about(rng, found, truth):
    """A statement on one of the fields: what the text says, or something else of the same kind."""
    name = rng.choice(list(found))
    value = found[name] if truth else FIELDS[name][1](rng)
    if not truth and str(value) in "\n".join(str(other) for other in found.values()):
        return None
    return fill(choose(rng, f"[{CLAIMS[name]}]"), {"v": value}).strip()
