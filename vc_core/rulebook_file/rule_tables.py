"""The form of `[[rule]]` and `[[rule.case]]`.

The kinds are not listed a second time: the table of a kind has the fields of its class in `rule_kinds`, under the
class's name in snake case (`DateOrder` is `kind = "date_order"`), and each field's type says how it is written.
"""

import codecs
import re
from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, Union, get_args, get_type_hints

from pydantic import AfterValidator, Field, create_model, model_validator

from vc_core import rule_kinds
from vc_core.checks import Severity
from vc_core.claims import ClaimPath
from vc_core.code_list import CodeList
from vc_core.rule_kinds import Case, Condition, HasValue, IsAbsent, IsPresent, Moment, Rule, Scalar, Term, Unless
from vc_core.rulebook_file.fields import Day, FileModel, ListName, Path, Texts


class _ConditionTable(FileModel):
    """`{ path = "/employer/*/type", in = ["01"] }`, or `unless = ["01"]`, `present = true`, `absent = true`."""

    path: Path
    in_: list[Scalar] | None = Field(default=None, alias="in", min_length=1)
    unless: list[Scalar] | None = Field(default=None, min_length=1)
    present: Literal[True] | None = None
    absent: Literal[True] | None = None

    @model_validator(mode="after")
    def _one_question(self) -> Self:
        if len(self.model_fields_set - {"path"}) != 1:
            raise ValueError("a condition has a path and one of in, unless, present, absent")
        return self

    def condition(self) -> Condition:
        if self.in_ is not None:
            return HasValue(path=self.path, values=frozenset(self.in_))
        if self.unless is not None:
            return Unless(path=self.path, values=frozenset(self.unless))
        return IsPresent(path=self.path) if self.present else IsAbsent(path=self.path)


class _TermTable(FileModel):
    """A path, or `{ path = "/authentic_source/id", before = ":" }`."""

    path: Path
    before: str | None = None
    after: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _path_alone(cls, value: object) -> object:
        return {"path": value} if isinstance(value, str) else value

    def term(self) -> Term:
        return Term(path=self.path, before=self.before, after=self.after)


def _has_value(table: _ConditionTable) -> HasValue:
    condition = table.condition()
    if not isinstance(condition, HasValue):
        raise ValueError("a path and the values it may have (in)")
    return condition


def _pattern(value: str) -> str:
    try:
        re.compile(value, re.ASCII)
    except re.error as error:
        raise ValueError(f"no regular expression: {error}") from error
    return value


def _charsets(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        try:
            codecs.lookup(value)
        except LookupError as error:
            raise ValueError(f"no character set: {value}") from error
    return values


_Term = Annotated[_TermTable, AfterValidator(_TermTable.term)]

_WRITTEN: Mapping[Any, Any] = {
    int: int,
    str: Annotated[str, AfterValidator(_pattern)],
    date | None: Day,
    ClaimPath: Path,
    ClaimPath | None: Path | None,
    tuple[ClaimPath, ...]: tuple[Path, ...],
    tuple[str, ...]: Annotated[tuple[str, ...], AfterValidator(_charsets)],
    tuple[Scalar, ...]: tuple[Scalar, ...],
    Term: _Term,
    tuple[Term, ...]: tuple[_Term, ...],
    HasValue: Annotated[_ConditionTable, AfterValidator(_has_value)],
    CodeList: ListName,
    CodeList | None: ListName | None,
}
"""How a field of each type in `rule_kinds` is written. Text is a regular expression, a list of texts are charsets."""


if TYPE_CHECKING:
    ConditionField = Condition
else:
    ConditionField = Annotated[_ConditionTable, AfterValidator(_ConditionTable.condition)]


class _CaseTable(FileModel):
    when: tuple[ConditionField, ...] = ()
    severity: dict[Moment, Severity] = Field(min_length=1)

    def case(self) -> Case:
        values = {name: getattr(self, name) for name in type(self).model_fields}
        test = _KINDS[values.pop("kind")]
        when: Any = values.pop("when")
        return Case(when=when, severity=MappingProxyType(values.pop("severity")), test=test(**values))


def _table_for(kind: str, test: type[Any]) -> type[_CaseTable]:
    hints = get_type_hints(test)
    own: dict[str, Any] = {
        field.name: (_WRITTEN[hints[field.name]], ... if field.default is MISSING else field.default)
        for field in fields(test)
    }
    own["kind"] = (Literal[kind], ...)
    return create_model(f"{test.__name__}Case", __base__=_CaseTable, **own)


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


_KINDS: Mapping[str, type[Any]] = {_snake(test.__name__): test for test in get_args(rule_kinds.Test)}

if TYPE_CHECKING:
    _CaseField = Case
else:
    _TABLES = tuple(_table_for(kind, test) for kind, test in _KINDS.items())
    _CaseField = Annotated[Union[_TABLES], Field(discriminator="kind"), AfterValidator(_CaseTable.case)]  # noqa: UP007


class RuleTable(FileModel):
    """`[[rule]]`: id, legal source, the claim whose box is reported, what is wrong in words, and its cases."""

    id: str = Field(pattern=r"^[A-Za-z0-9]+(-[A-Za-z0-9]+)+$")
    citation: str
    claim: Path
    message: Texts
    case: tuple[_CaseField, ...] = Field(min_length=1)

    def rule(self) -> Rule:
        return Rule(id=self.id, citation=self.citation, messages=self.message, claim=self.claim, cases=self.case)
