"""(i) Say that it cannot, when asked beyond its skills. Never a wrong answer instead."""

from .. import values
from ..phrasing import careless, choose, fill, say, slots_of
from ..task import Task, system, user
from ..words import read
from . import arithmetic, convert
from .talk import SYSTEMS, said_before

ANSWER = "I cannot do that well: I am a small model for small jobs. Please ask a larger model."
FIELDS = [
    "number theory",
    "topology",
    "graph theory",
    "group theory",
    "calculus",
    "linear algebra",
    "probability",
    "complex analysis",
    "quantum mechanics",
    "general relativity",
    "thermodynamics",
    "organic chemistry",
    "molecular biology",
    "macroeconomics",
    "game theory",
    "linguistics",
    "philosophy",
    "constitutional law",
    "medieval history",
    "neuroscience",
    "epidemiology",
    "astrophysics",
    "cryptography",
    "compiler design",
    "distributed systems",
    "machine learning",
    "category theory",
    "statistics",
]
CLAIMS = [
    "there are infinitely many primes",
    "the square root of {n} is irrational",
    "every tree with {n} nodes has {m} edges",
    "the sum of two even numbers is even",
    "the series converges",
    "every finite group of prime order is cyclic",
    "the halting problem is undecidable",
    "the function is continuous but not differentiable",
    "n^3 - n is divisible by 6",
    "the matrix is invertible",
    "P is a subset of NP",
    "a compact set is closed",
    "the greedy algorithm is optimal",
    "the integral diverges",
    "the map is a bijection",
]
PROGRAMS = [
    "a web server",
    "a chess engine",
    "a compiler for a small language",
    "a ray tracer",
    "a chat app",
    "a neural network",
    "a game of tetris",
    "a B-tree",
    "a scheduler",
    "a text editor",
    "an operating system kernel",
    "a key-value store",
    "a spreadsheet",
    "a physics simulation",
    "a crawler",
    "a REST API with tests",
    "a red-black tree",
    "a mobile app",
    "a regular expression engine",
    "a trading bot",
    "a garbage collector",
    "an LRU cache",
    "a thread pool",
    "a JSON parser",
]
LANGUAGES = [
    "Python",
    "C++",
    "Rust",
    "Go",
    "Java",
    "JavaScript",
    "Haskell",
    "C",
    "TypeScript",
    "Kotlin",
    "Swift",
    "Ruby",
]
WORKS = [
    "an essay",
    "a poem",
    "a short story",
    "a song",
    "a novel outline",
    "a speech",
    "a business plan",
    "a research paper",
    "a screenplay",
    "a blog post of {n}00 words",
    "a cover letter",
    "a lesson plan",
    "a product strategy",
    "a literature review",
    "a fairy tale",
    "a love letter",
    "a detailed report",
]
EVENTS = [
    "the French Revolution",
    "the First World War",
    "the fall of the Roman Empire",
    "the moon landing",
    "the Cold War",
    "the industrial revolution",
    "the Renaissance",
    "the Great Depression",
    "the oil crisis",
    "the plague in Europe",
    "the invention of printing",
    "the reunification of Germany",
    "the Russian Revolution",
    "the partition of India",
    "the American Civil War",
    "the Silk Road",
    "the Black Death",
    "the Enlightenment",
]
FACTS = [
    "the capital of {country}",
    "the population of {city}",
    "the president of {country}",
    "the highest mountain in {country}",
    "the currency of {country}",
    "the longest river in {country}",
    "the mayor of {city}",
    "the area of {country}",
    "the author of that book",
    "the speed of light",
    "the boiling point of gold",
    "the national anthem of {country}",
    "the weight of an elephant",
    "the distance from the earth to the sun",
    "the age of the universe",
    "the winner of the last world cup",
    "the CEO of {company}",
    "the price of oil today",
    "the weather in {city}",
    "the news of today",
    "the chemical formula of aspirin",
    "the number of bones in a human body",
    "the oldest university of {country}",
]
PEOPLE = [
    "Shakespeare",
    "Einstein",
    "Napoleon",
    "Mozart",
    "Cleopatra",
    "Darwin",
    "Newton",
    "Leonardo da Vinci",
    "Marie Curie",
    "Gandhi",
    "Picasso",
    "Plato",
    "Columbus",
    "Kant",
    "Bach",
    "Tolstoy",
    "Caesar",
    "Galileo",
    "Goethe",
    "Frida Kahlo",
]
ASK = [
    "[Prove|Show|Can you prove|Prove formally|Give a proof] that {claim}[.|]",
    "[Explain|Describe|Teach me] the [main ideas|foundations|basics|open problems] of {field}[ in detail|][.|]",
    "[Write|Implement|Code|Build|Create|Develop] {program} in {language}[.|]",
    "[Write|Compose|Draft|Create] {work} about {topic}[.|]",
    "[Explain|Describe|Discuss|Analyze] the [causes|consequences|history|effects|importance] of {event}[.|]",
    "[What is|Tell me|Do you know|Find out] {fact}[?|]",
    "[Who was|Tell me about|What did] {person}[?| achieve?| do?| write?]",
    "[When|Where] was {person} born[?|]",
    "[When|Why|How] did {event} [happen|start|end|change the world][?|]",
    "[Compare|Contrast] {event} [and|with] {event2}[.|]",
    "[Solve|Find all solutions of] the [differential |partial differential |]equation {equation}[.|]",
    "[Integrate|Differentiate|Find the limit of] {equation}[.|]",
    "[Design|Plan|Sketch] [an architecture|a system|a database|a strategy] for [a company|a bank|an online shop|a hospital|a city] with {n} million [users|customers][.|]",
    "[Why|How] [do|does] {concept} work[?| in detail?]",
    "[What are|Discuss] the [ethical|legal|social|economic] [implications|problems|effects] of {concept}[?|.]",
    "[Should I|Is it wise to|Would you] [invest in {company}|buy {company} shares|quit my job|move to {country}][?|]",
    "[Diagnose|What illness is it]: [fever|headache|rash|cough] for {k} days and [pain in the chest|a stiff neck|blurry vision][.|]",
    "[Debug|Find the bug in|Optimize|Rewrite] this [program|code|kernel|function] [of {n}00 lines|for my GPU|for concurrency][.|]: {identifier}()",
    "[Summarize|Review|Explain] the [book|novel|paper|theory] [by|of] {person}[.|]",
    "[Give|Show] [me |]a step by step [derivation|solution|proof] [for|of|in] {field}[.|]",
    "[What|Which] [philosophers|scientists|artists|kings] [influenced|opposed] {person}[?|]",
    "[Write|Give me] [a |]{n}00[-| ]word[s|] [essay|article|text] [on|about] {topic}[.|]",
    "[Invent|Make up] [a new language|a board game|a religion|a magic system|a world] [with|about] {topic}[.|]",
    "[Translate|Put] this [poem|contract|chapter|book] into [Latin|Japanese|Chinese|Greek|Arabic][.|]",
    "[How many|What] [people|animals|stars|languages] [live in {country}|are there in the world|exist][?|]",
    "[Calculate|What is] the [eigenvalues|determinant|inverse|Fourier transform] of [a|this] [matrix|function|signal][.|?]",
    "[What would happen if|Imagine that] [{event} had never happened|the moon disappeared|all ice melted|nobody slept][?|]",
]
SENTENCES = read("languages", by_line=True)["English"] + [
    line for lines in read("topic_sentences", by_line=True).values() for line in lines if "{" not in line and "[" not in line
]
TONGUES = [
    "French", "German", "Spanish", "Italian", "Dutch", "Polish", "Swedish", "Turkish", "Greek", "Russian", "Chinese",
    "Japanese", "Arabic", "Korean", "Hindi", "Czech", "Danish", "Finnish", "Latin", "Portuguese",
]  # fmt: skip
DEEDS = [
    "reverses a linked list", "merges two sorted arrays", "finds duplicates in a file", "downloads a page", "parses dates",
    "validates an email address", "checks whether a string is a palindrome", "computes Fibonacci numbers",
    "reads a config file", "retries a request", "sorts users by age", "counts words in a text file", "resizes images",
    "connects to Postgres", "caches results", "sends an email", "walks a directory tree", "hashes passwords",
    "converts Celsius to Fahrenheit", "flattens a nested list", "draws a circle", "renames all files in a folder",
]  # fmt: skip
CODE_WORDS = ["function", "script", "method", "class", "one-liner", "program", "snippet", "unit test", "macro"]
DISHES = [
    "lasagna", "pancakes", "a vegan curry", "sourdough bread", "tomato soup", "an apple pie", "risotto", "sushi", "goulash",
    "a birthday cake", "falafel", "paella",
]  # fmt: skip
TASKS_OF_LIFE = [
    "tie a tie", "fix a flat tire", "learn to swim", "lose weight", "sleep better", "grow tomatoes", "clean an oven",
    "write a will", "file my taxes", "find a flat", "prepare for an interview", "train a puppy", "remove a wine stain",
    "paint a wall", "apply for a visa", "install Docker", "set up a VPN", "change a light switch", "negotiate a salary",
    "start a podcast", "learn Japanese", "stop smoking", "save money", "fix the wifi", "deploy to Kubernetes",
]  # fmt: skip
EVERYDAY = [
    "[Translate|Put|Turn|Convert] [this |the sentence |]{quoted} [into|to] {tongue}[.|]",
    "[Translate|Say] [to|in|into] {tongue}: {sentence}",
    "[How do you say|How do I say|What is] {quoted} in {tongue}?",
    "{tongue} translation of {quoted}[, please|?|]",
    "[Write|Code|Give me|Show me|I need|Can you write|Create] a {language} {code} that {deed}[.|?|]",
    "[Write|Give me|Show me|I need] a {code} in {language} [that|which] {deed}[.|]",
    "[How do I|How can I|How would one] write a {code} that {deed} in {language}?",
    "[Fix|Debug|Optimize|Refactor|Review|Explain] this {language} {code}[:|] def {identifier}(x): [return x|pass|x += 1]",
    "[Write|Give me] [a regex|a SQL query|a shell command|an Excel formula|a bash script] that {deed}[.|]",
    "[Give me|What is|Share|I need] [a|the best|an easy|your] recipe for {dish}[.|?|]",
    "[How do I|How can I] [cook|make|bake] {dish}[?| for {k} people?]",
    "[How do I|How can I|How to|Teach me to|What is the best way to] {life}[?|]",
    "[Plan|Organize|Suggest] [a trip to {city}|a weekend in {city}|a week in {country}|a party for {n} people][.| for me.]",
    "[Recommend|Suggest|Which] [a|me a|good|the best] [book|movie|restaurant|laptop|phone|hotel|song] [about {topic}|in {city}|for me][.|?]",
    "[Is|Was] {big} [a prime number|prime|divisible by {n}|a perfect square][?|]",
    "[What is|Calculate|Compute] [the square root of {big}|the logarithm of {n}|{n} factorial|sin({n})|{big}{big2} * {big2}{n}][?|]",
    "[What is|What's] the [capital|population|currency|flag|language|president] of {country}[?|]",
    "[Who|Which company] [wrote|invented|discovered|painted|founded|composed|directed] [the telephone|{work_name}|that film|penicillin|the radio|Linux][?|]",
    "[Who|Which team] won the [world cup|election|final|Nobel prize|championship|Olympics] in {year}[?|]",
    "[When was|In which year was] [the|] [Berlin wall built|company {company} founded|telephone invented|euro introduced|first computer built][?|]",
    "[What is|What's|How is] [the weather|the time|the news|the traffic|the exchange rate] [today|now|tomorrow|in {city}|in {city} today][?|]",
    "[Explain|What is|What does|Define|What are] {concept} [to a child|in simple words|for beginners|mean|][.|?]",
    "[What is the meaning of life|Do we have free will|Is there a god|What happens after death|What should I do with my life][?|]",
    "[I feel sad|I am in love|My boss hates me|I have a fever|My back hurts|I am lonely][. What should I do?|, what can I do?|, how do I change that?]",
    "[Tell|Write] me [a story|a fairy tale|a long story|a riddle|a rap|a haiku] about {topic}[.|]",
    "[Summarize|Analyze|Review|Continue] [this article|the following chapter|my thesis|this paper|the story|the news] [about|on] {topic}[.|]",
    "[Here is|Look at|See] [a picture|an image|the audio|the video] of {topic}[. What do you see?|. Describe it.]",
    "[Pretend|Act|Imagine] [to be|as|you are] [a lawyer|a doctor|a pirate|my therapist|{person}][.| and answer my questions.]",
    "[Compare|What is better:|Pros and cons of] {language} [and|or|versus] {language2}[.|?|]",
    "[Invest|Predict|Forecast] [in the stock market|the price of gold|the next election|the weather in {city}][.| for {year}.]",
]
CONCEPTS = [
    "a nuclear reactor",
    "the immune system",
    "a jet engine",
    "the stock market",
    "a transformer model",
    "public key cryptography",
    "gene editing",
    "a black hole",
    "the human brain",
    "evolution",
    "inflation",
    "a quantum computer",
    "a vaccine",
    "garbage collection",
    "consciousness",
    "artificial intelligence",
    "nuclear fusion",
    "surveillance",
    "social media",
    "cloning",
]
EQUATIONS = [
    "y'' + {n}y = 0",
    "x^3 - {n}x + {m} = 0",
    "sin(x)/x",
    "e^(-x^2)",
    "x^{k} ln x",
    "u_t = {n} u_xx",
    "tan(x)^{k}",
    "{n}x^2 + {m}y^2 = 1",
    "1/(x^{k} + 1)",
]


