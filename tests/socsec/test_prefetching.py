"""`socsec prefetch`: what it prints of lists that are here and of an issuer that does not answer."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
from typer.testing import CliRunner

from socsec import serving
from socsec.cli import main
from socsec.pilot_folder import create_pilot


@pytest.fixture
def pilot(tmp_path: Path) -> tuple[Path, str, str]:
    """The folder, the issuer's address and the bearer key of one institution."""
    data, url = tmp_path / "data", serving.free_url()
    keys = create_pilot(data, issuer_url=url, verifier_hosts=["localhost"], now=datetime.now(UTC), random=os.urandom)
    return data, url, keys["FR:117000"]


def prefetch(data: Path) -> tuple[int, list[dict[str, str | None]]]:
    result = CliRunner().invoke(main, ["prefetch", "--data", str(data), "--json"])
    return result.exit_code, json.loads(result.stdout.splitlines()[-1])


def test_the_lists_of_a_running_issuer_are_fetched(pilot: tuple[Path, str, str]) -> None:
    data, url, key = pilot
    example = Path(__file__).parents[2] / "schemas" / "a1" / "examples" / "valid_posted_worker.json"
    with serving.services(data, issuer_url=url, verifier_url=serving.free_url()):
        headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "one"}
        registered = httpx2.post(f"{url}/v1/a1", json=json.loads(example.read_text()), headers=headers)
        assert registered.status_code == 201, registered.text
        listed = httpx2.get(f"{url}/status").json()["status_lists"]
        assert prefetch(data) == (0, [{"uri": uri, "reason": None} for uri in listed])
        assert listed


def test_an_issuer_that_does_not_answer_is_told(pilot: tuple[Path, str, str]) -> None:
    data, url, _ = pilot
    assert prefetch(data) == (1, [{"uri": f"{url}/status", "reason": "unreachable"}])
