"""The protocol of a key ceremony: what was done, signed by each officer who was there.

A protocol is JSON: a statement, and for each officer a compact JWS (RFC 7515) whose payload is the statement, byte for
byte. It holds if two known officers have signed the same statement and the certificate in it is that of its key.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate, load_pem_x509_certificate

from issuer.audit import certificate_digest, key_id
from issuer.institutions import Institution, KeyUse
from socsec.key_officers import MAX_BYTES, NEEDED, OFFICERS
from vc_core import base64url, jose, strict_json
from vc_core.members import Members
from vc_core.rejection import Rejection
from vc_core.signer import PublicKey, Signer

TYP = "key-ceremony+jwt"
_PLACE = "RFC 7515, section 5.2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """statement: canonical bytes. signatures: by officer, compact JWS over the statement."""

    statement: bytes
    signatures: Mapping[str, str]

    @property
    def digest(self) -> str:
        """SHA-256 of the statement as base64url: how the audit log names the ceremony."""
        return base64url.encode(hashlib.sha256(self.statement).digest())

    def text(self) -> str:
        signatures = [{"officer": name, "jws": jws} for name, jws in self.signatures.items()]
        return json.dumps({"statement": json.loads(self.statement), "signatures": signatures}, indent=2) + "\n"


def make_protocol(
    institution: Institution, use: KeyUse, certificate: Certificate, officers: Mapping[str, Signer], *, now: datetime
) -> Protocol:
    """officers: who is there, by name."""
    old = institution.signer(use).chain[0]
    statement = strict_json.dump(
        {
            "ceremony": use,
            "institution": institution.id,
            "name": institution.name,
            "at": now.replace(microsecond=0).isoformat().replace("+00:00", "Z"),
            "needed": NEEDED,
            "of": OFFICERS,
            "officers": sorted(officers),
            "key": key_id(certificate),
            "certificate": certificate_digest(certificate),
            "certificate_pem": certificate.public_bytes(Encoding.PEM).decode(),
            "retired_key": key_id(old),
        }
    )
    signed = {name: jose.sign_jws({"typ": TYP, "kid": name}, statement, key) for name, key in sorted(officers.items())}
    return Protocol(statement=statement, signatures=signed)


def check_protocol(text: str, officers: Mapping[str, PublicKey]) -> Mapping[str, Any]:
    """The statement of a protocol that holds. officers: all that are known.

    1. A protocol. `json_*`, `<member>_missing`, `<member>_malformed`
    2. Each signature is a known officer's, one for each, over this statement. `officer_unknown`, `officer_repeated`,
       `statement_differs`, `signature_invalid` and as `jose.parse_jws` rejects
    3. Enough of them, those whom the statement names. `officers_too_few`, `officers_differ`
    4. The certificate is the one that is named. `certificate_malformed`, `certificate_differs`
    """
    protocol = Members(strict_json.parse_object(text, max_bytes=MAX_BYTES), "", _PLACE)  # 1
    statement = protocol.required("statement", dict)
    signed_by = [_signer(one, statement, officers) for one in protocol.items("signatures")]  # 2
    if len(set(signed_by)) != len(signed_by):
        raise Rejection("officer_repeated", where="/signatures", section=_PLACE)
    if len(signed_by) < NEEDED:  # 3
        raise Rejection("officers_too_few", where="/signatures", evidence={"signed": len(signed_by), "needed": NEEDED})
    if statement.get("officers") != sorted(signed_by):
        raise Rejection("officers_differ", where="/statement/officers", section=_PLACE)
    _require_certificate(Members(statement, "/statement", _PLACE))  # 4
    return statement


def _signer(signature: object, statement: Mapping[str, Any], officers: Mapping[str, PublicKey]) -> str:
    members = Members.of(signature, called="signature", where="/signatures", section=_PLACE)
    name = members.required("officer", str)
    if name not in officers:
        raise Rejection("officer_unknown", where="/signatures", section=_PLACE)
    jws = jose.parse_jws(members.required("jws", str), where="/signatures")
    jose.require_type(jws, TYP)
    jose.verify_jws(jws, officers[name])
    if jws.header.get("kid") != name or jws.payload != strict_json.dump(statement):
        raise Rejection("statement_differs", where="/signatures", section=_PLACE)
    return name


def _require_certificate(statement: Members) -> None:
    try:
        certificate = load_pem_x509_certificate(statement.required("certificate_pem", str).encode())
    except ValueError:
        raise statement.reject("certificate_malformed", "certificate_pem") from None
    named = (statement.required("key", str), statement.required("certificate", str))
    if named != (key_id(certificate), certificate_digest(certificate)):
        raise statement.reject("certificate_differs", "certificate")
