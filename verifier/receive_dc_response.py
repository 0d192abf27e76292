"""Use case: take the answer that a page got from a wallet through the browser (OpenID4VP 1.0, appendix A.4).

The page proves by its read token that it is the one that asked. The proofs in the answer have to name the page's
origin; there is no `state`. What follows is as for an answer that a wallet posts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from vc_core.authorization_response import ResponseParameters, WalletError, parse_dc_response
from vc_core.dc_api import DcApiMode
from vc_core.rejection import Rejection
from verifier.identifiers import matches
from verifier.receive_response import ReceiveResponse, keys_of, unread
from verifier.refusals import OriginNotExpected, ResponseToUnknownRequest, TokenWrong
from verifier.transactions import Fetched


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveDcResponse:
    receive: ReceiveResponse

    def __call__(self, request_id: str, read_token: str, origin: str | None, data: Mapping[str, Any]) -> None:
        """origin: of the page; None for the only one there is. data: what the browser gave it.

        Raises `TokenWrong`, or a `WalletRefusal` as `ReceiveResponse`, or `OriginNotExpected`.
        """
        now = self.receive.clock()
        fetched = self.receive.awaited(request_id, now)
        terms = fetched.terms
        if not terms.origins:
            raise ResponseToUnknownRequest()
        if not matches(read_token, terms.token_fingerprint):
            raise TokenWrong("not the token of this request")
        asked_from = origin or terms.origins[0]
        if asked_from not in terms.origins:
            raise OriginNotExpected("no page of this verifier")
        here = replace(fetched, terms=replace(terms, origins=(asked_from,)))
        self.receive.settle(here, _read(here, data), now)


def _read(fetched: Fetched, data: Mapping[str, Any]) -> ResponseParameters | WalletError:
    encrypted = fetched.terms.response_mode is DcApiMode.DC_API_JWT
    try:
        return parse_dc_response(data, encrypted=encrypted, keys=keys_of(fetched))
    except Rejection as rejection:
        raise unread(rejection) from rejection
