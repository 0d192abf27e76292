"""The request object as a verifier makes it: OpenID4VP 1.0, sections 5 and 5.8; RFC 9101; HAIP 1.0, section 5.1.

A signed JWT fetched by the wallet from `request_uri`, for an answer that the wallet posts (`direct_post`, or encrypted
`direct_post.jwt`). The signer's chain travels in `x5c`, without the trust anchor, or a verifier attestation in `jwt`
(section 12). How a wallet checks one is in `acceptance`. Left out: `scope`, answers by redirect.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from vc_core.authorization_request import attestation
from vc_core.jose import sign_jws, x5c_header
from vc_core.signer import Signer

TYP = "oauth-authz-req+jwt"
MEDIA_TYPE = f"application/{TYP}"
RESPONSE_TYPE = "vp_token"
STATIC_AUDIENCE = "https://self-issued.me/v2"
"""Who a request is for when the wallet is not known beforehand (section 5.8)."""

URL_SAFE = re.compile(r"[A-Za-z0-9._~-]+")
"""What a `nonce` and a `state` may consist of (section 5.2)."""


class ResponseMode(StrEnum):
    """How the answer travels (sections 8.2 and 8.3.1)."""

    DIRECT_POST = "direct_post"
    DIRECT_POST_JWT = "direct_post.jwt"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestObject:
    """What a verifier asks and where the answer goes.

    client_id: with its prefix. nonce, state: fresh for each request, 128 bits or more. dcql_query, client_metadata:
    JSON objects as `dcql.build_query` and `build_client_metadata` make them. wallet_nonce: copied from the wallet's
    request for this object. transaction_data: as `transaction_data.encode_transaction` makes them. verifier_info: JSON
    objects as `verifier_info.encode_verifier_info` makes them.
    """

    client_id: str
    nonce: str
    response_uri: str
    response_mode: ResponseMode
    dcql_query: Mapping[str, Any]
    client_metadata: Mapping[str, Any]
    state: str | None = None
    wallet_nonce: str | None = None
    expires_at: datetime | None = None
    transaction_data: Sequence[str] = ()
    verifier_info: Sequence[Mapping[str, Any]] = ()

    def __post_init__(self) -> None:
        for value in (self.nonce, self.state):
            if value is not None and not URL_SAFE.fullmatch(value):
                raise ValueError("nonce and state consist of URL-safe characters")


def request_claims(request: RequestObject, *, issued_at: datetime) -> dict[str, Any]:
    """The claims of the request object; instants are whole seconds."""
    expiry = {} if request.expires_at is None else {"exp": int(request.expires_at.timestamp())}
    return {
        "client_id": request.client_id,
        "aud": STATIC_AUDIENCE,
        "iat": int(issued_at.timestamp()),
        **expiry,
        **request_parameters(request),
    }


def request_parameters(request: RequestObject) -> dict[str, Any]:
    """What is asked, without who asks; members without a value are left out."""
    parameters: dict[str, Any] = {
        "response_type": RESPONSE_TYPE,
        "response_mode": request.response_mode.value,
        "response_uri": request.response_uri,
        "nonce": request.nonce,
        "state": request.state,
        "dcql_query": dict(request.dcql_query),
        "client_metadata": dict(request.client_metadata),
        "wallet_nonce": request.wallet_nonce,
        "transaction_data": list(request.transaction_data) or None,
        "verifier_info": [dict(item) for item in request.verifier_info] or None,
    }
    return {name: value for name, value in parameters.items() if value is not None}


def encode_request_object(
    request: RequestObject, signer: Signer, *, issued_at: datetime, attested: str | None = None
) -> str:
    """The signed request object, compact, with the signer's chain; the media type is `MEDIA_TYPE`.

    attested: a verifier attestation that vouches for the signer's key instead of a chain.
    """
    return sign_jws(request_header(signer, attested), request_claims(request, issued_at=issued_at), signer)


def request_header(signer: Signer, attested: str | None = None) -> dict[str, Any]:
    """The header: the type, and what says whose key it is."""
    if attested is not None:
        return {"typ": TYP, attestation.HEADER: attested}
    return {"typ": TYP, "x5c": x5c_header(signer.chain)}
