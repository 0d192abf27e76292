"""Faults of DPoP proofs, and what servers have to put up with (RFC 9449, sections 4.3, 7.1 and 11.1).

The blocks of the OpenID Foundation's `dpop-negative-tests`, and the ten seconds that FAPI 2.0 grants a clock.
"""

# ruff: noqa: ARG001, ARG005  every alteration takes the same arguments

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

from vc_core import base64url, jose
from vc_core.signer import Signer
from wallet_sim.exchange import Headers
from wallet_sim.faults.fault import Fate, NotApplicable, PossessionFault, Stage
from wallet_sim.faults.jwt_draft import JwtDraft, break_signature, private_jwk
from wallet_sim.possession import ProofRequest, authorization, honest_proof

HOUR = timedelta(hours=1)
DRIFT = timedelta(seconds=10)
HEADER = "DPoP"

_FORM = "RFC 9449, section 4.2"
_CHECKS = "RFC 9449, section 4.3"
_TOKEN = "RFC 9449, section 7.1"  # noqa: S105  a clause, not a token
_DEFAULT_PORTS = {"http": 80, "https": 443}

Proof = Callable[[JwtDraft, ProofRequest, Signer], JwtDraft | str]
Prove = Callable[[ProofRequest, Signer], Headers]


def _proof(change: Proof) -> Prove:
    """Another proof in an honest request."""

    def prove(request: ProofRequest, stranger: Signer) -> Headers:
        changed = change(JwtDraft.of(honest_proof(request), request.signer), request, stranger)
        text = changed if isinstance(changed, str) else changed.sign()
        return (*authorization(request), (HEADER, text))

    return prove


def _request(change: Callable[[ProofRequest], ProofRequest]) -> Prove:
    """An honest proof for a request that is a little different."""
    return lambda request, stranger: (*authorization(request), (HEADER, honest_proof(change(request))))


def _without(name: str) -> Prove:
    return _proof(lambda proof, request, stranger: proof.without(name))


def _without_ath(proof: JwtDraft, request: ProofRequest, stranger: Signer) -> JwtDraft:
    if "ath" not in proof.claims:
        raise NotApplicable("no token is sent")
    return proof.without("ath")


def _target(change: Callable[[str], str]) -> Prove:
    return _proof(lambda proof, request, stranger: proof.with_claims(htu=change(proof.claims["htu"])))


