"""The command line reads a command's modules when it is called, and knows every command."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from socsec.cli import COMMANDS, main


def test_the_help_names_every_command() -> None:
    said = CliRunner().invoke(main, ["--help"])
    assert said.exit_code == 0
    assert all(f" {name} " in said.output for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_goes_by_its_name(name: str) -> None:
    said = CliRunner().invoke(main, [name, "--help"])
    assert said.exit_code == 0
    assert f" socsec {name} " in said.output or f" root {name} " in said.output
    assert "completion" not in said.output


def test_no_command_of_another_name() -> None:
    said = CliRunner().invoke(main, ["verity"])
    assert (said.exit_code, "No such command 'verity'" in said.output) == (2, True)


@pytest.mark.parametrize(
    ("name", "spared"),
    [("wallet", "sqlalchemy"), ("wallet", "fastapi"), ("verify", "fastapi"), ("directory", "fastapi")],
)
def test_a_command_reads_what_it_needs(name: str, spared: str) -> None:
    program = (
        f"import sys; from socsec.cli import main; main(['{name}', '--help'], standalone_mode=False);"
        f" sys.exit('{spared}' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
