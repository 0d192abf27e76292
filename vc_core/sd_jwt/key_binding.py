"""The key binding JWT: the holder's signature over what is presented (RFC 9901, sections 4.3 and 7.3).

The questions of section 7.3, step 5, are asked one by one, so that each is a named check of its own: who signed
(`confirmation_key`, `verify_binding_signature`), for whom, in answer to what, when, and over what. Whether a proof is
required is the verifier's policy and never read off the presentation (step 1). Confirmation methods of RFC 7800 other
than `jwk` are left out.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from vc_core import jwt_claims
from vc_core.jose import HAIP_ALGORITHMS, Jws, parse_jws, public_key_from_jwk, require_type, sign_jws, verify_jws
from vc_core.rejection import Rejection
from vc_core.sd_jwt.compact import SdJwt, parse_compact
from vc_core.sd_jwt.disclosure import digest, digest_algorithm
from vc_core.sd_jwt.validity import require_valid_at
from vc_core.signer import PublicKey, Signer

TYP = "kb+jwt"
WINDOW = jwt_claims.Window(past=timedelta(minutes=5), future=timedelta(minutes=1))
"""How old a proof may be on receipt, and how far the holder's clock may run ahead."""

MAX_BYTES = 16 * 1024

_SECTION = "RFC 9901, section 7.3"
_WHERE = "/kb_jwt"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyBinding:
    """A key binding JWT as read: its type is right, its values are as received, of any JSON type, and unjudged.

    claims: `aud`, `nonce`, `iat`, `sd_hash`, and those of a profile (`transaction_data_hashes`).
    """

    jws: Jws
    claims: Mapping[str, Any]


def bind(
    presentation: str,
    *,
    holder: Signer,
    audience: str,
    nonce: str,
    issued_at: datetime,
    claims: Mapping[str, Any] | None = None,
) -> str:
    """The presentation (from `selection.present`) with the holder's signature over it: an SD-JWT+KB.

    audience: the verifier's whole client identifier. issued_at: written as whole seconds. claims: further claims of a
    profile. Rejects as `parse_compact`, and with `key_binding_unexpected` if there is one already.
    """
    sd_jwt = parse_compact(presentation)
    require_unbound(sd_jwt)
    payload = {
        **(claims or {}),
        "iat": int(issued_at.timestamp()),
        "aud": audience,
        "nonce": nonce,
        "sd_hash": sd_hash(sd_jwt),
    }
    return presentation + sign_jws({"typ": TYP}, payload, holder)


def sd_hash(sd_jwt: SdJwt) -> str:
    """base64url hash of everything presented, to the last tilde, under the hash of `_sd_alg` (section 4.3.1)."""
    return digest(sd_jwt.text, digest_algorithm(sd_jwt.payload))


def require_unbound(sd_jwt: SdJwt) -> None:
    """What comes from an issuer has no key binding (section 7.2). Rejects with `key_binding_unexpected`."""
    if sd_jwt.kb_jwt is not None:
        raise Rejection("key_binding_unexpected", where=_WHERE, section="RFC 9901, section 7.2")


def parse_key_binding(sd_jwt: SdJwt) -> KeyBinding:
    """Steps 2, 3 and 5.4 of section 7.3.

    Rejects with `key_binding_missing`, `type_wrong`, or as `jose.parse_jws`.
    """
    if sd_jwt.kb_jwt is None:
        raise Rejection("key_binding_missing", where=_WHERE, section=_SECTION)
    jws = parse_jws(sd_jwt.kb_jwt, max_bytes=MAX_BYTES, where=_WHERE)
    require_type(jws, TYP)
    return KeyBinding(jws=jws, claims=jws.claims(where=_WHERE))


def confirmation_key(claims: Mapping[str, Any]) -> PublicKey:
    """The holder's key, from `cnf.jwk` and nowhere else (section 4.1.2; RFC 7800, section 3.2).

    Rejects with `cnf_missing`, `cnf_malformed`, `cnf_jwk_missing`, or as `jose.public_key_from_jwk`.
    """
    if "cnf" not in claims:
        raise Rejection("cnf_missing", where="/cnf", section="RFC 9901, section 4.1.2")
    cnf = claims["cnf"]
    if not isinstance(cnf, Mapping):
        raise Rejection("cnf_malformed", where="/cnf", section="RFC 7800, section 3.1")
    if "jwk" not in cnf:
        raise Rejection("cnf_jwk_missing", where="/cnf", section="HAIP 1.0, section 6.1")
    return public_key_from_jwk(cnf["jwk"], where="/cnf/jwk")


def verify_binding_signature(binding: KeyBinding, key: PublicKey, algorithms: frozenset[str] = HAIP_ALGORITHMS) -> None:
    """Steps 5.2 and 5.3. Rejects as `jose.verify_jws`."""
    verify_jws(binding.jws, key, algorithms)


def require_issued_now(binding: KeyBinding, now: datetime, window: jwt_claims.Window = WINDOW) -> None:
    """Steps 5.5 and 5.8: `iat` in the window, and `nbf` and `exp`, should there be any, hold.

    Rejects with `iat_missing`, `iat_malformed`, `iat_too_old`, `iat_in_future`, or as `validity.require_valid_at`.
    """
    jwt_claims.issued_at(binding.claims, now=now, window=window, section=_SECTION)
    require_valid_at(binding.claims, now)


def require_audience(binding: KeyBinding, audience: str) -> None:
    """Step 5.6: `aud` is this one string. Rejects with `aud_missing`, `aud_not_string` or `aud_wrong`."""
    _require_equal(binding, "aud", audience, "RFC 9901, section 7.3")


def require_nonce(binding: KeyBinding, nonce: str) -> None:
    """Step 5.6. Rejects with `nonce_missing`, `nonce_not_string` or `nonce_wrong`."""
    _require_equal(binding, "nonce", nonce, "RFC 9901, section 7.3")


def require_sd_hash(binding: KeyBinding, sd_jwt: SdJwt) -> None:
    """Step 5.7. Rejects with `sd_hash_missing`, `sd_hash_not_string` or `sd_hash_wrong`."""
    _require_equal(binding, "sd_hash", sd_hash(sd_jwt), "RFC 9901, section 4.3.1")


def _require_equal(binding: KeyBinding, name: str, expected: str, section: str) -> None:
    where = f"{_WHERE}/payload/{name}"
    if name not in binding.claims:
        raise Rejection(f"{name}_missing", where=where, section=section)
    actual = binding.claims[name]
    if type(actual) is not str:
        raise Rejection(f"{name}_not_string", where=where, section=section)
    if not hmac.compare_digest(actual.encode("utf-8"), expected.encode("utf-8")):
        raise Rejection(f"{name}_wrong", where=where, section=section)
