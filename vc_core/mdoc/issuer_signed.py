"""IssuerSigned: an mdoc as its issuer made it (ISO/IEC 18013-5, 8.3.2.1.2.2 and 9.1.2).

The elements by namespace, and issuerAuth, a COSE_Sign1 over the mobile security object with their digests. Parsing
settles the form; each of the questions that need an answer of their own is one function: `issuer_chain`,
`verify_issuer_auth`, `check_digests`. Whether the chain leads to somebody who may issue this is decided with `x509`.
"""

import hashlib
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from cryptography import x509

from vc_core import cbor, cose
from vc_core.mdoc.items import IssuerSignedItem, parse_item
from vc_core.mdoc.mobile_security_object import MobileSecurityObject, parse_mso
from vc_core.members import Members
from vc_core.rejection import Rejection
from vc_core.signer import PublicKey

_DIGESTS: Mapping[str, Callable[[bytes], "hashlib._Hash"]] = {
    "SHA-256": hashlib.sha256,
    "SHA-384": hashlib.sha384,
    "SHA-512": hashlib.sha512,
}
_SECTION = "ISO/IEC 18013-5, 8.3.2.1.2.2"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerSigned:
    """As received; nothing in it is verified. name_spaces: the elements shown, in the order received; may be empty."""

    name_spaces: Mapping[str, tuple[IssuerSignedItem, ...]]
    issuer_auth: cose.Sign1
    mso: MobileSecurityObject


def parse_issuer_signed(data: bytes, *, max_bytes: int = cbor.MAX_BYTES) -> IssuerSigned:
    """CBOR of IssuerSigned, as a credential response has it. Rejections as `read_issuer_signed` and `cbor.loads`."""
    return read_issuer_signed(cbor.loads(data, max_bytes=max_bytes))


def read_issuer_signed(value: object, *, where: str = "") -> IssuerSigned:
    """A decoded IssuerSigned.

    Rejections: issuer_signed_malformed, name_spaces_malformed, issuer_auth_missing, issuer_auth_malformed, mso_missing,
    or as `parse_item`, `cose.parse_sign1` (issuerAuth is not tagged) and `parse_mso`.
    """
    members = Members.of(value, called="issuer_signed", where=where, section=_SECTION)
    name_spaces = members.optional("nameSpaces", dict, called="name_spaces") or {}
    place = members.at("nameSpaces")
    for name_space, items in name_spaces.items():
        if type(name_space) is not str or type(items) is not list:
            raise members.reject("name_spaces_malformed", "nameSpaces")
    if "issuerAuth" not in members.values:
        raise members.reject("issuer_auth_missing", "issuerAuth")
    place_of_auth = members.at("issuerAuth")
    issuer_auth = cose.parse_sign1(members.values["issuerAuth"], tagging=cose.Tagging.FORBIDDEN, where=place_of_auth)
    if issuer_auth.payload is None:
        raise members.reject("mso_missing", "issuerAuth")
    return IssuerSigned(
        name_spaces={
            name_space: tuple([parse_item(item, f"{place}/{name_space}") for item in items])
            for name_space, items in name_spaces.items()
        },
        issuer_auth=issuer_auth,
        mso=parse_mso(issuer_auth.payload, where=place_of_auth),
    )


def issuer_chain(issuer_signed: IssuerSigned) -> tuple[x509.Certificate, ...]:
    """The issuer's certificates, leaf first, unjudged; a chain in the protected header is let pass.

    Rejections as `cose.x5chain`.
    """
    auth = issuer_signed.issuer_auth
    return cose.x5chain(auth.unprotected, auth.protected, where="/issuerAuth")


def verify_issuer_auth(
    issuer_signed: IssuerSigned, key: PublicKey, algorithms: AbstractSet[int] = cose.HAIP_ALGORITHMS
) -> None:
    """Whether `key` (of the document signer's certificate) signed the MSO. Rejections as `cose.verify_sign1`."""
    cose.verify_sign1(issuer_signed.issuer_auth, key, algorithms, where="/issuerAuth")


def check_digests(issuer_signed: IssuerSigned) -> None:
    """Whether every element shown is one the MSO has the digest of (ISO/IEC 18013-5, 9.3.1).

    1. The digest algorithm is one the standard names. `digest_algorithm_unknown`
    2. Something is shown. `name_spaces_empty`
    3. No namespace shows a digestID, element or salt twice. `digest_id_repeated`, `element_repeated`, `random_repeated`
    4. The MSO has the namespace and the digestID. `name_space_unknown`, `digest_id_unknown`
    5. The digest is that of the bytes received. `digest_mismatch`, or `digest_untagged` when it was made without tag 24
    """
    mso = issuer_signed.mso
    digest = _DIGESTS.get(mso.digest_algorithm)  # 1
    if digest is None:
        raise Rejection(
            "digest_algorithm_unknown", where="/issuerAuth/digestAlgorithm", section="ISO/IEC 18013-5, 9.1.2.4"
        )
    if not issuer_signed.name_spaces or not all(issuer_signed.name_spaces.values()):  # 2
        raise Rejection("name_spaces_empty", where="/nameSpaces", section=_SECTION)
    for name_space, items in issuer_signed.name_spaces.items():
        _require_distinct(name_space, items)  # 3
        if name_space not in mso.value_digests:  # 4
            raise Rejection("name_space_unknown", where=f"/nameSpaces/{name_space}", section="ISO/IEC 18013-5, 9.3.1")
        expected = mso.value_digests[name_space]
        for item in items:
            if digest(item.encoded.raw).digest() != expected.get(item.digest_id):  # 4, 5
                raise _mismatch(name_space, item, expected, digest)


def _require_distinct(name_space: str, items: tuple[IssuerSignedItem, ...]) -> None:
    for reason, values in (
        ("digest_id_repeated", {item.digest_id for item in items}),
        ("element_repeated", {item.identifier for item in items}),
        ("random_repeated", {item.random for item in items}),
    ):
        if len(values) != len(items):
            raise Rejection(reason, where=f"/nameSpaces/{name_space}", section="ISO/IEC 18013-5, 9.1.2.4")


def _mismatch(
    name_space: str,
    item: IssuerSignedItem,
    expected: Mapping[int, bytes],
    digest: Callable[[bytes], "hashlib._Hash"],
) -> Rejection:
    signed = expected.get(item.digest_id)
    if signed is None:
        reason = "digest_id_unknown"
    elif digest(item.encoded.content).digest() == signed:
        reason = "digest_untagged"
    else:
        reason = "digest_mismatch"
    return Rejection(
        reason,
        where=f"/nameSpaces/{name_space}/{item.identifier}",
        section="ISO/IEC 18013-5, 9.3.1",
        evidence={
            "digest_id": item.digest_id,
            "expected": signed.hex() if signed is not None else None,
            "actual": digest(item.encoded.raw).hexdigest(),
        },
    )
