"""Base45 (RFC 9285): bytes in the 45 characters that a QR code holds most densely."""

import struct

from vc_core.rejection import Rejection

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}


def encode(data: bytes) -> str:
    """Two bytes become three characters, least significant first; a last single byte becomes two."""
    out = []
    for at in range(0, len(data) - 1, 2):
        high, low = divmod((data[at] << 8) | data[at + 1], 45 * 45)
        middle, first = divmod(low, 45)
        out += [_ALPHABET[first], _ALPHABET[middle], _ALPHABET[high]]
    if len(data) % 2:
        second, first = divmod(data[-1], 45)
        out += [_ALPHABET[first], _ALPHABET[second]]
    return "".join(out)


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