def _upper_case(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(scheme=parts.scheme.upper(), netloc=parts.netloc.upper()).geturl()


def _with_default_port(url: str) -> str:
    parts = urlsplit(url)
    if parts.port is not None:
        raise NotApplicable("the port is no default")
    return parts._replace(netloc=f"{parts.netloc}:{_DEFAULT_PORTS[parts.scheme]}").geturl()


def _bearer(request: ProofRequest, stranger: Signer) -> Headers:
    return (*authorization(request, "Bearer"), (HEADER, honest_proof(request)))


def _twice(request: ProofRequest, stranger: Signer) -> Headers:
    again = replace(request, jti=f"{request.jti}-2")
    return (*authorization(request), (HEADER, honest_proof(request)), (HEADER, honest_proof(again)))


def _one_jti(request: ProofRequest) -> ProofRequest:
    """The same identifier for all proofs of one key."""
    thumbprint = jose.jwk_thumbprint(jose.jwk_from_public_key(request.signer.public_key))
    return replace(request, jti=base64url.encode(thumbprint))


_REFUSED: tuple[tuple[str, str, str, Prove], ...] = (
    ("dpop_missing", "There is no proof.", _CHECKS, lambda request, stranger: authorization(request)),
    ("dpop_not_jwt", "The proof is no JWT.", _CHECKS, _proof(lambda proof, request, stranger: "not-a-jwt")),
    ("dpop_two_headers", "There are two proofs.", _CHECKS, _twice),
    ("dpop_signature_broken", "One bit of the signature is flipped.", _CHECKS,
     _proof(lambda proof, request, stranger: break_signature(proof.sign()))),
    ("dpop_signed_by_other_key", "A key signed that is not the one in the header.", _CHECKS,
     _proof(lambda proof, request, stranger: proof.signed_by(stranger))),
    ("dpop_alg_none", "The algorithm is none.", _CHECKS, _proof(lambda proof, request, stranger: proof.unsigned())),
    ("dpop_alg_missing", "No algorithm is named.", _FORM, _without("alg")),
    ("dpop_alg_rs256", "The algorithm is RS256.", _CHECKS,
     _proof(lambda proof, request, stranger: proof.with_header(alg="RS256"))),
    ("dpop_alg_hs256", "There is a MAC with the public key as the secret.", _CHECKS,
     _proof(lambda proof, request, stranger: proof.with_mac_of(request.signer.public_key))),
    ("dpop_typ_missing", "No type is named.", _FORM, _without("typ")),
    ("dpop_typ_wrong", "The type is JWT.", _FORM,
     _proof(lambda proof, request, stranger: proof.with_header(typ="JWT"))),
    ("dpop_jwk_missing", "The header has no key.", _FORM, _without("jwk")),
    ("dpop_jwk_private", "The key in the header is a private one.", _FORM,
     _proof(lambda proof, request, stranger: proof.with_header(jwk=private_jwk(request.signer)))),
    ("dpop_jti_missing", "There is no identifier.", _FORM, _without("jti")),
    ("dpop_htm_missing", "The method is not named.", _FORM, _without("htm")),
    ("dpop_htm_wrong", "Another method is named.", _CHECKS,
     _proof(lambda proof, request, stranger: proof.with_claims(htm="GET"))),
    ("dpop_htu_missing", "The address is not named.", _FORM, _without("htu")),
    ("dpop_htu_wrong", "Another address is named.", _CHECKS, _target(lambda url: f"{url}/elsewhere")),
    ("dpop_iat_missing", "It is not said when it was made.", _FORM, _without("iat")),
    ("dpop_iat_hour_past", "It was made an hour ago.", _CHECKS,
     _request(lambda request: replace(request, issued_at=request.issued_at - HOUR))),
    ("dpop_iat_hour_future", "It was made an hour from now.", _CHECKS,
     _request(lambda request: replace(request, issued_at=request.issued_at + HOUR))),
)  # fmt: skip

_WITH_TOKEN: tuple[tuple[str, str, str, Prove], ...] = (
    ("dpop_bearer_scheme", "The bound token is sent under the scheme Bearer.", _TOKEN, _bearer),
    ("dpop_ath_missing", "The token is not named.", _TOKEN, _proof(_without_ath)),
    ("dpop_ath_wrong", "Another token is named.", _TOKEN,
     _request(lambda request: replace(request, access_token=f"{request.access_token}x"))),
    ("dpop_key_other", "Another key proves possession than the token is bound to.", _TOKEN,
     lambda request, stranger: (*authorization(request),
                                (HEADER, honest_proof(replace(request, signer=stranger))))),
)  # fmt: skip

_TOLERATED: tuple[tuple[str, str, str, Prove], ...] = (
    ("dpop_htu_query", "The address has a query.", _CHECKS, _target(lambda url: f"{url}?query=1")),
    ("dpop_htu_fragment", "The address has a fragment.", _CHECKS, _target(lambda url: f"{url}#fragment")),
    ("dpop_htu_case", "Scheme and host of the address are in capitals.", _CHECKS, _target(_upper_case)),
    ("dpop_htu_default_port", "The address names the default port.", _CHECKS, _target(_with_default_port)),
    ("dpop_claims_extra", "There is a claim that nobody knows.", _FORM,
     _proof(lambda proof, request, stranger: proof.with_claims(unheard_of=True))),
    ("dpop_header_case", "The name of the header is in capitals.", "RFC 9110, section 5.1",
     lambda request, stranger: (*authorization(request), (HEADER.upper(), honest_proof(request)))),
    ("dpop_scheme_case", "The authentication scheme is in capitals.", "RFC 9110, section 11.1",
     lambda request, stranger: (*authorization(request, "DPOP"), (HEADER, honest_proof(request)))),
    ("dpop_iat_10_seconds_past", "It was made ten seconds ago.", "FAPI 2.0, section 5.3.2.1",
     _request(lambda request: replace(request, issued_at=request.issued_at - DRIFT))),
    ("dpop_iat_10_seconds_future", "It was made ten seconds from now.", "FAPI 2.0, section 5.3.2.1",
     _request(lambda request: replace(request, issued_at=request.issued_at + DRIFT))),
)  # fmt: skip

POSSESSION_FAULTS: tuple[PossessionFault, ...] = (
    *(
        PossessionFault(id=id_, says=says, section=section, stage=Stage.POSSESSION, prove=prove)
        for id_, says, section, prove in _REFUSED
    ),
    *(
        PossessionFault(id=id_, says=says, section=section, stage=Stage.POSSESSION, prove=prove, needs_token=True)
        for id_, says, section, prove in _WITH_TOKEN
    ),
    *(
        PossessionFault(id=id_, says=says, section=section, stage=Stage.POSSESSION, fate=Fate.TOLERATED, prove=prove)
        for id_, says, section, prove in _TOLERATED
    ),
    PossessionFault(
        id="dpop_jti_reused",
        says="Two requests carry proofs with the same identifier.",
        section="RFC 9449, section 11.1",
        stage=Stage.POSSESSION,
        prove=_request(_one_jti),
        sends=2,
    ),
)
