"""Bodies of imports."""

from typing import Any

from pydantic import Field

from issuer.http.schemas.body import Body
from issuer.http.schemas.institutions import RemarkBody


class ImportedBody(Body):
    """What a document of another system's model says here."""

    claims: dict[str, Any] = Field(description="Canonical claims, to be completed and registered")
    unmapped: list[str] = Field(description="JSON pointers into what was sent: what has no place among the claims")
    faults: list[RemarkBody] = Field(description="What would keep the claims out")
    notes: list[RemarkBody]
