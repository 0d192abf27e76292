"""Bodies of searches: what is asked, and a page of documents."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, ValidationInfo, WithJsonSchema, field_validator

from issuer.document_facts import Period
from issuer.http.schemas.body import Body
from issuer.http.schemas.institutions import written_day
from issuer.searches import DocumentState, Place, Search
from issuer.subjects import sought_name, sought_number

DEFAULT_LIMIT, MAX_LIMIT = 50, 200
LEAST_OF_A_NAME = 2
SEARCH_STATES = [state.value for state in DocumentState]


def _comparable_name(text: str) -> str:
    name = sought_name(text)
    if len(name) < LEAST_OF_A_NAME:
        raise ValueError("a name is looked for by two letters at least")
    return name


def _comparable_number(text: str) -> str:
    number = sought_number(text)
    if not number:
        raise ValueError("a number has a letter or a digit")
    return number


_Day = Annotated[date, BeforeValidator(written_day)]
_State = Annotated[DocumentState, WithJsonSchema({"enum": SEARCH_STATES})]
_Name = Annotated[str, Field(max_length=200), AfterValidator(_comparable_name)]
_Number = Annotated[str, Field(max_length=200), AfterValidator(_comparable_number)]
_Cursor = Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(\.([0-9a-f]{2}){1,64})?$")]


class DocumentFilterBody(Body):
    """Which documents are listed: those that meet all that is said. Days are included. Nothing of a person, so that it
    may stand in an address."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    state: _State | None = Field(default=None, description="`on_hold`: registered, but not released")
    covers_from: _Day | None = Field(default=None, description="Documents that cover this day or a later one")
    covers_until: _Day | None = Field(default=None, description="Documents that cover this day or an earlier one")
    registered_from: _Day | None = Field(default=None, description="Registered on this day (UTC) or later")
    registered_until: _Day | None = Field(default=None, description="Registered on this day (UTC) or earlier")
    limit: int = Field(default=DEFAULT_LIMIT, ge=1, le=MAX_LIMIT)
    cursor: _Cursor | None = Field(default=None, description="`next` of the page before")

    @field_validator("covers_until", "registered_until")
    @classmethod
    def not_before_its_beginning(cls, until: date | None, info: ValidationInfo) -> date | None:
        start = info.data.get(str(info.field_name).replace("until", "from"))
        if until and start and until < start:
            raise ValueError("it ends before it begins")
        return until

    def search(self) -> Search:
        return Search(
            state=self.state,
            covers=self._covers(),
            registered_from=_midnight(self.registered_from),
            registered_before=_midnight_after(self.registered_until),
        )

    def place(self) -> Place | None:
        """One that a search of another kind gave shows its documents from another place on, and no others."""
        if self.cursor is None:
            return None
        document_id, _, name = self.cursor.partition(".")
        return Place(document_id=document_id, family_name=bytes.fromhex(name) or None)

    def _covers(self) -> Period | None:
        if self.covers_from is None and self.covers_until is None:
            return None
        return Period(start=self.covers_from or date.min, end=self.covers_until or date.max)


class DocumentSearchBody(DocumentFilterBody):
    """The same, and what only a body may say."""

    document_number: str | None = Field(default=None, min_length=1, max_length=200, description="As it stands on it")
    personal_number: _Number | None = Field(default=None, description="Spaces, punctuation and case do not count")
    family_name: _Name | None = Field(
        default=None,
        description="How it begins, two letters at least. Case, marks and script do not count; `ü` is `u` and `ue`",
    )

    def search(self) -> Search:
        return replace(
            super().search(),
            document_number=self.document_number,
            personal_number=self.personal_number,
            family_name=self.family_name,
        )


class FoundPersonBody(Body):
    family_name: str | None
    given_name: str | None
    birth_date: str | None


class FoundDocumentBody(Body):
    """covers_from, covers_until: null where it is open or not known; all of a person is null once it is erased."""

    document_id: str
    type: str
    document_number: str | None
    state: DocumentState
    version: int
    registered_at: datetime
    effective_from: date | None = Field(description="Since when it has no effect; null unless it is withdrawn")
    covers_from: date | None
    covers_until: date | None
    person: FoundPersonBody
    url: str


class FoundDocumentsBody(Body):
    """Newest first; by name where one was looked for. A page may have few documents, or none, and still a next one."""

    documents: list[FoundDocumentBody]
    next: str | None = Field(description="What to give as `cursor` for the next page; null: there is none")
    complete: bool = Field(
        description="False while documents from before an upgrade are still being read: of those that are searched for "
        "by personal number, family name or days covered some may be missing; ask again later"
    )


def written_cursor(place: Place) -> str:
    """What `DocumentFilterBody` reads. The name of a person may be in it, of a search whose terms are in a body too."""
    return place.document_id if place.family_name is None else f"{place.document_id}.{place.family_name.hex()}"


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), UTC)


def _midnight_after(day: date | None) -> datetime | None:
    """None after the last day of the calendar too."""
    return None if day is None or day == date.max else _midnight(day + timedelta(days=1))
