"""IssuerSignedItem: one data element with the salt that hides it (ISO/IEC 18013-5, 9.1.2.4 and 8.3.2.1.2.2).

An item travels as IssuerSignedItemBytes, `#6.24(bstr .cbor IssuerSignedItem)`; its digest is over all of these bytes as
they came. Digests are compared in `issuer_signed`; which value an element may have is the credential type's business.
"""

import math
from collections.abc import Mapping
from operator import itemgetter
from typing import NamedTuple

from vc_core import cbor
from vc_core.rejection import Rejection

MIN_RANDOM_BYTES = 16

LEAST_INTEGER = -(2**63)
"""CBOR goes down to -2^64, which no reader of JSON keeps."""

_SECTION = "ISO/IEC 18013-5, 8.3.2.1.2.2"
_read_members = itemgetter("digestID", "random", "elementIdentifier", "elementValue")


class IssuerSignedItem(NamedTuple):
    """One data element. encoded: IssuerSignedItemBytes as received, what the digest covers.

    A tuple, since dozens are read for each credential and a frozen dataclass takes three times as long to make.
    """

    digest_id: int
    random: bytes
    identifier: str
    value: object
    encoded: cbor.Tagged24


def parse_item(encoded: object, where: str) -> IssuerSignedItem:
    """One of the array of a namespace, as `cbor.loads` gave it.

    Rejections: item_not_tagged, item_malformed, item_random_too_short, element_value_unsupported, or as `cbor.loads`.
    """
    if type(encoded) is not cbor.Tagged24:
        raise Rejection("item_not_tagged", where=where, section=_SECTION)
    members = cbor.loads(encoded.content, where=where)
    try:
        digest_id, random, identifier, value = _read_members(members)
    except (KeyError, TypeError, IndexError):
        raise Rejection("item_malformed", where=where, section=_SECTION) from None
    if type(digest_id) is not int or digest_id < 0 or type(random) is not bytes or type(identifier) is not str:
        raise Rejection("item_malformed", where=where, section=_SECTION)
    if len(random) < MIN_RANDOM_BYTES:
        raise Rejection("item_random_too_short", where=where, section="ISO/IEC 18013-5, 9.1.2.4")
    if type(value) is not str and not is_data(value):
        raise Rejection("element_value_unsupported", where=where, section=_SECTION)
    return IssuerSignedItem(digest_id, random, identifier, value, encoded)


def encode_item(digest_id: int, random: bytes, identifier: str, value: object) -> cbor.Tagged24:
    """IssuerSignedItemBytes; the value is anything that `cbor.dumps` takes."""
    item = {"digestID": digest_id, "random": random, "elementIdentifier": identifier, "elementValue": value}
    return cbor.tag24(cbor.dumps(item))


def is_data(value: object) -> bool:
    """Whether a value is data: no `undefined`, NaN, infinity, integer below 64 bits, embedded CBOR, COSE message or
    key of another type."""
    match value:
        case None | bool() | str() | bytes():
            return True
        case int():
            return value >= LEAST_INTEGER
        case float():
            return math.isfinite(value)
        case list():
            return all(map(is_data, value))
        case Mapping():
            return all(type(key) in (str, int) and is_data(item) for key, item in value.items())
        case cbor.CBORTag():
            return value.tag in (cbor.TDATE, cbor.FULL_DATE)
        case _:
            return False