FILES = ("beyond", "beyond_more")
PATTERNS = [lines for file in FILES for name, lines in read(file, by_line=True).items() if name.startswith("ask ")]
SECTION_OF = {slot: words for file in FILES for slot, words in read(file).items() if not slot.startswith("ask ")}
SECTION_OF["snippet"] = [code.strip() for code in read("beyond", by_line=True)["snippet"][0].split(" | ")]
LOOSE = {"sentence", "year", "yearfar"}
FOLLOW, BEFORE = read("beyond", by_line=True)["follow"], read("beyond", by_line=True)["before"]


def widely_filled(rng, text):
    """Slots of the lists may hold further slots."""
    for _ in range(3):
        slots = dict.fromkeys(slots_of(text))
        if not slots:
            break
        found = {slot: rng.choice(SECTION_OF[slot]) for slot in slots if slot in SECTION_OF}
        if slots.keys() & LOOSE:
            found |= {"sentence": rng.choice(SENTENCES).rstrip("."), "year": rng.randrange(1900, 2030), "yearfar": rng.randrange(2035, 2120)}
        if "fn" in slots:
            found["fn"] = values.identifier(rng)
        for base in ("person", "concept"):
            if base + "2" in slots:
                found[base + "2"] = rng.choice(SECTION_OF[base])
        if slots.keys() - found.keys():
            found = values.common_slots(rng, text) | found
        text = fill(text, found)
    return text


