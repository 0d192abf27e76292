"""The words of the consent pages: the same in every language, and one for every reason."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from issuer import refusals
from issuer.http.problem_table import PROBLEMS
from issuer.use_cases.receive_identity import AUTHORIZATION_GONE, DECLINED, NOT_CONFIRMED
from vc_core.person_match import Agreement, Unmatched

FILES = sorted((Path(refusals.__file__).parent / "words").glob("*.toml"))


def words(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


def places(texts: dict[str, Any], above: str = "") -> set[str]:
    found = set()
    for name, value in texts.items():
        found |= places(value, f"{above}{name}.") if isinstance(value, dict) else {f"{above}{name}"}
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_language_says_the_same(file: Path) -> None:
    assert places(words(file)) == places(words(FILES[0]))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_reason_has_words(file: Path) -> None:
    reasons = {*Agreement, *Unmatched, DECLINED, NOT_CONFIRMED, AUTHORIZATION_GONE} - {Agreement.SAME}
    assert set(words(file)["nothing"]["reasons"]) == {str(reason) for reason in reasons}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_refusal_has_words(file: Path) -> None:
    codes = {problem.code for refusal, problem in PROBLEMS.items() if issubclass(refusal, refusals.PageRefusal)}
    assert set(words(file)["refused"]["codes"]) == codes
