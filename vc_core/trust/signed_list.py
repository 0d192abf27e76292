"""The trust list as it is published: a compact JWS by its operator (JAdES baseline B form; RFC 7515).

The operator's certificate is pinned by every reader, out of band; a chain would only move the question of whom to
believe. A list is used only if it is signed by that certificate, in force now and not older than one seen before;
otherwise there is no list, and nobody is trusted. Left out: JAdES levels above B, countersignatures, JSON
serialisation.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.x509.oid import NameOID

from vc_core import base64url, jose, strict_json
from vc_core.rejection import Rejection
from vc_core.signer import Signer
from vc_core.trust import lote
from vc_core.trust.entities import SchemeOperator, TrustList
from vc_core.trust.lote_reading import read_document
from vc_core.x509 import LIST_OPERATOR, public_key, require_profile, require_valid_at

MAX_BYTES = 16 * 1024 * 1024
LONGEST_PERIOD = timedelta(days=184)
"""Six months (TS 119 602, table H.1)."""

_TYP = "JOSE"
_SECTION = "TS 119 602, clause 6.8"


def encode_trust_list(trust_list: TrustList, signer: Signer, now: datetime) -> str:
    """The list as a compact JWS, `x5c` the operator's certificate and `iat` the instant of signing."""
    if not _names(signer.chain[0], trust_list.operator):
        raise ValueError("the operator's certificate names another organization or territory than the list")
    header = {"typ": _TYP, "iat": int(now.timestamp()), "x5c": jose.x5c_header(signer.chain[:1])}
    return jose.sign_jws(header, lote.document(trust_list), signer)


def read_trust_list(
    text: str, *, operator: x509.Certificate | Sequence[x509.Certificate], now: datetime, minimum_sequence: int = 0
) -> TrustList:
    """A list that may be relied on now.

    operator: the pinned certificates; several while one replaces another.
    minimum_sequence: the highest sequence number accepted before.
    1. Form of the JWS. `trust_list_unsigned`, `trust_list_malformed`, `trust_list_typ_wrong`
    2. Its signer is pinned and good now. `trust_list_signer_missing`, `trust_list_signer_unknown`,
       `trust_list_signer_not_valid`
    3. Signature. `trust_list_signature_invalid`
    4. The document, as `lote_reading.read_document` rejects it, or `trust_list_malformed`.
    5. The list is the signer's. `trust_list_signer_name_wrong`
    6. Newest and in force. `trust_list_rolled_back`, `trust_list_from_future`, `trust_list_period_wrong`,
       `trust_list_stale`
    """
    jws = _parse(text)  # 1
    signer = _pinned_signer(jws, [operator] if isinstance(operator, x509.Certificate) else operator)  # 2
    with _told_as("trust_list_signer_not_valid"):
        require_valid_at(signer, now)
        require_profile(signer, LIST_OPERATOR)
    with _told_as("trust_list_signature_invalid"):  # 3
        jose.verify_jws(jws, public_key(signer), jose.ALGORITHMS)
    with _told_as("trust_list_malformed"):  # 4
        document = strict_json.parse_object(jws.payload, max_bytes=MAX_BYTES)
    trust_list = read_document(document, digest=base64url.encode(hashlib.sha256(text.encode("ascii")).digest()))
    if not _names(signer, trust_list.operator):  # 5
        raise Rejection("trust_list_signer_name_wrong", section=_SECTION)
    _require_in_force(trust_list, now, minimum_sequence)  # 6
    return trust_list


def _parse(text: str) -> jose.Jws:
    if text.lstrip().startswith("{"):
        raise Rejection("trust_list_unsigned", section=_SECTION)
    with _told_as("trust_list_malformed"):
        jws = jose.parse_jws(text, max_bytes=MAX_BYTES)
    if jws.header.get("typ") != _TYP:
        raise Rejection("trust_list_typ_wrong", where="/header/typ", section="RFC 7515, section 4.1.9")
    return jws


def _pinned_signer(jws: jose.Jws, pinned: Sequence[x509.Certificate]) -> x509.Certificate:
    if "x5c" not in jws.header:
        raise Rejection("trust_list_signer_missing", where="/header/x5c", section=_SECTION)
    with _told_as("trust_list_malformed"):
        signer = jose.parse_x5c(jws.header)[0]
    if signer not in pinned:
        raise Rejection("trust_list_signer_unknown", where="/header/x5c", section=_SECTION)
    return signer


def _names(certificate: x509.Certificate, operator: SchemeOperator) -> bool:
    """Subject O and C are SchemeOperatorName and SchemeTerritory."""
    expected = {NameOID.ORGANIZATION_NAME: operator.name, NameOID.COUNTRY_NAME: operator.territory}
    return all(
        [attribute.value for attribute in certificate.subject.get_attributes_for_oid(oid)] == [value]
        for oid, value in expected.items()
    )


def _require_in_force(trust_list: TrustList, now: datetime, minimum_sequence: int) -> None:
    if trust_list.sequence < minimum_sequence:
        evidence = {"sequence": trust_list.sequence, "minimum": minimum_sequence}
        raise Rejection("trust_list_rolled_back", section="TS 119 602, clause 6.3.2", evidence=evidence)
    if trust_list.issued_at > now:
        raise _out_of_force("trust_list_from_future", "6.3.14", trust_list.issued_at)
    if trust_list.next_update - trust_list.issued_at > LONGEST_PERIOD:
        raise _out_of_force("trust_list_period_wrong", "6.3.15", trust_list.next_update)
    if now >= trust_list.next_update:
        raise _out_of_force("trust_list_stale", "6.3.15", trust_list.next_update)


def _out_of_force(reason: str, clause: str, limit: datetime) -> Rejection:
    return Rejection(reason, section=f"TS 119 602, clause {clause}", evidence={"limit": limit.isoformat()})


@contextmanager
def _told_as(reason: str) -> Iterator[None]:
    """A refusal by a neighbouring module becomes one of the list's own, with the first reason as evidence."""
    try:
        yield
    except Rejection as cause:
        evidence = {**cause.evidence, "cause": cause.reason}
        raise Rejection(reason, where=cause.where, section=cause.section, evidence=evidence) from cause
