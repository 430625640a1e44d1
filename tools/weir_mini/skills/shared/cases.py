"""The styles of case in which names of program parts are written, and what people call them."""

CASES = {
    "snake_case": lambda w: "_".join(w),
    "camelCase": lambda w: w[0] + "".join(x.capitalize() for x in w[1:]),
    "PascalCase": lambda w: "".join(x.capitalize() for x in w),
    "kebab-case": lambda w: "-".join(w),
    "CONSTANT_CASE": lambda w: "_".join(w).upper(),
    "Title Case": lambda w: " ".join(x.capitalize() for x in w),
    "UPPERCASE": lambda w: " ".join(w).upper(),
    "lowercase": lambda w: " ".join(w),
    "dot.case": lambda w: ".".join(w),
}
CASE_NAMES = {
    "snake_case": ["snake_case", "snake case", "snake_case", "lower_snake_case", "underscore style"],
    "camelCase": ["camelCase", "camel case", "camelCase", "camelcase", "lowerCamelCase"],
    "PascalCase": ["PascalCase", "pascal case", "Pascal case", "UpperCamelCase"],
    "kebab-case": ["kebab-case", "kebab case", "kebab-case", "dash-case"],
    "CONSTANT_CASE": ["CONSTANT_CASE", "SCREAMING_SNAKE_CASE", "constant case", "upper snake case", "UPPER_SNAKE_CASE"],
    "Title Case": ["Title Case", "title case"],
    "UPPERCASE": ["UPPERCASE", "upper case", "uppercase", "all caps", "capital letters"],
    "lowercase": ["lowercase", "lower case", "small letters", "lowercase words"],
    "dot.case": ["dot.case", "dot case"],
}
