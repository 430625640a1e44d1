"""(d) Title a conversation in at most six words.

The title follows from the first message by a rule that a reader would accept: the verb of the wish
and its object, both in the words of the message (of code and some of daily life in `first_messages.py`,
of any subject in `subjects.py`, of whole chats in `chats.py`, where the rule stands). How titles are asked for:
`asks.py` and here.
"""

from ...framing import framed
from ...phrasing import choose
from ...task import Task, system, user
from ...wishes import wished
from . import asks, chats
from .first_messages import message

ASK = [
    "[Title|Short title|Title please|A title][, max six words|, at most 6 words| (6 words)|][:|, please:|]",
    "[Make|Create|Find|Think of] a [title|heading|name|headline] [from|for|out of] this [first message|message|request|chat][.|:|, six words at most.]",
    "[Summarize|Sum up|Name] [the request below|the following chat|this request|what the user wants] [as a heading|in a few words|in a title][ of no more than six words|, max 6 "
        "words|][.|:]",
    "[What title would fit|Which title fits|How would you call this chat|What should this chat be called]? [Keep it short.|Under 7 words.|Six words at most.|]",
    "[Reply|Answer|Respond] with a [title|short title][ (<= 6 words)| of six words or less|] for[ this|]:",
    "[Chat title|Session title|Conversation title] [generator|wanted|needed][.|:] [No quotes.|Six words max.|Only the title.|]",
    "[Give|Write] [the|this] [chat|session|conversation] a [name|title], [six words at most|max 6 words|short and plain][.|]",
    "[You write titles for conversations|You are naming a chat|Your job is to title chats][. Six words max|, at most six words|][.|, nothing more.]",
    "[Write|Give|Create|Generate] a [short |concise |brief |]title [for|of] [this|the] [conversation|chat|task|session|message][ in|,| with| of] [at most|max|up to|no more than] "
        "[6|six|5|five] words[.|]",
    "[Title|Name] this [conversation|chat] in [6|six] words or [less|fewer][.|]",
    "[Summarize|Sum up] [this|the] [conversation|chat|coding session|task|message] in [under|less than|at most] [7|6|seven|six|8] words[.|]",
    "[You are a title generator.|Generate a title.|You name conversations.] [Answer|Reply|Output] [only |just |]with [a|the] title of [at most|up to] [6|six|5] words[.|]",
    "[Analyze if this message starts a new topic and give|Come up with|Suggest] a [short |][3-6 word|short|brief] title[ for it|][.|]",
    "[What would be|What is] a good [short |]title for this [chat|conversation]?",
    "[Based on the message below|From the following message|For this conversation], [write|give] a [short |]title[ (max 6 words)| of a few words|, no quotes|][.|]",
]


def quoted(text):
    return f'"{text}"'


def make(rng):
    if rng.random() < 0.5:
        return chats.make(rng)
    while True:
        said, title = message(rng)
        if len(title.split()) <= 6:
            break
    if rng.random() < 0.6 or title.count(" ") > 3:  # a limit of five words may be asked for below
        return asks.made(rng, said, title)
    ask = wished(rng, choose(rng, rng.choice(ASK)))
    layout = rng.randrange(11)
    if layout >= 8:
        return Task("title", framed(rng, ask, said, 0.1), title)
    if layout <= 1:
        messages = [system(ask), user(said)]
    elif layout == 2:
        messages = [user(f"{ask}\n\n{said}")]
    elif layout == 3:
        messages = [
            user(
                f"{ask}\n\n{rng.choice(['User', 'user', 'Human', 'Message', 'Conversation', 'First message'])}: {said}"
            )
        ]
    elif layout == 4:
        messages = [user(f"{ask}\n<conversation>\n{said}\n</conversation>")]
    elif layout == 5:
        messages = [user(f"{said}\n\n{ask}")]
    elif layout == 6:
        messages = [user(f"{ask} {rng.choice([said, quoted(said)])}")]
    else:
        messages = [user(f"{rng.choice(['conversation', 'chat', 'message'])}:\n{quoted(said)}\n\n{ask}")]
    return Task("title", messages, title)
