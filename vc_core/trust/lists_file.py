"""The file that names several trust lists (TOML), one table a list; whoever goes by several has one:

    [[list]]
    name = "fr"                                      # what verdicts call it; a list under another name is another list
    source = "https://trust.example/fr.jwt"          # or a path
    operator_certificate = "fr-operator.pem"         # who has to have signed it
    territories = ["FR"]                             # whose institutions it may list; any, if left out
    types = ["a1"]                                   # which credential types it may entitle to; any, if left out
    minimum_sequence = 41                            # no lower one is taken, even before any was seen; 0, if left out

Paths are relative to the file. A territory is a country of ISO 3166-1, Greece and the United Kingdom also EL and UK. Of
several lists with the same institution, the first is preferred. An unknown member is a fault, since a limit that is
misspelt would be no limit.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

_MEMBERS = frozenset({"name", "source", "operator_certificate", "territories", "types", "minimum_sequence"})
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_TYPE = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_TERRITORY = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPlace:
    """Where one list lies, who signs it and for whom it speaks. name: empty for a list that is the only one."""

    source: str
    operator_certificate: Path
    name: str = ""
    territories: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    minimum_sequence: int = 0

    @property
    def is_remote(self) -> bool:
        return self.source.startswith(("https://", "http://"))


def parse_trust_lists_file(text: str, file: Path) -> tuple[ListPlace, ...]:
    """file: where the text stands. Raises `ValueError` that names the list and the member at fault."""
    try:
        data = tomllib.loads(text)
    except ValueError as error:
        raise ValueError(f"{file.name}: {error}") from None
    tables = data.get("list")
    if data.keys() != {"list"} or not isinstance(tables, list) or not tables:
        raise ValueError(f"{file.name}: holds one table [[list]] for each list and nothing else")
    places = tuple(_place(table, file, number) for number, table in enumerate(tables, 1))
    names = [place.name for place in places]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"{file.name}: two lists are called {name}")
    return places


def _place(table: Any, file: Path, number: int) -> ListPlace:
    where = f"{file.name}: list {number}"
    if not isinstance(table, Mapping):
        raise ValueError(f"{where}: is no table")
    unknown = table.keys() - _MEMBERS
    if unknown:
        raise ValueError(f"{where}: unknown members {', '.join(sorted(unknown))}")
    minimum = table.get("minimum_sequence", 0)
    if type(minimum) is not int or minimum < 0:
        raise ValueError(f"{where}: minimum_sequence: a whole number")
    name = _text(table, "name", where)
    if not _NAME.fullmatch(name):
        raise ValueError(f"{where}: name: letters, digits, dots, dashes, 64 at most")
    place = ListPlace(
        name=name,
        source=_text(table, "source", where),
        operator_certificate=file.parent / _text(table, "operator_certificate", where),
        territories=_limit(table, "territories", _TERRITORY, where),
        types=_limit(table, "types", _TYPE, where),
        minimum_sequence=minimum,
    )
    return place if place.is_remote else replace(place, source=str(file.parent / place.source))


def _text(table: Mapping[str, Any], member: str, where: str) -> str:
    value = table.get(member)
    if not isinstance(value, str) or not value:
        raise ValueError(f"{where}: {member}: is missing or no text")
    return value


def _limit(table: Mapping[str, Any], member: str, form: re.Pattern[str], where: str) -> frozenset[str]:
    """None at all would mean any; whoever means that leaves the member out."""
    value = table.get(member, ())
    if member in table and (not isinstance(value, list) or not value):
        raise ValueError(f"{where}: {member}: a list of one at least")
    if not all(isinstance(one, str) and form.fullmatch(one) for one in value):
        raise ValueError(f"{where}: {member}: holds what is no such name")
    return frozenset(value)