def widely(rng):
    """One to three sentences of any subject that large models are asked about."""
    pattern = choose(rng, rng.choice(rng.choice(PATTERNS)))
    question = widely_filled(rng, careless(rng, " ".join(pattern.split()).replace(" ,", ",")))
    if rng.random() < 0.1:
        question = f"{widely_filled(rng, rng.choice(BEFORE))} {question}"
    if rng.random() < 0.18:
        stop = "" if question.endswith((".", "?", "!", ";", ":")) else "."
        question = f"{question}{stop} {widely_filled(rng, rng.choice(FOLLOW))}"
    if rng.random() < 0.12:
        question = rng.choice(["Hi, ", "Hello! ", "Hey, ", "Please: ", "Question: ", "Quick question: ", "I need help. ", "Can you help me? ", "Task: ", "OK, next: "]) + question
    return question


def everyday(rng, common, topic):
    """What people ask of large models all day."""
    sentence = rng.choice(SENTENCES)
    language, language2 = rng.sample(LANGUAGES, 2)
    return say(
        rng,
        EVERYDAY,
        **common,
        topic=topic,
        sentence=sentence,
        quoted=rng.choice(['"{}"', "'{}'", "{}"]).format(sentence),
        tongue=rng.choice(TONGUES),
        language=language,
        language2=language2,
        code=rng.choice(CODE_WORDS),
        deed=rng.choice(DEEDS),
        dish=rng.choice(DISHES),
        life=rng.choice(TASKS_OF_LIFE),
        big=rng.randrange(60, 10000),
        big2=rng.randrange(600, 10000),
        work_name=rng.choice(["Hamlet", "Guernica", "The Trial", "Faust", "Nabucco", "Dune", "Ulysses"]),
        year=rng.randrange(1900, 2030),
        person=rng.choice(PEOPLE),
        concept=rng.choice(CONCEPTS),
        identifier=values.identifier(rng),
    )


