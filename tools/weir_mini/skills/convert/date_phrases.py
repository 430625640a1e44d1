"""How people ask for a date or a time in another form."""

DATE = [
    "[Convert|Change|Rewrite|Put|Bring|Turn|Reformat|Transform] {text} [to|into] {name}[.|]",
    "[Convert|Change|Format|Make|Write|Rewrite|Reformat] [the|this] date [to|as|into|in] {name}: {text}",
    "[Write|Give me|Show|Print|Return] {text} [as|in] {name}[.|]",
    "{text} [in|as|to|written as|->|=>|into] {name}[, please|?|]",
    "[Format|Date format|Target|Output format|Wanted]: {name}. [Date|Input|Source]: {text}",
    "[Date|Input]: {text}[,|.|;] [format|output|target|wanted]: {name}",
    "[What is|How do I write|What would be|How does one write|What's] {text} [in|as] {name}?",
    "{name}[ please|, please|]: {text}",
    "[I need|I want|I'd like] {text} [as|in] {name}[.|]",
    "[How|What] would {text} [look|be] in {name}?",
    "{name} of {text}[?|]",
    "[The date is|We have|My date is|It says] {text}. [Write it|I need it|Give it|Convert it|Make it] [as|in|to] {name}[.|]",
    "[Can|Could] you [write|put|convert|reformat] {text} [as|in|to] {name}?",
    "[Convert|Normalize|Format] [this|the] date: {text}. [Use|Format:] {name}[.|]",
    "[Use|Apply] {name} for {text}[.|]",
    "date {text} [to|in] {name}",
    "[My form|The form|The field|The database|The script] [wants|expects|needs] {name}[. The date is|, the date is|. I have] {text}[.|]",
]
FROM_TO = [
    "[Convert|Change|Reformat] {text} from {source} to {name}[.|]",
    "{text} ({source}) [to|in|as|->] {name}[.|?|]",
    "[The date|This date] {text} is [in|written as] {source}. [Write it|I need it|Give it] [as|in] {name}[.|]",
    "{source} to {name}: {text}",
    "[From|Source:] {source}[, to| to|, target:] {name}: {text}",
    "[Format|Input format]: {source}. [Output|Target|Output format]: {name}. [Date|Input]: {text}",
]
SEVERAL = [
    "[Convert|Change|Reformat|Turn] [these|the|all] dates [to|into] {name}[.|]",
    "[Write|Give me] [these|all] dates [as|in] {name}[.|]",
    "[All dates|Dates|Everything] [as|in|to] {name}[, please|.|]",
    "[to|as|in] {name}[:|]",
    "[Bring|Put] the dates [into|in] {name}[, one per line|][.|]",
]
PARTS = {
    "year": [
        "[What is|Which is|Give me|Only] the year [of|in] {text}[?|.|]",
        "[Which|What] year is {text}?",
        "{text}: [year|the year|only the year, please|what year][?|]",
        "[Extract|Take|Return] the year from {text}[.|]",
    ],
    "month": [
        "[What is the|Give me the|Name the] [name of the month|month name|month as a word] [of|in] {text}[?|.|]",
        "[Which|What] month is {text}[, as a word]?",
        "{text}: [month name|the month as a word|month as a word][?|]",
    ],
    "month number": [
        "[What is|Give me] the [number of the month|month number|month as a number] [of|in] {text}[?|.|]",
        "{text}: [month number|the month as a number|month as a number][?|]",
    ],
    "day": [
        "[What is|Give me|Only] the [day of the month|day] [of|in] {text}[, as a number]?",
        "[Which|What] day of the month is {text}?",
        "{text}: [day of the month|only the day as a number|the day as a number][?|]",
    ],
}
MONTH_NUMBER = [
    "[What number|Which number] is {m}[ as a month|]?",
    "[Month number|Number] of {m}[?|]",
    "{m} [as a month number|as a number|is which month number][?|]",
    "[Convert|Turn] the month {m} [to|into] [a|its] number[.|]",
]
MONTH_NAME = [
    "[What|Which] is [the name of |]month {n}?",
    "[Name of|The name of] month {n}[?|]",
    "[Convert|Turn] month {n} [to|into] [a|its] name[.|]",
    "month {n} [as a word|as a name|is called][?|]",
]
TO_TWELVE = [
    "[Convert|Change|Turn] {t} [to|into] [12-hour|12 hour|12h|AM/PM|am/pm] [time|format][.|]",
    "{t} [in|to|as] [12-hour time|12-hour format|12h format|AM/PM|am/pm|12h][?|, please|]",
    "[What is|How do I write|What's] {t} [in|as] [AM/PM|12-hour format|am/pm|12-hour time]?",
    "[Write|Give me] {t} [with|in] AM[/| or ]PM[.|]",
    "24h to 12h: {t}",
]
TO_TWENTY_FOUR = [
    "[Convert|Change|Turn] {t} [to|into] [24-hour|24 hour|24h|military] [time|format][.|]",
    "{t} [in|to|as] [24-hour time|24-hour format|24h format|24h|the 24-hour clock|HH:MM][?|, please|]",
    "[What is|How do I write|What's] {t} [in|as] [24-hour format|24h|24-hour time|HH:MM]?",
    "[Write|Give me] {t} [in 24-hour format|with 24 hours|as HH:MM][.|]",
    "12h to 24h: {t}",
    "[24-hour|24h] [format|time|clock][ please|]: {t}",
]
TO_H_MM = [
    "[Convert|Write|Format|Turn] {v} [as|to|into] [h:mm|hours:minutes|H:MM][.|]",
    "{v} [as|in|to] [h:mm|H:MM|hours:minutes][?|, please|]",
]
TO_M_SS = [
    "[Convert|Write|Format|Turn] {v} [as|to|into] [m:ss|minutes:seconds|M:SS|mm:ss without a leading zero][.|]",
    "{v} [as|in|to] [m:ss|M:SS|minutes:seconds][?|, please|]",
]
TO_HOURS_MINUTES = [
    "[Convert|Change|Turn] {v} [to|into] hours and minutes[.|]",
    "{v} in [hours and minutes|h and min][?|, please|]",
    "[How long is|How many hours and minutes is|How many hours and minutes are|What is] {v} in hours and minutes?",
    "[Express|Write|Give me] {v} [in|as] hours and minutes[.|]",
]
TO_MINUTES = [
    "[Convert|Change|Turn] {v} [to|into] minutes[.|]",
    "{v} in minutes[?|, please|]",
    "How many minutes [are|is] {v}?",
    "[Express|Write|Give me] {v} in minutes[.|]",
]
STAMP_DATE = [
    "[Only|Just|Give me] the date [of|from|in] {t}[.|]",
    "{t}: [only the date|date only|just the date][, please|]",
    "[Remove|Drop|Strip] the time from {t}[.|]",
    "[What is|Extract] the date [part |]of {t}[?|.|]",
]
STAMP_TIME = [
    "[Only|Just|Give me] the time [of|from|in] {t}[, as HH:MM|, hours and minutes]",
    "{t}: [only the time as HH:MM|time only, HH:MM|just the time, HH:MM][, please|]",
    "[Remove|Drop|Strip] the date from {t}, keep HH:MM[.|]",
    "[What is|Extract] the time [part |]of {t} as HH:MM[?|.|]",
]
