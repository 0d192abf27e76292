"""Bodies of the audit log."""

from datetime import datetime

from pydantic import Field

from issuer.http.schemas.body import Body


class LoggedDocumentBody(Body):
    institution: str
    type: str
    number: str | None
    version: int
    at: datetime
    erased_at: datetime | None


class AuditEntryBody(Body):
    """One entry: who did what, and when. No claims."""

    sequence: int
    at: datetime
    institution: str
    actor: str = Field(description="`institution`, `holder`, `system` or `officer:<id>`")
    event: str = Field(description="As `credential.signed`")
    document: str | None
    details: dict[str, str | int | None] = Field(description="Digests as base64url, identifiers, reasons")
    hash: str = Field(description="SHA-256 of the hash before it and the content, hexadecimal")
    content: str = Field(description="The entry as it was hashed")
    head: int | None = Field(description="The first signed head that covers it")


class AuditHeadBody(Body):
    """Where the log ended at an instant, signed by the institution."""

    institution: str
    number: int
    sequence: int
    hash: str
    signed_at: datetime
    jws: str


class AuditFileBody(Body):
    document: str
    registered: LoggedDocumentBody | None
    entries: list[AuditEntryBody]
    heads: list[AuditHeadBody]
