"""`socsec prefetch`: what it prints of lists that are here and of an issuer that does not answer."""

import json
from pathlib import Path

import httpx2
import pytest
from typer.testing import CliRunner

from socsec import serving
from socsec.cli import main
from tests.socsec.pilots import URSSAF, pilot_of_today, register


@pytest.fixture
def pilot(tmp_path: Path) -> tuple[Path, str, str]:
    """The folder, the issuer's address and the bearer key of one institution."""
    data, url = tmp_path / "data", serving.free_url()
    keys = pilot_of_today(data, url)
    return data, url, keys[URSSAF]


def prefetch(data: Path) -> tuple[int, list[dict[str, str | None]]]:
    result = CliRunner().invoke(main, ["prefetch", "--data", str(data), "--json"])
    return result.exit_code, json.loads(result.stdout.splitlines()[-1])


def test_the_lists_of_a_running_issuer_are_fetched(pilot: tuple[Path, str, str]) -> None:
    data, url, key = pilot
    with serving.services(data, issuer_url=url, verifier_url=serving.free_url()):
        registered = register(url, key)
        assert registered.status_code == 201, registered.text
        listed = httpx2.get(f"{url}/status").json()["status_lists"]
        assert prefetch(data) == (0, [{"uri": uri, "reason": None} for uri in listed])
        assert listed


def test_an_issuer_that_does_not_answer_is_told(pilot: tuple[Path, str, str]) -> None:
    data, url, _ = pilot
    assert prefetch(data) == (1, [{"uri": f"{url}/status", "reason": "unreachable"}])


def test_a_folder_that_is_no_pilot(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["prefetch", "--data", str(tmp_path)])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "is no pilot" in result.stderr
    assert list(tmp_path.iterdir()) == []
