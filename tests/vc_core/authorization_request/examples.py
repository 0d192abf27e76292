"""A valid request of the pilot's relying party, its claims to be changed one at a time, and signed anew."""

from typing import Any

from cryptography import x509

from tests.pilot import ACCESS_ROOT, NOW, RELYING_PARTY, private_key
from tests.vc_core.dcql.examples import FORMATS, SD_JWT, credential_query
from vc_core.authorization_request import (
    AcceptedRequest,
    AuthenticRequest,
    RequestObject,
    ResponseMode,
    authenticate_request_object,
    build_client_metadata,
    request_claims,
    x509_hash_client_id,
    x509_san_dns_client_id,
)
from vc_core.authorization_request.acceptance import accept_request
from vc_core.jose import sign_jws, x5c_header
from vc_core.signer import Signer

LEAF = RELYING_PARTY.chain[0]
ANCHORS: tuple[x509.Certificate, ...] = (ACCESS_ROOT.certificate,)
BY_HASH = x509_hash_client_id(LEAF)
BY_NAME = x509_san_dns_client_id(LEAF)
ENCRYPTION_KEY = private_key(60)
VP_FORMATS = {SD_JWT: {"sd-jwt_alg_values": ["ES256"], "kb-jwt_alg_values": ["ES256"]}}
NONCE, STATE, WALLET_NONCE = (
    "n-0S6_WzA2Mj~longer.than.128.bits",
    "af0ifjsldkj-af0ifjsldkj-af0ifj",
    "qPmxiNFCR3QTm19POc8u",
)

REQUEST = RequestObject(
    client_id=BY_HASH,
    nonce=NONCE,
    state=STATE,
    response_uri="https://verifier.zoll.example/answer/7",
    response_mode=ResponseMode.DIRECT_POST_JWT,
    dcql_query={"credentials": [credential_query()]},
    client_metadata=build_client_metadata(VP_FORMATS, ENCRYPTION_KEY.public_key()),
    wallet_nonce=WALLET_NONCE,
)


def claims(**changes: Any) -> dict[str, Any]:
    """The claims of the valid request; a change to None takes the member away."""
    changed = request_claims(REQUEST, issued_at=NOW) | changes
    return {name: value for name, value in changed.items() if value is not None}


def signed(*, signer: Signer = RELYING_PARTY, header: dict[str, Any] | None = None, **changes: Any) -> str:
    """The request object with changed claims or header members, signed again."""
    members = {"typ": "oauth-authz-req+jwt", "x5c": x5c_header(RELYING_PARTY.chain)} | (header or {})
    return sign_jws({name: value for name, value in members.items() if value is not None}, claims(**changes), signer)


def authenticate(text: str, **changes: Any) -> AuthenticRequest:
    expected: dict[str, Any] = {"client_id": BY_HASH, "anchors": ANCHORS, "now": NOW, "wallet_nonce": WALLET_NONCE}
    return authenticate_request_object(text, **(expected | changes))


def accept(client_id: str = BY_HASH, **changes: Any) -> AcceptedRequest:
    """Accepts the valid request with changed claims, as if authentic."""
    authentic = AuthenticRequest(client_id=client_id, claims=claims(client_id=client_id, **changes), chain=(LEAF,))
    return accept_request(authentic, formats=FORMATS)
