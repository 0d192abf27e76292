"""J4: a provisional withdrawal and its end, as a wallet and an inspector see them, through the services over HTTP."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest

from socsec import serving
from socsec.demo.people import Holder, Inspector, Officer
from socsec.demo.story import Act, claims_for, read_story
from socsec.pilot_folder import create_pilot
from tests.packaged import CATALOGUE
from vc_core.catalogue import Catalogue
from vc_core.formats.registry import WALLET_FORMATS
from wallet_sim.app import build_wallet
from wallet_sim.refusals import PeerUnavailable
from wallet_sim.settings import WalletSettings

WRITTEN_FOR, ACTS = read_story()
SECONDS = 20
"""Within this time it has to show."""


@dataclass(frozen=True)
class Stage:
    act: Act
    officer: Officer
    holder: Holder
    inspector: Inspector
    document: Mapping[str, Any]
    reason: str

    def order(self, what: str) -> Mapping[str, Any]:
        """To the issuer, about the document."""
        answer = self.officer.http.post(
            f"{self.officer.issuer}/v1/{self.act.type}/{self.document['document_id']}/{what}",
            json={"reason_code": "facts_in_doubt"}, headers={"Authorization": f"Bearer {self.officer.key}"},
        )  # fmt: skip
        body: Mapping[str, Any] = answer.json()
        return body

    def ways(self) -> Mapping[str, Callable[[], Mapping[str, Any]]]:
        """How the inspector may look: at what the wallet holds, in each format, and at the code."""
        code = self.officer.code_image(self.document)
        scanned = {"code": lambda: self.inspector.scan(code, state=self.act.state)}
        return {**{one: lambda one=one: self._shown(one) for one in WALLET_FORMATS}, **scanned}  # type: ignore[misc]

    def _shown(self, format_id: str) -> Mapping[str, Any]:
        request = self.inspector.ask(self.act.type, self.act.profile, format_id, state=self.act.state)
        self.holder.show(request)
        return self.inspector.result(request)


def _with_bits(catalogue: Catalogue, type_id: str, bits: int) -> Catalogue:
    book = catalogue.type(type_id)
    changed = replace(book, status=replace(book.status, bits=bits))
    return replace(catalogue, rulebooks={**catalogue.rulebooks, type_id: changed})


@pytest.fixture(params=[(1, "withdrawn"), (2, "suspended")], ids=["one_bit", "two_bits"])
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stage]:
    bits, reason = request.param
    act = next(one for one in ACTS if CATALOGUE.type(one.type).status.suspension)
    catalogue = _with_bits(CATALOGUE, act.type, bits)
    issuer, verifier, data = serving.free_url(), serving.free_url(), tmp_path / "pilot"
    now = datetime.now(UTC)
    keys = create_pilot(data, issuer_url=issuer, verifier_hosts=["localhost"], now=now, random=os.urandom)
    claims = claims_for(act, catalogue, written_for=WRITTEN_FOR, today=now.date())
    wallet = build_wallet(WalletSettings(data=data, store=data / "wallet"), catalogue=catalogue)
    with (
        serving.services(data, issuer_url=issuer, verifier_url=verifier, catalogue=catalogue),
        httpx2.Client(timeout=30) as http,
    ):
        officer = Officer(http, issuer, keys[act.institution])
        document = officer.post(act.type, claims, idempotency_key="j4")
        yield Stage(act, officer, Holder(wallet), Inspector(http, verifier), document, reason)


def until(word: str, ask: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
    """The first verdict with this word, or the last that came in time."""
    last, verdict = time.monotonic() + SECONDS, ask()
    while verdict["verdict"] != word and time.monotonic() < last:
        time.sleep(0.5)
        verdict = ask()
    return verdict


def test_inspector_and_wallet_see_it_and_that_it_is_lifted(stage: Stage) -> None:
    """AC1 and AC2: INVALID or SUSPENDED, it is not valid; afterwards it is."""
    headers = {"Authorization": f"Bearer {stage.officer.key}"}
    path = f"{stage.officer.issuer}/v1/{stage.act.type}/{stage.document['document_id']}/offers"
    further = stage.officer.http.post(path, headers=headers).json()
    assert stage.holder.collect(stage.document["offer"]) == sorted(WALLET_FORMATS)
    for ask in stage.ways().values():
        assert ask()["verdict"] == "CONFIRMED"

    assert stage.order("suspend")["state"] == "suspended"
    for ask in stage.ways().values():
        verdict = until("WITHDRAWN", ask)
        assert (verdict["verdict"], verdict["deciding"]) == ("WITHDRAWN", ["status.value"])
        (check,) = (one for one in verdict["checks"] if one["id"] == "status.value")
        assert (check["outcome"], check["reason"]) == ("FAILED", stage.reason)
    with pytest.raises(PeerUnavailable, match="http_404"):
        stage.holder.collect(further)

    assert stage.order("lift")["state"] == "in_force"
    for ask in stage.ways().values():
        assert until("CONFIRMED", ask)["verdict"] == "CONFIRMED"
    assert stage.holder.collect(further) == sorted(WALLET_FORMATS)
