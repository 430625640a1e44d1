"""How people ask for a number in another notation."""

TO_WORDS = [
    "[Write|Spell|Give me|Convert|Put|Express] {n} [in words|as words|as text|out in words|in English words][.|]",
    "[the number |]{n} in words[, please|?|][.|]",
    "[Spell out|How do you write|How do you spell] {n}[ in words|]?",
    "[Spell|Write out] the number {n}[.|]",
    "[Convert|Turn|Change] [the number |]{n} [to|into] [words|text|English][.|]",
    "[in words|number to words|words for]: {n}",
    "[What is|How do I say] {n} in words?",
]
TO_DIGITS = [
    "[Write|Convert|Put] {w} [as a number|in digits|to digits|in figures|as digits][.|]",
    "{w} [as a number|in digits|in figures|in numerals][, please|]",
    "[What number is|Which number is|What is] {w}[ in digits|]?",
    "[Convert|Turn|Change] {w} [to|into] [a number|digits|figures][.|]",
    "[as a number|words to number|in digits|digits]: {w}",
    "[The number|Write the number] {w} [in digits|with digits][.|]",
]
TO_ORDINAL = [
    "[What is the|Write the|Give me the] ordinal [of|for] {n}[?|.|]",
    "{n} as an ordinal[ number|][, please|]",
    "[Write|Convert] {n} [as|to] an ordinal[, like 1st|][.|]",
]
TO_ORDINAL_WORD = [
    "{n} as an ordinal word[, please|]",
    "[Write|Give me] the ordinal [of|for] {n} [in words|as a word][.|]",
    "[What is the|The] ordinal of {n} in words[?|]",
]
TO_ROMAN = [
    "[Write|Convert|Give me|Express] {n} [as a|to|in|as] Roman numeral[s|][.|]",
    "{n} in [Roman numerals|roman|roman numerals][, please|?|]",
    "[What is|How do I write|What's] {n} [in|as] [Roman|roman] numerals?",
    "[the |]Roman numeral [for|of] {n}[?|]",
    "[Turn|Change] {n} into [Roman|roman] numerals[.|]",
    "to [Roman|roman][ numerals|]: {n}",
]
FROM_ROMAN = [
    "[What number is|Which number is|Convert|Decode|What is] the Roman numeral {r}[?|]",
    "{r} [as a number|in digits|in Arabic digits|as a normal number|in decimal][?|]",
    "[Convert|Turn] {r} [to|into] [a number|an Arabic number|digits|decimal][.|]",
    "[What number is|What is] {r}[ in Roman numerals| in digits|]?",
    "[Roman|roman] {r} [is|=] [what number|which number|?]",
    "from [Roman|roman]: {r}",
]
SEPARATE = [
    "[Write|Format|Show] {n} with [thousands separators|commas|commas as thousands separators|thousand separators][.|]",
    "[Add|Put] [thousands separators|commas] [to|into] {n}[.|]",
    "{n} with [thousands separators|commas][, please|]",
    "[Group|Format] the digits of {n} with commas[.|]",
    "[thousands separators|with commas|add commas]: {n}",
    "[How do I write|What is] {n} with commas?",
]
JOIN = [
    "[Remove|Drop|Delete|Strip] the [commas|thousands separators] [from|in|of] {n}[.|]",
    "[Write|Give me] {n} without [the |]commas[.|]",
    "{n} [as a plain number|without separators|without commas][.|]",
    "[no commas|without commas|plain number]: {n}",
    "[Convert|Change] {n} to a plain number[.|]",
]
TO_GERMAN = [
    "[Write|Convert|Format] {n} [in|to|with] [German number format|German format|European format|a decimal comma|comma as decimal sign][.|]",
    "{n} [in|as] [German|European] [number |]format[, please|]",
    "[English|US] to German number format: {n}",
    "[Swap|Exchange] the dots and commas in {n}[.|]",
    "[How|What] does {n} look like in Germany?",
]
TO_ENGLISH = [
    "[Write|Convert|Format] {n} [in|to|with] [English number format|US format|US number format|American format|a decimal point][.|]",
    "{n} [in|as] [English|US|American] [number |]format[, please|]",
    "German to [English|US] number format: {n}",
    "[Swap|Exchange] the dots and commas in {n}[.|]",
    "{n} is [German|European] notation. [Write it|Give it] in [English|US] notation[.|]",
]
ROUND = [
    "[Round|Please round|Can you round] {v} to {word}[.|]",
    "[What is|Give me|What's] {v} rounded to {word}?",
    "{v} to {word}[, rounded|, please|]",
    "{v}, [round|rounded] to {word}",
    "[Round|round] to {word}: {v}",
    "[I need|I want] {v} [rounded |]to {word}[.|]",
    "{v} rounded to {word}[?|]",
]
PERCENT_TO_DECIMAL = [
    "[Write|Convert|Turn|Change|Express] {p}% [as a|to a|to|into a] decimal[ number|][.|]",
    "{p}% as a decimal[ number| fraction|][?|]",
    "[What is|How do I write|What's] {p}[%| percent] as a decimal?",
    "percent to decimal: {p}%",
    "{p} percent [in|as a] decimal[?|]",
]
DECIMAL_TO_PERCENT = [
    "[Write|Convert|Turn|Change|Express] {d} [as|to|in|into] [a percentage|percent|a percent value][.|]",
    "{d} [as a percentage|in percent|as percent|in %][?|]",
    "[What is|How do I write|How much is] {d} [in percent|as a percentage]?",
    "decimal to percent: {d}",
]
FRACTION_TO_DECIMAL = [
    "[Write|Convert|Turn|Change|Express] {f} [as a|to a|to|into a] decimal[ number|][.|]",
    "{f} as a decimal[ number|][?|]",
    "[What is|How do I write|What's] {f} [as a decimal|in decimal form]?",
    "fraction to decimal: {f}",
]
FRACTION_TO_PERCENT = [
    "[Write|Convert|Turn|Change|Express] {f} [as|to|in|into] [a percentage|percent][.|]",
    "{f} [as a percentage|in percent|as percent|in %][?|]",
    "[What is|How do I write|How much is] {f} [in percent|as a percentage]?",
    "[What|How many] percent is {f}?",
]
TO_HEX = [
    "[Convert|Write|Change|Turn] {n} [to|in|as|into] [hex|hexadecimal][.|]",
    "{n} [in|to|as] [hex|hexadecimal][?|, please|]",
    "[What is|What's|How do I write] {n} in [hex|hexadecimal]?",
    "[decimal|dec] to hex: {n}",
]
FROM_HEX = [
    "[Convert|Write|Change|Turn] [hex|the hexadecimal number] {h} [to|in|as|into] decimal[.|]",
    "hex {h} [in|to|as] decimal[?|, please|]",
    "[What is|What's] hex {h} in decimal?",
    "hex to [decimal|dec]: {h}",
    "[Decimal|The decimal] value of hex {h}[?|]",
]
TO_BINARY = [
    "[Convert|Write|Change|Turn] {n} [to|in|as|into] binary[.|]",
    "{n} [in|to|as] binary[?|, please|]",
    "[What is|What's|How do I write] {n} in binary?",
    "[decimal|dec] to binary: {n}",
]
FROM_BINARY = [
    "[Convert|Write|Change|Turn] [binary|the binary number] {b} [to|in|as|into] decimal[.|]",
    "binary {b} [in|to|as] decimal[?|, please|]",
    "[What is|What's] binary {b} in decimal?",
    "binary to [decimal|dec]: {b}",
]
UNFOLD = [
    "[Write|Convert|Give me|Put] {t} [as a plain number|in digits|as a number|in full|with all digits][.|]",
    "{t} [as a plain number|in digits|in full|as a number][?|, please|]",
    "[What is|How do I write] {t} [in digits|as a number|in full]?",
]
PAD = [
    "[Pad|Fill] {n} [with zeros |with leading zeros |]to {w} digits[.|]",
    "{n} [with leading zeros|zero-padded], {w} digits[.|]",
    "[Write|Give me] {n} [as a {w}-digit number|with {w} digits], with leading zeros[.|]",
    "[zero-pad|Zero-pad] {n} to {w} digits[.|]",
]
