"""Base45 (RFC 9285): bytes in the 45 characters that a QR code holds most densely."""

import struct

from vc_core.rejection import Rejection

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_SQUARE = 45 * 45
_LOW = tuple(_ALPHABET[number % 45] + _ALPHABET[number // 45] for number in range(_SQUARE))


class _Triples(dict[int, str]):
    """The three characters of each number of two bytes, once it has occurred."""

    def __missing__(self, number: int) -> str:
        triple = self[number] = _LOW[number % _SQUARE] + _ALPHABET[number // _SQUARE]
        return triple


_TRIPLES = _Triples()
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}


def encode(data: bytes) -> str:
    """Two bytes become three characters, least significant first; a last single byte becomes two."""
    pairs = struct.unpack(f">{len(data) // 2}H", data[: len(data) & ~1])
    last = _LOW[data[-1]] if len(data) % 2 else ""
    return "".join(map(_TRIPLES.__getitem__, pairs)) + last


def decode(text: str, *, where: str = "") -> bytes:
    """Rejects with `base45_malformed`: a character outside the alphabet, a length or a group out of range."""
    try:
        values = [_VALUES[character] for character in text]
    except KeyError:
        raise Rejection("base45_malformed", where=where, section="RFC 9285, section 4") from None
    whole = len(values) - len(values) % 3
    groups = zip(values[:whole:3], values[1:whole:3], values[2:whole:3], strict=True)
    numbers = [first + 45 * second + 2025 * third for first, second, third in groups]
    rest = values[whole:]
    last = [rest[0] + 45 * rest[1]] if len(rest) == 2 else []
    if len(rest) == 1 or max(numbers, default=0) > 0xFFFF or max(last, default=0) > 0xFF:
        raise Rejection("base45_malformed", where=where, section="RFC 9285, section 6")
    return struct.pack(f">{len(numbers)}H", *numbers) + bytes(last)
