"""Giving the answer: OpenID4VP 1.0, sections 8.1 to 8.3, B.2.6 and B.3.6.

Each step is a value before the next: what is to be presented (`PlannedPresentation`), the presentations by query
(`vp_token`), the POST that carries them. The holder proves possession for this verifier, nonce and address only; an
answer is encrypted if the request asked for that. No redirect of HTTP is followed; the address that the verifier wants
the holder's browser sent to is handed back (section 8.2).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from vc_core.authorization_request import AcceptedRequest
from vc_core.authorization_response import MAX_ANSWER, encode_response, parse_answer
from vc_core.claims import ClaimPath
from vc_core.formats.base import HolderChallenge
from vc_core.formats.registry import WALLET_FORMATS
from vc_core.signer import Signer
from vc_core.transaction_data import transactions_for
from wallet_sim.exchange import FORM, JSON, Answer, Exchange, RequestDraft, declined, require_ok

VpToken = Mapping[str, Sequence[str]]
"""Credential query id -> presentations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPresentation:
    """One presentation about to be made. paths: disclosures to show, as `QueryFacts.disclosures` spells them."""

    query_id: str
    format: str
    credential: str
    paths: frozenset[ClaimPath]
    challenge: HolderChallenge
    holder: Signer
    issued_at: datetime

    def make(self) -> str:
        return WALLET_FORMATS[self.format].present(
            self.credential,
            paths=self.paths,
            challenge=self.challenge,
            holder=self.holder,
            issued_at=self.issued_at,
        )


def challenge_of(accepted: AcceptedRequest, query_id: str, presented: Collection[str]) -> HolderChallenge:
    """What the holder's proof in the answer to one credential query is made for.

    presented: all credential queries that are answered, since each transaction is agreed to once (section 8.4).
    """
    request, encryption = accepted.request, accepted.encryption
    return HolderChallenge(
        nonce=request.nonce,
        client_id=request.client_id,
        response_uri=request.response_uri,
        encryption_thumbprint=None if encryption is None else encryption.thumbprint,
        transactions=transactions_for(query_id, presented, accepted.transactions),
    )


def make_vp_token(planned: Sequence[PlannedPresentation]) -> VpToken:
    token: dict[str, list[str]] = {}
    for one in planned:
        token.setdefault(one.query_id, []).append(one.make())
    return token


def plan_response(accepted: AcceptedRequest, vp_token: VpToken) -> RequestDraft:
    """The POST to `response_uri`."""
    request = accepted.request
    form = encode_response(vp_token, state=request.state, encryption=accepted.encryption)
    return RequestDraft(url=request.response_uri, media_type=FORM, content=urlencode(form).encode())


def send_response(draft: RequestDraft, exchange: Exchange) -> str | None:
    """Where the verifier wants the holder's browser sent; None: nowhere.

    Raises `PeerDeclined` if the verifier refused, `PeerUnavailable`, or a `Rejection` as `parse_answer`.
    """
    answer = exchange.post(draft.url, draft.content, media_type=draft.media_type, max_bytes=MAX_ANSWER)
    return read_answer(answer, exchange)


def read_answer(answer: Answer, exchange: Exchange) -> str | None:
    if answer.status != 200:
        raise declined(answer)
    return parse_answer(require_ok(answer, JSON), http=exchange.policy)
