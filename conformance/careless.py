"""A wallet that checks nothing: it presents a credential that an honest wallet would not have kept.

A credential that no parser reads still reaches verifiers, because not every wallet looks at what it holds. The whole of
it is shown, unread, with a holder's proof that is made as it should be.
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime

from vc_core import base64url, cbor, jose, mdoc
from vc_core.formats import mso_mdoc, sd_jwt_vc
from vc_core.formats.base import HolderChallenge
from vc_core.rejection import Rejection
from vc_core.signer import SoftwareKey

Present = Callable[[str, str, HolderChallenge, SoftwareKey, datetime], str]
"""credential, identifier of its type, challenge, holder, instant -> presentation."""


def _sd_jwt(credential: str, _: str, challenge: HolderChallenge, holder: SoftwareKey, at: datetime) -> str:
    """RFC 9901, section 4.3: the hash is over the text as it is."""
    claims = {
        "iat": int(at.timestamp()),
        "aud": challenge.client_id,
        "nonce": challenge.nonce,
        "sd_hash": base64url.encode(hashlib.sha256(credential.encode()).digest()),
    }
    return credential + jose.sign_jws({"typ": "kb+jwt"}, claims, holder)


def _mdoc(credential: str, identifier: str, challenge: HolderChallenge, holder: SoftwareKey, _: datetime) -> str:
    """ISO/IEC 18013-5, 8.3.2.1.2.2: the bytes of IssuerSigned are joined in as they are."""
    try:
        issuer_signed = base64url.decode(credential)
    except Rejection:
        return credential
    name_spaces = cbor.tag24(cbor.dumps({}))
    auth = mdoc.prove(
        holder, session_transcript=mso_mdoc.transcript(challenge), doc_type=identifier, name_spaces=name_spaces
    )
    document = (
        b"\xa3", cbor.dumps("docType"), cbor.dumps(identifier), cbor.dumps("issuerSigned"), issuer_signed,
        cbor.dumps("deviceSigned"), cbor.dumps({"nameSpaces": name_spaces, "deviceAuth": auth}),
    )  # fmt: skip
    response = (
        b"\xa3", cbor.dumps("version"), cbor.dumps("1.0"), cbor.dumps("documents"), b"\x81", *document,
        cbor.dumps("status"), cbor.dumps(0),
    )  # fmt: skip
    return base64url.encode(b"".join(response))


PRESENT: Mapping[str, Present] = {sd_jwt_vc.ID: _sd_jwt, mso_mdoc.ID: _mdoc}
