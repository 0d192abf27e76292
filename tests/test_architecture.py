"""What the design decides about the structure, held by tests: layers, types as data, formats in one place, sizes."""

import ast
import json
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("vc_core", "issuer", "verifier", "wallet_sim", "conformance", "socsec", "benchmarks")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
ROLES = ("issuer", "verifier", "wallet_sim")


def _type_words() -> set[str]:
    """Type ids and every identifier of a type on the wire."""
    words = set()
    for rulebook in (ROOT / "schemas").glob("*/rulebook.toml"):
        words.add(rulebook.parent.name)
        text = rulebook.read_text()
        words.update(re.findall(r'(?:identifier|namespace|configuration_id)\s*=\s*"([^"]+)"', text))
    assert len(words) > 3
    return words


def _docstrings(tree: ast.AST) -> set[ast.AST]:
    """Nodes of docstrings, which may name anything."""
    return {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
        and isinstance(node.body[0].value, ast.Constant)
    }


def _strings(path: Path) -> Iterator[tuple[int, str]]:
    tree = ast.parse(path.read_text())
    prose = _docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in prose:
            yield node.lineno, node.value


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_type_id_stands_in_a_module(path: Path) -> None:
    """design.md 4: what is true of one credential type lives in `schemas/<type>/`."""
    words = _type_words()
    found = [(line, text) for line, text in _strings(path) if text in words]
    assert not found


@pytest.mark.parametrize(
    "path",
    [path for path in MODULES if "formats" not in path.relative_to(ROOT).parts],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_formats_are_named_in_their_own_package_only(path: Path) -> None:
    """style.md 7: a format is asked, not branched on."""
    named = {"mso_mdoc", "socsec-inspection-code"}
    found = [(line, text) for line, text in _strings(path) if text in named]
    assert not found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_have_a_docstring_and_are_no_larger_than_400_lines(path: Path) -> None:
    text = path.read_text()
    assert ast.get_docstring(ast.parse(text)), "style.md 29"
    assert text.count("\n") <= 400, "style.md 8: split by concept"


@pytest.mark.parametrize(
    "path",
    [path for path in MODULES if "migrations" in path.relative_to(ROOT).parts],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_migrations_import_nothing_of_the_product(path: Path) -> None:
    """What a released step of the schema does must not change with the program."""
    modules = set[str]()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            modules.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            modules.add("." * node.level + (node.module or ""))
    assert {module.partition(".")[0] for module in modules} <= {"alembic", "sqlalchemy"}


def test_names_say_something() -> None:
    assert not [path for path in MODULES if path.stem in {"utils", "util", "helpers", "common", "misc", "manager"}]


@pytest.mark.parametrize("role", ROLES)
def test_faults_are_unreachable_in_normal_operation(role: str) -> None:
    """Only the conformance harness imports a role's faults."""
    pattern = re.compile(rf"^\s*(?:from {role}\.faults|from {role} import .*\bfaults\b|import {role}\.faults)", re.M)
    importers = [
        path.relative_to(ROOT)
        for path in MODULES
        if path.relative_to(ROOT).parts[0] != "conformance"
        and "faults" not in path.relative_to(ROOT).parts
        and path.stem != "faults"
        and pattern.search(path.read_text())
    ]
    assert not importers


def test_the_lock_pins_every_requirement_by_hash_and_names_no_registry() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    requirements = re.findall(r"^([A-Za-z0-9_.-]+)(?:\[[^]]*\])?==", lock, re.M)
    assert len(requirements) > 50
    assert "://" not in lock
    for block in re.split(r"\n(?=\S)", lock.strip()):
        assert "--hash=sha256:" in block, block.splitlines()[0]


def test_direct_dependencies_are_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    lock = (ROOT / "requirements.lock").read_text().lower()
    for requirement in wanted:
        name = re.split(r"[\[>=<~! ]", requirement, maxsplit=1)[0].lower()
        assert re.search(rf"^{re.escape(name)}(\[[^]]*\])?==", lock, re.M), name


def test_no_tracked_file_is_a_fetched_vector_or_names_this_machine() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    for name in tracked:
        path = ROOT / name
        if path.is_file() and path.suffix in {".py", ".md", ".toml", ".json", ".html", ".js", ".css", ".lock", ""}:
            text = path.read_text(errors="replace")
            assert not re.search(rf"/(?:home|root)/\w|/{'work'}/", text), name


def test_examples_are_json_objects() -> None:
    for path in (ROOT / "schemas").glob("*/examples/*.json"):
        assert isinstance(json.loads(path.read_text()), dict), path
