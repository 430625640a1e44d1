"""Texts made up from templates of our own, with labels, and the open set as labelled texts."""

import json
import pathlib
import random

from faker import Faker

import addresses
import frames
import organisations
import words

LOCALES = ("en_US", "en_GB", "de_DE", "fr_FR", "it_IT", "es_ES", "pt_PT", "nl_NL", "da_DK", "sv_SE", "no_NO",
           "fi_FI", "pl_PL", "cs_CZ", "hu_HU", "sl_SI", "hr_HR", "et_EE", "en_IN", "de_AT", "fr_CH", "pt_BR",
           "tr_TR", "el_GR", "ru_RU", "ro_RO", "lt_LT", "es_MX", "en_AU", "vi_VN")
LABEL_OF = {"PERSON": "person", "GPE": "place", "LOCATION": "place", "STREET_ADDRESS": "street",
            "ZIP_CODE": "street", "ORGANIZATION": "organisation", "NRP": "nationality", "TITLE": "title"}
SLOTS = {"person": "person", "first": "person", "last": "person", "people": "person", "city": "place",
         "country": "place", "state": "place", "address": "street", "street": "street", "number": "street",
         "unit": "street", "zip": "street", "org": "organisation", "nation": "nationality",
         "title": "title", "job": "title"}

TEMPLATES = """
Hi, I am {person} and I live in {city}.
hello my name is {person}, can you help me with {thing}?
My name's {first}. I need help with {thing}.
I'm {first} from {city}
Call me {first} please, {last} is my family name
This is {person} from {org}, calling about {thing}.
Please send the parcel to {address}.
Ship it to {address} and bill {org}
I moved to {address} last week
My new address: {address}
our office is at {address}, {city}
We are located at {number} {street}, {city}
Deliver to {person}, {address}
{person}\\n{org}\\n{address}
{person}\\n{address}\\n{city}\\n{country}
{person}\\n\\n{number} {street}\\n {unit}\\n {city}\\n {country} {zip}
{title} {person}\\n{number} {street}\\n{city} {zip}\\n{country}
> {person}\\n> {org}\\n> {number} {street}\\n> {city}\\n> {country} {zip}
{org}\\n{address}\\nTel: {phone}\\nFax: {phone}
{person}\\n{job}\\n{org}\\n{phone}
Kind regards,\\n{person}\\n{job}, {org}
Best,\\n{first}
Thanks, {first}
Sincerely,\\n{title} {person}
Dear {first},\\n\\nthank you for {thing}. We will be in touch.\\n\\nRegards\\n{person}
Dear {title} {last},\\nyour appointment is on {date}.\\n{org}
Hi {first}, did you talk to {first} about {thing}?
Hey {first}!
From: {person} <{email}>\\nTo: {person} <{email}>\\nSubject: {thing}\\n\\nHi {first},
To: {person}\\nCc: {person}, {person}\\nSubject: Re: {thing}
Name: {person}\\nPhone: {phone}\\nAddress: {address}
Name: {person}\\nEmployer: {org}\\nNationality: {nation}\\nCity: {city}
First name: {first}\\nLast name: {last}\\nCountry: {country}
Customer: {person}\\nOrder: {n}\\nShip to: {address}
Patient {person}, {age} years old, complains of {thing}.
{title} {last} will see you at {time}.
Ticket #{n}: {person} ({email}) cannot log in since {date}
Assignee: {person}\\nReporter: {person}\\nComponent: {thing}
# Author: {person} <{email}>
// NOTE({first}): fix {thing}
Copyright (c) {year} {person}
Signed-off-by: {person} <{email}>
def greet():\\n    print("Hello {first}")
name,city,email\\n{person},{city},{email}\\n{person},{city},{email}
{"name": "{person}", "city": "{city}", "company": "{org}"}
- {person}\\n- {person}\\n- {person}
1. {person} ({org})\\n2. {person} ({org})
Attendees: {person}, {person}, {person} and {person}
We were five: {first}, {first}, {first}, {first} and me.
{first}: Are you coming?\\n{first}: Yes, with {first}.
{first}: "{first}, where is {thing}?"
Bot: Which city do you live in? User: {city}
Bot: Who is your employer? User: {org}
Bot: What is your surname? User: {last}
Agent: May I have your name? Customer: {person}
Where do you live? {city}
Who told you? {first}
what's your first name? {first}
{person} works at {org} in {city}.
{person} worked for {org} until {year}, when {org} bought it.
I work at {org}
I got an offer from {org} and one from {org}.
She left {org} to join {org}.
{org} was founded by {person} in {city} in {year}.
{org} announced today that {person} will become its {job}.
{person}, {job} of {org}, declined to comment.
{person} is the new {job} at {org}.
Shares of {org} fell {n} percent on {day}.
{org} is a {nation} company based in {city}, {country}.
{org}, a {nation} manufacturer of {thing}, sells to {country} and {country}.
The {nation} branch of {org} employs {n} people.
We bought it from {org} for {n} euros
The contract between {org} and {org} ends in {year}.
Our supplier {org} has not paid.
The {org} Museum opened in {year}.
The University of {city} gave {person} a degree.
studied at {org} in {city}
I applied for a job at {org} as {job}.
He is a {job} from {country}.
{person} is a {age} year old {job} living in {city}
{title} {person}, {age}, was born in {city}.
{person} was born in {city}, {country} on {date}.
I was born in {country} but grew up in {city}.
She comes from {country}
My parents are from {city} and {country}.
I am {nation}
We love {nation} food and {nation} wine.
The {nation} government met on {day}.
A group of {nation} tourists visited {city}.
He speaks {nation} with a {nation} accent.
are there many {nation} in {country}?
Tomorrow we fly from {city} to {city}.
The train to {city} leaves at {time}
Flights to {country} are cheap in {month}
How is the weather in {city}?
I'm on holiday in {country}, please call {phone}
The plane landed in {city} last night.
{city} is the capital of {country}.
It rained in {city}, {state}.
{city}, {country}
{country} won against {country} in {year}.
"{country} has to act," said {person}.
"I saw {person} at {thing}", {first} said.
{first} and {first} are getting married in {city}!
{person} and {person} had dinner with {first}.
{person} is a great {job}. I can recommend her.
{person} called. She wants {thing}.
{first} is very kind and {first} is not.
I spoke to {person} yesterday about {thing}.
please ask {first} to call me at {phone}
Can I talk to {title} {last}?
is {first} there?
Please forward this to {person} in {city}.
Add {person} to {thing}.
Remove {person} from the list and add {person}
Change the name to {person}
I'd like to make {person} a co-owner
My wife {first} and my son {first} need {thing}.
my daughter {person} turns {n} on {date}
My boss is called {person}
Her name was {person} and everybody called her {first}
Her maiden name was {last}
They called the baby {first}.
His uncle, {person}, lives in {country}.
Do you know the new {last} album?
A fan of {person} since {year}
{person}'s song reached number {n} in {country}.
The book by {person} was published in {year} by {org}.
"{thing}" is a novel by {person}, set in {city}.
{person} sang it first; {person} made it famous.
a film about {person} with {person} and {person}
I listened to {person} in {city}, what a concert
{person}'s brother lives in {street}.
{person} lives at {address}.
{person} lives on {street}
{first} gave me the address: {number} {street}
The shop is at {number} {street}
The shop on {street} is closed.
We meet in front of {number} {street}, {city} at {time}.
There was an accident on {street} in {city}.
The bus stops at {street} and {street}.
Turn left into {street}, then right into {street}.
The corner of {street} and {street}
She walked down {street} to the river.
Where is {street}?
the parcel was sent to {address} on {date}
What's the delivery address? {address}
Address: {address}
Where should we send it? To {address}
Two addresses: {address}; {address}
My address is {address} and my phone is {phone}
Postcode {zip}
zip code: {zip}
I live in {zip} {city}
{zip} {city}
{city} {zip}
When: {date}\\nWhere: {city}
Meeting on {date} with {person} at {org}, {number} {street}, {city}
Write an e-mail to {person} about {thing}.
Translate into {nation}: good morning
Summarise the call with {person} of {org}.
Write a cover letter for {person}, {job}, who applies to {org}
Who is {person}?
Tell me about {country}.
plan a trip to {city} and {city} for {first} and me
Invoice {n}\\n{org}\\n{address}\\nVAT included
Dear {org} team, I want to return {thing}.
The account belongs to {person}, card {n}.
Witness {person} said that {title} {last} left at {time}.
The court in {city} ordered {org} to pay {n} to {person}.
On {date}, {person} travelled from {city} to {country}.
{person} ({year}-{year}) was a {nation} {job}.
The {nation} {job} {person} won the prize.
born in {city}, {person} studied law in {city} and joined {org} as a {job}
The {last} family owns {org}.
{title} and {title} {last} moved to {country}.
Ask {title} {last} or {title} {person}.
I hate {org}
Is {org} down again?
{org} vs. {org}
<p>{person}</p><p>{city}</p>
INSERT INTO users VALUES ('{first}', '{last}', '{city}');
user={first} city={city} country={country}
{person}\\n{number} {street}\\n{unit}\\n{city}\\n{country} {zip}
{person}\\n{number} {street} {unit}\\n{city} {state} {zip}
{person}\\n{number} {street}\\n{city}, {country}\\n{zip}
{title} {person} {unit} {number} {street}\\n{city} {country} {zip}
{person}\\n\\n{unit}, {number} {street}\\n {zip} {city}\\n {country}
Ship to:\\n {person}\\n {number} {street}\\n {unit}\\n {city}\\n {country} {zip}\\nThank you
>{person}\\n>{org}\\n>{street}\\n>{zip} {city}
> \\n> {person}\\n> {org}\\n> {number} {street}\\n> {unit}\\n> {city}\\n> {country} {zip}
Sender: {person}\\n{street}\\n\\nRecipient: {person}\\n{number} {street}\\n{city}\\n\\n{country} {zip}
{org}\\n{number} {street}\\n {unit}\\n {city}\\n\\n {country} {zip}
Billing address:\\n{person}\\n{number} {street}\\n{unit}\\n\\n{city}\\n{country}
{person}\\n\\n{city}\\n{country}
{person}, {number} {street}, {city}, {country}
We sell {thing} all over northern {country} and Western {country}.
Eastern {country} is hot, central {city} is not.
The two of them, {first} and {first}, met {first}, {first}, {last} and {first}.
There are 4: {first}, {first}, {first}, and {first}.
Players: {person}, {person}, {first}, {last}, {first} and {last}
The {org} Choir sings in {city}.
The {org} Theatre was built in {year}
songs from {org}: {person} and {person}
The {last} version is better than the {last} one.
the new {person} film
You can tell that {last} likes {last}.
early {last} is better than late {last}
{org} boss {person} resigned.
three carmakers: {org}, {org} and {org}
{org} (also known as {org})
located in {country}'s largest city, {city}.
the {city} bridge is closed
See you at the {city} Golf Club.
I hear {country} is nice.
Did {first} really say that {country} is small?
Enter from {street} St. until {month}
Get off at {street} St.
{title} {person} {unit} {number} {street}\\n{city} {state} {zip}
{title} {person}, {unit}, {number} {street}\\n{city} {state} {zip}
{first}: What a day.\\n{first}: You know me, {first}? I was with your sister!\\n{first}: Thanks for coming! How can I help?
{first}: hi\\n{first}: hello {first}, how are you?\\n{first}: fine
{person}: Where were you?\\n{person}: At home with {first}'s brother.
{first} gave {first} the keys: {thing}
{person} had told {person} the address: {number} {street}
We meet on {day} at {org}, {number} {street}, {city}
The ship came to {city} this morning from {city}.
The Duke arrived in {city} by train.
{person} lives at {number} {street}, {city}
address is the corner of {street} and {street}
The address of {org} is {address}
{org} sits at {address}
Is there a funnier band than this? {person} and {person} were friends.
it may be that {person} knew an older song, "Going Home To {state}," by {person}
The {first} edition of {org} sold a million copies.
{person} spent two years at {org} as assistant to {person}, then at {org} in {city}, later {org}, in {year}.
at the south side of {street}
the park is on {street}
The name is derived from {street} in {city}.
We are {nation}!
proud to be {nation}
They are {nation} but live in {city}.
An {nation} bank bought {org}.
""".replace("NOTE(", "TO" + "DO(").strip().split("\n")

