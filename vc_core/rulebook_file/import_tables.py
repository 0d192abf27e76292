"""The form of `schemas/<type>/imports/<model>.toml`: where another system's model has the claims of a type."""

from collections.abc import Mapping
from typing import Any, Self

from pydantic import Field, ValidationError, model_validator

from vc_core.claims import ClaimPath, json_pointer, put
from vc_core.claims_schema import ClaimsSchema
from vc_core.code_list import CodeList
from vc_core.model_import import ImportModel, Listing, Move, Where
from vc_core.rejection import Rejection
from vc_core.rulebook_file.errors import RulebookError, from_validation
from vc_core.rulebook_file.fields import FileContext, FileModel, Path, Texts, WirePath


class _WhereTable(FileModel):
    place: WirePath
    equal: str | bool


class _MoveTable(FileModel):
    source: WirePath = Field(alias="from")
    target: Path = Field(alias="to")
    where: _WhereTable | None = None
    leave_out: frozenset[str] = frozenset()
    name_of_empty: bool = False

    @model_validator(mode="after")
    def _bound(self) -> Self:
        if None in self.target:
            raise ValueError("a move has one target; use a list for every element")
        if self.where is not None:
            _require_bound(self.where.place, self.source)
        return self

    def move(self) -> Move:
        where = Where(place=self.where.place, equal=self.where.equal) if self.where else None
        return Move(
            source=self.source,
            target=self.target,
            where=where,
            leave_out=self.leave_out,
            name_of_empty=self.name_of_empty,
        )


class _ListTable(FileModel):
    source: WirePath = Field(alias="from")
    target: Path = Field(alias="to")
    members: dict[str, WirePath] = Field(min_length=1)

    @model_validator(mode="after")
    def _bound(self) -> Self:
        for place in self.members.values():
            _require_bound(place, self.source)
        return self


class _ImportFile(FileModel):
    title: Texts
    moves: tuple[_MoveTable, ...] = Field(alias="move", default=())
    listings: tuple[_ListTable, ...] = Field(alias="list", default=())


def _require_bound(place: ClaimPath, source: ClaimPath) -> None:
    if place.count(None) > source.count(None):
        raise ValueError(f"{json_pointer(place)} has more * than {json_pointer(source)}")


def build_import(
    model: str, content: Mapping[str, Any], *, schema: ClaimsSchema, code_lists: Mapping[str, CodeList], file: str
) -> ImportModel:
    """Reads one file. Raises `RulebookError`, also for a claim that the schema does not have or that is set twice."""
    try:
        read = _ImportFile.model_validate(content, context=FileContext(schema=schema, code_lists=code_lists))
    except ValidationError as error:
        raise from_validation(file, error) from error
    claims: dict[str, Any] = {}
    for target in (*(move.target for move in read.moves), *(listing.target for listing in read.listings)):
        try:
            claims = put(claims, target, None)
        except Rejection as error:
            raise RulebookError(file, json_pointer(target), "stands inside another target") from error
    for listing in read.listings:
        for member in listing.members:
            path = (*listing.target, None, member)
            if not schema.knows(path):
                raise RulebookError(file, json_pointer(path), "the schema has no such claim")
    return ImportModel(
        id=model,
        titles=read.title,
        moves=tuple(table.move() for table in read.moves),
        listings=tuple(Listing(source=t.source, target=t.target, members=t.members) for t in read.listings),
    )
