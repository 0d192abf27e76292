"""Base45 (RFC 9285): bytes in the 45 characters that a QR code holds most densely."""

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
    out = bytearray()
    for at in range(0, len(values), 3):
        group = values[at : at + 3]
        number = sum(value * 45**place for place, value in enumerate(group))
        size = len(group) - 1
        if size == 0 or number >= 256**size:
            raise Rejection("base45_malformed", where=where, section="RFC 9285, section 6")
        out += number.to_bytes(size, "big")
    return bytes(out)
