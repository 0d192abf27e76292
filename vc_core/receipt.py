"""Verification receipts: a signed note that a document was checked, when, by whom and with which result.

Without personal data: the document appears as a salted hash of type, institution and number, which only somebody who
has the document can recompute; the evidence as hashes of the trust list and of the status lists, which can be held
against the history that institutions publish. A compact JWS of the verifier's access key, so that it can be checked
years later as of its own time. Ours; no specification defines one. Left out: time stamps of a third party.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from cryptography import x509

from vc_core import base64url
from vc_core.jose import parse_jws, parse_x5c, require_type, sign_jws, verify_jws, x5c_header
from vc_core.jwt_claims import numeric_date
from vc_core.members import Members
from vc_core.rejection import Rejection
from vc_core.signer import RandomBytes, Signer
from vc_core.trust import TrustLists
from vc_core.verdict import Document, Verdict, Word
from vc_core.verification import Evidence, StatusFetched
from vc_core.x509 import ACCESS_CERTIFICATE, public_key, require_path, require_profile

TYP = "verification-receipt+jwt"
MAX_BYTES = 32 * 1024
SALT_BYTES = 16

_WHERE = "/payload"
_LATEST = datetime(9999, 1, 1, tzinfo=UTC).timestamp()


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentHash:
    """salt: 16 bytes, fresh for each receipt, so that two receipts do not tell that they are about one document."""

    salt: bytes
    digest: bytes

    @classmethod
    def of(cls, document: Document, salt: bytes) -> Self:
        """SHA-256 over salt, type, institution and number, each but the salt ended by a zero byte."""
        parts = (document.type_id, document.institution_id, document.document_number)
        text = b"".join(part.encode() + b"\0" for part in parts)
        return cls(salt=salt, digest=hashlib.sha256(salt + text).digest())

    def is_of(self, document: Document) -> bool:
        return hmac.compare_digest(self.digest, self.of(document, self.salt).digest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """verifier: its client identifier. document: None for one that could not be read, or has no number. trust_list:
    SHA-256 of the signed list, as `TrustList.digest`. status_lists: address -> base64url SHA-256 of the token."""

    verifier: str
    at: datetime
    word: Word
    policy: str
    document: DocumentHash | None
    trust_list: str
    status_lists: Mapping[str, str]


def make_receipt(
    verdict: Verdict, evidence: Evidence | None, *, verifier: str, policy: str, random: RandomBytes
) -> Receipt:
    """evidence: what the verdict rests on; None where nothing had to be known."""
    named = verdict.document.document_number != ""
    fetched = {} if evidence is None else evidence.status
    return Receipt(
        verifier=verifier,
        at=verdict.at.replace(microsecond=0),
        word=verdict.word,
        policy=policy,
        document=DocumentHash.of(verdict.document, random(SALT_BYTES)) if named else None,
        trust_list="" if evidence is None else _trust_list(verdict, evidence),
        status_lists={uri: list_digest(one.body) for uri, one in fetched.items() if isinstance(one, StatusFetched)},
    )


def _trust_list(verdict: Verdict, evidence: Evidence) -> str:
    """The only list, or that of several which has the issuer."""
    lists = TrustLists.of(evidence.trust)
    if len(lists.lists) == 1:
        return next((listed.digest for _, listed in lists.at_hand()), "")
    return str(verdict.check("trust.list").evidence.get("digest", ""))


def list_digest(body: bytes) -> str:
    """How a receipt names a status list token: base64url SHA-256 of its bytes as served."""
    return base64url.encode(hashlib.sha256(body).digest())


def encode_receipt(receipt: Receipt, signer: Signer) -> str:
    """The receipt as compact JWS with the signer's chain; members that say nothing are left out."""
    document = receipt.document
    claims: dict[str, Any] = {
        "iss": receipt.verifier,
        "iat": int(receipt.at.timestamp()),
        "verdict": receipt.word.value,
        "policy": receipt.policy,
        "document": document and {"salt": base64url.encode(document.salt), "sha256": base64url.encode(document.digest)},
        "trust_list": receipt.trust_list,
        "status_lists": [{"uri": uri, "sha256": digest} for uri, digest in receipt.status_lists.items()],
    }
    present = {name: value for name, value in claims.items() if value}
    return sign_jws({"typ": TYP, "x5c": x5c_header(signer.chain)}, present, signer)


def check_receipt(text: str, *, anchors: tuple[x509.Certificate, ...], now: datetime) -> Receipt:
    """A receipt somebody shows; anchors: authorities of verifiers' access certificates.

    1. A JWS of the right type.  as `parse_jws`, `type_wrong`
    2. Of a time that has been.  `iat_missing`, `iat_malformed`, `iat_in_future`
    3. Signed by a certified verifier, whose certificate held then.  as `parse_x5c`, `require_path`,
       `require_profile`, `verify_jws`
    4. Whole.  `<member>_missing`, `<member>_malformed`, `verdict_unknown`, as `base64url.decode`
    """
    jws = parse_jws(text, max_bytes=MAX_BYTES)  # 1
    require_type(jws, TYP)
    claims = Members(jws.claims(), _WHERE, "")
    at = _instant(claims, now)  # 2
    chain = parse_x5c(jws.header)  # 3
    require_path(chain, anchors, at)
    require_profile(chain[0], ACCESS_CERTIFICATE)
    verify_jws(jws, public_key(chain[0]))
    return Receipt(  # 4
        verifier=claims.required("iss", str),
        at=at,
        word=_word(claims),
        policy=claims.required("policy", str),
        document=_document(claims),
        trust_list=claims.optional("trust_list", str) or "",
        status_lists=dict(_status_lists(claims)),
    )


def require_about(receipt: Receipt, document: Document) -> None:
    """The receipt is about this document. Rejects with `document_not_named` or `document_mismatch`."""
    if receipt.document is None:
        raise Rejection("document_not_named", where=f"{_WHERE}/document")
    if not receipt.document.is_of(document):
        raise Rejection("document_mismatch", where=f"{_WHERE}/document")


def _instant(claims: Members, now: datetime) -> datetime:
    seconds = numeric_date(claims.values, "iat", section="")
    if seconds is None:
        raise claims.reject("iat_missing", "iat")
    if not 0 <= seconds <= min(now.timestamp(), _LATEST):
        raise claims.reject("iat_in_future", "iat")
    return datetime.fromtimestamp(seconds, UTC)


def _word(claims: Members) -> Word:
    try:
        return Word(claims.required("verdict", str))
    except ValueError:
        raise claims.reject("verdict_unknown", "verdict") from None


def _document(claims: Members) -> DocumentHash | None:
    if "document" not in claims.values:
        return None
    members = claims.object("document")
    octets = {
        name: base64url.decode(members.required(name, str), where=members.at(name)) for name in ("salt", "sha256")
    }
    return DocumentHash(salt=octets["salt"], digest=octets["sha256"])


def _status_lists(claims: Members) -> list[tuple[str, str]]:
    found = []
    for index, item in enumerate(claims.optional_items("status_lists")):
        where = f"{claims.at('status_lists')}/{index}"
        members = Members.of(item, called="status_lists", where=where, section="")
        found.append((members.required("uri", str), members.required("sha256", str)))
    return found
