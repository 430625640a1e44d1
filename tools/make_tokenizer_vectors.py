#!/usr/bin/env python3
"""Makes tests/data/tokenizers: a small vocabulary for every pattern, texts, and their tokens.

The vocabulary is our own, trained here; the tokens are computed by Hugging Face's tokenizers from
the patterns that the makers of the models published, so that they judge weir's own matcher.

    pip install tokenizers
    tools/make_tokenizer_vectors.py tests/data/tokenizers
    weir selftest tokenizers tests/data/tokenizers
"""
import json
import pathlib
import struct
import sys

from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers

BETWEEN = "\n__ggml_vocab_test__\n"
ENGLISH = "'s|'t|'re|'ve|'m|'ll|'d"
SPACES = r"\s*[\r\n]+|\s+(?!\S)|\s+"
GPT2 = ENGLISH + r"| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
UPPER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"
LOWER = r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"


def words(digits, marks_end=r"[\r\n]*"):
    return (f"(?i:{ENGLISH})|[^\\r\\n\\p{{L}}\\p{{N}}]?\\p{{L}}+|{digits}"
            f"| ?[^\\s\\p{{L}}\\p{{N}}]+{marks_end}|{SPACES}")


def cased(digits, end):
    begin = r"[^\r\n\p{L}\p{N}]?"
    return (f"{begin}{UPPER}*{LOWER}+{end}|{begin}{UPPER}+{LOWER}*{end}|{digits}"
            rf"| ?[^\s\p{{L}}\p{{N}}]+[\r\n/]*|{SPACES}")


PATTERNS = {
    "gpt-2": [GPT2],
    "llama-bpe": [words(r"\p{N}{1,3}")],
    "qwen2": [words(r"\p{N}")],
    "qwen35": [rf"(?i:{ENGLISH})|[^\r\n\p{{L}}\p{{N}}]?[\p{{L}}\p{{M}}]+|\p{{N}}"
               rf"| ?[^\s\p{{L}}\p{{M}}\p{{N}}]+[\r\n]*|{SPACES}"],
    "seed-coder": [words(r"\p{N}", "")],
    "minicpm5": [r"\p{N}{1,3}", words(r"\p{N}+")],
    "tekken": [cased(r"\p{N}", "")],
    "gpt-4o": [cased(r"\p{N}{1,3}", f"(?i:{ENGLISH})?")],
    "starcoder": [r"\p{N}", GPT2],
    "falcon": [r"[\p{P}\$\+<=>\^~\|`]+", GPT2, "[0-9][0-9][0-9]"],
    "default": [r"[\p{P}\$\+<=>\^~\|]+", GPT2, r"\p{N}+", "[0-9][0-9][0-9]"],
    "deepseek-coder": ["[\r\n]", r"\s?\p{L}+", r"\s?\p{P}+", "[一-龥ࠀ-一가-\ud7ff]+", r"\p{N}"],
    "deepseek-v3": [r"\p{N}{1,3}", "[一-龥぀-ゟ゠-ヿ]+",
                    r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+"
                    r"|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|" + SPACES],
    "bloom": [r" ?[^(\s|.,!?…。，、।۔،)]+"],
    "viking": [r" ?[^(\s|.,!?…。，、।۔،)]+", r"\p{N}"],
    "laguna": [r"[^\n]+|[\n]+", words(r"\p{N}")],
}
KEEPS_WHOLE_WORDS = {"llama-bpe", "tekken", "minicpm5"}

TEXTS = [
    "", " ", "   ", "\n", "\t\t x", "\r\n\r\n", " \n \n  a", "a  b   c    ", "end. \n\n\nNext  line",
    "The weir holds the river at its own level and lets only the excess pass.",
    "don't DON'T we'll WE'LL I'm i'M they've he'd she's 'tis 'S' ''", "it''s o'clock 'ſ",
    "1 12 123 1234 12345 1234567 3.14159 1,000,000 2026-11-25 0x7F", "v1.2.3 x86_64 4chan B2B",
    "camelCase PascalCase HTMLParser snake_case SCREAMING_CASE iPhone McDonald's ÉCOLE École",
    "if (x <= 0 && !done) { return a[i++] / b; } // comment\n\telse --x;\n",
    "https://example.org/path?q=1&r=%20#top user@example.com C:\\dir\\file.txt",
    "<|im_start|>user\nhi<|im_end|>", "[INST] <<SYS>> </s> <think>hm</think>",
    "naïve café Straße ŐŰ ǅungla ʰello ªº µ Ω K", "e\u0301 a\u0308o\u0302 \u0301x \u200d\u200b\ufeff.",
    "Привет, мир! Ёлка №5", "Γειά σου Κόσμε", "שלום עולם", "مرحبا بالعالم ١٢٣", "नमस्ते दुनिया।",
    "ภาษาไทย ๓๔๕", "ខ្មែរ", "東京は日本の首都です。カタカナ", "你好，世界！一二三４５６", "한국어 텍스트",
    "🙂 👩🏽‍💻 🇩🇪🇯🇵 ❤️ ①②③ ½ ⅷ ² €5 £6 ™®", "…—–‘’“”«»¿¡", "\u00a0non\u00a0breaking\u3000wide\u2028line",
    "== ++ $$ ^^ ~~ || `` <> \\ ** ## @@ %% && __ -- //", "....!!!???,,,;;;:::((()))",
    "a" * 70, " " * 70 + "x", "\n" * 20, "=" * 40, "ab" * 30, "9" * 31, "\u4e2d" * 9 + "ABC",
]


def trained():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    trainer = trainers.BpeTrainer(vocab_size=640, show_progress=False, max_token_length=12,
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator(TEXTS * 3, trainer)
    model = json.loads(tokenizer.to_str())["model"]
    merges = [tuple(m) if isinstance(m, list) else tuple(m.split(" ")) for m in model["merges"]]
    return model["vocab"], merges


def gguf(name, vocabulary, merges):
    def string(text):
        return struct.pack("<Q", len(text.encode())) + text.encode()

    tokens = sorted(vocabulary, key=vocabulary.get)
    entries = [("general.architecture", 8, string("llama")),
               ("tokenizer.ggml.model", 8, string("gpt2")), ("tokenizer.ggml.pre", 8, string(name))]
    for key, texts in (("tokens", tokens), ("merges", [" ".join(m) for m in merges])):
        body = struct.pack("<IQ", 8, len(texts)) + b"".join(map(string, texts))
        entries.append((f"tokenizer.ggml.{key}", 9, body))
    head = b"GGUF" + struct.pack("<IQQ", 3, 0, len(entries))
    data = head + b"".join(string(k) + struct.pack("<I", t) + v for k, t, v in entries)
    return data + b"\0" * (-len(data) % 32)


def main(folder):
    vocabulary, merges = trained()
    folder.mkdir(parents=True, exist_ok=True)
    for name, patterns in PATTERNS.items():
        tokenizer = Tokenizer(models.BPE(vocabulary, merges,
                                         ignore_merges=name in KEEPS_WHOLE_WORDS))
        splits = [pre_tokenizers.Split(Regex(p), "isolated") for p in patterns]
        level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence(splits + [level])
        (folder / f"{name}.gguf").write_bytes(gguf(name, vocabulary, merges))
        (folder / f"{name}.gguf.inp").write_bytes(BETWEEN.join(TEXTS).encode())
        lines = [" ".join(map(str, tokenizer.encode(text).ids)) + "\n" for text in TEXTS]
        (folder / f"{name}.gguf.out").write_text("".join(lines))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
