"""What every request under `/v1` is looked at for: its bearer token, the desk it comes from, that it is JSON."""

from fastapi import Request

from verifier.http.bodies import JSON, media_type
from verifier.refusals import BodyMalformed, MediaTypeNotSupported, TokenWrong

MAX_JSON = 1024 * 1024
SHORTEST_DESK, LONGEST_DESK = 22, 200
"""Of the secret of a desk, in characters; 22 of base64url hold 128 bits."""


def bearer_token(request: Request) -> str:
    """RFC 6750, section 2.1. Raises `TokenWrong`."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise TokenWrong("a bearer token is required")
    return token.strip()


def desk_of(request: Request) -> str | None:
    """The secret of the desk that asks, in whose queue a recheck is to be found. Raises `BodyMalformed`."""
    desk = request.headers.get("recheck-desk")
    if desk is not None and not SHORTEST_DESK <= len(desk) <= LONGEST_DESK:
        raise BodyMalformed("the secret of a desk is too short or too long", where="Recheck-Desk")
    return desk


def require_json(request: Request) -> None:
    if media_type(request) != JSON:
        raise MediaTypeNotSupported(JSON)
