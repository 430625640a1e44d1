"""Sentences from a small grammar of our own: what may stand around a name, by register.

"<x>" becomes one of the lines of x; "{slot}" stays, for texts.py to fill."""

RULES = {
    "text": """
<talk>|<talk>|<talk>|<talk> <talk>|<news>|<news>|<news> <news>|<life>|<life>|<life>|<life> <talk>|<desk>|<desk>|<form>|<form>
<mail>|<chat>|<trip>|<trip>|<firm>|<firm>|<firm>|<art>|<art>|<law>|<sick>|<school>|<sport>|<list>|<short>|<short>|<nation>|<nation>
<ask>|<ask>|<ask>|<code>|<cite>|<cite>|<cite>|<where>|<where>|<money>|<history>|<history>|<kin>|<review>""",

    # Who, where, which.
    "who": "{person}|{person}|{person}|{person}|{first}|{first}|{last}|{title} {last}|{title} {person}|{title} {first}",
    "whom": "{person}|{person}|{first}|{first}|{title} {last}|<kin_word> {first}|<role> {person}|one {person}|a certain {person}",
    "kin_word": """my wife|my husband|my son|my daughter|my sister|my brother|my aunt|my uncle|my cousin|my mother|my friend|her friend|
his father|his boss|our neighbour|their manager|my colleague|my roommate|your partner|her grandson|our landlord|my ex|his girlfriend|my niece""",
    "role": """manager|director|captain|coach|nurse|officer|detective|senator|spokeswoman|spokesman|author|painter|singer|lawyer|
defender|engineer|chairman|founder|editor|student|witness|minister|analyst|actor|composer|drummer|guitarist|poet|designer|researcher""",
    "place": "{city}|{city}|{city}|{country}|{country}|{state}|{city}, {country}|{city}, {state}|<side> {country}|<side> {city}",
    "side": "northern|southern|eastern|western|central|rural|downtown|Northern|South|East|West|upper|greater|nearby|old",
    "in": "in|in|in|in|near|from|to|outside|across|around|through|at|via|towards|over|into|leaving|visiting|back in|back to",
    "firm_name": "{org}|{org}|{org}|{org}|the {org} group|{org} and {org}",

    # What they do.
    "did": """called|wrote|phoned|resigned|agreed|refused|laughed|arrived late|paid in cash|signed the lease|won the prize|left early|
joined us|moved out|apologised|lost the keys|found the wallet|asked for a refund|cancelled|changed the password|sent the form|
was promoted|was arrested|was elected|was born in {year}|died in {year}|retired|got married|had surgery|quit smoking|
took over in {year}|plays the violin|speaks four languages|bakes bread|drives a bus|paints houses|sells insurance|
has two children|has not replied|has left the company|will be there at {time}|will send {thing}|would like a receipt|
cannot come on {day}|is on leave|is out of the office|is our contact|is allergic to nuts|is the best|is late again|
is waiting|is wrong|knows the answer|needs a visa|needs help with {thing}|wants {thing}|lives alone|told me so|said no""",
    "to_whom": """called|met|thanked|asked|told|emailed|paid|married|hired|fired|beat|sued|interviewed|invited|introduced me to|
voted for|worked with|worked for|lived with|studied under|spoke to|waited for|wrote to|heard from|argued with|replaced|
succeeded|remembers|knows|misses|trusts|admires|adores|nominated|accused|rescued|forgave|visited|texted|contacted|billed|cc'd""",
    "object": "{thing}|{thing}|the offer|the plan|the news|a car|lunch|the match|the weather|the exam|the rent|the cat|the old house|nothing",
    "soon": "today|yesterday|on {day}|last week|next month|in {year}|since {year}|at {time}|on {date}|two years ago|tonight|again|at last|soon",
    "and": "and|or|but not|and also|then|, and|&",
    "dot": ".|.|.|.|!||?",

    # Registers.
    "talk": """<who> <did><dot>|<who> <did> <soon><dot>|I <to_whom> <whom> <soon>.|We <to_whom> <whom> about <object>.|
<whom> <to_whom> <whom><dot>|<who> and <who> <did>.|Did <who> <did>?|Has anyone seen <whom>?|Tell <whom> that <who> <did>.|
Yesterday <who> <did>.|According to <who>, <object> is fine.|It was <who> who <did>.|Neither <who> nor <who> <did>.|
Thanks to <whom> we got <object>.|"<talk>" said <who>.|<who>, who <did>, <did> <soon>.|I think <who> <did>.|
For <whom> this is easy.|Between <whom> and me, <who> <did>.|I am with <whom> now.|Like <whom>, I <did>.|
Why did <who> <to_whom> <who>?|Everyone but <who> <did>.|If <who> calls, say <who> <did>.|Meet <whom>, our <role>.|
<who>'s <object> is gone.|I borrowed it from <whom>.|a friend of <whom> <did>|without <whom> we are lost<dot>|
the one with <whom> and <whom> in it|Even <who> <did>.|Only <who> <did>.|As <who> put it: <object> first.|
hi <first_low>, it's <first_low>|Here is what <who> wrote:|whether <who> <did> or not|Once <who> <did>, <who> <did>.""",
    "first_low": "{first}|{first}|{first}|{person}",
    "life": """<who> grew up <in> <place>.|<who> moved <in> <place> <soon>.|I live <in> {city} with <whom>.|
We spent a week <in> <place>.|<who> comes from <place>.|She was raised in {city} by <whom>.|
He bought a flat <in> <place>.|<who> is a {job} <in> <place>.|I work as a {job} for <firm_name>.|
<who> teaches at <firm_name> <in> {city}.|At {age}, <who> left {city} for {city}.|
<who>, {age}, from {city}, <did>.|my {age}-year-old neighbour {person} <did>|
<who> speaks {nation} and {nation}.|<who> is half {nation}, half {nation}.|<who> married a {nation} {job}.|
Our house is on {street}.|<who> lives on {street}, next to the bakery.|They opened a shop at {number} {street}.|
<who> has lived at {address} <soon>.|I grew up on {street} in {city}.|
The keys are with <whom> at {number} {street}.|We used to meet at the corner of {street} and {street}.""",
    "kin": """<kin_word> {first} <did>.|<kin_word>, {person}, <did>.|<kin_word> and {first} <did>|
{first} is <kin_word>.|<kin_word>'s name is {person}.|The twins, {first} and {first}, <did>.|
née {last}|{first}, {first} and {first} are siblings.|{first} is {first}'s mother.|born {person}|
His full name is {first} {first} {last}.|We named him {first} after <kin_word> {first}.|
Grandpa {first} <did>|Aunt {first} <did> <soon>|Uncle {first} from {city} <did>|Happy birthday, {first}!|Get well soon, {first}""",
    "news": """{city} - <who> <did> <soon>.|{city}, {day}: <firm_name> <firm_did>.|<role> {person} <did>, {org} reported.|
The mayor of {city}, {person}, <did>.|Police <in> {city} arrested {person}, {age}.|A fire <in> <place> destroyed {thing}.|
{country} and {country} signed a treaty <soon>.|Voters <in> <place> went to the polls <soon>.|
President {last} of {country} <did>.|{country}'s parliament rejected <object>.|The {nation} army left {city}.|
Floods hit <place> <soon>.|{n} people fled {city}.|Trade between {country} and {country} fell.|
<who> told {org} that <object> was over.|Prices rose <in> <place>, <role> {person} of {org} said.|
The {nation} prime minister, {person}, met <role> {person}.|An earthquake shook <place> <soon>.|
Talks in {city} ended without a deal.|Sources close to {person} say <object> failed.|Protesters marched <in> {city}.|
{person}, a spokeswoman for {org}, <did>.|Oil from {country} flows <in> {country}.|The border with {country} is closed.""",
    "firm_did": """fell|rose {n} percent|cut {n} jobs|was fined|hired {person}|opened an office <in> <place>|sells {thing}|went bankrupt|
bought {org}|merged with {org}|sued {org}|was founded in {year}|moved from {city} to {city}|denies everything|has {n} employees|
makes {thing}|published its results|named {person} its {job}|is hiring|lost the case|will close <soon>|raised {n} million""",
    "firm": """<firm_name> <firm_did>.|<firm_name> <firm_did> <soon>.|<who> left {org} for {org}.|I used to work for {org}.|
We use {org} for <object>.|Our bank is {org}.|Have you heard of {org}?|{org}'s <object> is late.|
{org}, based <in> <place>, <firm_did>.|the new {org} office <in> {city}|An engineer at {org} told me.|
<who>, {job} at {org}, <did>.|<who> runs {org} with <whom>.|Customers of {org} <did>|
{org} competes with {org} and {org}.|The logo of {org} is blue.|My application to {org} was turned down.|
Welcome to {org}!|Thank you for choosing {org}.|powered by {org}|sponsored by {org}|a subsidiary of {org}|
invested in {org} <soon>|{org} Support Team|Call {org} at {phone}.|Do you deliver for {org}?|
I interned at {org} <in> {city}.|<who> sits on the board of {org}.|a report by {org}|according to {org}|
the {org} store on {street}|{org} charged me twice|The people at {org} are kind.|my {org} account|{org} or {org}?""",
    "desk": """Ticket {n}: {person} <did>|Caller: {person}, {org}. Wants {thing}.|Escalated to {first} by {first}.|
{person} <{email}> wrote:|Assigned to: {person}|Requested by {person} on {date}|Owner {first} {last}, backup {person}|
User {person} of {org} reports an error with {thing}.|Spoke with {title} {last}; will call back on {phone}.|
Customer {last} <did>.|Please update the address of {person} to {address}.|the customer moved to {address} <soon>|
I want to change the name on my account from {person} to {person}|the card is in the name of {person}|
My order was sent to {address} by mistake.|Account holder: {person}, {city}|refund for {person}, order {n}|
Good morning, {person} here, {org} in {city}.|you can reach {title} {last} at {phone}|
Can you book {title} {last} for {day}?|Reset the password of {first} {last} please|
Signature: {person}|Approved: {person}, {date}|Contact person: {person} ({phone})|please remove {person} from billing""",
    "form": """Name: {person}|Full name: {person}\\nDate of birth: {date}|Surname: {last}\\nGiven names: {first} {first}|
Place of birth: {city}|Place of birth: {city}, {country}\\nNationality: {nation}|Citizenship: {nation}|
Occupation: {job}\\nEmployer: {org}|Employer: {org}\\nSince: {year}|Street: {street}\\nTown: {city}|
Street and number: {street}\\nPostcode: {zip}\\nCity: {city}|Home address: {address}|Residence: {address}|
Ship to: {address}|Emergency contact: {person}, {phone}|Next of kin: {person} (<role>)|Beneficiary: {person}\\nBank: {org}|
Payee {org}\\nAmount {n}|Guest: {person}\\nFrom: {country}\\nNights: 3|Passenger {person}\\nFrom {city} to {city}|
Country of residence: {country}|State: {state}\\nCounty: {city}|Applicant: {person}\\nReferee: {title} {person}, {org}|
Company: {org}\\nContact: {person}\\nCity: {city}|Venue: {org}, {city}|Doctor: {title} {last}|
Landlord: {person}\\nTenant: {person}\\nProperty: {address}|Speaker: {person} ({org})|Host: {person}""",
    "mail": """Dear {first},\\n\\n<talk> <talk>\\n\\nRegards,\\n{person}|Dear {title} {last},\\n\\n<desk>\\n\\nYours faithfully\\n{person}\\n{org}|
Hi {first}, <talk>\\n\\nCheers\\n{first}|Hello {person},\\n<talk>\\n--\\n{person}\\n{job}\\n{org}\\n{phone}|
On {date}, {person} wrote:\\n> <talk>|Hi all,\\n<firm>\\n\\n{first}|{first},\\n<talk>\\n{first}|
Many thanks\\n\\n{first} {last}\\n{org} | {phone}|Warm regards,\\n{person}\\nHead of {thing}, {org}|
Yours, {first}|Love, {first}|xoxo {first}|- {first}|Sent by {person} from {city}|
Forwarded message\\nFrom: {person}\\nTo: {first} {last}\\n\\n<talk>|Attn: {person}, {org}|c/o {person}|cc {first}, {first}""",
    "chat": """{first}: <talk>\\n{first}: <talk>|{first}: where are you?\\n{first}: {city}|[{time}] {first}: <talk>|@{first} <talk>|
A: Who is <who>?\\nB: <kin_word>.|A: Where was it?\\nB: <place>.|User: I am {first}.\\nBot: Hello {first}!|
Agent: Which company is it?\\nCaller: {org}.|Q: Your name? A: {person}|Q: Which street? A: {street}|
Q: Where do you live? A: {address}|{first}: {first}!\\n{first}: what?|{first} joined the channel|{first} and {first} left""",
    "trip": """Flights from {city} to {city} <soon>|We drove from {city} to {city}.|The ferry to {city} leaves at {time}.|
Is {city} far from {city}?|a hotel <in> {city}|Things to do <in> <place>|We flew over {country}.|<who> is <in> <place> <soon>.|
It is cold <in> <place>.|Take the train to {city} and change in {city}.|I love <place>!|<place> is lovely in {month}.|
Greetings from {city}!|My visa for {country} has expired.|crossed the border into {country}|the road between {city} and {city}|
A taxi took us to {number} {street}.|Get off at {street}.|The museum is on {street} <in> {city}.|
Best food <in> {city}?|two nights <in> {city}, one <in> {city}|lost my passport <in> <place>|{city} or {city}?|
Is it safe to travel to {country}?|Time zone of {city}|population of {city}|{city} airport was closed|the {city} metro""",
    "art": """"{work}" by {person}|{person} wrote "{work}" in {year}.|{person} directed {work}, with {person} as the {job}.|
The song {work} was sung by {person}.|I read {work} by {last}.|{last}'s {work} is a classic.|an exhibition of {person} <in> {city}|
{person} plays {person} in {work}.|{person} and the band toured {country}.|Have you seen {work} with {person}?|
lyrics by {person}, music by {person}|{work} ({year}), {person}|the early work of {person}|A portrait of {person} hangs <in> {city}.|
{org} released {work} <soon>.|listen to {last} or {last}|{person} covers {person}|the {nation} painter {person}|
{person} was awarded the prize for {work}|as sung by {person} <in> {city}|I like {last}, {last} and early {last}""",
    "law": """This agreement is made between {org} and {person}.|{person} ("the Tenant") rents {address} from {person}.|
{last} v. {last}|{last} v. {org}|The State of {state} against {person}|Judge {last} ruled that {org} must pay.|
the plaintiff, {person}, resident of {city}|{org}, a company under the laws of {country}|signed in {city} on {date} by {person}|
Counsel for {org}: {person}|I, {person}, of {address}, declare that <object> is mine.|the estate of {person}|
hereinafter {org}, with offices at {address}|The heirs of {person} <did>.|Notary {person} <in> {city}|{person} (born {date})""",
    "sick": """{person} was seen by {title} {last} on {date}.|Pt {last}, {age} y, c/o {thing}.|Referred by {title} {person}, {org}.|
{title} {last} at {org} prescribed rest.|Mr {last} <did> after the operation.|admitted to {org} <in> {city}|
Nurse {first} <did>.|Patient: {person}, {age}|{first} has had {thing} <soon>.|Surgeon: {person}|GP: {title} {last}, {street}""",
    "school": """{person} graduated from {org} in {year}.|Professor {last} teaches at {org}.|<who> studies law <in> {city}.|
The class of {title} {last} visited {city}.|a degree from {org}|Essay by {person}|thesis supervised by {person} ({org})|
{last} and {last} ({year})|{last} et al., {year}|see {last} ({year})|as {last} showed|{person}, {org}, {city}, {country}""",
    "sport": """{person} scored twice against {country}.|{country} - {country} 2:1|{country} beat {country} <in> {city}.|
{last} passes to {last}, goal!|The final was played <in> {city}.|Coach {last} <did>.|{person} ({country}) won gold.|
{nation} champion {person} <did>|{city} Marathon: 1. {person}, 2. {person}|{person} signed for {org}|{last} or {last} in goal?""",
    "list": """- {person}\\n- {person}|* {org}\\n* {org}\\n* {org}|1. {city}\\n2. {city}\\n3. {city}|{first}, {first}, {first} and {first}|
{city}, {city} and {city}|{country}, {country}, {country}|{org}, {org}, {org}|{person}; {person}; {person}|{person} / {person}|
{last}, {first}|{last}, {first}\\n{last}, {first}|{person} - {org}|{person} ({city})|{org} ({country})|{person}\\t{org}\\t{city}|
Guests: {first} and {first} {last}, {person}, {title} {last}|{street}, {street}, {street}|{nation}, {nation} and {nation}""",
    "short": """{person}|{first}|{city}|{org}|{country}|{address}|{street}|{zip}|it's {first}|{first}?|{city}!|{first} {last}|in {city}|
from {country}|at {org}|with {first}|ok {first}|no, {first}|bye {first}|{nation}|to {city}|thx {first}|{title} {last}|{last}""",
    "nation": """the {nation} people|I met a {nation}.|Most {nation} I know <did>.|a {nation} restaurant <in> {city}|
Are you {nation}?|He is not {nation}, he is {nation}.|{nation} is hard to learn.|a {nation} passport|{nation} law|
The {nation} love {thing}.|two {nation} and a {nation}|{nation} workers <in> {country}|born to {nation} parents <in> <place>|
How do {nation} celebrate?|<who> is {nation}.|<who>, a {nation}, <did>.|famous {nation}|an old {nation} saying|
{nation} and {nation} troops|the {nation} embassy <in> {city}|many {nation} live here|our {nation} friends <did>|{nation} cheese|
{nation}-{nation} relations|all {nation} citizens|as a {nation} I <did>|a small {nation} village|Why are the {nation} so tall?""",
    "ask": """Who is <who>?|What did <who> say about <object>?|When was <who> born?|Where is <place>?|How old is <who>?|
Is <who> still <in> {city}?|Can you write a poem about <who>?|Draft a letter to {title} {last} of {org}.|Who founded {org}?|
Summarise the meeting with <whom>.|Translate this for <whom>.|What is {org}?|Which street is {org} on?|Compare {city} and {city}.|
Book a table for {first} <in> {city}|Remind me to call {first} <soon>.|Is {person} related to {person}?|What language do {nation} speak?|
Send {first} the file|Write a reference for {person}, who was {job} at {org}|Find me the address of {org} <in> {city}|
How do I get from {street} to {street}?|Invite {person} and {person} to {thing}.|Play something by {person}""",
    "where": """<who> lives at {address}.|The office moved to {address}.|Our address is {address}.|deliver it to {address} please|
address: {address}|I live at {address}|Pick me up at {number} {street}.|My parents live at {number} {street}, {city}.|
{org} has a branch on {street}.|We are at {number} {street} in {city}.|The parcel went to {address} instead of {address}.|
the house on {street} was sold|send the bill to {address}|Visit us: {address}|{org} can be found at {address}.|
<who>'s new address is {address}|Turn left from {street} onto {street}.|park on {street}|Where exactly on {street}?|
meet me at {street} at {time}|The party is at {address}, {soon_word}.|a room <in> {city}, {street}|a house at {address} is for rent""",
    "money": """{person} owes {person} {n} dollars.|transfer {n} to {person} at {org}|my card from {org} ends in {n}|Paid to {org} on {date}|
{org} charged {n} for {thing}|the account of {person} <in> {country}|a loan from {org}|Invoice {n} for {org}, {city}|salary of {person}: {n}""",
    "history": """{person} ({year}-{year}) was a {nation} {job}.|In {year} {person} sailed from {city} to {city}.|
King {first} ruled {country}.|{city} was founded in {year}.|{country} became independent in {year}.|The {nation} took {city} in {year}.|
The Treaty of {city} was signed in {year}.|{person} invented {thing} in {year}.|{person} led the {nation} army <in> {country}.|
Queen {first} of {country} married {first} of {country}.|The {last} brothers built {thing}.|named after {person}|
the Battle of {city}|{city}, then part of {country}|The street is named after {person}.|{org} was set up by {person} in {year}.""",
    "cite": """{person}, {work}, {year}|{person}, {work}, {city}, {year}|{work}. {city}: {org}, {year}.|{city}, {year}|{country}, {year}|
{person}, {nation} {job}, {work}, {year}|speech of {person}, {city}, {year}|a letter from {person} to {person}, {year}|
{person}, letter to {person}, {month} {year}|{work}, translated by {person} ({city}, {year})|{country}, {year}-{year}|
{last}, {work}, p. {n}|In {city} in {year}, <who> <did>.|in {country} since {year}|{country} in {year}|map of {city}, {year}|
It happened <in> {city}, {country}, {year}.|{year}: {city}|census of {country}, {year}, table {n}|{city} {year}|
from {year} to {year}|between {year} and {year}|the laws of {year} and {year}|This question refers to a text of {year}.|
{work} Act of {year}|{org}, report of {year}|{person}, {year}|photograph, {country}, {year}|<place>, about {year}""",
    "review": """{first} at {org} was so helpful!|Ask for {first}.|Our guide {first} knew <place> well.|Never again {org}.|
{org} on {street} is great|Service by {first} was slow, {first} was nice.|5 stars for {org}|best {nation} food in {city}|
{first} from {org} <did>|Dr. {last} saved my life|we stayed at {org} <in> {city}""",
    "code": """author = "{person}"|"author": "{person}"|"city": "{city}", "country": "{country}"|user.name = {person}|
{"first": "{first}", "last": "{last}"}|{"company": "{org}", "street": "{street}", "zip": "{zip}"}|print("{first}")|
assert greet("{first}") == "Hello, {first}!"|<name>{person}</name>|<city>{city}</city><country>{country}</country>|
WHERE city = '{city}'|{person},{age},{city}|{last};{first};{street};{zip};{city}|@author {person}|Reviewed-by: {person} <{email}>|
INFO login user={first} from={country}|name={person}&city={city}""",
}


def compiled(rules):
    out = {}
    for name, text in rules.items():
        joined = text.strip("\n")
        out[name] = [line.strip("\n") for line in joined.split("|")]
    out["soon_word"] = ["today"]
    return out


TABLE = compiled(RULES)


def frame(rng, name="text", depth=0):
    """A template of texts.py; what nests too deep is cut short."""
    if depth > 8:
        return "it"
    line = rng.choice(TABLE[name])
    out, begin = "", 0
    while True:
        open_ = line.find("<", begin)
        close = line.find(">", open_)
        if open_ < 0 or close < 0:
            return out + line[begin:]
        inner = line[open_ + 1:close]
        if inner in TABLE:
            out += line[begin:open_] + frame(rng, inner, depth + 1)
        else:
            out += line[begin:close + 1]
        begin = close + 1
