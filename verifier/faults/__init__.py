"""What a verifier can do wrong when it asks a wallet: named single deviations, for conformance scenarios only.

    VerifierFault    make(VerifierDesk) -> Asking, a link and what is fetched behind it
    DcRequestFault   make(DcDesk) -> DcAsking, a request of a page and the page that it comes from

`FAULTS` holds each one by its id. One thing differs, everything else is honest; `ask` and `ask_in_browser` are honest.
"""

from collections.abc import Mapping
from types import MappingProxyType

from verifier.faults.alterations import VerifierDesk
from verifier.faults.dc_api_requests import DC_REQUEST_FAULTS, DcAsking, DcDesk, DcRequestFault, ask_in_browser
from verifier.faults.requests import REQUEST_FAULTS, Asking, VerifierFault, ask

__all__ = [
    "FAULTS",
    "Asking",
    "DcAsking",
    "DcDesk",
    "DcRequestFault",
    "VerifierDesk",
    "VerifierFault",
    "ask",
    "ask_in_browser",
]

_ALL: tuple[VerifierFault | DcRequestFault, ...] = (*REQUEST_FAULTS, *DC_REQUEST_FAULTS)

FAULTS: Mapping[str, VerifierFault | DcRequestFault] = MappingProxyType({fault.id: fault for fault in _ALL})
