"""The JSON that goes in and out of the inspector's interface, as models: for reading, and for the OpenAPI document.

They stop here: use cases take and give values of their own.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from vc_core import base64url
from vc_core.authorization_request import RequestUriMethod, ResponseMode
from vc_core.dc_api import DcApiMode, Protocol
from vc_core.formats.base import HolderChallenge
from vc_core.rejection import Rejection
from vc_core.verdict import IdentityCompared
from vc_core.verification import Person
from verifier.case_file import Question
from verifier.create_request import Wanted
from verifier.expectation import Expectation
from verifier.refusals import BodyMalformed
from verifier.transactions import Flow

State = Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class _Body(BaseModel):
    """Members that nobody knows are refused: a misspelt expectation must not pass for one that was met."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PersonBody(_Body):
    family_name: Text | None = None
    given_name: Text | None = None
    birth_date: date | None = None


class ExpectedBody(_Body):
    """What the answer is judged against; what is left out is not asked. host_state: ISO 3166-1 alpha-2, or EL, UK."""

    day: date | None = None
    host_state: State | None = None
    employer: Text | None = None
    person: PersonBody | None = None

    def value(self) -> Expectation:
        person = None if self.person is None else Person(**self.person.model_dump())
        return Expectation(day=self.day, host_state=self.host_state, employer=self.employer, person=person)


class RequestBody(_Body):
    """formats: identifiers of credential formats in the order of preference; every one that the type has by default."""

    type: str = Field(description="Id of a credential type")
    profile: str = Field(description="Name of a query in the rulebook of the type")
    response_mode: ResponseMode = ResponseMode.DIRECT_POST_JWT
    request_uri_method: RequestUriMethod = RequestUriMethod.GET
    formats: Annotated[list[str], Field(min_length=1, max_length=8)] | None = None
    expected: ExpectedBody = ExpectedBody()
    identified_by: str | None = Field(default=None, description="Type id of an identity document to be asked too")
    flow: Flow = Field(
        default=Flow.CROSS_DEVICE, description="same_device: the result is read with the response code that comes back"
    )
    transaction_data: Annotated[list[dict[str, Text]], Field(max_length=8)] = Field(
        default=[], description="What the holder is to agree to: `type`, and the members of that type"
    )

    def value(self) -> Wanted:
        return Wanted(
            type_id=self.type,
            profile=self.profile,
            response_mode=self.response_mode,
            request_uri_method=self.request_uri_method,
            formats=self.formats,
            expectation=self.expected.value(),
            transactions=self.transaction_data,
            flow=self.flow,
            identified_by=self.identified_by,
        )


class DcRequestBody(_Body):
    """A request through the Digital Credentials API; members as in `RequestBody`. protocols: in the order in which the
    browser is to see them."""

    type: str = Field(description="Id of a credential type")
    profile: str = Field(description="Name of a query in the rulebook of the type")
    response_mode: DcApiMode = DcApiMode.DC_API_JWT
    protocols: Annotated[list[Protocol], Field(min_length=1, max_length=3)] = [Protocol.SIGNED]
    formats: Annotated[list[str], Field(min_length=1, max_length=8)] | None = None
    expected: ExpectedBody = ExpectedBody()
    identified_by: str | None = None
    transaction_data: Annotated[list[dict[str, Text]], Field(max_length=8)] = []

    def value(self) -> Wanted:
        return Wanted(
            type_id=self.type,
            profile=self.profile,
            response_mode=ResponseMode.DIRECT_POST_JWT,
            formats=self.formats,
            expectation=self.expected.value(),
            transactions=self.transaction_data,
            identified_by=self.identified_by,
        )


class DcResponseBody(_Body):
    """What the browser gave to the page. origin: of the page, where the verifier has several."""

    data: dict[str, Any]
    protocol: Protocol | None = None
    origin: Annotated[str, StringConstraints(max_length=2048)] | None = None


class ChallengeBody(_Body):
    """What the holder's proof in a presentation has to answer. encryption_thumbprint: RFC 7638, base64url."""

    nonce: Text
    client_id: Annotated[str, StringConstraints(min_length=1, max_length=2048)]
    response_uri: Annotated[str, StringConstraints(max_length=2048)] = ""
    encryption_thumbprint: str | None = None
    origin: str | None = None

    def value(self) -> HolderChallenge:
        """Raises `BodyMalformed`."""
        try:
            thumbprint = self.encryption_thumbprint and base64url.decode(self.encryption_thumbprint)
        except Rejection as rejection:
            raise BodyMalformed(rejection.reason, where="/challenge/encryption_thumbprint") from rejection
        return HolderChallenge(
            nonce=self.nonce,
            client_id=self.client_id,
            response_uri=self.response_uri,
            encryption_thumbprint=thumbprint or None,
            origin=self.origin,
        )


