"""The tokenizer: byte-level BPE over words cut as Qwen 2 cuts them, every digit alone."""

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

# The pattern that GGUF calls "qwen2".
WORDS = r"""(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"""
CONTROL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
USER_DEFINED = ["<tools>", "</tools>", "<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>"]
SPECIAL = CONTROL + USER_DEFINED


def untrained(model):
    tokenizer = Tokenizer(model)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(WORDS), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def train(texts, size):
    """Deterministic: the same texts give the same merges. Special tokens stand at the end."""
    tokenizer = untrained(models.BPE())
    trainer = trainers.BpeTrainer(
        vocab_size=size - len(SPECIAL),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        min_frequency=2,
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.add_special_tokens(SPECIAL)
    assert tokenizer.get_vocab_size() == size
    return tokenizer


def assembled(tokens, merges):
    """The tokenizer of a file: its tokens by id, the special ones at the end, and its merges ("a b")."""
    ordinary = tokens[: len(tokens) - len(SPECIAL)]
    assert tokens[len(ordinary) :] == SPECIAL
    pairs = [tuple(merge.split(" ")) for merge in merges]
    tokenizer = untrained(models.BPE({token: i for i, token in enumerate(ordinary)}, pairs))
    tokenizer.add_special_tokens(SPECIAL)
    return tokenizer


def load(path):
    return Tokenizer.from_file(str(path))


def encode(tokenizer, text):
    return tokenizer.encode(text, add_special_tokens=False).ids
