"""Writes models that every clone can serve: llamas of a few KB whose answers are known.

Their layers add nothing, so each token is followed by the one that its embedding points to. The
parrot says SAYS after the line end with which a ChatML prompt ends. The caller, whose prompts end with
a control token that says what is asked for, thinks and calls two tools; with their results in hand it tells the
weather; asked for something broken it writes a call that is none. A prompt that ends otherwise gets
something else.
"""
import dataclasses
import random
import struct

SAYS = "Hi, world"
EMBEDDING, HEADS, FEED_FORWARD = 128, 2, 32
CHAT_ML = ("{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + "
           "'<|im_end|>' + '\\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}")
CALLER_TEMPLATE = (
    "{% for tool in tools or [] %}{{ tool | tojson }}\n{% endfor %}{% for m in messages %}"
    "{{ '<|im_start|>' + m.role + '\n' + (m.content or '') }}{% for c in m.tool_calls or [] %}"
    "{{ '<tool_call>\n{\"name\": \"' + c.function.name + '\", \"arguments\": ' + (c.function.arguments | tojson)"
    " + '}\n</tool_call>' }}{% endfor %}{{ '<|im_end|>\n' }}{% endfor %}{% if add_generation_prompt %}"
    "{{ '<|im_start|>assistant\n' }}{{ '<|tell|>' if messages[-1].role == 'tool' else "
    "'<|break|>' if 'broken' in messages[-1].content else '<|ask|>' }}{% endif %}{# <think></think> #}")
UNSIGNED, FLOAT, STRING, ARRAY, INTEGER = 4, 6, 8, 9, 5
NORMAL, UNKNOWN, CONTROL, BYTE = 1, 2, 3, 6


def text(value):
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def entry(key, kind, data):
    return text(key) + struct.pack("<I", kind) + data


def array(key, kind, items):
    return entry(key, ARRAY, struct.pack("<IQ", kind, len(items)) + b"".join(items))


@dataclasses.dataclass
class Script:
    """What a model says: chains of tokens, each of which follows one other at most."""
    name: str
    template: str
    chains: list
    tokens: list  # (text, kind) of those beyond the usual three and the bytes
    context: int = 512


CHAT_MARKS = [("<|im_start|>", CONTROL), ("<|im_end|>", CONTROL)]
PARROT = Script("parrot", CHAT_ML,
                [["<0x0A>", *("\u2581" if letter == " " else f"<0x{ord(letter):02X}>" for letter in SAYS),
                  "<|im_end|>"]],
                [("\u2581", NORMAL), *CHAT_MARKS])

THOUGHT, TOLD, BROKEN = "The city and the time.", "It is sunny.", "<tool_call>{\"name\": get_weather"
CALLS = [("get_weather", {"city": "Wien"}), ("get_time", {"zone": "CET"})]


def caller():
    says = ["<think>", "The city", " and", " the time.", "</think>", "<tool_call>", '\n{"name":',
            ' "get_weather", "arguments":', ' {"city": "Wien"}}\n', "</tool_call>", "\n<tool", '_call>{"name": ',
            '"get_time", "arguments": ', '{"zone": "CET"}}', "</tool", "_call>"]
    answers = {"<|ask|>": says, "<|tell|>": ["It", " is", " sunny."],
               "<|break|>": ["<tool_", "call>{", '"name": get_weather']}
    chains = [[asked, *(piece.replace(" ", "\u2581") for piece in answer), "<|im_end|>"]
              for asked, answer in answers.items()]
    tokens = [("\u2581", NORMAL), *((token, NORMAL) for chain in chains for token in chain[1:-1]),
              *((asked, CONTROL) for asked in answers), *CHAT_MARKS]
    return Script("caller", CALLER_TEMPLATE, chains, tokens, context=4096)


def vocabulary(script=PARROT):
    tokens = [("<unk>", UNKNOWN), ("<s>", CONTROL), ("</s>", CONTROL)]
    tokens += [(f"<0x{byte:02X}>", BYTE) for byte in range(256)]
    return tokens + script.tokens


def metadata(script, tokens):
    name = "tokenizer.ggml."
    yield entry("general.architecture", STRING, text("llama"))
    yield entry("general.name", STRING, text(script.name))
    for key, value in (("context_length", script.context), ("embedding_length", EMBEDDING), ("block_count", 1),
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
    yield entry("tokenizer.chat_template", STRING, text(script.template))


def tensors(script, tokens):
    """(name, dimensions, values), the fastest dimension first."""
    ids = {token: index for index, (token, _) in enumerate(tokens)}
    follower = {ids[a]: ids[b] for chain in script.chains for a, b in zip(chain, chain[1:])}
    rng = random.Random(1)
    embedding = [[rng.choice((-1.0, 1.0)) for _ in range(EMBEDDING)] for _ in tokens]
    output = [[0.0] * EMBEDDING for _ in tokens]
    output[ids["<0x78>"]] = [0.01] * EMBEDDING  # what follows the others
    for token, following in follower.items():
        output[following] = [a + b for a, b in zip(output[following], embedding[token])]
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


def write_model(path, script=PARROT):
    tokens = vocabulary(script)
    entries = list(metadata(script, tokens))
    described, data = [], b""
    for name, shape, values in tensors(script, tokens):
        described.append(text(name) + struct.pack("<I", len(shape)) + struct.pack(f"<{len(shape)}Q", *shape) +
                         struct.pack("<IQ", 0, len(data)))
        data = padded(data + struct.pack(f"<{len(values)}f", *values))
    head = b"GGUF" + struct.pack("<IQQ", 3, len(described), len(entries)) + b"".join(entries) + b"".join(described)
    with open(path, "wb") as file:
        file.write(padded(head) + data)
    return path
