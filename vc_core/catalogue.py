"""The credential types this installation knows, read once from `schemas/`.

`schemas/<type>/` holds `rulebook.toml`, `claims.schema.json` (draft 2020-12), `examples/*.json` and the models that can
be imported, `imports/*.toml`; `schemas/codelists/` holds the code lists. A further root adds types without any change
of code. No other module of the core reads files, but `paper.pages` its fonts; everything in them is checked here, so
that a rulebook in memory is whole. Compiled schemas live in the rulebooks.
"""

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jsonschema import SchemaError

from vc_core.claims import Claims
from vc_core.claims_schema import ClaimsSchema
from vc_core.code_list import CodeList
from vc_core.model_import import ImportModel
from vc_core.rulebook import Rulebook, WireType
from vc_core.rulebook_file import RulebookError, build_code_list, build_import, build_rulebook

_PACKAGED = Path(__file__).resolve().parent.parent / "schemas"
_CODE_LISTS = "codelists"

TypeOnWire = tuple[Rulebook, WireType]


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """All types: by id, by identifier on the wire, by configuration id, by number of an inspection code.

    imports: by type and model, what documents of other systems can be read.
    """

    rulebooks: Mapping[str, Rulebook]
    imports: Mapping[str, Mapping[str, ImportModel]]
    _folders: Mapping[str, Path]
    _by_identifier: Mapping[tuple[str, str], TypeOnWire] = field(init=False, repr=False, compare=False)
    _by_configuration: Mapping[str, TypeOnWire] = field(init=False, repr=False, compare=False)
    _by_number: Mapping[int, Rulebook] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        wires = [(rulebook, wire) for rulebook in self.rulebooks.values() for wire in _wires(rulebook)]
        identifiers = (((wire.format_id, wire.identifier), (rulebook, wire)) for rulebook, wire in wires)
        configurations = ((wire.configuration_id, (rulebook, wire)) for rulebook, wire in wires)
        numbers = ((book.inspection_code.number, book) for book in self.rulebooks.values() if book.inspection_code)
        object.__setattr__(self, "_by_identifier", _unique(identifiers, "identifier"))
        object.__setattr__(self, "_by_configuration", _unique(configurations, "configuration_id"))
        object.__setattr__(self, "_by_number", _unique(numbers, "inspection_code.number"))

    @classmethod
    def load(cls, root: Path | None = None, *, extra: Sequence[Path] = ()) -> "Catalogue":
        """Reads every type below `root` (the one that comes with the program) and below the extra roots.

        An extra root may add code lists and types, and use the lists of the roots before it. Raises `RulebookError`.
        """
        code_lists: dict[str, CodeList] = {}
        rulebooks: dict[str, Rulebook] = {}
        folders: dict[str, Path] = {}
        imports: dict[str, Mapping[str, ImportModel]] = {}
        for place in (root or _PACKAGED, *extra):
            for file in sorted((place / _CODE_LISTS).glob("*.toml")):
                code_lists[file.stem] = build_code_list(file.stem, _read_toml(file), file=str(file))
            for file in sorted(place.glob("*/rulebook.toml")):
                rulebook = _read_rulebook(file, code_lists)
                if rulebook.type_id in rulebooks:
                    raise RulebookError(str(file), "id", f"{rulebook.type_id} twice")
                rulebooks[rulebook.type_id], folders[rulebook.type_id] = rulebook, file.parent
                imports[rulebook.type_id] = _read_imports(file.parent, rulebook, code_lists)
        return cls(
            rulebooks=MappingProxyType(rulebooks),
            imports=MappingProxyType(imports),
            _folders=MappingProxyType(folders),
        )

    def types(self) -> tuple[Rulebook, ...]:
        """Every type, in the order of loading."""
        return tuple(self.rulebooks.values())

    def type(self, type_id: str) -> Rulebook:
        """The type with this id. Raises KeyError; ask `type_id in catalogue.rulebooks` first where a peer names it."""
        return self.rulebooks[type_id]

    def by_identifier(self, format_id: str, identifier: str) -> TypeOnWire | None:
        """The type and its form on the wire for a `vct` or docType of a format."""
        return self._by_identifier.get((format_id, identifier))

    def by_configuration_id(self, configuration_id: str) -> TypeOnWire | None:
        """The type and its form on the wire for a key of `credential_configurations_supported`."""
        return self._by_configuration.get(configuration_id)

    def by_code_number(self, number: int) -> Rulebook | None:
        """The type whose inspection codes carry this number."""
        return self._by_number.get(number)

    def configurations(self) -> tuple[TypeOnWire, ...]:
        """Every form in which a credential of any type can be issued, all profiles, in the order of the rulebooks."""
        return tuple(self._by_configuration.values())

    def examples(self, type_id: str) -> Mapping[str, Claims]:
        """The example documents of a type by file name without `.json`, read now. Fictional persons only."""
        files = sorted((self._folders[type_id] / "examples").glob("*.json"))
        return {file.stem: _read_json(file) for file in files}


def _wires(rulebook: Rulebook) -> Iterator[WireType]:
    for profile in rulebook.profiles.values():
        yield from profile.wires.values()


def _unique(entries: Iterable[tuple[Any, Any]], what: str) -> Mapping[Any, Any]:
    found: dict[Any, Any] = {}
    for key, value in entries:
        if key in found:
            raise RulebookError("schemas", what, f"{key} is used by two types or profiles")
        found[key] = value
    return MappingProxyType(found)


def _read_rulebook(file: Path, code_lists: Mapping[str, CodeList]) -> Rulebook:
    schema_file = file.with_name("claims.schema.json")
    try:
        schema = _compiled(json.dumps(_read_json(schema_file)))
    except SchemaError as error:
        raise RulebookError(str(schema_file), error.json_path, error.message) from error
    return build_rulebook(_read_toml(file), schema=schema, code_lists=code_lists, file=str(file))


@lru_cache(maxsize=64)
def _compiled(schema: str) -> ClaimsSchema:
    """Of the schema as JSON. Checking it takes most of the time of reading a type, and one process often reads the same
    types several times: for issuer, verifier and wallet, or one command after another."""
    return ClaimsSchema(json.loads(schema))


def _read_imports(folder: Path, rulebook: Rulebook, code_lists: Mapping[str, CodeList]) -> Mapping[str, ImportModel]:
    return MappingProxyType(
        {
            file.stem: build_import(
                file.stem, _read_toml(file), schema=rulebook.schema, code_lists=code_lists, file=str(file)
            )
            for file in sorted((folder / "imports").glob("*.toml"))
        }
    )


def _read_toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RulebookError(str(file), "", str(error)) from error


def _read_json(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RulebookError(str(file), "", str(error)) from error
