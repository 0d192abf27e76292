"""Making an IssuerSigned: digests, mobile security object, signature (ISO/IEC 18013-5, 9.1.2).

Two steps, so that what is about to be signed can be looked at: `plan_issuer_signed` decides everything, `sign` signs.
Salts and places of the elements come from one draw of randomness; items, digestIDs and digests stand in that random
order, so that none shows which element is which. Left out: digests other than SHA-256. Presenting is in `presenting`.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from vc_core import cbor, cose
from vc_core.mdoc.items import MIN_RANDOM_BYTES, encode_item
from vc_core.mdoc.mobile_security_object import VERSION, KeyAuthorizations, ValidityInfo
from vc_core.signer import PublicKey, RandomBytes, Signer

DIGEST_ALGORITHM = "SHA-256"

_ORDER_BYTES = 8
_DRAW_BYTES = _ORDER_BYTES + MIN_RANDOM_BYTES

NameSpaces = Mapping[str, Mapping[str, object]]
"""Element values by namespace and element identifier, as `cbor.dumps` takes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerSignedPlan:
    """An IssuerSigned but for the signature. mso: the MobileSecurityObject as `cbor.dumps` takes it."""

    name_spaces: Mapping[str, tuple[cbor.Tagged24, ...]]
    mso: Mapping[str, object]


def issue(
    *,
    doc_type: str,
    namespaces: NameSpaces,
    device_key: PublicKey | None,
    signed: datetime,
    valid_from: datetime,
    valid_until: datetime,
    signer: Signer,
    random: RandomBytes,
    status: Mapping[str, object] | None = None,
    key_authorizations: KeyAuthorizations | None = None,
) -> bytes:
    """CBOR of an IssuerSigned with every element: `plan_issuer_signed`, then `sign`."""
    plan = plan_issuer_signed(
        doc_type=doc_type,
        namespaces=namespaces,
        device_key=device_key,
        signed=signed,
        valid_from=valid_from,
        valid_until=valid_until,
        random=random,
        status=status,
        key_authorizations=key_authorizations,
    )
    return sign(plan, signer=signer)


def plan_issuer_signed(
    *,
    doc_type: str,
    namespaces: NameSpaces,
    device_key: PublicKey | None,
    signed: datetime,
    valid_from: datetime,
    valid_until: datetime,
    random: RandomBytes,
    status: Mapping[str, object] | None = None,
    key_authorizations: KeyAuthorizations | None = None,
) -> IssuerSignedPlan:
    """Items with their salts and digestIDs, and the MSO over them.

    device_key: None for a credential bound to no key. Instants: aware, written in whole seconds UTC; refused with
    `validity_order_wrong` unless signed <= valid_from < valid_until. random: called once.
    """
    validity = ValidityInfo(signed=signed, valid_from=valid_from, valid_until=valid_until)
    draws = _draws(random, sum(map(len, namespaces.values())))
    name_spaces = {name_space: _conceal(elements, draws) for name_space, elements in namespaces.items()}
    mso: dict[str, object] = {
        "version": VERSION,
        "digestAlgorithm": DIGEST_ALGORITHM,
        "valueDigests": {name_space: _digests(items) for name_space, items in name_spaces.items()},
        "deviceKeyInfo": _key_info(device_key, key_authorizations),
        "docType": doc_type,
        "validityInfo": {
            "signed": cbor.tdate(validity.signed),
            "validFrom": cbor.tdate(validity.valid_from),
            "validUntil": cbor.tdate(validity.valid_until),
        },
        "status": status,
    }
    present = {member: value for member, value in mso.items() if value is not None}
    return IssuerSignedPlan(name_spaces=name_spaces, mso=present)


def sign(plan: IssuerSignedPlan, *, signer: Signer) -> bytes:
    """CBOR of the IssuerSigned: the MSO signed, the signer's chain in `x5chain` (ISO/IEC 18013-5, 9.1.2.4)."""
    payload = cbor.tag24(cbor.dumps(plan.mso)).raw
    issuer_auth = cose.sign1(payload, signer=signer, unprotected=cose.x5chain_header(signer.chain))
    return cbor.dumps({"nameSpaces": plan.name_spaces, "issuerAuth": issuer_auth.array()})


def _draws(random: RandomBytes, count: int) -> Iterator[tuple[bytes, bytes]]:
    """For each element 8 bytes that decide its place, and its salt."""
    material = random(count * _DRAW_BYTES)
    for start in range(0, count * _DRAW_BYTES, _DRAW_BYTES):
        salt = start + _ORDER_BYTES
        yield material[start:salt], material[salt : start + _DRAW_BYTES]


def _conceal(elements: Mapping[str, object], draws: Iterator[tuple[bytes, bytes]]) -> tuple[cbor.Tagged24, ...]:
    """The items of one namespace in random order, which is also the order of their digestIDs."""
    shuffled = sorted((order, salt, *element) for element, (order, salt) in zip(elements.items(), draws, strict=False))
    return tuple(
        [encode_item(index, salt, identifier, value) for index, (_, salt, identifier, value) in enumerate(shuffled)]
    )


def _digests(items: tuple[cbor.Tagged24, ...]) -> dict[int, bytes]:
    return {digest_id: hashlib.sha256(item.raw).digest() for digest_id, item in enumerate(items)}


def _key_info(key: PublicKey | None, granted: KeyAuthorizations | None) -> dict[str, object] | None:
    if key is None:
        return None
    info: dict[str, object] = {"deviceKey": cose.cose_key(key)}
    if granted is not None:
        authorizations: dict[str, object] = {
            "nameSpaces": sorted(granted.name_spaces),
            "dataElements": {name_space: sorted(elements) for name_space, elements in granted.elements.items()},
        }
        info["keyAuthorizations"] = {member: value for member, value in authorizations.items() if value}
    return info
