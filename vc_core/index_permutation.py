"""Which status index the next credential gets: a secret order of all indices of a list, without a list of those taken.

Token Status List, section 13.2, asks for indices that are fresh and that nobody can predict or order by time. A counter
is fresh and a keyed permutation hides it: a Feistel network with HMAC-SHA256 as its round function and halves of equal
or nearly equal width (NIST SP 800-38G, FF1, uses that shape with the same number of rounds; this is not FF1). Every
counter gives another index, in the same time, in any number of processes that share key and counter. HMAC is written
out here (RFC 2104, section 4), so that a permutation hashes its key once and not in every round of every index.

One key belongs to one list. Left out: counting, which a database does.
"""

import hashlib

_ROUNDS = 10
_HASH_BLOCK_BYTES = 64
_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))
MIN_KEY_BYTES = 16


class IndexPermutation:
    """A permutation of 0 .. 2^bits - 1 that `key` selects; bits from 1 to 32."""

    __slots__ = ("_inner", "_low_bits", "_outer", "size")

    def __init__(self, key: bytes, bits: int) -> None:
        if not 1 <= bits <= 32:
            raise ValueError("a list has from 2 to 2^32 entries")
        if not MIN_KEY_BYTES <= len(key) <= _HASH_BLOCK_BYTES:
            raise ValueError(f"a key has from {MIN_KEY_BYTES} to {_HASH_BLOCK_BYTES} bytes")
        padded = key.ljust(_HASH_BLOCK_BYTES, b"\0")
        self._inner = hashlib.sha256(padded.translate(_INNER))
        self._outer = hashlib.sha256(padded.translate(_OUTER))
        self._low_bits = bits // 2
        self.size = 1 << bits

    def index(self, counter: int) -> int:
        """The index for the `counter`-th credential of the list, counting from 0."""
        if not 0 <= counter < self.size:
            raise ValueError(f"counter {counter} is beyond a list of {self.size} entries")
        low_bits, high_bits = self._low_bits, self.size.bit_length() - 1 - self._low_bits
        left, right = counter >> low_bits, counter & (1 << low_bits) - 1
        left_bits, right_bits = high_bits, low_bits
        for number in range(_ROUNDS):
            left, right = right, left ^ self._round(number, right, left_bits)
            left_bits, right_bits = right_bits, left_bits
        return left << right_bits | right

    def _round(self, number: int, half: int, bits: int) -> int:
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(number.to_bytes(1, "big") + half.to_bytes(4, "big"))
        outer.update(inner.digest())
        return int.from_bytes(outer.digest()[:4], "big") & (1 << bits) - 1
