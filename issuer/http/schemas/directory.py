"""Bodies of the directory."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field

from issuer.directory import Competence
from issuer.http.schemas.body import Body
from issuer.http.schemas.institutions import written_day
from issuer.refusals import DirectoryEntryRefused
from issuer.use_cases.keep_directory import DirectoryOrder
from vc_core.trust import Contact

_Line = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
_Language = Annotated[str, Field(pattern=r"^[a-z]{2}$")]
_Day = Annotated[date, BeforeValidator(written_day)]


class ContactBody(Body):
    street_address: str
    email: str
    website: str
    locality: str | None
    postal_code: str | None
    telephone: str | None


class CompetenceBody(Body):
    """`postcodes`: what the postcodes of the district begin with; none for the whole country."""

    type: str
    from_: date = Field(alias="from")
    to: date | None
    postcodes: list[str]


class CompetentBody(Body):
    id: str
    name: str
    country: str
    contact: ContactBody
    competence: CompetenceBody


class LookupBody(Body):
    institutions: list[CompetentBody]


class ContactOrderBody(Body):
    model_config = ConfigDict(frozen=True, extra="forbid")

    street_address: _Line
    email: Annotated[str, Field(max_length=200, pattern=r"^[^@\s]+@[^@\s]+$")]
    website: _Line
    locality: _Line | None = None
    postal_code: _Line | None = None
    telephone: _Line | None = None


class CompetenceOrderBody(Body):
    """`from`, `to`: both days are inside; without `to` it is open. `postcodes`: how those of its district begin."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: Annotated[str, Field(max_length=40)]
    from_: _Day = Field(alias="from")
    to: _Day | None = None
    postcodes: Annotated[list[Annotated[str, Field(max_length=10)]], Field(max_length=2000)] = Field(default=[])


class DirectoryOrderBody(Body):
    """What to change of an institution; what is left out stays. A period that begins on the same day is replaced."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    names: dict[_Language, _Line] = Field(default={}, description="By language")
    contact: ContactOrderBody | None = None
    competence: CompetenceOrderBody | None = None

    def order(self) -> DirectoryOrder:
        """Refuses with `DirectoryEntryRefused` a period that ends before it begins, or a malformed postcode."""
        return DirectoryOrder(
            names=tuple(self.names.items()),
            contact=None if self.contact is None else Contact(**self.contact.model_dump()),
            competence=None if self.competence is None else _competence(self.competence),
        )


def _competence(body: CompetenceOrderBody) -> Competence:
    try:
        return Competence(
            type_id=body.type, issue_from=body.from_, issue_until=body.to, postcodes=tuple(body.postcodes)
        )
    except ValueError as error:
        raise DirectoryEntryRefused(str(error)) from error


class EntryCompetenceBody(Body):
    competence: str
    from_: date = Field(alias="from")
    to: date | None
    postcodes: list[str]


class DirectoryEntryBody(Body):
    """Certificates by their thumbprints (SHA-256, hexadecimal)."""

    id: str
    names: dict[str, str]
    country: str
    contact: dict[str, str]
    anchors: list[str]
    signers: list[str]
    status_prefixes: list[str]
    revoked: list[str]
    competences: list[EntryCompetenceBody]


class DirectoryChangeBody(Body):
    """`changed`: by member, what was (`before`, null if new) and what is (`after`)."""

    number: int
    at: datetime
    by: str
    changed: dict[str, dict[str, Any]]


class DirectoryHistoryBody(Body):
    changes: list[DirectoryChangeBody]
