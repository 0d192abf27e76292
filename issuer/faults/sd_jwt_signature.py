"""Faults of the issuer-signed JWT: serialisation, header and signature (RFC 9901, section 4; RFC 7515; RFC 8725)."""

import hashlib
import hmac

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from issuer.faults.desk import flipped
from issuer.faults.sd_jwt_draft import SdJwtDraft, in_draft, in_jwt, in_text
from vc_core import jose, strict_json

_TYPE, _HEADER, _SIGNATURE = "SD-JWT VC, section 2.2.1", "RFC 7515, section 4.1.11", "RFC 9901, section 7.1"
_SERIALISATION = "RFC 9901, section 4"
DEEP = 64


def _alg_none(draft: SdJwtDraft) -> None:
    draft.header["alg"] = "none"
    draft.seal = lambda _: b""


def _alg_hs256(draft: SdJwtDraft) -> None:
    """The public key, which everybody has, used as a secret."""
    draft.header["alg"] = "HS256"
    secret = draft.key.public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    draft.seal = lambda data: hmac.digest(secret, data, hashlib.sha256)


def _der_signature(draft: SdJwtDraft) -> None:
    def seal(data: bytes) -> bytes:
        raw = draft.key.sign(data)
        return encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))

    draft.seal = seal


def _repeated_claim(draft: SdJwtDraft) -> None:
    octets = strict_json.dump(draft.payload)
    draft.octets = octets[:-1] + b',"iat":1' + octets[-1:]


def _deep_claim(draft: SdJwtDraft) -> None:
    draft.octets = strict_json.dump(draft.payload)[:-1] + b',"deep":' + b"[" * DEEP + b"]" * DEEP + b"}"


def _bound(draft: SdJwtDraft) -> None:
    """A proof stands where the holder's will; the issuer has no business making one."""
    draft.end = jose.sign_jws({"typ": "kb+jwt"}, {"nonce": "", "aud": "", "iat": 0, "sd_hash": ""}, draft.key)


def _with_kid(header: bytes) -> bytes:
    return header[:-1] + b',"kid":"1"}'


def _other_identifier(payload: bytes) -> bytes:
    return payload.replace(b'"jti":"', b'"jti":"x', 1)


FAULTS = (
    in_draft("alg_none", "The header says that it is not signed, and it is not.", "RFC 9901, section 4.1", _alg_none),
    in_draft("alg_hs256", "It is authenticated with the issuer's public key as a secret.", _SIGNATURE, _alg_hs256),
    in_draft("alg_rs256", "The header names RS256.", _SIGNATURE, lambda draft: draft.header.update(alg="RS256")),
    in_draft("alg_missing", "The header names no algorithm.", "RFC 7515, section 4.1.1",
             lambda draft: draft.header.pop("alg")),
    in_draft(
        "critical_header", "The header has a critical parameter that nobody knows.", _HEADER,
        lambda draft: draft.header.update(crit=["urn:unknown"]),
    ),
    in_draft("payload_unencoded", "The header says that the payload is not encoded.", "RFC 7797, section 3",
             lambda draft: draft.header.update(b64=False)),
    in_draft("x5c_not_certificates", "x5c holds something that is no certificate.", "RFC 7515, section 4.1.6",
             lambda draft: draft.header.update(x5c=["bm8gY2VydGlmaWNhdGU="])),
    in_draft("signature_der", "The signature is encoded as DER, not as r and s.", "RFC 7518, section 3.4",
             _der_signature),
    in_draft("claim_repeated", "The payload has a member twice.", "RFC 7519, section 4", _repeated_claim),
    in_draft("payload_deep", f"A claim is nested {DEEP} levels deep.", "RFC 9901, section 9", _deep_claim),
    in_draft("typ_missing", "The header has no typ.", _TYPE, lambda draft: draft.header.pop("typ")),
    in_draft("typ_jwt", "The header says typ JWT.", _TYPE, lambda draft: draft.header.update(typ="JWT")),
    in_draft("typ_former", "The header says vc+sd-jwt, the type of former drafts.", _TYPE,
             lambda draft: draft.header.update(typ="vc+sd-jwt")),
    in_draft("typ_capitals", "The header says DC+SD-JWT.", _TYPE, lambda draft: draft.header.update(typ="DC+SD-JWT")),
    in_draft("key_binding_sent", "The issuer sends a key binding JWT along.", "RFC 9901, section 7.2", _bound),
    in_text("header_tampered", "The header was changed after signing.", _SIGNATURE, in_jwt(0, _with_kid)),
    in_text("payload_tampered", "A claim was changed after signing.", _SIGNATURE, in_jwt(1, _other_identifier)),
    in_text("signature_tampered", "One bit of the signature was changed.", _SIGNATURE, in_jwt(2, flipped)),
    in_text("signature_cut", "The signature lost its last byte.", _SIGNATURE,
            in_jwt(2, lambda signature: signature[:-1])),
    in_text("final_tilde_missing", "The last tilde is missing.", _SERIALISATION, lambda text: text.rstrip("~")),
    in_text("no_tilde", "It is a plain JWT without any tilde.", _SERIALISATION, lambda text: text.partition("~")[0]),
    in_text("tilde_doubled", "There is one tilde too many: an empty disclosure.", _SERIALISATION,
            lambda text: f"{text}~"),
    in_text("base64_padded", "The payload is base64url with padding.", "RFC 7515, section 2",
            lambda text: text.replace(".", "=.", 1)),
    in_text("jwt_in_two_parts", "The JWT has no signature part.", "RFC 7515, section 7.1",
            lambda text: text.replace(text.partition("~")[0], ".".join(text.split(".")[:2]), 1)),
)  # fmt: skip
