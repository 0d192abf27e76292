"""What institutions are refused that send files of documents."""

from dataclasses import dataclass

from issuer.refusals.institutions import InstitutionRefusal


class JobUnknown(InstitutionRefusal):
    """The institution has no such job."""


@dataclass(eq=False)
class JobQueryMalformed(InstitutionRefusal):
    """The query of a job names a known `type`, and a `mode` if it is not to register."""

    pointer: str


@dataclass(eq=False)
class RowsUnreadable(InstitutionRefusal):
    """The file holds no rows, is damaged, has columns that its type does not know, or is too large inflated."""

    reason: str
    column: str = ""


class RowsMediaTypeUnknown(InstitutionRefusal):
    """Rows are sent as application/x-ndjson or text/csv, plain or gzip."""


class TooManyJobs(InstitutionRefusal):
    """The institution has as many unfinished jobs as it may."""
