"""How people ask for something about a short text."""

COUNT_WORDS = [
    "How many words [are|does|has] [in this sentence|this text have|in this|in the text|here|this sentence have|in the following]?",
    "Count the words[ in this| in this sentence| of the text|][.|]",
    "[Word count|Number of words|word count][, please|:|?|]",
    "[How many|What number of] words is [this|that]?",
    "[Tell me|Give me|I need] the [word count|number of words][ of this|][.|]",
]
LENGTH = [
    "How many [letters|characters] [are in|does|has|are there in] [the word |]{w}[ have|]?",
    "[Count the letters|Number of letters|Letter count|Length] [in|of] {w}[.|]",
    "How long is [the word |]{w}?",
    "[letters|characters] in {w}[?|]",
]
COUNT_LETTER = [
    "How [many times|often] [does|is] [the letter |]{c} [appear |occur |]in [the word |]{w}?",
    "[Count|Count the letter|Number of] {c} in {w}[.|?|]",
    "How many {c} [are in|are there in|in|does it have:] {w}?",
    "How many [times is there a|letters] {c} in [the word |]{w}?",
]
SPELL = [
    "[Spell|Spell out|Write] {w} [letter by letter|with {name} between the letters], [separated by|with] {name}[.|]",
    "[Put|Write] {name} between the letters of {w}[.|]",
    "{w} [spelled|letter by letter], [with|separated by] {name}[.|]",
    "[Split|Break] {w} into letters, separated by {name}[.|]",
]
REPLACE = [
    "[Replace|Change|Swap|Exchange] {old} [with|by|for] {new}[ in this| in the text| in the sentence| here|][.|]",
    "[Put|Write|Use] {new} instead of {old}[.|]",
    "[Change|Turn] {old} [to|into] {new}[.|]",
    "[Substitute|Insert] {new} for {old}[.|]",
    "{old} -> {new}",
    "It should [say|be|read] {new}[ and|,] not {old}[.|]",
    "Every {old} [must become|becomes|should be] {new}[.|]",
]
REPLACE_SIGN = [
    "[Replace|Change|Turn] [the |all |all the |]{old} [with|by|into|to] {new}[.|]",
    "[Use|Put|Write] {new} instead of {old}[.|]",
    "{old} to {new}[, please|.|]",
    "[I need|I want] {new} [where|instead of where] the {old} are[.|]",
]
SOME_WORDS = [
    "[Give me|Return|Show|Print|Keep|Write|Take] [only |just |]the {name}[ of this| of the text| of the sentence|][.|]",
    "[Only the|The|What are the|What is the] {name}[ here| please|, please|][?|]",
    "[Cut|Shorten|Truncate] [this|it|the text] to the {name}[.|]",
    "{name}[ only|]",
]
TRIM = [
    "[Remove|Drop|Delete] the [extra|double|superfluous|unneeded] spaces[.|]",
    "[Trim|Clean up|Normalize|Collapse|Fix] the [whitespace|spaces|spacing][.|]",
    "[One space|Only one space|A single space] between [words|the words][, please|.|]",
    "[There are too many spaces here|Too many spaces]. [Clean this|Fix it|Please fix].",
]
WITHOUT_SIGN = [
    "[Remove|Drop|Delete|Strip] [the |all |all the |]{name} [from|in] {t}[.|]",
    "{t} without [the |]{name}[.|, please|]",
    "[Write|Give me] {t} without [the |any |]{name}[.|]",
    "[Only|Just] the digits of {t}[.|, please|]",
]
REVERSE_WORDS = [
    "Reverse the [order of the |]words[ in this sentence| here|][.|]",
    "[Write|Give me|Say] the words [backwards|in reverse order|from last to first][.|]",
    "[Words|Word order] reversed[, please|.|]",
]
REVERSE_LETTERS = [
    "[Reverse|Turn around] [the word |the string |the text |]{w}[.|]",
    "[Write|Spell|What is|Give me] {w} backwards[.|?|]",
    "{w} [backwards|reversed|in reverse][, please|.|]",
]
UPPER = [
    "[Write|Put|Convert|Change|Turn|Rewrite] [this|it|the text] [in|to|into] [upper case|uppercase|capital letters|capitals|all caps][.|]",
    "[Uppercase|Capitalize all letters of|Upcase] [this|the text|the sentence][.|]",
    "[UPPERCASE|uppercase|all caps|upper case|in caps][, please| please|:|]",
    "[Make|I want|I need] [this|it|the text] [all caps|uppercase|in capitals][.|]",
]
LOWER = [
    "[Write|Put|Convert|Change|Turn|Rewrite] [this|it|the text] [in|to|into] [lower case|lowercase|small letters][.|]",
    "[Lowercase|Downcase] [this|the text|the sentence][.|]",
    "[lowercase|lower case|all small letters][, please| please|:|]",
    "[Make|I want|I need] [this|it|the text] [lowercase|all lower case|in small letters][.|]",
]
TITLE = [
    "[Write|Put|Convert|Change|Rewrite] [this|it|the text] [in|to|into] [title case|Title Case][.|]",
    "[Capitalize|Capitalise] [every word|each word|all words][ of this|][.|]",
    "[title case|Title Case][, please| please|:|]",
    "[Every|Each] word with a capital[ letter|][.|, please|]",
]
FIRST_UPPER = [
    "[Capitalize|Capitalise] [only |just |]the first [letter|word][ of the sentence|][.|]",
    "[Start|Begin|Write] [this|it|the sentence] with a capital letter[.|]",
    "[First letter|The first letter] [upper case|uppercase|in upper case][.|, please|]",
]
SLUG = [
    "[Make|Create|Build|Give me|Write] a [URL |]slug [from|of|for|out of] [this|this title|the title][.|]",
    "[Slugify|slugify|Slug for|Slug of] [this|this title|the title][.|]",
    "[URL slug|slug|Slug][, please|:|]",
    "[Turn|Convert|Change] [this|the title] [into|to] [a slug|a URL slug|a lower case slug with dashes][.|]",
    "[Lowercase|Lower case] with dashes instead of spaces[.|, please|]",
]
LAST_FIRST = [
    "[Write|Give me|Put|Format|Convert] {n} as [last name, first name|Last, First|surname, first name|'Last, First'][.|]",
    "{n} [as|to|in the form|->] [Last, First|last name, first name|Surname, Name][.|]",
    "[Put|Write] the [last name|surname] first[, with a comma|, then a comma]: {n}",
]
FIRST_LAST = [
    "[Write|Give me|Put|Format|Convert] {n} as [first name last name|First Last|'First Last'][.|]",
    "{n} [as|to|in the form|->] [First Last|first name last name][.|]",
    "[Put|Write] the first name first[, without a comma|, no comma]: {n}",
]
INITIALS = [
    "[What are the|Give me the|The|Write the] initials [of|for] {n}[?|.|]",
    "[initials|Initials]: {n}",
    "{n}, [initials|just the initials][, please|.|]",
]
FIRST_NAME = [
    "[What is the|Give me the|Only the|The] first name [of|in] {n}[?|.|]",
    "{n}: [first name|the first name|only the first name][, please|.|?|]",
]
LAST_NAME = [
    "[What is the|Give me the|Only the|The] [last name|surname|family name] [of|in] {n}[?|.|]",
    "{n}: [last name|the last name|surname|only the last name][, please|.|?|]",
]
