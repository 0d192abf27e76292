"""The command line: what it does, what it asks, what it says when the wallet refuses."""

import json
import os
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from typer.testing import CliRunner, Result

from tests.wallet_sim import world
from tests.wallet_sim.fakes import FakeIssuer, FakeVerifier, Network
from tests.wallet_sim.world import ISSUER, PILOT
from vc_core import qr
from vc_core.authorization_response import ResponseParameters, WalletError
from wallet_sim.app import build_wallet
from wallet_sim.commands import app
from wallet_sim.settings import WalletSettings
from wallet_sim.terminal import code_in_characters
from wallet_sim.wallet import Wallet

Run = Callable[..., Result]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The part of a pilot folder that a wallet reads."""
    folder = tmp_path / "data"
    (folder / "pki").mkdir(parents=True)
    (folder / "pki" / "trust-list.jwt").write_text(PILOT.trust_list_text)
    (folder / "pki" / "operator.pem").write_bytes(PILOT.operator.chain[0].public_bytes(Encoding.PEM))
    return folder


@pytest.fixture
def passed() -> list[timedelta]:
    """What has passed since the beginning; a test appends."""
    return []


@pytest.fixture
def run(data: Path, network: Network, passed: list[timedelta]) -> Run:
    random = world.seeded("commands")

    def clock() -> datetime:
        return world.NOW + sum(passed, start=timedelta())

    def build(settings: WalletSettings) -> Wallet:
        return build_wallet(settings, clock=clock, random=random, transport=httpx2.MockTransport(network))

    def invoke(*arguments: str, answers: Sequence[str] = ()) -> Result:
        typed = "".join(f"{answer}\n" for answer in answers)
        return CliRunner().invoke(app, ["--data", str(data), *arguments], input=typed, obj=build)

    return invoke


def of_json(result: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_an_offer_is_shown_and_taken(run: Run, issuer: FakeIssuer) -> None:
    result = run("receive", issuer.link, answers=("123456", "y"))
    assert (result.exit_code, result.exception) == (0, None)
    assert "Pilot issuer" in result.output
    assert "FR-A1-2026-000117" in run("list").output


def several_lists(data: Path, limit: str = "") -> None:
    """The pilot's list and one of another operator; limit: a line more about each."""
    (data / "pki" / "other.jwt").write_text(world.OTHER_PILOT.trust_list_text)
    (data / "pki" / "other.pem").write_bytes(world.OTHER_PILOT.operator.chain[0].public_bytes(Encoding.PEM))
    (data / "pki" / "trust-lists.toml").write_text(
        '[[list]]\nname = "other"\nsource = "other.jwt"\noperator_certificate = "other.pem"\n'
        f"{limit}\n"
        f'[[list]]\nname = "own"\nsource = "trust-list.jwt"\noperator_certificate = "operator.pem"\n{limit}\n'
    )


@pytest.mark.parametrize("missing", [False, True], ids=["both", "one_of_them_missing"])
def test_several_trust_lists_are_gone_by(run: Run, data: Path, issuer: FakeIssuer, missing: bool) -> None:
    """Where the folder names them."""
    several_lists(data)
    if missing:
        (data / "pki" / "other.jwt").unlink()
    result = run("receive", issuer.link, "--tx-code", "123456", "--yes")
    assert (result.exit_code, result.stderr) == (0, "")


def test_a_list_of_another_territory_authorises_no_issuer(run: Run, data: Path, issuer: FakeIssuer) -> None:
    several_lists(data, 'territories = ["DE"]')
    refused = run("receive", issuer.link, "--tx-code", "123456", "--yes", "--json")
    assert (refused.exit_code, of_json(refused)["refused"]) == (1, "issuer_of_other_territory")


def test_without_any_of_several_lists_nobody_is_trusted(run: Run, data: Path, issuer: FakeIssuer) -> None:
    several_lists(data)
    for name in ("other.jwt", "trust-list.jwt"):
        (data / "pki" / name).unlink()
    refused = run("receive", issuer.link, "--tx-code", "123456", "--yes", "--json")
    assert (refused.exit_code, of_json(refused)["refused"]) == (1, "trust_list_missing")


def test_a_slip_in_the_file_of_several_lists_is_said(run: Run, data: Path) -> None:
    several_lists(data, 'territory = "DE"')
    result = run("list")
    assert (result.exit_code, result.stderr) == (
        2,
        "the wallet cannot be opened: trust-lists.toml: list 1: unknown members territory\n",
    )


