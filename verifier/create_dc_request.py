"""Use case: ask a wallet through the browser's Digital Credentials API (OpenID4VP 1.0, appendix A).

The page hands `requests` to the browser, the browser hands the answer back to the page. Nothing is fetched, so that the
transaction waits for its answer at once; it belongs to whoever has the read token.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, assert_never

from vc_core.authorization_request import build_client_metadata
from vc_core.dc_api import (
    DcApiMode,
    DcApiRequest,
    Protocol,
    encode_multisigned,
    encode_signed,
    encode_unsigned,
)
from vc_core.verifier_info import encode_verifier_info
from verifier.create_request import CreateRequest, Wanted
from verifier.deliver_request import VP_FORMATS
from verifier.refusals import ProtocolNotOffered
from verifier.relying_party import RelyingParty
from verifier.transactions import Created, fetch


@dataclass(frozen=True, slots=True, kw_only=True)
class DcOffered:
    """requests: for `navigator.credentials.get({digital: {requests}})`. read_token: the only copy."""

    id: str
    requests: Sequence[dict[str, Any]]
    expires_at: datetime
    read_token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateDcRequest:
    """origins: of the pages that may ask, as browsers write them. create: makes the terms."""

    create: CreateRequest
    origins: Sequence[str]

    def __call__(self, wanted: Wanted, mode: DcApiMode, protocols: Sequence[Protocol]) -> DcOffered:
        """Raises as `CreateRequest`, and `ProtocolNotOffered`."""
        create = self.create
        if not create.party.signs and set(protocols) != {Protocol.UNSIGNED}:
            raise ProtocolNotOffered("requests are not signed here")
        now = create.clock()
        terms, read_token = create.terms(wanted, now, response_mode=mode, origins=tuple(self.origins))
        created = Created(terms=terms, encryption_key=create.make_key() if mode is DcApiMode.DC_API_JWT else None)
        create.requests.add(fetch(created, at=now))
        planned = plan_dc_request(created, create.party)
        return DcOffered(
            id=terms.id,
            requests=[encode(planned, protocol, create.party, now) for protocol in dict.fromkeys(protocols)],
            expires_at=terms.expires_at,
            read_token=read_token,
        )


def plan_dc_request(created: Created, party: RelyingParty) -> DcApiRequest:
    """The request of a transaction, before it is signed."""
    terms, key = created.terms, created.encryption_key
    return DcApiRequest(
        nonce=terms.nonce,
        response_mode=DcApiMode.DC_API if key is None else DcApiMode.DC_API_JWT,
        dcql_query=terms.query,
        client_metadata=build_client_metadata(VP_FORMATS, None if key is None else key.public_key()),
        expected_origins=terms.origins,
        transaction_data=terms.transaction_data,
        verifier_info=() if party.registration is None else encode_verifier_info(party.registration),
    )


def encode(planned: DcApiRequest, protocol: Protocol, party: RelyingParty, now: datetime) -> dict[str, Any]:
    match protocol:
        case Protocol.UNSIGNED:
            return encode_unsigned(planned)
        case Protocol.SIGNED:
            return encode_signed(planned, party.identities[0], issued_at=now)
        case Protocol.MULTISIGNED:
            return encode_multisigned(planned, party.identities, issued_at=now)
        case unknown:
            assert_never(unknown)
