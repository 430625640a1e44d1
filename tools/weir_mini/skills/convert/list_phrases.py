"""How people ask for something about a list."""

UP = ["", "ascending", "in ascending order", "asc"]
UP_NUMBERS = [
    *UP, "", "from small to large", "smallest first", "numerically", "from lowest to highest", "low to high",
    "from the smallest to the largest", "in increasing order", "by size",
]  # fmt: skip
UP_WORDS = [
    *UP, "alphabetically", "alphabetically", "from A to Z", "in alphabetical order", "by name", "by alphabet", "A-Z",
    "a to z", "in lexical order", "in alphabetic order",
]  # fmt: skip
DOWN = ["descending", "in descending order", "desc"]
DOWN_NUMBERS = [
    *DOWN, "from large to small", "largest first", "biggest first", "from highest to lowest", "high to low",
    "in decreasing order", "from the largest to the smallest", "starting with the largest",
]  # fmt: skip
DOWN_WORDS = [
    *DOWN, "from Z to A", "in reverse alphabetical order", "Z-A", "z to a", "in reverse alphabetic order",
]  # fmt: skip
SORT = [
    "[Sort|Order|Arrange] [this list|these|the list|these items|the following|this|the items below|the following items] {order}[, please|.|]",
    "[Put|Bring|Write|List] [these|this list|the items] in order {order}[.|]",
    "[Please |Can you |Could you ]sort [these|this|them] {order}",
    "{order}[, please| please|]",
    "[I need|I want|Give me|I'd like] [these|this list|them] sorted {order}[.|]",
    "[sorted|sort] {order}",
    "[Which|What] order [is|would be] right {order}",
    "[Return|Print|Show|Output] the [list|items|entries] sorted {order}[.|]",
    "[Rearrange|Reorder] [the list|these|this] [so that it is|to be|] sorted {order}[.|]",
    "[The list|These|This] should be [sorted|ordered] {order}[.|]",
    "[Help me|I have to] [sort|order] [these|this list] {order}[.|]",
    "[What|How] does [this list|it] look sorted {order}?",
]
SORT_PLAINLY = [
    "[Sort|Order|Arrange] [this list|these|the list|these items|the following|this|the items below|them][, please|.|]",
    "[Put|Bring|Write|List] [these|this list|the items|them] in order[.|]",
    "[Please |Can you |Could you ]sort [these|this|them]",
    "[I need|I want|Give me|I'd like] [these|this list|them] sorted[.|]",
    "[sort|sort:|sorted|sort this|sort please]",
    "[Return|Print|Show|Output] the [list|items|entries] sorted[.|]",
    "[The list|These|This] should be [sorted|in order][.|]",
]
DEDUPE = [
    "[Remove|Delete|Drop|Take out|Eliminate|Strip] [the |all |any |]duplicates[ from this list| from the list| from the following| here|]",
    "[Dedupe|Deduplicate|De-duplicate] [this list|the list|these|this|these items|]",
    "[Keep|List|Show|Give me] [each item only once|only the unique items|only unique values|every item just once|just the distinct ones]",
    "[Unique values|Unique items|Without duplicates|No repeats|No duplicates|Distinct values|unique][, please|]",
    "[Remove|Drop|Throw out|Delete] [what is double|the repeated items|repeats|everything that repeats|repeated entries|duplicate entries]",
    "[I want|Write|Leave] [each|every one|each of them] [only once|once]",
    "[Make|Get] [the list|this list|these] unique[, keep the order|, keeping the order|]",
    "[Some|A few] [of these |items |entries ][are double|appear twice|repeat]. [Remove the duplicates|Keep the first of each|Clean it up].",
    "[What are|Which are|List] the [unique|distinct|different] [items|values|entries][?|]",
    "[Remove duplicates|Dedupe|Drop duplicates], [but |]keep the [original |]order[.|]",
    "[Can|Could] you [remove|drop] the duplicates[ here|]?",
    "[Clean|Tidy] this list: [no duplicates|each item once][.|]",
]
COUNT_ONE = [
    "How [many times|often] [does|is] {item} [appear|occur|there|listed] in [this|the] list?",
    "[Count|Number of] {item} in [this|the] list",
    "How [often|many times] do you see {item}?",
    "How many {item} are in here?",
    "How [many times|often] [is|does] {item} [in there|there|appear][?|]",
    "[Count|Count how often|Count how many times] {item}[ appears| occurs|][.|]",
    "[Occurrences|Number of occurrences|Count] of {item}[?|]",
]
COUNT_UNIQUE = [
    "How many [different|unique|distinct] [items|entries|values|ones] are [in this list|there|in the list|here]?",
    "[Count|Number of] [the |][unique|distinct|different] [items|values|entries][.|]",
    "How many [items|entries] without [counting |]duplicates?",
]
COUNT_ALL = [
    "How many [items|entries|elements|things] are [in this list|there|in the list|here|listed|below]?",
    "Count the [items|entries|elements|things][ in this list| here| below|][.|]",
    "[Number of|Count of] [items|entries|elements][?|]",
    "How long is [this|the] list?",
    "How many [do I have|are these|are there|is that]?",
    "[Count|count] [these|them|the list][, please|.|]",
    "[How many|What number of] [items|entries|elements] does [this|the] list [have|contain|hold]?",
    "[Tell me|I want to know|Say] how many [items|entries|elements] [there are|the list has|are listed][.|]",
    "[Length|Size] of [the|this] list[?|]",
]
REVERSE = [
    "Reverse [this list|the list|the order|these|the items|the order of these items|this][.|]",
    "[Write|List|Give me] [these|this|the list] [in reverse order|backwards|the other way round|in reversed order]",
    "[Turn|Flip] the [list|order] around",
    "[last to first|from last to first|in reverse|reverse|reversed]",
    "[I want|I need|Show|Print] [the list|this|these] [reversed|from the last to the first|in reverse]",
    "[Can|Could] you reverse [this|the list|these]?",
    "[Invert|Flip|Turn around] the order[ of these| of this list| of the items|][.|]",
    "[The|My] [last|list's last item] should come first[, and so on|, the first last].",
    "Start with the last [item|one] [and end with|, end with] the first.",
]
NTH = [
    "[What is|Give me|Return|Show|Tell me|Print] the {name} [item|entry|element|one][ of this list| in the list|]",
    "{name} [item|entry|one|element][ only| please|]",
    "[Which|What] [item |one |]is {name}?",
    "Only the {name} [item|one|entry][.|]",
    "[Get|Take|Pick|Select] the {name} [item|entry|element|one][ of these| of the list|][.|]",
    "What [is|'s] the {name} [one|entry|item] [here|in here|in this list|below]?",
    "[Which|What] comes {name}[ in the list| here|]?",
]
SOME = [
    "[Give me|Return|Show|Print|List|Keep|Take] [only |just |]the {name}[ items| entries| elements| of these|][.|]",
    "{name}[ items| entries| only| please|]",
    "[What|Which] are the {name}[ items| entries| of this list|]?",
    "[Cut|Shorten|Trim|Limit] [this|the list] to the {name}[ items| entries|][.|]",
    "[I only need|I need|I want] the {name}[ items| of them|][.|]",
]
WITHOUT = [
    "[Remove|Delete|Drop|Take out|Take] {item} from [this list|the list|it][.|]",
    "[Remove|Delete|Drop] {item}[.|, please|]",
    "[The list|This|The same list] without {item}[.|, please|]",
    "[Leave out|Exclude|Cross out|Strike] {item}[.|]",
    "[Everything|All] but {item}[.|]",
]
APPEND = [
    "[Add|Append] {item} [to the list|to this list|at the end|to the end|][.|]",
    "[Put|Write] {item} [at the end|behind the last|to the end of the list][.|]",
]
REPLACE = [
    "[Replace|Exchange|Swap] {old} [with|for] {new}[ in this list| in the list|][.|]",
    "[Change|Turn] {old} [to|into] {new}[ in this list| in the list|][.|]",
    "[Use|Put|Write] {new} instead of {old}[.|]",
    "{old} -> {new}",
]
BEGINNING = [
    "[Which|What] [of these |items |ones |of them ][begin|start] with [the letter |]{letter}?",
    "[List|Keep|Show|Give me|Find] [only |][the items|those|what|the ones] that [begin|start] with {letter}[.|]",
    "[Only|Just] [the items|those|entries] [starting|beginning] with {letter}[.|, please|]",
    "[Filter|Filter the list]: [starts|begins] with {letter}[.|]",
]
ABOVE = [
    "[Which|What] [numbers|of these|ones] are [greater than|above|bigger than|larger than|more than|over|higher than] {n}?",
    "[Keep|List|Show|Give me] [only |][the numbers|those|what is] [above|over|greater than|larger than|bigger than] {n}[.|]",
    "[Only|All] [numbers|values] [above|over|greater than|>] {n}[.|, please|]",
    "[Filter|Remove everything that is not]: > {n}",
]
BELOW = [
    "[Which|What] [numbers|of these|ones] are [less than|below|smaller than|under|lower than] {n}?",
    "[Keep|List|Show|Give me] [only |][the numbers|those|what is] [below|under|less than|smaller than] {n}[.|]",
    "[Only|All] [numbers|values] [below|under|less than|<] {n}[.|, please|]",
    "[Filter|Remove everything that is not]: < {n}",
]
JOIN = [
    "Join [these lines|the lines|these items|them|these|the items|this list] with {name}[.|]",
    "[Put|Write] [these|the lines|them all|everything] [on|in] one line, [separated|divided|split] by {name}[.|]",
    "[Make|Turn] [this|the lines|the list] [into |]one line with {name}[.|]",
    "[Separate|Divide] them by {name}[, one line|, all in one line|][.|]",
    "[Concatenate|Combine|Merge|Connect|Glue] [these|the lines|the items|them] with {name}[ between them|][.|]",
    "[One line|A single line], separated by {name}[.|, please|]",
    "[Lines|List] to one line, {name} between[ the items|][.|]",
]
ENUMERATE = [
    "[Write|Give me|Put] [these|this list|them] [as a sentence part|in one line|as running text], with commas and '{word}' before the last[.|]",
    "[Join|Combine] [these|them|the items] with commas and '{word}'[.|]",
    "[As|Make] [an enumeration|a natural list] with '{word}'[.|]",
]
SPLIT = [
    "[Put|Write] each [item|one|entry] on [its own|a new|a separate] line[.|]",
    "[One item per line|One per line|Split into lines|One a line|One entry per line|each on its own line][.|, please|]",
    "[Turn|Convert|Break|Split] this into lines[.|]",
    "[Split|Break|Divide] [this|it|the list] [up |]into [separate |single |]lines[.|]",
    "[List|Show|Print] [these|them] [line by line|one per line|below each other|one under the other][.|]",
    "[A new|One] line for [each|every] [item|entry][.|]",
]
SEPARATORS = [
    "[Replace|Change|Turn] the {old} [with|by|into|to] {new}[.|]",
    "[Use|Separate with|Separate by|Write with] {new} instead of {old}[.|]",
    "{old} to {new}[, please|.|]",
    "[Convert|Change] the [separator|delimiter]s from {old} to {new}[.|]",
]
NUMBERED = [
    "[Turn|Convert|Make|Change] this [into|to] a numbered list[.|]",
    "[As|Make|Write|Give me] a numbered list[.|, please|]",
    "[Number|Enumerate] [these|the items|the lines|the entries][.|]",
    "[Numbered|Ordered] list[, please|]",
    "[Put|Write] numbers [before|in front of] [these|the items|the lines][.|]",
]
BULLETS = [
    "[Turn|Convert|Make|Change] this [into|to] a [bullet|bulleted|Markdown|markdown|dash|bullet point] list[.|]",
    "[As|Make|Write|Give me] [these as |]bullet points[.|]",
    "[Markdown|Bullet|bullet|bulleted] list[, please| please|]",
    "[List|Show] them with dashes[.|]",
    "[Format|Write|Rewrite] [this|these|the items] as [bullets|bullet points|a bullet list|a list with dashes][.|]",
    "[I need|I want] [bullets|bullet points|a Markdown list][.|]",
    "[One|A] bullet [per|for each] item[.|]",
]
BARE = [
    "[Remove|Strip|Drop|Delete] the [bullets|list markers|markers|prefixes|signs before the items][.|]",
    "[Only|Just] the [items|text|plain items], [no markers|no bullets or numbers|one per line|without list markers][.|]",
    "[Plain lines|Plain list], please[.|]",
]
ARRAY = [
    "[Turn|Convert|Make|Change|Transform] this [list |][into|to] a JSON [array|list][.|]",
    "[As|Write as|Give it as|I need it as|Return it as] [a |]JSON [array|list][.|]",
    "JSON [array|list][, please| please|]",
    "[as|to|into] [a |]JSON [array|list]",
    "[Make|Build|Create] a JSON [array|list] [of|from|out of] [this|these|the items|these items][.|]",
    "[list|items|lines] to JSON[ array|][:|]",
    "[Put|Write] [these|them|the items] [in|into] a JSON [array|list][.|]",
    "[Format|Represent|Express|Encode] [these|this|the list] as [a |]JSON [array|list][.|]",
    "[Can|Could] you [make|give me] a JSON [array|list] [of|from] [this|these]?",
]
ARRAY_TO_COMMAS = [
    "[Turn|Convert|Change] this [JSON |][array|list] [into|to] [a comma separated list|comma separated text|plain text with commas][.|]",
    "[Comma separated|Separated by commas|With commas], [no brackets|without brackets or quotes|plain][.|]",
    "[JSON array|JSON list|array] to [comma separated text|a comma-separated list|comma list][, please|.|]",
    "[Join|Combine] the [elements|items|entries] [of this array |]with commas[.|]",
]
ARRAY_TO_LINES = [
    "[Turn|Convert|Change] this [JSON |][array|list] [into|to] [lines|plain lines|one item per line|plain text, one per line][.|]",
    "[One|Each|Every] [element|item|entry] on [its own|a] line[, no brackets|, without quotes|][.|]",
    "[JSON array|JSON list|array] to lines[, please|.|]",
    "[Print|List|Write|Show] the [elements|items|entries] of this [array|JSON list], one [per|a] line[.|]",
]
# What an instruction may add about the form of its answer, and which form that is.
OUTPUTS = [
    (" [Write|Give|Return] one per line.", "lines"),
    (" [One per line|Each on its own line].", "lines"),
    (" [Separate them by commas|Separated by commas|Comma separated].", "commas"),
    (" [Answer as a JSON array|Return a JSON array|Output: a JSON array].", "array"),
    (" [As a bullet list|Write bullets|Use Markdown bullets].", "dashes"),
]
