"""Reading `scenarios/*.toml`: each table of a file is one scenario, its name says of which kind.

`[defaults]` of a file gives members that its scenarios have in common. A member that nobody knows is an error, and so
is an id or a case that stands there twice.
"""

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config

from conformance.scenario import (
    AnyScenario,
    Asked,
    Case,
    ExpectedAnswer,
    ExpectedCheck,
    ExpectedRefusal,
    ExpectedVerdict,
    Issuance,
    PersonAsked,
    Receipt,
    Request,
    Response,
    Verification,
    cases_of,
)

FOLDER = Path(__file__).parent / "scenarios"
LANGUAGES = ("en", "fr", "de")

_KINDS: Mapping[str, type[AnyScenario]] = {
    "verification": Verification,
    "receipt": Receipt,
    "request": Request,
    "issuance": Issuance,
    "response": Response,
}
for _class in (*_KINDS.values(), Asked, PersonAsked, ExpectedVerdict, ExpectedCheck, ExpectedRefusal, ExpectedAnswer):
    with_config(ConfigDict(extra="forbid"))(_class)
_READERS: Mapping[str, TypeAdapter[AnyScenario]] = {kind: TypeAdapter(class_) for kind, class_ in _KINDS.items()}


class ScenarioFileError(Exception):
    """A scenario file that cannot be used; says where and why."""


def load_scenarios(folder: Path = FOLDER) -> tuple[AnyScenario, ...]:
    """All scenarios of a folder, by file and in their order. Raises `ScenarioFileError`."""
    found = [scenario for file in sorted(folder.glob("*.toml")) for scenario in _read(file)]
    repeated = [id_ for id_, count in Counter(scenario.id for scenario in found).items() if count > 1]
    if repeated:
        raise ScenarioFileError(f"ids that stand there twice: {', '.join(repeated)}")
    return tuple(found)


def all_cases(scenarios: tuple[AnyScenario, ...]) -> tuple[Case, ...]:
    return tuple(case for scenario in scenarios for case in cases_of(scenario))


def _read(file: Path) -> Iterator[AnyScenario]:
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ScenarioFileError(f"{file.name}: {error}") from error
    defaults = document.pop("defaults", {})
    for kind, entries in document.items():
        if kind not in _KINDS:
            raise ScenarioFileError(f"{file.name}: no kind of scenario is called {kind}")
        for entry in entries:
            yield _scenario(kind, {**defaults, **entry}, file)


def _scenario(kind: str, entry: dict[str, Any], file: Path) -> AnyScenario:
    try:
        scenario = _READERS[kind].validate_python(entry)
    except ValidationError as error:
        raise ScenarioFileError(f"{file.name}, {entry.get('id', '?')}: {error}") from error
    if not scenario.id.startswith(f"{file.stem}."):
        raise ScenarioFileError(f"{file.name}: the id {scenario.id} does not begin with the name of the file")
    if set(scenario.title) != set(LANGUAGES) or not all(scenario.title.values()) or not scenario.source:
        raise ScenarioFileError(f"{file.name}, {scenario.id}: a title in {', '.join(LANGUAGES)}, and a source")
    return scenario