def make(rng):
    if rng.random() < 0.6:
        return asked(rng, widely(rng))
    common = values.common_slots(rng)
    event, event2 = rng.sample(EVENTS, 2)
    topic = rng.choice(
        [
            rng.choice(FIELDS),
            rng.choice(CONCEPTS),
            event,
            f"the {values.pick(rng, 'adjective')} {values.pick(rng, 'object')}",
            rng.choice(read("topic_nouns")[rng.choice(list(read("topic_nouns")))]),
        ]
    )
    question = say(
        rng,
        ASK,
        **common,
        claim=rng.choice(CLAIMS).format(**common),
        field=rng.choice(FIELDS),
        program=rng.choice(PROGRAMS),
        language=rng.choice(LANGUAGES),
        work=rng.choice(WORKS).format(**common),
        topic=topic,
        event=event,
        event2=event2,
        fact=rng.choice(FACTS).format(**common),
        person=rng.choice(PEOPLE),
        concept=rng.choice(CONCEPTS),
        equation=rng.choice(EQUATIONS).format(**common),
        identifier=values.identifier(rng),
    )
    if rng.random() < 0.5:
        question = everyday(rng, common, topic)
    return asked(rng, question)


# How somebody goes on after what was before.
LEADS = ["", "", "", "", "", "next: ", "now: ", "ok, now ", "Next: ", "and ", "Now: ", "Thanks. ", "Great. ",
    "one more thing: ", "another question: ", "ok next: ", "good, then: ", "And now: ", "also: ", "Next one: "]