@pytest.mark.parametrize("hindered", [False, True], ids=["", "a_wait_cannot_be_read"])
def test_the_next_run_removes_what_a_crash_left(run: Run, data: Path, issuer: FakeIssuer, hindered: bool) -> None:
    """Between an access and its waits. Where a wait cannot be read, nobody knows what it needs, and the rest works."""
    received = of_json(run("receive", issuer.link, "--tx-code", "123456", "--json"))["received"]
    left = data / "wallet" / "accesses" / "0011223344556677.json"
    left.write_text("{}")
    crashed = (world.NOW - timedelta(hours=2)).timestamp()
    os.utime(left, (crashed, crashed))
    if hindered:
        (data / "wallet" / "waits" / "7766554433221100.json").write_text("{}")
    for record in received:
        assert run("show", record["id"]).exit_code == 0
    assert left.exists() is hindered


def test_an_offer_can_be_left(run: Run, issuer: FakeIssuer) -> None:
    """OpenID4VCI 1.0, section 13.5: no automatic acceptance."""
    assert run("receive", issuer.link, "--tx-code", "123456", answers=("n",)).exit_code == 1
    assert of_json(run("list", "--json")) == {"credentials": [], "codes": [], "waits": []}
    assert not [place for place in issuer.network.log if place.startswith("POST")]


def test_json_asks_nothing(run: Run, issuer: FakeIssuer) -> None:
    received = of_json(run("receive", issuer.link, "--tx-code", "123456", "--json"))["received"]
    assert [one["format"] for one in received] == [world.SD_JWT, world.MDOC]
    held = of_json(run("list", "--json"))["credentials"]
    assert {one["id"] for one in held} == {one["id"] for one in received}


@pytest.mark.parametrize(
    ("arguments", "refused"),
    [
        pytest.param(("receive", "nonsense", "--json"), "link_scheme_unknown", id="receive"),
        pytest.param(("present", "nonsense", "--json"), "link_scheme_unknown", id="present"),
        pytest.param(("show", "0", "--json"), "not_held", id="show"),
        pytest.param(("code", "0", "--json"), "not_held", id="code"),
        pytest.param(("keep-code", "nonsense", "--json"), "code_prefix_missing", id="keep_code"),
    ],
)
def test_a_refusal_is_said_in_json_with_exit_status_1(run: Run, arguments: Sequence[str], refused: str) -> None:
    result = run(*arguments)
    assert (of_json(result)["refused"], result.exit_code) == (refused, 1)


def test_a_refusal_is_said_in_words_on_standard_error(run: Run, issuer: FakeIssuer) -> None:
    result = run("receive", issuer.link, "--tx-code", "12", "--yes")
    assert (result.exit_code, result.stderr) == (1, "Refused: tx_code_malformed\n")


def test_a_credential_is_shown_with_its_labels(run: Run, issuer: FakeIssuer) -> None:
    received = of_json(run("receive", issuer.link, "--tx-code", "123456", "--json"))["received"]
    for record in received:
        shown = run("show", record["id"]).output
        assert "State whose legislation applies" in shown
        assert "Ateliers Durance SAS" in shown
        claims = of_json(run("show", record["id"], "--json"))["claims"]
        assert claims["document_number"] == "FR-A1-2026-000117"


def test_what_a_peer_wrote_is_no_markup(run: Run, issuer: FakeIssuer) -> None:
    issuer.metadata["display"] = [{"name": "[bold]Pilot\u001b[31m issuer[/bold]"}]
    output = run("receive", issuer.link, "--tx-code", "123456", answers=("n",)).output
    assert "[bold]Pilot\N{REPLACEMENT CHARACTER}[31m" in output
    assert "\u001b" not in output


def received(run: Run, issuer: FakeIssuer) -> None:
    assert run("receive", issuer.link, "--tx-code", "123456", "--yes").exit_code == 0


def test_a_request_is_shown_and_answered(run: Run, issuer: FakeIssuer, verifier: FakeVerifier) -> None:
    received(run, issuer)
    result = run("present", verifier.link, answers=("y",))
    assert result.exit_code == 0
    assert "Labour inspectorate of the pilot would see" in result.output
    assert "FR-A1-2026-000117" in result.output
    assert "Ateliers Durance SAS" in result.output
    assert "288041300512345" not in result.output
    assert [type(one) for one in verifier.received] == [ResponseParameters]


def test_a_request_can_be_declined(run: Run, issuer: FakeIssuer, verifier: FakeVerifier) -> None:
    received(run, issuer)
    assert run("present", verifier.link, answers=("n",)).exit_code == 1
    assert verifier.received == [WalletError(error="access_denied", description=None, state="a-state")]


def test_a_presentation_in_json(run: Run, issuer: FakeIssuer, verifier: FakeVerifier) -> None:
    received(run, issuer)
    presented = of_json(run("present", verifier.link, "--json"))["presented"]
    assert presented["verifier"] == "Labour inspectorate of the pilot"
    assert [one["disclosed"] for one in presented["shown"]] == [["/document_number"]]


