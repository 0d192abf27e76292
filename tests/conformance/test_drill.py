"""The fault drill (issue 4, "Must be shown" 3): over HTTP nothing that fails is confirmed, nor called withdrawn."""

import json

import pytest
from typer.testing import CliRunner

from conformance.commands import app
from conformance.drill import DRILLS, STATUS_DOWN, TRUST_DOWN, Drill, Row, drill_json, holds, run_drill
from vc_core.verdict import Word

ALL = (TRUST_DOWN, STATUS_DOWN, *DRILLS)


@pytest.fixture(scope="module")
def rows() -> dict[str, Row]:
    return {row.drill.id: row for row in run_drill()}


@pytest.mark.parametrize("drill", [one for one in ALL if one.expected], ids=lambda one: one.id)
def test_a_fault_ends_in_cannot_confirm_with_the_check_and_the_reason(rows: dict[str, Row], drill: Drill) -> None:
    row = rows[drill.id]
    assert (row.word, row.check, row.reason) == (Word.CANNOT_CONFIRM, *(drill.expected or ()))


@pytest.mark.parametrize("drill", [one for one in ALL if one.expected is None], ids=lambda one: one.id)
def test_before_and_after_the_same_document_is_confirmed(rows: dict[str, Row], drill: Drill) -> None:
    assert (rows[drill.id].word, rows[drill.id].check) == (Word.CONFIRMED, None)


def test_the_drill_has_every_fault_of_the_list() -> None:
    kinds = {"status.down", "status.silent", "status.slow", "status.not_found", "status.server_error"}
    kinds |= {"status.text_plain", "status.redirect_loop", "status.expired", "status.list_of_other_uri"}
    kinds |= {"status.signer_of_other_institution", "status.list_bomb", "trust.stale", "trust.rolled_back"}
    kinds |= {"other_trust.stale", "other_trust.rolled_back", "trust.institution_on_other"}
    assert kinds <= {one.id for one in ALL}


def test_a_fault_that_is_confirmed_or_called_withdrawn_does_not_hold(rows: dict[str, Row]) -> None:
    for word in (Word.CONFIRMED, Word.WITHDRAWN):
        bad = Row(drill=STATUS_DOWN, word=word, check=None, reason=None)
        assert not holds([*rows.values(), bad])
    assert drill_json([Row(drill=STATUS_DOWN, word=Word.WITHDRAWN, check=None, reason=None)])["faults_withdrawn"] == 1


def test_the_command_prints_the_table() -> None:
    result = CliRunner().invoke(app, ["drill", "--json"])
    assert result.exit_code == 0, result.stdout
    printed = json.loads(result.stdout)
    assert (printed["faults_confirmed"], printed["faults_withdrawn"]) == (0, 0)
    assert printed["faults"] == len([one for one in ALL if one.expected])
    assert [row["id"] for row in printed["rows"]] == [one.id for one in ALL]
