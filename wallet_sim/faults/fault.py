"""A fault: one named deviation of a wallet, and what it is made of.

A fault names the one thing that differs and the clause it offends. It is made of the parts that the honest wallet uses:
plan, alter one thing, sign; nothing in the wallet itself knows of it. Three kinds, by where the deviation sits: in a
presentation, in a request that is about to be posted (token, credential, authorization response), in the proof of
possession that goes with a request. Whoever drives them brings what the honest step had, and a key of a stranger.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from vc_core.authorization_request import AcceptedRequest
from vc_core.dc_api import AcceptedDcRequest
from vc_core.formats.base import HolderChallenge
from vc_core.signer import Signer
from wallet_sim.exchange import Headers, RequestDraft
from wallet_sim.possession import ProofRequest
from wallet_sim.presentation import PlannedPresentation, VpToken


class Stage(StrEnum):
    """Which message carries the deviation."""

    PRESENTATION = "presentation"
    RESPONSE = "response"
    DC_RESPONSE = "dc_response"
    TOKEN_REQUEST = "token_request"  # noqa: S105  a message, not a token
    CREDENTIAL_REQUEST = "credential_request"
    POSSESSION = "possession"


class Fate(StrEnum):
    """What the peer has to do with it: most deviations are refused, some have to be put up with."""

    REFUSED = "refused"
    TOLERATED = "tolerated"


class NotApplicable(Exception):  # noqa: N818  says that a fault has no place here, not that something failed
    """What this fault deviates in is not there: no port to leave out, no second disclosure to drop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """id: stable, never reused. says: what differs, in one sentence. section: the clause that is offended."""

    id: str
    says: str
    section: str
    stage: Stage
    fate: Fate = Fate.REFUSED


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentationIngredients:
    """What an honest presentation is made of, and what a dishonest one may need.

    stranger: a key that nothing is bound to. issuer: the key that signed the credential, None where it is out of reach.
    earlier: what an earlier request of the same verifier asked for.
    """

    planned: PlannedPresentation
    stranger: Signer
    earlier: HolderChallenge
    issuer: Signer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentationFault(Fault):
    """make: the presentation with this one deviation, as it goes into `vp_token`. May raise `NotApplicable`."""

    format: str
    make: Callable[[PresentationIngredients], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestIngredients:
    """What the honest request was made of.

    key: that made the key proof, if there is one. spent_nonce: a `c_nonce` that has served already.
    """

    key: Signer
    stranger: Signer
    now: datetime
    spent_nonce: str = "spent"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFault(Fault):
    """alter: the requests to post in this order, in place of the honest one; the answer to the last one is judged.

    May raise `NotApplicable`.
    """

    alter: Callable[[RequestDraft, RequestIngredients], tuple[RequestDraft, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseIngredients:
    """The request that is answered, and the presentations that answer it."""

    accepted: AcceptedRequest
    vp_token: VpToken
    stranger: Signer


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseFault(Fault):
    """make: the posts to `response_uri` in this order; the answer to the last one is judged. May raise
    `NotApplicable`."""

    make: Callable[[ResponseIngredients], tuple[RequestDraft, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DcResponseIngredients:
    """The request of a page that is answered, and the presentations that answer it."""

    accepted: AcceptedDcRequest
    vp_token: VpToken
    stranger: Signer


@dataclass(frozen=True, slots=True, kw_only=True)
class DcResponseFault(Fault):
    """make: what the browser gives to the page, in this order; what its verifier says of the last one is judged. May
    raise `NotApplicable`."""

    make: Callable[[DcResponseIngredients], tuple[Mapping[str, Any], ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PossessionFault(Fault):
    """prove: the headers in place of the honest ones (`possession.Prove`, with a stranger's key). needs_token: whether
    it only shows where an access token is sent. sends: how often the request is posted, the last answer being judged.
    May raise `NotApplicable`."""

    prove: Callable[[ProofRequest, Signer], Headers]
    needs_token: bool = False
    sends: int = 1
