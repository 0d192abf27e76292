"""Fixtures are enough to judge by: a reader that has nothing but the files comes to the verdict that they name."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from conformance.fixtures import write_fixtures
from conformance.scenario import Verification
from conformance.scenario_files import all_cases, load_scenarios
from conformance.world import World
from tests.packaged import CATALOGUE
from vc_core import base64url, dcql, qr
from vc_core.formats.base import HolderChallenge
from vc_core.formats.registry import QUERY_FORMATS
from vc_core.rejection import Rejection
from vc_core.signer import SoftwareKey
from vc_core.transaction_data import parse_transactions
from vc_core.trust import TrustList, read_trust_list
from vc_core.verdict import Verdict
from vc_core.verification import (
    CredentialUnreadable,
    Expected,
    HolderPolicy,
    Person,
    Policy,
    StatusFetched,
    StatusUnavailable,
    TrustUnavailable,
    begin,
    finish,
    wanted_status_lists,
)
from vc_core.verification.procedure import read, unreadable

THEMES = ("genuine.", "status.w", "status.u", "trust.r", "holder_binding.kb_", "dc_api.", "transaction")
CASES = {
    case.id: case
    for case in all_cases(load_scenarios())
    if isinstance(case.scenario, Verification) and case.id.startswith(THEMES) and case.type_id == "a1"
}


@pytest.fixture(scope="module")
def folder(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fixtures") / "f"
    assert write_fixtures(world, CASES.values(), folder) == len(CASES)
    return folder


@pytest.fixture(scope="module")
def listed(folder: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((folder / "fixtures.json").read_bytes())
    return document


def judged(folder: Path, listed: dict[str, Any], case_id: str) -> tuple[Verdict, dict[str, Any]]:
    """By the core, which sees files only."""
    now = datetime.fromisoformat(listed["now"])
    [entry] = [one for one in listed["cases"] if one["id"] == case_id]
    home = folder / entry["folder"]
    case: dict[str, Any] = json.loads((home / "case.json").read_bytes())
    parsed = read((home / "shown.txt").read_text(encoding="utf-8"))
    if isinstance(parsed, CredentialUnreadable):
        return unreadable(parsed, now), case
    expected = asked(folder, case)
    policy = Policy(holder=HolderPolicy.NOT_ASKED if expected.challenge is None else HolderPolicy.REQUIRED)
    begun = begin(parsed, expected, trust_list(folder, case, now), policy, now, CATALOGUE)
    return finish(begun, {uri: status_list(folder, case, uri, now) for uri in wanted_status_lists(begun)}), case


def asked(folder: Path, case: dict[str, Any]) -> Expected:
    said = case["asked"]
    born = (said["person"] or {}).get("birth_date")
    person = said["person"] and Person(**{**said["person"], "birth_date": born and date.fromisoformat(born)})
    expected = Expected(
        day=date.fromisoformat(said["day"]), host_state=said["host_state"], employer=said["employer"], person=person
    )
    if case["challenge"] is None:
        return expected
    query = dcql.parse_query(case["query"], QUERY_FORMATS)
    key = load_pem_private_key((folder / "encryption-key.pem").read_bytes(), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    sent = dict(case["challenge"])
    data, thumbprint = sent.pop("transaction_data"), sent.pop("encryption_thumbprint")
    challenge = HolderChallenge(
        **sent,
        encryption_thumbprint=base64url.decode(thumbprint),
        agreement=SoftwareKey(key),
        transactions=parse_transactions(data, query) if data else (),
    )
    return replace(expected, challenge=challenge, query=query.credentials[0])


def trust_list(folder: Path, case: dict[str, Any], now: datetime) -> TrustList | TrustUnavailable:
    operator = x509.load_pem_x509_certificate((folder / "operator.pem").read_bytes())
    said = case["trust_list"]
    text = (folder / said["file"]).read_text(encoding="utf-8")
    try:
        return read_trust_list(text, operator=operator, now=now, minimum_sequence=said["known_sequence"])
    except Rejection as rejection:
        return TrustUnavailable(reason=rejection.reason)


def status_list(folder: Path, case: dict[str, Any], uri: str, now: datetime) -> StatusFetched | StatusUnavailable:
    said = case["status_list"]
    if uri != said["uri"]:
        return StatusUnavailable(reason="http_404")
    if said["status"] is None:
        return StatusUnavailable(reason="unreachable")
    if not 200 <= said["status"] < 300:
        return StatusUnavailable(reason=f"http_{said['status']}")
    body, fetched_at = (folder / said["file"]).read_bytes(), now - timedelta(seconds=1)
    return StatusFetched(body=body, content_type=said["content_type"], fetched_at=fetched_at)


@pytest.mark.parametrize("case_id", CASES)
def test_files_alone_lead_to_the_verdict(folder: Path, listed: dict[str, Any], case_id: str) -> None:
    verdict, case = judged(folder, listed, case_id)
    assert verdict.word.value == case["expect"]["verdict"]
    found = {check.id: (check.outcome.value, check.reason) for check in verdict.checks}
    for check in case["expect"]["checks"]:
        assert found[check["id"]][0] == check["outcome"]
        assert check.get("reason") in (None, found[check["id"]][1])


def test_a_code_can_be_scanned(folder: Path) -> None:
    pictures = sorted(folder.glob("genuine.*/*/*/shown.png"))
    assert pictures
    for picture in pictures:
        assert qr.read(picture.read_bytes()) == (picture.with_suffix(".txt").read_text(),)


def test_what_is_not_at_fault_is_there_once(folder: Path, listed: dict[str, Any]) -> None:
    own = {str(path.parent.relative_to(folder)) for path in folder.glob("*/*/*/trust-list.jwt")}
    assert own
    assert {one["role"] for one in listed["cases"] if one["folder"] in own} == {"trust_operator"}


def test_a_folder_that_is_there_is_left_alone(world: World, folder: Path) -> None:
    before = (folder / "fixtures.json").read_bytes()
    with pytest.raises(FileExistsError):
        write_fixtures(world, (), folder)
    assert (folder / "fixtures.json").read_bytes() == before
