"""Private values of every kind that weir looks for, but for names: made from a seeded random, with the check digits
that their issuers ask for. None is anybody's but by chance.

value_of(rng) is one of any kind, and CONTEXTS are what may stand around one. GENERATORS has a list a kind, as
policies/privacy/finding.h names them; each generator takes a random.Random and returns what stands before the value,
if it is found by that alone, and the value.
"""
import base64
import dataclasses
import hashlib
import ipaddress
import json
import string
import urllib.parse

# Of the house: PATTERN and WORDS belong in its [[pattern]].
PATTERN = "PRJ-[0-9]{6}-[A-Z]{4}"
WORDS = ["bluebird halcyon", "kingfisher", "quartz-heron", "Operation Seagull", "moorhen"]
DIGITS, UPPER, LETTERS, HEX = string.digits, string.ascii_uppercase, string.ascii_letters, "0123456789abcdef"
WORDLESS = "bcdfghjklmnpqrstvwxzBCDFGHJKLMNPQRSTVWXZ"  # no "todo" or "your", which passwords are not taken to have
NAMES = ["maria", "j.smith", "o-brien", "wei_zhang", "anna.k", "t.okafor", "x"]


@dataclasses.dataclass(frozen=True)
class PrivateValue:
    kind: str
    lead: str
    value: str

    @property
    def text(self):
        return self.lead + self.value

    def forms(self):
        """The bytes that would show it somewhere; none for an age, which any two digits may be."""
        if self.kind == "age":
            return set()
        plain = {self.value, json.dumps(self.value)[1:-1], json.dumps(self.value, ensure_ascii=False)[1:-1],
                 urllib.parse.quote(self.value, safe="")}
        if self.kind in ("card", "iban"):
            plain.add("".join(filter(str.isalnum, self.value)))
        return {form.encode() for form in plain}


def some(rng, letters, count):
    return "".join(rng.choices(letters, k=count))


def grouped(text, sizes, separator):
    at, parts = 0, []
    for size in sizes:
        parts.append(text[at:at + size])
        at += size
    return separator.join(parts)


def with_check(digits, is_right):
    """The digits and the one more that makes them right, or None."""
    return next((digits + check for check in DIGITS if is_right(digits + check)), None)


def until(make):
    value = make()
    while value is None:
        value = make()
    return value


def luhn(digits):
    doubled = [int(d) * (1 + at % 2) for at, d in enumerate(reversed(digits))]
    return sum(d - 9 * (d > 9) for d in doubled) % 10 == 0


def weighted(digits, weights):
    return sum(int(d) * weight for d, weight in zip(digits, weights))


VERHOEFF = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]]
while len(VERHOEFF) < 8:
    VERHOEFF.append([VERHOEFF[-1][VERHOEFF[1][digit]] for digit in range(10)])