def test_nothing_to_present_is_said(run: Run, verifier: FakeVerifier) -> None:
    result = run("present", verifier.link, "--json")
    assert of_json(result) == {"refused": "no_credential_matches", "error": "access_denied", "told": True}


def test_a_code_is_kept_and_shown(run: Run, issuer: FakeIssuer, tmp_path: Path) -> None:
    """Taken in from a picture, given out as another."""
    text = world.inspection_code()
    picture = tmp_path / "letter.png"
    picture.write_bytes(qr.png(text))
    kept = of_json(run("keep-code", str(picture), "--json"))["code"]
    received(run, issuer)
    assert of_json(run("code", kept["id"], "--json"))["text"] == text
    for suffix in ("png", "svg"):
        out = tmp_path / f"code.{suffix}"
        shown = run("code", kept["id"], "--out", str(out)).output
        assert text in shown
        assert out.stat().st_size > 500
    assert qr.read((tmp_path / "code.png").read_bytes()) == (text,)
    assert "Inspection codes" in run("list").output


def test_a_link_may_come_from_a_file_or_a_picture(run: Run, issuer: FakeIssuer, tmp_path: Path) -> None:
    (tmp_path / "offer.txt").write_text(issuer.link + "\n")
    (tmp_path / "offer.png").write_bytes(qr.png(issuer.link))
    for name in ("offer.txt", "offer.png"):
        issuer.codes.add("the-code")
        result = run("receive", str(tmp_path / name), "--tx-code", "123456", "--json")
        assert len(of_json(result)["received"]) == 2


def test_a_picture_without_a_code_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "noise.bin").write_bytes(b"\xff\xfe\x00")
    assert of_json(run("receive", str(tmp_path / "noise.bin"), "--json"))["refused"] == "image_unreadable"


def test_asking_for_help_makes_no_wallet(run: Run, data: Path) -> None:
    assert run("receive", "--help").exit_code == 0
    assert not (data / "wallet").exists()


def test_the_code_in_characters_can_be_scanned() -> None:
    """Drawn with half blocks, one character for two modules, light on dark."""
    lines = code_in_characters("SSC1:TEXT").splitlines()
    modules = len(qr.symbol("SSC1:TEXT").modules)
    assert {len(line) for line in lines} == {modules + 2 * qr.QUIET_ZONE}
    assert len(lines) == (modules + 2 * qr.QUIET_ZONE + 1) // 2
    assert set(lines[0]) == {"█"}


# ------------------------------------------------------------------------------------------------------- coming again
@pytest.fixture
def late(issuer: FakeIssuer) -> FakeIssuer:
    issuer.metadata["deferred_credential_endpoint"] = f"{ISSUER}/deferred"
    issuer.interval = 5
    return issuer


def test_what_is_not_ready_is_collected_later(run: Run, late: FakeIssuer, passed: list[timedelta]) -> None:
    taken = of_json(run("receive", late.link, "--tx-code", "123456", "--json"))
    assert (len(taken["received"]), len(taken["waits"])) == (0, 2)
    early = run("collect", "--json")
    assert (early.exit_code, late.network.log.count(f"POST {ISSUER}/deferred")) == (0, 0)
    assert "Not ready" in run("list").output
    late.interval = None
    passed.append(timedelta(seconds=5))
    came = of_json(run("collect", "--json"))
    assert (len(came["received"]), came["waits"], came["refused"]) == (2, [], [])


def test_one_that_is_refused_is_named_and_hinders_no_other(run: Run, late: FakeIssuer, passed: list[timedelta]) -> None:
    waits = of_json(run("receive", late.link, "--tx-code", "123456", "--json"))["waits"]
    late.interval = None
    del late.deferred["transaction-1"]
    passed.append(timedelta(seconds=5))
    result = run("collect", "--json")
    came = of_json(result)
    assert (result.exit_code, len(came["received"]), came["waits"]) == (1, 1, [])
    (refused,) = came["refused"]
    assert refused["id"] in {wait["id"] for wait in waits}
    assert (refused["refused"], refused["error"]) == ("peer_declined", "invalid_transaction_id")


def test_too_early_for_one(run: Run, late: FakeIssuer) -> None:
    (wait, _) = of_json(run("receive", late.link, "--tx-code", "123456", "--json"))["waits"]
    result = run("collect", wait["id"])
    assert result.exit_code == 1
    assert "too_early" in result.output


def test_neither_keys_nor_tokens_are_printed(run: Run, late: FakeIssuer) -> None:
    taken = run("receive", late.link, "--tx-code", "123456", "--json")
    for shown in (taken.output, run("list", "--json").output, run("collect", "--json").output):
        assert "the-token" not in shown
        assert "transaction-" not in shown
        assert "PRIVATE KEY" not in shown
