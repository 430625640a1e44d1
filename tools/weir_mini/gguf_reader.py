"""Reads what gguf_writer.py writes: metadata, then tensors in F32 or Q8_0, as arrays of F32."""

import math
import struct

import numpy as np

from .gguf_writer import ALIGNMENT, ARRAY, BLOCK, BOOL, F32, I32, STRING, TENSOR_F32, TENSOR_Q8_0, U32

FORMATS = {U32: "<I", I32: "<i", F32: "<f", BOOL: "<?"}


class GgufReader:
    """`metadata`: {key: value}; `tensors`: {name: array [out, in] or [in]}."""

    def __init__(self, data):
        self._data, self._at = data, 0
        magic, version, tensors, keys = self._unpack("<4sIQQ")
        if (magic, version) != (b"GGUF", 3):
            raise ValueError("no GGUF file of version 3")
        self.metadata = dict(self._pair() for _ in range(keys))
        shapes = [self._description() for _ in range(tensors)]
        start = -(-self._at // ALIGNMENT) * ALIGNMENT
        self.tensors = {name: self._values(dims, kind, start + offset) for name, dims, kind, offset in shapes}

    def _unpack(self, form):
        found = struct.unpack_from(form, self._data, self._at)
        self._at += struct.calcsize(form)
        return found

    def _string(self):
        (size,) = self._unpack("<Q")
        self._at += size
        return self._data[self._at - size : self._at].decode("utf-8")

    def _pair(self):
        key, (kind,) = self._string(), self._unpack("<I")
        if kind != ARRAY:
            return key, self._value(kind)
        kind, count = self._unpack("<IQ")
        return key, [self._value(kind) for _ in range(count)]

    def _value(self, kind):
        return self._string() if kind == STRING else self._unpack(FORMATS[kind])[0]

    def _description(self):
        name, (count,) = self._string(), self._unpack("<I")
        *dims, kind, offset = self._unpack(f"<{count}QIQ")
        return name, dims[::-1], kind, offset

    def _values(self, dims, kind, offset):
        count = math.prod(dims)
        if kind == TENSOR_F32:
            return np.frombuffer(self._data, "<f4", count, offset).reshape(dims)
        if kind != TENSOR_Q8_0:
            raise ValueError(f"tensors of type {kind} are not read here")
        blocks = np.frombuffer(self._data, [("scale", "<f2"), ("quants", "i1", BLOCK)], count // BLOCK, offset)
        return (blocks["scale"].astype(np.float32)[:, None] * blocks["quants"]).reshape(dims)
