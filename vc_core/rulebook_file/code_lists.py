"""The form of `codelists/<id>.toml`: codes with labels, citation and dates; spellings."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from pydantic import Field, ValidationError

from vc_core.code_list import Code, CodeList
from vc_core.rulebook_file.errors import RulebookError, from_validation
from vc_core.rulebook_file.fields import FileModel, Texts


class _CodeTable(FileModel):
    label: Texts
    citation: str | None = None
    since: date | None = None
    until: date | None = None


class _CodeListFile(FileModel):
    description: str
    code: dict[str, _CodeTable]
    spelling: dict[str, dict[str, str]] = Field(default_factory=dict)


def build_code_list(list_id: str, document: Mapping[str, Any], *, file: str) -> CodeList:
    """The code list that a parsed file holds. Raises `RulebookError`."""
    try:
        table = _CodeListFile.model_validate(document)
    except ValidationError as error:
        raise from_validation(file, error) from error
    for name, spelling in table.spelling.items():
        if strange := sorted(set(spelling) - set(table.code)):
            raise RulebookError(file, f"spelling.{name}", f"no such code: {', '.join(strange)}")
    codes = {
        code: Code(code=code, labels=entry.label, citation=entry.citation, since=entry.since, until=entry.until)
        for code, entry in table.code.items()
    }
    return CodeList(id=list_id, codes=MappingProxyType(codes), spellings=MappingProxyType(table.spelling))
