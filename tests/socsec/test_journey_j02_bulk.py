"""J2: a night batch of cards from the command line, killed in the middle and resumed, some rows faulty."""

import gzip
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from typer.testing import CliRunner

from socsec.cli import main
from tests.packaged import CATALOGUE
from tests.socsec.pilots import pilot_of_today

INSTITUTION = "FR:910000"
ROWS = 3000
FAULTY = (1, 1500, 3000)


@pytest.fixture(scope="module")
def pilot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("bulk") / "data"
    pilot_of_today(data)
    return data


def write_cards(path: Path, count: int) -> None:
    """Cards of as many persons; those whose row is in FAULTY expire before their issue."""
    card = dict(CATALOGUE.examples("ehic")["valid_card"])
    with path.open("w") as file:
        for row in range(1, count + 1):
            changed = {
                "document_number": f"8025000001{row:010}",
                "personal_administrative_number": f"2880413{row:08}",
                "date_of_expiry": "2020-01-01" if row in FAULTY else "2028-01-04",
            }
            file.write(json.dumps({**card, **changed}) + "\n")


def command(data: Path, file: Path, *more: str) -> list[str]:
    return ["batch", "ehic", str(file), "--data", str(data), "--institution", INSTITUTION, *more]


def run(data: Path, file: Path, *more: str) -> tuple[int, list[str], str]:
    result = CliRunner().invoke(main, command(data, file, *more))
    return result.exit_code, result.stdout.splitlines(), result.stderr


def rows_done(data: Path) -> int:
    database = data / "issuer.sqlite3"
    if not database.exists():
        return 0
    engine = create_engine(f"sqlite:///{database}")
    with engine.connect() as connection:
        if not connection.execute(text("SELECT count(*) FROM sqlite_master WHERE name = 'job'")).scalar_one():
            return 0
        done = connection.execute(text("SELECT coalesce(sum(issued + failed + duplicate), 0) FROM job")).scalar_one()
    engine.dispose()
    return int(done)


@pytest.fixture
def fresh(pilot: Path, tmp_path: Path) -> Path:
    """A folder of the same institutions with an empty register."""
    return Path(shutil.copytree(pilot, tmp_path / "data"))


def test_a_batch_killed_in_the_middle_ends_as_one_that_was_not(fresh: Path, tmp_path: Path) -> None:
    """AC1, AC2."""
    file = tmp_path / "cards.ndjson"
    write_cards(file, ROWS)
    uninterrupted = Path(shutil.copytree(fresh, tmp_path / "uninterrupted"))
    program = "import sys; from socsec.cli import main; main(sys.argv[1:])"
    process = subprocess.Popen(
        [sys.executable, "-c", program, *command(fresh, file)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while rows_done(fresh) < 1000 and process.poll() is None:
        time.sleep(0.02)
    process.kill()
    assert process.wait() == -9
    assert 0 < rows_done(fresh) < ROWS

    status, lines, told = run(fresh, file)
    assert (status, lines) == (1, [])
    assert "go on with --resume" in told

    status, lines, told = run(fresh, file, "--resume")
    assert (status, lines[0]) == (3, f"issued={ROWS - 3} failed=3 duplicate=0")
    assert f"{ROWS:,} of {ROWS:,} rows" in told
    faults = [json.loads(line) for line in (tmp_path / "cards.ndjson.errors.ndjson").read_text().splitlines()]
    assert [(fault["row"], fault["key"][-4:], fault["pointer"], fault["code"]) for fault in faults] == [
        (row, f"{row:04}", "/date_of_expiry", "EH-05") for row in FAULTY
    ]
    assert all(fault["message"] for fault in faults)

    other = run(uninterrupted, file)
    assert other[0] == 3
    assert other[1][:2] == lines[:2]
    assert lines[1].startswith("registry sha256=")


def test_the_same_file_again_holds_duplicates_only(fresh: Path, tmp_path: Path) -> None:
    """AC3."""
    file = tmp_path / "cards.ndjson"
    write_cards(file, 4)
    first = run(fresh, file)
    assert first[1][0] == "issued=3 failed=1 duplicate=0"
    again = run(fresh, file, "--errors", str(tmp_path / "told"))
    assert again[1][:2] == ["issued=0 failed=1 duplicate=3", first[1][1]]
    told = [json.loads(line)["code"] for line in (tmp_path / "told").read_text().splitlines()]
    assert told == ["EH-05", "DUPLICATE", "DUPLICATE", "DUPLICATE"]


def test_dry_run_leaves_the_register_empty(fresh: Path, tmp_path: Path) -> None:
    """AC4."""
    file = tmp_path / "cards.ndjson"
    write_cards(file, 4)
    empty = run(fresh, file, "--dry-run")
    assert (empty[0], empty[1][0]) == (3, "issued=3 failed=1 duplicate=0")
    assert run(fresh, file)[1][0] == "issued=3 failed=1 duplicate=0"


def test_the_environment_says_where_the_register_is(fresh: Path, tmp_path: Path) -> None:
    """As it says it to the service; else a batch would fill a register that nobody reads."""
    file, elsewhere = tmp_path / "cards.ndjson", tmp_path / "elsewhere.sqlite3"
    write_cards(file, 2)
    named = {"SOCSEC_ISSUER_DATABASE_URL": f"sqlite:///{elsewhere}"}
    done = CliRunner().invoke(main, command(fresh, file), env=named)
    assert done.stdout.startswith("issued=1 failed=1")
    assert elsewhere.exists()
    assert not (fresh / "issuer.sqlite3").exists()


def test_a_csv_file_in_gzip_by_the_template(fresh: Path, tmp_path: Path) -> None:
    header = CliRunner().invoke(main, ["batch", "ehic", "--template"]).stdout.strip()
    card = CATALOGUE.examples("ehic")["valid_card"]
    cells = []
    for name in header.split(","):
        value: Any = card
        for part in name.split("."):
            value = value.get(part, {})
        cells.append(f'"{value or ""}"')
    file = tmp_path / "cards.csv.gz"
    file.write_bytes(gzip.compress("\n".join([header, ",".join(cells)]).encode()))
    assert run(fresh, file)[:2][1][0] == "issued=1 failed=0 duplicate=0"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["batch", "ehic", "{file}"], "name the institution with --institution"),
        (["batch", "ehic", "{file}", "--institution", "XX:1"], "no institution XX:1"),
        (["batch", "a1", "{file}", "--institution", INSTITUTION], "may not issue this type"),
        (["batch", "nothing", "{file}", "--institution", INSTITUTION], "no such credential type"),
        (["batch", "ehic", "{file}.gone", "--institution", INSTITUTION], "No such file"),
        (["batch", "ehic", "{empty}", "--institution", INSTITUTION], "no_rows"),
    ],
)
def test_what_cannot_be_begun_is_told(fresh: Path, tmp_path: Path, arguments: list[str], told: str) -> None:
    file, empty = tmp_path / "cards.ndjson", tmp_path / "empty.ndjson"
    write_cards(file, 1)
    empty.touch()
    named = [argument.format(file=file, empty=empty) for argument in arguments]
    result = CliRunner().invoke(main, [*named, "--data", str(fresh)])
    assert (result.exit_code, result.stdout) == (1, "")
    assert told in result.stderr
