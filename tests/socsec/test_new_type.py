"""A credential type that exists as files alone is issued, collected, presented, verified and scanned.

design.md 4: adding a type adds files under `schemas/` and no code. S1 (care in another State of residence) lies under
`tests/schemas/extra`, unknown to the program, and takes the way of every other type through all three services.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest

from socsec import serving
from socsec.demo.people import Holder, Inspector, Officer
from socsec.pilot_folder import create_pilot
from vc_core.catalogue import Catalogue
from vc_core.claims import find
from vc_core.formats.registry import WALLET_FORMATS
from wallet_sim.app import build_wallet
from wallet_sim.settings import WalletSettings

EXTRA = Path(__file__).parents[1] / "schemas" / "extra"
CATALOGUE = Catalogue.load(extra=[EXTRA])
RULEBOOK = CATALOGUE.type("s1")
EXAMPLE = CATALOGUE.examples("s1")["valid_one_year_alone"]
INSTITUTION_ID = find(EXAMPLE, RULEBOOK.institution)[0].value
INSTITUTION = f"""
[[institution]]
id = "{INSTITUTION_ID}"
name = "Institution of the new type"
country = "{find(EXAMPLE, RULEBOOK.issuing_country)[0].value}"
types = ["s1"]
issue_from = 2020-01-01
contact = {{ street_address = "1", email = "s1@institution.example", website = "https://institution.example" }}
"""


@dataclass(frozen=True)
class Stage:
    officer: Officer
    holder: Holder
    inspector: Inspector


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    data = tmp_path_factory.mktemp("s1") / "pilot"
    institutions = data.with_suffix(".toml")
    institutions.write_text(INSTITUTION)
    issuer, verifier = serving.free_url(), serving.free_url()
    keys = create_pilot(
        data, issuer_url=issuer, verifier_hosts=["localhost"], now=datetime.now(UTC), random=os.urandom,
        institutions=institutions,
    )  # fmt: skip
    wallet = build_wallet(WalletSettings(data=data, store=data / "wallet"), catalogue=CATALOGUE)
    with (
        serving.services(data, issuer_url=issuer, verifier_url=verifier, catalogue=CATALOGUE),
        httpx2.Client(timeout=30) as http,
    ):
        key = keys[INSTITUTION_ID]
        yield Stage(Officer(http, issuer, key), Holder(wallet), Inspector(http, verifier))


@pytest.fixture(scope="module")
def document(stage: Stage) -> dict[str, Any]:
    return dict(stage.officer.post("s1", EXAMPLE, idempotency_key="s1"))


def test_it_travels_from_institution_to_inspector_in_every_format(stage: Stage, document: dict[str, Any]) -> None:
    assert stage.holder.collect(document["offer"]) == sorted(
        id_ for id_ in WALLET_FORMATS if RULEBOOK.wire(id_) is not None
    )
    profile = next(iter(RULEBOOK.queries))
    for format_id in WALLET_FORMATS:
        request = stage.inspector.ask("s1", profile, format_id, state=_state())
        stage.holder.show(request)
        verdict = stage.inspector.result(request)
        assert verdict["verdict"] == "CONFIRMED", verdict["deciding"]
        assert verdict["document"]["type_id"] == "s1"
        assert verdict["holder_proof"]


def test_its_inspection_code_is_scanned(stage: Stage, document: dict[str, Any]) -> None:
    verdict = stage.inspector.scan(stage.officer.code_image(document), state=_state())
    assert verdict["verdict"] == "CONFIRMED", verdict["deciding"]
    assert verdict["claims"]
    assert not verdict["holder_proof"]


def test_its_rules_are_asked_before_anything_is_signed(stage: Stage) -> None:
    faulty = CATALOGUE.examples("s1")["invalid_s1_01_end_before_start"]
    answer = stage.officer.http.post(
        f"{stage.officer.issuer}/v1/s1", json=dict(faulty),
        headers={"Authorization": f"Bearer {stage.officer.key}", "Idempotency-Key": "faulty"},
    )  # fmt: skip
    assert answer.status_code == 422
    assert "S1-01" in {fault["rule"] for fault in answer.json()["faults"]}


def test_the_program_itself_does_not_know_it() -> None:
    assert "s1" not in Catalogue.load().rulebooks


def _state() -> str:
    """A State that the example covers."""
    assert RULEBOOK.coverage is not None
    return str(next(found.value for path in RULEBOOK.coverage.states for found in find(EXAMPLE, path)))
