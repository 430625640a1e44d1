"""Writes GGUF version 3: metadata, then tensors in F32 or Q8_0."""

import struct

import numpy as np

ALIGNMENT = 32
U32, I32, F32, BOOL, STRING, ARRAY = 4, 5, 6, 7, 8, 9
TENSOR_F32, TENSOR_Q8_0 = 0, 8
BLOCK = 32  # weights of one Q8_0 block


def packed_string(text):
    data = text.encode("utf-8")
    return struct.pack("<Q", len(data)) + data


def quantize_q8_0(values):
    """Blocks of an F16 scale and 32 signed bytes: the scale is the largest magnitude over 127."""
    blocks = values.astype(np.float32).reshape(-1, BLOCK)
    scales = np.abs(blocks).max(axis=1) / np.float32(127)
    inverse = np.divide(1, scales, out=np.zeros_like(scales), where=scales > 0)
    quants = np.rint(blocks * inverse[:, None]).astype(np.int8)
    packed = np.empty(len(blocks), dtype=[("scale", "<f2"), ("quants", "i1", BLOCK)])
    packed["scale"], packed["quants"] = scales, quants
    return packed.tobytes()


class GgufWriter:
    def __init__(self):
        self._keys, self._key_count = b"", 0
        self._tensors, self._data = [], b""

    def _add(self, key, kind, payload):
        self._keys += packed_string(key) + struct.pack("<I", kind) + payload
        self._key_count += 1

    def u32(self, key, value):
        self._add(key, U32, struct.pack("<I", value))

    def f32(self, key, value):
        self._add(key, F32, struct.pack("<f", value))

    def boolean(self, key, value):
        self._add(key, BOOL, struct.pack("<B", value))

    def string(self, key, value):
        self._add(key, STRING, packed_string(value))

    def strings(self, key, values):
        self._add(key, ARRAY, struct.pack("<IQ", STRING, len(values)) + b"".join(map(packed_string, values)))

    def integers(self, key, values):
        self._add(key, ARRAY, struct.pack("<IQ", I32, len(values)) + struct.pack(f"<{len(values)}i", *values))

    def tensor(self, name, values, quantize):
        """values: [out, in] or [in]; GGUF lists the dimensions the other way round."""
        kind = TENSOR_Q8_0 if quantize and values.ndim == 2 else TENSOR_F32
        data = quantize_q8_0(values) if kind == TENSOR_Q8_0 else values.astype("<f4").tobytes()
        dims = values.shape[::-1]
        self._tensors.append(
            packed_string(name) + struct.pack(f"<I{len(dims)}QIQ", len(dims), *dims, kind, len(self._data))
        )
        self._data += data + bytes(-len(data) % ALIGNMENT)

    def bytes(self):
        head = (
            b"GGUF"
            + struct.pack("<IQQ", 3, len(self._tensors), self._key_count)
            + self._keys
            + b"".join(self._tensors)
        )
        return head + bytes(-len(head) % ALIGNMENT) + self._data
