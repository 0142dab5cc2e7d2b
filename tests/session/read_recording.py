"""A second reader of recordings, from docs/formats.md and Python's library alone.

usage: read_recording.py FILE.raftrec     lists header, commands, marks, digests and the end
"""
import struct
import sys
import zlib

MAGIC = b"\x89RAFTREC"


class Damaged(Exception):
    pass


def varint(body, at):
    value, shift = 0, 0
    while True:
        if at >= len(body) or shift > 63:
            raise Damaged("a number does not end")
        byte = body[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def fields(body):
    """Protocol buffers on the wire: {field number: [values]}; numbers, or bytes."""
    out, at = {}, 0
    while at < len(body):
        key, at = varint(body, at)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, at = varint(body, at)
        elif wire == 1:
            value, at = struct.unpack_from("<Q", body, at)[0], at + 8
        elif wire == 2:
            size, at = varint(body, at)
            value, at = body[at:at + size], at + size
        else:
            raise Damaged(f"wire type {wire}")
        out.setdefault(number, []).append(value)
    return out


def number(message, field):
    return message.get(field, [0])[-1]


def text(message, field):
    return message.get(field, [b""])[-1].decode("utf-8", "backslashreplace")


def position(message, field):
    inner = fields(message.get(field, [b""])[-1])
    return number(inner, 1), number(inner, 2)


def digest(message, field):
    inner = fields(message.get(field, [b""])[-1])
    return f"{number(inner, 1):016x}{number(inner, 2):016x}"


def records(data):
    if data[:8] != MAGIC:
        raise Damaged("not a recording")
    version, = struct.unpack_from("<I", data, 8)
    if version not in (1, 2):
        raise Damaged(f"format version {version}")
    at = 12
    while at < len(data):
        kind, size, head_sum = struct.unpack_from("<BII", data, at)
        head = data[at:at + 5]
        if zlib.crc32(head) != head_sum:
            raise Damaged(f"wrong checksum of type and length at byte {at}")
        body = data[at + 9:at + 9 + size]
        body_sum, = struct.unpack_from("<I", data, at + 9 + size)
        if zlib.crc32(head + body) != body_sum:
            raise Damaged(f"wrong checksum at byte {at}")
        yield kind, fields(body)
        at += 9 + size + 4


def lines(data):
    for kind, message in records(data):
        if kind == 1:
            yield (f"model {number(message, 1)}, seed {number(message, 2)}, "
                   f"nodes {number(message, 3)}")
            for raw in message.get(4, []):
                option = fields(raw)
                yield f"option n{number(option, 1)} {text(option, 2)} {text(option, 3)}"
        elif kind == 2:
            line = f"branch {text(message, 1)}"
            if 3 in message:
                at, events = position(message, 3)
                line += f" from {text(message, 2)} at {at} {events}"
            yield line
        elif kind == 3:
            at, events = position(message, 1)
            yield f"{at} {events} command {text(message, 2)}"
        elif kind == 4:
            at, events = position(message, 1)
            yield f"{at} {events} digest {digest(message, 2)}"
        elif kind == 5:
            at, events = position(message, 1)
            kind_name = {1: "bookmark", 2: "note", 3: "expectation"}[number(message, 2)]
            yield f"{at} {events} {kind_name} {text(message, 3)}"
        elif kind == 6:
            for raw in message.get(2, []):
                branch = fields(raw)
                at, events = position(branch, 2)
                yield f"{at} {events} end {text(branch, 1)} {digest(branch, 3)}"
        elif kind == 7:
            size = len(message.get(2, [b""])[-1])
            yield f"disk image of n{number(message, 1)}, {size} bytes"
        elif kind == 8:
            yield f"title {text(message, 1)} by {text(message, 2)}"
        elif kind == 9:
            at, events = position(message, 1)
            yield f"{at} {events} reached"
        else:
            raise Damaged(f"record of type {kind}")


if __name__ == "__main__":
    with open(sys.argv[1], "rb") as file:
        for line in lines(file.read()):
            print(line)
