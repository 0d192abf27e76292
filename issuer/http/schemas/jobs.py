"""Bodies of bulk jobs."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from issuer.http.schemas.body import Body


class JobBody(Body):
    """A file of documents. Every row ends as one of issued, failed and duplicate."""

    id: str
    type: str
    mode: Literal["register", "check"] = Field(description="`check`: judged only, nothing is registered")
    state: Literal["waiting", "running", "finished"]
    finished: bool
    total: int = Field(description="Rows")
    done: int
    issued: int
    failed: int
    duplicate: int = Field(description="Rows whose document number is registered already; never counted as issued")
    rate: float = Field(description="Rows a second")
    eta_seconds: int | None = Field(description="At this rate; null before it is known")
    created_at: datetime
    finished_at: datetime | None
    results: str = Field(description="Address of what was wrong, row by row")


class JobsBody(Body):
    jobs: list[JobBody]


class RowFaultBody(Body):
    """One line of the results: a fault of a row, or code `DUPLICATE`."""

    row: int
    key: str | None = Field(description="The row's document number, as far as it could be read")
    pointer: str
    code: str
    message: str
