"""Bodies of the history of a document."""

from datetime import date, datetime

from pydantic import Field

from issuer.history import Published, Status
from issuer.http.schemas.body import Body


class HappeningBody(Body):
    """Something that happened, or several alike on one day. No claims."""

    event: str = Field(description="As in the audit log: `document.withdrawn`")
    at: datetime
    until: datetime = Field(description="When the last of them happened")
    count: int
    by: str = Field(description="`institution`, `holder`, `system` or `officer:<id>`")
    details: dict[str, str | int | None] = Field(description="As version, reason, `effective_from`, report of a wallet")


class PublicationBody(Body):
    """What verifiers could learn from then on: `valid` while one copy at least is VALID on its status list."""

    since: datetime
    published: Published


class StatusOnBody(Body):
    """What is known now of a day, and what verifiers could learn when it ended (UTC)."""

    day: date
    status: Status
    known_since: datetime | None = Field(description="Null if the status is unknown: the claims are erased")
    published_then: Published | None = Field(description="Null for a day to come")
    published_since: datetime | None


class HistoryBody(Body):
    document_id: str
    type: str
    version: int
    happenings: list[HappeningBody]
    publications: list[PublicationBody]
    on: StatusOnBody | None = Field(description="Null unless a day was asked for")
