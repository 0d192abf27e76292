"""Every command block of the README is run, in its order, in one shell, as a newcomer would."""

import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BLOCKS = re.findall(r"^```sh\n(.*?)^```", (ROOT / "README.md").read_text(), re.M | re.S)
# `make test` runs this very test; that it names a target that can be made is all that can be asked of it here.
ITSELF = "make test\n"


def script(folder: Path) -> str:
    """The blocks after the first two, in a folder of their own with what they take from the checkout beside it."""
    for name in ("schemas", ".venv"):
        (folder / name).symlink_to(ROOT / name)
    return "set -euo pipefail\n" + "\n".join(BLOCKS[2:])


def run(command: str, folder: Path, *, seconds: int) -> subprocess.CompletedProcess[str]:
    """A shell in a process group of its own, so that the services it left in the background end with it.

    What it says goes to a file: a pipe that nobody reads would stop it once full.
    """
    said = folder / "said.txt"
    with said.open("w") as output:
        process = subprocess.Popen(
            ["bash", "-c", command], cwd=folder, stdout=output, stderr=subprocess.STDOUT,
            env={**os.environ, "COLUMNS": "200"}, start_new_session=True,
        )  # fmt: skip
        try:
            return subprocess.CompletedProcess(command, process.wait(seconds), said.read_text(), "")
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def test_the_first_screen_has_the_two_commands() -> None:
    first_screen = "\n".join((ROOT / "README.md").read_text().splitlines()[:40])
    assert BLOCKS[:2] == ["make demo\n", ITSELF]
    assert "make demo" in first_screen
    assert "make test" in first_screen
    assert "**No**" in (ROOT / "README.md").read_text()


@pytest.mark.parametrize("block", BLOCKS[:2], ids=str.strip)
def test_the_two_commands_are_targets(block: str) -> None:
    made = subprocess.run(
        ["make", "--dry-run", *block.split()[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr


@pytest.mark.skipif(shutil.which("curl") is None and "CI" not in os.environ, reason="the README's commands use curl")
def test_every_other_block_runs(tmp_path: Path) -> None:
    done = run(script(tmp_path), tmp_path, seconds=480)
    assert done.returncode == 0, done.stdout[-4000:]


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", (ROOT / "README.md").read_text()):
        assert (ROOT / target).exists(), target


def test_every_change_is_told_in_one_line() -> None:
    lines = (ROOT / "CHANGELOG.md").read_text().splitlines()
    told = [line for line in lines if line.startswith("- ")]
    assert told
    assert all(line.endswith(".") for line in told)
