"""Mobile security object: what the issuer of an mdoc signs (ISO/IEC 18013-5, 9.1.2.4).

The digests of all elements, the device key with what it may sign for, the document type, the validity and the status.
Here it is read; `issuing` writes it, `issuer_signed` compares the digests. Whether it is valid now, and what its status
reference says, is judged elsewhere.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from vc_core import cbor, cose
from vc_core.members import Members
from vc_core.rejection import Rejection
from vc_core.signer import PublicKey

VERSION = "1.0"
_SECTION = "ISO/IEC 18013-5, 9.1.2.4"
_INSTANTS = {
    "signed": "signed",
    "validFrom": "valid_from",
    "validUntil": "valid_until",
    "expectedUpdate": "expected_update",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidityInfo:
    """Aware UTC instants; refuses with `validity_order_wrong` unless signed <= valid_from < valid_until."""

    signed: datetime
    valid_from: datetime
    valid_until: datetime
    expected_update: datetime | None = None

    def __post_init__(self) -> None:
        if not self.signed <= self.valid_from < self.valid_until:
            raise Rejection("validity_order_wrong", where="/validityInfo", section=_SECTION)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyAuthorizations:
    """What the device key may sign for: whole namespaces, and single elements by namespace."""

    name_spaces: AbstractSet[str] = frozenset()
    elements: Mapping[str, AbstractSet[str]] = field(default_factory=dict)

    def cover(self, name_space: str, identifier: str) -> bool:
        return name_space in self.name_spaces or identifier in self.elements.get(name_space, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class MobileSecurityObject:
    """As signed. digest_algorithm: not yet judged. value_digests: by namespace and digestID.

    device_key: None for a credential bound to no key. status: as decoded, unread; None if absent.
    """

    version: str
    digest_algorithm: str
    value_digests: Mapping[str, Mapping[int, bytes]]
    device_key: PublicKey | None
    key_authorizations: KeyAuthorizations
    doc_type: str
    validity: ValidityInfo
    status: object | None


def parse_mso(payload: bytes, *, where: str = "") -> MobileSecurityObject:
    """The payload of issuerAuth, `#6.24(bstr .cbor MobileSecurityObject)`.

    Rejections: mso_not_tagged, mso_version_unsupported, validity_order_wrong, `<member>_missing` and
    `<member>_malformed` with members as snake_case, device_key_missing when there is a deviceKeyInfo without one, or as
    `cbor.loads`, `cbor.parse_tdate` and `cose.public_key_from_cose`.
    """
    embedded = cbor.loads(payload, where=where)
    if type(embedded) is not cbor.Tagged24:
        raise Rejection("mso_not_tagged", where=where, section=_SECTION)
    mso = Members.of(cbor.loads(embedded.content, where=where), called="mso", where=where, section=_SECTION)
    version = mso.required("version", str)
    if version != VERSION:
        raise mso.reject("mso_version_unsupported", "version")
    key_info = mso.optional("deviceKeyInfo", dict, called="device_key_info")
    device_key, authorizations = _read_key_info(key_info, mso.at("deviceKeyInfo"))
    return MobileSecurityObject(
        version=version,
        digest_algorithm=mso.required("digestAlgorithm", str, called="digest_algorithm"),
        value_digests=_read_digests(mso),
        device_key=device_key,
        key_authorizations=authorizations,
        doc_type=mso.required("docType", str, called="doc_type"),
        validity=_read_validity(mso.object("validityInfo", called="validity_info")),
        status=mso.values.get("status"),
    )


def _read_digests(mso: Members) -> Mapping[str, Mapping[int, bytes]]:
    value_digests: dict[str, dict[int, bytes]] = mso.required("valueDigests", dict, called="value_digests")
    for name_space, digests in value_digests.items():
        if type(name_space) is not str or type(digests) is not dict:
            raise mso.reject("value_digests_malformed", "valueDigests")
        for digest_id, digest in digests.items():
            if type(digest_id) is not int or digest_id < 0 or type(digest) is not bytes:
                raise mso.reject("value_digests_malformed", "valueDigests")
    return value_digests


def _read_key_info(key_info: Mapping[Any, Any] | None, where: str) -> tuple[PublicKey | None, KeyAuthorizations]:
    if key_info is None:
        return None, KeyAuthorizations()
    members = Members(key_info, where, _SECTION)
    key = cose.public_key_from_cose(
        members.required("deviceKey", dict, called="device_key"), where=f"{where}/deviceKey"
    )
    granted = members.optional("keyAuthorizations", dict, called="key_authorizations")
    if granted is None:
        return key, KeyAuthorizations()
    name_spaces, elements = granted.get("nameSpaces", []), granted.get("dataElements", {})
    if not _all_texts(name_spaces) or type(elements) is not dict or not all(map(_all_texts, elements.values())):
        raise members.reject("key_authorizations_malformed", "keyAuthorizations")
    by_name_space = {name_space: frozenset(identifiers) for name_space, identifiers in elements.items()}
    return key, KeyAuthorizations(name_spaces=frozenset(name_spaces), elements=by_name_space)


def _all_texts(value: object) -> bool:
    return type(value) is list and all(type(text) is str for text in value)


def _read_validity(info: Members) -> ValidityInfo:
    instants = {
        name: cbor.parse_tdate(info.values[wire], where=info.at(wire))
        for wire, name in _INSTANTS.items()
        if wire in info.values
    }
    for wire, name in _INSTANTS.items():
        if name not in instants and wire != "expectedUpdate":
            raise info.reject(f"{name}_missing", wire)
    return ValidityInfo(**instants)
