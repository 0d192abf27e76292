"""Bodies of events."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from issuer.events import EventKind
from issuer.http.schemas.body import Body


class DeliveryBody(Body):
    """`kept`: there is no webhook. `dead`: given up, until it is sent again."""

    state: Literal["kept", "due", "delivered", "dead"]
    attempts: int
    next_at: datetime | None
    last_failure: str | None


class EventBody(Body):
    """What happened to a document; no personal data."""

    id: str = Field(description="The same however often it is delivered")
    position: int
    type: EventKind
    timestamp: datetime
    document: str = Field(description="Address of the document in this interface")
    delivery: DeliveryBody


class EventsBody(Body):
    events: list[EventBody]
    next: int = Field(description="What to ask for with `after` next")