# Texts without anything to find: what begins in capitals here is no name.
PLAIN = """
How do I reset {thing}?
I want to change {thing}. Is that possible?
Please explain the difference between Python and Java.
The Answer is in Table {n}, Figure {n}.
Write a function that sorts a list of {n} numbers.
What is the capital gains tax?
On Monday we discussed the API, on Tuesday the CPU.
Error {n}: Connection refused. Please Try Again Later
Can I get a refund? I ordered {thing} on {date}
CAN YOU HELP ME?!
WHY IS NOBODY ANSWERING
Happy Birthday! See you in {month}.
Chapter {n}: The Beginning of the End
Terms and Conditions apply. Read the Privacy Policy.
Dear Sir or Madam, I write about {thing}.
class HttpServer(Base):\\n    def __init__(self, port={n}):\\n        self.port = port
int main() { return {n}; }
SELECT Name, City FROM Users WHERE Id = {n};
Name: \\nAddress: \\nPhone:
To Do:\\n- Buy milk\\n- Call the bank\\n- Finish {thing}
Which of the following is true?\\nA. {n}\\nB. {n}\\nC. All of the above\\nD. None\\nAnswer:
Let x be a real number. Find the value of x.
Dear customer, your order {n} has shipped. Best regards, Customer Service
The King and the Queen of Hearts met the Prime Minister.
My internet is slow. Could you please look into {thing}?
Great Product, Five Stars. Would Buy Again!
I lost my card, it ends in {n}
Yesterday I received a Letter from the Bank. It was about {thing}.
Is it possible to increase my limit? I want to know the process.
At dawn, over coffee, we agreed and went home on the first Sunday after New Year.
My church does not let me talk to Robots, it says they are the work of Satan
Sorry, Mister bot, this is not OK
I turn {n} on Friday. It has been like this since {year}.
3, 2, 1, go! {n}... {n}... {n}...
The Royal Family and the Duchess were there, so was the Devil.
The Stranger Things and the Lord of the Rings are on TV on Sunday.
He said that the Manager was out, and She was angry.
Who are you? What can you do?
Warning: Deprecated Function. Use Another Method Instead.
The Bill of Rights and the Declaration were read in Class.
Looking for a job in sales with {n}+ years of experience. Awarded Employee of the Year.
""".strip().split("\n")

