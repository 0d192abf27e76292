"""Inside the verifier, imports run one way: app > http | adapters > use cases > ports and refusals (design.md 2)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "verifier"
EDGES = ("verifier.app", "verifier.http", "verifier.adapters")
LIBRARIES = (
    "fastapi",
    "starlette",
    "pydantic",
    "sqlalchemy",
    "alembic",
    "httpx2",
    "jinja2",
    "structlog",
    "prometheus_client",
    "uvicorn",
)
COMPOSED = {"settings"}
USE_CASES = [path for path in ROOT.glob("*.py") if path.stem not in COMPOSED]


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def among(name: str, packages: tuple[str, ...]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


@pytest.mark.parametrize("path", USE_CASES, ids=lambda path: path.stem)
def test_a_use_case_knows_no_edge_and_no_framework(path: Path) -> None:
    assert [name for name in imports(path) if among(name, (*EDGES, *LIBRARIES))] == []


@pytest.mark.parametrize(("room", "foreign"), [("http", "verifier.adapters"), ("adapters", "verifier.http")])
def test_the_two_edges_do_not_know_each_other(room: str, foreign: str) -> None:
    found = [
        (path.stem, name)
        for path in (ROOT / room).rglob("*.py")
        for name in imports(path)
        if among(name, (foreign, "verifier.app"))
    ]
    assert found == []


@pytest.mark.parametrize("path", USE_CASES, ids=lambda path: path.stem)
def test_a_use_case_reads_no_clock_and_draws_no_randomness(path: Path) -> None:
    """style.md 19 and 20."""
    text = path.read_text()
    assert [call for call in (".now(", ".utcnow(", ".today(", "urandom", "time.time", "uuid4") if call in text] == []
    assert [name for name in imports(path) if among(name, ("time", "random", "secrets", "os", "socket"))] == []
