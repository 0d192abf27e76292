"""Bodies of the interface for wallets."""

from typing import Any, Literal

from issuer.http.schemas.body import Body


class OAuthErrorBody(Body):
    error: str
    error_description: str


class TokenBody(Body):
    access_token: str
    token_type: Literal["DPoP"]
    expires_in: int
    refresh_token: str | None = None
    authorization_details: list[dict[str, Any]] | None = None


class NonceBody(Body):
    c_nonce: str


class PushedBody(Body):
    request_uri: str
    expires_in: int


class ChallengeBody(Body):
    attestation_challenge: str


class ReturnBody(Body):
    redirect_uri: str


class IssuedCredentialBody(Body):
    credential: str


class CredentialResponseBody(Body):
    credentials: list[IssuedCredentialBody]
    notification_id: str


class PostponedBody(Body):
    """To be asked for again with this id, not before so many seconds have passed."""

    transaction_id: str
    interval: int


class StatusListsBody(Body):
    status_lists: list[str]
