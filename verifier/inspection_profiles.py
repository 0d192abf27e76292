"""Profiles of inspection as data (`verifier/profiles/*.toml`): what a person of a role asks, and gets to see.

`query` names the query of the rulebooks that is asked; `types` those it is for (all that have the query, if left out);
`expects` the expectations without which the answer would mean nothing; `sees` the claims that are shown, by type (all
that an inspector may see, if left out); `offers` the dialogues with the issuer that a person of this role begins, by
their purpose in the rulebooks (none, if left out); `view` `full`, `boxes` for somebody who copies the document into a
form, or `level` for somebody who is no authority and is told green, amber or red; `reader` `hand_scanner` where codes
are read by a scanner that types what it reads (`camera`, if left out). What a role does not see is cut before it is
kept, so it is in no page and no log.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from vc_core.claims import ClaimPath, project
from vc_core.rulebook import Dialogue, Rulebook
from vc_core.verdict import Word

_FILES = Path(__file__).parent / "profiles"
EXPECTATIONS = frozenset({"day", "host_state", "employer", "person"})
LEVELS: Mapping[str, str] = {
    Word.CONFIRMED: "green",
    Word.CONFIRMED_STATUS_OLD: "amber",
    Word.CANNOT_CONFIRM: "amber",
    Word.NOT_COVERED: "red",
    Word.WITHDRAWN: "red",
}
"""Not established is not bad."""

_DOCUMENT = ("type_id", "title")
_CHECK = ("id", "outcome", "severity", "refs")
_EVIDENCE = frozenset({"day", "state", "age_s", "issued_at"})


class View(StrEnum):
    FULL = "full"
    BOXES = "boxes"
    LEVEL = "level"


class Reader(StrEnum):
    CAMERA = "camera"
    HAND_SCANNER = "hand_scanner"


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionProfile:
    """See the module. types, offers, sees: None for no limit."""

    id: str
    query: str
    view: View = View.FULL
    reader: Reader = Reader.CAMERA
    types: tuple[str, ...] | None = None
    expects: tuple[str, ...] = ()
    offers: tuple[str, ...] | None = None
    sees: Mapping[str, Sequence[ClaimPath]] | None = field(default=None)

    def __post_init__(self) -> None:
        if not EXPECTATIONS.issuperset(self.expects):
            raise ValueError(f"{self.id}: expectations are {', '.join(sorted(EXPECTATIONS))}")
        if self.view is View.LEVEL and self.sees is None:
            raise ValueError(f"{self.id}: a level alone needs to say what is seen beside it")

    def suits(self, type_id: str) -> bool:
        return self.types is None or type_id in self.types

    def missing(self, expectation: Mapping[str, Any]) -> tuple[str, ...]:
        """Expectations that have to be asked and were not; expectation: its JSON. A day is always known."""
        return tuple(name for name in self.expects if name != "day" and name not in expectation)

    def shown(self, verdict: Mapping[str, Any]) -> dict[str, Any]:
        """A verdict's JSON as this role gets to see it."""
        seen = dict(verdict)
        if self.sees is not None:
            type_id = verdict["document"].get("type_id", "")
            seen["claims"] = project(verdict["claims"], self.sees.get(type_id, ()))
        return seen if self.view is not View.LEVEL else {**_level(seen), "document": self.document(verdict["document"])}

    def dialogues(self, verdict: Mapping[str, Any], rulebook: Rulebook | None) -> Mapping[str, Dialogue]:
        """The dialogues that this role may begin after this verdict, by their purpose."""
        return {
            purpose: dialogue
            for purpose, dialogue in ({} if rulebook is None else rulebook.dialogues).items()
            if (self.offers is None or purpose in self.offers) and verdict["verdict"] in dialogue.after
        }

    def document(self, document: Mapping[str, str]) -> dict[str, str]:
        """What this role gets to see of what the document is; document: `document` of a verdict's JSON."""
        if self.view is not View.LEVEL:
            return dict(document)
        return {name: document[name] for name in _DOCUMENT if name in document}


@dataclass(frozen=True, slots=True, kw_only=True)
class Profiles:
    """Every profile, by its id."""

    by_id: Mapping[str, InspectionProfile]

    def of(self, name: str) -> InspectionProfile:
        """A name that no file defines is that of a rulebook's query, without further limits."""
        return self.by_id.get(name) or InspectionProfile(id=name, query=name)


def load_profiles(folder: Path = _FILES) -> Profiles:
    """Raises `ValueError` for a file that is none."""
    return Profiles(by_id={file.stem: _read(file) for file in sorted(folder.glob("*.toml"))})


def _read(file: Path) -> InspectionProfile:
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    unknown = data.keys() - {"query", "view", "types", "expects", "offers", "sees", "reader"}
    if unknown:
        raise ValueError(f"{file.name}: unknown members {', '.join(sorted(unknown))}")
    sees = data.get("sees")
    return InspectionProfile(
        id=file.stem,
        query=data["query"],
        view=View(data["view"]),
        reader=Reader(data.get("reader", Reader.CAMERA)),
        types=tuple(data["types"]) if "types" in data else None,
        expects=tuple(data["expects"]),
        offers=tuple(data.get("offers", ())),
        sees=None if sees is None else {type_id: tuple(map(_path, paths)) for type_id, paths in sees.items()},
    )


def _path(pointer: str) -> ClaimPath:
    """As rulebooks write paths: `/employer/*/name`."""
    return tuple(None if part == "*" else part for part in pointer.split("/")[1:])


def _level(verdict: dict[str, Any]) -> dict[str, Any]:
    """No number, no institution, no receipt, no evidence that could tell more of the person than the name."""
    checks = [_bare(check) for check in verdict["checks"]]
    rest = {name: value for name, value in verdict.items() if name != "receipt"}
    return {**rest, "level": LEVELS[verdict["verdict"]], "checks": checks}


def _bare(check: Mapping[str, Any]) -> dict[str, Any]:
    evidence = {name: value for name, value in check.get("evidence", {}).items() if name in _EVIDENCE}
    return {**{name: check[name] for name in _CHECK}, **({"evidence": evidence} if evidence else {})}
