"""The demonstration plays the whole story over HTTP, tells it in both ways, and fails when a verdict is wrong."""

import json
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from socsec.demo import playing
from socsec.demo.screen import Lines, Terminal, advice
from socsec.demo.story import claims_for, read_story
from socsec.verifying import reasons
from tests.packaged import CATALOGUE
from vc_core import rules
from vc_core.verdict import Word

ROOT = Path(__file__).parents[2]


def test_every_verdict_is_as_expected_and_the_json_says_all() -> None:
    done = subprocess.run(
        [ROOT / ".venv/bin/socsec", "demo", "--json"], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    steps = [json.loads(line) for line in done.stdout.splitlines()]
    verdicts = [step for step in steps if "verdict" in step]
    assert all(step["verdict"] == step["expected"] for step in verdicts)
    assert Counter(step["verdict"] for step in verdicts) == {
        "CONFIRMED": 6, "NOT_COVERED": 3, "WITHDRAWN": 3, "CANNOT_CONFIRM": 2,
    }  # fmt: skip
    codes = [step for step in verdicts if "inspection code" in step["step"] and step["verdict"] == "CONFIRMED"]
    assert {step["advice"] for step in codes} == {"compare with an identity document"}
    assert not any(step["holder_proof"] for step in codes)
    tampered = [step for step in verdicts if step["verdict"] == "CANNOT_CONFIRM"]
    assert all("integrity.claim_digests" in step["deciding"] for step in tampered)
    assert steps[-1] == {"verdicts": len(verdicts), "wrong": []}


@pytest.mark.parametrize("days", [-400, 0, 400])
def test_the_documents_of_the_story_are_good_whatever_the_day(days: int) -> None:
    from datetime import timedelta

    written_for, acts = read_story()
    catalogue, today = CATALOGUE, written_for + timedelta(days=days)
    for act in acts:
        claims = claims_for(act, catalogue, written_for=written_for, today=today)
        assert rules.judge_document(catalogue.type(act.type), claims, today=today).accepted


VERDICT = {
    "verdict": "CONFIRMED",
    "deciding": ["status.freshness"],
    "checks": [{"id": "status.freshness", "reason": "older_than_ttl"}],
    "identity_compared": "no",
    "holder_proof": False,
}


def test_a_wrong_verdict_is_told_and_counted(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for screen in (Terminal(), Lines()):
        play = playing._Play(tmp_path, screen)
        play.expect(Word.WITHDRAWN, "scans the code", VERDICT)
        assert play.wrong == ["scans the code: CONFIRMED, expected WITHDRAWN"]
    assert capsys.readouterr().out.count("WITHDRAWN") == 2


def test_reasons_name_the_checks_that_decided() -> None:
    assert reasons(VERDICT) == "status.freshness: older_than_ttl"
    assert advice(VERDICT) == "compare with an identity document"
    assert advice({**VERDICT, "holder_proof": True}) == ""
