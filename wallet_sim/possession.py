"""Requests under a proof of possession: DPoP as a client speaks it, with the server's nonces (RFC 9449, 4 to 9).

One key for one issuance, so that two issuers cannot compare. A server that wants a nonce says so once and gets the same
request again with a new proof; nonces are kept for each server. How a proof is made is handed in (`Prove`): a wallet
hands in `honest_headers`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from vc_core import base64url, dpop, strict_json
from vc_core.rejection import Rejection
from vc_core.signer import RandomBytes, Signer, SoftwareKey
from wallet_sim.exchange import Answer, Exchange, Headers, RequestDraft

SCHEME = "DPoP"
USE_NONCE = "use_dpop_nonce"
_NONCE_HEADER = "dpop-nonce"
_MAX_NONCE = 512
_MAX_ERROR = 16384


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofRequest:
    """What a proof is asked for. jti: fresh. access_token: None at the token endpoint; nonce: the server's last one."""

    signer: Signer
    method: str
    url: str
    jti: str
    issued_at: datetime
    access_token: str | None
    nonce: str | None


Prove = Callable[[ProofRequest], Headers]
"""The headers that show possession: `DPoP`, and `Authorization` where there is a token."""


def honest_headers(request: ProofRequest) -> Headers:
    """RFC 9449, sections 4.1 and 7.1."""
    return (*authorization(request), ("DPoP", honest_proof(request)))


def honest_proof(request: ProofRequest) -> str:
    return dpop.make_proof(
        request.signer,
        method=request.method,
        url=request.url,
        jti=request.jti,
        issued_at=request.issued_at,
        access_token=request.access_token,
        nonce=request.nonce,
    )


def authorization(request: ProofRequest, scheme: str = SCHEME) -> tuple[tuple[str, str], ...]:
    """The `Authorization` header, if there is a token to send."""
    return () if request.access_token is None else (("Authorization", f"{scheme} {request.access_token}"),)


@dataclass(slots=True, kw_only=True)
class Possession:
    """A key, the servers it was shown to and their nonces."""

    exchange: Exchange
    signer: SoftwareKey
    random: RandomBytes
    prove: Prove = honest_headers
    _nonces: dict[str, str] = field(default_factory=dict)

    def post(self, draft: RequestDraft, *, now: datetime) -> Answer:
        """Sends, and once more if the server asked for a nonce and gave one (RFC 9449, sections 8 and 9)."""
        return self.post_made(lambda: draft, now=now)

    def post_made(self, make: Callable[[], RequestDraft], *, now: datetime) -> Answer:
        """The same where the second request must not be the first one again."""
        answer = self._post(make(), now)
        if _asks_for_nonce(answer) and _NONCE_HEADER in answer.headers:
            answer = self._post(make(), now)
        return answer

    def remember(self, answer: Answer) -> None:
        """Keeps the nonce that an answer of this server carries (section 8.2)."""
        nonce = answer.headers.get(_NONCE_HEADER, "")
        if 0 < len(nonce) <= _MAX_NONCE:
            self._nonces[_origin(answer.url)] = nonce

    def _post(self, draft: RequestDraft, now: datetime) -> Answer:
        proof = ProofRequest(
            signer=self.signer,
            method="POST",
            url=draft.url,
            jti=base64url.encode(self.random(16)),
            issued_at=now,
            access_token=draft.access_token,
            nonce=self._nonces.get(_origin(draft.url)),
        )
        headers = (*self.prove(proof), *draft.headers)
        answer = self.exchange.post(draft.url, draft.content, media_type=draft.media_type, headers=headers)
        self.remember(answer)
        return answer


def _asks_for_nonce(answer: Answer) -> bool:
    """At a token endpoint by a 400 with an error in JSON, at a resource by a 401 with a challenge."""
    if answer.status == 401:
        return f'error="{USE_NONCE}"' in answer.headers.get("www-authenticate", "")
    if answer.status != 400:
        return False
    try:
        return strict_json.parse_object(answer.body, max_bytes=_MAX_ERROR).get("error") == USE_NONCE
    except Rejection:
        return False


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()
