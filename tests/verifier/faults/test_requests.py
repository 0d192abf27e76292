"""Faults of a verifier's request by link: an honest wallet answers the honest one, and each faulty one differs from it.

How the wallet refuses each is told by the scenarios (`conformance/scenarios/request.toml`).
"""

from dataclasses import replace

import pytest

from conformance.scenario import Case, ExpectedRefusal, Request, Role
from conformance.wallet_under_test import Refusal, ask_wallet, verifier_desk
from conformance.world import World
from vc_core import jose
from vc_core.formats.registry import WALLET_FORMATS
from verifier.faults import FAULTS, VerifierFault, ask
from verifier.faults.requests import REQUEST_FAULTS

WORLD = World.make()


def case(fault: str | None, format_id: str) -> Case:
    scenario = Request(
        id="request.sample",
        title={},
        source="OpenID4VP 1.0",
        role=Role.VERIFIER,
        types=("a1",),
        formats=(format_id,),
        fault=fault,
        expect=ExpectedRefusal(reason=""),
    )
    return Case(scenario, "a1", format_id)


@pytest.mark.parametrize("format_id", WALLET_FORMATS)
def test_an_honest_request_is_opened_and_nothing_is_sent_yet(format_id: str) -> None:
    assert ask_wallet(WORLD, case(None, format_id)) == Refusal()


@pytest.mark.parametrize("fault", REQUEST_FAULTS, ids=lambda fault: fault.id)
def test_a_fault_says_what_differs_and_differs(fault: VerifierFault) -> None:
    assert fault.id in FAULTS
    assert fault.says.endswith(".")
    assert fault.section
    desk = verifier_desk(WORLD, case(fault.id, next(iter(WALLET_FORMATS))))
    honest, faulty = ask(desk), fault.make(desk)
    assert faulty.link != honest.link or _signed_part(faulty.answer("n")) != _signed_part(honest.answer("n"))


def _signed_part(text: str) -> object:
    jws = jose.parse_jws(text)
    return jws.header, jws.claims(), _verifies(jws)


def _verifies(jws: jose.Jws) -> bool:
    try:
        jose.verify_jws(jws, jose.parse_x5c(jws.header)[0].public_key())  # type: ignore[arg-type]
    except Exception:  # noqa: BLE001  any refusal will do
        return False
    return True


def test_the_wallets_nonce_is_in_the_object_that_it_fetches() -> None:
    desk = verifier_desk(WORLD, case(None, next(iter(WALLET_FORMATS))))
    assert jose.parse_jws(ask(desk).answer("of-the-wallet")).claims()["wallet_nonce"] == "of-the-wallet"
    assert replace(desk.planned, wallet_nonce=None) == desk.planned
