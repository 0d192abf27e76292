"""The request object as a verifier makes it: OpenID4VP 1.0, sections 5 and 5.8; RFC 9101; HAIP 1.0, section 5.1.

A signed JWT fetched by the wallet from `request_uri`, for an answer that the wallet posts (`direct_post`, or encrypted
`direct_post.jwt`). The signer's chain travels in `x5c`, without the trust anchor. How a wallet checks one is in
`acceptance`. Left out: `transaction_data`, `verifier_info`, `scope`, answers by redirect, the Digital Credentials API.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

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
    request for this object.
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

    def __post_init__(self) -> None:
        for value in (self.nonce, self.state):
            if value is not None and not URL_SAFE.fullmatch(value):
                raise ValueError("nonce and state consist of URL-safe characters")


def request_claims(request: RequestObject, *, issued_at: datetime) -> dict[str, Any]:
    """The claims of the request object; members without a value are left out, instants are whole seconds."""
    claims: dict[str, Any] = {
        "client_id": request.client_id,
        "aud": STATIC_AUDIENCE,
        "iat": int(issued_at.timestamp()),
        "exp": None if request.expires_at is None else int(request.expires_at.timestamp()),
        "response_type": RESPONSE_TYPE,
        "response_mode": request.response_mode.value,
        "response_uri": request.response_uri,
        "nonce": request.nonce,
        "state": request.state,
        "dcql_query": dict(request.dcql_query),
        "client_metadata": dict(request.client_metadata),
        "wallet_nonce": request.wallet_nonce,
    }
    return {name: value for name, value in claims.items() if value is not None}


def encode_request_object(request: RequestObject, signer: Signer, *, issued_at: datetime) -> str:
    """The signed request object, compact, with the signer's chain; the media type is `MEDIA_TYPE`."""
    return sign_jws(
        {"typ": TYP, "x5c": x5c_header(signer.chain)},
        request_claims(request, issued_at=issued_at),
        signer,
    )
