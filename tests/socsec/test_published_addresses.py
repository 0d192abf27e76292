"""A pilot that was made for one address is not served, and registers nothing, at another."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from issuer.settings import IssuerSettings
from socsec.cli import main
from socsec.options import CommandError
from socsec.published_addresses import require_permitted_address
from tests.socsec.pilots import pilot_of_today

MADE_FOR = "http://127.0.0.1:8001"
ELSEWHERE = "http://127.0.0.1:8701"


@pytest.fixture(scope="module")
def pilot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("pilot") / "data"
    pilot_of_today(data, MADE_FOR)
    return data


def test_the_address_that_it_was_made_for(pilot: Path) -> None:
    require_permitted_address(IssuerSettings(data=pilot, base_url=MADE_FOR), datetime.now(UTC))


@pytest.mark.parametrize("address", [ELSEWHERE, f"{MADE_FOR}/below", "http://127.0.0.1:80", "http://localhost:8001"])
def test_another(pilot: Path, address: str) -> None:
    with pytest.raises(CommandError) as refused:
        require_permitted_address(IssuerSettings(data=pilot, base_url=address), datetime.now(UTC))
    assert f"--issuer-url {MADE_FOR}," in str(refused.value)
    assert f"{address}/status/" in str(refused.value)


def test_a_folder_without_a_list_is_for_others_to_judge(tmp_path: Path) -> None:
    require_permitted_address(IssuerSettings(data=tmp_path, base_url=ELSEWHERE), datetime.now(UTC))


@pytest.mark.parametrize("command", [["serve"], ["batch", "ehic", "rows.ndjson"]])
def test_the_commands_say_so_and_do_nothing(pilot: Path, command: list[str]) -> None:
    refused = CliRunner().invoke(main, [*command, "--data", str(pilot), "--issuer-url", ELSEWHERE])
    assert refused.exit_code == 1
    assert "no verifier would confirm" in refused.output
    assert not list(pilot.glob("*.sqlite3"))
