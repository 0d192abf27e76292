"""Wallet attestations as client authentication: draft-ietf-oauth-attestation-based-client-auth-10, and -07 before it.

A wallet provider attests the key of a wallet instance (`OAuth-Client-Attestation`), and the instance shows with each
request that it holds the key (`OAuth-Client-Attestation-PoP`). `make_attestation` is the provider's side, `make_pop`
the wallet's, `check_client` the authorization server's. Drafts differ in `iss`: -07 has it in both, -08 in neither; it
is written where a caller gives one and not asked for. The provider is known by `x5c` (HAIP 1.0, section 4.4.1). What
needs memory is the caller's: that a `jti` is used once, that a challenge is one it gave out. Left out: the combination
with DPoP (`attest_jwt_client_auth_dpop`), providers known by `kid`.
"""

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.x509 import Certificate

from vc_core import base64url, jose, jwt_claims, x509
from vc_core.members import Members
from vc_core.rejection import Rejection
from vc_core.signer import PublicKey, Signer

METHOD = "attest_jwt_client_auth"
ATTESTATION_HEADER = "OAuth-Client-Attestation"
POP_HEADER = "OAuth-Client-Attestation-PoP"
CHALLENGE_HEADER = "OAuth-Client-Attestation-Challenge"
ATTESTATION_TYP = "oauth-client-attestation+jwt"
POP_TYP = "oauth-client-attestation-pop+jwt"
MAX_BYTES = 16384
WINDOW = jwt_claims.Window(past=timedelta(minutes=5))
"""For the `iat` of a proof of possession."""

_DRAFT = "draft-ietf-oauth-attestation-based-client-auth-10"
_ATTESTATION = f"{_DRAFT}, section 4"
_POP = f"{_DRAFT}, section 5.1"
_CHECKS = f"{_DRAFT}, section 7.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttestedClient:
    """A client that has authenticated. client_id: `sub`, shared by all instances of a wallet product.

    instance: SHA-256 thumbprint of the instance key, base64url. jti: to be remembered until `issued_at` leaves the
    window, and refused if seen before. challenge: as sent, judged by `challenge_ok`.
    """

    client_id: str
    instance: str
    jti: str
    issued_at: datetime
    challenge: str | None


def make_attestation(
    provider: Signer,
    *,
    client_id: str,
    instance_key: PublicKey,
    issued_at: datetime,
    expires_at: datetime,
    issuer: str | None = None,
) -> str:
    """An attestation of one instance key; the provider's chain travels in `x5c`. issuer: for servers of draft -07."""
    claims: dict[str, Any] = {
        "sub": client_id,
        "iat": int(issued_at.timestamp()),
        "exp": int(expires_at.timestamp()),
        "cnf": {"jwk": jose.jwk_from_public_key(instance_key)},
    }
    if issuer is not None:
        claims["iss"] = issuer
    return jose.sign_jws({"typ": ATTESTATION_TYP, "x5c": jose.x5c_header(provider.chain)}, claims, provider)


def make_pop(
    instance: Signer,
    *,
    audience: str,
    jti: str,
    issued_at: datetime,
    challenge: str | None = None,
    issuer: str | None = None,
) -> str:
    """A proof for one request. audience: the authorization server's issuer identifier. issuer: the client, for -07."""
    claims: dict[str, Any] = {"aud": audience, "jti": jti, "iat": int(issued_at.timestamp())}
    if challenge is not None:
        claims["challenge"] = challenge
    if issuer is not None:
        claims["iss"] = issuer
    return jose.sign_jws({"typ": POP_TYP}, claims, instance)


