"""What institutions are refused that send files of documents."""

from dataclasses import dataclass

from issuer.refusals.institutions import InstitutionRefusal

_FILE_FAULTS = {
    "no_rows": "The file holds no rows.",
    "gzip_malformed": "The file is damaged: it begins as gzip does, but cannot be inflated to its end.",
    "content_too_large": "Inflated, the file is larger than this service reads.",
    "header_malformed": "The first line is not the header of a CSV file in UTF-8 with line breaks (LF or CR LF)."
    " Spreadsheet programs save it as “CSV UTF-8”.",
    "column_unknown": "The header names a column that the type does not know. `GET /v1/{type}/csv-template` has all"
    " that it knows; they are separated by commas, semicolons or tabs.",
    "column_repeated": "The header names a column twice.",
}


class JobUnknown(InstitutionRefusal):
    """The institution has no such job."""


@dataclass(eq=False)
class JobQueryMalformed(InstitutionRefusal):
    """The query of a job names a known `type`; its `mode` is `register`, which it is if left out, or `check`."""

    pointer: str


@dataclass(eq=False)
class RowsUnreadable(InstitutionRefusal):
    """The file holds no rows, is damaged, has columns that its type does not know, or is too large inflated."""

    reason: str
    column: str = ""

    @property
    def detail(self) -> str:
        return _FILE_FAULTS.get(self.reason, super().detail)


class RowsMediaTypeUnknown(InstitutionRefusal):
    """Rows are sent as application/x-ndjson or text/csv; the same media type says what is inside a file in gzip."""


class TooManyJobs(InstitutionRefusal):
    """The institution has as many unfinished jobs as it may."""
