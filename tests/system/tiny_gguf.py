"""Writes a model that every clone can serve: a llama of a few KB whose answers are known.

Its layers add nothing, so each token is followed by the one that its embedding points to:
after the line end with which a ChatML prompt ends come the letters of SAYS, then the end of
the turn. Without the template, or with a prompt that ends otherwise, it says something else.
"""
import random
import struct

SAYS = "Hi, world"
EMBEDDING, HEADS, FEED_FORWARD, CONTEXT = 64, 2, 32, 512
CHAT_ML = ("{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + "
           "'<|im_end|>' + '\\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}")
UNSIGNED, FLOAT, STRING, ARRAY, INTEGER = 4, 6, 8, 9, 5
NORMAL, UNKNOWN, CONTROL, BYTE = 1, 2, 3, 6


def text(value):
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def entry(key, kind, data):
    return text(key) + struct.pack("<I", kind) + data


def array(key, kind, items):
    return entry(key, ARRAY, struct.pack("<IQ", kind, len(items)) + b"".join(items))


def vocabulary():
    """(text, kind) of every token: the usual three, the bytes, the space, ChatML's marks."""
    tokens = [("<unk>", UNKNOWN), ("<s>", CONTROL), ("</s>", CONTROL)]
    tokens += [(f"<0x{byte:02X}>", BYTE) for byte in range(256)]
    return tokens + [("\u2581", NORMAL), ("<|im_start|>", CONTROL), ("<|im_end|>", CONTROL)]


def metadata(tokens):
    name = "tokenizer.ggml."
    yield entry("general.architecture", STRING, text("llama"))
    yield entry("general.name", STRING, text("parrot"))
    for key, value in (("context_length", CONTEXT), ("embedding_length", EMBEDDING), ("block_count", 1),
                       ("attention.head_count", HEADS), ("attention.head_count_kv", HEADS),
                       ("feed_forward_length", FEED_FORWARD)):
        yield entry(f"llama.{key}", UNSIGNED, struct.pack("<I", value))
    yield entry("llama.attention.layer_norm_rms_epsilon", FLOAT, struct.pack("<f", 1e-5))
    yield entry(name + "model", STRING, text("llama"))
    yield array(name + "tokens", STRING, [text(token) for token, _ in tokens])
    yield array(name + "scores", FLOAT, [struct.pack("<f", 0)] * len(tokens))
    yield array(name + "token_type", INTEGER, [struct.pack("<i", kind) for _, kind in tokens])
    for key, token in (("bos_token_id", "<s>"), ("eos_token_id", "<|im_end|>")):
        yield entry(name + key, UNSIGNED, struct.pack("<I", [t for t, _ in tokens].index(token)))
    yield entry("tokenizer.chat_template", STRING, text(CHAT_ML))


def tensors(tokens):
    """(name, dimensions, values), the fastest dimension first."""
    ids = {token: index for index, (token, _) in enumerate(tokens)}
    spoken = ["<0x0A>", *("\u2581" if letter == " " else f"<0x{ord(letter):02X}>" for letter in SAYS), "<|im_end|>"]
    follower = {ids[a]: ids[b] for a, b in zip(spoken, spoken[1:])}
    rng = random.Random(1)
    embedding = [[rng.choice((-1.0, 1.0)) for _ in range(EMBEDDING)] for _ in tokens]
    output = [[0.0] * EMBEDDING for _ in tokens]
    for token in range(len(tokens)):
        output[follower.get(token, ids["<0x78>"])] = embedding[token] if token in follower else [0.01] * EMBEDDING
    yield "token_embd.weight", (EMBEDDING, len(tokens)), sum(embedding, [])
    yield "output.weight", (EMBEDDING, len(tokens)), sum(output, [])
    yield "output_norm.weight", (EMBEDDING,), [1.0] * EMBEDDING
    for norm in ("attn_norm", "ffn_norm"):
        yield f"blk.0.{norm}.weight", (EMBEDDING,), [1.0] * EMBEDDING
    for matrix in ("attn_q", "attn_k", "attn_v", "attn_output"):
        yield f"blk.0.{matrix}.weight", (EMBEDDING, EMBEDDING), [0.0] * EMBEDDING * EMBEDDING
    for matrix, shape in (("ffn_gate", (EMBEDDING, FEED_FORWARD)), ("ffn_up", (EMBEDDING, FEED_FORWARD)),
                          ("ffn_down", (FEED_FORWARD, EMBEDDING))):
        yield f"blk.0.{matrix}.weight", shape, [0.0] * EMBEDDING * FEED_FORWARD


def padded(data):
    return data + b"\0" * (-len(data) % 32)


def write_model(path):
    tokens = vocabulary()
    entries = list(metadata(tokens))
    described, data = [], b""
    for name, shape, values in tensors(tokens):
        described.append(text(name) + struct.pack("<I", len(shape)) + struct.pack(f"<{len(shape)}Q", *shape) +
                         struct.pack("<IQ", 0, len(data)))
        data = padded(data + struct.pack(f"<{len(values)}f", *values))
    head = b"GGUF" + struct.pack("<IQQ", 3, len(described), len(entries)) + b"".join(entries) + b"".join(described)
    with open(path, "wb") as file:
        file.write(padded(head) + data)
    return path
