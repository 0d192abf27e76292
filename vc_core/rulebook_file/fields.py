"""Field types of rulebook files: texts in every language, claim paths that the schema knows, code lists by name.

What a field refers to is looked up while it is read: the validation context holds the type's schema and the code lists.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, InstanceOf, ValidationInfo

from vc_core.claims import ClaimPath, read_path
from vc_core.claims_schema import ClaimsSchema
from vc_core.code_list import CodeList
from vc_core.rejection import Rejection

LANGUAGES = ("en", "fr", "de")


class FileModel(BaseModel):
    """Base of every table: an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileContext:
    """What a rulebook file may refer to."""

    schema: ClaimsSchema
    code_lists: Mapping[str, CodeList]


def _context(info: ValidationInfo) -> FileContext:
    if not isinstance(info.context, FileContext):
        raise TypeError("a rulebook file is read with a FileContext")
    return info.context


def _every_language(texts: dict[str, str]) -> Mapping[str, str]:
    missing = [language for language in LANGUAGES if not texts.get(language)]
    if missing:
        raise ValueError(f"text missing in {', '.join(missing)}")
    return MappingProxyType(texts)


def _wire_path(value: object) -> ClaimPath:
    try:
        return read_path(value if isinstance(value, str) else "")
    except Rejection as error:
        raise ValueError("a path is written as /employer/*/name") from error


def _claim_path(value: object, info: ValidationInfo) -> ClaimPath:
    path = _wire_path(value)
    if not _context(info).schema.knows(path):
        raise ValueError(f"the schema has no claim {value}")
    return path


def _code_list(value: object, info: ValidationInfo) -> CodeList:
    known = _context(info).code_lists
    if value not in known:
        raise ValueError(f"there is no code list {value}")
    return known[str(value)]


def _day(value: object) -> date | None:
    if value == "today":
        return None
    if not isinstance(value, date):
        raise ValueError('a day is written as 2022-06-27, or "today"')
    return value


Texts = Annotated[dict[str, str], AfterValidator(_every_language)]
Path = Annotated[InstanceOf[tuple[Any, ...]], BeforeValidator(_claim_path)]
WirePath = Annotated[InstanceOf[tuple[Any, ...]], BeforeValidator(_wire_path)]
ListName = Annotated[InstanceOf[CodeList], BeforeValidator(_code_list)]
Day = Annotated[date | None, BeforeValidator(_day)]
