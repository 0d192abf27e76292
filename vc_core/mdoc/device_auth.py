"""The holder's proof of an mdoc: deviceSignature and deviceMac (ISO/IEC 18013-5, 9.1.3).

Both cover DeviceAuthentication: session transcript, document type and the device's own elements. The transcript comes
as CBOR from `session_transcript`, is embedded as it is, and ties the proof to one request. The MAC's key is agreed
between the device key and a key of the reader. Left out: which of the two a reader asks for.
"""

import hashlib
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from vc_core import cbor, cose
from vc_core.mdoc.device_response import Document
from vc_core.rejection import Rejection
from vc_core.signer import KeyAgreement, PublicKey, Signer

_CONTEXT = cbor.dumps("DeviceAuthentication")


@dataclass(frozen=True, slots=True, kw_only=True)
class MacHolder:
    """A holder that proves possession by a MAC: the device key, and the reader's public key."""

    key: KeyAgreement
    reader_key: PublicKey


def device_authentication(session_transcript: bytes, doc_type: str, name_spaces: cbor.Tagged24) -> bytes:
    """DeviceAuthenticationBytes: `#6.24(bstr .cbor DeviceAuthentication)`, what is signed (ISO/IEC 18013-5, 9.1.3).

    session_transcript: CBOR, without tag 24. name_spaces: DeviceNameSpacesBytes, taken as received.
    """
    parts = (cbor.array_head(4), _CONTEXT, session_transcript, cbor.dumps(doc_type), name_spaces.raw)
    return cbor.tag24(b"".join(parts)).raw


def mac_key(own: KeyAgreement, peer: PublicKey, session_transcript: bytes) -> bytes:
    """EMacKey, 32 bytes, the same from either side (ISO/IEC 18013-5, 9.1.3)."""
    salt = hashlib.sha256(cbor.tag24(session_transcript).raw).digest()
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=b"EMacKey").derive(own.agree(peer))


def prove(
    holder: Signer | MacHolder, *, session_transcript: bytes, doc_type: str, name_spaces: cbor.Tagged24
) -> dict[str, object]:
    """deviceAuth as `cbor.dumps` takes it, its payload detached; arguments as `device_authentication`."""
    payload = device_authentication(session_transcript, doc_type, name_spaces)
    if isinstance(holder, MacHolder):
        key = mac_key(holder.key, holder.reader_key, session_transcript)
        return {"deviceMac": cose.mac0(payload, key=key, detached=True).array()}
    return {"deviceSignature": cose.sign1(payload, signer=holder, detached=True).array()}


def verify_device_auth(
    document: Document,
    session_transcript: bytes,
    *,
    algorithms: AbstractSet[int] = cose.HAIP_ALGORITHMS,
    reader: KeyAgreement | None = None,
) -> None:
    """Whether the MSO's device key made the proof for this session (ISO/IEC 18013-5, 9.1.3).

    session_transcript: our own, never the peer's. reader: our half of the key agreement; without it a MAC is refused.
    Rejections: device_key_missing, device_mac_unexpected, payload_attached, or as `cose.verify_sign1` and
    `cose.verify_mac0`.
    """
    key = document.issuer_signed.mso.device_key
    if key is None:
        raise Rejection("device_key_missing", where="/issuerAuth/deviceKeyInfo", section="ISO/IEC 18013-5, 9.1.3")
    payload = device_authentication(session_transcript, document.doc_type, document.device_signed.encoded)
    auth = document.device_signed.auth
    if isinstance(auth, cose.Sign1):
        cose.verify_sign1(auth, key, algorithms, payload=payload, where="/deviceSigned/deviceAuth/deviceSignature")
        return
    where = "/deviceSigned/deviceAuth/deviceMac"
    if reader is None:
        raise Rejection("device_mac_unexpected", where=where, section="ISO/IEC 18013-5, 9.1.3")
    if key.curve.name != reader.public_key.curve.name:
        raise Rejection("algorithm_key_mismatch", where=where, section="ISO/IEC 18013-5, 9.1.3")
    cose.verify_mac0(auth, mac_key(reader, key, session_transcript), payload=payload, where=where)
