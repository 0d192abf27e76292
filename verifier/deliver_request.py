"""Use case: give a wallet the request object (OpenID4VP 1.0, sections 5 and 5.10; HAIP 1.0, section 5.1).

It is signed anew each time it is fetched, since a wallet may put its own nonce into it; verifier nonce, state and
encryption key stay those of the transaction.
"""

from dataclasses import dataclass
from typing import assert_never

from vc_core.authorization_request import (
    RequestObject,
    RequestUriPost,
    ResponseMode,
    build_client_metadata,
    encode_request_object,
)
from vc_core.formats.registry import WALLET_FORMATS
from vc_core.verifier_info import encode_verifier_info
from verifier.ports import Clock, Requests
from verifier.refusals import RequestNotOffered, RequestUnknown
from verifier.relying_party import RelyingParty
from verifier.transactions import Answered, Created, Expired, Fetched, Open, Refused, as_of

VP_FORMATS = {id_: format_.vp_formats for id_, format_ in WALLET_FORMATS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverRequest:
    requests: Requests
    party: RelyingParty
    clock: Clock

    def __call__(self, request_id: str, wallet: RequestUriPost | None = None) -> str:
        """The signed request object. wallet: what it said of itself when it fetched by post.

        Raises `RequestUnknown`, `RequestNotOffered`.
        """
        now = self.clock()
        transaction = self.requests.fetched(request_id, now)
        if transaction is None:
            raise RequestUnknown()
        if not self.party.signs or transaction.terms.origins:
            raise RequestNotOffered("this request is not to be fetched: whoever shows it has all of it")
        match as_of(transaction, now):
            case (Created() | Fetched()) as open_:
                wallet_nonce = None if wallet is None else wallet.wallet_nonce
                planned = plan_request_object(open_, self.party, wallet_nonce=wallet_nonce)
                return encode_request_object(
                    planned, self.party.signer, issued_at=now, attested=self.party.attested
                )  # fmt: skip
            case Answered() | Refused() | Expired():
                raise RequestNotOffered("this request has been answered or has expired")
            case other:
                assert_never(other)


def plan_request_object(transaction: Open, party: RelyingParty, *, wallet_nonce: str | None = None) -> RequestObject:
    """The request object of a transaction, before it is signed. Raises `ValueError` for one that goes to a page."""
    terms, key = transaction.terms, transaction.encryption_key
    return RequestObject(
        client_id=terms.client_id,
        nonce=terms.nonce,
        response_uri=terms.response_uri,
        response_mode=ResponseMode(terms.response_mode),
        dcql_query=terms.query,
        client_metadata=build_client_metadata(VP_FORMATS, None if key is None else key.public_key()),
        state=terms.state,
        wallet_nonce=wallet_nonce,
        expires_at=terms.expires_at,
        transaction_data=terms.transaction_data,
        verifier_info=() if party.registration is None else encode_verifier_info(party.registration),
    )
