"""Requests that a browser brings: OpenID4VP 1.0, appendix A; HAIP 1.0, section 5.2.

The wallet takes the part of the platform's credential handler: request and origin come in as values, the answer goes
back as one. Nothing is fetched or posted, so whoever asked learns of a refusal through the platform alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vc_core.authorization_request import ErrorCode, error_code
from vc_core.authorization_response import encode_dc_error
from vc_core.dc_api import AcceptedDcRequest, Trusted, accept_dc_request
from vc_core.dcql import HeldCredential, NoAnswer, evaluate
from vc_core.formats.base import HolderChallenge
from vc_core.formats.registry import QUERY_FORMATS
from vc_core.rejection import Rejection
from vc_core.transaction_data import require_authorised, transactions_for
from vc_core.verifier_info import Registration, check_registration
from vc_core.x509 import organization_identifier
from wallet_sim.refusals import NothingToPresent, RequestRefused
from wallet_sim.request import UNANSWERABLE, Wish, certified_name, refused, wishes_of


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedDcRequest:
    """A request that can be answered; the fields as in `OpenedRequest`."""

    accepted: AcceptedDcRequest
    verifier: str
    wishes: tuple[Wish, ...]
    registration: Registration | None = None

    def challenge(self, query_id: str) -> HolderChallenge:
        """What the holder's proof in the answer to one credential query is made for (B.2.6.2, B.3.6)."""
        accepted, answered = self.accepted, {wish.query_id for wish in self.wishes}
        return HolderChallenge(
            nonce=accepted.nonce,
            client_id=accepted.client_id,
            response_uri="",
            encryption_thumbprint=None if accepted.encryption is None else accepted.encryption.thumbprint,
            origin=accepted.origin,
            transactions=transactions_for(query_id, answered, accepted.transactions),
        )


def open_dc_request(
    request: Mapping[str, Any], *, origin: str, trusted: Trusted, held: Sequence[HeldCredential], now: datetime
) -> OpenedDcRequest:
    """Reads one element of `requests` and finds the answer. Raises `RequestRefused` or `NothingToPresent`."""
    try:
        accepted = accept_dc_request(request, origin=origin, trusted=trusted, now=now, formats=QUERY_FORMATS)
        registration = _registration(accepted, trusted, now)
        answer = evaluate(accepted.query, held)
        if isinstance(answer, NoAnswer) or not answer.choices:
            unmet = answer if isinstance(answer, NoAnswer) else NoAnswer(unmet=())
            raise NothingToPresent(reason=UNANSWERABLE, error=ErrorCode.ACCESS_DENIED, told=False, unmet=unmet)
        require_authorised(accepted.transactions, answer.choices)
    except Rejection as rejection:
        raise refused(rejection, told=False) from rejection
    name = certified_name(accepted.chain) or accepted.client_id
    return OpenedDcRequest(accepted=accepted, verifier=name, wishes=wishes_of(answer), registration=registration)


def error_for(refusal: RequestRefused | Rejection) -> dict[str, str]:
    """What the platform hands to the page in place of an answer."""
    return encode_dc_error(error_code(refusal) if isinstance(refusal, Rejection) else refusal.error)


def _registration(accepted: AcceptedDcRequest, trusted: Trusted, now: datetime) -> Registration | None:
    organization = organization_identifier(accepted.chain[0]) if accepted.chain else None
    subjects = {accepted.client_id, *([organization] if organization else ())}
    return check_registration(accepted.verifier_info, subjects=subjects, registrars=trusted.attesters, now=now)