THINGS = ("my account|the invoice|a refund|the project|our meeting|the budget|the printer|a new contract|my password|"
          "the website|the report|a headache|chest pain|the delivery|the garden|this bug|login|the slides|"
          "the summer party|a mortgage|the red car|travel insurance|Server Migration|Quarterly Report|"
          "The Long Night|Blue River").split("|")

class Values:
    """Values for slots; everything from `seed`."""

    def __init__(self, seed, pool=1500):
        self.rng = random.Random(seed)
        self.locales = []
        for locale in LOCALES:
            fake = Faker(locale, use_weighting=False)
            fake.seed_instance(seed)
            few = pool // 10
            self.locales.append({
                "first": [fake.first_name() for _ in range(few * 2)],
                "last": [fake.last_name() for _ in range(few * 2)],
                "city": [fake.city() for _ in range(few)],
                "street": [fake.street_name() for _ in range(few)],
                "address": [fake.street_address() for _ in range(few)],
                "zip": [fake.postcode() for _ in range(30)],
                "phone": [fake.phone_number() for _ in range(30)],
                "country": [fake.current_country() for _ in range(1)]})
        english = Faker("en_US", use_weighting=False)
        english.seed_instance(seed)
        self.jobs = sorted({english.job() for _ in range(700)})
        self.countries = [english.country() for _ in range(400)]
        self.states = [english.state() for _ in range(100)]
        self.orgs = [english.company() for _ in range(200)]
        self.emails = [english.email() for _ in range(100)]
        self.proper = ("United States|United Kingdom|New Zealand|South Africa|South Korea|North Macedonia|"
                       "Costa Rica|Saudi Arabia|Sri Lanka|Hong Kong|New York|Los Angeles|San Francisco|"
                       "San Diego|Las Vegas|Rio de Janeiro|Buenos Aires|Cape Town|New Orleans").split("|")

    def pick(self, some):
        return self.rng.choice(some)

    def street(self, place):
        r = self.rng.random()
        if r < 0.6:
            return self.pick(place["street"])
        if r < 0.85:
            return self.pick(place["last"]) + " " + self.pick(words.STREETS).capitalize()
        return self.pick(words.STREETS).capitalize() + self.pick((" ", ". ")) + self.person(place)

    def numbered(self, place):
        """A street with the house behind it, as on the continent."""
        name = self.street(place) if self.rng.random() < 0.9 else self.pick(("Postbox", "P.O. Box", "PO Box"))
        return f"{name} {self.rng.randint(1, 300)}"

    def person(self, place):
        r = self.rng.random
        first, last = self.pick(place["first"]), self.pick(place["last"])
        kind = r()
        if kind < 0.5:
            return f"{first} {last}"
        if kind < 0.68:
            return f"{first} {self.pick('ABCDEFGHIJKLMNOPRSTVW')}{self.pick(('', '.', ''))} {last}"
        if kind < 0.76:
            return f"{first} {last}-{self.pick(place['last'])}"
        if kind < 0.86:
            return first
        if kind < 0.95:
            return last
        return f"{first} {self.pick(place['first'])} {last}"

    def value(self, slot, place):
        rng = self.rng
        if slot == "person":
            return self.person(place)
        if slot in ("first", "last", "zip", "phone"):
            return self.pick(place[slot])
        if slot == "city":
            kind = rng.random()
            return self.pick(place["city"]) if kind < 0.6 else self.pick(self.proper) if kind < 0.7 \
                else self.pick(words.CITIES).capitalize()
        if slot == "country":
            kind = rng.random()
            return self.pick(self.countries) if kind < 0.4 else self.pick(words.COUNTRIES).capitalize()
        simple = {"state": self.states, "job": self.jobs, "email": self.emails, "thing": THINGS}
        if slot in simple:
            text = self.pick(simple[slot])
            return self.pick((text, text.lower())) if slot == "job" else text
        if slot == "org":
            return organisations.name(self, place)
        if slot == "street":
            return self.street(place) if rng.random() < 0.6 else self.numbered(place)
        if slot == "address":
            return addresses.whole(self, place)
        if slot == "unit":
            return addresses.unit(rng)
        if slot == "work":
            return " ".join(self.pick(words.WORKS) for _ in range(rng.randint(1, 4)))
        if slot == "nation":
            return self.pick(words.NATIONS).capitalize() + ("s" if rng.random() < 0.12 else "")
        if slot == "title":
            return self.pick(("Mr.", "Mrs.", "Ms.", "Dr.", "Mr", "Mrs", "Dr", "Prof.", "Professor", "Miss"))
        if slot == "number":
            return str(rng.randint(1, 99999))
        if slot == "n":
            return str(rng.randint(1, 10 ** rng.randint(1, 8)))
        if slot == "age":
            return str(rng.randint(18, 95))
        if slot == "year":
            return str(rng.randint(1900, 2026))
        if slot == "time":
            return f"{rng.randint(0, 23)}:{rng.randint(10, 59)}"
        if slot == "day":
            return self.pick(words.MONTHS[12:19]).capitalize()
        if slot == "month":
            return self.pick(words.MONTHS[:12]).capitalize()
        if slot == "date":
            return self.pick((f"{rng.randint(1, 12)}/{rng.randint(1, 28)}/{rng.randint(1940, 2026)}",
                              f"{rng.randint(1980, 2026)}-{rng.randint(10, 12)}-{rng.randint(10, 28)}",
                              f"{rng.randint(1, 28)} {self.pick(words.MONTHS[:12]).capitalize()}"))
        raise KeyError(slot)

    def fill(self, template):
        """A text and its spans in characters, (begin, end, label)."""
        text, spans = "", []
        place = self.pick(self.locales if self.rng.random() < 0.7 else self.locales[:2])
        careless = self.rng.random()
        begin = 0
        template = template.replace("\\n", "\n")
        while begin < len(template):
            open_ = template.find("{", begin)
            close = template.find("}", open_)
            if open_ < 0 or close < 0:
                text += template[begin:]
                break
            text += template[begin:open_]
            slot = template[open_ + 1:close]
            if not slot.isalpha():
                text += "{"
                begin = open_ + 1
                continue
            value = self.value(slot, place)
            if slot in SLOTS:
                case = self.rng.random()
                if careless < 0.08 or case < (0.2 if slot == "nation" else 0.05):
                    value = value.lower()
                elif 0.2 < case < 0.24:
                    value = value.upper()
                spans.append((len(text), len(text) + len(value), SLOTS[slot]))
            text += value
            begin = close + 1
        case = self.rng.random()
        if case < 0.1 and len(text.lower()) == len(text):
            text = text.lower()
        elif case < 0.12 and len(text.upper()) == len(text):
            text = text.upper()
        return text, spans


