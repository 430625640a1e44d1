"""Little stories that ask for a number. {a}, {b}, {c} are numbers, {things} a plural, {thing} one of them, {first} and {other} people.

Each list belongs to a formula in word_problems.py.
"""

ADDED = [
    "{first} [has|owns|holds] {a} {things} and [gets|buys|finds|receives] {b} more. {how}",
    "[There are|We have|On the table are] {a} {things}. {first} [brings|adds] {b} [more|others]. {how}",
    "I [had|have|own] {a} {things} and [bought|got|found] {b} [more|others]. {how}",
    "{a} {things} [here|in one box] and {b} {things} [there|in another]. {how}",
    "[{first} has|There are] {a} [red|old|small|wooden] {things} and {b} [blue|new|big|plastic] ones. How many {things} in [total|all]?",
    "{first} has {a} {things}, {other} has {b}. How many do they have together?",
    "{first} sold {a} {things} in the morning and {b} in the afternoon. How many [in total|altogether|that day]?",
    "A [bus|train] has {a} passengers, {b} more get on. How many [people|passengers] are on it now?",
    "We invited {a} [friends|guests] and {b} [neighbours|relatives]. How many people is that?",
    "{first} [ran|walked|cycled|drove] {a} km on {weekday} and {b} km the next day. How many km [in total|altogether]?",
    "{first} read {a} pages yesterday and {b} pages today. How many pages [in all|is that]?",
    "[The library|The shop|The school] had {a} {things} and ordered {b} more. {how}",
    "{a} people like tea and {b} like coffee. How many people were asked in total?",
    "{first} is {a} years old. How old will {he} be in {b} years?",
    "{first} is {a}. {other} is {b} years older. How old is {other}?",
    "I paid {a} [euros|dollars] for the {thing} and {b} for the shipping. How much in total?",
    "In the zoo live {a} {animals} and {b} {animals2}. How many animals is that?",
    "[My|The] plant was {a} cm tall and grew {b} cm. How tall is it now?",
    "It was {a} degrees in the morning, then it got {b} degrees warmer. How warm is it now?",
    "Our team scored {a} points in the first half and {b} in the second. What is the score?",
    "{first} got {b} new {things}. Before {he} had {a}. How many now?",
    "After giving away {b} {things}, {first} has {a} left. How many did {he} have at first?",
]
TAKEN = [
    "{first} [has|owns|had] {sum} {things} and [gives away|loses|sells|breaks|gives {other}] {b}. {how}",
    "I had {sum} {things} and [lost|sold|gave away|broke|used] {b}. {how}",
    "[Of|Out of] {sum} {things}, {b} [are broken|were sold|are gone|are missing]. {how}",
    "[There were|A shop had] {sum} {things}, [then|and] {b} [were taken|were sold|disappeared]. {how}",
    "{sum} people are on the bus. {b} get off. How many [stay|are left|are still on it]?",
    "A book has {sum} pages. {first} has read {b}. How many pages are left?",
    "{first} has {sum} [euros|dollars] and spends {b}. How much [is left|money does {he} have left|does {he} still have]?",
    "{first} is {sum} years old. {other} is {b} years younger. How old is {other}?",
    "There are {sum} [students|pupils] in the class, {b} are [absent|ill|boys]. How many [are there|are not]?",
    "{sum} guests were invited, {b} cancelled. How many come?",
    "The trip is {sum} km long. We have [driven|done] {b} km. How many km are left?",
    "It was {sum} degrees, then it got {b} degrees colder. How warm is it now?",
    "A rope is {sum} m long. I cut off {b} m. How long is the rest?",
    "{first} needs {sum} {things} and has {b}. How many are missing?",
    "The ticket costs {sum} [euros|dollars], I have {b}. How much more do I need?",
    "{first} has {sum} {things}, {other} has {b}. How many more does {first} have?",
    "[My|Our] goal is {sum} {things}, so far we have {b}. How many to go?",
    "{first} bakes {sum} [cookies|muffins|rolls] and the kids eat {b}. How many are left?",
    "{sum} of the seats [exist|are in the hall], {b} are taken. How many are free?",
    "The phone was at {sum} percent and lost {b}. What is it at now?",
    "In {b} years {first} will be {sum}. How old is {he} now?",
    "The price fell from {sum} to {b} [euros|dollars]. By how much?",
    "{first} weighed {sum} kg and lost {b} kg. How much does {he} weigh now?",
    "Yesterday {first} had {b} {things}, today {he} has {sum}. How many came on top?",
]
MULTIPLIED = [
    "[There are|{first} has|We have|I have] {a} boxes with {b} {things} [each|in each]. {how}",
    "[Each|Every] [box|bag|shelf] [holds|has] {b} {things}. [There are|I have|We have] {a} [boxes|bags|shelves]. {how}",
    "{first} [reads|makes|sells|packs] {b} {things} a day. How many in {a} days?",
    "{a} [rows|teams|packs] of {b} {things}[.| each.] {how}",
    "[The hall|The cinema|The theatre] has {a} rows of {b} seats. How many seats [is that|are there]?",
    "A box holds {b} eggs. How many eggs are in {a} boxes?",
    "{a} [cars|vans] with {b} people each. How many people?",
    "{first} [runs|walks|cycles] {b} km every day. How [many km|far] in {a} days?",
    "A [week|course] has {a} lessons of {b} minutes. How many minutes altogether?",
    "{first} earns {b} [euros|dollars] an hour and works {a} hours. How much does {he} earn?",
    "A car [drives|goes] {b} km [an|per] hour. How far does it get in {a} hours?",
    "{first} saves {b} [euros|dollars] a month. How much is it after {a} months?",
    "Every {animal} eats {b} {things} a day. How many do {a} {animals} eat?",
    "A pack has {b} {things}. {first} buys {a} packs. {how}",
    "The {thing} weighs {b} kg. How much do {a} of them weigh?",
    "We need {b} {things} per person. How many for {a} people?",
    "A machine makes {b} {things} a minute. How many does it make in {a} minutes?",
    "{a} kids get {b} {things} each. How many {things} do I need?",
    "{first} takes {b} pills a day for {a} days. How many pills is that?",
    "One page takes {b} minutes. How long do {a} pages take?",
    "The recipe for one cake needs {b} eggs. How many eggs for {a} cakes?",
    "There are {a} floors with {b} [rooms|flats] on each. How many [rooms|flats] does the house have?",
    "{first} is {b}. {other} is {a} times as old. How old is {other}?",
]
SHARED = [
    "{first} [shares|divides|splits] {product} {things} [equally |evenly |]among {b} [friends|people|kids]. How many does each get?",
    "{b} [friends|people|kids|teams] [share|split|divide] {product} {things} [evenly|equally][. How many does each get|, how many for each|, how many each]?",
    "{product} {things} [are packed|go] into {b} [equal |]boxes. How many are in [each|one]?",
    "[We|I] [need to|must] put {product} {things} on {b} shelves, the same on each. How many per shelf?",
    "{b} [people|friends|of us] split a bill of {product} [euros|dollars][ equally|]. How much does each pay?",
    "The [bill|dinner|taxi|rent|gift] is {product} [euros|dollars] for {b} people. How much [per person|each|does each of us pay]?",
    "{product} [students|kids|players] form {b} groups of the same size. How many are in a group?",
    "{product} [students|kids|players] form groups of {b}. How many groups are there?",
    "A box holds {b} {things}. How many boxes do I need for {product} {things}?",
    "{first} reads {b} pages a day. How many days for a book of {product} pages?",
    "{b} {things} cost {product} [euros|dollars]. How much does one cost?",
    "A car drove {product} km in {b} hours. How many km per hour is that?",
    "{first} earned {product} [euros|dollars] in {b} hours. How much per hour?",
    "A rope of {product} m is cut into {b} equal pieces. How long is each?",
    "{first} wants to save {product} [euros|dollars] and saves {b} a month. How many months does it take?",
    "[We have|There are] {product} slices of pizza for {b} people. How many slices [each|does each get]?",
    "A tank of {product} liters empties by {b} liters an hour. After how many hours is it empty?",
    "{first} planted {product} flowers in {b} equal rows. How many are in a row?",
    "{first} has {product} {things}, {b} times as many as {other}. How many does {other} have?",
]
HOW_MANY = "How many {things} [does {first} have|are there|is that|are there in total|do I have|have we got][ now|]?"
HOW_LEFT = "How many [are left|{things} are left|remain|{things} remain|are still there|do I have now]?"
PRICES = [
    "[What|How much] do {c} {ts} cost at {e} [euros|dollars] each?",
    "One {t} [costs|is] {e} [dollars|euros]. [What|How much] [do|are] {c}[ of them|]?",
    "[A|One] {t} [costs|is] {e} [euros|dollars]. [What|How much] [do|would] {c} {ts} cost?",
    "{c} x {t} at {e} each, total?",
    "{first} buys {c} {ts} for {e} [euros|dollars] each. [What is the total|How much does {first} pay|How much is that]?",
    "{c} {ts} at [$|€|£]{e}[ each| apiece| per piece][, total|. Total|, how much]?",
    "[A ticket|One ticket|A seat] is {e} [euros|dollars]. [How much for|What do I pay for] {c}[ tickets| people|]?",
    "[A kilo|A liter|A meter|A box|A bag] costs {e} [euros|dollars]. How much [are|do] {c}[ cost|]?",
    "[The hotel|The room|The car|The flat] is {e} [euros|dollars] [a night|a day]. How much for {c} [nights|days]?",
    "I need {c} {ts}, {e} [euros|dollars] each. [What's the total|How much will I pay|Total price]?",
    "{c} [of us|people] each pay {e} [euros|dollars]. How much is that together?",
]
CHANGE = [
    "{first} pays {item} [euros|dollars] with a {bill} [euro|dollar] [note|bill]. [How much change|What change does {he} get|What's the change]?",
    "I pay with {bill} for something that costs {item}. [How much change do I get|What's my change|How much do I get back]?",
    "[The|A] {t} costs {item} [euros|dollars], I [pay with|give] {bill}. [How much do I get back|Change|How much change is that]?",
    "[It|That|The bill] is {item}, [I gave|here is a] {bill}. [How much change|What do I get back]?",
    "Change from {bill} for {item}[?|]",
    "[${item} paid with ${bill}|€{item} paid with €{bill}|£{item} paid with £{bill}], [change|how much change][?|]",
]
DISCOUNT = [
    "A {t} [costs|is] {b} [euros|dollars]. [It's|It is] {p}% off. [What do I pay|What does it cost now|New price]?",
    "[What is|What's|How much is] {b} [euros|dollars] with {p}[%| percent] off?",
    "{p}% discount on {b} [euros|dollars][: what do I pay|, new price|. What do I pay]?",
    "The {t} was {b} [euros|dollars] and is reduced by {p}[%| percent]. What does it cost now?",
    "[Sale|Final] price of a [$|€|£]{b} {t} [with|at|after] {p}% [off|discount][?|]",
    "I have a {p}% coupon for a {t} that costs {b}. How much [is it then|do I pay|will it be]?",
]
SAVED = [
    "A {t} for {b} [euros|dollars] is {p}% off. How much do I save?",
    "How much do I save with {p}% off {b}[ euros| dollars|]?",
    "{p}% discount on {b} [euros|dollars], how much [is the discount|do I save]?",
]
TIP = [
    "[What is|What's|How much is] a {p}[%| percent] tip on {b}[ euros| dollars|]?",
    "[The bill is|Dinner was|The bill comes to] {b} [euros|dollars]. How much is a {p}% tip?",
    "Tip of {p}% [on|for] [$|€|£|]{b}[?|]",
    "I want to tip {p}% on {b}. How much is the tip?",
]
WITH_TIP = [
    "[The bill is|Dinner was|The bill comes to] {b} [euros|dollars]. [What is the total with|How much with] a {p}% tip?",
    "{b} [euros|dollars] plus {p}% tip[?|, total?]",
    "{b} [euros|dollars] plus {p}% [tax|VAT][?|, total?| makes?]",
    "The price is {b} without tax. Tax is {p}%. What is the total?",
    "Total of a [$|€|£]{b} [bill|meal] [with|including] {p}% tip[?|]",
]
BORN = [
    "{first} was born in {y}. How old [is {he}|does {he} turn|did {he} turn|was {he} at the end of the year] in {now}?",
    "Born in {y}, how old in {now}?",
    "How many years [are there |]between {y} and {now}?",
    "From {y} to {now}, how many years?",
    "The {thing} was [made|bought|built] in {y}. How old is it in {now}?",
    "[The company|The school|The shop] was founded in {y}. How many years is that in {now}?",
]
WHEN = [
    "{first} turned {n} in {now}. In which year was {he} born?",
    "What year [is|was|will be] {n} years after {y}?",
    "{y} plus {n} years[?|]",
    "[It is|It's] {y}. What year is it in {n} years?",
    "What year was {n} years before {now}?",
]
WEEKDAYS = [
    "[What|Which] [day|weekday] is {n} days after {d}?",
    "[Today is|It's|It is] {d}. [What|Which] day is it in {n} days?",
    "{d} plus {n} days[?|]",
    "If today is {d}, what day [is it in {n} days|will it be {n} days from now]?",
    "[What|Which] day comes {n} days after {d}?",
]
BACK = [
    "[What|Which] [day|weekday] [is|was] {n} days before {d}?",
    "[Today is|It's|It is] {d}. [What|Which] day was it {n} days ago?",
    "{d} minus {n} days[?|]",
    "If today is {d}, what day was it {n} days ago?",
]
PARTS = [
    ("[legs|feet]", {"cat": 4, "dog": 4, "horse": 4, "chicken": 2, "spider": 8, "ant": 6, "bee": 6, "cow": 4, "bird": 2, "person": 2, "chair": 4, "table": 4}),
    ("wheels", {"car": 4, "bicycle": 2, "tricycle": 3, "motorcycle": 2, "bike": 2}),
    ("days", {"week": 7}),
    ("fingers", {"hand": 5}), ("sides", {"triangle": 3, "square": 4, "hexagon": 6, "octagon": 8, "pentagon": 5}), ("hours", {"day": 24}), ("strings", {"violin": 4, "guitar": 6}),
    ("players", {"football team": 11, "volleyball team": 6, "basketball team": 5}), ("minutes", {"hour": 60}), ("seconds", {"minute": 60}), ("months", {"year": 12}),
    ("eggs", {"dozen": 12}), ("years", {"decade": 10, "century": 100}), ("arms", {"octopus": 8}), ("quarters", {"year": 4}),
]  # fmt: skip
PARTS_ASKED = ["How many {parts} do {n} {owners} have?", "{n} {owners}, how many {parts}?", "How many {parts} are there [on|in] {n} {owners}?", "[Count|Number of] {parts} [of|on|in] {n} {owners}[?|]"]
