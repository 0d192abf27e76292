"""The page about numbers names every one that there is, and none else."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

import issuer.adapters.metrics
import issuer.adapters.standing
import verifier.adapters.metrics
import verifier.adapters.standing
from issuer.adapters.database import Database as IssuerDatabase
from tests.issuer.world import Clock
from verifier.adapters.database import Database as VerifierDatabase

PAGE = (Path(__file__).parents[2] / "socsec" / "METRICS.md").read_text()


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """What each service tells before anything has happened."""
    home, clock = tmp_path_factory.mktemp("numbers"), Clock()
    issuing = IssuerDatabase(f"sqlite:///{home / 'issuer.sqlite3'}")
    verifying = VerifierDatabase(f"sqlite:///{home / 'verifier.sqlite3'}")
    issuing.upgrade()
    verifying.upgrade()
    return {
        "issuer": issuer.adapters.metrics.Metrics(issuer.adapters.standing.Standing(issuing, clock)).text().decode(),
        "verifier": verifier.adapters.metrics.Metrics(
            verifier.adapters.standing.Standing(verifying, clock)
        ).text().decode(),
    }  # fmt: skip


@pytest.mark.parametrize("service", ["issuer", "verifier"])
def test_the_page_names_every_number(told: Mapping[str, str], service: str) -> None:
    families = [
        f"{family.name}_total" if family.type == "counter" else family.name
        for family in text_string_to_metric_families(told[service])
        if not family.name.endswith("_created")
    ]
    assert len(families) > 9
    assert re.findall(rf"^\| `(socsec_{service}_\w+)` \|", PAGE, re.M) == sorted(
        families, key=lambda name: PAGE.index(f"| `{name}` |")
    )


def test_alarms_are_about_numbers_that_there_are() -> None:
    named = set(re.findall(r"^\| `(socsec_\w+)` \|", PAGE, re.M))
    alarms = PAGE.partition("## What is worth an alarm")[2]
    used = {re.sub(r"_bucket$", "", name) for name in re.findall(r"socsec_\w+", alarms)}
    assert len(used) > 4
    assert used <= named