def made_up(seed, count, first=None, framed=0.55):
    """Texts of the `first` templates or all, of frames and blocks; some of two put together, one in eight without
    anything to find."""
    values = Values(seed)
    rng = values.rng

    def one(plain):
        if rng.random() < plain:
            return values.fill(values.pick(PLAIN))
        kind = rng.random()
        if kind < framed * 0.15:
            return addresses.block(values, values.pick(values.locales))
        return values.fill(frames.frame(rng) if kind < framed else values.pick(TEMPLATES[:first]))

    texts = []
    for _ in range(count):
        text, spans = one(0.13)
        if rng.random() < 0.3:
            more, others = one(0.4)
            joint = values.pick((" ", "\n", ". ", "\n\n"))
            shift = len(text) + len(joint)
            text += joint + more
            spans += [(b + shift, e + shift, name) for b, e, name in others]
        texts.append((text, spans))
    return texts


def open_set(path):
    """(text, spans, template) of a labelled set."""
    out = []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            spans = [(s["start_position"], s["end_position"], LABEL_OF[s["entity_type"]])
                     for s in row["spans"] if s["entity_type"] in LABEL_OF]
            whole = [(s["start_position"], s["end_position"]) for s in row["spans"]]
            out.append((row["full_text"], spans, row["template_id"], whole))
    return out


# What of a subject's name says that its questions hardly name anybody.
NAMELESS = ("math", "algebra", "physics", "chemistry", "computer", "learning", "biology", "statistics", "anatomy",
            "genetics", "nutrition", "econometrics", "engineering", "logic", "accounting", "security")


def prompts(path):
    """(text, whether it hardly names anybody)"""
    with open(path, encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [(row["prompt"], any(word in row.get("subject", "") for word in NAMELESS)) for row in rows]


def code(folder, seed, count):
    """Pieces of source files: texts where hardly anything is a name, whatever begins in capitals."""
    rng = random.Random(seed)
    files = sorted(path for path in pathlib.Path(folder).rglob("*")
                   if path.suffix in (".cc", ".h", ".py", ".js", ".ts", ".toml", ".css", ".html", ".sh", ".txt", ".go", ".json")
                   and not any(part.startswith(("build", ".", "name", "privacy")) or part in ("data", "words", "node_modules")
                               for part in path.relative_to(folder).parts))
    out = []
    for _ in range(count):
        lines = rng.choice(files).read_text(errors="ignore")[:20_000].split("\n")
        first = rng.randrange(len(lines))
        out.append(("\n".join(lines[first:first + rng.randint(3, 12)])[:500], []))
    return out
