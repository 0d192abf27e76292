"""Faults of a page's request: an honest wallet answers the honest one, and each faulty one differs from it.

How the wallet refuses each is told by the scenarios (`conformance/scenarios/dc_api.toml`).
"""

from copy import deepcopy
from typing import Any

import pytest

from conformance.scenario import Case, ExpectedRefusal, Request, Role
from conformance.wallet_under_test import page_desk
from conformance.world import World
from vc_core import jose
from vc_core.dc_api import Trusted, accept_dc_request
from vc_core.formats.registry import QUERY_FORMATS
from verifier.faults import FAULTS, DcAsking, DcDesk, DcRequestFault, ask_in_browser
from verifier.faults.dc_api_requests import DC_REQUEST_FAULTS

WORLD = World.make()
TOLERATED = {"dc_request.one_signature_holds", "dc_request.unsigned_with_names"}


def desk() -> DcDesk:
    scenario = Request(
        id="dc_api.sample",
        title={},
        source="OpenID4VP 1.0",
        role=Role.VERIFIER,
        types=("a1",),
        formats=("dc+sd-jwt",),
        expect=ExpectedRefusal(reason=""),
    )
    return page_desk(WORLD, Case(scenario, "a1", "dc+sd-jwt"))


def accepted(asking: DcAsking) -> str:
    """The client that a wallet believes the request to be of."""
    trusted = Trusted(anchors=(WORLD.pilot.access_authority.certificate,))
    request = asking.request
    return accept_dc_request(
        request, origin=asking.origin, trusted=trusted, now=WORLD.now, formats=QUERY_FORMATS
    ).client_id  # fmt: skip


def test_an_honest_request_is_accepted() -> None:
    assert accepted(ask_in_browser(desk())) == desk().identity.client_id


@pytest.mark.parametrize("fault", DC_REQUEST_FAULTS, ids=lambda fault: fault.id)
def test_a_fault_says_what_differs_and_differs(fault: DcRequestFault) -> None:
    assert FAULTS[fault.id] is fault
    assert fault.says.endswith(".")
    assert fault.section
    honest, faulty = ask_in_browser(desk()), fault.make(desk())
    assert (faulty.origin, _content(faulty.request)) != (honest.origin, _content(honest.request))


def _content(request: Any) -> object:
    """Without signatures, which differ each time; whether it holds stands in their place."""
    found = deepcopy(dict(request))
    text = found["data"].get("request")
    if isinstance(text, str):
        jws = jose.parse_jws(text)
        found["data"]["request"] = (jws.header, jws.claims(), _holds(jws))
    return found


def _holds(jws: jose.Jws) -> bool:
    try:
        jose.verify_jws(jws, jose.parse_x5c(jws.header)[0].public_key())  # type: ignore[arg-type]
    except Exception:  # noqa: BLE001  any refusal will do
        return False
    return True


def test_what_is_no_deviation_is_accepted() -> None:
    """Appendix A.2 and A.3.2.2: the second of two clients; the page itself where nothing is signed."""
    faults = {fault.id: fault for fault in DC_REQUEST_FAULTS}
    clients = {id_: accepted(faults[id_].make(desk())) for id_ in TOLERATED}
    assert clients == {
        "dc_request.one_signature_holds": f"x509_san_dns:{desk().desk.host}",
        "dc_request.unsigned_with_names": f"origin:{desk().origin}",
    }
