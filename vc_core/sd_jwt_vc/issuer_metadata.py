"""JWT VC Issuer Metadata: the keys of an issuer that goes by an HTTPS URL (SD-JWT VC, draft -24, section 4).

Documents come in as values: `metadata_url` says what to fetch, `parse_issuer_metadata` reads what came back, and
`issuer_key` finds the key of one JWT. Issuers of this project are identified by `x5c` instead (HAIP 1.0, 6.1.1), and a
verifier never falls back from one to the other (2.5).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from vc_core import strict_json
from vc_core.jose import public_key_from_jwk
from vc_core.members import Members
from vc_core.rejection import Rejection
from vc_core.signer import PublicKey

WELL_KNOWN = "/.well-known/jwt-vc-issuer"
MAX_BYTES = 256 * 1024

_SECTION = "SD-JWT VC, section 4"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerMetadata:
    """Exactly one of `keys` (JWKs, unread) and `jwks_uri` is set."""

    issuer: str
    keys: tuple[Mapping[str, Any], ...] | None
    jwks_uri: str | None


def metadata_url(iss: str) -> str:
    """The well-known path between host and path of `iss`, whose last `/` is dropped (4.1).

    Rejects with `iss_not_https`, `iss_has_query` or `iss_malformed`.
    """
    parts = _https(iss, "iss")
    if "?" in iss or "#" in iss:
        raise Rejection("iss_has_query", where="/iss", section=_SECTION)
    return f"https://{parts.netloc}{WELL_KNOWN}{parts.path.removesuffix('/')}"


def parse_issuer_metadata(document: bytes, *, iss: str) -> IssuerMetadata:
    """Reads the document found for `iss` (4.2, 4.3).

    Rejects with `issuer_mismatch`, `jwks_and_jwks_uri`, `jwks_missing`, `keys_malformed`, `jwks_uri_not_https`, the
    reasons of `Members` for the members named here, or as `strict_json.parse_object`.
    """
    members = Members(strict_json.parse_object(document, max_bytes=MAX_BYTES), "", f"{_SECTION}.2")
    issuer = members.required("issuer", str)
    if issuer != iss:
        raise Rejection("issuer_mismatch", where="/issuer", section=f"{_SECTION}.3")
    jwks_uri = members.optional("jwks_uri", str)
    if "jwks" in members.values and jwks_uri is not None:
        raise members.reject("jwks_and_jwks_uri", "jwks")
    if jwks_uri is None:
        return IssuerMetadata(issuer=issuer, keys=_keys(members.object("jwks")), jwks_uri=None)
    _https(jwks_uri, "jwks_uri")
    return IssuerMetadata(issuer=issuer, keys=None, jwks_uri=jwks_uri)


def parse_jwks(document: bytes) -> tuple[Mapping[str, Any], ...]:
    """The keys of the JWK Set that `jwks_uri` led to, unread; rejects as `parse_issuer_metadata`."""
    return _keys(Members(strict_json.parse_object(document, max_bytes=MAX_BYTES), "", "RFC 7517, section 5"))


def issuer_key(keys: tuple[Mapping[str, Any], ...], header: Mapping[str, Any]) -> PublicKey:
    """The one key that the JWT's `kid` names, or the only key where it names none.

    Rejects with `kid_unknown`, `kid_ambiguous`, `kid_missing`, or as `jose.public_key_from_jwk`.
    """
    if "kid" not in header and len(keys) != 1:
        raise Rejection("kid_missing", where="/header/kid", section=f"{_SECTION}.2")
    named = [key for key in keys if "kid" not in header or key.get("kid") == header["kid"]]
    if len(named) != 1:
        raise Rejection("kid_ambiguous" if named else "kid_unknown", where="/header/kid", section=f"{_SECTION}.2")
    return public_key_from_jwk(named[0], where="/keys")


def _keys(jwks: Members) -> tuple[Mapping[str, Any], ...]:
    keys = jwks.items("keys")
    if not all(isinstance(key, dict) for key in keys):
        raise jwks.reject("keys_malformed", "keys")
    return tuple(keys)


def _https(url: str, name: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        raise Rejection(f"{name}_malformed", where=f"/{name}", section=_SECTION) from None
    if parts.scheme != "https":
        raise Rejection(f"{name}_not_https", where=f"/{name}", section=_SECTION)
    if not host or parts.username is not None:
        raise Rejection(f"{name}_malformed", where=f"/{name}", section=_SECTION)
    return parts
