"""Status lists: the status of a million credentials in a few kilobytes.

Token Status List, draft -21, sections 4, 6 and 7. A list is an array of 1, 2, 4 or 8 bits an entry, packed from the
least significant bit, and travels as zlib. A credential refers to it by address and index, in the same two members in
JSON and CBOR. Values are numbers; the three that the draft names are `Status`. Inflation is bounded before a byte is
allocated, whatever the peer sends.

Left out: the token around a list (`status_token`), which index to give out (`index_permutation`), identifier lists
(ISO/IEC 18013-5, second edition).
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from vc_core.addresses import LoopbackHttp, require_url
from vc_core.rejection import Rejection

BITS = (1, 2, 4, 8)
MAX_INFLATED = 2**24 // 8
"""Bytes: 2^24 entries of one bit, or 2^21 of eight."""
MAX_INDEX = 2**53 - 1
"""The largest integer that every JSON reader keeps exact (RFC 8259, section 6)."""


class Status(IntEnum):
    """Section 7.1. 0x03 and 0x0C to 0x0F are the application's own, all others reserved."""

    VALID = 0
    INVALID = 1
    SUSPENDED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusReference:
    """Where a credential's status stands (section 6): the list's address, and the entry's index."""

    uri: str
    idx: int

    def claim(self) -> dict[str, dict[str, int | str]]:
        """The value of `status`, in JSON and CBOR alike."""
        return {"status_list": {"idx": self.idx, "uri": self.uri}}


def parse_status_reference(
    status: object, *, policy: LoopbackHttp = LoopbackHttp.ALLOWED, where: str = "/status"
) -> StatusReference:
    """The value of a credential's `status` claim, of the MSO's `status` or of CWT claim 65535 (sections 6.2, 6.3).

    Whether the address may be asked is the trust list's say. Rejects with `status_malformed`,
    `status_mechanism_unknown`, `status_index_malformed`, `url_malformed` or `url_not_https`.
    """
    section = "Token Status List, section 6.2"
    if not isinstance(status, Mapping):
        raise Rejection("status_malformed", where=where, section=section)
    if "status_list" not in status:
        raise Rejection("status_mechanism_unknown", where=where, section=section)
    reference, place = status["status_list"], f"{where}/status_list"
    if not isinstance(reference, Mapping) or "idx" not in reference or "uri" not in reference:
        raise Rejection("status_malformed", where=place, section=section)
    idx = reference["idx"]
    if type(idx) is not int or not 0 <= idx <= MAX_INDEX:
        raise Rejection("status_index_malformed", where=f"{place}/idx", section=section)
    return StatusReference(uri=require_url(reference["uri"], policy=policy, where=f"{place}/uri"), idx=idx)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusList:
    """A list in memory; data: packed entries (section 4.1), entry 0 in the low bits of the first byte."""

    bits: int
    data: bytes

    def __post_init__(self) -> None:
        if self.bits not in BITS:
            raise ValueError("a status has 1, 2, 4 or 8 bits")

    @classmethod
    def of(cls, values: Mapping[int, int], *, bits: int, size: int) -> "StatusList":
        """A list of `size` entries (a multiple of 8 / bits), 0 but where `values` says otherwise."""
        if size % (8 // bits):
            raise ValueError("the entries fill whole bytes")
        return cls(bits=bits, data=bytes(size * bits // 8)).replace(values)

    def __len__(self) -> int:
        return len(self.data) * 8 // self.bits

    def value(self, idx: int) -> int:
        """The entry at `idx`. Rejects with `status_index_out_of_range` (section 8.3, step 7)."""
        if not 0 <= idx < len(self):
            raise Rejection(
                "status_index_out_of_range",
                section="Token Status List, section 8.3",
                evidence={"idx": idx, "size": len(self)},
            )
        position, shift = divmod(idx * self.bits, 8)
        return self.data[position] >> shift & (1 << self.bits) - 1

    def replace(self, values: Mapping[int, int]) -> "StatusList":
        """A copy with these entries changed."""
        bits, data, mask = self.bits, bytearray(self.data), (1 << self.bits) - 1
        for idx, value in values.items():
            if not (0 <= idx < len(self) and 0 <= value <= mask):
                raise ValueError(f"no entry {idx} with value {value} in {len(self)} entries of {bits} bits")
            position, shift = divmod(idx * bits, 8)
            data[position] = data[position] & ~(mask << shift) | value << shift
        return StatusList(bits=bits, data=bytes(data))

    def deflate(self) -> "DeflatedList":
        """As it travels, once for all tokens that carry it; highest compression (section 4.1)."""
        return DeflatedList(bits=self.bits, lst=zlib.compress(self.data, 9))


@dataclass(frozen=True, slots=True, kw_only=True)
class DeflatedList:
    """A list as it travels; lst: zlib (RFC 1950) of the packed entries."""

    bits: int
    lst: bytes

    def inflate(self, *, max_bytes: int = MAX_INFLATED) -> StatusList:
        """Rejects with `status_list_not_zlib`, `status_list_too_large` or `status_list_truncated`.

        The output is made once and never copied. Bytes after the zlib stream are refused as `status_list_not_zlib`.
        """
        section = "Token Status List, section 4.1"
        inflater = zlib.decompressobj()
        try:
            data = inflater.decompress(self.lst, max_bytes + 1)
        except zlib.error:
            raise Rejection("status_list_not_zlib", section=section) from None
        if len(data) > max_bytes:
            raise Rejection("status_list_too_large", section=section, evidence={"limit": max_bytes})
        if not inflater.eof:
            raise Rejection("status_list_truncated", section=section)
        if inflater.unused_data:
            raise Rejection("status_list_not_zlib", section=section)
        return StatusList(bits=self.bits, data=data)


def parse_bits(value: object, *, where: str) -> int:
    """Rejects with `status_bits_wrong` unless it is 1, 2, 4 or 8."""
    if type(value) is not int or value not in BITS:
        raise Rejection("status_bits_wrong", where=where, section="Token Status List, section 4.2")
    return value
