"""JWT access tokens, as a resource server reads them (RFC 9068), and the key sets that verify them (RFC 7517).

Only asymmetric algorithms exist here, and a key is taken from the set that is trusted, never from the token. The
caller finds out whom a token may speak for from the claims that are left to it. Left out: how a token is got, scopes,
introspection, and tokens that are bound to a key (RFC 9449, RFC 8705): these are refused where they come as bearers.
"""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import RSAAlgorithm, RSAPSSAlgorithm

from vc_core import base64url, jose, jwt_claims, strict_json
from vc_core.members import Members
from vc_core.rejection import Rejection

TYPES = frozenset({"at+jwt", "application/at+jwt"})
ALGORITHMS = jose.ALGORITHMS | {"RS256", "PS256"}
"""RFC 9068, section 2.1, demands RS256."""
MAX_BYTES = 16 * 1024
MAX_KEY_SET_BYTES = 256 * 1024
LEEWAY = timedelta(seconds=30)
"""How far the clocks may be apart."""
RSA_BITS = range(2048, 8193)

VerifyingKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey

_CLAIMS = "RFC 9068, section 2.2"
_CHECKS = "RFC 9068, section 4"
_KEYS = "RFC 7517, section 5"
_RSA: Mapping[str, RSAAlgorithm] = {
    "RS256": RSAAlgorithm(RSAAlgorithm.SHA256),
    "PS256": RSAPSSAlgorithm(RSAPSSAlgorithm.SHA256),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SetKey:
    """A key of a set. algorithm: the only one that it is for; None if the set does not say."""

    key: VerifyingKey
    algorithm: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedServer:
    """An authorization server. issuer: its identifier. audience: what its tokens for us are made out to.

    keys: by `kid`.
    """

    issuer: str
    audience: str
    algorithms: AbstractSet[str]
    keys: Mapping[str, SetKey]


Server = TypeVar("Server", bound=TrustedServer)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken(Generic[Server]):
    """A token that holds. claims: all of them, for what is agreed with its server."""

    server: Server
    subject: str
    client_id: str
    claims: Members


def parse_key_set(content: bytes) -> Mapping[str, SetKey]:
    """The keys of a JWK set that verify signatures, by `kid`.

    Left out are, as RFC 7517, section 5, wants it, keys of other types and curves; keys for encryption; and keys
    without a `kid`. Rejects with `keys_missing`, `keys_malformed`, `keys_empty` if none is left, `kid_repeated`,
    `jwk_private`, `jwk_malformed` or `jwk_not_on_curve`, or as `Members` and `strict_json.parse_object` do.
    """
    members = Members(strict_json.parse_object(content, max_bytes=MAX_KEY_SET_BYTES), "", _KEYS)
    keys: dict[str, SetKey] = {}
    for place, jwk in enumerate(members.items("keys")):
        where = f"/keys/{place}"
        one = Members.of(jwk, called="jwk", where=where, section=_KEYS)
        jose.require_public(one.values, where=where)
        kid = one.optional("kid", str)
        key = _key(one)
        if kid is None or key is None or one.values.get("use", "sig") != "sig":
            continue
        if kid in keys:
            raise one.reject("kid_repeated", "kid")
        keys[kid] = SetKey(key=key, algorithm=one.optional("alg", str))
    if not keys:
        raise members.reject("keys_empty", "keys")
    return keys


def check_access_token(text: str, *, find: Callable[[str], Server | None], now: datetime) -> AccessToken[Server]:
    """Checks a token (RFC 9068, section 4). find: the server of an `iss`, if it is trusted.

    1. It is a JWS whose type is `at+jwt`.  `type_wrong`, and the reasons of `jose.parse_jws`
    2. Its server is trusted.  `iss_missing`, `iss_malformed`, `iss_unknown`
    3. Its algorithm is one of that server's, and the key of its `kid` made the signature.  `algorithm_not_allowed`,
       `algorithm_key_mismatch`, `kid_missing`, `kid_malformed`, `kid_unknown`, `signature_invalid`
    4. It is made out to this audience.  `aud_missing`, `aud_malformed`, `aud_wrong`
    5. It is in force.  `exp_missing`, `exp_passed`, `iat_missing`, `iat_in_future`, `nbf_in_future`, `*_malformed`
    6. It names a subject, a client and itself.  `sub_*`, `client_id_*` and `jti_*`: `missing`, `malformed`
    7. It is bound to no key, for then it would need a proof.  `token_bound`
    """
    jws = jose.parse_jws(text, max_bytes=MAX_BYTES)
    typ = jws.header.get("typ")
    if type(typ) is not str or typ.lower() not in TYPES:  # 1
        raise Rejection("type_wrong", where="/header/typ", section=_CHECKS)
    claims = Members(jws.claims(), "/payload", _CLAIMS)
    server = find(claims.required("iss", str))  # 2
    if server is None:
        raise Rejection("iss_unknown", where="/payload/iss", section=_CHECKS)
    _verify(jws, server)  # 3
    _check_audience(claims, server.audience)  # 4
    _check_time(claims, now)  # 5
    subject, client_id, _ = (claims.required(name, str) for name in ("sub", "client_id", "jti"))  # 6
    if "cnf" in claims.values:  # 7
        raise Rejection("token_bound", where="/payload/cnf", section="RFC 9449, section 7.1")
    return AccessToken(server=server, subject=subject, client_id=client_id, claims=claims)


def _verify(jws: jose.Jws, server: TrustedServer) -> None:
    algorithm = jws.algorithm
    if algorithm not in server.algorithms or algorithm not in ALGORITHMS:
        raise Rejection("algorithm_not_allowed", where="/header/alg", section="RFC 8725, section 3.1")
    kid = Members(jws.header, "/header", "RFC 7515, section 4.1.4").required("kid", str)
    one = server.keys.get(kid)
    if one is None:
        raise Rejection("kid_unknown", where="/header/kid", section="RFC 7515, section 4.1.4")
    is_rsa = isinstance(one.key, rsa.RSAPublicKey)
    if one.algorithm not in (None, algorithm) or is_rsa != (algorithm in _RSA):
        raise Rejection("algorithm_key_mismatch", where="/header/alg", section="RFC 7517, section 4.4")
    match one.key:
        case rsa.RSAPublicKey():
            if not _RSA[algorithm].verify(jws.signing_input, one.key, jws.signature):
                raise Rejection("signature_invalid", where="/signature", section="RFC 7515, section 5.2")
        case _:
            jose.verify_jws(jws, one.key, server.algorithms)


def _check_audience(claims: Members, audience: str) -> None:
    """One string or several (RFC 7519, section 4.1.3)."""
    values = claims.texts("aud") if type(claims.values.get("aud")) is list else (claims.required("aud", str),)
    if audience not in values:
        raise Rejection("aud_wrong", where="/payload/aud", section=_CHECKS)


def _check_time(claims: Members, now: datetime) -> None:
    for name in ("exp", "iat"):
        if name not in claims.values:
            raise claims.reject(f"{name}_missing", name)
    jwt_claims.require_current(claims.values, now=now, leeway=LEEWAY, section=_CHECKS)
    issued = jwt_claims.numeric_date(claims.values, "iat", section=_CLAIMS)
    if issued is not None and issued > (now + LEEWAY).timestamp():
        raise claims.reject("iat_in_future", "iat")


def _key(jwk: Members) -> VerifyingKey | None:
    """None for a kind that is not used here."""
    if jwk.values.get("kty") == "RSA":
        return _rsa_key(jwk)
    if jwk.values.get("kty") != "EC" or jwk.optional("crv", str) not in jose.CURVES:
        return None
    return jose.public_key_from_jwk(jwk.values, where=jwk.where)


def _rsa_key(jwk: Members) -> rsa.RSAPublicKey:
    """RFC 7518, section 6.3.1; of 2048 bits or more (section 3.3)."""
    modulus, exponent = (
        int.from_bytes(base64url.decode(jwk.required(name, str), where=jwk.at(name)), "big") for name in ("n", "e")
    )
    if modulus.bit_length() not in RSA_BITS:
        raise Rejection("jwk_malformed", where=jwk.at("n"), section="RFC 7518, section 3.3")
    try:
        return rsa.RSAPublicNumbers(exponent, modulus).public_key()
    except ValueError:
        raise Rejection("jwk_malformed", where=jwk.where, section="RFC 7518, section 6.3.1") from None