def check_client(
    attestations: Sequence[str],
    pops: Sequence[str],
    *,
    audience: str,
    now: datetime,
    anchors: Sequence[Certificate],
    client_id: str | None = None,
    challenge_ok: Callable[[str | None], bool] | None = None,
    algorithms: AbstractSet[str] = jose.HAIP_ALGORITHMS,
    window: jwt_claims.Window = WINDOW,
) -> AttestedClient:
    """Authenticates the client of one request: draft -10, sections 7.1 and 7.2.

    attestations, pops: the values of all headers of each name. anchors: of trusted wallet providers. client_id: of the
    request, if it has one. Reasons begin with `attestation_` or `pop_`, by the part that is wrong.

    1. Each header is there, once.  `attestation_missing`, `pop_missing`, `..._repeated`
    2. The attestation: type, algorithm, signed by a trusted provider.  `attestation_type_wrong`,
       `attestation_algorithm_not_allowed`, `attestation_signature_invalid`, and those of `x509.require_path`
    3. It names a client and is in force.  `attestation_sub_missing`, `attestation_exp_missing`,
       `attestation_exp_passed`
    4. It holds a public key.  `attestation_cnf_missing`, `attestation_jwk_private`
    5. The proof: type, algorithm, signed with that key.  `pop_type_wrong`, `pop_signature_invalid`
    6. Made for this server, by this client, just now, with an identifier.  `pop_aud_wrong`, `pop_iss_wrong`,
       `pop_iat_too_old`, `pop_iat_in_future`, `pop_jti_missing`
    7. With a challenge of the server, where it demands one.  `pop_challenge_missing`, `pop_challenge_wrong`
    8. The request names no other client.  `client_id_wrong`
    """
    attestation, pop = _single(attestations, "attestation"), _single(pops, "pop")  # 1
    with _part("attestation"):
        claims = _provider_claims(attestation, anchors, now, algorithms)  # 2
        subject = claims.required("sub", str)  # 3
        _require_in_force(claims, now, window)
        jwk = claims.object("cnf").required("jwk", dict)  # 4
        key = jose.public_key_from_jwk(jwk, where="/payload/cnf/jwk")
    with _part("pop"):
        proof = _proof_claims(pop, key, algorithms)  # 5
        if proof.required("aud", str) != audience:  # 6
            raise Rejection("aud_wrong", where="/payload/aud", section=_POP, evidence={"expected": audience})
        if proof.optional("iss", str) not in (None, subject):
            raise Rejection("iss_wrong", where="/payload/iss", section=_POP)
        issued_at = jwt_claims.issued_at(proof.values, now=now, window=window, section=_CHECKS)
        jti, challenge = proof.required("jti", str), proof.optional("challenge", str)
        if challenge_ok is not None and not challenge_ok(challenge):  # 7
            raise Rejection("challenge_missing" if challenge is None else "challenge_wrong", section=_CHECKS)
    if client_id is not None and client_id != subject:  # 8
        raise Rejection("client_id_wrong", where="/client_id", section=_CHECKS)
    instance = base64url.encode(jose.jwk_thumbprint(jwk))
    return AttestedClient(client_id=subject, instance=instance, jti=jti, issued_at=issued_at, challenge=challenge)


def _single(values: Sequence[str], part: str) -> str:
    if not values:
        raise Rejection(f"{part}_missing", section=_CHECKS)
    if len(values) > 1:
        raise Rejection(f"{part}_repeated", section=_CHECKS, evidence={"count": len(values)})
    return values[0]


@contextmanager
def _part(name: str) -> Iterator[None]:
    """Both parts are JWTs that can be wrong in the same ways; the reason says in which."""
    try:
        yield
    except Rejection as rejection:
        raise Rejection(
            f"{name}_{rejection.reason}",
            where=f"/{name}{rejection.where}",
            section=rejection.section,
            evidence=rejection.evidence,
        ) from rejection


def _provider_claims(text: str, anchors: Sequence[Certificate], now: datetime, algorithms: AbstractSet[str]) -> Members:
    jws = jose.parse_jws(text, max_bytes=MAX_BYTES)
    jose.require_type(jws, ATTESTATION_TYP)
    jose.require_algorithm(jws, algorithms)
    chain = jose.parse_x5c(jws.header)
    x509.require_attester(chain, anchors, now)
    jose.verify_jws(jws, x509.public_key(chain[0]), algorithms)
    return Members(jws.claims(), "/payload", _ATTESTATION)


def _require_in_force(claims: Members, now: datetime, window: jwt_claims.Window) -> None:
    if "exp" not in claims.values:
        raise claims.reject("exp_missing", "exp")
    jwt_claims.require_current(claims.values, now=now, leeway=window.future, section=_CHECKS)


def _proof_claims(text: str, key: PublicKey, algorithms: AbstractSet[str]) -> Members:
    jws = jose.parse_jws(text, max_bytes=MAX_BYTES)
    jose.require_type(jws, POP_TYP)
    jose.verify_jws(jws, key, algorithms)
    return Members(jws.claims(), "/payload", _POP)