class VerifyBody(_Body):
    """text: of an inspection code, a credential or a presentation. challenge: without it no holder's proof is asked."""

    text: Annotated[str, StringConstraints(min_length=1)]
    expected: ExpectedBody = ExpectedBody()
    challenge: ChallengeBody | None = None


class CaseFileBody(_Body):
    """purpose: of the question to the institution, as `doubt` or `replacement`. since, until: days asked about. sealed:
    as it came with the verdict; not for a request."""

    purpose: Text
    remark: Annotated[str, StringConstraints(max_length=4000)] = ""
    since: date | None = None
    until: date | None = None
    sealed: Annotated[str, StringConstraints(max_length=200_000)] = ""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.since and self.until and self.until < self.since:
            raise ValueError("until is before since")
        return self

    def value(self) -> Question:
        return Question(purpose=self.purpose, remark=self.remark, since=self.since, until=self.until)


class CaseFileForm(CaseFileBody):
    """The same as the fields of a form, with what a form cannot send otherwise. token: in place of the bearer token.

    download: as a file to be saved, in place of a page."""

    token: Text
    download: Literal["", "json", "pdf"] = ""


class IdentityBody(_Body):
    identity_compared: IdentityCompared


# --------------------------------------------------------------------------------------------- what is answered
class OfferedAnswer(BaseModel):
    """A request to be shown to a wallet. read_token: reads the result, and is given once. qr_svg, qr_png: addresses.

    request_uri, qr_svg, qr_png: null where requests are not signed and stand in the link.
    expires_in: seconds from now, for a peer whose clock is wrong.
    """

    id: str
    authorization_url: str
    request_uri: str | None
    qr_svg: str | None
    qr_png: str | None
    expires_at: datetime
    expires_in: int
    read_token: str


class DcOfferedAnswer(BaseModel):
    """requests: for `navigator.credentials.get({digital: {requests}})`; the rest as in `OfferedAnswer`."""

    id: str
    requests: list[dict[str, Any]]
    expires_at: datetime
    expires_in: int
    read_token: str


class VerdictAnswer(BaseModel):
    """See `vc_core.verdict_json`. receipt: signed, see `vc_core.receipt`; for roles that get to see the document."""

    model_config = ConfigDict(extra="allow")

    id: str
    verdict: Literal["CONFIRMED", "CONFIRMED_STATUS_OLD", "NOT_COVERED", "WITHDRAWN", "CANNOT_CONFIRM"]
    identity_compared: IdentityCompared
    holder_proof: bool
    deciding: list[str]
    document: dict[str, Any]
    claims: dict[str, Any]
    checks: list[dict[str, Any]]
    at: datetime
    receipt: str | None = None


class HandedAnswer(VerdictAnswer):
    """identity_token: bearer token with which the identity step of this verdict is recorded, given once. sealed: given
    back, a case file is made of it (`/v1/verdicts/{id}/case-file`); only where there is somebody to ask."""

    identity_token: str
    sealed: str | None = None


class RefusalAnswer(BaseModel):
    """error: `invalid_request` with the check that refused the answer, or the error the wallet sent."""

    error: str
    check: str | None = None


class ResultAnswer(BaseModel):
    id: str
    state: Literal["created", "fetched", "answered", "expired", "refused"]
    expires_at: datetime
    refusal: RefusalAnswer | None = None
    verdicts: list[VerdictAnswer]


class CaseFileAnswer(BaseModel):
    """For the institution in `addressee`; see `verifier.http.case_file_view`. facts: the document in words, with boxes.
    evidence: SHA-256 hashes (base64url) of the trust list and the status lists. receipt: signed."""

    id: str
    purpose: str
    title: str
    statement: str
    made_at: datetime
    language: str
    eessi: dict[str, str]
    addressee: dict[str, Any]
    period: dict[str, date]
    person: dict[str, str]
    document: dict[str, str]
    facts: list[dict[str, Any]]
    claims: dict[str, Any]
    result: dict[str, Any]
    evidence: dict[str, Any]
    receipt: str
    remark: str


class RecheckAnswer(BaseModel):
    """given: the verdict at `at`. verdict: as it stands now. open: it will be asked about again."""

    id: str
    at: datetime
    given: str
    verdict: str
    changed: bool
    open: bool
    deciding: list[str]
    document: dict[str, str]
    rechecked_at: datetime | None


class RechecksAnswer(BaseModel):
    rechecks: list[RecheckAnswer]


class IdentityAnswer(BaseModel):
    id: str
    verdict: str
    identity_compared: IdentityCompared


class ProblemAnswer(BaseModel):
    """error: stable code. detail: for people. where: JSON pointer into the body. max_bytes: of a body at that address,
    where one was larger."""

    error: str
    detail: str
    where: str | None = None
    max_bytes: int | None = None


class WalletProblemAnswer(BaseModel):
    """check: id of the check that failed."""

    error: Literal["invalid_request"]
    check: str
