"""Bodies of refusals."""

from pydantic import ConfigDict

from issuer.http.schemas.body import Body
from issuer.http.schemas.institutions import RemarkBody


class ProblemBody(Body):
    model_config = ConfigDict(frozen=True, extra="allow")

    error: str
    detail: str


class FaultyBody(ProblemBody):
    """Everything wrong with a document: `faults` keep it out, `notes` would not have."""

    faults: list[RemarkBody]
    notes: list[RemarkBody]
