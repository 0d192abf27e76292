"""Signed heads of the audit log: where an institution's chain ended at an instant, signed by the institution.

A head is a compact JWS (RFC 7515) by the institution's status signer, whose chain is in `x5c`. Heads are numbered, and
each names the digest of the one before it. Whoever keeps a copy elsewhere can later show that everything before it is
still as it was; without such a copy nothing shows that the newest entries and heads were cut off together.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from cryptography.x509 import Certificate

from issuer.audit import Position
from vc_core import base64url, jose
from vc_core.certificate import organization_identifier, public_key
from vc_core.members import Members
from vc_core.rejection import Rejection
from vc_core.signer import Signer
from vc_core.x509 import STATUS_SIGNER, validate_chain

TYP = "audit-head+jwt"
_SECTION = "RFC 7515, section 5.2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """number: from 1. end: of the chain. previous: SHA-256 of the head before, None for the first. signed_at: whole
    seconds, UTC."""

    institution_id: str
    number: int
    end: Position
    previous: bytes | None
    signed_at: datetime

    @property
    def day(self) -> date:
        return self.signed_at.date()


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedHead:
    """A head with its JWS; as it lies in the database the two may differ."""

    head: Head
    jws: str

    @property
    def digest(self) -> bytes:
        """SHA-256 of the JWS: how the next head names this one."""
        return hashlib.sha256(self.jws.encode()).digest()


def sign_head(head: Head, signer: Signer) -> SignedHead:
    payload = {
        "institution": head.institution_id,
        "number": head.number,
        "sequence": head.end.sequence,
        "hash": base64url.encode(head.end.hash),
        "iat": int(head.signed_at.timestamp()),
        **({} if head.previous is None else {"previous": base64url.encode(head.previous)}),
    }
    header = {"typ": TYP, "x5c": jose.x5c_header(signer.chain)}
    return SignedHead(head=head, jws=jose.sign_jws(header, payload, signer))


def read_head(jws: str, anchors: Sequence[Certificate]) -> Head:
    """What a head says, if the institution signed it. anchors: roots that certify institutions.

    1. A JWS of this kind. As `jose.parse_jws` rejects, `type_wrong`
    2. Signed with the key of its certificate. `signature_invalid`
    3. What it says. As `Members` rejects
    4. The certificate was the institution's, for this purpose, when it signed. As `x509.validate_chain` rejects,
       `institution_wrong`
    """
    parsed = jose.parse_jws(jws)  # 1
    jose.require_type(parsed, TYP)
    chain = jose.parse_x5c(parsed.header)
    jose.verify_jws(parsed, public_key(chain[0]), jose.ALGORITHMS)  # 2
    claims = Members(parsed.claims(), "/payload", _SECTION)  # 3
    previous = claims.optional("previous", str)
    head = Head(
        institution_id=claims.required("institution", str),
        number=claims.required("number", int),
        end=Position(sequence=claims.required("sequence", int), hash=base64url.decode(claims.required("hash", str))),
        previous=None if previous is None else base64url.decode(previous),
        signed_at=datetime.fromtimestamp(claims.required("iat", int), UTC),
    )
    validate_chain(chain, anchors, head.signed_at, STATUS_SIGNER)  # 4
    if organization_identifier(chain[0]) != head.institution_id:
        raise Rejection("institution_wrong", where="/payload/institution", section="RFC 5280, section 4.1.2.6")
    return head
