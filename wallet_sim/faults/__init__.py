"""What a wallet can do wrong: named single deviations, for conformance scenarios and for nothing else.

`FAULTS` holds each one by its id. How to drive them:

    PresentationFault   make(PresentationIngredients) -> str, in place of `PlannedPresentation.make()`; the rest of the
                        answer is honest (`presentation.plan_response`, `send_response`)
    ResponseFault       make(ResponseIngredients) -> drafts, in place of `presentation.plan_response`; send in order
    DcResponseFault     make(DcResponseIngredients) -> data, in place of `encode_dc_response`; hand in in order
    RequestFault        alter(RequestDraft, RequestIngredients) -> drafts, between `Issuance.plan_token` or
                        `plan_credential` and `Possession.post`; send in order
    PossessionFault     prove(ProofRequest, stranger) -> headers, as the `prove` of a `Possession`; post `sends` times

One message deviates in one thing, everything else in the exchange is honest, and the answer to the last message sent is
judged: refused, or taken where the fault's `fate` says so. `NotApplicable` means that there is nothing to deviate in.
"""

from collections.abc import Mapping
from types import MappingProxyType

from wallet_sim.faults.authorization_responses import RESPONSE_FAULTS
from wallet_sim.faults.credential_requests import CREDENTIAL_REQUEST_FAULTS
from wallet_sim.faults.dc_api_responses import DC_RESPONSE_FAULTS
from wallet_sim.faults.fault import (
    DcResponseFault,
    DcResponseIngredients,
    Fate,
    Fault,
    NotApplicable,
    PossessionFault,
    PresentationFault,
    PresentationIngredients,
    RequestFault,
    RequestIngredients,
    ResponseFault,
    ResponseIngredients,
    Stage,
)
from wallet_sim.faults.mdoc_device_proof import DEVICE_PROOF_FAULTS
from wallet_sim.faults.mdoc_elements import ELEMENT_FAULTS
from wallet_sim.faults.mdoc_response import DEVICE_RESPONSE_FAULTS
from wallet_sim.faults.possession import POSSESSION_FAULTS
from wallet_sim.faults.sd_jwt_contents import SHOWN_FAULTS
from wallet_sim.faults.sd_jwt_key_binding import KEY_BINDING_FAULTS
from wallet_sim.faults.token_requests import TOKEN_REQUEST_FAULTS

__all__ = [
    "FAULTS",
    "PRESENTATION_FAULTS",
    "DcResponseFault",
    "DcResponseIngredients",
    "Fate",
    "Fault",
    "NotApplicable",
    "PossessionFault",
    "PresentationFault",
    "PresentationIngredients",
    "RequestFault",
    "RequestIngredients",
    "ResponseFault",
    "ResponseIngredients",
    "Stage",
]

PRESENTATION_FAULTS: tuple[PresentationFault, ...] = (
    *KEY_BINDING_FAULTS,
    *SHOWN_FAULTS,
    *DEVICE_PROOF_FAULTS,
    *ELEMENT_FAULTS,
    *DEVICE_RESPONSE_FAULTS,
)

_ALL: tuple[Fault, ...] = (
    *PRESENTATION_FAULTS,
    *RESPONSE_FAULTS,
    *DC_RESPONSE_FAULTS,
    *TOKEN_REQUEST_FAULTS,
    *CREDENTIAL_REQUEST_FAULTS,
    *POSSESSION_FAULTS,
)

FAULTS: Mapping[str, Fault] = MappingProxyType({fault.id: fault for fault in _ALL})