def dihedral(a, b):
    """The product in the group of a pentagon's symmetries."""
    if a < 5:
        return (a + b) % 5 + (b // 5) * 5
    return (a - b) % 5 if b >= 5 else (a - 5 - b) % 5 + 5


def verhoeff(digits):
    check = 0
    for at, digit in enumerate(reversed(digits)):
        check = dihedral(check, VERHOEFF[at % 8][int(digit)])
    return check == 0


def card(rng):
    head, size = rng.choice([("4", 16), ("51", 16), ("55", 16), ("37", 15), ("34", 15), ("3530", 16), ("6011", 16)])
    digits = with_check(head + some(rng, DIGITS, size - len(head) - 1), luhn)
    sizes = [4, 6, 5] if size == 15 else [4, 4, 4, 4]
    return rng.choice(["", "card "]), rng.choice([digits, grouped(digits, sizes, " "), grouped(digits, sizes, "-")])


def iban(rng):
    country, account = rng.choice([("DE", some(rng, DIGITS, 18)), ("AT", some(rng, DIGITS, 16)),
                                   ("GB", "WEST" + some(rng, DIGITS, 14)), ("NL", "ABNA" + some(rng, DIGITS, 10)),
                                   ("NO", some(rng, DIGITS, 11)), ("FR", some(rng, DIGITS, 23))])
    number = int("".join(str(int(c, 36)) for c in account + country + "00"))
    code = f"{country}{98 - number % 97:02}{account}"
    return "", rng.choice([code, grouped(code, [4] * 9, " ").strip()])


def aba(rng):
    digits = until(lambda: with_check(f"{rng.choice([1, 12, 21, 32, 61]):02}" + some(rng, DIGITS, 6),
                                      lambda d: weighted(d, [3, 7, 1] * 3) % 10 == 0))
    return "routing number ", digits


def bic(rng):
    return "BIC ", some(rng, UPPER, 4) + rng.choice(["DE", "FR", "GB", "AT"]) + some(rng, UPPER, 2) + 3 * "X"


def ifsc(rng):
    return "", some(rng, UPPER, 4) + "0" + some(rng, DIGITS, 6)


def us_ssn(rng):
    area = rng.choice([*range(1, 666), *range(667, 900)])
    return "", f"{area:03}-{rng.randrange(1, 100):02}-{rng.randrange(1, 10_000):04}"


def us_ssn_plain(rng):
    return "SSN ", us_ssn(rng)[1].replace("-", "")


def aadhaar(rng):
    return "", grouped(with_check(rng.choice("23456789") + some(rng, DIGITS, 10), verhoeff), [4, 4, 4], " ")


def es_nif(rng):
    digits = some(rng, DIGITS, 8)
    return "", digits + "TRWAGMYFPDXBNJZSQVHLCKE"[int(digits) % 23]


def pesel(rng):
    born = f"{rng.randrange(40, 99)}{rng.randrange(1, 13):02}{rng.randrange(1, 29):02}"
    weights = [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]
    return "PESEL ", with_check(born + some(rng, DIGITS, 4), lambda d: weighted(d, weights) % 10 == 0)


def cpf(rng):
    digits = some(rng, DIGITS, 9)
    for _ in range(2):
        rest = weighted(digits, range(len(digits) + 1, 1, -1)) % 11
        digits += str(0 if rest < 2 else 11 - rest)
    return "", f"{grouped(digits[:9], [3, 3, 3], '.')}-{digits[9:]}"


def personnummer(rng):
    born = f"{rng.randrange(40, 99)}{rng.randrange(1, 13):02}{rng.randrange(1, 29):02}"
    digits = with_check(born + some(rng, DIGITS, 3), luhn)
    return "", f"{digits[:6]}-{digits[6:]}"


def nir(rng):
    digits = f"{rng.choice('12')}{rng.randrange(40, 99)}{rng.randrange(1, 13):02}{rng.randrange(1, 96):02}"
    digits += some(rng, DIGITS, 6)
    return "", grouped(f"{digits}{97 - int(digits) % 97:02}", [1, 2, 2, 2, 3, 3, 2], " ")


def ahv(rng):
    digits = with_check("756" + some(rng, DIGITS, 9), lambda d: weighted(d, [1, 3] * 7) % 10 == 0)
    return "", grouped(digits, [3, 4, 4, 2], ".")


def bsn(rng):
    return "BSN ", until(lambda: with_check(rng.choice("123456789") + some(rng, DIGITS, 7), lambda d: weighted(
        d, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 == 0))


def passport(rng):
    return "passport ", rng.choice("CFGHJK") + some(rng, DIGITS, 8)


def email(rng):
    name = f"{rng.choice(NAMES)}{rng.randrange(100, 99_999)}"
    return "", f"{name}@{some(rng, string.ascii_lowercase, 8)}.{rng.choice(['com', 'co.uk', 'org', 'de'])}"


def phone(rng):
    local = some(rng, "23456789", 7)
    return rng.choice([("", f"+43 1 {local}"), ("", f"(212) {local[:3]}-{some(rng, DIGITS, 4)}"),
                       ("call ", f"0{some(rng, '123456789', 3)} {local}"),
                       ("", f"+1-{some(rng, '23456789', 3)}-{local}")])


def ipv4(rng):
    return "", f"{rng.choice([10, 172, 192, 203])}.{rng.randrange(16, 32)}.{rng.randrange(256)}.{rng.randrange(1, 255)}"


def ipv6(rng):
    return "", str(ipaddress.IPv6Address((0x20010DB8 << 96) + rng.getrandbits(90)))


def mac(rng):
    pairs = ["3c", *(f"{rng.randrange(256):02x}" for _ in range(5))]
    return "", rng.choice([":", "-"]).join(pairs)


def host(rng):
    return f"{some(rng, string.ascii_lowercase, 9)}.{rng.choice(['com', 'org', 'net', 'eu'])}"


def url(rng):
    return "", f"https://www.{host(rng)}/{some(rng, string.ascii_lowercase, 6)}?id={rng.randrange(10**6)}"


def domain(rng):
    return "visit ", f"www.{host(rng)}"


def password(rng):
    sign = rng.choice("!#$&*")
    return some(rng, WORDLESS, 5) + some(rng, DIGITS, 3) + sign + some(rng, WORDLESS, 3) + some(rng, DIGITS, 2)


def url_credentials(rng):
    return "", f"https://{rng.choice(NAMES)}:{some(rng, WORDLESS, 4)}{some(rng, DIGITS, 6)}@{host(rng)}/x"


def connection_string(rng):
    scheme = rng.choice(["postgres", "mysql", "mongodb+srv", "redis", "amqp"])
    return "", f"{scheme}://app:{some(rng, WORDLESS, 5)}{some(rng, DIGITS, 5)}@db.{host(rng)}:5432/main"


def day(rng):
    return rng.randrange(1901, 1990), rng.randrange(1, 13), rng.randrange(1, 29)


def date(rng):
    year, month, number = day(rng)
    return "", rng.choice([f"{year}-{month:02}-{number:02}", f"{number:02}.{month:02}.{year}"])


def date_of_birth(rng):
    return rng.choice(["born on ", "DOB: ", "date of birth "]), date(rng)[1]


def age(rng):
    return "aged ", str(rng.randrange(18, 99))


def postcode(rng):
    return "", f"{some(rng, 'ABDEGHLMNS', 2)}{rng.randrange(1, 10)} {rng.randrange(1, 10)}{some(rng, 'ABDEFGHJLN', 2)}"


BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def bitcoin(rng):
    payload = bytes([rng.choice([0, 5])]) + rng.randbytes(20)
    payload += hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4]
    number, code = int.from_bytes(payload, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        code = BASE58[digit] + code
    return "", "1" * (len(payload) - len(payload.lstrip(b"\0"))) + code


BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def bech32(rng):
    """BIP 173: version 0 and 20 bytes, five bits a character."""
    data = [0, *(rng.randrange(32) for _ in range(32))]
    check = 1
    for value in [3, 3, 0, ord("b") & 31, ord("c") & 31, *data, *[0] * 6]:
        top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> bit & 1 else 0
    check ^= 1
    return "", "bc1" + "".join(BECH32[value] for value in [*data, *(check >> 5 * at & 31 for at in range(5, -1, -1))])


def ethereum(rng):
    return "", "0x" + some(rng, HEX, 40)


def token(prefix, letters, size):
    """With a digit at its end: without any, letters in few cases may be taken for a name."""
    return lambda rng: ("", prefix + some(rng, letters, size - 1) + some(rng, "234567", 1))


def slack(rng):
    return "", f"xoxb-{some(rng, DIGITS, 12)}-{some(rng, DIGITS, 12)}-{some(rng, LETTERS + DIGITS, 24)}"


def web_token(rng):
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
    signature = base64.urlsafe_b64encode(rng.randbytes(32)).decode().rstrip("=")
    return "", f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{part({'sub': rng.getrandbits(60), 'admin': True})}.{signature}"


def private_key(rng):
    body = base64.b64encode(rng.randbytes(300)).decode()
    name = rng.choice(["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY"])
    lines = "\n".join(body[at:at + 64] for at in range(0, len(body), 64))
    return "", f"-----BEGIN {name}-----\n{lines}\n-----END {name}-----"


def said_password(rng):
    return rng.choice(["password: ", "the password is ", "PASSWORD="]), password(rng)


def bearer(rng):
    return "Authorization: Bearer ", some(rng, WORDLESS + DIGITS, 40)


def pattern(rng):
    return "", f"PRJ-{some(rng, DIGITS, 6)}-{some(rng, UPPER, 4)}"


def word(rng):
    return "", rng.choice(WORDS)


ALNUM = LETTERS + DIGITS
GENERATORS = {
    "secret": [token("ghp_", ALNUM, 36), token("sk-ant-api03-", ALNUM, 93), token("sk-proj-", ALNUM, 48),
               token("AKIA", UPPER + "234567", 16), token("AIza", ALNUM, 35), token("sk_live_", ALNUM, 24),
               token("glpat-", ALNUM, 20), token("npm_", ALNUM, 36), token("hf_", ALNUM, 34), slack, web_token,
               private_key, said_password, bearer],
    "card": [card], "iban": [iban], "bank_account": [aba, bic, ifsc],
    "national_id": [us_ssn, us_ssn_plain, aadhaar, es_nif, pesel, cpf, personnummer, nir, ahv, bsn, passport],
    "email": [email], "phone": [phone], "ip": [ipv4, ipv6], "mac": [mac], "url": [url],
    "url_credentials": [url_credentials, connection_string], "domain": [domain], "date_of_birth": [date_of_birth],
    "crypto_address": [bitcoin, bech32, ethereum], "date": [date], "age": [age], "postcode": [postcode],
    "custom": [pattern, word]}


CONTEXTS = ["- {} -", "ann,{},x", "ann;{};x", "<b> {} </b>", "({})", "*{}*", "x = '{}'", "{}\n{}", "\t{}\t"]


def value_of(rng, kind=None):
    kind = kind or rng.choice(list(GENERATORS))
    return PrivateValue(kind, *rng.choice(GENERATORS[kind])(rng))
