"""The bodies of this service as its OpenAPI document describes them; those of institutions are also checked by them."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from issuer.http.problems import PROBLEMS
from issuer.refusals import Refusal


def _day(value: object) -> object:
    if isinstance(value, str) and len(value) == 10:
        return value
    raise ValueError("a day is written as YYYY-MM-DD")


class Body(BaseModel):
    model_config = ConfigDict(frozen=True)


# ------------------------------------------------------------------------------------------------------- institutions
class RemarkBody(Body):
    """A rule broken, or something worth knowing. `box` is the number on the paper form."""

    rule: str
    severity: Literal["refuse", "warn", "note"]
    message: str
    pointer: str = Field(description="JSON pointer into the document")
    box: str | None
    citation: str


class OfferBody(Body):
    """`url` for a link or QR code; `tx_code` reaches the holder by another way."""

    id: str
    url: str
    tx_code: str
    expires_at: datetime
    qr_svg: str
    qr_png: str


class InspectionCodeBody(Body):
    text: str
    qr_svg: str
    qr_png: str


class RegisteredBody(Body):
    document_id: str
    type: str
    document_number: str | None
    state: Literal["in_force"]
    version: int
    retroactive: bool = Field(description="Whether what the document covers began before the day it was registered")
    notes: list[RemarkBody]
    offer: OfferBody
    inspection_code: InspectionCodeBody | None


class StatusEntryBody(Body):
    uri: str
    idx: int


class CredentialBody(Body):
    """A copy of the document: an inspection code, or what a wallet collected."""

    credential_id: str
    format: str
    configuration_id: str | None
    offer_id: str | None
    issued_at: datetime
    expires_at: datetime
    status: StatusEntryBody
    sha256: str


class OfferStateBody(Body):
    id: str
    state: Literal["open", "redeemed", "closed", "expired"]
    created_at: datetime
    expires_at: datetime


class WithdrawalBody(Body):
    effective_from: date
    reason_code: str
    case_ref: str | None
    withdrawn_at: datetime


class DocumentBody(Body):
    document_id: str
    type: str
    document_number: str | None
    state: Literal["in_force", "withdrawn"]
    version: int
    retroactive: bool
    registered_at: datetime
    claims: dict[str, Any]
    notes: list[RemarkBody]
    withdrawal: WithdrawalBody | None
    credentials: list[CredentialBody]
    offers: list[OfferStateBody]


class WithdrawalOrderBody(Body):
    """effective_from: a day not after today; today where it is left out. case_ref: kept here, not published."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reason_code: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    effective_from: Annotated[date | None, BeforeValidator(_day)] = None
    case_ref: str | None = Field(default=None, min_length=1, max_length=100)


class WithdrawnBody(Body):
    document_id: str
    state: Literal["withdrawn"]
    withdrawal: WithdrawalBody


class ProblemBody(Body):
    model_config = ConfigDict(frozen=True, extra="allow")

    error: str
    detail: str


class FaultyBody(ProblemBody):
    """Everything wrong with a document: `faults` keep it out, `notes` would not have."""

    faults: list[RemarkBody]
    notes: list[RemarkBody]


# ------------------------------------------------------------------------------------------------------------- wallets
class OAuthErrorBody(Body):
    error: str
    error_description: str


class TokenBody(Body):
    access_token: str
    token_type: Literal["DPoP"]
    expires_in: int
    authorization_details: list[dict[str, Any]] | None = None


class NonceBody(Body):
    c_nonce: str


class PushedBody(Body):
    request_uri: str
    expires_in: int


class ChallengeBody(Body):
    attestation_challenge: str


class ReturnBody(Body):
    redirect_uri: str


class IssuedCredentialBody(Body):
    credential: str


class CredentialResponseBody(Body):
    credentials: list[IssuedCredentialBody]
    notification_id: str


class StatusListsBody(Body):
    status_lists: list[str]


class HealthBody(Body):
    status: Literal["ok"]


# ------------------------------------------------------------------------------------------------------------- OpenAPI
def problem_responses(*refused: type[Refusal], model: type[BaseModel] = ProblemBody) -> dict[int | str, dict[str, Any]]:
    """The error answers of one endpoint, for its OpenAPI entry."""
    answers: dict[int | str, dict[str, Any]] = {}
    for refusal in refused:
        problem = PROBLEMS[refusal]
        known = answers.setdefault(problem.status, {"model": model, "description": ""})
        codes = dict.fromkeys([*filter(None, known["description"].split(", ")), f"`{problem.code}`"])
        known["description"] = ", ".join(codes)
    return answers


def request_body(media_type: str, schema: dict[str, Any], **example: Any) -> dict[str, Any]:
    """A request body that the endpoint reads itself, for its OpenAPI entry."""
    return {"requestBody": {"required": True, "content": {media_type: {"schema": schema, **example}}}}