SMALL_JOBS = [arithmetic.make, convert.make]


def small_job(rng):
    """A job that it could do, with its answer."""
    while True:
        job = rng.choice(SMALL_JOBS)(rng)
        if len(job.messages) == 1 and len(job.messages[0]["content"]) + len(job.answer) < 300 and job.answer:
            return [*job.messages, {"role": "assistant", "content": job.answer}]


def before(rng):
    draw = rng.random()
    if draw < 0.6:
        return said_before(rng)
    if draw < 0.85:
        return small_job(rng)
    return [*small_job(rng), user(rng.choice(THANKS)), {"role": "assistant", "content": "You are welcome!"}]


THANKS = ["thanks", "Thank you!", "thanks, that was quick", "great, thanks", "Perfect, thank you.", "thx", "that helped, thanks", "Thanks for that.", "nice, thank you"]


def asked(rng, question):
    messages = [user(question)]
    if rng.random() < 0.2:
        lead = rng.choice(LEADS)
        is_word = question[:2].istitle() and not question.startswith("I") or question[:2] in ("A ", "W")
        messages = [*before(rng), user(lead + (question[0].lower() + question[1:] if lead and is_word and rng.random() < 0.6 else question))]
    if rng.random() < 0.15:
        messages.insert(0, system(rng.choice(SYSTEMS)))
    return Task("beyond", messages, ANSWER)
