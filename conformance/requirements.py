"""Requirements: every row of the requirement checklists, and what proves that it is kept (`requirements.toml`).

A row names pytest functions (`tests/.../test_x.py::test_y`) and scenarios by id. It is PROVEN if it names some and
nothing is said against it, NOT_MET if it says what is lacking (and names what is shown of the rest), MISSING if it says
nothing. The checklists themselves are not part of this project; their ids are.
"""

import ast
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config

FILE = Path(__file__).parent / "requirements.toml"


class State(StrEnum):
    PROVEN = "proven"
    MISSING = "missing"
    NOT_MET = "not_met"


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True, kw_only=True)
class Proofs:
    """tests: node ids, of one case or of all. scenarios: ids. not_met: what is lacking, as a sentence."""

    tests: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    not_met: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    id: str
    proofs: Proofs

    @property
    def state(self) -> State:
        if self.proofs.not_met is not None:
            return State.NOT_MET
        return State.PROVEN if self.proofs.tests or self.proofs.scenarios else State.MISSING


class RequirementsFileError(Exception):
    """The file cannot be used; says where and why."""


_READER = TypeAdapter(dict[str, Proofs])


def load_requirements(file: Path = FILE) -> tuple[Requirement, ...]:
    """In the order of the file. Raises `RequirementsFileError`; TOML itself refuses an id that stands there twice."""
    try:
        rows = _READER.validate_python(tomllib.loads(file.read_text(encoding="utf-8")))
    except (ValueError, ValidationError) as error:
        raise RequirementsFileError(f"{file.name}: {error}") from error
    empty = [id_ for id_, row in rows.items() if row.not_met is not None and not row.not_met.strip()]
    if empty:
        raise RequirementsFileError(f"{file.name}: not_met says nothing: {', '.join(empty)}")
    return tuple(Requirement(id=id_, proofs=row) for id_, row in rows.items())


def missing_tests(nodes: Iterable[str], root: Path) -> list[str]:
    """Those node ids for which there is no such function in the file, or no text that is the id of the case.

    A node is `path::function` or `path::function[case]`, where `case` is one of the texts of which pytest makes the id.
    """
    return [node for node in nodes if not _exists(node, root)]


def _exists(node: str, root: Path) -> bool:
    path, _, rest = node.partition("::")
    function, _, case = rest.partition("[")
    names, texts = _contents(root / path)
    return function in names and (not case or case.removesuffix("]") in texts)


def requirements_json(requirements: Sequence[Requirement]) -> dict[str, Any]:
    return {"summary": summary(requirements), "requirements": [_row_json(one) for one in requirements]}


def summary(requirements: Iterable[Requirement]) -> Mapping[str, int]:
    counted = Counter(one.state for one in requirements)
    return {state.value: counted[state] for state in State}


def _row_json(requirement: Requirement) -> dict[str, Any]:
    proofs = requirement.proofs
    lacking = {} if proofs.not_met is None else {"lacking": proofs.not_met}
    return {
        "id": requirement.id,
        "state": requirement.state.value,
        "tests": list(proofs.tests),
        "scenarios": list(proofs.scenarios),
        **lacking,
    }


@lru_cache
def _contents(file: Path) -> tuple[frozenset[str], frozenset[str]]:
    """The functions of a test file, and all texts in it."""
    if not file.is_file():
        return frozenset(), frozenset()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    names = (part.name for part in tree.body if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef))
    texts = (part.value for part in ast.walk(tree) if isinstance(part, ast.Constant) and isinstance(part.value, str))
    return frozenset(names), frozenset(texts)
