"""Bodies of the interface for institutions; what they send is checked by these too."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

from issuer.documents import WithdrawalOrder
from issuer.http.schemas.body import Body, CaseReference
from issuer.http.schemas.suspensions import SuspensionBody
from issuer.use_cases.offer_bundle import MAX_DOCUMENTS
from vc_core.rulebook import BindingMode


def written_day(value: object) -> object:
    if isinstance(value, str) and len(value) == 10:
        return value
    raise ValueError("a day is written as YYYY-MM-DD")


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
    binding: BindingMode
    on_hold: bool = Field(description="Whether credentials are made only once the document is released")
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
    state: Literal["in_force", "suspended", "withdrawn"]
    version: int
    binding: BindingMode
    on_hold: bool
    retroactive: bool
    registered_at: datetime
    claims: dict[str, Any]
    erased_at: datetime | None
    notes: list[RemarkBody]
    suspension: SuspensionBody | None
    withdrawal: WithdrawalBody | None
    credentials: list[CredentialBody]
    offers: list[OfferStateBody]


class CorrectedBody(Body):
    """The document's next version. `offer`: None only for a repeated request, if the offer that it gave is used up."""

    document_id: str
    type: str
    document_number: str | None
    state: Literal["in_force"]
    version: int
    retroactive: bool
    notes: list[RemarkBody]
    offer: OfferBody | None
    inspection_code: InspectionCodeBody | None


class ReleasedBody(Body):
    document_id: str
    type: str
    document_number: str | None
    on_hold: Literal[False]
    notes: list[RemarkBody]
    inspection_code: InspectionCodeBody | None


class WithdrawalOrderBody(Body):
    """effective_from: a day not after today; today where it is left out. case_ref: kept here, not published."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reason_code: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    effective_from: Annotated[date | None, BeforeValidator(written_day)] = None
    case_ref: CaseReference | None = None

    def order(self) -> WithdrawalOrder:
        return WithdrawalOrder(
            reason_code=self.reason_code, effective_from=self.effective_from, case_ref=self.case_ref
        )  # fmt: skip


def distinct(ids: list[str]) -> list[str]:
    if len(set(ids)) < len(ids):
        raise ValueError("a document is named twice")
    return ids


class BundleOrderBody(Body):
    """Documents of one type, of one institution."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    document_ids: Annotated[list[str], Field(min_length=1, max_length=MAX_DOCUMENTS), AfterValidator(distinct)]


class WithdrawnBody(Body):
    document_id: str
    state: Literal["withdrawn"]
    withdrawal: WithdrawalBody
