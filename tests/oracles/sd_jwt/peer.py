"""`sd-jwt`: the reference implementation that grew with the drafts of RFC 9901."""

import json
from typing import Any

from answering import answer
from jwcrypto.common import JWException
from jwcrypto.jwk import JWK
from sd_jwt.common import SDObj
from sd_jwt.holder import SDJWTHolder
from sd_jwt.issuer import SDJWTIssuer
from sd_jwt.verifier import SDJWTVerifier

Jwk = dict[str, Any]
ClaimPath = list[str | None]


def verify(presentation: str, issuer_key: Jwk, audience: str, nonce: str) -> dict[str, Any]:
    key = JWK(**issuer_key)
    verifier = SDJWTVerifier(presentation, lambda _issuer, _header: key, audience, nonce)
    return {"claims": verifier.get_verified_payload()}


def issue(
    claims: dict[str, Any], paths: list[ClaimPath], issuer_key: Jwk, holder_key: Jwk, decoys: bool
) -> dict[str, Any]:
    """paths: which claims are disclosable, null for every element of an array."""
    issuer = SDJWTIssuer(
        _marked(claims, paths), JWK(**issuer_key), JWK(**holder_key), add_decoy_claims=decoys,
        extra_header_parameters={"typ": "dc+sd-jwt"},
    )  # fmt: skip
    return {"sd_jwt": issuer.sd_jwt_issuance}


def present(sd_jwt: str, disclose: dict[str, Any], audience: str, nonce: str, holder_key: Jwk) -> dict[str, Any]:
    """disclose: what to show, shaped as the claims, with true for what is shown."""
    holder = SDJWTHolder(sd_jwt)
    holder.create_presentation(disclose, nonce, audience, JWK(**holder_key))
    return {"presentation": holder.sd_jwt_presentation}


def _marked(value: Any, paths: list[ClaimPath]) -> Any:
    """The claims with those at `paths` wrapped as the implementation wants them."""
    if isinstance(value, dict):
        members = ((name, _marked(member, _below(paths, name))) for name, member in value.items())
        return {SDObj(name) if [name] in paths else name: member for name, member in members}
    if isinstance(value, list):
        elements = (_marked(element, _below(paths, None)) for element in value)
        return [SDObj(element) if [None] in paths else element for element in elements]
    return value


def _below(paths: list[ClaimPath], part: str | None) -> list[ClaimPath]:
    return [path[1:] for path in paths if path[0] == part and len(path) > 1]


if __name__ == "__main__":
    operations = {"verify": verify, "issue": issue, "present": present}
    answer(operations, refusals=(ValueError, KeyError, JWException, json.JSONDecodeError))
