"""The layers of the issuer: each imports only those below it, and none below `http` and `adapters` meets the world."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "issuer"
LAYERS = ("nouns", "use_cases", "outside", "app")
WORLDLY = {
    "fastapi",
    "starlette",
    "sqlalchemy",
    "alembic",
    "structlog",
    "prometheus_client",
    "uvicorn",
    "httpx2",
    "pydantic",
}
OUTSIDE = {"http", "adapters", "migrations", "settings"}
MODULES = [path for path in sorted(PACKAGE.rglob("*.py")) if "faults" not in path.relative_to(PACKAGE).parts[0]]


def _layer(parts: tuple[str, ...]) -> str:
    match parts[0]:
        case "app":
            return "app"
        case part if part in OUTSIDE:
            return "outside"
        case "use_cases":
            return "use_cases"
        case _:
            return "nouns"


def _imports(path: Path) -> Iterator[tuple[str, ...]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield tuple(node.module.split("."))
            yield from (tuple(f"{node.module}.{alias.name}".split(".")) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (tuple(alias.name.split(".")) for alias in node.names)


def _exists(module: Path) -> bool:
    return module.is_dir() or module.with_suffix(".py").exists()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_run_downwards(path: Path) -> None:
    own = _layer(path.relative_to(PACKAGE).with_suffix("").parts)
    for imported in _imports(path):
        if imported[0] == "issuer" and len(imported) > 1 and _exists(PACKAGE / imported[1]):
            assert LAYERS.index(_layer(imported[1:])) <= LAYERS.index(own), imported
        if own in {"nouns", "use_cases"}:
            assert imported[0] not in WORLDLY, imported
            assert imported[:2] != ("issuer", "http") != imported[:2]
            assert imported[:2] != ("issuer", "adapters")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_http_and_adapters_do_not_meet(path: Path) -> None:
    parts = path.relative_to(PACKAGE).parts
    other = {"http": "adapters", "adapters": "http"}.get(parts[0])
    assert all(imported[:2] != ("issuer", other) for imported in _imports(path))


def test_faults_are_unreachable() -> None:
    """No module of the service knows of deviations (design.md 1)."""
    for path in MODULES:
        assert all(imported[:2] != ("issuer", "faults") for imported in _imports(path)), path
