"""Turns an instruction that begins with a verb into the many ways in which people wish for the same:
"Extract the name." -> "Could you extract the name?", "I need you to extract the name." ..."""

from .phrasing import careless, choose

VERBS = frozenset(
    ("abbreviate add align analyze answer arrange assign build calculate capitalize categorize change check choose chop classify clean "
     "collect combine compare complete compose compute convert copy correct count create cut decide dedupe deduplicate delete detect "
     "determine double draft drop encode escape estimate exclude expand export express extract fetch fill filter find fix flatten flip "
     "format gather generate get give grab group halve hide identify indent insert invert isolate join keep label leave list locate "
     "lowercase make map mark mask merge minify move name negate normalize number order output pad parse pick populate prepare prettify "
     "print produce proofread pull punctuate put quote rank read recognize record redact reduce reformat remove rename render reorder "
     "rephrase replace reply represent respond return reverse reword rewrite round route say select send set shorten show slugify sort "
     "spell split state store strip sum summarise summarize swap tag take tell title transform translate trim turn unquote uppercase use "
     "wrap write").split()
)  # fmt: skip
WISHES = [
    "[Please|please|Pls|Kindly] {}", "[Please |Now |]just {}", "I [need|want|ask|would like] you to {}", "I'd like you to {}", "[I|We] need to {}",
    "[Your|The] [task|job] is to {}", "[Your|The] [task|job]: {}", "Help me [to |]{}", "[Let's|Let us] {}", "[Try|Be sure|Remember] to {}",
    "[Go ahead and|Be so kind and|Do me a favour and|Be a dear and] {}", "[You should|You have to|You must|You are to] {}", "[I have|I am trying|I am supposed] to {}",
    "[My|Our] [task|job|wish] [is|was] to {}", "[Todo|To do|Step {k}|Task|Goal|Instruction|Wanted]: {}", "[First|Next|Then|After that|Today], {}",
    "All [you have|there is] to do[:| is to] {}", "[What I need|What I want]: {}", "[Quickly|Carefully|Simply|Only] {}", "[Hi|Hello|Hey], {}",
    "[Hi|Hello|Hey], [please|can you please|could you] {}", "[My boss|A colleague|My teacher|The customer] [asked|told] me to {}", "[Would be nice if you could|I hope you can] {}",
    "[Somebody|You|A program] [has|have|needs] to {}",
]  # fmt: skip
QUESTIONS = [
    "[Can|Could|Would|Will] you {}?", "[Can|Could|Would|Will] you please {}?", "[Can|Could] you help me [to |]{}?", "Would you be so kind as to {}?",
    "[Are you able|Is it possible] to {}?", "[May|Can] I ask you to {}?", "[Hi|Hello|Hey][,|!] [can|could] you {}?", "[can|could] u {}?", "You can {}, [right|can't you]?",
]  # fmt: skip


def wished(rng, ask, share=0.3):
    """The instruction, or a wish that means the same. Only its first letter and its end may change."""
    head, _, rest = ask.partition(" ")
    if rng.random() >= share or not rest or head.lower() not in VERBS:
        return ask
    wish = head.lower() + " " + rest
    is_one_sentence = not any(sign in wish.rstrip(".") for sign in (". ", "? ", ": ", "\n", ":", "?"))
    if is_one_sentence and rng.random() < 0.45:
        return careless(rng, choose(rng, rng.choice(QUESTIONS))).replace("{}", wish.rstrip("."))
    pattern = choose(rng, rng.choice(WISHES)).replace("{k}", str(rng.randrange(1, 6)))
    return careless(rng, pattern).replace("{}", wish)
